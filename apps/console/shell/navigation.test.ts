import { expect, test } from 'vitest';
import { allowed, isGroup, leadsTo } from './navigation.ts';

const keys = (permissions: string[]): string[] =>
  allowed(permissions).flatMap((entry) => (isGroup(entry) ? entry.items.map((item) => item.key) : [entry.key]));

test.each([
  [['population.read'], ['workbench', 'gridTree', 'households', 'persons', 'calculator']],
  [
    ['whitelist.read', 'strategy.read'],
    ['workbench', 'whitelist', 'calculator', 'strategies'],
  ],
  [['servicing.read'], ['workbench', 'loans', 'facilities', 'calculator', 'lpr']],
  [['servicing.ledger'], ['workbench', 'calculator', 'dayEnds', 'reconciliation']],
  [['product.read'], ['workbench', 'calculator', 'products']],
  [
    ['process.read', 'process.work', 'lending.read'],
    ['workbench', 'work', 'channels', 'absences', 'calculator', 'processes'],
  ],
  [
    ['village.read'],
    ['workbench', 'villageProgress', 'villagePool', 'villageEvaluation', 'villageVisits', 'villageGrants', 'villageProjects', 'calculator'],
  ],
  [[], ['workbench', 'calculator']],
])('with %j the entries are %j', (permissions, wanted) => {
  expect(keys(permissions)).toEqual(wanted);
});

test('a case lies under the work-list', () => {
  const work = { key: 'work', to: '/work', under: '/cases' } as const;
  expect(['/work', '/cases/C1', '/casesbook'].map((path) => leadsTo(work, path))).toEqual([true, true, false]);
});

test.each([
  ['/', '/', true],
  ['/', '/loads', false],
  ['/loads', '/loads/L1/quarantine', true],
  ['/grid', '/gridlock', false],
])('an entry at %s leads to %s: %s', (to, path, wanted) => {
  expect(leadsTo({ key: 'workbench', to }, path)).toBe(wanted);
});
