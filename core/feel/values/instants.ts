/** Where times and date-times stand on the line of instants. Zone rules come from the time-zone database of the runtime, not from its clock. */
import type { FeelDateTime, FeelTime, Zone } from './value.ts';

const nanosPerSecond = 1_000_000_000n;

/** Nanoseconds since midnight UTC; a time in a named zone takes the zone's offset of 1970-01-01. */
export function timeNanos(time: FeelTime): bigint {
  const offset = time.zone.name === undefined ? (time.zone.offset ?? 0) : (zoneOffset(time.zone, 0) ?? 0);
  return BigInt(time.secondOfDay - offset) * nanosPerSecond + BigInt(time.nano);
}

/** Nanoseconds since 1970-01-01T00:00:00Z; a date-time without a zone counts as UTC. */
export function instantNanos(at: FeelDateTime): bigint {
  const local = at.date.epochDay * 86_400 + at.time.secondOfDay;
  const offset = offsetOf(at) ?? 0;
  return BigInt(local - offset) * nanosPerSecond + BigInt(at.time.nano);
}

/** Seconds east of UTC, undefined for a local date-time. */
export function offsetOf(at: FeelDateTime): number | undefined {
  if (at.time.zone.name === undefined) return at.time.zone.offset;
  const local = at.date.epochDay * 86_400 + at.time.secondOfDay;
  const guess = zoneOffset(at.time.zone, local) ?? 0;
  return zoneOffset(at.time.zone, local - guess);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** The offset of a named zone at an instant (seconds since 1970 UTC); undefined for an unknown zone. */
export function zoneOffset(zone: Zone, epochSecond: number): number | undefined {
  if (zone.name === undefined) return zone.offset;
  if (!isZoneName(zone.name)) return undefined;
  let format = formats.get(zone.name);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone.name, timeZoneName: 'longOffset' });
    formats.set(zone.name, format);
  }
  const limit = 8.64e12;
  const clamped = Math.max(-limit, Math.min(limit, epochSecond));
  const text = format.formatToParts(clamped * 1000).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
  const match = /^GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(text);
  if (!match) return undefined;
  const size = Number(match[2] ?? 0) * 3600 + Number(match[3] ?? 0) * 60 + Number(match[4] ?? 0);
  return match[1] === '-' ? 0 - size : size;
}

export function isZoneName(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false; // a RangeError: the runtime knows no such zone
  }
}
