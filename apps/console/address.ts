import { useParams, useSearch } from '@tanstack/react-router';

function picked<K extends string>(from: object, names: readonly K[]): Partial<Record<K, string>> {
  const found: Partial<Record<K, string>> = {};
  for (const name of names) {
    const value: unknown = Reflect.get(from, name);
    if (typeof value === 'string') found[name] = value;
  }
  return found;
}

/** One named part of the present address, such as `id`. */
export function useAddress(name: string): string {
  const part = picked(useParams({ strict: false }), [name])[name];
  if (part === undefined) throw new Error(`the address has no part “${name}”`);
  return part;
}

/** The words after the question mark. Every word is a text and may be missing; what it may be is the server's to judge. */
export function useWords<K extends string>(...names: readonly K[]): Partial<Record<K, string>> {
  return picked(useSearch({ strict: false }), names);
}
