import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, withOwner } from '#platform/postgres/index.ts';
import type { TestDatabase } from '#platform/postgres/index.ts';
import { recordLimits } from './record.ts';
import type { LimitRow } from './record.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase('village')));
afterAll(() => database.drop());

const row = (personId: string, amountFen: bigint | null, source: object = { round: 1 }): LimitRow => ({
  projectId: 1n,
  personId,
  entityId: '320723',
  gridCode: '32072310300101',
  kind: 'evaluated',
  amountFen,
  source,
});
const record = (...rows: LimitRow[]): Promise<string[]> =>
  withOwner(database.db, (tx) => recordLimits(tx, rows, 'evaluation', '2026-11-20T08:00:00Z'));

test('a limit is appended where amount or source differ, and never changed', async () => {
  expect(await record()).toEqual([]);
  expect(await record(row('P1', 500n), row('P2', null, { reason: 'no valid answer' }))).toEqual(['P1', 'P2']);
  expect(await record(row('P1', 500n), row('P2', null, { reason: 'no valid answer' }))).toEqual([]);
  expect(await record(row('P1', 600n), row('P2', null, { reason: 'recused' }))).toEqual(['P1', 'P2']);
  expect(await record({ ...row('P1', 600n), kind: 'model' })).toEqual(['P1']);
  expect(await record(row('P1', null))).toEqual(['P1']);
  const kept = await withOwner(database.db, (tx) =>
    tx.query('select person_id, kind, amount_fen from village.limit_record order by record_id'),
  );
  expect(kept).toEqual([
    { person_id: 'P1', kind: 'evaluated', amount_fen: 500n },
    { person_id: 'P2', kind: 'evaluated', amount_fen: null },
    { person_id: 'P1', kind: 'evaluated', amount_fen: 600n },
    { person_id: 'P2', kind: 'evaluated', amount_fen: null },
    { person_id: 'P1', kind: 'model', amount_fen: 600n },
    { person_id: 'P1', kind: 'evaluated', amount_fen: null },
  ]);
});
