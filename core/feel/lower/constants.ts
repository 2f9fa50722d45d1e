import type { Ir } from '../ir.ts';
import type { Span } from '../syntax/source.ts';
import { date, daysDuration, monthsDuration } from '../types.ts';
import { parseIsoDay } from '../values/calendar.ts';
import { constant, outside } from './lowering.ts';

/** The constant of `@"…"`, `date("…")` and `duration("…")`. */
export function temporalConstant(text: string, at: Span): Ir {
  const day = parseIsoDay(text);
  if (day !== undefined) return constant(date, day);
  const months = /^(-?)P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?$/.exec(text);
  if (months) return constant(monthsDuration, signed(months[1], Number(months[2] ?? 0) * 12 + Number(months[3] ?? 0)));
  const days = /^(-?)P(?=\d|T\d)(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text);
  if (days) {
    const [, sign, day_ = 0, hour = 0, minute = 0, second = 0] = days;
    return constant(daysDuration, signed(sign, Number(day_) * 86_400 + Number(hour) * 3600 + Number(minute) * 60 + Number(second)));
  }
  throw outside(
    at,
    `“${text}”不是 YYYY-MM-DD 日期，也不是整月或整秒的时长`,
    `"${text}" is neither a YYYY-MM-DD date nor a duration of whole months or seconds`,
  );
}

function signed(sign: string | undefined, size: number): number {
  return sign === '-' ? 0 - size : size;
}
