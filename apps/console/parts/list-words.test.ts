import { expect, test } from 'vitest';
import type { SavedView } from '#modules/organization/contract.ts';
import { filtersOf, isChanged, wordsOf } from './list-words.ts';

const view: SavedView = {
  view_id: '0b5f5a3e-7a43-4c55-9d0b-3a3d0a6d7c11',
  list: 'persons',
  name: '高额度',
  is_shared: false,
  filters: { outcome: 'approve', sort: 'limit' },
  columns: ['name', 'limit'],
  owner: { staff_id: 'S1', name: '王会计' },
  is_own: true,
  saved_at: '2026-11-20T01:00:00Z',
};
const words = ['outcome', 'sort', 'direction', 'trade'];

test('a view keeps the words it may keep, as far as they are set', () => {
  const search = { grid: '320723', name: '孙', outcome: 'approve', sort: undefined, trade: '', view: 'x' };
  expect(filtersOf(search, words)).toEqual({ outcome: 'approve' });
});

test('an opened view stands in the address whole, and is then unchanged', () => {
  const search = wordsOf(view);
  expect(search).toEqual({ outcome: 'approve', sort: 'limit', view: view.view_id, columns: 'name,limit' });
  expect(isChanged(view, filtersOf(search, words), ['limit', 'name'])).toBe(false);
  expect(wordsOf({ ...view, columns: null })).toMatchObject({ columns: undefined });
});

test.each([
  ['another value', { outcome: 'refer', sort: 'limit' }, ['name', 'limit']],
  ['a filter more', { outcome: 'approve', sort: 'limit', trade: 'grain' }, ['name', 'limit']],
  ['a filter less', { sort: 'limit' }, ['name', 'limit']],
  ['a column more', view.filters, ['name', 'limit', 'age']],
  ['a column less', view.filters, ['name']],
  ['the usual columns', view.filters, null],
])('%s is a change', (_what, filters, columns) => {
  expect(isChanged(view, filters, columns)).toBe(true);
});
