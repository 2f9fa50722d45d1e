import { daysBetween, wholeMonths } from '#core/calendar/index.ts';
import type { Line } from './plan.ts';
import { planRefused } from './refusal.ts';
import type { PlanRefusal } from './refusal.ts';

/** Money on a day as the borrower sees it: received is positive, paid is negative. */
export interface Flow {
  readonly date: Temporal.PlainDate;
  readonly amountFen: bigint;
}

/** Rates a year in millionths: `irr` with the effect of compounding, `simple` the monthly rate × 12. */
export interface Cost {
  readonly irrPpm: bigint;
  readonly simplePpm: bigint;
}

/** The flows of money lent on a day and paid back by a plan. */
export function flowsOf(startDate: Temporal.PlainDate, principalFen: bigint, lines: readonly Line[]): Flow[] {
  return [
    { date: startDate, amountFen: principalFen },
    ...lines.map((line) => ({ date: line.due, amountFen: -(line.principalFen + line.interestFen) })),
  ];
}

/**
 * What a loan costs a year, whatever it is called: the rate at which its flows are worth nothing today. Time is counted in whole months where the
 * second date is the first's day of the month, else in days of a 30-day month, so that monthly instalments lie exactly a month apart.
 * Source: 中国人民银行公告〔2021〕第3号 (annualised rate over the principal really used; compound, or simple when so labelled).
 * Refuses: no_single_rate, when the flows have none or may have several; rate_out_of_range, beyond −99 % to 1,000 % a month.
 */
export function costOf(flows: readonly Flow[]): Cost | PlanRefusal {
  const days = byDay(flows);
  const lowest = lowestGrowth(days);
  const [first] = days;
  if (lowest === null || !first) return planRefused('no_single_rate');
  const timed = days.map(({ date, amountFen }) => ({ months: monthsBetween(first.date, date), amount: Number(amountFen) }));
  const growth = solve(timed, lowest);
  if (growth === null) return planRefused('rate_out_of_range');
  return { irrPpm: ppmOf(Math.expm1(12 * growth)), simplePpm: ppmOf(12 * Math.expm1(growth)) };
}

/** One flow a day, in order, without the days on which nothing moves: a fee kept back from the money lent is no payment of its own. */
function byDay(flows: readonly Flow[]): Flow[] {
  const sums = new Map<string, bigint>();
  for (const { date, amountFen } of flows) sums.set(date.toString(), (sums.get(date.toString()) ?? 0n) + amountFen);
  const days = [...sums].map(([date, amountFen]) => ({ date: Temporal.PlainDate.from(date), amountFen }));
  return days.filter(({ amountFen }) => amountFen !== 0n).toSorted((a, b) => Temporal.PlainDate.compare(a.date, b.date));
}

/** Bounds of the logarithm of a month's growth: −99 % and 1,000 %. */
const [lowestOfAll, highest] = [Math.log(0.01), Math.log(11)];

/**
 * From where on the flows have exactly one rate, or null. Flows that change sign once have one rate whatever it is (Descartes). Flows that go to and
 * fro, as those of a balance drawn and repaid at will, have one that is not negative when their running sum changes sign once, or ends at zero
 * without having changed it (Norstrøm): what was paid in all is no less than what was received.
 */
function lowestGrowth(days: readonly Flow[]): number | null {
  if (days.length < 2) return null;
  if (signChanges(days.map(({ amountFen }) => amountFen)) === 1) return lowestOfAll;
  let sum = 0n;
  const sums = days.map(({ amountFen }) => (sum += amountFen));
  const changes = signChanges(sums.filter((running) => running !== 0n));
  return changes === (sum === 0n ? 0 : 1) ? 0 : null;
}

function signChanges(amounts: readonly bigint[]): number {
  return amounts.filter((amount, index) => index > 0 && amount > 0n !== (amounts[index - 1] ?? 0n) > 0n).length;
}

function monthsBetween(from: Temporal.PlainDate, to: Temporal.PlainDate): number {
  return wholeMonths(from, to) ?? daysBetween(from, to, '30/360') / 30;
}

interface Timed {
  readonly months: number;
  readonly amount: number;
}

/**
 * The growth a month (as a logarithm) at which the flows are worth nothing. Halving, because it always ends in the same double. Flows are discounted
 * to the first day when the growth is positive and carried to the last when it is negative: no weight is ever above one.
 */
function solve(flows: readonly Timed[], lowest: number): number | null {
  const end = flows.at(-1)?.months ?? 0;
  if (end === 0) return null;
  const value = (growth: number): number => {
    const origin = growth < 0 ? end : 0;
    return flows.reduce((sum, { months, amount }) => sum + amount * Math.exp(growth * (origin - months)), 0);
  };
  let [low, high] = [lowest, highest];
  if (value(low) === 0) return low;
  const isRising = value(high) > 0;
  if (isRising === value(low) > 0) return null;
  for (let step = 0; step < 100; step += 1) {
    const middle = (low + high) / 2;
    if (value(middle) > 0 === isRising) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

const ppmOf = (rate: number): bigint => BigInt(Math.round(rate * 1_000_000));
