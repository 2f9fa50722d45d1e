import { daysInMonth } from './calendar.ts';
import { isZoneName } from './instants.ts';
import { DaysDuration, FeelDate, FeelDateTime, FeelTime, MonthsDuration, type Zone } from './value.ts';

const datePattern = '(-?\\d{4,9})-(\\d{2})-(\\d{2})';
const timePattern = '(\\d{2}):(\\d{2}):(\\d{2})(?:\\.(\\d+))?(Z|[+-]\\d{2}:\\d{2}(?::\\d{2})?|@[A-Za-z][\\w/+\\-]*)?';
const wholeDate = new RegExp(`^${datePattern}$`);
const wholeTime = new RegExp(`^T?${timePattern}$`);
const wholeDateTime = new RegExp(`^${datePattern}T${timePattern}$`);

export function parseDate(text: string): FeelDate | undefined {
  const match = wholeDate.exec(text);
  return match ? dateOf(match.slice(1)) : undefined;
}

export function parseTime(text: string): FeelTime | undefined {
  const match = wholeTime.exec(text);
  return match ? timeOf(match.slice(1)) : undefined;
}

export function parseDateTime(text: string): FeelDateTime | undefined {
  const match = wholeDateTime.exec(text);
  if (!match) return undefined;
  const date = dateOf(match.slice(1, 4));
  if (date && match.slice(4, 7).join(':') === '24:00:00' && Number(match[7] ?? 0) === 0) return nextMidnight(date, match[8]);
  const time = timeOf(match.slice(4));
  return date && time && new FeelDateTime(date, time);
}

/** 24:00:00 is the midnight that ends the day. */
function nextMidnight(date: FeelDate, zoneText: string | undefined): FeelDateTime | undefined {
  const zone = parseZone(zoneText);
  return zone && new FeelDateTime(FeelDate.ofEpochDay(date.epochDay + 1), new FeelTime(0, 0, 0, 0, zone));
}

function dateOf([year = '', month = '', day = '']: readonly (string | undefined)[]): FeelDate | undefined {
  if (/^-?0\d{4,}/.test(year) || year === '-0000') return undefined;
  return validDate(Number(year), Number(month), Number(day));
}

export function validDate(year: number, month: number, day: number): FeelDate | undefined {
  const whole = Number.isInteger(year) && Number.isInteger(month) && Number.isInteger(day);
  if (!whole || Math.abs(year) > 999_999_999 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  return new FeelDate(year, month, day);
}

function timeOf([hour = '', minute = '', second = '', fraction = '', zoneText]: readonly (string | undefined)[]): FeelTime | undefined {
  const zone = parseZone(zoneText);
  if (!zone) return undefined;
  return validTime(Number(hour), Number(minute), Number(second), Number(fraction.slice(0, 9).padEnd(9, '0')), zone);
}

export function validTime(hour: number, minute: number, second: number, nano: number, zone: Zone): FeelTime | undefined {
  const whole = Number.isInteger(hour) && Number.isInteger(minute) && Number.isInteger(second);
  if (!whole || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return undefined;
  return new FeelTime(hour, minute, second, nano, zone);
}

export function parseZone(text: string | undefined): Zone | undefined {
  if (text === undefined || text === '') return {};
  if (text === 'Z') return { offset: 0 };
  if (text.startsWith('@')) return isZoneName(text.slice(1)) ? { name: text.slice(1) } : undefined;
  const [hours = 0, minutes = 0, seconds = 0] = text.slice(1).split(':').map(Number);
  if (hours > 18 || minutes > 59 || seconds > 59) return undefined;
  const size = hours * 3600 + minutes * 60 + seconds;
  if (size > 18 * 3600) return undefined;
  return { offset: text.startsWith('-') ? 0 - size : size };
}

const monthsPattern = /^(-?)P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?$/;
const daysPattern = /^(-?)P(?=\d|T\d)(?:(\d+)D)?(?:T(?=\d|\.\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d*))?S)?)?$/;

export function parseDuration(text: string): MonthsDuration | DaysDuration | undefined {
  const inMonths = monthsPattern.exec(text);
  if (inMonths) {
    const size = Number(inMonths[2] ?? 0) * 12 + Number(inMonths[3] ?? 0);
    return new MonthsDuration(inMonths[1] === '-' ? 0 - size : size);
  }
  const inDays = daysPattern.exec(text);
  if (!inDays) return undefined;
  const [, sign, days = '0', hours = '0', minutes = '0', seconds = '0', fraction = ''] = inDays;
  const whole = BigInt(days) * 86_400n + BigInt(hours) * 3600n + BigInt(minutes) * 60n + BigInt(seconds);
  const nanos = whole * 1_000_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
  return new DaysDuration(sign === '-' ? -nanos : nanos);
}

/** The value of `@"…"`. */
export function parseTemporal(text: string): FeelDate | FeelTime | FeelDateTime | MonthsDuration | DaysDuration | undefined {
  return parseDate(text) ?? parseDateTime(text) ?? parseTime(text) ?? parseDuration(text);
}
