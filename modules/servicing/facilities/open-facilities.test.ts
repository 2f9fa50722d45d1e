import { expect, test } from 'vitest';
import { exposedFen } from './open-facilities.ts';

const line = {
  kind: 'revolving',
  state: 'active',
  limit_fen: 100n,
  reserved_fen: 0n,
  used_fen: 30n,
  valid_to: '2027-01-15',
  owed_fen: 30n,
} as const;
const day = '2026-01-15';

test.each<[string, Partial<Parameters<typeof exposedFen>[0]>, bigint, bigint]>([
  ['a line counts whole, drawn or not', {}, 100n, 30n],
  ['a grant that waits for its signature counts', { state: 'granted', used_fen: 0n, owed_fen: 0n }, 100n, 0n],
  ['a frozen one may be drawn again', { state: 'frozen' }, 100n, 30n],
  ['what is on its way is owed', { reserved_fen: 90n }, 120n, 120n],
  ['a line cut below what is owed counts what is owed', { limit_fen: 20n }, 30n, 30n],
  ['a closed one counts what is still owed', { state: 'closed' }, 30n, 30n],
  ['so does one that has run out', { valid_to: '2026-01-14' }, 30n, 30n],
  ['its last day counts', { valid_to: day }, 100n, 30n],
  ['what is drawn once counts whole before', { kind: 'single_use', used_fen: 0n, owed_fen: 0n }, 100n, 0n],
  ['and what is owed after', { kind: 'single_use', used_fen: 100n, owed_fen: 40n }, 40n, 40n],
])('%s', (_what, changes, amountFen, usedFen) => {
  expect(exposedFen({ ...line, ...changes }, day)).toEqual({ amountFen, usedFen });
});
