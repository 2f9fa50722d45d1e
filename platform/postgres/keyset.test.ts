import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withOwner } from './database.ts';
import type { Tx } from './transaction.ts';
import { countRows, readPage } from './keyset.ts';
import { createTestDatabase } from './testing.ts';
import type { TestDatabase } from './testing.ts';
import { Where } from './where.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase('organization');
});
afterAll(() => database.drop());

type Key = number | null;
interface Item {
  id: string;
  key: string | null;
}

/** Rows `i000`, `i001` … with these keys, in a table that ends with the transaction. */
async function withRows<Result>(keys: readonly Key[], work: (tx: Tx) => Promise<Result>): Promise<Result> {
  return withOwner(database.db, async (tx) => {
    await tx.query('create temp table item (item_id text collate "C" primary key, amount bigint) on commit drop');
    await tx.query(
      `insert into item select 'i' || lpad((n - 1)::text, 3, '0'), amount from unnest($1::bigint[]) with ordinality as given (amount, n)`,
      [keys],
    );
    return work(tx);
  });
}

const pageOf = (tx: Tx, limit: number, descending: boolean, cursor?: string) =>
  readPage<Item>(tx, {
    table: 'item',
    id: 'item_id',
    select: 'item_id',
    where: new Where(),
    sort: { column: 'amount', type: 'bigint', nullable: true },
    descending,
    limit,
    cursor,
    invalidCursor: () => new Error('cursor_invalid'),
  });

function inOrder(keys: readonly Key[], descending: boolean): string[] {
  const sign = descending ? -1 : 1;
  return keys
    .map((key, index) => ({ key, id: `i${String(index).padStart(3, '0')}` }))
    .toSorted((a, b) => {
      if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null) || sign * (a.id < b.id ? -1 : 1);
      return sign * (a.key - b.key || (a.id < b.id ? -1 : 1));
    })
    .map((row) => row.id);
}

/** Few values, so that most rows tie; every third row or so unknown. */
const keys = fc.array(fc.option(fc.integer({ min: -1, max: 2 }), { freq: 2 }), { minLength: 1, maxLength: 40 });

test('pages together are the whole list, in order, once each, unknown last', async () => {
  await fc.assert(
    fc.asyncProperty(keys, fc.integer({ min: 1, max: 9 }), fc.boolean(), async (given, limit, descending) => {
      const seen = await withRows(given, async (tx) => {
        const ids: string[] = [];
        let page = await pageOf(tx, limit, descending);
        for (;;) {
          ids.push(...page.rows.map((row) => row.id));
          if (page.nextCursor === null) return ids;
          page = await pageOf(tx, limit, descending, page.nextCursor);
        }
      });
      expect(seen).toEqual(inOrder(given, descending));
    }),
    { numRuns: 60 },
  );
});

test('rows that disappear behind the reader make no other row repeat or get lost', async () => {
  await fc.assert(
    fc.asyncProperty(keys, fc.integer({ min: 1, max: 5 }), fc.boolean(), async (given, limit, descending) => {
      const seen = await withRows(given, async (tx) => {
        const ids: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await pageOf(tx, limit, descending, cursor);
          const shown = page.rows.map((row) => row.id);
          await tx.query('delete from item where item_id = any($1::text[])', [shown]);
          ids.push(...shown);
          cursor = page.nextCursor ?? undefined;
        } while (cursor !== undefined);
        return ids;
      });
      expect(seen).toEqual(inOrder(given, descending));
    }),
    { numRuns: 30 },
  );
});

test('a total is exact up to ten thousand, then a marked estimate near the truth', async () => {
  await withOwner(database.db, async (tx) => {
    await tx.query('create temp table heap (n integer, filler text) on commit drop');
    await tx.query("insert into heap select n, repeat('x', 80) from generate_series(0, 159999) as n");
    const below = (most: number) =>
      countRows(
        tx,
        'heap',
        new Where().add((place) => `n < ${place(most)}::integer`),
        10_000,
      );
    const everyOf = (step: number) =>
      countRows(
        tx,
        'heap',
        new Where().add((place) => `n % ${place(step)}::integer = 0`),
        10_000,
      );
    expect(await below(0)).toEqual({ total: 0, isEstimate: false });
    expect(await below(10_000)).toEqual({ total: 10_000, isEstimate: false });
    expect((await below(10_001)).isEstimate).toBe(true);
    for (const [step, truth] of [
      [8, 20_000],
      [2, 80_000],
      [1, 160_000],
    ] as const) {
      const { total, isEstimate } = await everyOf(step);
      expect(isEstimate).toBe(true);
      expect(Math.abs(total / truth - 1)).toBeLessThan(0.3);
    }
  });
});
