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
  [[], ['workbench', 'calculator']],
])('with %j the entries are %j', (permissions, wanted) => {
  expect(keys(permissions)).toEqual(wanted);
});

test.each([
  ['/', '/', true],
  ['/', '/loads', false],
  ['/loads', '/loads/L1/quarantine', true],
  ['/grid', '/gridlock', false],
])('an entry at %s leads to %s: %s', (to, path, wanted) => {
  expect(leadsTo({ key: 'workbench', to }, path)).toBe(wanted);
});
