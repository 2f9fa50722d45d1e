/** Which rows a window of the catalogue takes, as of a day. All bounds are days: `after` < row ≤ `until`. */
import type { Over } from './indicator.ts';

export interface Window {
  after: string;
  until: string;
  /** Days of the month ends that are loaded, for means over days; 0 for windows of events. */
  days: number;
}

export function lastDayOfMonth(day: string): string {
  const date = Temporal.PlainDate.from(day);
  return date.with({ day: date.daysInMonth }).toString();
}

/** The month end `months` before a month end. */
export function monthEndBefore(monthEnd: string, months: number): string {
  return lastDayOfMonth(Temporal.PlainDate.from(monthEnd).with({ day: 1 }).subtract({ months }).toString());
}

/** The newest month that may be asked for: the last month end by the day if its file is there, else the one before, whose file must be. */
export function newestMonth(asOf: string, loaded: ReadonlySet<string>): string | null {
  const thisMonth = lastDayOfMonth(asOf);
  const last = thisMonth === asOf ? asOf : monthEndBefore(thisMonth, 1);
  if (loaded.has(last)) return last;
  const before = monthEndBefore(last, 1);
  return loaded.has(before) ? before : null;
}

/**
 * Null = not known: the newest months are missing, or (without `up to`) any month of the window is. `loaded` holds the month ends whose
 * files had come by the day; windows of events do not ask it.
 */
export function windowOf(over: Over, asOf: string, loaded: ReadonlySet<string>): Window | null {
  if (over.kind !== 'month_ends') {
    const length = over.kind === 'months' ? { months: over.count } : { days: over.count };
    return { after: Temporal.PlainDate.from(asOf).subtract(length).toString(), until: asOf, days: 0 };
  }
  const newest = newestMonth(asOf, loaded);
  if (newest === null) return null;
  const months = Array.from({ length: over.count }, (_, back) => monthEndBefore(newest, back));
  const found = months.filter((month) => loaded.has(month));
  if (!over.upTo && found.length < months.length) return null;
  const days = found.reduce((sum, month) => sum + Temporal.PlainDate.from(month).day, 0);
  return { after: monthEndBefore(newest, over.count), until: newest, days };
}
