import { expect, test } from 'vitest';
import { absenceBody } from '#modules/process/contract.ts';
import { awayDays } from './away-days.ts';

test.each([
  ['2026-11-23', '2026-11-23', { away_from: '2026-11-22T16:00:00Z', away_to: '2026-11-23T16:00:00Z' }],
  ['2026-12-30', '2027-01-02', { away_from: '2026-12-29T16:00:00Z', away_to: '2027-01-02T16:00:00Z' }],
])('%s to %s', (from, to, wanted) => {
  expect(awayDays(from, to)).toEqual(wanted);
  expect(absenceBody.safeParse(awayDays(from, to)).success).toBe(true);
});

test.each([
  ['2026-11-23', '2026-11-22'],
  ['', '2026-11-22'],
  ['2026-11-23', 'soon'],
])('%s to %s is no absence', (from, to) => {
  expect(awayDays(from, to)).toBeNull();
});
