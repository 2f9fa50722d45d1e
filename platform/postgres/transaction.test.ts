import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, lastOf, openDatabase, withOwner, withSession } from './index.ts';
import type { Database, TestDatabase, Tx } from './index.ts';

let database: TestDatabase;
let one: Database;
/** How often the only connection asked and waited. */
let trips = 0;
beforeAll(async () => {
  database = await createTestDatabase('organization');
  await database.db.pool.query('create table public.line (number integer primary key, what text)');
  one = openDatabase({ url: database.url, max: 1 });
  one.pool.on('connect', (client) => void client.on('drain', () => (trips += 1)));
});
afterAll(async () => {
  await one.close();
  await database.drop();
});
beforeEach(() => database.db.pool.query('truncate public.line'));

const insert = 'insert into public.line (number, what) values ($1, $2) returning number';
const lines = () =>
  database.db.pool
    .query<{ number: number; what: string }>('select number, what from public.line order by number')
    .then(({ rows }) => rows.map(({ number, what }) => `${number} ${what}`));
const tripsOf = async (work: (tx: Tx) => Promise<unknown>): Promise<number> => {
  const before = trips;
  await withOwner(one, work);
  return trips - before;
};

describe('messages of a transaction', () => {
  test.each<{ what: string; work: (tx: Tx) => Promise<unknown>; trips: number }>([
    { what: 'nothing asked', work: async () => undefined, trips: 0 },
    { what: 'one statement', work: (tx) => tx.query('select $1::int', [1]), trips: 2 },
    { what: 'one prepared', work: (tx) => tx.prepared('select 1'), trips: 2 },
    { what: 'one after the other', work: async (tx) => [await tx.prepared('select 1'), await tx.prepared('select 2')], trips: 3 },
    { what: 'two at once', work: (tx) => Promise.all([tx.prepared('select 1'), tx.query('select $1::int', [2])]), trips: 2 },
    { what: 'one that is the last', work: (tx) => tx.last('select 1'), trips: 1 },
    { what: 'one and the last at once', work: (tx) => Promise.all([tx.prepared('select 1'), tx.last('select 2')]), trips: 1 },
    { what: 'one and then the last', work: async (tx) => [await tx.prepared('select 1'), await tx.last('select 2')], trips: 2 },
    {
      what: 'the last, whoever asks it',
      work: async (tx) => [await tx.prepared('select 1'), await lastOf(tx).prepared('select 2')],
      trips: 2,
    },
    { what: 'only what goes along', work: async (tx) => void tx.along(insert, [1, 'a']), trips: 1 },
    {
      what: 'what goes along is asked for',
      work: (tx) => {
        tx.along(insert, [1, 'a']);
        return tx.along(insert, [2, 'b']).rows();
      },
      trips: 2,
    },
  ])('$what: $trips', async ({ work, trips: expected }) => {
    expect(await tripsOf(work)).toBe(expected);
  });

  test('what goes along keeps its place and its answer', async () => {
    const going = await withOwner(one, async (tx) => {
      const first = tx.along<{ number: number }>(insert, [1, 'first']);
      await tx.prepared('update public.line set what = what || $1', [' changed']);
      const last = tx.along<{ number: number }>(insert, [2, 'last']);
      return { first, last };
    });
    expect([await going.first.rows(), await going.last.rows()]).toEqual([[{ number: 1 }], [{ number: 2 }]]);
    expect(await lines()).toEqual(['1 first changed', '2 last']);
  });

  test.each<{ what: string; ask: (tx: Tx) => Promise<unknown> }>([
    { what: 'a plain text', ask: (tx) => tx.query('select count(*)::int as n from public.line') },
    { what: 'the connection itself', ask: async (tx) => (await tx.client.query('select count(*)::int as n from public.line')).rows },
    {
      what: 'Kysely',
      ask: (tx) =>
        tx.kysely
          .withTables<{ 'public.line': object }>()
          .selectFrom('public.line')
          .select(({ fn }) => fn.countAll<bigint>().as('n'))
          .execute()
          .then((rows) => rows.map(({ n }) => ({ n: Number(n) }))),
    },
  ])('what goes along is there for $what', async ({ ask }) => {
    const seen = await withOwner(one, (tx) => {
      tx.along(insert, [1, 'a']);
      return ask(tx);
    });
    expect(seen).toEqual([{ n: 1 }]);
  });
});

describe('failures', () => {
  const twice = (tx: Tx) => {
    tx.along(insert, [1, 'a']);
    tx.along(insert, [1, 'again']);
  };
  test.each<{ what: string; work: (tx: Tx) => Promise<unknown> }>([
    { what: 'with the commit', work: async (tx) => twice(tx) },
    { what: 'with the next statement', work: (tx) => (twice(tx), tx.prepared('select 1')) },
    { what: 'before a plain text, which only learns that the transaction is broken', work: (tx) => (twice(tx), tx.query('select 1')) },
    { what: 'before the connection is used', work: (tx) => (twice(tx), tx.client.query('select 1')) },
  ])('of what goes along are told $what, and nothing is kept', async ({ work }) => {
    await expect(withOwner(one, work)).rejects.toMatchObject({ code: '23505' });
    expect(await lines()).toEqual([]);
  });

  test('a failed statement leads to whoever asked for it', async () => {
    const failing = withOwner(one, async function asksForNonsense(tx) {
      await tx.prepared('select 1 / $1::int', [0]);
    });
    await expect(failing).rejects.toMatchObject({ code: '22012', stack: expect.stringContaining('asksForNonsense') });
  });

  test('a text that failed is prepared again, whether the server has kept it or not', async () => {
    const divide = (by: number) => withOwner(one, (tx) => tx.prepared<{ n: number }>('select 6 / $1::int as n', [by]));
    await expect(divide(0)).rejects.toMatchObject({ code: '22012' });
    expect(await divide(2)).toEqual([{ n: 3 }]);
    const missing = () => withOwner(one, (tx) => tx.prepared('select what from public.later'));
    await expect(missing()).rejects.toMatchObject({ code: '42P01' });
    await database.db.pool.query('create table public.later (what text)');
    expect(await missing()).toEqual([]);
    await database.db.pool.query(
      `drop table public.later; create table public.later (number integer); insert into public.later values (7)`,
    );
    await expect(missing()).rejects.toMatchObject({ code: '42703' });
    const all = () => withOwner(one, (tx) => tx.prepared('select * from public.later'));
    expect(await all()).toEqual([{ number: 7 }]);
    await database.db.pool.query('alter table public.later add column more text');
    await expect(all()).rejects.toMatchObject({ code: '0A000' });
    expect(await all()).toEqual([{ number: 7, more: null }]);
  });

  test('statements behind one that failed are not done and do not hold up the connection', async () => {
    const work = withOwner(one, (tx) =>
      Promise.allSettled([tx.prepared(insert, [1, 'a']), tx.prepared(insert, [1, 'again']), tx.prepared(insert, [2, 'b'])]).then((all) => {
        expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
        throw new Error('seen');
      }),
    );
    await expect(work).rejects.toThrow('seen');
    expect(await lines()).toEqual([]);
    await withOwner(one, (tx) => tx.prepared(insert, [2, 'b']));
    expect(await lines()).toEqual(['2 b']);
  });

  test('a savepoint saves what came before it', async () => {
    await withOwner(one, async (tx) => {
      tx.along(insert, [1, 'a']);
      await tx.query('savepoint here');
      await expect(tx.prepared(insert, [1, 'again'])).rejects.toMatchObject({ code: '23505' });
      await tx.query('rollback to savepoint here');
      tx.along(insert, [2, 'b']);
    });
    expect(await lines()).toEqual(['1 a', '2 b']);
  });

  test.each([
    { what: 'COPY without copyFrom', text: 'copy public.line from stdin where number > $1', values: [1], says: /COPY|parameter/ },
    { what: 'more parameters than the protocol counts', text: 'select 1', values: Array.from({ length: 70_000 }, () => 1), says: /range/ },
    { what: 'two statements where one is prepared', text: 'select $1::int; select 2', values: [1], says: /multiple commands/ },
  ])('$what is refused and the connection goes on', async ({ text, values, says }) => {
    await expect(withOwner(one, (tx) => tx.query(text, values))).rejects.toThrow(says);
    expect(await withOwner(one, (tx) => tx.query('select 1 as n'))).toEqual([{ n: 1 }]);
  });

  test('COPY that is prepared ends with its reason', async () => {
    await expect(withOwner(one, (tx) => tx.prepared('copy public.line from stdin'))).rejects.toThrow('COPY goes by copyFrom');
    expect(await withOwner(one, (tx) => tx.prepared('select 1 as n'))).toEqual([{ n: 1 }]);
  });

  test('a transaction that is over takes nothing more', async () => {
    let kept: Tx | undefined;
    await withOwner(one, async (tx) => void (kept = tx));
    await expect(kept?.query('select $1::int', [1])).rejects.toThrow('the transaction is over');
    await expect(kept?.query('select 1')).rejects.toThrow('the transaction is over');
    expect(() => kept?.along('select 1')).toThrow('the transaction is over');
  });

  test('what went with its last statement stands, and takes nothing more', async () => {
    const work = withOwner(one, async (tx) => {
      tx.along(insert, [1, 'a']);
      expect(await tx.last(insert, [2, 'b'])).toEqual([{ number: 2 }]);
      expect(() => tx.along(insert, [3, 'c'])).toThrow('the transaction is over');
      await tx.query('select 1');
    });
    await expect(work).rejects.toThrow('the transaction is over');
    expect(await lines()).toEqual(['1 a', '2 b']);
  });

  test('a last statement that fails takes everything back', async () => {
    const work = withOwner(one, async (tx) => {
      tx.along(insert, [1, 'a']);
      await tx.last(insert, [1, 'again']);
    });
    await expect(work).rejects.toMatchObject({ code: '23505' });
    expect(await lines()).toEqual([]);
    expect(await withOwner(one, (tx) => tx.last('select 1 as n'))).toEqual([{ n: 1 }]);
  });

  test('what was taken back says so', async () => {
    let going: { rows(): Promise<object[]> } | undefined;
    const work = withOwner(one, async (tx) => {
      going = tx.along(insert, [1, 'a']);
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    await expect(going?.rows()).rejects.toThrow('taken back');
  });
});

describe('values', () => {
  const anything = fc.record({
    text: fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '')),
    number: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    large: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    flag: fc.option(fc.boolean()),
    list: fc.array(fc.option(fc.string({ maxLength: 20 }).map((text) => text.replaceAll('\0', '')))),
    bytes: fc.uint8Array({ maxLength: 3000 }).map((bytes) => Buffer.from(bytes)),
    json: fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.integer()),
  });
  const text = `select $1::text as text, $2::integer as number, $3::bigint as large, $4::boolean as flag, $5::text[] as list, $6::bytea as bytes, $7::jsonb as json`;

  test('come back as they went, by either way, and as pg itself gives them', async () => {
    await fc.assert(
      fc.asyncProperty(anything, async (given) => {
        const values = [given.text, given.number, given.large, given.flag, given.list, given.bytes, given.json];
        const sent = await withSession(one, { entityId: 'E', actorId: 'A', roles: [], scopes: [] }, (tx) =>
          Promise.all([tx.prepared(text, values), tx.query(text, values), tx.client.query(text, values).then(({ rows }) => rows)]),
        );
        expect(sent).toEqual([[given], [given], [given]]);
      }),
      { numRuns: 60 },
    );
  });
});
