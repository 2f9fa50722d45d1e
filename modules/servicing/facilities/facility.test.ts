import { expect, test } from 'vitest';
import { facilityBecomes, facilityBecomesByHand, facilityStates } from '../contract.ts';
import { refusalOfChange } from './facility.ts';

test.each(facilityStates.flatMap((from) => facilityStates.map((to) => [from, to] as const)))('from %s to %s', (from, to) => {
  const change = (limitFen: string): string | null =>
    refusalOfChange({ limit_fen: '100', state: from }, { limit_fen: limitFen, state: to });
  const expected: Record<string, [string | null, string | null]> = {
    same: ['facility_unchanged', null],
    possible: [null, null],
    closed: ['facility_closed', 'facility_closed'],
    granted: ['facility_not_signed', 'facility_not_signed'],
  };
  const kind = from === 'granted' || to === 'granted' ? 'granted' : from === 'closed' ? 'closed' : from === to ? 'same' : 'possible';
  expect([change('100'), change('200')]).toEqual(expected[kind]);
  expect(facilityBecomesByHand[from].some((state) => state === to)).toBe(kind === 'possible');
  // A granted facility goes on by its signature or is taken back; nothing becomes granted again.
  expect(facilityBecomes[from].includes('granted')).toBe(false);
});
