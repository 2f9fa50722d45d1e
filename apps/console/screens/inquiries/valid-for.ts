const units = { Y: 'years', M: 'months', D: 'days', TH: 'hours', TM: 'minutes', TS: 'seconds' } as const;
export type DurationUnit = (typeof units)[keyof typeof units];

/** The number and unit of an ISO duration of one unit (`P15D`, `PT30M`), as sources state how long an answer is valid; null for any other. */
export function validFor(duration: string): { count: number; unit: DurationUnit } | null {
  const found = /^P(?:(\d+)([YMD])|T(\d+)([HMS]))$/.exec(duration);
  if (!found) return null;
  const [, days, dayUnit, hours, hourUnit] = found;
  const key = dayUnit ?? `T${hourUnit}`;
  return key in units ? { count: Number(days ?? hours), unit: units[key as keyof typeof units] } : null;
}
