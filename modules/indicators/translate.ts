/** The expression language's tree → DuckDB SQL, checked: every name, type and value is looked up, and what does not fit is refused with its place. */
import { textLiteral } from '#platform/warehouse/index.ts';
import type { BinaryOperator, Expression } from './expression.ts';
import { ExpressionError } from './expression.ts';

export type ValueType = 'money' | 'integer' | 'decimal' | 'flag' | 'code' | 'date';

/** A piece of SQL, what it yields, and for codes which values can occur (null = any text). */
export interface Typed {
  sql: string;
  type: ValueType;
  values: readonly string[] | null;
}

/** What the names of an expression mean where it stands. */
export interface Scope {
  /** `YYYY-MM-DD`. */
  asOf: string;
  name(name: string, at: number): Typed;
  /** Functions that only exist here, such as aggregates; null = not one of them. */
  call(node: Expression & { kind: 'call' }): Typed | null;
}

export const dateLiteral = (day: string): string => `DATE '${day}'`;
const typed = (sql: string, type: ValueType, values: readonly string[] | null = null): Typed => ({ sql, type, values });
const isNumber = (type: ValueType): boolean => type === 'money' || type === 'integer' || type === 'decimal';
const asDouble = (sql: string): string => `CAST(${sql} AS DOUBLE)`;

export const typeText: Record<ValueType, { zh: string; en: string }> = {
  money: { zh: '金额', en: 'money' },
  integer: { zh: '整数', en: 'an integer' },
  decimal: { zh: '小数', en: 'a decimal' },
  flag: { zh: '是否', en: 'a flag' },
  code: { zh: '代码', en: 'a code' },
  date: { zh: '日期', en: 'a date' },
};

export function translate(node: Expression, scope: Scope): Typed {
  switch (node.kind) {
    case 'literal':
      return literal(node.value);
    case 'name':
      return scope.name(node.name, node.at);
    case 'call':
      return scope.call(node) ?? scalarCall(node, scope);
    case 'minus': {
      const operand = number(node.operand, scope);
      return typed(`(-${operand.sql})`, operand.type);
    }
    case 'not':
      return typed(`(NOT ${flag(node.operand, scope).sql})`, 'flag');
    case 'binary':
      return binary(node, scope);
    case 'in':
      return membership(node, scope);
    case 'known':
      return typed(`(${translate(node.operand, scope).sql} IS ${node.known ? 'NOT ' : ''}NULL)`, 'flag');
    case 'if':
      break;
  }
  return choice(node, scope);
}

export function flag(node: Expression, scope: Scope): Typed {
  return require(node, scope, 'flag');
}

export function number(node: Expression, scope: Scope): Typed {
  const value = translate(node, scope);
  if (!isNumber(value.type)) throw mismatch(node.at, { zh: '数', en: 'a number' }, value.type);
  return value;
}

export function require(node: Expression, scope: Scope, type: ValueType): Typed {
  const value = translate(node, scope);
  if (value.type !== type) throw mismatch(node.at, typeText[type], value.type);
  return value;
}

function mismatch(at: number, expected: { zh: string; en: string }, found: ValueType): ExpressionError {
  return new ExpressionError(
    at,
    `此处应为${expected.zh}，而不是${typeText[found].zh}`,
    `expected ${expected.en} here, found ${typeText[found].en}`,
  );
}

function literal(value: string | number | boolean): Typed {
  if (typeof value === 'string') return typed(textLiteral(value), 'code', [value]);
  if (typeof value === 'boolean') return typed(value ? 'TRUE' : 'FALSE', 'flag');
  return Number.isInteger(value) ? typed(`CAST(${value} AS BIGINT)`, 'integer') : typed(asDouble(String(value)), 'decimal');
}

function binary(node: Expression & { kind: 'binary' }, scope: Scope): Typed {
  const { operator, left, right } = node;
  if (operator === 'and' || operator === 'or') {
    return typed(`(${flag(left, scope).sql} ${operator.toUpperCase()} ${flag(right, scope).sql})`, 'flag');
  }
  if (operator === '+' || operator === '-' || operator === '*' || operator === '/') return arithmetic(node, operator, scope);
  const [a, b] = [translate(left, scope), translate(right, scope)];
  requireComparable(node.at, a, b);
  if ((a.type === 'code' || a.type === 'flag') && operator !== '=' && operator !== '<>') {
    throw new ExpressionError(node.at, `${typeText[a.type].zh}不能比较大小`, `${typeText[a.type].en} has no order`);
  }
  return typed(`(${a.sql} ${operator} ${b.sql})`, 'flag');
}

function requireComparable(at: number, a: Typed, b: Typed): void {
  const same = a.type === b.type || (isNumber(a.type) && isNumber(b.type));
  if (!same) throw mismatch(at, typeText[a.type], b.type);
  const [known, asked] = a.values && a.values.length !== 1 ? [a.values, b.values] : [b.values, a.values];
  if (!known || !asked || asked.length !== 1 || known.length === 1) return;
  const [value] = asked;
  if (value !== undefined && !known.includes(value)) {
    throw new ExpressionError(at, `没有取值 '${value}',只有 ${known.join('、')}`, `'${value}' never occurs; there are ${known.join(', ')}`);
  }
}

function arithmetic(node: Expression & { kind: 'binary' }, operator: BinaryOperator, scope: Scope): Typed {
  const [a, b] = [number(node.left, scope), number(node.right, scope)];
  if (operator === '*' && a.type === 'money' && b.type === 'money') {
    throw new ExpressionError(node.at, '两个金额不能相乘', 'two amounts cannot be multiplied');
  }
  if (operator === '/') {
    const type = a.type === 'money' && b.type !== 'money' ? 'money' : 'decimal';
    return typed(`(${asDouble(a.sql)} / nullif(${asDouble(b.sql)}, 0))`, type);
  }
  return typed(`(${a.sql} ${operator} ${b.sql})`, widest([a, b]));
}

function widest(values: readonly Typed[]): ValueType {
  if (values.some((value) => value.type === 'money')) return 'money';
  return values.some((value) => value.type === 'decimal') ? 'decimal' : 'integer';
}

function membership(node: Expression & { kind: 'in' }, scope: Scope): Typed {
  const operand = translate(node.operand, scope);
  const options = node.options.map((option) => translate(option, scope));
  if (options.length === 0) throw new ExpressionError(node.at, 'in 后面没有取值', 'nothing stands after in');
  for (const option of options) requireComparable(node.at, operand, option);
  return typed(`(${operand.sql} IN (${options.map((option) => option.sql).join(', ')}))`, 'flag');
}

function choice(node: Expression & { kind: 'if' }, scope: Scope): Typed {
  const condition = flag(node.condition, scope);
  const yes = translate(node.yes, scope);
  if (!node.no) return { ...yes, sql: `CASE WHEN ${condition.sql} THEN ${yes.sql} END` };
  const no = translate(node.no, scope);
  return { ...together(node.at, [yes, no]), sql: `CASE WHEN ${condition.sql} THEN ${yes.sql} ELSE ${no.sql} END` };
}

/** The type and the possible values of something that is one of several. */
function together(at: number, all: readonly Typed[]): Omit<Typed, 'sql'> {
  const [first, ...rest] = all;
  if (!first) throw new ExpressionError(at, '缺少参数', 'an argument is missing');
  for (const other of rest)
    if (!(isNumber(first.type) && isNumber(other.type)) && other.type !== first.type) throw mismatch(at, typeText[first.type], other.type);
  const values = all.every((value) => value.values) ? [...new Set(all.flatMap((value) => value.values ?? []))] : null;
  return { type: isNumber(first.type) ? widest(all) : first.type, values };
}

type Scalar = (values: Typed[], node: Expression & { kind: 'call' }, scope: Scope) => Typed;
interface ScalarFunction {
  /** Types the arguments must have; the last one repeats when `more`. */
  takes: readonly (ValueType | 'number' | 'any')[];
  more?: boolean;
  yields: Scalar;
}

const first = (values: Typed[]): Typed => {
  const [value] = values;
  if (!value) throw new Error('a function without arguments asked for its first');
  return value;
};
const sqlOf = (values: Typed[], index: number): string => values[index]?.sql ?? 'NULL';

/** Where one argument is UNKNOWN the greatest is too; DuckDB's own greatest leaves NULLs out. */
const extreme = (name: string): ScalarFunction => ({
  takes: ['any'],
  more: true,
  yields: (values, node) => {
    const unknown = values.map((value) => `${value.sql} IS NULL`).join(' OR ');
    return {
      ...together(node.at, values),
      sql: `CASE WHEN ${unknown} THEN NULL ELSE ${name}(${values.map((value) => value.sql).join(', ')}) END`,
    };
  },
});

/** Functions that may stand anywhere. Completed years, months and days are counted up to the as-of day. */
const scalarFunctions: Record<string, ScalarFunction> = {
  as_of: { takes: [], yields: (_values, _node, scope) => typed(dateLiteral(scope.asOf), 'date') },
  // A person born on 29 February completes the year on 1 March (Civil Code 200–203: the day itself must have come).
  years_since: {
    takes: ['date'],
    yields: (values, _node, scope) => {
      const date = sqlOf(values, 0);
      const [year, month, day] = scope.asOf.split('-').map(Number);
      return typed(
        `(${year} - year(${date}) - CASE WHEN month(${date}) * 100 + day(${date}) > ${(month ?? 0) * 100 + (day ?? 0)} THEN 1 ELSE 0 END)`,
        'integer',
      );
    },
  },
  months_since: {
    takes: ['date'],
    yields: (values, _node, scope) => typed(`datesub('month', ${sqlOf(values, 0)}, ${dateLiteral(scope.asOf)})`, 'integer'),
  },
  days_since: {
    takes: ['date'],
    yields: (values, _node, scope) => typed(`datediff('day', ${sqlOf(values, 0)}, ${dateLiteral(scope.asOf)})`, 'integer'),
  },
  abs: { takes: ['number'], yields: (values) => typed(`abs(${sqlOf(values, 0)})`, first(values).type) },
  round: {
    takes: ['number'],
    yields: (values) => typed(`CAST(round(${sqlOf(values, 0)}) AS BIGINT)`, first(values).type === 'money' ? 'money' : 'integer'),
  },
  // floor_to(x, step): the greatest multiple of step that is not above x.
  floor_to: {
    takes: ['number', 'integer'],
    yields: (values) =>
      typed(`CAST(floor(${asDouble(sqlOf(values, 0))} / ${sqlOf(values, 1)}) * ${sqlOf(values, 1)} AS BIGINT)`, first(values).type),
  },
  // ratio(a, b): UNKNOWN when b is 0.
  ratio: {
    takes: ['number', 'number'],
    yields: (values) => typed(`(${asDouble(sqlOf(values, 0))} / nullif(${asDouble(sqlOf(values, 1))}, 0))`, 'decimal'),
  },
  // great_circle_km(longitude, latitude, longitude, latitude): degrees in WGS 84.
  great_circle_km: { takes: ['number', 'number', 'number', 'number'], yields: (values) => typed(greatCircleKm(values), 'decimal') },
  coalesce: {
    takes: ['any'],
    more: true,
    yields: (values, node) => ({ ...together(node.at, values), sql: `coalesce(${values.map((value) => value.sql).join(', ')})` }),
  },
  greatest: extreme('greatest'),
  least: extreme('least'),
  concat: { takes: ['code'], more: true, yields: (values) => typed(`(${values.map((value) => value.sql).join(' || ')})`, 'code') },
};

/** Mean radius of the Earth (IUGG). The sphere is at most 0.6 % off the true ellipsoid, which is less than roads add. */
const earthRadiusKm = 6371.0088;

/**
 * Haversine formula, which keeps its digits at short distances where the law of cosines loses them. One decimal hides the last bits in which
 * the sines of two machines may differ. Its usual `least(1, …)` would turn UNKNOWN into half the Earth, because DuckDB leaves NULLs out.
 */
function greatCircleKm(degrees: readonly Typed[]): string {
  const [east1, north1, east2, north2] = degrees.map((value) => `radians(${asDouble(value.sql)})`);
  const square = `(pow(sin((${north2} - ${north1}) / 2), 2) + cos(${north1}) * cos(${north2}) * pow(sin((${east2} - ${east1}) / 2), 2))`;
  return `round(2 * ${earthRadiusKm} * atan2(sqrt(${square}), sqrt(abs(1 - ${square}))), 1)`;
}

function scalarCall(node: Expression & { kind: 'call' }, scope: Scope): Typed {
  const known = Object.hasOwn(scalarFunctions, node.name) ? scalarFunctions[node.name] : undefined;
  if (!known) {
    throw new ExpressionError(node.at, `没有函数 ${node.name}`, `there is no function ${node.name} here`);
  }
  const expected = known.takes.length;
  if (known.more ? node.arguments.length < expected : node.arguments.length !== expected) {
    const least = known.more ? ` ${expected}+` : ` ${expected}`;
    throw new ExpressionError(node.at, `${node.name} 需要${least} 个参数`, `${node.name} takes${least} arguments`);
  }
  const values = node.arguments.map((argument, index) => {
    const type = known.takes[Math.min(index, expected - 1)] ?? 'any';
    if (type === 'any') return translate(argument, scope);
    return type === 'number' ? number(argument, scope) : require(argument, scope, type);
  });
  return known.yields(values, node, scope);
}
