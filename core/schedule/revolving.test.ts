import { describe, expect, test } from 'vitest';
import { periodsOf, planLines, revolvingLines } from './index.ts';
import type { BalanceChange, Period, PlanRefusalCode, RevolvingRequest } from './index.ts';

const day = (text: string): Temporal.PlainDate => Temporal.PlainDate.from(text);
const change = (date: string, amountFen: bigint): BalanceChange => ({ date: day(date), amountFen });

function periods(dayCount: RevolvingRequest['dayCount'], start = '2026-01-15', dueDay = 15): Period[] {
  const made = periodsOf({ startDate: day(start), months: 3, dueDay, dayCount, method: 'revolving' });
  if ('refused' in made) throw new Error(made.refused);
  return made;
}

function shown(dayCount: RevolvingRequest['dayCount'], changes: readonly BalanceChange[], within = periods(dayCount)): string[] {
  const lines = revolvingLines({ ratePpm: 51_000n, dayCount, periods: within, changes });
  if ('refused' in lines) throw new Error(lines.refused);
  return lines.map(({ principalFen, interestFen, balanceFen }) => `${principalFen} ${interestFen} ${balanceFen}`);
}

const drawn = change('2026-01-15', 5_000_000n);

describe('interest of a balance drawn and repaid at will', () => {
  test.each<[string, RevolvingRequest['dayCount'], BalanceChange[], string[]]>([
    // (50,000 × 10 + 80,000 × 16 + 60,000 × 5 days) × 5.1 % / 360 = 294.67; 60,000 × 28 days = 238.00
    [
      'two draws and a repayment',
      'actual/360',
      [drawn, change('2026-01-25', 3_000_000n), change('2026-02-10', -2_000_000n)],
      ['0 29467 6000000', '0 23800 6000000', '6000000 26350 0'],
    ],
    [
      'in any order, parts of a day together',
      'actual/360',
      [change('2026-02-10', -7_000_000n), drawn, change('2026-02-10', 2_000_000n)],
      ['0 18417 0', '0 0 0', '0 0 0'],
    ],
    [
      'repaid on a due date, from which it bears none',
      'actual/360',
      [drawn, change('2026-02-15', -5_000_000n)],
      ['0 21958 5000000', '0 0 0', '0 0 0'],
    ],
    ['drawn later than the start', 'actual/365', [change('2026-03-16', 5_000_000n)], ['0 0 0', '0 0 0', '5000000 20959 0']],
    [
      'repaid and drawn again on one day',
      '30/360',
      [drawn, change('2026-02-01', -5_000_000n), change('2026-02-01', 5_000_000n)],
      ['0 21250 5000000', '0 21250 5000000', '5000000 21250 0'],
    ],
  ])('%s', (_name, dayCount, changes, expected) => expect(shown(dayCount, changes)).toEqual(expected));

  test('of 30/360 never counts a period longer than its month', () => {
    const within = periods('30/360', '2026-01-29', 29);
    // 29 January to 28 February is one month of 30 days; the 28th of February, last of its month, stands at 31 of them.
    expect(within[0]?.days).toBe(30);
    expect(shown('30/360', [change('2026-01-29', 6_000_000n), change('2026-02-27', -3_000_000n)], within)[0]).toBe('0 24650 3000000');
  });

  test('is that of a plan when the balance never changes', () => {
    const within = periods('actual/360');
    const request = { ratePpm: 51_000n, dayCount: 'actual/360', periods: within } as const;
    expect(revolvingLines({ ...request, changes: [drawn] })).toEqual(
      planLines({ ...request, balanceFen: 5_000_000n, method: 'revolving' }),
    );
  });
});

describe('refused', () => {
  test.each<[PlanRefusalCode, Partial<RevolvingRequest>]>([
    ['dates_not_rising', { periods: [] }],
    ['rate_negative', { ratePpm: -1n }],
    ['principal_not_positive', { changes: [] }],
    ['principal_not_positive', { changes: [change('2026-01-15', 0n)] }],
    ['change_outside_term', { changes: [change('2026-01-14', 1n)] }],
    ['change_outside_term', { changes: [drawn, change('2026-04-15', -1n)] }],
    ['repaid_too_much', { changes: [drawn, change('2026-02-01', -5_000_001n)] }],
    ['repaid_too_much', { changes: [change('2026-02-01', -1n), change('2026-02-02', 2n)] }],
  ])('%s', (code, changed) => {
    const request: RevolvingRequest = {
      ratePpm: 51_000n,
      dayCount: 'actual/360',
      periods: periods('actual/360'),
      changes: [drawn],
      ...changed,
    };
    expect(revolvingLines(request)).toEqual({ refused: code });
  });
});
