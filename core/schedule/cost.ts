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

/**
 * What a loan costs a year, whatever it is called: the rate at which its flows are worth nothing today. Time is counted in months and thirtieths of
 * one, so that monthly instalments lie exactly a month apart.
 * Source: 中国人民银行公告〔2021〕第3号 (annualised rate over the principal really used; compound, or simple when so labelled).
 * Refuses: no_single_rate, when the flows do not change their sign exactly once.
 */
export function costOf(flows: readonly Flow[]): Cost | PlanRefusal {
  const ordered = flows.filter(({ amountFen }) => amountFen !== 0n).toSorted((a, b) => Temporal.PlainDate.compare(a.date, b.date));
  const [first] = ordered;
  if (!first || signChanges(ordered) !== 1) return planRefused('no_single_rate');
  const timed = ordered.map(({ date, amountFen }) => ({ months: monthsBetween(first.date, date), amount: Number(amountFen) }));
  const monthly = solve((rate) => timed.reduce((sum, { months, amount }) => sum + amount / (1 + rate) ** months, 0));
  if (monthly === null) return planRefused('no_single_rate');
  return { irrPpm: ppmOf((1 + monthly) ** 12 - 1), simplePpm: ppmOf(monthly * 12) };
}

function signChanges(flows: readonly Flow[]): number {
  return flows.filter(({ amountFen }, index) => index > 0 && amountFen > 0n !== (flows[index - 1]?.amountFen ?? 0n) > 0n).length;
}

/** The last day of a shorter month stands for the day it does not have. */
function monthsBetween(from: Temporal.PlainDate, to: Temporal.PlainDate): number {
  const months = 12 * (to.year - from.year) + to.month - from.month;
  return to.day === to.daysInMonth && from.day > to.day ? months : months + (to.day - from.day) / 30;
}

/** Halving, because it always ends in the same double: the value has one root between losing nearly everything and ten times a month. */
function solve(value: (rate: number) => number): number | null {
  let [low, high] = [-0.99, 10];
  const isRising = value(high) > value(low);
  if (value(low) > 0 === value(high) > 0) return null;
  for (let step = 0; step < 200; step += 1) {
    const middle = (low + high) / 2;
    if (value(middle) > 0 === isRising) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

const ppmOf = (rate: number): bigint => BigInt(Math.round(rate * 1_000_000));
