/** The day `dueDay` of the month `months` after that of `from`, or the last day when that month is shorter. */
export function monthly(from: Temporal.PlainDate, months: number, dueDay: number): Temporal.PlainDate {
  const month = from.toPlainYearMonth().add({ months });
  return month.toPlainDate({ day: Math.min(dueDay, month.daysInMonth) });
}

/** Whole months from one date to another when the second falls on the first's day of the month (or on a shorter month's last day), else null. */
export function wholeMonths(from: Temporal.PlainDate, to: Temporal.PlainDate, dueDay: number = from.day): number | null {
  const months = 12 * (to.year - from.year) + to.month - from.month;
  const isOnDay = (date: Temporal.PlainDate): boolean => date.day === Math.min(dueDay, date.daysInMonth);
  return months > 0 && isOnDay(from) && isOnDay(to) ? months : null;
}
