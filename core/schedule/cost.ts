import { daysBetween, wholeMonths } from '#core/calendar/index.ts';
import type { Line } from './plan.ts';
import { planRefused } from './refusal.ts';
import type { PlanRefusal } from './refusal.ts';

/** Money on a day as the borrower sees it: received is positive, paid is negative. */
export interface Flow {
  readonly date: Temporal.PlainDate;
  readonly amountFen: bigint;
}

/**
 * Rates a year in millionths: `irr` with the effect of compounding; `simple` as interest is paid, the rate of a payment period times the periods in a
 * year. Interest counts as interest only once something is paid, so that what is paid every month costs twelve times its monthly rate, and what is paid
 * once at the end costs its interest over the principal and the time.
 */
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
  const growth = solve(compound(timed), lowest, highest);
  const simple = solve(simpleBetween(timed), lowest === lowestOfAll ? lowestSimple(timed) : lowest, Math.expm1(highest));
  if (growth === null || simple === null) return planRefused('rate_out_of_range');
  return { irrPpm: ppmOf(Math.expm1(12 * growth)), simplePpm: ppmOf(12 * simple) };
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

/** What flows are worth at a rate a month. */
type Worth = (rate: number) => number;

/**
 * At a growth a month, given as its logarithm. Flows are discounted to the first day when the growth is positive and carried to the last when it is
 * negative: no weight is ever above one.
 */
function compound(flows: readonly Timed[]): Worth {
  const end = flows.at(-1)?.months ?? 0;
  return (growth) => {
    const origin = growth < 0 ? end : 0;
    return flows.reduce((sum, { months, amount }) => sum + amount * Math.exp(growth * (origin - months)), 0);
  };
}

/** At a rate a month that bears no interest on interest between two flows; weighed as above. */
function simpleBetween(flows: readonly Timed[]): Worth {
  const gaps = gapsOf(flows);
  return (rate) => (rate < 0 ? carried(flows, gaps, rate) : discounted(flows, gaps, rate));
}

function discounted(flows: readonly Timed[], gaps: readonly number[], rate: number): number {
  let weight = 1;
  return flows.reduce((sum, { amount }, index) => {
    if (index > 0) weight /= 1 + rate * (gaps[index - 1] ?? 0);
    return sum + amount * weight;
  }, 0);
}

function carried(flows: readonly Timed[], gaps: readonly number[], rate: number): number {
  let weight = 1;
  return flows.reduceRight((sum, { amount }, index) => {
    weight *= 1 + rate * (gaps[index] ?? 0);
    return sum + amount * weight;
  }, 0);
}

const gapsOf = (flows: readonly Timed[]): number[] => flows.slice(1).map(({ months }, index) => months - (flows[index]?.months ?? 0));

/** Between two flows no more than 99 % can be lost. */
const lowestSimple = (flows: readonly Timed[]): number => -0.99 / Math.max(...gapsOf(flows));

/** The rate at which flows are worth nothing. Halving, because it always ends in the same double. Null when time does not pass, or beyond the bounds. */
function solve(worth: Worth, lowest: number, most: number): number | null {
  let [low, high] = [lowest, most];
  if (worth(low) === 0 && worth(high) !== 0) return low;
  const isRising = worth(high) > 0;
  if (isRising === worth(low) > 0) return null;
  for (let step = 0; step < 100; step += 1) {
    const middle = (low + high) / 2;
    if (worth(middle) > 0 === isRising) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

const ppmOf = (rate: number): bigint => BigInt(Math.round(rate * 1_000_000));
