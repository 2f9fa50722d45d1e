/** What part of the grid a request is about: the place it names within the places its session may see. */

/** The codes themselves, none inside another: of two prefixes the longer one when one starts with the other, else nothing. */
export function placesWithin(scopes: readonly string[], wanted: string | undefined): string[] {
  const within = wanted === undefined ? scopes : scopes.flatMap((scope) => overlap(scope, wanted));
  return [...new Set(within)].filter((code) => !within.some((other) => other !== code && code.startsWith(other))).toSorted();
}

function overlap(scope: string, wanted: string): string[] {
  if (wanted.startsWith(scope)) return [wanted];
  return scope.startsWith(wanted) ? [scope] : [];
}

/** Nodes whose counts are prepared: the county, a township, the branch pool. */
export const isCounted = (code: string): boolean => code.length <= 9 || code.endsWith('000000');

/** The first text after all codes that start with `prefix`; codes are digits, and `:` follows `9`. */
export const endOf = (prefix: string): string => `${prefix}:`;
