/** The words a bank's products are written in: every code with what people read. One file a bank. */
import { z } from 'zod';
import { wording } from './field.ts';
import type { Wording } from './field.ts';
import { code, fieldNames, fieldOf } from './fields.ts';
import type { Terms } from './fields.ts';
import type { Finding } from './finding.ts';

const family = z.record(code, wording);
const purposeKinds = ['consumption', 'business', 'farming'] as const;

export const dictionary = z.strictObject({
  purposes: z.record(code, z.strictObject({ zh: z.string(), en: z.string(), kind: z.enum(purposeKinds) })),
  forbidden_uses: family,
  documents: family,
  guarantees: family,
  channels: family,
  processes: family,
  authorities: family,
  posts: family,
});
export type Dictionary = z.infer<typeof dictionary>;

/** The word of a code; a code that has none stands as it is. */
export function wordOf(words: Dictionary, wanted: string, one: string): Wording {
  const found = familyOf(words, wanted)?.[one];
  return found === undefined ? { zh: one, en: one } : { zh: found.zh, en: found.en };
}

function familyOf(words: Dictionary, wanted: string): Readonly<Record<string, Wording>> | null {
  const found = Object.entries(words).find(([name]) => name === wanted);
  return found ? found[1] : null;
}

/** Codes of a product that its bank's dictionary does not have. */
export function unknownCodes(words: Dictionary, productCode: string, terms: Terms): Finding[] {
  return fieldNames.flatMap((name) => {
    const { family: wanted } = fieldOf(name);
    const known = wanted === undefined ? null : familyOf(words, wanted);
    if (known === null) return [];
    const value: unknown = terms[name];
    return codesOf(value)
      .filter((one) => !Object.hasOwn(known, one))
      .map((one) => ({
        code: 'unknown_code' as const,
        place: `${productCode}.terms.${name}.${one}`,
        zh: `字典里没有 ${one}；请改用 ${Object.keys(known).join('、')} 之一，或先加入字典`,
        en: `the dictionary has no ${one}; use one of ${Object.keys(known).join(', ')}, or add it there first`,
      }));
  });
}

function codesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  return value !== null && typeof value === 'object' ? Object.keys(value) : [String(value)];
}
