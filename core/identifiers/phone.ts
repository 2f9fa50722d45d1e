import type { Refusal } from './refusal.ts';

export type PhoneRefusalCode = 'empty' | 'character' | 'length' | 'prefix';

export type Phone = { ok: true; phone: string; kind: 'mobile' | 'fixed' } | Refusal<PhoneRefusalCode>;

const refusals: Record<PhoneRefusalCode, readonly [zh: string, en: string]> = {
  empty: ['电话号码为空', 'The phone number is empty'],
  character: ['电话号码只能含数字、空格和连字符', 'A phone number holds digits, spaces and hyphens only'],
  length: ['手机号应为11位，固定电话应为区号加7至8位', 'A mobile number has 11 digits; a fixed line an area code and 7 or 8 digits'],
  prefix: ['手机号应以13至19开头，固定电话应以区号0开头', 'A mobile number starts with 13 to 19, a fixed line with its area code 0…'],
};

/**
 * Reads a mainland phone number. Spaces, hyphens and a country prefix (+86, 86, 0086) before a mobile number are dropped.
 * Mobile numbers start with 13 to 19 (national numbering plan); fixed lines must carry their area code.
 */
export function parsePhone(text: string): Phone {
  const given = text.trim();
  if (given === '') return refuse('empty');
  if (!/^\+?[0-9 -]+$/.test(given)) return refuse('character');
  const digits = given.replaceAll(/[ -]/g, '').replace(/^(?:\+86|0086|86(?=1[0-9]{10}$))/, '');
  if (/^1[3-9][0-9]{9}$/.test(digits)) return { ok: true, phone: digits, kind: 'mobile' };
  if (/^0(?:10|2[0-9]|[3-9][0-9]{2})[0-9]{7,8}$/.test(digits)) return { ok: true, phone: digits, kind: 'fixed' };
  return refuse(digits.length >= 10 && digits.length <= 12 ? 'prefix' : 'length');
}

/** `138****5678`; fixed lines keep their last four digits; anything shorter than eight characters is hidden whole. */
export function maskPhone(phone: string): string {
  if (phone.length < 8) return '*'.repeat(phone.length);
  if (phone.length === 11 && phone.startsWith('1')) return `${phone.slice(0, 3)}****${phone.slice(-4)}`;
  return '*'.repeat(phone.length - 4) + phone.slice(-4);
}

function refuse(code: PhoneRefusalCode): Phone {
  const [zh, en] = refusals[code];
  return { ok: false, code, zh, en };
}
