/** Dates as whole days since 1970-01-01, so that millions of them can be moved and printed without objects. */
export type Day = number;

const dayMs = 86_400_000;
const compact = new Map<Day, string>();
const dashed = new Map<Day, string>();

export function dayOf(year: number, month: number, date: number): Day {
  return Math.floor(Date.UTC(year, month - 1, date) / dayMs);
}

/** Reads `YYYY-MM-DD`, or answers null when there is no such date. */
export function parseDay(text: string): Day | null {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) return null;
  const day = Math.floor(Date.parse(`${text}T00:00:00Z`) / dayMs);
  return Number.isNaN(day) || dashText(day) !== text ? null : day;
}

/** `yyyyMMdd` */
export function compactText(day: Day): string {
  let text = compact.get(day);
  if (text === undefined) compact.set(day, (text = dashText(day).replaceAll('-', '')));
  return text;
}

/** `yyyy-MM-dd` */
export function dashText(day: Day): string {
  let text = dashed.get(day);
  if (text === undefined) dashed.set(day, (text = new Date(day * dayMs).toISOString().slice(0, 10)));
  return text;
}

export function yearOf(day: Day): number {
  return new Date(day * dayMs).getUTCFullYear();
}

/** The last `count` month ends before `day`, oldest first. */
export function monthEndsBefore(day: Day, count: number): Day[] {
  const date = new Date(day * dayMs);
  return Array.from({ length: count }, (_, i) => dayOf(date.getUTCFullYear(), date.getUTCMonth() + 1 - (count - 1 - i), 0));
}
