/** Working time left of a task, as words and a bar read it. Pure. */
export interface Left {
  /** `over` past its time, `soon` within the hour, `off` while the clock stands, `none` without a limit. */
  readonly tone: 'over' | 'soon' | 'ok' | 'off' | 'none';
  /** How much of the limit is used, 0 to 1. */
  readonly used: number;
  readonly hours: number;
  readonly minutes: number;
}

const hour = 3600;

export function timeLeft(task: { seconds_left: number | null; seconds_allowed: number | null; is_suspended: boolean }): Left {
  const { seconds_left: left, seconds_allowed: allowed } = task;
  if (task.is_suspended) return { tone: 'off', used: 0, hours: 0, minutes: 0 };
  if (left === null) return { tone: 'none', used: 0, hours: 0, minutes: 0 };
  // Half a minute before its end a task has a minute left, half a minute after it is a minute late: 0 is said of neither.
  const minutes = Math.ceil(Math.abs(left) / 60);
  const used = left <= 0 ? 1 : allowed === null || allowed <= 0 ? 0 : Math.max(0, Math.min(1, 1 - left / allowed));
  return { tone: left <= 0 ? 'over' : left <= hour ? 'soon' : 'ok', used, hours: Math.floor(minutes / 60), minutes: minutes % 60 };
}
