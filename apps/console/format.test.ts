import { describe, expect, test } from 'vitest';
import { ageOn, count, decimal, percentOfPpm, share, signed, unknown, wan, yi, yuan } from './format.ts';

describe('money', () => {
  test.each([
    [yuan, '6800000', '68,000.00'],
    [yuan, '5', '0.05'],
    [yuan, '-4', '−0.04'],
    [yuan, 0n, '0.00'],
    [wan, '6800000', '6.80'],
    [wan, '6795000', '6.80'],
    [wan, '6794999', '6.79'],
    [wan, '-2700000', '−2.70'],
    [wan, '-4999', '0.00'],
    [wan, '1234567890123', '1,234,567.89'],
    [wan, null, unknown],
    [yi, '11292000000000', '1,129.20'],
  ] as const)('%o of %s is %s', (write, value, text) => {
    expect(write(value)).toBe(text);
  });
});

describe('rates, shares and counts', () => {
  test.each([
    [percentOfPpm(51000), '5.10'],
    [percentOfPpm(0), '0.00'],
    [percentOfPpm(null), unknown],
    [share(189778, 248400), '76.4'],
    [share(3, 0), unknown],
    [share(null, 5), unknown],
    [count(869554), '869,554'],
    [count(-1200), '−1,200'],
    [count(undefined), unknown],
    [decimal(0.62), '0.62'],
    [decimal(1234.5), '1,234.5'],
    [decimal(-3), '−3'],
    [decimal(100), '100'],
    [decimal(Number.NaN), unknown],
    [signed('1.39'), '+1.39'],
    [signed('−2.70'), '−2.70'],
    [signed('0.00'), '0.00'],
  ])('%s reads %s', (text, wanted) => {
    expect(text).toBe(wanted);
  });
});

test.each([
  ['1980-11-21', '2026-11-21', 46],
  ['1980-11-22', '2026-11-21', 45],
  [null, '2026-11-21', null],
])('born %s is on %s %s years old', (birth, day, age) => {
  expect(ageOn(birth, day)).toBe(age);
});
