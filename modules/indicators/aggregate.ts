/** Aggregates of the catalogue's expressions. Each becomes a few primitives (`sum(x) FILTER …`) that indicators of one scan share. */
import type { Expression } from './expression.ts';
import { ExpressionError } from './expression.ts';
import { flag, number, require, translate } from './translate.ts';
import type { Scope, Typed, ValueType } from './translate.ts';

type Call = Expression & { kind: 'call' };

/** One grouping of rows: what its aggregates read, which rows count, and where their results go. */
export interface Grouping {
  /** How arguments are read. */
  rows: Scope;
  /** SQL condition on the rows; null = all. */
  filter: string | null;
  /** Takes an aggregate in SQL and gives the column it will be found under. */
  primitive(sql: string): string;
  /** Breaks ties of `latest`: SQL over the rows. */
  tie: string;
  /** SQL of the month a row stands for, as a running number; null where rows have no month. */
  monthNumber: string | null;
  /** SQL of the days of the row's month, and the days of all months loaded in the window; null outside windows of month ends. */
  days: { row: string; window: number } | null;
  /** An aggregate is UNKNOWN as soon as one of its values is: for sums over members, of whom none may be left out. */
  strict: boolean;
}

type Aggregate = (node: Call, grouping: Grouping) => Typed;

const plain = (sql: string, type: ValueType): Typed => ({ sql, type, values: null });

/** The scope in which aggregates may be called; outside of them no column can be read. */
export function groupScope(grouping: Grouping): Scope {
  return {
    asOf: grouping.rows.asOf,
    name(name, at) {
      grouping.rows.name(name, at); // An unknown name is refused as such first.
      throw new ExpressionError(
        at,
        `${name} 每人有多行，要放进 sum、max 等汇总函数`,
        `${name} has many rows a person: put it into sum, max or another aggregate`,
      );
    },
    call(node) {
      const aggregate = Object.hasOwn(aggregates, node.name) ? aggregates[node.name] : undefined;
      return aggregate ? aggregate(node, grouping) : null;
    },
  };
}

/** How many rows count for a person: 0 means the value is `absent`. */
export function countRows(grouping: Grouping): string {
  return grouping.primitive(`count(*)${filterOf(grouping)}`);
}

function filterOf(grouping: Grouping, ...more: string[]): string {
  const conditions = [...(grouping.filter === null ? [] : [grouping.filter]), ...more];
  return conditions.length > 0 ? ` FILTER (WHERE ${conditions.join(' AND ')})` : '';
}

/** With `strict`, the SQL only when every row that counts has a value. */
function whole(grouping: Grouping, values: readonly string[], sql: string): string {
  if (!grouping.strict) return sql;
  const all = countRows(grouping);
  const known = values.map((value) => `${grouping.primitive(`count(${value})${filterOf(grouping)}`)} = ${all}`);
  return `CASE WHEN ${known.join(' AND ')} THEN ${sql} END`;
}

function argument(node: Call, index: number): Expression {
  const found = node.arguments[index];
  if (!found) throw new ExpressionError(node.at, `${node.name} 缺少参数`, `${node.name} lacks an argument`);
  return found;
}

function takes(node: Call, expected: number): void {
  if (node.arguments.length !== expected) {
    throw new ExpressionError(node.at, `${node.name} 需要 ${expected} 个参数`, `${node.name} takes ${expected} arguments`);
  }
}

/** Sums of doubles depend on the order of rows; decimals are summed exactly instead. */
const exact = (value: Typed): string => (value.type === 'decimal' ? `CAST(${value.sql} AS DECIMAL(28, 6))` : value.sql);
const asDouble = (sql: string): string => `CAST(${sql} AS DOUBLE)`;

function sum(node: Call, grouping: Grouping): Typed {
  takes(node, 1);
  const value = number(argument(node, 0), grouping.rows);
  const total = grouping.primitive(`sum(${exact(value)})${filterOf(grouping)}`);
  return plain(whole(grouping, [value.sql], value.type === 'decimal' ? asDouble(total) : total), value.type);
}

function count(node: Call, grouping: Grouping): Typed {
  if (node.arguments.length === 0) return plain(countRows(grouping), 'integer');
  takes(node, 1);
  const value = translate(argument(node, 0), grouping.rows);
  return plain(grouping.primitive(`count(${value.sql})${filterOf(grouping)}`), 'integer');
}

function countIf(node: Call, grouping: Grouping): Typed {
  takes(node, 1);
  return plain(grouping.primitive(`count(*)${filterOf(grouping, flag(argument(node, 0), grouping.rows).sql)}`), 'integer');
}

/** Distinct months are counted as bits, which is many times faster than a set of dates. */
function countDistinct(node: Call, grouping: Grouping): Typed {
  takes(node, 1);
  const part = argument(node, 0);
  const value = translate(part, grouping.rows);
  if (part.kind === 'name' && part.name === 'month_end' && grouping.monthNumber !== null) {
    const bits = grouping.primitive(`bit_or(CAST(1 AS HUGEINT) << CAST(${grouping.monthNumber} % 127 AS INTEGER))${filterOf(grouping)}`);
    return plain(`bit_count(${bits})`, 'integer');
  }
  return plain(grouping.primitive(`count(DISTINCT ${value.sql})${filterOf(grouping)}`), 'integer');
}

function extreme(name: 'min' | 'max'): Aggregate {
  return (node, grouping) => {
    takes(node, 1);
    const value = translate(argument(node, 0), grouping.rows);
    if (value.type === 'code' || value.type === 'flag') {
      throw new ExpressionError(node.at, `${name} 只用于数和日期`, `${name} is for numbers and dates`);
    }
    return plain(whole(grouping, [value.sql], grouping.primitive(`${name}(${value.sql})${filterOf(grouping)}`)), value.type);
  };
}

function average(node: Call, grouping: Grouping): Typed {
  takes(node, 1);
  const value = number(argument(node, 0), grouping.rows);
  const total = grouping.primitive(`sum(${exact(value)})${filterOf(grouping)}`);
  const known = grouping.primitive(`count(${value.sql})${filterOf(grouping)}`);
  return plain(whole(grouping, [value.sql], `(${asDouble(total)} / nullif(${known}, 0))`), value.type === 'money' ? 'money' : 'decimal');
}

function any(node: Call, grouping: Grouping): Typed {
  takes(node, 1);
  const value = flag(argument(node, 0), grouping.rows);
  return plain(grouping.primitive(`bool_or(${value.sql})${filterOf(grouping)}`), 'flag');
}

/** highest(code, 'lowest', …, 'highest'): the one furthest in the given order; values not named are left out. */
function highest(node: Call, grouping: Grouping): Typed {
  const value = require(argument(node, 0), grouping.rows, 'code');
  const order = node.arguments.slice(1).map((option) => {
    if (option.kind === 'literal' && typeof option.value === 'string') return option.value;
    throw new ExpressionError(option.at, '次序要逐个写出', 'write the order out value by value');
  });
  if (order.length < 2) throw new ExpressionError(node.at, 'highest 至少要两个取值', 'highest needs at least two values');
  const strange = value.values ? order.find((option) => !value.values?.includes(option)) : undefined;
  if (strange !== undefined) {
    throw new ExpressionError(node.at, `没有取值 '${strange}'`, `'${strange}' never occurs; there are ${value.values?.join(', ')}`);
  }
  const rank = order.map((option, index) => `WHEN '${option}' THEN ${index}`).join(' ');
  const best = grouping.primitive(`max(CASE ${value.sql} ${rank} END)${filterOf(grouping)}`);
  const back = order.map((option, index) => `WHEN ${index} THEN '${option}'`).join(' ');
  return { sql: `CASE ${best} ${back} END`, type: 'code', values: order };
}

/** latest(value, date): the value of the row with the latest date, even when that row leaves it blank. */
function latest(node: Call, grouping: Grouping): Typed {
  takes(node, 2);
  const value = translate(argument(node, 0), grouping.rows);
  const date = require(argument(node, 1), grouping.rows, 'date');
  const found = grouping.primitive(
    `arg_max_null(${value.sql}, (${date.sql}, ${grouping.tie}))${filterOf(grouping, `${date.sql} IS NOT NULL`)}`,
  );
  return { ...value, sql: found };
}

/** The lower median: a value that really occurs, so the same on every run. */
function median(node: Call, grouping: Grouping): Typed {
  takes(node, 1);
  const value = number(argument(node, 0), grouping.rows);
  return plain(grouping.primitive(`quantile_disc(${value.sql}, 0.5)${filterOf(grouping)}`), value.type);
}

/** The mean over the days of the window's months of a figure that is itself a month's daily mean; months without a row count as 0. */
function dailyAverage(node: Call, grouping: Grouping): Typed {
  takes(node, 1);
  if (!grouping.days) {
    throw new ExpressionError(node.at, 'daily_average 只用于月末窗口（over: … month ends）', 'daily_average needs a window of month ends');
  }
  const value = number(argument(node, 0), grouping.rows);
  const total = grouping.primitive(`sum(${value.sql} * ${grouping.days.row})${filterOf(grouping)}`);
  return plain(`(${asDouble(total)} / ${grouping.days.window})`, value.type);
}

/** Integer sums are exact in any order of rows, so deviations and slopes come out the same on every run. */
const wide = (sql: string): string => `CAST(${sql} AS HUGEINT)`;

/** Population standard deviation ÷ mean; UNKNOWN when the mean is 0. */
function cv(node: Call, grouping: Grouping): Typed {
  takes(node, 1);
  const value = wide(number(argument(node, 0), grouping.rows).sql);
  const n = grouping.primitive(`count(${value})${filterOf(grouping)}`);
  const total = grouping.primitive(`sum(${value})${filterOf(grouping)}`);
  const squares = grouping.primitive(`sum(${value} * ${value})${filterOf(grouping)}`);
  return plain(`(sqrt(${asDouble(`${n} * ${squares} - ${total} * ${total}`)}) / nullif(abs(${asDouble(total)}), 0))`, 'decimal');
}

/** Least-squares slope a month ÷ mean; UNKNOWN with one month only or when the mean is 0. */
function trend(node: Call, grouping: Grouping): Typed {
  takes(node, 1);
  if (grouping.monthNumber === null) {
    throw new ExpressionError(node.at, 'trend 只用于 person_month', 'trend is for the grain person_month');
  }
  const y = wide(number(argument(node, 0), grouping.rows).sql);
  const x = wide(grouping.monthNumber);
  const only = filterOf(grouping, `${y} IS NOT NULL`);
  const [n, sx, sy, sxy, sxx] = ['count(*)', `sum(${x})`, `sum(${y})`, `sum(${x} * ${y})`, `sum(${x} * ${x})`].map((part) =>
    grouping.primitive(`${part}${only}`),
  );
  const slope = `(${asDouble(`${n} * ${sxy} - ${sx} * ${sy}`)} / nullif(${asDouble(`${n} * ${sxx} - ${sx} * ${sx}`)}, 0))`;
  return plain(`(${slope} * ${n} / nullif(${asDouble(sy ?? '')}, 0))`, 'decimal');
}

const aggregates: Record<string, Aggregate> = {
  sum,
  count,
  count_if: countIf,
  count_distinct: countDistinct,
  min: extreme('min'),
  max: extreme('max'),
  avg: average,
  any,
  highest,
  latest,
  median,
  daily_average: dailyAverage,
  cv,
  trend,
};
