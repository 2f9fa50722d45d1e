import { afterAll, beforeAll, expect, test } from 'vitest';
import { withOwner, withSession } from '#platform/postgres/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { facilityQuery, loanQuery } from './contract.ts';
import { entityId, openSampleBank, personId } from './sample-bank.ts';
import type { SampleBank } from './sample-bank.ts';
import { readFacilities, readLoans, readLoanTotals } from './views.ts';

/* Forty thousand loans in as many villages as a county has: what a village's reader asks must not cost what the county has. */

let bank: SampleBank;
const each = 200;
const villageOf = (number: number): string => `32072310${Math.floor(number / 20)}${String(number % 20).padStart(3, '0')}`;
beforeAll(async () => {
  bank = await openSampleBank();
  await bank.loan(3_000_000n);
  await withOwner(bank.database.db, async (tx) => {
    for (const table of ['facility', 'loan']) {
      const columns = await tx.query<{ name: string }>(
        `select quote_ident(attname) as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped
         and attname not in ('facility_id', 'loan_id', 'grid_code') order by attnum`,
        [`servicing.${table}`],
      );
      const copied = columns.map(({ name }) => name).join(', ');
      const parent = table === 'loan' ? ', facility_id' : '';
      await tx.query(
        `insert into servicing.${table} (grid_code${parent}, ${copied})
         select '32072310' || (n % 200) / 20 || lpad((n % 20)::text, 3, '0')${parent}, ${copied}
         from (select * from servicing.${table} limit 1) one, generate_series(0, 39999) n`,
      );
      await tx.query(`analyze servicing.${table}`);
    }
  });
}, 120_000);
afterAll(() => bank.close());

const reader = (...scopes: string[]): Session => ({ entityId, actorId: 'X', roles: [], scopes });

/** What a read asks of the longest list in it, and how PostgreSQL goes about it. */
async function planOf(session: Session, read: (tx: Tx) => Promise<unknown>): Promise<string> {
  return withSession(bank.database.db, session, async (tx) => {
    const asked: { text: string; values: readonly unknown[] }[] = [];
    const listening: Tx = {
      along: (text, values) => tx.along(text, values),
      client: tx.client,
      kysely: tx.kysely,
      query: (text, values = []) => {
        asked.push({ text, values });
        return tx.query(text, values);
      },
      prepared: (text, values) => listening.query(text, values),
      last: (text, values) => listening.query(text, values),
    };
    await read(listening);
    const last = asked.at(-1);
    if (!last) throw new Error('nothing was asked');
    const lines = await tx.query<{ 'QUERY PLAN': string }>(`explain (analyze, buffers off, costs off) ${last.text}`, last.values);
    return lines.map((line) => line['QUERY PLAN']).join('\n');
  });
}

const village = villageOf(37);
const facilities = facilityQuery.parse({});
const loans = loanQuery.parse({});

test.each([
  ['facility', (session: Session) => (tx: Tx) => readFacilities(tx, session, facilities)],
  ['facility', (session: Session) => (tx: Tx) => readFacilities(tx, session, facilityQuery.parse({ standing: 'active' }))],
  ['loan', (session: Session) => (tx: Tx) => readLoans(tx, session, loans)],
  ['loan', (session: Session) => (tx: Tx) => readLoans(tx, session, loanQuery.parse({ past_due: 0, after: 'L30000' }))],
  ['loan', (session: Session) => (tx: Tx) => readLoanTotals(tx, session)],
])('a village’s list of %s reads its own range of the grid', async (table, read) => {
  for (const session of [reader(village), reader(village, villageOf(90))]) {
    const plan = await planOf(session, read(session));
    expect(plan).toMatch(/Index Cond: \(\(grid_code >= .*grid_code </);
    expect(plan).toContain(`${table}_grid`);
    expect(plan).not.toContain(`Seq Scan on ${table}`);
    // Row-level security finds nothing left to leave out.
    const removed = [...plan.matchAll(/Rows Removed by Filter: (\d+)/g)].map(([, rows]) => Number(rows));
    expect(removed.filter((rows) => rows > each)).toEqual([]);
  }
});

test('a township, a tenth of the county, is read newest first until a page is full', async () => {
  const session = reader(village.slice(0, 9));
  const plan = await planOf(session, (tx) => readLoans(tx, session, loans));
  const removed = [...plan.matchAll(/Rows Removed by Filter: (\d+)/g)].map(([, rows]) => Number(rows));
  expect(removed.filter((rows) => rows > 2_000)).toEqual([]);
  expect(plan).toContain("(grid_code >= '320723101'::text) AND (grid_code < '320723102'::text)");
});

test('head office reads the newest first, without sorting and without a range', async () => {
  const session = reader('320723');
  const plan = await planOf(session, (tx) => readLoans(tx, session, loans));
  expect(plan).toMatch(/Index Scan Backward using loan_pkey/);
  expect(plan).not.toContain('grid_code >=');
});

test('the range holds the reader’s loans, all of them and once each', async () => {
  const session = reader(village);
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const page = await bank.servicing.loans(session, loanQuery.parse({ limit: 70, ...(after === null ? {} : { after }) }));
    seen.push(...page.items.map((loan) => loan.loan_id));
    after = page.next_cursor;
  } while (after !== null);
  expect(seen.length).toBe(each);
  expect(new Set(seen).size).toBe(each);
  expect((await bank.servicing.loanTotals(session)).active.loans).toBe(each);
  expect((await bank.servicing.loans(reader(), loans)).items).toEqual([]);
});

test('the members of a household have their facilities and loans in one list, with what falls due next', async () => {
  const household = 'H320723103001-1';
  expect((await bank.servicing.loans(bank.session, loanQuery.parse({ household_id: household }))).items).toEqual([]);
  await withOwner(bank.database.db, (tx) =>
    tx.query('update population.person set household_id = $1 where person_id = $2', [household, personId]),
  );
  const { items } = await bank.servicing.loans(bank.session, loanQuery.parse({ household_id: household, limit: 200 }));
  expect(items.length).toBe(200);
  const [first] = (await bank.servicing.loans(bank.session, loanQuery.parse({ after: 'L2' }))).items;
  const page = await bank.servicing.loan(bank.session, 1n);
  const [line] = page.instalments;
  expect(first?.next_due).toEqual({
    date: line?.due_date,
    amount_fen: String(BigInt(line?.principal_fen ?? 0) + BigInt(line?.interest_fen ?? 0)),
  });
  expect((await bank.servicing.facilities(bank.session, facilityQuery.parse({ household_id: household, limit: 2 }))).items.length).toBe(2);
});
