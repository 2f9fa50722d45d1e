import { civilOf, epochDay, isoDay } from './calendar.ts';

/** A FEEL value as the interpreter and callers see it. Contexts are plain objects. */
export type FeelValue =
  | null
  | boolean
  | number
  | string
  | FeelDate
  | FeelTime
  | FeelDateTime
  | MonthsDuration
  | DaysDuration
  | FeelRange
  | FeelFunction
  | readonly FeelValue[]
  | FeelContext;

export interface FeelContext {
  readonly [name: string]: FeelValue;
}

/** A civil date; years reach from −999,999,999 to 999,999,999. */
export class FeelDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;

  constructor(year: number, month: number, day: number) {
    this.year = year;
    this.month = month;
    this.day = day;
  }

  static ofEpochDay(epoch: number): FeelDate {
    const { year, month, day } = civilOf(epoch);
    return new FeelDate(year, month, day);
  }

  get epochDay(): number {
    return epochDay(this);
  }

  toString(): string {
    return isoDay(this.epochDay);
  }

  toJSON(): string {
    return this.toString();
  }
}

/** Where a time stands: nowhere, at a fixed offset in seconds, or in a named zone. */
export interface Zone {
  readonly offset?: number;
  readonly name?: string;
}

export class FeelTime {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nano: number;
  readonly zone: Zone;

  constructor(hour: number, minute: number, second: number, nano = 0, zone: Zone = {}) {
    this.hour = hour;
    this.minute = minute;
    this.second = second;
    this.nano = nano;
    this.zone = zone;
  }

  get secondOfDay(): number {
    return this.hour * 3600 + this.minute * 60 + this.second;
  }

  toString(): string {
    const fraction = this.nano === 0 ? '' : `.${String(this.nano).padStart(9, '0').replace(/0+$/, '')}`;
    return `${two(this.hour)}:${two(this.minute)}:${two(this.second)}${fraction}${zoneText(this.zone)}`;
  }

  toJSON(): string {
    return this.toString();
  }
}

export class FeelDateTime {
  readonly date: FeelDate;
  readonly time: FeelTime;

  constructor(date: FeelDate, time: FeelTime) {
    this.date = date;
    this.time = time;
  }

  toString(): string {
    return `${this.date.toString()}T${this.time.toString()}`;
  }

  toJSON(): string {
    return this.toString();
  }
}

export class MonthsDuration {
  readonly months: number;

  constructor(months: number) {
    this.months = months;
  }

  toString(): string {
    if (this.months === 0) return 'P0M';
    const size = Math.abs(this.months);
    const years = Math.floor(size / 12);
    const rest = size % 12;
    return `${this.months < 0 ? '-' : ''}P${years > 0 ? `${years}Y` : ''}${rest > 0 ? `${rest}M` : ''}`;
  }

  toJSON(): string {
    return this.toString();
  }
}

const nanosPerSecond = 1_000_000_000n;

export class DaysDuration {
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    this.nanos = nanos;
  }

  static ofSeconds(seconds: number): DaysDuration {
    const whole = Math.trunc(seconds);
    return new DaysDuration(BigInt(whole) * nanosPerSecond + BigInt(Math.round((seconds - whole) * 1e9)));
  }

  get seconds(): number {
    return Number(this.nanos / nanosPerSecond) + Number(this.nanos % nanosPerSecond) / 1e9;
  }

  toString(): string {
    if (this.nanos === 0n) return 'PT0S';
    const size = this.nanos < 0n ? -this.nanos : this.nanos;
    const whole = size / nanosPerSecond;
    const fraction = String(size % nanosPerSecond)
      .padStart(9, '0')
      .replace(/0+$/, '');
    const days = whole / 86_400n;
    const hours = (whole / 3600n) % 24n;
    const minutes = (whole / 60n) % 60n;
    const seconds = whole % 60n;
    const second = seconds > 0n || fraction !== '' ? `${seconds}${fraction === '' ? '' : `.${fraction}`}S` : '';
    const time = `${hours > 0n ? `${hours}H` : ''}${minutes > 0n ? `${minutes}M` : ''}${second}`;
    return `${this.nanos < 0n ? '-' : ''}P${days > 0n ? `${days}D` : ''}${time === '' ? '' : `T${time}`}`;
  }

  toJSON(): string {
    return this.toString();
  }
}

/** An interval; an absent end (`undefined`) is a unary one such as `< 5`. */
export class FeelRange {
  readonly low: FeelValue | undefined;
  readonly high: FeelValue | undefined;
  readonly lowClosed: boolean;
  readonly highClosed: boolean;
  readonly equality: '=' | '!=' | undefined;

  constructor(low: FeelValue | undefined, high: FeelValue | undefined, lowClosed: boolean, highClosed: boolean, equality?: '=' | '!=') {
    this.low = low;
    this.high = high;
    this.lowClosed = lowClosed;
    this.highClosed = highClosed;
    this.equality = equality;
  }
}

export class FeelFunction {
  readonly params: readonly string[];
  readonly call: (args: readonly FeelValue[]) => FeelValue;

  constructor(params: readonly string[], call: (args: readonly FeelValue[]) => FeelValue) {
    this.params = params;
    this.call = call;
  }
}

export function isContext(value: FeelValue | undefined): value is FeelContext {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** A list of one stands for its item where a single value is wanted (DMN 1.5, 10.3.2.9.4). */
export function single(value: FeelValue): FeelValue {
  return isList(value) && value.length === 1 ? (value[0] ?? null) : value;
}

export function isList(value: FeelValue | undefined): value is readonly FeelValue[] {
  return Array.isArray(value);
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function zoneText(zone: Zone): string {
  if (zone.name !== undefined) return `@${zone.name}`;
  if (zone.offset === undefined) return '';
  if (zone.offset === 0) return 'Z';
  const size = Math.abs(zone.offset);
  const seconds = size % 60;
  return `${zone.offset < 0 ? '-' : '+'}${two(Math.floor(size / 3600))}:${two(Math.floor(size / 60) % 60)}${seconds > 0 ? `:${two(seconds)}` : ''}`;
}
