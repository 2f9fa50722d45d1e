/**
 * The catalogue's own definitions over the rows of one answer: what a file of the same rows would give after a load, without a load. The tree is
 * the catalogue's; only reading it is done here, in memory instead of in SQL. UNKNOWN is null and goes through conditions as in SQL.
 */
import type { Catalogue, Value } from '#modules/indicators/index.ts';

type Indicator = Catalogue['indicators'][number];
type Expression = NonNullable<Indicator['expression']>;

/** Money is fen, days are `YYYY-MM-DD`. */
export type Cell = bigint | number | string | boolean | null;
export type Row = Readonly<Record<string, Cell>>;

/** A definition that an answer cannot be read by: found when the sources are opened, not when a person waits. */
export class NotComputable extends Error {
  override readonly name = 'NotComputable';
}

interface Scope {
  asOf: Temporal.PlainDate;
  name(name: string): Cell;
  /** Undefined: not a function of this place. */
  call(node: Expression & { kind: 'call' }): Cell | undefined;
}

/** The value of an indicator for a person with these rows of its source; no rows = the source holds nothing about the person. */
export function valueOf(indicator: Indicator, rows: readonly Row[], asOf: Temporal.PlainDate): Value {
  const { grain, expression } = indicator;
  if (!expression) throw new NotComputable(indicator.definition.code);
  if (grain.kind === 'one' || grain.kind === 'latest') {
    const row = grain.kind === 'latest' ? newest(rows, grain.column) : rows[0];
    return row ? stored(indicator, evaluate(expression, rowScope(row, asOf))) : absent(indicator);
  }
  if (grain.kind !== 'person') throw new NotComputable(`${indicator.definition.code}: ${grain.kind}`);
  const counted = rows.filter((row) => isInside(indicator, row, asOf) && isTrue(indicator.where, rowScope(row, asOf)));
  if (counted.length === 0) return absent(indicator);
  return stored(indicator, evaluate(expression, groupScope(counted, asOf)));
}

/** What the catalogue says of a person without a row that counts. */
const absent = (indicator: Indicator): Value => stored(indicator, indicator.definition.absent);

function newest(rows: readonly Row[], column: string): Row | undefined {
  const key = (row: Row): string => String(row[column] ?? '');
  return rows.toSorted((a, b) => (key(a) < key(b) ? 1 : -1))[0];
}

function isInside({ over }: Indicator, row: Row, asOf: Temporal.PlainDate): boolean {
  if (over === null) return true;
  if (over.kind === 'month_ends') throw new NotComputable('月末窗口 / windows of month ends');
  const text = row[over.column];
  if (typeof text !== 'string') return false;
  const day = Temporal.PlainDate.from(text);
  const after = asOf.subtract(over.kind === 'months' ? { months: over.count } : { days: over.count });
  return Temporal.PlainDate.compare(day, after) > 0 && Temporal.PlainDate.compare(day, asOf) <= 0;
}

const isTrue = (condition: Expression | null, scope: Scope): boolean => condition === null || evaluate(condition, scope) === true;

const rowScope = (row: Row, asOf: Temporal.PlainDate): Scope => ({
  asOf,
  name(name) {
    const cell = row[name];
    if (cell === undefined) throw new NotComputable(`没有列 ${name} / no column ${name}`);
    return cell;
  },
  call: () => undefined,
});

function groupScope(rows: readonly Row[], asOf: Temporal.PlainDate): Scope {
  return {
    asOf,
    name: (name) => {
      throw new NotComputable(`${name} 在汇总函数之外 / outside an aggregate`);
    },
    call(node) {
      const aggregate = Object.hasOwn(aggregates, node.name) ? aggregates[node.name] : undefined;
      if (!aggregate) return undefined;
      const [argument, ...more] = node.arguments;
      const cells = argument ? rows.map((row) => evaluate(argument, rowScope(row, asOf))) : rows.map(() => true);
      return aggregate(
        cells.filter((cell) => cell !== null),
        more,
      );
    },
  };
}

/** Over the known values; null where SQL gives NULL. */
const aggregates: Record<string, (known: Exclude<Cell, null>[], more: Expression[]) => Cell> = {
  any: (known) => (known.length === 0 ? null : known.includes(true)),
  count: (known) => known.length,
  count_if: (known) => known.filter((cell) => cell === true).length,
  count_distinct: (known) => new Set(known).size,
  sum: (known) => (known.length === 0 ? null : known.map(integer).reduce((sum, cell) => sum + cell, 0n)),
  max: (known) => known.toSorted(compare).at(-1) ?? null,
  min: (known) => known.toSorted(compare)[0] ?? null,
  highest(known, order) {
    const ranked = order.map((option) => (option.kind === 'literal' ? option.value : null));
    return ranked.findLast((option) => option !== null && known.includes(option)) ?? null;
  },
};

function integer(cell: Cell): bigint {
  if (typeof cell === 'bigint') return cell;
  if (typeof cell === 'number' && Number.isSafeInteger(cell)) return BigInt(cell);
  throw new NotComputable('只能对整数与金额求和 / only whole numbers and amounts are added up');
}

/** Numbers, amounts and days; days compare as their text does. */
function compare(a: Exclude<Cell, null>, b: Exclude<Cell, null>): number {
  if (a === b || (typeof a !== 'string' && typeof b !== 'string' && Number(a) === Number(b))) return 0;
  return a < b ? -1 : 1;
}

function evaluate(node: Expression, scope: Scope): Cell {
  switch (node.kind) {
    case 'literal':
      return node.value;
    case 'name':
      return scope.name(node.name);
    case 'call':
      return call(node, scope);
    case 'not': {
      const operand = evaluate(node.operand, scope);
      return operand === null ? null : operand !== true;
    }
    case 'binary':
      return binary(node, scope);
    case 'in':
      return isAmong(
        evaluate(node.operand, scope),
        node.options.map((option) => evaluate(option, scope)),
      );
    case 'known':
      return (evaluate(node.operand, scope) !== null) === node.known;
    case 'if':
      if (evaluate(node.condition, scope) === true) return evaluate(node.yes, scope);
      return node.no ? evaluate(node.no, scope) : null;
    case 'minus':
      throw new NotComputable('负号 / minus');
  }
}

function isAmong(cell: Cell, options: readonly Cell[]): boolean | null {
  if (cell === null) return null;
  if (options.some((option) => option !== null && compare(cell, option) === 0)) return true;
  return options.includes(null) ? null : false;
}

function binary({ operator, left, right }: Expression & { kind: 'binary' }, scope: Scope): Cell {
  const [a, b] = [evaluate(left, scope), evaluate(right, scope)];
  if (operator === 'and') return a === false || b === false ? false : a === null || b === null ? null : true;
  if (operator === 'or') return a === true || b === true ? true : a === null || b === null ? null : false;
  if (a === null || b === null) return null;
  const order = compare(a, b);
  switch (operator) {
    case '=':
      return order === 0;
    case '<>':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    default:
      throw new NotComputable(`运算 ${operator} / the operation ${operator}`);
  }
}

function call(node: Expression & { kind: 'call' }, scope: Scope): Cell {
  const own = scope.call(node);
  if (own !== undefined) return own;
  const cells = node.arguments.map((argument) => evaluate(argument, scope));
  if (node.name === 'coalesce') return cells.find((cell) => cell !== null) ?? null;
  if (node.name === 'as_of') return scope.asOf.toString();
  const [day] = cells;
  const since = Object.hasOwn(elapsed, node.name) ? elapsed[node.name] : undefined;
  if (!since) throw new NotComputable(`函数 ${node.name} / the function ${node.name}`);
  return typeof day === 'string' ? since(Temporal.PlainDate.from(day), scope.asOf) : null;
}

const elapsed: Record<string, (from: Temporal.PlainDate, to: Temporal.PlainDate) => number> = {
  days_since: (from, to) => from.until(to, { largestUnit: 'days' }).days,
  months_since: monthsBetween,
};

/** Completed months, as DuckDB counts them: the last day of a shorter month completes one. */
function monthsBetween(from: Temporal.PlainDate, to: Temporal.PlainDate): number {
  if (Temporal.PlainDate.compare(from, to) > 0) return 0 - monthsBetween(to, from);
  const months = (to.year - from.year) * 12 + to.month - from.month;
  return to.day >= from.day || to.day === to.daysInMonth ? months : months - 1;
}

/** As it would be kept: money in a decimal string, decimals with six places. */
function stored({ type }: Indicator, cell: Cell): Value {
  if (cell === null) return null;
  if (type === 'money') return String(cell);
  if (type === 'integer') return Number(cell);
  if (type === 'decimal' || type === 'ratio') return Math.round(Number(cell) * 1e6) / 1e6;
  return typeof cell === 'bigint' ? String(cell) : cell;
}

/** Why a definition cannot be read out of an answer with these columns; null when it can. */
export function whyNotComputable({ grain, expression, where, over }: Indicator, columns: readonly string[]): string | null {
  if (!['person', 'one', 'latest'].includes(grain.kind)) return `grain ${grain.kind}`;
  if (over?.kind === 'month_ends') return 'over month ends';
  const read = [...(over ? [over.column] : []), ...(grain.kind === 'latest' ? [grain.column] : [])].find((name) => !columns.includes(name));
  if (read !== undefined) return read;
  for (const tree of [expression, where]) {
    const found = tree ? strangeIn(tree, columns) : null;
    if (found !== null) return found;
  }
  return null;
}

const operators: readonly string[] = ['and', 'or', '=', '<>', '<', '<=', '>', '>='];
const functions: readonly string[] = [...Object.keys(aggregates), ...Object.keys(elapsed), 'coalesce', 'as_of'];

function strangeIn(node: Expression, columns: readonly string[]): string | null {
  if (node.kind === 'name') return columns.includes(node.name) ? null : node.name;
  if (node.kind === 'minus') return '-';
  if (node.kind === 'call' && !functions.includes(node.name)) return node.name;
  if (node.kind === 'binary' && !operators.includes(node.operator)) return node.operator;
  for (const part of partsOf(node)) {
    const found = strangeIn(part, columns);
    if (found !== null) return found;
  }
  return null;
}

function partsOf(node: Expression): Expression[] {
  switch (node.kind) {
    case 'call':
      return node.arguments;
    case 'binary':
      return [node.left, node.right];
    case 'in':
      return [node.operand, ...node.options];
    case 'if':
      return [node.condition, node.yes, ...(node.no ? [node.no] : [])];
    case 'not':
    case 'minus':
    case 'known':
      return [node.operand];
    default:
      return [];
  }
}
