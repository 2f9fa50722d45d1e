import type { Refusal } from './refusal.ts';

export type Sex = 'M' | 'F';

export type ResidentIdRefusalCode =
  | 'empty'
  | 'length'
  | 'character'
  | 'province'
  | 'birth_date'
  | 'birth_before_1900'
  | 'birth_in_future'
  | 'check_character';

export type ResidentId = { ok: true; id18: string; birth: string; sex: Sex } | Refusal<ResidentIdRefusalCode>;

/** Weights 2^(17-i) mod 11 of the first 17 digits (ISO 7064 MOD 11-2, as GB 11643-1999 prescribes). */
const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const checkCharacters = '10X98765432';
/** First two digits of the division codes of GB/T 2260, with 83 for Taiwan residents' permits. */
const provinces = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83'.split(' '),
);

const refusals: Record<ResidentIdRefusalCode, readonly [zh: string, en: string]> = {
  empty: ['居民身份证号为空', 'The resident ID is empty'],
  length: ['居民身份证号应为18位（旧号15位）', 'A resident ID has 18 characters (15 in the old form)'],
  character: [
    '居民身份证号含有不允许的字符（只有第18位可以是 X）',
    'The resident ID holds a character that is not allowed (only the 18th may be X)',
  ],
  province: ['居民身份证号的省级代码不存在', 'The province code of the resident ID does not exist'],
  birth_date: ['居民身份证号中的出生日期不存在', 'The birth date in the resident ID does not exist'],
  birth_before_1900: ['居民身份证号中的出生年份早于1900年', 'The birth year in the resident ID is before 1900'],
  birth_in_future: ['居民身份证号中的出生日期晚于业务日期', 'The birth date in the resident ID is after the business day'],
  check_character: ['居民身份证号的校验码不正确', 'The check character of the resident ID is wrong'],
};

/**
 * Reads a resident identity number (GB 11643-1999, and the 15-digit form of GB 11643-1989, whose holders were all born in 19xx).
 *
 * Spaces around the text and a small x are tolerated; nothing inside is repaired. Area codes are not looked up below the province,
 * because codes abolished decades ago still stand on living people's cards.
 *
 * @param today business day `YYYY-MM-DD`; with it a later birth date is refused.
 * @returns the 18-character form, birth date `YYYY-MM-DD` and sex (odd sequence numbers are men's), or the first reason for refusal.
 */
export function parseResidentId(text: string, today?: string): ResidentId {
  const given = text.trim();
  if (given === '') return refuse('empty');
  if (given.length !== 18 && given.length !== 15) return refuse('length');
  if (given.length === 15) {
    if (!/^[0-9]{15}$/.test(given)) return refuse('character');
    const first17 = `${given.slice(0, 6)}19${given.slice(6)}`;
    return checkContent(first17 + residentIdCheckCharacter(first17), today);
  }
  if (!/^[0-9]{17}[0-9Xx]$/.test(given)) return refuse('character');
  const id18 = given.toUpperCase();
  const content = checkContent(id18, today);
  if (content.ok && residentIdCheckCharacter(id18) !== id18[17]) return refuse('check_character');
  return content;
}

/** The check character (0-9 or X) that belongs to the first 17 digits of `digits`. */
export function residentIdCheckCharacter(digits: string): string {
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += (digits.charCodeAt(i) - 48) * weights[i]!;
  return checkCharacters[sum % 11]!;
}

/** `320723********1234`: division and last four stay. Text of any other length is hidden whole, since its shape says nothing safe. */
export function maskResidentId(id: string): string {
  if (id.length !== 18 && id.length !== 15) return '*'.repeat(id.length);
  return id.slice(0, 6) + '*'.repeat(id.length - 10) + id.slice(-4);
}

function checkContent(id18: string, today: string | undefined): ResidentId {
  if (!provinces.has(id18.slice(0, 2))) return refuse('province');
  const year = Number(id18.slice(6, 10));
  const month = Number(id18.slice(10, 12));
  const day = Number(id18.slice(12, 14));
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return refuse('birth_date');
  if (year < 1900) return refuse('birth_before_1900');
  const birth = `${id18.slice(6, 10)}-${id18.slice(10, 12)}-${id18.slice(12, 14)}`;
  if (today !== undefined && birth > today) return refuse('birth_in_future');
  return { ok: true, id18, birth, sex: (id18.charCodeAt(16) - 48) % 2 === 1 ? 'M' : 'F' };
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function refuse(code: ResidentIdRefusalCode): ResidentId {
  const [zh, en] = refusals[code];
  return { ok: false, code, zh, en };
}
