import { expect, test } from 'vitest';
import { weighed } from './reasons.ts';

const reason = (code: string, effect: 'decline' | 'refer' | 'wait' | 'cap' | 'price') => ({
  code,
  effect,
  staff: { zh: code, en: code },
  customer: { zh: code, en: code },
});
const reasons = [reason('R07U', 'refer'), reason('P14', 'wait'), reason('Q04', 'price')];
const machine = (verdict: string, open: string[]) => ({ verdict, limit_fen: null, rate_ppm: null, reasons: open });

test.each([
  ['what brought it to people first, the rest before signing', machine('refer', ['P14']), ['P14 people', 'R07U signing', 'Q04 null']],
  ['both', machine('refer', ['R07U', 'P14']), ['R07U people', 'P14 people', 'Q04 null']],
  ['a limit that is too low while a source is missing', machine('refer', []), ['R07U null', 'P14 null', 'Q04 null']],
  ['approved on condition', machine('approve', []), ['R07U signing', 'P14 signing', 'Q04 null']],
  ['declined', machine('decline', ['R07U']), ['R07U null', 'P14 null', 'Q04 null']],
])('%s', (_name, said, expected) => {
  expect(weighed(reasons, said).map(({ reason: { code }, holds }) => `${code} ${holds}`)).toEqual(expected);
});

test('six at most', () => {
  const many = Array.from({ length: 9 }, (_, index) => reason(`P${index}`, 'refer'));
  expect(weighed(many, machine('refer', ['P8'])).map(({ reason: { code } }) => code)).toEqual(['P8', 'P0', 'P1', 'P2', 'P3', 'P4']);
});
