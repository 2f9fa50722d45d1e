import type { Names } from './syntax/names.ts';

/** The type of a FEEL value. `any` is a value about which nothing is declared; only the interpreter works with it. */
export type FeelType =
  | { readonly kind: ScalarKind }
  | { readonly kind: 'list'; readonly of: FeelType }
  | { readonly kind: 'context'; readonly entries: Readonly<Record<string, FeelType>> }
  | { readonly kind: 'range'; readonly of: FeelType }
  | { readonly kind: 'function'; readonly params: readonly FeelType[]; readonly returns: FeelType };

export type ScalarKind =
  | 'number'
  | 'string'
  | 'boolean'
  | 'date'
  | 'time'
  | 'date and time'
  | 'years and months duration'
  | 'days and time duration'
  | 'null'
  | 'any';

export const number: FeelType = { kind: 'number' };
export const string: FeelType = { kind: 'string' };
export const boolean: FeelType = { kind: 'boolean' };
export const date: FeelType = { kind: 'date' };
export const monthsDuration: FeelType = { kind: 'years and months duration' };
export const daysDuration: FeelType = { kind: 'days and time duration' };
export const nothing: FeelType = { kind: 'null' };
export const any: FeelType = { kind: 'any' };

export function listOf(of: FeelType): FeelType {
  return { kind: 'list', of };
}

const scalarKinds: Readonly<Record<string, ScalarKind>> = {
  number: 'number',
  string: 'string',
  boolean: 'boolean',
  date: 'date',
  time: 'time',
  'date and time': 'date and time',
  dateTime: 'date and time',
  'years and months duration': 'years and months duration',
  yearMonthDuration: 'years and months duration',
  'days and time duration': 'days and time duration',
  dayTimeDuration: 'days and time duration',
  Any: 'any',
  any: 'any',
  Null: 'null',
  null: 'null',
};

/** The built-in type of that name, written as FEEL or as older models write it (`feel:number`, `dateTime`). */
export function typeNamed(name: string): FeelType | undefined {
  const bare = name.replace(/^feel[:.]/, '').trim();
  const kind = scalarKinds[bare];
  if (kind) return { kind };
  if (bare === 'list') return listOf(any);
  if (bare === 'context') return { kind: 'context', entries: {} };
  if (bare === 'function') return { kind: 'function', params: [], returns: any };
  if (bare === 'range') return { kind: 'range', of: any };
  return undefined;
}

export function typeText(type: FeelType): string {
  switch (type.kind) {
    case 'list':
      return `list<${typeText(type.of)}>`;
    case 'range':
      return `range<${typeText(type.of)}>`;
    case 'context':
      return `context<${Object.entries(type.entries)
        .map(([name, of]) => `${name}: ${typeText(of)}`)
        .join(', ')}>`;
    case 'function':
      return `function<${type.params.map(typeText).join(', ')}> -> ${typeText(type.returns)}`;
    default:
      return type.kind;
  }
}

export function sameType(left: FeelType, right: FeelType): boolean {
  return typeText(left) === typeText(right);
}

/** What the grammar must know of a value of this type to read names with spaces inside it. */
export function namesIn(type: FeelType): Names | 1 {
  switch (type.kind) {
    case 'context':
      return Object.fromEntries(Object.entries(type.entries).map(([name, of]) => [name, namesIn(of)]));
    case 'list':
    case 'range':
      return namesIn(type.of);
    case 'function':
      return namesIn(type.returns);
    default:
      return 1;
  }
}
