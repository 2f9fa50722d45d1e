import { boolean, number, string, type FeelType } from '../types.ts';
import type { FeelValue } from '../values/value.ts';
import { matchesPattern, replacePattern, splitPattern } from '../values/patterns.ts';
import { isList, single } from '../values/value.ts';
import { type Builtin, structural, type CompiledForm, unsupported } from './record.ts';

type Text = (...args: string[]) => boolean | number | string | null;

/** A builtin over texts alone. */
function textual(name: string, params: readonly string[], returns: FeelType, apply: Text, sql: CompiledForm['sql']): Builtin {
  return {
    name,
    params: [params],
    evaluate: (given) => {
      const args = given.map(single);
      return args.length === params.length && args.every((arg) => typeof arg === 'string') ? apply(...args) : null;
    },
    compiled: [{ takes: params.map(() => string), returns, apply, sql }],
  };
}

/** Positions count code points from 1; a negative one counts from the end, as in DMN 1.5 table 74. */
export function substringOf(text: string, start: number, length?: number): string | null {
  const from = Math.trunc(start);
  const points = Array.from(text);
  if (from === 0 || Math.abs(from) > points.length) return null;
  if (length !== undefined && length < 1) return null;
  const begin = from > 0 ? from - 1 : points.length + from;
  return points.slice(begin, length === undefined ? undefined : begin + Math.trunc(length)).join('');
}

const isPosition = (value: unknown): boolean => typeof value === 'number' && Number.isInteger(value) && value !== 0;
const isLength = (value: unknown): boolean => typeof value === 'number' && Number.isInteger(value) && value >= 1;

function substringSql(text: string, from: number, length?: number): string {
  const count = length === undefined ? '' : `, ${length}`;
  const begin = from > 0 ? `${from}` : `length(${text}) + 1 - ${-from}`;
  return `(CASE WHEN length(${text}) >= ${Math.abs(from)} THEN substring(${text}, CAST(${begin} AS BIGINT)${count}) END)`;
}

const caseDiffers = unsupported('大小写规则在各引擎不一致', 'engines differ in their case rules');
const patternsDiffer = unsupported('正则表达式在各引擎不一致', 'engines differ in their regular expressions');

export const stringBuiltins: readonly Builtin[] = [
  textual(
    'string length',
    ['string'],
    number,
    (text) => Array.from(text).length,
    ([text]) => `CAST(length(${text}) AS DOUBLE)`,
  ),
  textual(
    'contains',
    ['string', 'match'],
    boolean,
    (text, match) => text.includes(match),
    ([text, match]) => `contains(${text}, ${match})`,
  ),
  textual(
    'starts with',
    ['string', 'match'],
    boolean,
    (text, match) => text.startsWith(match),
    ([text, match]) => `starts_with(${text}, ${match})`,
  ),
  textual(
    'ends with',
    ['string', 'match'],
    boolean,
    (text, match) => text.endsWith(match),
    ([text, match]) => `ends_with(${text}, ${match})`,
  ),
  textual(
    'substring before',
    ['string', 'match'],
    string,
    (text, match) => (text.includes(match) ? text.slice(0, text.indexOf(match)) : ''),
    ([text, match]) =>
      `(CASE WHEN contains(${text}, ${match}) THEN substring(${text}, 1, position(${match} IN ${text}) - 1) WHEN ${text} IS NOT NULL AND ${match} IS NOT NULL THEN '' END)`,
  ),
  textual(
    'substring after',
    ['string', 'match'],
    string,
    (text, match) => (text.includes(match) ? text.slice(text.indexOf(match) + match.length) : ''),
    ([text, match]) =>
      `(CASE WHEN contains(${text}, ${match}) THEN substring(${text}, position(${match} IN ${text}) + length(${match})) WHEN ${text} IS NOT NULL AND ${match} IS NOT NULL THEN '' END)`,
  ),
  {
    name: 'substring',
    params: [
      ['string', 'start position', 'length'],
      ['string', 'start position'],
    ],
    evaluate: ([text, start, length, ...rest]) => {
      if (typeof text !== 'string' || typeof start !== 'number' || rest.length > 0) return null;
      if (length === undefined) return substringOf(text, start);
      return typeof length === 'number' ? substringOf(text, start, length) : null;
    },
    compiled: [
      {
        takes: [string, number],
        returns: string,
        literals: { 1: isPosition },
        apply: (text: string, start: number) => substringOf(text, start),
        sql: ([text], [, start]) => substringSql(text ?? '', Number(start)),
      },
      {
        takes: [string, number, number],
        returns: string,
        literals: { 1: isPosition, 2: isLength },
        apply: (text: string, start: number, length: number) => substringOf(text, start, length),
        sql: ([text], [, start, length]) => substringSql(text ?? '', Number(start), Number(length)),
      },
    ],
  },
  {
    ...textual(
      'upper case',
      ['string'],
      string,
      (text) => text.toUpperCase(),
      () => '',
    ),
    compiled: caseDiffers,
  },
  {
    ...textual(
      'lower case',
      ['string'],
      string,
      (text) => text.toLowerCase(),
      () => '',
    ),
    compiled: caseDiffers,
  },
  {
    name: 'matches',
    params: [
      ['input', 'pattern', 'flags'],
      ['input', 'pattern'],
    ],
    evaluate: (args) =>
      args.length > 3 ? null : pattern(args, 2, ([input, regex, flags]) => matchesPattern(input ?? '', regex ?? '', flags)),
    compiled: patternsDiffer,
  },
  {
    name: 'replace',
    params: [
      ['input', 'pattern', 'replacement', 'flags'],
      ['input', 'pattern', 'replacement'],
    ],
    evaluate: (args) =>
      args.length > 4
        ? null
        : pattern(args, 3, ([input, regex, replacement, flags]) => replacePattern(input ?? '', regex ?? '', replacement ?? '', flags)),
    compiled: patternsDiffer,
  },
  {
    name: 'split',
    params: [['string', 'delimiter']],
    evaluate: (args) => (args.length === 2 ? pattern(args, 2, ([text, delimiter]) => splitPattern(text ?? '', delimiter ?? '')) : null),
    compiled: patternsDiffer,
  },
  {
    name: 'string join',
    params: [['list', 'delimiter'], ['list']],
    evaluate: ([list, delimiter, ...rest]) => {
      if (!isList(list) || rest.length > 0) return null;
      if (delimiter !== undefined && delimiter !== null && typeof delimiter !== 'string') return null;
      const texts = list.filter((item) => item !== null);
      return texts.every((item) => typeof item === 'string') ? texts.join(delimiter ?? '') : null;
    },
    compiled: structural,
  },
];

function pattern(args: readonly FeelValue[], needed: number, apply: (texts: readonly string[]) => FeelValue): FeelValue {
  const given = args.at(-1) === null && args.length > needed ? args.slice(0, -1) : args;
  return given.length >= needed && given.every((arg) => typeof arg === 'string') ? apply(given) : null;
}
