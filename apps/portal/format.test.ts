import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { percent, readAloud, readInEnglish, shortYuan, wan, wanAndRest, yuan } from './format.ts';

describe('amounts', () => {
  test.each([
    ['0', '0.00', '0', '0.00'],
    ['52000', '520.00', '520', '0.052'],
    ['1000000', '10,000.00', '10,000', '1.00'],
    ['6500000', '65,000.00', '65,000', '6.50'],
    ['6512345', '65,123.45', '65,123.45', '6.512345'],
    ['123456789000', '1,234,567,890.00', '1,234,567,890', '123,456.789'],
  ])('%s fen is %s, short %s, in ten thousands %s', (fen, long, short, tens) => {
    expect(yuan(fen)).toBe(long);
    expect(shortYuan(fen)).toBe(short);
    expect(wan(fen)).toBe(tens);
  });

  test.each([
    [0n, '0 元', '零', '0'],
    [8n, '8 元', '八', '8'],
    [10n, '10 元', '十', '10'],
    [15n, '15 元', '十五', '15'],
    [110n, '110 元', '一百一十', '110'],
    [1005n, '1,005 元', '一千零五', '1 thousand 5'],
    [8500n, '8,500 元', '八千五百', '8 thousand 500'],
    [10_000n, '1 万元', '一万', '10 thousand'],
    [50_000n, '5 万元', '五万', '50 thousand'],
    [100_000n, '10 万元', '十万', '100 thousand'],
    [100_500n, '10 万 500 元', '十万零五百', '100 thousand 500'],
    [105_000n, '10 万 5,000 元', '十万五千', '105 thousand'],
    [123_456n, '12 万 3,456 元', '十二万三千四百五十六', '123 thousand 456'],
    [500_000n, '50 万元', '五十万', '500 thousand'],
    [10_000_000n, '1,000 万元', '一千万', '10 million'],
    [100_000_050n, '10,000 万 50 元', '一亿零五十', '100 million 50'],
    [100_001_000n, '10,000 万 1,000 元', '一亿零一千', '100 million 1 thousand'],
  ])('%d yuan is %s, said %s, in English %s', (whole, tens, said, english) => {
    expect(wanAndRest(whole)).toBe(tens);
    expect(readAloud(whole)).toBe(said);
    expect(readInEnglish(whole)).toBe(english);
  });

  test('two amounts are never said alike', () => {
    const amount = fc.bigInt({ min: 0n, max: 999_999_999n });
    fc.assert(fc.property(amount, amount, (one, other) => one === other || readAloud(one) !== readAloud(other)));
    // Neighbours by a zero are what fingers confuse.
    fc.assert(fc.property(fc.bigInt({ min: 1n, max: 99_999_999n }), (one) => readAloud(one) !== readAloud(one * 10n)));
  });

  test('the reading says the amount: parsed back it is the same', () => {
    fc.assert(fc.property(fc.bigInt({ min: 1n, max: 99_999_999_999n }), (amount) => spoken(readAloud(amount)) === amount));
  });
});

/** What a listener understands. */
function spoken(said: string): bigint {
  const units: Record<string, bigint> = { 十: 10n, 百: 100n, 千: 1000n };
  const groups: Record<string, bigint> = { 万: 10_000n, 亿: 100_000_000n };
  let [total, group, digit] = [0n, 0n, 0n];
  for (const character of said) {
    const unit = units[character];
    const power = groups[character];
    if (unit !== undefined) {
      group += (digit === 0n ? 1n : digit) * unit;
      digit = 0n;
    } else if (power !== undefined) {
      total += (group + digit) * power;
      [group, digit] = [0n, 0n];
    } else digit = BigInt('零一二三四五六七八九'.indexOf(character));
  }
  return total + group + digit;
}

test('rates', () => {
  expect(percent(52_000)).toBe('5.20');
  expect(percent(0)).toBe('0.00');
});
