/** 计息基准: how days are counted, and how many make a year. */
export const dayCounts = ['30/360', 'actual/360', 'actual/365'] as const;
export type DayCount = (typeof dayCounts)[number];

/** Days of the year that a yearly rate is divided by. */
export const yearBasis: Record<DayCount, 360n | 365n> = { '30/360': 360n, 'actual/360': 360n, 'actual/365': 365n };

const epoch = Temporal.PlainDate.from('1970-01-01');

/**
 * The place of a date on the count's own line of days. Interest from one date to another is for the difference of their places: first day in, last
 * day out, and the same however often the time between is cut.
 */
export function dayIndex(date: Temporal.PlainDate, dayCount: DayCount): number {
  if (dayCount !== '30/360') return epoch.until(date, { largestUnit: 'day' }).days;
  const day = date.day === date.daysInMonth ? 30 : date.day;
  return 360 * date.year + 30 * date.month + day;
}

/** Days from `from` to `to`; negative when they are the other way round. */
export function daysBetween(from: Temporal.PlainDate, to: Temporal.PlainDate, dayCount: DayCount): number {
  return dayIndex(to, dayCount) - dayIndex(from, dayCount);
}

/**
 * Days of an interest period. `months` is the number of whole months that the contract means by it, or null for an odd period: only with `30/360`
 * and whole months do the dates not matter.
 */
export function periodDays(from: Temporal.PlainDate, to: Temporal.PlainDate, dayCount: DayCount, months: number | null): number {
  return dayCount === '30/360' && months !== null ? 30 * months : daysBetween(from, to, dayCount);
}
