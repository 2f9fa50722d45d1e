/** What a year's holiday notice changes of the weekends: dates as `YYYY-MM-DD`. `from` and `to` say for which days it was given. */
export interface WorkingDays {
  readonly from: string;
  readonly to: string;
  readonly holidays: ReadonlySet<string>;
  /** Saturdays and Sundays on which people work. */
  readonly makeUpDays: ReadonlySet<string>;
}

export const rolls = ['none', 'following', 'modified_following', 'preceding'] as const;
export type Roll = (typeof rolls)[number];

/** Beyond the days of the notice only weekends are known, and the answer is by weekends. */
export function isWorkingDay(date: Temporal.PlainDate, days: WorkingDays): boolean {
  const text = date.toString();
  if (days.makeUpDays.has(text)) return true;
  return date.dayOfWeek <= 5 && !days.holidays.has(text);
}

export function rollDate(date: Temporal.PlainDate, roll: Roll, days: WorkingDays): Temporal.PlainDate {
  if (roll === 'none') return date;
  if (roll === 'preceding') return walk(date, -1, days);
  const following = walk(date, 1, days);
  return roll === 'modified_following' && following.month !== date.month ? walk(date, -1, days) : following;
}

function walk(date: Temporal.PlainDate, step: 1 | -1, days: WorkingDays): Temporal.PlainDate {
  let day = date;
  while (!isWorkingDay(day, days)) day = day.add({ days: step });
  return day;
}
