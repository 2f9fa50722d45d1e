import { expect, test } from 'vitest';
import { suggestedFen } from './demonstration-evaluation.ts';

test('whatever the chances of a person and a reviewer, an amount is suggested that may be chosen', () => {
  const suggested = new Set<string | undefined>();
  for (let chance = 0; chance < 9 * 31; chance += 1)
    for (let own = 0; own < 5; own += 1) for (const seatNo of [0, 1, 2]) suggested.add(suggestedFen(chance, own, seatNo));
  expect(suggested).not.toContain(undefined);
  expect(suggested).toContain('30000000');
});
