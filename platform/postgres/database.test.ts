import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyFrom, createTestDatabase, openDatabase, withOwner, withSession } from './index.ts';
import type { Database, Session, TestDatabase, Tx } from './index.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase('organization');
  await withOwner(database.db, async (tx) => {
    await tx.query('create schema sample');
    await tx.query('create table sample.parcel (entity_id text, grid_code text, amount_fen bigint, on_date date, at timestamptz)');
    await tx.query("call organization.protect('sample.parcel', 'grid_code')");
    await tx.query('grant usage on schema sample to qianmo_app');
    await tx.query('grant select, insert on sample.parcel to qianmo_app');
    const rows = '320723,320723001001,9007199254740993,2026-11-20,2026-11-20T08:00:00.5Z\n320723,320723001002,,,\n999,320723001001,1,,\n';
    const columns = ['entity_id', 'grid_code', 'amount_fen', 'on_date', 'at'];
    expect(await copyFrom(tx.client, 'sample.parcel', columns, Readable.from([rows]))).toBe(3);
  });
});
afterAll(() => database.drop());

const session = (scopes: string[], entityId = '320723'): Session => ({ entityId, actorId: 'S1', roles: [], scopes });
const visible = (scopes: string[], entityId?: string) =>
  withSession(database.db, session(scopes, entityId), (tx) => tx.query('select grid_code from sample.parcel order by 1'));

describe('data scope', () => {
  test.each([
    { scopes: ['320723'], sees: ['320723001001', '320723001002'] },
    { scopes: ['320723001002'], sees: ['320723001002'] },
    { scopes: ['3207230010', '320724'], sees: ['320723001001', '320723001002'] },
    { scopes: ['320723002'], sees: [] },
    { scopes: [], sees: [] },
  ])('scopes $scopes see $sees', async ({ scopes, sees }) => {
    expect((await visible(scopes)).map((row) => row['grid_code'])).toEqual(sees);
  });

  test('another legal entity sees its own rows only', async () => {
    expect(await visible(['320723'], '999')).toHaveLength(1);
  });

  test('a request cannot write outside its scope', async () => {
    const write = withSession(database.db, session(['320723001002']), (tx) =>
      tx.query("insert into sample.parcel (entity_id, grid_code) values ('320723', '320723001001')"),
    );
    await expect(write).rejects.toThrow(/row-level security/);
  });

  test('the settings of one transaction do not reach the next on the same connection', async () => {
    await visible(['320723']);
    const after = await database.db.pool.query("select current_user as role, current_setting('qianmo.scopes', true) as scopes");
    expect(after.rows[0]).not.toMatchObject({ role: 'qianmo_app' });
    expect(after.rows[0]?.scopes || null).toBeNull();
  });
});

describe('on one connection', () => {
  let one: Database;
  beforeAll(() => void (one = openDatabase({ url: database.db.url, max: 1 })));
  afterAll(() => one.close());

  test.each(["O'Brien", "S1'; reset role; --", 'back\\slash', '"quoted"', ''])(
    'what a session says is text and nothing else: %s',
    async (actorId) => {
      const seen = await withSession(one, { ...session([]), actorId }, (tx) =>
        tx.query<{ role: string; actor: string }>("select current_user as role, current_setting('qianmo.actor') as actor"),
      );
      expect(seen).toEqual([{ role: 'qianmo_app', actor: actorId }]);
    },
  );

  test('a prepared text shows each session its own rows, and the owner all', async () => {
    const text = 'select count(*)::int as n from sample.parcel where amount_fen is distinct from $1';
    const count = (tx: Tx) => tx.prepared<{ n: number }>(text, [7]).then(([row]) => row?.n);
    const seen = [];
    for (let round = 0; round < 8; round += 1) {
      seen.push(await withSession(one, session(['320723001002']), count));
      seen.push(await withSession(one, session(['320723'], '999'), count));
      seen.push(await withSession(one, session(['320723']), count));
      seen.push(await withOwner(one, count));
    }
    expect(seen).toEqual(Array.from({ length: 8 }, () => [1, 1, 2, 3]).flat());
    const kept = await withOwner(one, (tx) => tx.query('select 1 from pg_prepared_statements where statement = $1', [text]));
    expect(kept).toHaveLength(1);
  });
});

describe('values', () => {
  test('arrive exact: bigint, calendar date, instant in UTC', async () => {
    const rows = await withSession(database.db, session(['320723001001']), (tx) =>
      tx.query('select amount_fen, on_date, at from sample.parcel'),
    );
    expect(rows).toEqual([{ amount_fen: 9007199254740993n, on_date: '2026-11-20', at: '2026-11-20T08:00:00.5Z' }]);
  });

  test('Kysely shares the transaction and its role', async () => {
    const seen = await withSession(database.db, session(['320723001002']), (tx) =>
      tx.kysely.withTables<{ 'sample.parcel': { grid_code: string } }>().selectFrom('sample.parcel').select('grid_code').execute(),
    );
    expect(seen).toEqual([{ grid_code: '320723001002' }]);
  });
});

test('a failing piece of work leaves nothing behind', async () => {
  const work = withOwner(database.db, async (tx) => {
    await tx.query("insert into sample.parcel (entity_id) values ('gone')");
    throw new Error('changed my mind');
  });
  await expect(work).rejects.toThrow('changed my mind');
  expect(await withOwner(database.db, (tx) => tx.query("select 1 from sample.parcel where entity_id = 'gone'"))).toEqual([]);
});
