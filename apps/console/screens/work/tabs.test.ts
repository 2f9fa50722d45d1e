import { expect, test } from 'vitest';
import { workQuery } from '#modules/process/contract.ts';
import { isShown, questionOf, tabOf } from './tabs.ts';

test.each([
  [{}, { view: 'mine' }],
  [{ tab: 'overdue' }, { view: 'mine', due_within: 0 }],
  [
    { tab: 'soon', product: '流水贷' },
    { view: 'mine', due_within: 60, product: '流水贷' },
  ],
  [
    { tab: 'scope', place: '320723103' },
    { view: 'scope', grid: '320723103' },
  ],
  [
    { tab: 'pool', amount: '5' },
    { view: 'pool', amount_from: '5000000' },
  ],
  [{ amount: '0.5' }, { view: 'mine', amount_from: '500000' }],
  [{ amount: 'much', tab: 'elsewhere' }, { view: 'mine' }],
])('%j asks for %j, and the server understands it', (search, wanted) => {
  const asked = Object.fromEntries(Object.entries(questionOf(search)).filter(([, value]) => value !== undefined));
  expect(asked).toEqual(wanted);
  expect(workQuery.safeParse(asked).success).toBe(true);
});

test('what is late is not due within the hour', () => {
  const asOf = '2026-11-23T02:00:00Z';
  const shown = (due_at: string | null): boolean => isShown(tabOf({ tab: 'soon' }), { due_at }, asOf);
  expect([shown('2026-11-23T02:30:00Z'), shown('2026-11-23T01:59:00Z'), shown(null)]).toEqual([true, false, false]);
  expect(isShown('mine', { due_at: '2026-11-23T01:59:00Z' }, asOf)).toBe(true);
});
