import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, replacePartitions, withOwner, withSession } from './index.ts';
import type { Filling, TestDatabase, Tx } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'qianmo-partition-'));
const columns = ['entity_id', 'parcel_id', 'grid_code', 'document'];
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase('organization');
  await withOwner(database.db, async (tx) => {
    await tx.query('create schema sample');
    await tx.query('grant usage on schema sample to qianmo_app');
    for (const table of ['sample.parcel', 'sample.crop']) {
      await tx.query(`create table ${table} (entity_id text not null, parcel_id text not null, grid_code text not null, document text)
        partition by list (entity_id)`);
      await tx.query(`call organization.protect('${table}', 'grid_code')`);
      await tx.query(`grant select on ${table} to qianmo_app`);
    }
    await tx.query('create unique index parcel_key on sample.parcel (entity_id, parcel_id)');
    await tx.query('create index parcel_by_place on sample.parcel (entity_id, grid_code) include (document)');
  });
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true });
});

function csvOf(entityId: string, rows: number, document: string): string {
  const file = join(folder, `${entityId}-${document}.csv`);
  const lines = Array.from({ length: rows }, (_, index) => `${entityId},P${String(index).padStart(15, '0')},320723001201,${document}\n`);
  writeFileSync(file, lines.join(''));
  return file;
}
const replace = (entityId: string, file: string, keep?: Filling['keep']) =>
  withOwner(database.db, (tx) =>
    replacePartitions(tx, entityId, [{ table: 'sample.parcel', columns, files: [file], ...(keep ? { keep } : {}) }]),
  );
const seenBy = (entityId: string) =>
  withSession(database.db, { entityId, actorId: 'S1', roles: [], scopes: ['320723'] }, (tx) =>
    tx.query('select document, count(*) as n from sample.parcel group by document order by document'),
  );

async function untilSomeoneWaits(tx: Tx): Promise<void> {
  for (;;) {
    const [row] = await tx.query<{ waiting: bigint }>(
      'select count(*) as waiting from pg_locks where not granted and relation is not null',
    );
    if (row && row.waiting > 0n) return;
  }
}

test('one entity is replaced, the other stays', async () => {
  expect(await replace('A1', csvOf('A1', 3, 'old'))).toEqual({ 'sample.parcel': 3 });
  await replace('B1', csvOf('B1', 2, 'other'));
  await replace('A1', csvOf('A1', 4, 'new'));
  expect(await seenBy('A1')).toEqual([{ document: 'new', n: 4n }]);
  expect(await seenBy('B1')).toEqual([{ document: 'other', n: 2n }]);
});

test('the new partition has every index of the table and no left-over check', async () => {
  await replace('A1', csvOf('A1', 1, 'x'));
  const [row] = await withOwner(database.db, (tx) =>
    tx.query(`select count(distinct i.indexrelid) as indexes, count(distinct c.oid) filter (where c.contype = 'c') as checks
      from pg_inherits join pg_index as i on i.indrelid = inhrelid left join pg_constraint as c on c.conrelid = inhrelid
      join pg_class as child on child.oid = inhrelid
      where inhparent = 'sample.parcel'::regclass and pg_get_expr(child.relpartbound, child.oid) = 'FOR VALUES IN (''A1'')'`),
  );
  expect(row).toEqual({ indexes: 2n, checks: 0n });
});

test('two entities at once both come through', async () => {
  await Promise.all([replace('A1', csvOf('A1', 7, 'first')), replace('B1', csvOf('B1', 2, 'other'))]);
  expect(await seenBy('A1')).toEqual([{ document: 'first', n: 7n }]);
  expect(await seenBy('B1')).toEqual([{ document: 'other', n: 2n }]);
});

test('a broken file leaves the old rows', async () => {
  await replace('A1', csvOf('A1', 2, 'good'));
  const file = join(folder, 'broken.csv');
  writeFileSync(file, 'A1,P1\n');
  await expect(replace('A1', file)).rejects.toThrow(/missing data/);
  expect(await seenBy('A1')).toEqual([{ document: 'good', n: 2n }]);
});

test('readers at work see all old rows or all new ones, and none of them fails', async () => {
  await replace('A1', csvOf('A1', 50, 'v0'));
  const states: string[] = [];
  const done = new AbortController();
  const read = async (): Promise<void> => {
    while (!done.signal.aborted) states.push(JSON.stringify((await seenBy('A1')).map((row) => [row['document'], String(row['n'])])));
  };
  const readers = [read(), read(), read()];
  for (const version of ['v1', 'v2', 'v3', 'v4', 'v5']) await replace('A1', csvOf('A1', 50, version));
  done.abort();
  await Promise.all(readers);
  expect(new Set(states)).toEqual(new Set([...new Set(states)].filter((state) => /^\[\["v\d","50"\]\]$/.test(state))));
  expect(states.length).toBeGreaterThan(5);
});

test('a reader that holds one table and then wants another does not lock with the exchange', async () => {
  await replace('A1', csvOf('A1', 5, 'held'));
  const { promise: holding, resolve: hold } = Promise.withResolvers<void>();
  const reading = withSession(database.db, { entityId: 'A1', actorId: 'S1', roles: [], scopes: ['320723'] }, async (tx) => {
    await tx.query('select count(*) from sample.parcel');
    hold();
    // Now the exchange holds the first table and waits for the second, which is ours; the answer must come all the same.
    await untilSomeoneWaits(tx);
    return tx.query('select count(*) as n from sample.crop');
  });
  await holding;
  const exchange = withOwner(database.db, (tx) =>
    replacePartitions(tx, 'A1', [
      { table: 'sample.crop', columns, files: [] },
      { table: 'sample.parcel', columns, files: [csvOf('A1', 6, 'exchanged')] },
    ]),
  );
  expect(await reading).toEqual([{ n: 0n }]);
  await exchange;
  expect(await seenBy('A1')).toEqual([{ document: 'exchanged', n: 6n }]);
});

describe('rows that stay', () => {
  const others = (document: string): Filling['keep'] => ({ where: 'document <> $1', value: document });
  const parcels = (first: number, document: string): string => {
    const file = join(folder, `${document}-${first}.csv`);
    writeFileSync(file, `A1,P${first},320723001201,${document}\nA1,P${first + 1},320723001201,${document}\n`);
    return file;
  };

  test('stand beside those of the files and are not counted', async () => {
    await replace('A1', parcels(10, 'wheat'));
    expect(await replace('A1', parcels(20, 'rice'), others('rice'))).toEqual({ 'sample.parcel': 2 });
    expect(await seenBy('A1')).toEqual([
      { document: 'rice', n: 2n },
      { document: 'wheat', n: 2n },
    ]);
    expect(await seenBy('B1')).toEqual([{ document: 'other', n: 2n }]);
  });

  test('survive two exchanges at once, each keeping what the other brings', async () => {
    await replace('A1', parcels(10, 'wheat'));
    await Promise.all([replace('A1', parcels(20, 'rice'), others('rice')), replace('A1', parcels(30, 'maize'), others('maize'))]);
    expect((await seenBy('A1')).map((row) => row['document'])).toEqual(['maize', 'rice', 'wheat']);
  });
});

test('an entity id that could not be a name is refused before anything is made', async () => {
  await expect(replace("A1') ; drop", csvOf('A1', 1, 'y'))).rejects.toThrow(/cannot name a legal entity/);
});
