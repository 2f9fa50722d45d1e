import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reviewAddresses, reviewCookie } from '#modules/village/evaluation/page/contract.ts';
import { withOwner, withSession } from '#platform/postgres/index.ts';
import { openSmallBank, otherEntity, ownEntity } from './small-bank.ts';
import type { SmallBank } from './small-bank.ts';
import { openVillage, staff } from './village/open-village.ts';

/*
 * A reviewer is a neighbour of the people who are evaluated and nobody's colleague. With nothing but a reviewer's cookie every route of the API is asked,
 * and as that session every table is read: what comes back is the reviewer's own, and nothing else, whatever is added to the house.
 */

let small: SmallBank;
let village = '';
let groups: string[] = [];
let projectId = 0n;
let reviewers: bigint[] = [];
beforeAll(async () => {
  small = await openSmallBank();
  ({ village, groups, projectId, reviewers } = await openVillage(small));
  await answerAll();
}, 300_000);
afterAll(() => small.close());

/** An answer of each but the first reviewer about everybody but the last. */
async function answerAll(): Promise<void> {
  for (const id of reviewers.slice(1)) {
    const items = (await sheetOf(id)).slice(0, -1).map((person, index) => ({
      evaluation_id: `00000000-0000-4000-8000-${String(Number(id) * 1000 + index).padStart(12, '0')}`,
      round: 1,
      person_id: person,
      knows: 'yes' as const,
      answers: { work: 'farming', income: 'over_20', house: 'none', debt: 'heavy' },
      suggested_fen: '30000000',
      kinds: ['X12'],
    }));
    await small.bank.villages.evaluation.keyAnswers(staff('EVERYTHING'), id, { channel: 'meeting', items: items.slice(0, 100) });
  }
}

async function sheetOf(reviewerId: bigint): Promise<string[]> {
  const rows = await withOwner(small.bank.db, (tx) =>
    tx.query<{ person_id: string }>('select person_id from village.sheet_row where reviewer_id = $1 order by position', [reviewerId]),
  );
  return rows.map((row) => row.person_id);
}

/** Hands a device of the manager over, as the console does it; answers what the device sends from then on. */
async function handOver(reviewerId: bigint): Promise<{ cookie: string; 'x-qianmo-csrf': string; staff: Record<string, string> }> {
  const headers = await small.signIn('manager');
  const answer = await small.api.app.inject({ method: 'POST', url: `/api/v1/village/reviewers/R${reviewerId}/handover`, headers });
  expect(answer.statusCode).toBe(204);
  const token = answer.cookies.find((cookie) => cookie.name === reviewCookie);
  expect(token).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/' });
  expect(answer.cookies.find((cookie) => cookie.name === 'qianmo_session')?.value).toBe('');
  const cookie = `${reviewCookie}=${token?.value ?? ''}`;
  const session = await small.api.app.inject({ url: reviewAddresses.session, headers: { cookie } });
  return { cookie, 'x-qianmo-csrf': session.json<{ csrf: string }>().csrf, staff: headers };
}

interface Operation {
  parameters?: { in: string; name: string }[];
}

async function everyRoute(): Promise<{ method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'; path: string; params: string[] }[]> {
  const answer = await small.api.app.inject({ url: '/api/v1/openapi.json' });
  const { paths } = answer.json<{ paths: Record<string, Record<string, Operation>> }>();
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { parameters = [] }]) => ({
      method: method.toUpperCase() as 'GET',
      path,
      params: parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name),
    })),
  );
}

describe('with nothing but a reviewer’s cookie', { timeout: 240_000 }, () => {
  test('the staff member whose device it was is signed out', async () => {
    const { staff: headers } = await handOver(reviewers[0] ?? 0n);
    expect((await small.api.app.inject({ url: '/api/v1/session', headers })).statusCode).toBe(401);
  });

  test('no route answers but the reviewer’s own, and those that answer anybody', async () => {
    const { staff: _ended, ...headers } = await handOver(reviewers[0] ?? 0n);
    const [person = ''] = await sheetOf(reviewers[0] ?? 0n);
    const routes = await everyRoute();
    const own = new Set<string>();
    let refused = 0;
    for (const { method, path, params } of routes) {
      // Handing back would end the walk.
      if (method === 'DELETE' && path === reviewAddresses.session) continue;
      for (const value of [person, `V${projectId}`, `R${reviewers[1]}`, village, groups[0] ?? '', '1']) {
        const url = params.reduce((filled, name) => filled.replace(`{${name}}`, encodeURIComponent(value)), path);
        const payload = method === 'GET' ? {} : { payload: {} };
        const withCookie = await small.api.app.inject({ method, url, headers, ...payload });
        if (withCookie.statusCode === 429) continue;
        const without = await small.api.app.inject({ method, url, ...payload });
        if (withCookie.statusCode === without.statusCode) refused += without.statusCode === 401 ? 1 : 0;
        else if (without.statusCode !== 429) own.add(path);
        if (params.length === 0) break;
      }
    }
    const reviewing: string[] = Object.values(reviewAddresses);
    expect([...own].filter((path) => !reviewing.includes(path))).toEqual([]);
    expect([...own].toSorted()).toEqual([reviewAddresses.session, reviewAddresses.sheet].toSorted());
    expect(refused).toBeGreaterThan(100);
  });

  test('what its own routes tell is its own', async () => {
    const { staff: _ended, ...headers } = await handOver(reviewers[0] ?? 0n);
    const sheet = await small.api.app.inject({ url: reviewAddresses.sheet, headers });
    expect(sheet.statusCode).toBe(200);
    // Of everything the others said nothing is there: not the amounts, not what they flagged, not who they are.
    const { groups: told } = sheet.json<{ groups: unknown }>();
    for (const secret of ['30000000', 'X12', 'heavy', '周会计', '王主任', 'suggested', 'outcome', 'evaluated', 'limit', 'balance'])
      expect([secret, JSON.stringify(told).includes(secret)]).toEqual([secret, false]);
  });

  test('acts need its own mark, from its own site, and not too often', async () => {
    const { staff: _ended, cookie, ...mark } = await handOver(reviewers[0] ?? 0n);
    const post = (headers: Record<string, string>, url: string = reviewAddresses.answers) =>
      small.api.app.inject({ method: 'POST', url, headers: { cookie, ...headers }, payload: { items: [] } });
    const item = { evaluation_id: '10000000-0000-4000-8000-000000000000', round: 1, person_id: 'P000000000000000', knows: 'no' };
    const send = (headers: Record<string, string>) =>
      small.api.app.inject({ method: 'POST', url: reviewAddresses.answers, headers: { cookie, ...headers }, payload: { items: [item] } });
    expect((await send({})).json()).toMatchObject({ code: 'review_csrf' });
    expect((await send({ ...mark, 'sec-fetch-site': 'cross-site' })).json()).toMatchObject({ code: 'cross_site' });
    expect((await send(mark)).json()).toMatchObject({ accepted: [], refused: [{ code: 'not_on_sheet' }] });
    expect((await post(mark)).statusCode).toBe(400);
    const code = { reviewer_id: `R${reviewers[0]}`, code: '000000' };
    const tries: number[] = [];
    for (let index = 0; index < 12; index += 1) {
      const answer = await small.api.app.inject({ method: 'POST', url: reviewAddresses.session, payload: code, remoteAddress: '10.1.1.1' });
      tries.push(answer.statusCode);
    }
    expect(tries.at(-1)).toBe(429);
  });
});

describe('as a reviewer’s session', () => {
  test('every table shows the reviewer’s own rows, and no row of anybody else', async () => {
    const [mine = 0n] = reviewers.slice(1);
    const session = { entityId: ownEntity, actorId: `reviewer:${mine}`, roles: [], scopes: [] };
    const tables = await withOwner(small.bank.db, (tx) =>
      tx.query<{ name: string; is_configuration: boolean }>(
        `select c.oid::regclass::text as name, not c.relrowsecurity and not exists (select from pg_attribute a where a.attrelid = c.oid
           and a.attname in ('entity_id', 'person_id', 'household_id', 'grid_code', 'staff_id', 'actor_id')) as is_configuration
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p', 'v', 'm') and n.nspname not in ('pg_catalog', 'information_schema')
           and has_any_column_privilege('qianmo_app', c.oid, 'select') and has_schema_privilege('qianmo_app', n.oid, 'usage') order by 1`,
      ),
    );
    expect(tables.length).toBeGreaterThan(60);
    const seen: Record<string, number> = {};
    for (const { name } of tables.filter((table) => !table.is_configuration)) {
      const rows = await withSession(small.bank.db, session, async (tx) => {
        const columns = await tx.query<{ name: string }>(
          `select quote_ident(attname) as name from pg_attribute
           where attrelid = $1::regclass and attnum > 0 and not attisdropped and has_column_privilege(attrelid, attnum, 'select')`,
          [name],
        );
        return tx.query<{ reviewer_id?: bigint }>(`select ${columns.map((column) => column.name).join(', ')} from ${name}`);
      });
      expect([name, rows.filter((row) => row.reviewer_id !== mine)]).toEqual([name, []]);
      if (rows.length > 0) seen[name] = rows.length;
    }
    expect(Object.keys(seen)).toEqual(['village.evaluation', 'village.sheet_row']);
    expect(seen['village.sheet_row']).toBe((await sheetOf(mine)).length);
  });

  test('of the other legal entity nothing at all', async () => {
    const session = { entityId: otherEntity, actorId: `reviewer:${reviewers[1]}`, roles: [], scopes: [] };
    const rows = await withSession(small.bank.db, session, (tx) => tx.query('select 1 from village.sheet_row'));
    expect(rows).toEqual([]);
  });
});
