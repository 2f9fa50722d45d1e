import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withOwner, withSession } from '#platform/postgres/index.ts';
import type { Session } from '#platform/postgres/index.ts';
import { openSmallBank, otherEntity, ownEntity } from './small-bank.ts';
import type { SmallBank } from './small-bank.ts';

/*
 * Nobody lists here what has to be guarded: tables come from the catalogue, routes from the API's own description. A new table or route that lets a
 * neighbour look in fails this test on the day it is added.
 */

let small: SmallBank;
let own = '';
let next = '';
beforeAll(async () => {
  small = await openSmallBank();
  [own = '', next = ''] = small.villages;
}, 240_000);
afterAll(() => small.close());

const session = (scopes: string[], entityId: string = ownEntity): Session => ({ entityId, actorId: 'X', roles: [], scopes });

interface Table {
  name: string;
  is_protected: boolean;
  has_grid: boolean;
  /** Names a legal entity, a person or a household: what is left over is the installation's own configuration. */
  has_subject: boolean;
}

/** Every table and view that requests may read. */
const readable = () =>
  withOwner(small.bank.db, (tx) =>
    tx.query<Table>(
      `select c.oid::regclass::text as name, c.relrowsecurity and c.relforcerowsecurity as is_protected,
         exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'grid_code') as has_grid,
         exists (select from pg_attribute a where a.attrelid = c.oid
           and a.attname in ('entity_id', 'person_id', 'household_id', 'grid_code', 'staff_id', 'actor_id')) as has_subject
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p', 'v', 'm') and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_toast'
         and has_any_column_privilege('qianmo_app', c.oid, 'select') and has_schema_privilege('qianmo_app', n.oid, 'usage')
       order by 1`,
    ),
  );

const rowsSeen = (table: string, scopes: string[], entityId?: string): Promise<Record<string, unknown>[]> =>
  withSession(small.bank.db, session(scopes, entityId), async (tx) => {
    const columns = await tx.query<{ name: string }>(
      `select quote_ident(attname) as name from pg_attribute
       where attrelid = $1::regclass and attnum > 0 and not attisdropped and has_column_privilege(attrelid, attnum, 'select')`,
      [table],
    );
    return tx.query(`select ${columns.map(({ name }) => name).join(', ')} from ${table}`);
  });

describe('tables', () => {
  test('every one that requests may read is under forced row-level security, unless it is configuration without a subject', async () => {
    const tables = await readable();
    expect(tables.filter((table) => table.is_protected).length).toBeGreaterThan(10);
    expect(tables.filter((table) => table.has_subject && !table.is_protected).map((table) => table.name)).toEqual([]);
  });

  test('show a village no row of another village, and a row that names a person only if that person may be seen', async () => {
    const visible = new Set((await rowsSeen('population.person', [own])).map((row) => row['person_id']));
    expect(visible.size).toBeGreaterThan(50);
    for (const table of await readable()) {
      const rows = await rowsSeen(table.name, [own]);
      // Who looks after which part of the grid is known to all colleagues; it says nothing of customers.
      const isOfStaff = rows.some((row) => 'staff_id' in row);
      // The places around one's own (county, township) are names and totals: the way up.
      const isOwn = (code: string) => code.startsWith(own) || (own.startsWith(code) && !rows.some((row) => 'person_id' in row));
      const elsewhere = table.has_grid && !isOfStaff ? rows.filter((row) => !isOwn(String(row['grid_code']))) : [];
      expect([table.name, elsewhere]).toEqual([table.name, []]);
      const named = rows.flatMap((row) => Object.entries(row).flatMap(([column, value]) => (column.endsWith('person_id') ? [value] : [])));
      const foreign = named.filter((person) => person !== null && !visible.has(person));
      expect([table.name, foreign.length]).toEqual([table.name, 0]);
    }
  });

  test('show nobody a row of another legal entity, nor anything to a session without one', async () => {
    for (const table of (await readable()).filter(({ is_protected }) => is_protected)) {
      const rows = await rowsSeen(table.name, ['320723'], otherEntity);
      const isOther = (row: Record<string, unknown>) => [row['entity_id'], row['entities']].flat().includes(otherEntity);
      expect([table.name, rows.filter((row) => !isOther(row))]).toEqual([table.name, []]);
      expect([table.name, await rowsSeen(table.name, ['320723'], '')]).toEqual([table.name, []]);
    }
  });

  test('hide what the loads work on: requests have no right to any partition', async () => {
    const open = await withOwner(small.bank.db, (tx) =>
      tx.query(
        `select c.oid::regclass::text as name from pg_class c where c.relispartition and has_table_privilege('qianmo_app', c.oid, 'select')`,
      ),
    );
    expect(open).toEqual([]);
  });
});

interface Secrets {
  /** Ids that stand for somebody of the next village and must not be in any answer. */
  ids: string[];
  names: string[];
  grids: string[];
}

/** Who lives next door: ids, names that are part of no name in the own village, and the codes of the place. */
async function secretsOf(village: string, entityId: string = ownEntity): Promise<Secrets> {
  return withOwner(small.bank.db, async (tx) => {
    const people = await tx.query<{ person_id: string; household_id: string | null; name: string; grid_code: string }>(
      `select person_id, household_id, name, grid_code from population.person p where entity_id = $1 and grid_code ^@ $2
         and not exists (select from population.person o where (o.entity_id <> $1 or not o.grid_code ^@ $2) and strpos(o.name, p.name) > 0)
       order by person_id limit 40`,
      [entityId, village],
    );
    const ids = people.flatMap((row) => [row.person_id, ...(row.household_id ? [row.household_id] : [])]);
    return {
      ids: [...new Set(ids)],
      names: people.map((row) => row.name),
      grids: [village, ...new Set(people.map((row) => row.grid_code))],
    };
  });
}

interface Operation {
  parameters?: { in: string; name: string }[];
}

async function readingRoutes(): Promise<{ path: string; params: string[]; queries: string[] }[]> {
  const answer = await small.api.app.inject({ url: '/api/v1/openapi.json' });
  const { paths } = answer.json<{ paths: Record<string, Record<string, Operation>> }>();
  return Object.entries(paths).flatMap(([path, { get }]) => {
    if (!get) return [];
    const named = (place: string) => (get.parameters ?? []).filter((parameter) => parameter.in === place).map(({ name }) => name);
    return [{ path, params: named('path'), queries: named('query') }];
  });
}

/** Each route as it would be asked by somebody who knows every id of the next village. */
function questions(route: { path: string; params: string[]; queries: string[] }, secrets: Secrets): string[] {
  const { ids, names, grids } = secrets;
  const values = [ids.find((id) => id.startsWith('P')), ids.find((id) => id.startsWith('H')), grids[0], 'retail'].filter(
    (value) => value !== undefined,
  );
  const fill = (value: string) => route.params.reduce((path, name) => path.replace(`{${name}}`, encodeURIComponent(value)), route.path);
  const paths = route.params.length === 0 ? [route.path] : values.map(fill);
  const searches = route.queries.flatMap((name) => [...values, names[0] ?? ''].map((value) => `?${name}=${encodeURIComponent(value)}`));
  return [...paths, ...[`?limit=200`, ...searches].map((search) => (paths[0] ?? '') + search)];
}

async function leaks(login: string, secrets: Secrets): Promise<{ leaks: string[]; answered: number }> {
  const headers = await small.signIn(login);
  const found: string[] = [];
  let answered = 0;
  for (const route of await readingRoutes()) {
    for (const url of questions(route, secrets)) {
      const answer = await small.api.app.inject({ url, headers });
      if (answer.statusCode !== 200) continue;
      answered += 1;
      const told = [...secrets.ids, ...secrets.names].filter(
        (secret) => answer.body.includes(secret) && !decodeURIComponent(url).includes(secret),
      );
      if (told.length > 0) found.push(`${url}: ${told.slice(0, 3).join(', ')}`);
    }
  }
  return { leaks: found, answered };
}

describe('routes', { timeout: 240_000 }, () => {
  test('tell a manager nothing of the next village', async () => {
    const { leaks: found, answered } = await leaks('manager', await secretsOf(next));
    expect(found).toEqual([]);
    expect(answered).toBeGreaterThan(10);
  });

  test('tell somebody of the next village nothing of this one, whatever posts they hold', async () => {
    expect((await leaks('neighbour', await secretsOf(own))).leaks).toEqual([]);
  });

  test('tell another legal entity nothing', async () => {
    const secrets = await secretsOf(own);
    // Households of both banks carry the number of the same village: only persons and names tell them apart.
    expect((await leaks('stranger', { ...secrets, ids: secrets.ids.filter((id) => id.startsWith('P')) })).leaks).toEqual([]);
  });

  test('tell head office: the questions are the right ones', async () => {
    const { leaks: told } = await leaks('everything', await secretsOf(next));
    expect(told.length).toBeGreaterThan(5);
  });
});
