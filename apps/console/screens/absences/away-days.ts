/** Whole days of the bank ↔ instants. Pure. */
const zone = 'Asia/Shanghai';
const midnight = (day: Temporal.PlainDate): string => day.toZonedDateTime({ timeZone: zone }).toInstant().toString();

/** From the beginning of the first day to the end of the last; null when they are no days or stand the wrong way round. */
export function awayDays(from: string, to: string): { away_from: string; away_to: string } | null {
  const day = /^\d{4}-\d{2}-\d{2}$/;
  if (!day.test(from) || !day.test(to) || to < from) return null;
  return { away_from: midnight(Temporal.PlainDate.from(from)), away_to: midnight(Temporal.PlainDate.from(to).add({ days: 1 })) };
}
