import { expect, test } from 'vitest';
import { facilityBecomes, facilityStates } from '../contract.ts';
import { refusalOfChange } from './facility.ts';

test.each(facilityStates.flatMap((from) => facilityStates.map((to) => [from, to] as const)))('from %s to %s', (from, to) => {
  const change = (limitFen: string): string | null =>
    refusalOfChange({ limit_fen: '100', state: from }, { limit_fen: limitFen, state: to });
  const expected: Record<string, [string | null, string | null]> = {
    same: ['facility_unchanged', null],
    possible: [null, null],
    closed: ['facility_closed', 'facility_closed'],
  };
  const kind = from === 'closed' ? 'closed' : from === to ? 'same' : 'possible';
  expect([change('100'), change('200')]).toEqual(expected[kind]);
  expect(facilityBecomes[from].includes(to)).toBe(kind === 'possible');
});
