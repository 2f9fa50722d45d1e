/** What may be a variable of a case: plain JSON of bounded size, since it is kept and read at every step. */
import type { Variables } from './definition.ts';

/** Characters of all variables together, as JSON. Papers and answers of sources are kept elsewhere and referred to. */
export const mostVariableText = 64 * 1024;
const deepest = 16;

export function fitVariables(variables: Variables): boolean {
  return isPlain(variables, 0) && JSON.stringify(variables).length <= mostVariableText;
}

function isPlain(value: unknown, depth: number): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || depth >= deepest) return false;
  if (Array.isArray(value)) return value.every((each) => isPlain(each, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && Object.values(value).every((each) => isPlain(each, depth + 1));
}
