import { describe, expect, test } from 'vitest';
import type { Over } from './indicator.ts';
import { monthEndBefore, newestMonth, windowOf } from './window.ts';

const months = (count: number, last: string): Set<string> =>
  new Set(Array.from({ length: count }, (_, back) => monthEndBefore(last, back)));
const ends = (count: number, upTo = false): Over => ({ kind: 'month_ends', count, upTo, column: null });

describe('windows of events', () => {
  test.each([
    { count: 6, kind: 'months', asOf: '2026-11-20', after: '2026-05-20' },
    { count: 6, kind: 'months', asOf: '2026-08-31', after: '2026-02-28' },
    { count: 12, kind: 'months', asOf: '2024-02-29', after: '2023-02-28' },
    { count: 90, kind: 'days', asOf: '2026-11-20', after: '2026-08-22' },
  ] as const)('$count $kind up to $asOf begin after $after', ({ count, kind, asOf, after }) => {
    expect(windowOf({ kind, count, column: 'day' }, asOf, new Set())).toEqual({ after, until: asOf, days: 0 });
  });
});

describe('windows of month ends', () => {
  test.each([
    {
      name: 'on a month end, its own file counts',
      asOf: '2026-10-31',
      loaded: months(12, '2026-10-31'),
      window: { after: '2026-07-31', until: '2026-10-31', days: 92 },
    },
    {
      name: 'before the month end it does not',
      asOf: '2026-10-30',
      loaded: months(12, '2026-09-30'),
      window: { after: '2026-06-30', until: '2026-09-30', days: 92 },
    },
    {
      name: 'one month may be on its way',
      asOf: '2026-11-02',
      loaded: months(12, '2026-09-30'),
      window: { after: '2026-06-30', until: '2026-09-30', days: 92 },
    },
    { name: 'two may not', asOf: '2026-12-02', loaded: months(12, '2026-09-30'), window: null },
    {
      name: 'February',
      asOf: '2024-03-15',
      loaded: months(3, '2024-02-29'),
      window: { after: '2023-11-30', until: '2024-02-29', days: 91 },
    },
    { name: 'a gap makes the whole window unknown', asOf: '2026-11-20', loaded: new Set(['2026-10-31', '2026-08-31']), window: null },
  ])('$name', ({ asOf, loaded, window }) => {
    expect(windowOf(ends(3), asOf, loaded)).toEqual(window);
  });

  test('up to takes what is loaded, and its days', () => {
    expect(windowOf(ends(3, true), '2026-11-20', new Set(['2026-10-31', '2026-08-31']))).toEqual({
      after: '2026-07-31',
      until: '2026-10-31',
      days: 62,
    });
  });

  test('no month at all is no window', () => {
    expect(newestMonth('2026-11-20', new Set())).toBeNull();
    expect(windowOf(ends(3, true), '2026-11-20', new Set())).toBeNull();
  });
});
