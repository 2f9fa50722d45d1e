import { show } from '../values/show.ts';
import { FeelDateTime, FeelFunction, FeelTime, isContext, isList, type FeelValue } from '../values/value.ts';
import { parseRange } from '../values/parse-range.ts';
import { equal } from '../values/compare.ts';
import { type Builtin, unsupported } from './record.ts';

const textForms = unsupported('数字与文本互转的写法各引擎不一致', 'engines write numbers as text differently');
const contextForms = unsupported('上下文须在编译时已知', 'contexts must be known when compiling');

/** `number("1 234,5", " ", ",")`: grouping and decimal separators as the text has them. */
function parseNumber([text, grouping, decimal]: readonly FeelValue[]): number | null {
  if (typeof text === 'number') return grouping === undefined && decimal === undefined ? text : null;
  if (typeof text !== 'string') return null;
  const group = grouping ?? null;
  const point = decimal ?? null;
  if (group !== null && (typeof group !== 'string' || ![' ', ',', '.'].includes(group))) return null;
  if (point !== null && (typeof point !== 'string' || !['.', ','].includes(point))) return null;
  if (group !== null && group === point) return null;
  let plain = text;
  if (group !== null) plain = plain.replaceAll(group, '');
  if (point !== null) plain = plain.replace(point, '.');
  return /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(plain) ? Number(plain) : null;
}

function sameKind(left: FeelValue, right: FeelValue): boolean {
  if (left instanceof FeelTime && right instanceof FeelTime) return left.toString() === right.toString();
  if (left instanceof FeelDateTime && right instanceof FeelDateTime) return left.toString() === right.toString();
  return equal(left, right) === true;
}

function contextOf([entries]: readonly FeelValue[]): FeelValue {
  const list = isList(entries) ? entries : [entries ?? null];
  const made: Record<string, FeelValue> = {};
  for (const entry of list) {
    if (!isContext(entry) || typeof entry['key'] !== 'string' || !('value' in entry) || entry['key'] in made) return null;
    made[entry['key']] = entry['value'] ?? null;
  }
  return made;
}

function putAt(context: FeelValue | undefined, keys: readonly FeelValue[], value: FeelValue): FeelValue {
  const [key, ...rest] = keys;
  if (!isContext(context) || typeof key !== 'string') return null;
  const inner = rest.length === 0 ? value : putAt(context[key], rest, value);
  if (rest.length > 0 && inner === null) return null;
  return { ...context, [key]: inner };
}

export const conversionBuiltins: readonly Builtin[] = [
  {
    name: 'string',
    params: [['from']],
    evaluate: ([value, ...rest]) =>
      value === null || value === undefined || value instanceof FeelFunction || rest.length > 0 ? null : show(value),
    compiled: textForms,
  },
  {
    name: 'number',
    params: [['from', 'grouping separator', 'decimal separator'], ['from', 'grouping separator'], ['from']],
    evaluate: (args) => (args.length === 0 || args.length > 3 ? null : parseNumber(args)),
    compiled: textForms,
  },
  {
    name: 'is',
    params: [['value1', 'value2'], ['value1'], ['value2']],
    evaluate: (args) => {
      const [left = null, right = null] = args;
      if (args.length > 2) return null;
      return left === null || right === null ? left === right : sameKind(left, right);
    },
    compiled: unsupported('请用 = 比较', 'use = instead'),
  },
  {
    name: 'get value',
    params: [
      ['m', 'key'],
      ['context', 'keys'],
    ],
    evaluate: (args) => {
      const [context, key] = args;
      if (args.length !== 2 || !isContext(context)) return null;
      if (typeof key === 'string') return Object.hasOwn(context, key) ? (context[key] ?? null) : null;
      if (!isList(key) || key.length === 0) return null;
      return key.reduce<FeelValue>(
        (value, name) => (isContext(value) && typeof name === 'string' && Object.hasOwn(value, name) ? (value[name] ?? null) : null),
        context,
      );
    },
    compiled: contextForms,
  },
  {
    name: 'get entries',
    params: [['m']],
    evaluate: ([context, ...rest]) =>
      isContext(context) && rest.length === 0 ? Object.entries(context).map(([key, value]) => ({ key, value })) : null,
    compiled: contextForms,
  },
  { name: 'context', params: [['entries']], evaluate: (args) => (args.length === 1 ? contextOf(args) : null), compiled: contextForms },
  {
    name: 'context put',
    params: [
      ['context', 'key', 'value'],
      ['context', 'keys', 'value'],
    ],
    evaluate: (args, _call, named) => {
      const [context, key, value] = args;
      if (args.length !== 3 || (named && named.includes('keys') !== isList(key))) return null;
      return isList(key) ? putAt(context, key, value ?? null) : putAt(context, [key ?? null], value ?? null);
    },
    compiled: contextForms,
  },
  {
    name: 'context merge',
    params: [['contexts']],
    evaluate: (args) => {
      const [first] = args;
      const contexts = isList(first) ? first : [first ?? null];
      if (args.length !== 1 || !contexts.every(isContext)) return null;
      return Object.assign({}, ...contexts) as FeelValue;
    },
    compiled: contextForms,
  },
  {
    name: 'range',
    params: [['from']],
    evaluate: (args) => (args.length === 1 && typeof args[0] === 'string' ? (parseRange(args[0]) ?? null) : null),
    compiled: unsupported('区间请直接写出', 'write the interval out'),
  },
];
