import { expect, test } from 'vitest';
import { Problem } from './client.ts';
import { isLost, RequestKeys } from './request-key.ts';

test('content keeps its key until it is answered, also when something else was sent in between', () => {
  const keys = new RequestKeys();
  const first = keys.of({ amount_fen: '100' });
  expect(first).toMatch(/^[\da-f]{32}$/);
  expect(keys.of({ amount_fen: '200' })).not.toBe(first);
  expect(keys.of({ amount_fen: '100' })).toBe(first);
  keys.answered({ amount_fen: '100' });
  expect(keys.of({ amount_fen: '100' })).not.toBe(first);
});

test.each([
  [0, 'network', true],
  [503, 'unavailable', true],
  [409, 'more_than_due', false],
  [201, 'unreadable', false],
])('a problem with status %i (%s) leaves open whether it happened: %s', (status, code, lost) => {
  expect(isLost(new Problem({ status, code, title: '', detail: '', detailEnglish: '', instance: '' }))).toBe(lost);
});
