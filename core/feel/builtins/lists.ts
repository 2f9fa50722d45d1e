import { equal, order } from '../values/compare.ts';
import { DaysDuration, isList, MonthsDuration, type FeelValue } from '../values/value.ts';
import { type Builtin, type Caller, structural, unsupported } from './record.ts';

type Items = readonly FeelValue[];
const listsInSql = unsupported('列表只能拼接、计数和判断包含', 'lists may only be concatenated, counted and searched');

/** The items of `f([a, b])`, `f(a, b)` and `f(a)`. */
function itemsOf(args: Items): Items {
  const [first] = args;
  return args.length === 1 && isList(first) ? first : args;
}

function onItems(name: string, evaluate: (items: Items) => FeelValue, compiled: Builtin['compiled'] = listsInSql): Builtin {
  return { name, params: [['list'], ['c...']], evaluate: (args) => (args.length === 0 ? null : evaluate(itemsOf(args))), compiled };
}

function numbersIn(items: Items): number[] | undefined {
  return items.every((item) => typeof item === 'number') ? [...items] : undefined;
}

function sumOf(items: Items): FeelValue {
  const [first] = items;
  if (first === undefined) return null;
  const numbers = numbersIn(items);
  if (numbers) return numbers.reduce((sum, value) => sum + value);
  if (items.every((item) => item instanceof MonthsDuration)) return new MonthsDuration(items.reduce((sum, item) => sum + item.months, 0));
  if (items.every((item) => item instanceof DaysDuration)) return new DaysDuration(items.reduce((sum, item) => sum + item.nanos, 0n));
  return null;
}

function extreme(items: Items, wanted: -1 | 1): FeelValue {
  let best: FeelValue | undefined;
  for (const item of items) {
    if (item === null) return null;
    if (best === undefined) best = item;
    const answer = order(item, best);
    if (answer === undefined) return null;
    if (answer === wanted) best = item;
  }
  return best ?? null;
}

export function meanOf(items: Items): number | null {
  const numbers = numbersIn(items);
  return numbers && numbers.length > 0 ? numbers.reduce((sum, value) => sum + value) / numbers.length : null;
}

function medianOf(items: Items): number | null {
  const numbers = numbersIn(items)?.toSorted((a, b) => a - b);
  if (!numbers || numbers.length === 0) return null;
  const middle = Math.floor(numbers.length / 2);
  const upper = numbers[middle] ?? 0;
  return numbers.length % 2 === 1 ? upper : ((numbers[middle - 1] ?? 0) + upper) / 2;
}

function deviationOf(items: Items): number | null {
  const numbers = numbersIn(items);
  const mean = meanOf(items);
  if (!numbers || numbers.length < 2 || mean === null) return null;
  return Math.sqrt(numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (numbers.length - 1));
}

function modeOf(items: Items): FeelValue {
  const numbers = numbersIn(items);
  if (!numbers) return null;
  const counts = new Map<number, number>();
  for (const value of numbers) counts.set(value, (counts.get(value) ?? 0) + 1);
  const most = Math.max(0, ...counts.values());
  return [...counts]
    .filter(([, count]) => count === most)
    .map(([value]) => value)
    .toSorted((a, b) => a - b);
}

function allOf(items: Items): boolean | null {
  if (items.includes(false)) return false;
  return items.every((item) => item === true) ? true : null;
}

function anyOf(items: Items): boolean | null {
  if (items.includes(true)) return true;
  return items.every((item) => item === false) ? false : null;
}

function distinct(items: Items): FeelValue[] {
  const kept: FeelValue[] = [];
  for (const item of items) if (!kept.some((other) => equal(other, item) === true)) kept.push(item);
  return kept;
}

function flat(items: Items): FeelValue[] {
  return items.flatMap((item) => (isList(item) ? flat(item) : [item]));
}

function asList(value: FeelValue | undefined): Items | undefined {
  if (value === undefined || value === null) return undefined;
  return isList(value) ? value : [value];
}

/** Index of a FEEL position, from 1 or, negative, from the end. */
function indexAt(position: FeelValue | undefined, length: number): number | undefined {
  if (typeof position !== 'number' || !Number.isInteger(position) || position === 0) return undefined;
  const index = position > 0 ? position - 1 : length + position;
  return index >= 0 && index < length ? index : undefined;
}

function onList(
  name: string,
  params: readonly (readonly string[])[],
  evaluate: (list: Items, rest: Items, call: Caller) => FeelValue,
  compiled: Builtin['compiled'] = listsInSql,
): Builtin {
  const longest = Math.max(...params.map((form) => (form.at(-1)?.endsWith('...') ? 1000 : form.length)));
  const shortest = Math.min(...params.map((form) => form.length));
  return {
    name,
    params,
    evaluate: (args, call) => {
      const list = asList(args[0]);
      return list === undefined || args.length > longest || args.length < shortest ? null : evaluate(list, args.slice(1), call);
    },
    compiled,
  };
}

function sortWith(list: Items, precedes: FeelValue | undefined, call: Caller): FeelValue {
  if (precedes === undefined || precedes === null) {
    return list.every((item, at) => at === 0 || order(item, list[0] ?? null) !== undefined)
      ? list.toSorted((a, b) => order(a, b) ?? 0)
      : null;
  }
  return list.toSorted((a, b) => (call.invoke(precedes, [a, b]) === true ? -1 : call.invoke(precedes, [b, a]) === true ? 1 : 0));
}

function replaceIn(list: Items, [where, item]: Items, call: Caller): FeelValue {
  if (typeof where === 'number') {
    const index = indexAt(where, list.length);
    return index === undefined ? null : list.with(index, item ?? null);
  }
  if (where === null || where === undefined) return null;
  const hits = list.map((each) => call.invoke(where, [each, item ?? null]));
  return hits.every((hit) => typeof hit === 'boolean') ? list.map((each, index) => (hits[index] === true ? (item ?? null) : each)) : null;
}

export const listBuiltins: readonly Builtin[] = [
  onItems('sum', sumOf, structural),
  onItems('min', (items) => extreme(items, -1), structural),
  onItems('max', (items) => extreme(items, 1), structural),
  onItems('mean', (items) => meanOf(items), structural),
  onItems('median', medianOf),
  onItems('stddev', deviationOf),
  onItems('mode', modeOf),
  onItems('product', (items) => {
    const numbers = numbersIn(items);
    return numbers && numbers.length > 0 ? numbers.reduce((product, value) => product * value) : null;
  }),
  onItems('all', allOf, structural),
  onItems('any', anyOf, structural),
  onList('count', [['list']], (list) => list.length, structural),
  onList('list contains', [['list', 'element']], (list, [item]) => list.some((each) => equal(each, item ?? null) === true), structural),
  onList('append', [['list', 'item...']], (list, rest) => [...list, ...rest], structural),
  {
    name: 'concatenate',
    params: [['list...']],
    evaluate: (args) => (args.length === 0 || args.includes(null) ? null : args.flatMap((arg) => asList(arg) ?? [])),
    compiled: structural,
  },
  {
    name: 'union',
    params: [['list...']],
    evaluate: (args) => (args.includes(null) ? null : distinct(args.flatMap((arg) => asList(arg) ?? []))),
    compiled: listsInSql,
  },
  onList('distinct values', [['list']], (list) => distinct(list)),
  onList('flatten', [['list']], (list) => flat(list)),
  onList('reverse', [['list']], (list) => list.toReversed()),
  onList('index of', [['list', 'match']], (list, [item]) =>
    list.flatMap((each, index) => (equal(each, item ?? null) === true ? [index + 1] : [])),
  ),
  onList(
    'sublist',
    [
      ['list', 'start position', 'length'],
      ['list', 'start position'],
    ],
    (list, [start, length]) => {
      const from = indexAt(start, list.length);
      if (from === undefined) return null;
      if (length === undefined) return list.slice(from);
      if (typeof length !== 'number' || !Number.isInteger(length) || length < 0 || from + length > list.length) return null;
      return list.slice(from, from + length);
    },
  ),
  onList('insert before', [['list', 'position', 'newItem']], (list, [position, item]) => {
    const index = indexAt(position, list.length);
    return index === undefined ? null : list.toSpliced(index, 0, item ?? null);
  }),
  onList('remove', [['list', 'position']], (list, [position]) => {
    const index = indexAt(position, list.length);
    return index === undefined ? null : list.toSpliced(index, 1);
  }),
  onList(
    'list replace',
    [
      ['list', 'position', 'newItem'],
      ['list', 'match', 'newItem'],
    ],
    replaceIn,
  ),
  onList('sort', [['list', 'precedes'], ['list']], (list, [precedes], call) => sortWith(list, precedes, call)),
];
