import { describe, expect, test } from 'vitest';
import { costOf, flowsOf } from './index.ts';
import type { Flow, PlanRefusalCode } from './index.ts';

const flow = (date: string, amountFen: bigint): Flow => ({ date: Temporal.PlainDate.from(date), amountFen });

/** `count` equal payments, the first a month after `start`. */
const monthly = (start: string, count: number, amountFen: bigint): Flow[] =>
  Array.from({ length: count }, (_, index) => ({ date: Temporal.PlainDate.from(start).add({ months: index + 1 }), amountFen }));

describe('cost a year', () => {
  test.each<[string, Flow[], [irr: bigint, simple: bigint]]>([
    // The example of 中国人民银行公告〔2021〕第3号 trade practice: 12.80 % simple, 13.58 % compound.
    [
      '100,000 with 1,000 kept back and 12 × 8,833.30',
      [flow('2026-01-15', 9_900_000n), ...monthly('2026-01-15', 12, -883_330n)],
      [135_826n, 128_038n],
    ],
    [
      'the same, the fee as a flow of its own',
      [flow('2026-01-15', -100_000n), flow('2026-01-15', 10_000_000n), ...monthly('2026-01-15', 12, -883_330n)],
      [135_826n, 128_038n],
    ],
    [
      'from the 31st, month ends being months',
      [flow('2026-01-31', 9_900_000n), ...monthly('2026-01-31', 12, -883_330n)],
      [135_826n, 128_038n],
    ],
    ['in the lender’s eyes', [flow('2026-01-15', -9_900_000n), ...monthly('2026-01-15', 12, 883_330n)], [135_826n, 128_038n]],
    ['12 % paid after a year', [flow('2026-01-15', 10_000n), flow('2027-01-15', -11_200n)], [120_000n, 120_000n]],
    ['24 % paid after two years: √1.24 − 1', [flow('2026-01-15', 10_000n), flow('2028-01-15', -12_400n)], [113_553n, 120_000n]],
    [
      '3 % paid every quarter: 1.03^4 − 1',
      [
        flow('2026-01-15', 10_000n),
        ...['2026-04-15', '2026-07-15', '2026-10-15'].map((date) => flow(date, -300n)),
        flow('2027-01-15', -10_300n),
      ],
      [125_509n, 120_000n],
    ],
    ['12 % after a year, 1 % kept back', [flow('2026-01-15', 9_900n), flow('2027-01-15', -11_200n)], [131_313n, 131_313n]],
    ['1 % paid after a month: 1.01^12 − 1', [flow('2026-01-15', 10_000n), flow('2026-02-15', -10_100n)], [126_825n, 120_000n]],
    ['1 % after half a month: 1.01^24 − 1', [flow('2026-01-15', 10_000n), flow('2026-01-30', -10_100n)], [269_735n, 240_000n]],
    ['nothing', [flow('2026-01-15', 12_000n), ...monthly('2026-01-15', 12, -1_000n)], [0n, 0n]],
    ['less than nothing', [flow('2026-01-15', 10_000n), flow('2027-01-15', -9_000n)], [-100_000n, -100_000n]],
    ['over 30 years', [flow('2026-01-15', 10_000_000n), ...monthly('2026-01-15', 360, -45_465n)], [36_601n, 36_001n]],
    // 1 % a month: 100.00 → 101.00 − 1.00, → 101.00 + 50.00, → 152.51. The running sum changes sign once.
    [
      'drawn again after interest',
      [
        flow('2026-01-15', 10_000n),
        flow('2026-02-15', -100n),
        flow('2026-03-15', 5_000n),
        flow('2026-03-16', 0n),
        flow('2026-04-15', -15_251n),
      ],
      [126_825n, 120_000n],
    ],
    [
      'drawn and repaid for nothing',
      [flow('2026-01-15', 100n), flow('2026-02-15', -50n), flow('2026-03-15', 50n), flow('2026-04-15', -100n)],
      [0n, 0n],
    ],
  ])('%s', (_name, flows, [irrPpm, simplePpm]) => expect(costOf(flows)).toEqual({ irrPpm, simplePpm }));

  test.each<[PlanRefusalCode, string, Flow[]]>([
    ['no_single_rate', 'no flows', []],
    ['no_single_rate', 'flows that cancel within the day', [flow('2026-01-15', 1n), flow('2026-01-15', -1n)]],
    ['no_single_rate', 'a single flow', [flow('2026-01-15', 1n)]],
    ['no_single_rate', 'only received', [flow('2026-01-15', 1n), flow('2026-02-15', 1n)]],
    [
      'no_single_rate',
      'a fee that takes all that is lent',
      [flow('2026-01-15', 100n), flow('2026-01-15', -100n), flow('2026-02-15', -100n)],
    ],
    // 100 − 230/(1+r) + 132/(1+r)²: both 10 % and 20 % a month make it nothing.
    ['no_single_rate', 'two rates', [flow('2026-01-15', 100n), flow('2026-02-15', -230n), flow('2026-03-15', 132n)]],
    ['rate_out_of_range', 'paid back twentyfold in a month', [flow('2026-01-15', 100n), flow('2026-02-15', -2_000n)]],
    ['rate_out_of_range', 'paid back on the next day, which 30/360 does not count', [flow('2026-01-30', 100n), flow('2026-01-31', -101n)]],
    ['rate_out_of_range', 'paid back without interest on that day', [flow('2026-01-30', 100n), flow('2026-01-31', -100n)]],
  ])('%s: %s', (code, _name, flows) => expect(costOf(flows)).toEqual({ refused: code }));

  test('is that of the flows of a plan', () => {
    const line = { number: 1, start: Temporal.PlainDate.from('2026-01-15'), due: Temporal.PlainDate.from('2026-02-15'), days: 30 };
    const flows = flowsOf(line.start, 10_000n, [{ ...line, principalFen: 10_000n, interestFen: 100n, balanceFen: 0n }]);
    expect(costOf(flows)).toEqual({ irrPpm: 126_825n, simplePpm: 120_000n });
  });
});
