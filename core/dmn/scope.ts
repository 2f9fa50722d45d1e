/** What a boxed expression sees: names with their shapes, and types. */
import type { Names } from '#core/feel/syntax/names.ts';
import { readerFor } from '#core/feel/syntax/parse.ts';
import { plainSource, wholeOf, type Span } from '#core/feel/syntax/source.ts';
import type { TypeTree } from '#core/feel/syntax/tree.ts';
import type { TypeScope } from './item-types.ts';
import { placeOf, sourceOf, type Element } from './xml.ts';

export interface BoxedScope {
  readonly names: ReadonlyMap<string, Names | 1>;
  readonly types: TypeScope;
}

const readers = new WeakMap<BoxedScope['names'], ReturnType<typeof readerFor>>();

/** The reader of FEEL texts of one scope. */
export function readerOf(scope: BoxedScope): ReturnType<typeof readerFor> {
  let reader = readers.get(scope.names);
  if (!reader) {
    reader = readerFor(Object.fromEntries(scope.names));
    readers.set(scope.names, reader);
  }
  return reader;
}

export function withNames(scope: BoxedScope, added: readonly (readonly [string, Names | 1])[]): BoxedScope {
  return { ...scope, names: new Map([...scope.names, ...added]) };
}

export function spanOf(element: Element, label: string): Span {
  return wholeOf({ ...sourceOf(element, label), text: '', origin: () => placeOf(element) });
}

export function readType(ref: string | undefined, label: string): TypeTree | undefined {
  return ref === undefined || ref.trim() === ''
    ? undefined
    : { name: 'named', text: ref.trim(), of: [], entries: [], at: wholeOf(plainSource(ref, '', label)) };
}
