import { periodDays, wholeMonths } from '#core/calendar/index.ts';
import type { DayCount } from '#core/calendar/index.ts';
import { datesUntil, planLines } from '#core/schedule/index.ts';
import type { Line, Period } from '#core/schedule/index.ts';
import { elapsedDays } from './interest.ts';
import { runningInstalment } from './loan.ts';
import type { Day, Instalment, Loan } from './loan.ts';
import { refused } from './refusal.ts';
import type { LoanRefusal } from './refusal.ts';

/** What stays as it was: the due dates (and the instalment changes), or the instalment (and there are fewer dates). */
export type Replan = { readonly keep: 'dates' } | { readonly keep: 'level' };

/**
 * New lines for what is not billed, from the opening of `day`. What the running period has accrued and nobody has paid stays in its first line.
 * Refuses: plan_impossible.
 */
export function replan(loan: Loan, day: Day, how: Replan, periods: readonly Period[] = remainingPeriods(loan, day)): Loan | LoanRefusal {
  const { terms, normalPrincipalFen, instalments } = loan;
  const kept = instalments.filter((line) => line.state !== 'planned');
  const dueToday = kept.reduce((sum, line) => (line.due >= day ? sum + line.unpaidPrincipalFen : sum), 0n);
  const balanceFen = normalPrincipalFen - dueToday;
  if (balanceFen === 0n) return { ...loan, elapsedDays: 0, instalments: kept };
  if (periods.length === 0) return refused('after_maturity');
  const dated = instalments.filter((line) => line.state === 'planned');
  const plan = planLines({
    balanceFen,
    ratePpm: terms.ratePpm,
    dayCount: terms.dayCount,
    method: terms.method,
    periods,
    carriedNumerator: loan.interestNumerator,
    ...(terms.method === 'custom' ? { principals: shrink(dated, periods.length, balanceFen) } : {}),
    ...(how.keep === 'level' ? { levelFen: levelOf(dated, terms.method) } : {}),
  });
  if ('refused' in plan) return refused('plan_impossible');
  const first = kept.reduce((highest, line) => Math.max(highest, line.number), 0) + 1;
  return { ...loan, elapsedDays: 0, instalments: [...kept, ...plan.map((line, index) => instalmentOf(line, first + index))] };
}

/** The rest of the running period as a period of its own, and the ones after it. */
export function remainingPeriods(loan: Loan, day: Day): Period[] {
  const running = runningInstalment(loan);
  if (!running) return [];
  const { dayCount } = loan.terms;
  const rest: Period = {
    start: Temporal.PlainDate.from(day),
    due: Temporal.PlainDate.from(running.due),
    days: running.days - elapsedDays(running, day, dayCount),
  };
  const later = loan.instalments.filter((line) => line.state === 'planned' && line !== running);
  return [
    rest,
    ...later.map((line) => ({ start: Temporal.PlainDate.from(line.start), due: Temporal.PlainDate.from(line.due), days: line.days })),
  ];
}

/** Periods as they are, then regular ones to a later maturity; where no period is running, from `day` on. */
export function extendedPeriods(loan: Loan, day: Day, maturity: Day): Period[] {
  const { dueDay, dayCount, method, interestEvery, interestAnchor } = loan.terms;
  const end = Temporal.PlainDate.from(maturity);
  const periods = remainingPeriods(loan, day);
  const last = periods.at(-1);
  const from = last?.due ?? Temporal.PlainDate.from(day);
  if (method === 'bullet' || method === 'custom')
    return [...periods.slice(0, -1), prolonged(last ?? { start: from, due: from, days: 0 }, end, dayCount)];
  if (Temporal.PlainDate.compare(from, end) >= 0) return periods;
  const dues = datesUntil(end, { startDate: from, dueDay, method, interestEvery, interestAnchor });
  const added = dues.map((due, index) => {
    const start = dues[index - 1] ?? from;
    return { start, due, days: periodDays(start, due, dayCount, wholeMonths(start, due, dueDay)) };
  });
  return [...periods, ...added];
}

/** The last date moves; there are no others to add. */
const prolonged = (last: Period, end: Temporal.PlainDate, dayCount: DayCount): Period => ({
  ...last,
  due: end,
  days: last.days + periodDays(last.due, end, dayCount, wholeMonths(last.due, end)),
});

/**
 * The instalment that is to stay: the whole of it for level instalments, its principal part for equal principal. A line whose interest exceeds the
 * instalment pays more than it, and the last line is only a rest: the least of the others is the instalment.
 */
function levelOf(lines: readonly Instalment[], method: Loan['terms']['method']): bigint {
  const parts = lines.map((line) => (method === 'equal_principal' ? line.principalFen : line.principalFen + line.interestFen));
  const regular = parts.length > 1 ? parts.slice(0, -1) : parts;
  return regular.reduce((least, part) => (part < least ? part : least), regular[0] ?? 0n);
}

/**
 * Principal parts of as many custom dates: what an early repayment took is missing from the last ones, what a restructuring put back is due with the
 * last one.
 */
function shrink(lines: readonly Instalment[], dates: number, balanceFen: bigint): bigint[] {
  let left = balanceFen;
  const parts = Array.from({ length: dates }, (_, index) => {
    const planned = lines[index]?.principalFen ?? 0n;
    const part = planned < left ? planned : left;
    left -= part;
    return part;
  });
  return parts.map((part, index) => (index === dates - 1 ? part + left : part));
}

export const instalmentOf = (line: Line, number: number): Instalment => ({
  number,
  start: line.start.toString(),
  due: line.due.toString(),
  days: line.days,
  principalFen: line.principalFen,
  interestFen: line.interestFen,
  state: 'planned',
  unpaidPrincipalFen: line.principalFen,
  unpaidInterestFen: 0n,
});
