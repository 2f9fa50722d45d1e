/** What a field of the protocol and of the reconciliation file may hold. */

/** Printable text of at most `length` characters. `|@|` parts the fields of the core's files: no text may hold it, or make one with what follows. */
const text = (length: number): RegExp => new RegExp(`^(?!.*\\|@(\\||$))[^\\p{Cc}\\p{Cs}\\uFFFE\\uFFFF]{1,${length}}$`, 'su');

export const forms = {
  service: /^[A-Z0-9]{8}$/,
  identifier: /^[0-9A-Za-z]{1,16}$/,
  sequence: /^[0-9A-Za-z_-]{1,32}$/,
  /** yyyyMMddHHmmss and ten digits. */
  globalSequence: /^\d{24}$/,
  reference: /^[0-9A-Za-z]{1,32}$/,
  account: /^[0-9A-Za-z]{5,32}$/,
  name: text(120),
  purpose: text(100),
  message: text(200),
  /** Yuan with two decimals, more than nothing. */
  amount: /^(?!0\.00$)(0|[1-9]\d{0,12})\.\d{2}$/,
  date: /^\d{8}$/,
  time: /^([01]\d|2[0-3])[0-5]\d[0-5]\d$/,
  currency: /^CNY$/,
} as const;

export type Form = keyof typeof forms;

/** The day of `yyyyMMdd`; null when there is no such day. */
export function parseDay(digits: string): Temporal.PlainDate | null {
  if (!forms.date.test(digits)) return null;
  try {
    return Temporal.PlainDate.from(digits, { overflow: 'reject' });
  } catch {
    return null;
  }
}

/** `yyyyMMdd` */
export function formatDay(day: Temporal.PlainDate): string {
  return day.toString().replaceAll('-', '');
}
