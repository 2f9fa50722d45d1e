import { describe, expect, test } from 'vitest';
import type { WorkingHours } from '#core/calendar/index.ts';
import { secondsADay, timerDue, workingSecondsOf } from './clock.ts';

const hours: WorkingHours = {
  zone: 'Asia/Shanghai',
  spans: [
    { from: '08:30', to: '12:00' },
    { from: '14:00', to: '17:30' },
  ],
  days: { from: '2026-01-01', to: '2026-12-31', holidays: new Set(['2026-10-01']), makeUpDays: new Set() },
};
const friday = '2026-11-27T09:00:00Z';

describe('limits of a step', () => {
  test.each([
    ['PT4H', 4 * 3600],
    ['PT90M', 90 * 60],
    ['PT30S', 30],
    ['P1D', 7 * 3600],
    ['P1DT1H', 8 * 3600],
    ['P1W', null],
    ['P1M', null],
    ['-PT1H', null],
    ['soon', null],
  ])('%s', (text, seconds) => {
    expect(workingSecondsOf(text, hours)).toBe(seconds);
  });

  test('a day of work', () => {
    expect(secondsADay(hours)).toBe(7 * 3600);
  });
});

describe('when a timer fires', () => {
  test.each([
    ['hours by working time, over a weekend', { after: 'PT1H', from: friday }, '2026-11-30T01:00:00Z'],
    ['days by the calendar', { after: 'P14D', from: friday }, '2026-12-11T09:00:00Z'],
    ['months by the calendar', { after: 'P1M', from: friday }, '2026-12-27T09:00:00Z'],
    ['an instant', { due: '2026-12-01T00:00:00Z' }, '2026-12-01T00:00:00Z'],
    ['an instant with an offset', { due: '2026-12-01T08:00:00+08:00' }, '2026-12-01T00:00:00Z'],
    ['a civil time is the bank’s', { due: '2026-12-01T08:00:00' }, '2026-12-01T00:00:00Z'],
    ['a day begins at the bank’s midnight', { due: '2026-12-01' }, '2026-11-30T16:00:00Z'],
  ])('%s', (_name, timer, due) => {
    expect(timerDue(timer, hours).toString()).toBe(due);
  });

  test('what is no duration is a fault of the definition', () => {
    expect(() => timerDue({ after: 'later', from: friday }, hours)).toThrow(RangeError);
  });
});
