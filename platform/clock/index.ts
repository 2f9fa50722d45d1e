/** The only source of "now" and "today"; everything below is given them. */
export interface Clock {
  now(): Temporal.Instant;
  /** The bank's calendar day. */
  today(): Temporal.PlainDate;
}

/** Every bank this is for keeps Beijing time. */
export const bankTimeZone = 'Asia/Shanghai';

export const systemClock: Clock = {
  now: () => Temporal.Now.instant(),
  today: () => Temporal.Now.plainDateISO(bankTimeZone),
};

/** A clock that shows an instant now and goes on as time does. */
export function clockFrom(instant: string): Clock {
  const [start, begun] = [Temporal.Instant.from(instant), performance.now()];
  const now = (): Temporal.Instant => start.add({ milliseconds: Math.round(performance.now() - begun) });
  return { now, today: () => now().toZonedDateTimeISO(bankTimeZone).toPlainDate() };
}

/** A clock that tests set by hand. */
export function settableClock(instant: string): Clock & { set(instant: string): void; advance(duration: Temporal.DurationLike): void } {
  let present = Temporal.Instant.from(instant);
  return {
    now: () => present,
    today: () => present.toZonedDateTimeISO(bankTimeZone).toPlainDate(),
    set: (next) => void (present = Temporal.Instant.from(next)),
    advance: (duration) => void (present = present.add(duration)),
  };
}
