/**
 * Which rules of a table can hold together. The truth of a cell that compares its input with constants changes only at those constants,
 * so trying null, each constant and one point between neighbours decides it exactly.
 */
import { compileTruth } from '../to-closures.ts';
import { partsOf, type Ir, type SlotValue } from '../ir.ts';
import type { FeelType } from '../types.ts';

export interface Grid {
  readonly columns: readonly Ir[];
  readonly cells: readonly (readonly (Ir | undefined)[])[];
}

/** One column's sample values and, for each rule, at which of them its cell holds; undefined for a cell that reads more than its input. */
export interface ColumnSamples {
  readonly values: readonly SlotValue[];
  readonly holds: readonly (readonly boolean[] | undefined)[];
}

export function excludeOneAnother(grid: Grid): boolean {
  const samples = sampleColumns(grid);
  return grid.cells.every((_, left) => grid.cells.every((__, right) => right <= left || areDisjoint(samples, left, right)));
}

/**
 * Runs of neighbouring rules that exclude one another, so that each run is one CASE. Rules are not moved: sums keep their order, and with it
 * their last bits.
 */
export function exclusiveGroups(grid: Grid): number[][] {
  const samples = sampleColumns(grid);
  const groups: number[][] = [];
  for (const index of grid.cells.keys()) {
    const current = groups.at(-1);
    if (current?.every((other) => areDisjoint(samples, other, index))) current.push(index);
    else groups.push([index]);
  }
  return groups;
}

/** Sets of rules that exclude one another, taken from anywhere in the table: for answers in which order plays no part. */
export function exclusiveSets(grid: Grid): number[][] {
  const samples = sampleColumns(grid);
  const sets: number[][] = [];
  for (const index of grid.cells.keys()) {
    const fitting = sets.find((set) => set.every((other) => areDisjoint(samples, other, index)));
    if (fitting) fitting.push(index);
    else sets.push([index]);
  }
  return sets;
}

export function areDisjoint(samples: readonly ColumnSamples[], left: number, right: number): boolean {
  return samples.some(({ holds }) => {
    const a = holds[left];
    const b = holds[right];
    return a !== undefined && b !== undefined && !a.some((held, at) => held && b[at]);
  });
}

export function sampleColumns(grid: Grid): ColumnSamples[] {
  return grid.columns.map((column, index) => {
    const cells = grid.cells.map((row) => row[index]);
    const values = samplesFor(column.type, cells);
    return { values, holds: cells.map((cell) => (cell === undefined ? values.map(() => true) : truthAt(cell, column, values))) };
  });
}

function truthAt(cell: Ir, column: Ir, values: readonly SlotValue[]): boolean[] | undefined {
  if (column.op !== 'slot' || !readsOnly(cell, column.slot)) return undefined;
  const holds = compileTruth(cell);
  const slots: SlotValue[] = [];
  return values.map((value) => {
    slots[column.slot] = value;
    return holds(slots);
  });
}

/** True when a cell is built of tests of one slot against constants. */
function readsOnly(ir: Ir, slot: number): boolean {
  switch (ir.op) {
    case 'constant':
      return true;
    case 'slot':
      return ir.slot === slot && ir.type.kind === 'boolean';
    case 'compare':
      return [ir.left, ir.right].every((side) => side.op === 'constant' || (side.op === 'slot' && side.slot === slot));
    case 'isNull':
      return ir.of.op === 'slot' && ir.of.slot === slot;
    case 'oneOf':
      return ir.value.op === 'slot' && ir.value.slot === slot;
    case 'and':
    case 'or':
    case 'not':
    case 'holds':
      return partsOf(ir).every((part) => readsOnly(part, slot));
    default:
      return false;
  }
}

function samplesFor(type: FeelType, cells: readonly (Ir | undefined)[]): SlotValue[] {
  const constants = new Set<SlotValue>();
  for (const cell of cells) if (cell) gather(cell, constants);
  if (type.kind === 'boolean') return [null, false, true];
  if (type.kind === 'string') {
    const texts = [...constants].filter((value) => typeof value === 'string');
    return [null, '', ...texts.toSorted(), ...texts.map((text) => `${text}\u0001`)];
  }
  const numbers = [...constants].filter((value) => typeof value === 'number').toSorted((a, b) => a - b);
  const [least] = numbers;
  if (least === undefined) return [null, 0];
  const whole = type.kind === 'date' || type.kind === 'years and months duration';
  const between = numbers.flatMap((low, at) => {
    const high = numbers[at + 1];
    if (high === undefined) return [low, low + 1];
    if (whole) return high - low > 1 ? [low, low + 1] : [low];
    return [low, low + (high - low) / 2];
  });
  return [null, least - 1, ...between];
}

function gather(ir: Ir, into: Set<SlotValue>): void {
  if (ir.op === 'constant') into.add(ir.value);
  if (ir.op === 'oneOf') for (const value of ir.among) into.add(value);
  for (const part of partsOf(ir)) gather(part, into);
}
