import { describe, expect, test } from 'vitest';
import { methodNames, methods, periodsOf, planLines, planRefusals } from './index.ts';
import type { Dates, Line, PlanRefusalCode, PlanRequest } from './index.ts';

const day = (text: string): Temporal.PlainDate => Temporal.PlainDate.from(text);
interface Agreed extends Partial<Dates>, Partial<Pick<PlanRequest, 'principals' | 'levelFen' | 'carriedNumerator'>> {
  readonly balanceFen?: bigint;
  readonly ratePpm?: bigint;
}

function planOf(agreed: Agreed): Line[] | { refused: PlanRefusalCode } {
  const { principals, levelFen, carriedNumerator, balanceFen = 10_000_000n, ratePpm = 36_000n, ...changed } = agreed;
  const dates: Dates = {
    startDate: day('2026-01-15'),
    months: 12,
    dueDay: 15,
    dayCount: '30/360',
    method: 'equal_installment',
    ...changed,
  };
  const periods = periodsOf(dates);
  if ('refused' in periods) return periods;
  const kept = { ...(principals && { principals }), ...(levelFen && { levelFen }), ...(carriedNumerator && { carriedNumerator }) };
  return planLines({ balanceFen, ratePpm, dayCount: dates.dayCount, method: dates.method, periods, ...kept });
}

function linesOf(agreed: Agreed): Line[] {
  const plan = planOf(agreed);
  if ('refused' in plan) throw new Error(plan.refused);
  return plan;
}

/** `principal interest` in fen. */
const shown = (line: Line | undefined): string => `${line?.principalFen} ${line?.interestFen}`;
const totalInterest = (lines: readonly Line[]): bigint => lines.reduce((sum, { interestFen }) => sum + interestFen, 0n);

/** Worked out apart from this code, in fractions. */
describe('worked examples', () => {
  test.each<[string, Agreed, { first: string[]; last: string; interest: bigint }]>([
    [
      '等额本息 100,000 at 3.6 %, 12 months of 8,496.73',
      {},
      { first: ['819673 30000', '822132 27541'], last: '847127 2541', interest: 196_071n },
    ],
    [
      '等额本金 120,000 at 6 %, 12 months',
      { method: 'equal_principal', balanceFen: 12_000_000n, ratePpm: 60_000n },
      { first: ['1000000 60000', '1000000 55000'], last: '1000000 5000', interest: 390_000n },
    ],
    [
      '等额本金 whose parts do not come out even',
      { method: 'equal_principal', months: 3, ratePpm: 60_000n },
      { first: ['3333333 50000', '3333333 33333'], last: '3333334 16667', interest: 100_000n },
    ],
    [
      '先息后本 by quarter, actual/360',
      { method: 'interest_only', interestEvery: 3, ratePpm: 48_000n, dayCount: 'actual/360' },
      { first: ['0 120000', '0 121333', '0 122667'], last: '10000000 122667', interest: 486_667n },
    ],
    [
      '先息后本 by quarter, 30/360',
      { method: 'interest_only', interestEvery: 3, ratePpm: 48_000n },
      { first: ['0 120000', '0 120000', '0 120000'], last: '10000000 120000', interest: 480_000n },
    ],
    [
      '一次还本付息 across a leap day, actual/360',
      { method: 'bullet', startDate: day('2028-01-15'), months: 6, balanceFen: 5_000_000n, ratePpm: 72_000n, dayCount: 'actual/360' },
      { first: ['5000000 182000'], last: '5000000 182000', interest: 182_000n },
    ],
    [
      '等额本息 from 31 December over two years, actual/365',
      { startDate: day('2027-12-31'), months: 24, dueDay: 31, balanceFen: 5_000_000n, ratePpm: 52_500n, dayCount: 'actual/365' },
      { first: ['197627 22295', '199890 20032', '199400 20522'], last: '218953 976', interest: 278_135n },
    ],
    [
      '等额本息 with a first period of 40 days and a last of 20',
      { startDate: day('2026-01-10'), dueDay: 20, ratePpm: 48_000n },
      { first: ['802868 53333', '819412 36789'], last: '853929 2277', interest: 274_417n },
    ],
    [
      'one month from 31 January',
      { startDate: day('2026-01-31'), dueDay: 31, months: 1, balanceFen: 1_000_000n, ratePpm: 120_000n },
      { first: ['1000000 10000'], last: '1000000 10000', interest: 10_000n },
    ],
    [
      'one month from 31 January, actual/360',
      { startDate: day('2026-01-31'), dueDay: 31, months: 1, balanceFen: 1_000_000n, ratePpm: 120_000n, dayCount: 'actual/360' },
      { first: ['1000000 9333'], last: '1000000 9333', interest: 9_333n },
    ],
    ['no interest at all', { months: 3, balanceFen: 10_000n, ratePpm: 0n }, { first: ['3333 0', '3333 0'], last: '3334 0', interest: 0n }],
    ['a single fen', { months: 12, balanceFen: 1n }, { first: ['0 0'], last: '1 0', interest: 0n }],
    [
      '随借随还 used in full',
      { method: 'revolving', months: 3, dayCount: 'actual/365' },
      { first: ['0 30575', '0 27616'], last: '10000000 30575', interest: 88_766n },
    ],
    [
      'after harvest',
      {
        method: 'custom',
        startDate: day('2026-03-01'),
        customDates: [day('2026-10-20'), day('2027-02-20')],
        principals: [4_000_000n, 2_000_000n],
        balanceFen: 6_000_000n,
        ratePpm: 45_000n,
        dayCount: 'actual/365',
      },
      { first: ['4000000 172356'], last: '2000000 30329', interest: 202_685n },
    ],
  ])('%s', (_name, agreed, { first, last, interest }) => {
    const lines = linesOf(agreed);
    expect(lines.slice(0, first.length).map(shown)).toEqual(first);
    expect([shown(lines.at(-1)), totalInterest(lines), lines.at(-1)?.balanceFen]).toEqual([last, interest, 0n]);
    expect(lines.map(({ number }) => number)).toEqual(lines.map((_line, index) => index + 1));
  });

  test('interest a running period has accrued already is billed with its line, and the instalment knows it', () => {
    const [plain, carried] = [linesOf({ months: 2 }), linesOf({ months: 2, carriedNumerator: 10_000_000n * 36_000n * 15n })];
    // Half a month more of interest on 100,000 is 150.00, spread over two instalments: (100,450 × 1.003) / 2.003 = 50,300.22.
    expect((carried[0]?.interestFen ?? 0n) - (plain[0]?.interestFen ?? 0n)).toBe(15_000n);
    const instalments = carried.map(({ principalFen, interestFen }) => principalFen + interestFen);
    expect(instalments).toEqual([5_030_022n, 5_030_023n]);
  });
});

describe('an instalment below the interest', () => {
  test('of a long first period is that interest, and the others share the rest', () => {
    // 30 years at 6 % with 45 days before the first due date: their interest is 7,500.00; the annuity over the other 359 is 6,001.4648.
    const lines = linesOf({
      startDate: day('2026-01-05'),
      dueDay: 20,
      shortestFirstDays: 28,
      months: 360,
      balanceFen: 100_000_000n,
      ratePpm: 60_000n,
    });
    expect(shown(lines[0])).toBe('0 750000');
    const instalments = lines.slice(1, -1).map(({ principalFen, interestFen }) => principalFen + interestFen);
    expect([...new Set(instalments)]).toEqual([600_147n]);
    expect((lines.at(-1)?.principalFen ?? 0n) + (lines.at(-1)?.interestFen ?? 0n)).toBe(599_627n);
  });

  test('of 31 days at a high rate over decades is that interest, and the loan is repaid in time', () => {
    const lines = linesOf({ months: 360, dayCount: 'actual/360', ratePpm: 180_000n });
    expect(shown(lines[0])).toBe('0 155000');
    const kept = new Set(
      lines.slice(0, -1).flatMap(({ principalFen, interestFen }) => (principalFen > 0n ? [principalFen + interestFen] : [])),
    );
    expect([...kept]).toEqual([151_892n]);
    expect(lines.at(-1)?.balanceFen).toBe(0n);
  });
});

describe('refused', () => {
  test.each<[PlanRefusalCode, Agreed]>([
    ['principal_not_positive', { balanceFen: 0n }],
    ['principal_not_positive', { balanceFen: -1n }],
    ['rate_negative', { ratePpm: -1n }],
    ['months_out_of_range', { months: 0 }],
    ['principals_not_matching', { method: 'custom', customDates: [day('2026-10-20')] }],
    ['principals_not_matching', { method: 'custom', customDates: [day('2026-10-20')], principals: [9_999_999n] }],
    ['principals_not_matching', { method: 'custom', customDates: [day('2026-10-20')], principals: [5_000_000n, 5_000_000n] }],
    ['principals_not_matching', { method: 'custom', customDates: [day('2026-09-20'), day('2026-10-20')], principals: [10_000_001n, -1n] }],
    ['level_too_low', { levelFen: 30_000n }],
    ['level_too_low', { levelFen: -1n }],
    ['level_too_low', { method: 'equal_principal', levelFen: -1n }],
    ['level_too_low', { method: 'interest_only', levelFen: 30_000n }],
  ])('%s', (code, agreed) => expect(planOf(agreed)).toEqual({ refused: code }));

  test('dates_not_rising, where there is no period', () => {
    expect(planLines({ balanceFen: 1n, ratePpm: 0n, dayCount: '30/360', method: 'bullet', periods: [] })).toEqual({
      refused: 'dates_not_rising',
    });
  });

  test('in both languages, and every method has a name', () => {
    const wordings = [...Object.values(planRefusals), ...methods.map((method) => methodNames[method])];
    for (const { zh, en } of wordings) expect([/\p{Script=Han}/u.test(zh), /^[\x20-\x7e]+$/.test(en)]).toEqual([true, true]);
  });
});
