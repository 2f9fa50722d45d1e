/** What a table's rules leave uncovered, decided on the sample values of its columns (see regions.ts). */
import type { SlotValue } from '../ir.ts';
import { areDisjoint, sampleColumns, type ColumnSamples, type Grid } from './regions.ts';

/** One value a column; undefined where any value will do. */
export type Witness = readonly (SlotValue | undefined)[];

/** Combinations one search may visit; a table beyond that is left unproven. */
const searchLimit = 200_000;

/** An input that no rule takes; undefined when all are taken or the search gives up. */
export function findGap(grid: Grid, allowed: (column: number, value: SlotValue) => boolean): Witness | undefined {
  const columns = sampleColumns(grid);
  if (columns.some((column) => column.holds.includes(undefined))) return undefined;
  const all = grid.cells.map((_, index) => index);
  const gap = search(columns, all, (column, value) => allowed(column, value));
  return typeof gap === 'string' ? undefined : gap;
}

/** Proven: some rule holds whatever the inputs are. */
export function coversAll(grid: Grid): boolean {
  const used = grid.columns.map((_, column) => grid.cells.some((row) => row[column] !== undefined));
  const columns = sampleColumns(grid).filter((_, column) => used[column]);
  if (columns.some((column) => column.holds.includes(undefined))) return false;
  const all = grid.cells.map((_, index) => index);
  return all.length > 0 && search(columns, all, () => true) === 'none';
}

/** Rules that can never be the first to hold; numbers from 0. */
export function unreachableRules(grid: Grid, firstHit: boolean): number[] {
  const columns = sampleColumns(grid);
  const known = (rule: number): boolean => columns.every((column) => column.holds[rule] !== undefined);
  return grid.cells.flatMap((_, rule) => {
    if (!known(rule)) return [];
    if (columns.some((column) => !column.holds[rule]?.includes(true))) return [rule];
    if (!firstHit) return [];
    const earlier = grid.cells
      .map((__, index) => index)
      .slice(0, rule)
      .filter(known);
    const left = search(columns, earlier, (column, _value, sample) => columns[column]?.holds[rule]?.[sample] === true);
    return left === 'none' ? [rule] : [];
  });
}

/** Pairs of rules that some input satisfies both of. */
export function overlappingRules(grid: Grid): [number, number][] {
  const columns = sampleColumns(grid);
  return grid.cells.flatMap((_, left) =>
    grid.cells.flatMap((__, right): [number, number][] => (right > left && !areDisjoint(columns, left, right) ? [[left, right]] : [])),
  );
}

class SearchGivenUp extends Error {}

function search(
  columns: readonly ColumnSamples[],
  rules: readonly number[],
  allowed: (column: number, value: SlotValue, sample: number) => boolean,
): Witness | 'none' | 'unproven' {
  const covered = new Set<string>();
  let visited = 0;

  function from(column: number, alive: readonly number[]): (SlotValue | undefined)[] | undefined {
    if (alive.length === 0) return remaining(column);
    const here = columns[column];
    if (!here) return undefined;
    const key = `${column}:${alive.join(',')}`;
    if (covered.has(key)) return undefined;
    visited += 1;
    if (visited > searchLimit) throw new SearchGivenUp();
    for (const [sample, value] of here.values.entries()) {
      if (!allowed(column, value, sample)) continue;
      const rest = from(
        column + 1,
        alive.filter((rule) => here.holds[rule]?.[sample] === true),
      );
      if (rest) return [value, ...rest];
    }
    covered.add(key);
    return undefined;
  }

  /** The columns not yet decided may take any value, as long as they have one. */
  function remaining(column: number): (SlotValue | undefined)[] | undefined {
    const rest = columns.slice(column);
    const possible = rest.every((each, offset) => each.values.some((value, sample) => allowed(column + offset, value, sample)));
    return possible ? rest.map(() => undefined) : undefined;
  }

  try {
    return from(0, rules) ?? 'none';
  } catch (error) {
    if (error instanceof SearchGivenUp) return 'unproven';
    throw error;
  }
}
