/** Statements end with the calendar month. */
export function endsPeriod(day: string): boolean {
  const { day: ofMonth, daysInMonth } = Temporal.PlainDate.from(day);
  return ofMonth === daysInMonth;
}

/** The last day of the period before the one that ends on `day`. */
export const periodBefore = (day: string): string => Temporal.PlainDate.from(day).with({ day: 1 }).subtract({ days: 1 }).toString();

/** The last day of a period by its name, such as `2026-03`. */
export function periodEnd(period: string): string {
  const month = Temporal.PlainYearMonth.from(period);
  return month.toPlainDate({ day: month.daysInMonth }).toString();
}
