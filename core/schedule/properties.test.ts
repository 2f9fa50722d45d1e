/** Random terms, a hundred thousand for each rule. Checks answer true or false: a hundred thousand plans have millions of lines. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayCounts, dayIndex } from '#core/calendar/index.ts';
import type { DayCount } from '#core/calendar/index.ts';
import { costOf, flowsOf, periodsOf, planLines, revolvingLines } from './index.ts';
import type { Dates, Line, Period, PlanRequest } from './index.ts';

/** Enough that a hundred thousand are left where a rule does not speak of every plan. */
const more = 160_000;
const anyDay = fc.integer({ min: 0, max: 12_000 }).map((days) => Temporal.PlainDate.from('2015-01-01').add({ days }));
/** Mostly a few months, now and then decades. */
const anyMonths = fc.oneof(
  { weight: 120, arbitrary: fc.integer({ min: 1, max: 12 }) },
  { weight: 1, arbitrary: fc.integer({ min: 13, max: 360 }) },
);
const anyDayCount = fc.constantFrom(...dayCounts);
const anyRate = fc.bigInt({ min: 0n, max: 360_000n });
const anyAmount = fc.oneof(fc.bigInt({ min: 1n, max: 2_000n }), fc.bigInt({ min: 1n, max: 10_000_000_000n }));

const anyDates: fc.Arbitrary<Dates> = fc
  .record({
    startDate: anyDay,
    months: anyMonths,
    dueDay: fc.integer({ min: 1, max: 31 }),
    isOnStart: fc.boolean(),
    dayCount: anyDayCount,
    method: fc.constantFrom('equal_installment', 'interest_only', 'bullet'),
    interestEvery: fc.constantFrom(1, 3),
    shortestFirstDays: fc.integer({ min: 1, max: 28 }),
  })
  .map(({ isOnStart, dueDay, ...dates }) => ({ ...dates, dueDay: isOnStart ? dates.startDate.day : dueDay }));

/** Due dates do not matter to lines, only days do: these are made up, so that making them costs nothing. */
const dues = Array.from({ length: 361 }, (_, index) => Temporal.PlainDate.from('2026-01-15').add({ months: index }));
const epoch = Temporal.PlainDate.from('2026-01-15');

/** Months of 28 to 31 days or of 30, the first and the last odd ones now and then. */
const anyPeriods: fc.Arbitrary<Period[]> = fc
  .record({
    months: anyMonths,
    seed: fc.nat(),
    isEven: fc.boolean(),
    first: fc.integer({ min: 1, max: 58 }),
    last: fc.integer({ min: 1, max: 58 }),
  })
  .map(({ months, seed, isEven, first, last }) =>
    Array.from({ length: months }, (_, index) => {
      const odd = seed % 3 !== 0 ? undefined : index === 0 ? first : index === months - 1 ? last : undefined;
      const days = odd ?? (isEven ? 30 : 28 + ((seed >>> (index % 13)) & 3));
      return { start: dues[index] ?? epoch, due: dues[index + 1] ?? epoch, days };
    }),
  );

const anyRequest: fc.Arbitrary<PlanRequest> = fc
  .record({
    periods: anyPeriods,
    balanceFen: anyAmount,
    ratePpm: anyRate,
    dayCount: anyDayCount,
    method: fc.constantFrom('equal_installment', 'equal_principal', 'interest_only', 'revolving', 'custom'),
    share: fc.bigInt({ min: 0n, max: 1000n }),
  })
  .map(({ share, ...request }) => {
    if (request.method !== 'custom') return request;
    const first = (request.balanceFen * share) / 1000n;
    const parts = request.periods.map((_, index) => (index === 0 ? first : 0n));
    parts[parts.length - 1] = (parts.at(-1) ?? 0n) + request.balanceFen - parts.reduce((sum, part) => sum + part, 0n);
    return { ...request, principals: parts };
  });

const check = <T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => boolean, numRuns = 100_000): void =>
  fc.assert(fc.property(arbitrary, holds), { numRuns });

function made<T extends object>(plan: T): Exclude<T, { refused: unknown }> {
  if ('refused' in plan) throw new Error(String(plan.refused));
  return plan as Exclude<T, { refused: unknown }>;
}

const basis: Record<DayCount, bigint> = { '30/360': 360n, 'actual/360': 360n, 'actual/365': 365n };

describe('periods', () => {
  test('follow each other from the start to the end of the term, none empty, the inner ones whole months', () => {
    check(anyDates, (dates) => {
      const periods = made(periodsOf(dates));
      const every = dates.method === 'bullet' ? dates.months : dates.method === 'interest_only' ? (dates.interestEvery ?? 1) : 1;
      if (periods.length !== Math.ceil(dates.months / every)) return false;
      if (!periods.at(-1)?.due.equals(dates.startDate.add({ months: dates.months }))) return false;
      return periods.every(({ start, due, days }, index) => {
        const joins = index === 0 ? start.equals(dates.startDate) : start === periods[index - 1]?.due;
        const isInner = index > 0 && index < periods.length - 1;
        return joins && (isInner ? isWholeMonths(start, due, every, dates, days) : days > 0 || isLastTwoDays(start, due));
      });
    });
  });

  test('by calendar quarter end in March, June, September and December, far from both ends, and leave none out', () => {
    const anyQuarters = anyDates.map((dates) => ({
      ...dates,
      method: 'interest_only' as const,
      interestEvery: 3 as const,
      interestAnchor: 'calendar' as const,
    }));
    check(anyQuarters, (dates) => {
      const periods = made(periodsOf(dates));
      const maturity = dates.startDate.add({ months: dates.months });
      if (!periods.at(-1)?.due.equals(maturity)) return false;
      const shortest = dates.shortestFirstDays ?? 15;
      const expected: string[] = [];
      for (let month = dates.startDate.toPlainYearMonth(); ; month = month.add({ months: 1 })) {
        const day = month.toPlainDate({ day: Math.min(dates.dueDay, month.daysInMonth) });
        if (Temporal.PlainDate.compare(day, maturity) >= 0) break;
        const isFar = dates.startDate.until(day).days >= shortest && day.until(maturity).days >= shortest;
        if (month.month % 3 === 0 && isFar) expected.push(day.toString());
      }
      const inner = periods.slice(1, -1);
      return (
        periods
          .slice(0, -1)
          .map(({ due }) => due.toString())
          .join() === expected.join() && inner.every(({ start, due, days }) => isWholeMonths(start, due, 3, dates, days))
      );
    });
  });

  test('begin at the first due day that is far enough away', () => {
    check(anyDates, (dates) => {
      const [first, second] = made(periodsOf({ ...dates, months: 2, method: 'revolving' }));
      if (!first || !second) return true;
      const away = first.start.until(first.due, { largestUnit: 'day' }).days;
      const shortest = dates.shortestFirstDays ?? 15;
      const before = first.due.toPlainYearMonth().subtract({ months: 1 });
      const earlier = before.toPlainDate({ day: Math.min(dates.dueDay, before.daysInMonth) });
      return away >= shortest && first.start.until(earlier, { largestUnit: 'day' }).days < shortest;
    });
  });
});

/** The 30th and the 31st are one day to 30/360. */
const isLastTwoDays = (start: Temporal.PlainDate, due: Temporal.PlainDate): boolean => start.day === 30 && due.day === 31;

function isWholeMonths(
  start: Temporal.PlainDate,
  due: Temporal.PlainDate,
  every: number,
  { dueDay, dayCount }: Dates,
  days: number,
): boolean {
  const months = 12 * (due.year - start.year) + due.month - start.month;
  const isOnDay = due.day === Math.min(dueDay, due.daysInMonth);
  const expected = dayCount === '30/360' ? 30 * every : start.until(due, { largestUnit: 'day' }).days;
  return months === every && isOnDay && days === expected;
}

describe('lines', () => {
  test('repay the principal and nothing else, and never leave less than nothing', () => {
    check(anyRequest, (request) => {
      const lines = made(planLines(request));
      let left = request.balanceFen;
      for (const { principalFen, balanceFen } of lines) {
        left -= principalFen;
        if (principalFen < 0n || balanceFen !== left || left < 0n) return false;
      }
      return left === 0n && lines.length === request.periods.length;
    });
  });

  test('bear interest within half a fen of exact arithmetic', () => {
    check(anyRequest, (request) => {
      let before = request.balanceFen;
      return made(planLines(request)).every(({ interestFen, days, balanceFen }) => {
        const exact = before * request.ratePpm * BigInt(days);
        const fen = basis[request.dayCount] * 1_000_000n;
        before = balanceFen;
        const off = 2n * (interestFen * fen - exact);
        return off <= fen && off > -fen;
      });
    });
  });

  test('of level instalments are equal but for the last, which differs by at most the end value of one fen a period', () => {
    let compared = 0;
    check(
      anyRequest,
      (request) => {
        const { lines, level, paysInterest } = levelOf({ ...request, method: 'equal_installment' });
        if (!paysInterest) return true;
        compared += 1;
        const isEqual = lines.every(
          (line, index) => line.principalFen + line.interestFen === level || line.balanceFen === 0n || index === lines.length - 1,
        );
        const last = lines.at(-1);
        const off = Number((last?.principalFen ?? 0n) + (last?.interestFen ?? 0n) - level);
        return isEqual && Math.abs(off) <= 1e-6 + endValueOfOneFen(request) * (1 + 1e-9);
      },
      more,
    );
    expect(compared).toBeGreaterThan(100_000);
  });

  test('keep a given instalment, and end no later', () => {
    let compared = 0;
    check(
      fc.record({ request: anyRequest, repaid: fc.bigInt({ min: 1n, max: 999n }) }),
      ({ request, repaid }) => {
        const whole = { ...request, method: 'equal_installment' } as const;
        const { lines, level, paysInterest } = levelOf(whole);
        const balanceFen = request.balanceFen - (request.balanceFen * repaid) / 1000n;
        if (!paysInterest || lines.length === 1 || level <= interest(whole, balanceFen)) return true;
        compared += 1;
        const kept = made(planLines({ ...whole, balanceFen, levelFen: level }));
        const last = kept.at(-1);
        const isKept = kept.slice(0, -1).every((line) => line.principalFen + line.interestFen === level);
        return isKept && last?.balanceFen === 0n && kept.length <= lines.length;
      },
      more,
    );
    expect(compared).toBeGreaterThan(100_000);
  });
});

/** More than any period asks in interest, by at most a fen. */
function interest({ periods, ratePpm, dayCount }: PlanRequest, balanceFen: bigint): bigint {
  const days = periods.reduce((most, period) => Math.max(most, period.days), 0);
  return (balanceFen * ratePpm * BigInt(days)) / (basis[dayCount] * 1_000_000n) + 1n;
}

function levelOf(request: PlanRequest): { lines: Line[]; level: bigint; paysInterest: boolean } {
  const lines = made(planLines(request));
  const level = lines.length > 1 ? (lines[0]?.principalFen ?? 0n) + (lines[0]?.interestFen ?? 0n) : 0n;
  const isShort = lines.slice(1, -1).some((line) => line.principalFen === 0n && line.interestFen > level);
  return { lines, level, paysInterest: lines.length > 1 && !isShort && level > interest(request, request.balanceFen) };
}

function endValueOfOneFen({ periods, ratePpm, dayCount }: PlanRequest): number {
  const ratio = Number(ratePpm) / (Number(basis[dayCount]) * 1_000_000);
  return periods.reduce((sum, { days }, index) => (index === 0 ? 1 : sum * (1 + ratio * days) + 1), 0);
}

describe('a period cut in two', () => {
  const anyCut = fc.record({ dates: anyDates, at: fc.integer({ min: 0, max: 999 }), balance: anyAmount, rate: anyRate });

  test('bears the same interest before anything is rounded', () => {
    check(anyCut, ({ dates, at, balance, rate }) => {
      const [period] = made(periodsOf({ ...dates, months: Math.min(dates.months, 3) }));
      if (!period) return false;
      const { start, due, days } = period;
      const cut = start.add({ days: Math.floor((at * start.until(due, { largestUnit: 'day' }).days) / 1000) });
      const before = Math.min(dayIndex(cut, dates.dayCount) - dayIndex(start, dates.dayCount), days);
      if (before < 0) return false;
      const request = { ratePpm: rate, dayCount: dates.dayCount, periods: [period] };
      const whole = made(revolvingLines({ ...request, changes: [{ date: start, amountFen: balance }] }));
      const parts = [0n, 2n * balance, -2n * balance].map((amountFen) => ({ date: cut, amountFen }));
      const inTwo = made(revolvingLines({ ...request, changes: [{ date: start, amountFen: balance }, ...parts] }));
      return inTwo[0]?.interestFen === whole[0]?.interestFen && inTwo[0]?.principalFen === balance;
    });
  });
});

describe('cost', () => {
  test('of regular instalments is the contract’s rate, and a fee only ever adds to it', () => {
    const anyLoan = fc.record({
      months: fc.integer({ min: 1, max: 36 }),
      rate: fc.bigInt({ min: 1_000n, max: 240_000n }),
      fee: fc.bigInt({ min: 0n, max: 1_000_000n }),
    });
    fc.assert(
      fc.property(anyLoan, ({ months, rate, fee }) => {
        const periods = dues.slice(0, months).map((start, index) => ({ start, due: dues[index + 1] ?? epoch, days: 30 }));
        const lines = made(
          planLines({ balanceFen: 100_000_000n, ratePpm: rate, dayCount: '30/360', method: 'equal_installment', periods }),
        );
        const flows = flowsOf(epoch, 100_000_000n, lines);
        const plain = made(costOf(flows));
        const withFee = made(costOf([...flows, { date: epoch, amountFen: -fee }]));
        const off = plain.simplePpm - rate;
        return off >= -1n && off <= 1n && withFee.irrPpm >= plain.irrPpm && plain.irrPpm >= plain.simplePpm;
      }),
      { numRuns: 5_000 },
    );
  });
});
