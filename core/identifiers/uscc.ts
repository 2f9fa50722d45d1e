import type { Refusal } from './refusal.ts';

export type UsccRefusalCode = 'empty' | 'length' | 'character' | 'division' | 'organisation_check' | 'check_character';

export type Uscc = { ok: true; uscc: string; organisationCode: string } | Refusal<UsccRefusalCode>;

/** The 31 characters of GB 32100-2015: no I, O, S, V, Z. A character's value is its place. */
const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
/** 3^i mod 31 for the first 17 characters (GB 32100-2015). */
const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28] as const;
/** Weights of the eight body characters of an organisation code (GB 11714-1997). */
const organisationWeights = [3, 7, 9, 10, 5, 8, 4, 2] as const;

const refusals: Record<UsccRefusalCode, readonly [zh: string, en: string]> = {
  empty: ['统一社会信用代码为空', 'The unified social credit code is empty'],
  length: ['统一社会信用代码应为18位', 'A unified social credit code has 18 characters'],
  character: [
    '统一社会信用代码含有不允许的字符（不用 I、O、S、V、Z）',
    'The unified social credit code holds a character that is not allowed (I, O, S, V, Z are not used)',
  ],
  division: ['统一社会信用代码第3至8位应为数字', 'Characters 3 to 8 of a unified social credit code are digits'],
  organisation_check: [
    '统一社会信用代码中组织机构代码的校验码不正确',
    'The check character of the organisation code inside the unified social credit code is wrong',
  ],
  check_character: ['统一社会信用代码的校验码不正确', 'The check character of the unified social credit code is wrong'],
};

/** Reads a unified social credit code (GB 32100-2015) with the organisation code inside it (GB 11714). Small letters are raised. */
export function parseUscc(text: string): Uscc {
  const uscc = text.trim().toUpperCase();
  if (uscc === '') return refuse('empty');
  if (uscc.length !== 18) return refuse('length');
  for (const character of uscc) if (!alphabet.includes(character)) return refuse('character');
  if (!/^[0-9]{6}$/.test(uscc.slice(2, 8))) return refuse('division');
  if (usccCheckCharacter(uscc) !== uscc[17]) return refuse('check_character');
  if (organisationCheckCharacter(uscc.slice(8, 16)) !== uscc[16]) return refuse('organisation_check');
  return { ok: true, uscc, organisationCode: uscc.slice(8, 17) };
}

/** The check character that belongs to the first 17 characters of `body`, which must be of the code's alphabet. */
export function usccCheckCharacter(body: string): string {
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += alphabet.indexOf(body[i]!) * weights[i]!;
  return alphabet[(31 - (sum % 31)) % 31]!;
}

/** The check character of an organisation code's eight body characters; 10 is written X, 11 is written 0. */
export function organisationCheckCharacter(body: string): string {
  let sum = 0;
  for (let i = 0; i < 8; i++) sum += Number.parseInt(body[i]!, 36) * organisationWeights[i]!;
  const remainder = 11 - (sum % 11);
  return remainder === 10 ? 'X' : remainder === 11 ? '0' : String(remainder);
}

function refuse(code: UsccRefusalCode): Uscc {
  const [zh, en] = refusals[code];
  return { ok: false, code, zh, en };
}
