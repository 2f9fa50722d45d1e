import type { Session } from './database.ts';

/**
 * The least text that is greater than every text starting with `prefix`, in code-point order (collation "C"); null when there is none.
 * A range [prefix, end) lets an index find a prefix and gives no letter a special meaning, as LIKE would to % and _.
 */
export function prefixEnd(prefix: string): string | null {
  const points = Array.from(prefix, (letter) => letter.codePointAt(0) ?? 0);
  while (points.length > 0) {
    const last = points.pop() ?? 0;
    if (last < 0x10_ffff) return String.fromCodePoint(...points, successor(last));
  }
  return null;
}

/** Surrogates are no characters of their own: the next code point after U+D7FF that can be stored is U+E000. */
const successor = (point: number): number => (point === 0xd7ff ? 0xe000 : point + 1);

/** The part of the grid both sides name: of two prefixes the longer when one starts with the other, else nothing. */
export function intersectPrefixes(scopes: readonly string[], wanted: string | undefined): string[] {
  const within = wanted === undefined ? [...scopes] : scopes.flatMap((scope) => intersection(scope, wanted));
  const shortest = new Set(within);
  return [...shortest].filter((code) => !within.some((other) => other !== code && code.startsWith(other))).toSorted();
}

function intersection(scope: string, wanted: string): string[] {
  if (wanted.startsWith(scope)) return [wanted];
  return scope.startsWith(wanted) ? [scope] : [];
}

/** Whether the prefixes are the whole of what a legal entity has. It needs no range then: one would only mislead the planner. */
export function coversEntity(scopes: readonly string[], session: Session): boolean {
  const [only] = scopes;
  return scopes.length === 1 && only !== undefined && only.length <= 6 && session.scopes.includes(only);
}
