import { dayIndex } from '#core/calendar/index.ts';
import { interestOf } from './interest.ts';
import type { InterestTerms } from './interest.ts';
import type { Period } from './periods.ts';
import type { Line } from './plan.ts';
import { planRefused } from './refusal.ts';
import type { PlanRefusal } from './refusal.ts';

/** Money drawn (positive) or repaid (negative) on a day; interest follows from that day on. */
export interface BalanceChange {
  readonly date: Temporal.PlainDate;
  readonly amountFen: bigint;
}

export interface RevolvingRequest extends InterestTerms {
  /** Monthly, as `periodsOf` gives them for `revolving`. */
  readonly periods: readonly Period[];
  /** In any order; those of one day count together. */
  readonly changes: readonly BalanceChange[];
}

/**
 * The lines of a balance that is drawn and repaid at will (随借随还): each bills the interest of its own days, balance by balance, rounded once; the
 * last bills what is still used. Interest is therefore the same however a day's movements are split.
 * Refuses: dates_not_rising, rate_negative, change_outside_term (before the start, or on the last due date and after), repaid_too_much,
 * principal_not_positive (nothing is ever drawn).
 */
export function revolvingLines(request: RevolvingRequest): Line[] | PlanRefusal {
  const { ratePpm, periods } = request;
  const [first, last] = [periods[0], periods.at(-1)];
  if (!first || !last) return planRefused('dates_not_rising');
  if (ratePpm < 0n) return planRefused('rate_negative');
  const changes = byDay(request.changes);
  if (changes.every(({ amountFen }) => amountFen === 0n)) return planRefused('principal_not_positive');
  const isOutside = ({ date }: BalanceChange): boolean => isBefore(date, first.start) || !isBefore(date, last.due);
  if (changes.some(isOutside)) return planRefused('change_outside_term');
  let balance = 0n;
  for (const { amountFen } of changes) {
    balance += amountFen;
    if (balance < 0n) return planRefused('repaid_too_much');
  }
  return billed(request, changes, last);
}

function billed({ ratePpm, dayCount, periods }: RevolvingRequest, changes: readonly BalanceChange[], last: Period): Line[] {
  let balance = 0n;
  return periods.map((period, index) => {
    const { start, due, days } = period;
    let numerator = 0n;
    let from = 0;
    for (const { date, amountFen } of changes.filter((change) => !isBefore(change.date, start) && isBefore(change.date, due))) {
      // Where the due date counts as fewer days than the dates before it (the 30th of a 31-day month), the period's own days are the most there are.
      const at = Math.min(dayIndex(date, dayCount) - dayIndex(start, dayCount), days);
      numerator += balance * ratePpm * BigInt(at - from);
      balance += amountFen;
      from = at;
    }
    numerator += balance * ratePpm * BigInt(days - from);
    const principalFen = period === last ? balance : 0n;
    balance -= principalFen;
    return {
      number: index + 1,
      start,
      due,
      days,
      principalFen,
      interestFen: interestOf({ ratePpm, dayCount }, numerator),
      balanceFen: balance,
    };
  });
}

function byDay(changes: readonly BalanceChange[]): BalanceChange[] {
  const ordered = changes.toSorted((a, b) => Temporal.PlainDate.compare(a.date, b.date));
  const days: BalanceChange[] = [];
  for (const change of ordered) {
    const before = days.at(-1);
    if (before?.date.equals(change.date)) days[days.length - 1] = { date: change.date, amountFen: before.amountFen + change.amountFen };
    else days.push(change);
  }
  return days;
}

const isBefore = (a: Temporal.PlainDate, b: Temporal.PlainDate): boolean => Temporal.PlainDate.compare(a, b) < 0;
