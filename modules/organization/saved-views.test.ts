import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { settableClock } from '#platform/clock/index.ts';
import { createHttp, sessionCookie } from '#platform/http/index.ts';
import type { Api } from '#platform/http/index.ts';
import { createTestDatabase, withOwner, withSession } from '#platform/postgres/index.ts';
import type { TestDatabase } from '#platform/postgres/index.ts';
import { refusals, savedView, viewList, viewsPerList } from './contract.ts';
import type { SavedView } from './contract.ts';
import { createOrganization } from './index.ts';
import { addRoutes } from './routes.ts';

const password = 'Footpath-2026';
const person = (staff_id: string, institution_id: string) => ({
  staff_id,
  login: staff_id.toLowerCase(),
  name: `员工${staff_id}`,
  institution_id,
  roles: ['manager'],
  grid_codes: ['320723001001'],
  password,
  must_change_password: false,
});
const bank = (entity_id: string, staff: ReturnType<typeof person>[]) => ({
  entity_id,
  name: `${entity_id} 农村商业银行`,
  short_name: '农商行',
  root_grid_code: '320723',
  institutions: [
    { institution_id: 'HQ', parent_id: null, kind: 'head_office' as const, name: '总行' },
    { institution_id: 'B1', parent_id: 'HQ', kind: 'branch' as const, name: '伊山支行' },
    { institution_id: 'B2', parent_id: 'HQ', kind: 'branch' as const, name: '杨集支行' },
  ],
  staff,
});

let database: TestDatabase;
let api: Api;
const headers = new Map<string, Record<string, string>>();
/** Two people of one branch, one of another, and somebody of another bank whose branch has the same number. */
const everyone = ['owner', 'mate', 'other', 'stranger'] as const;
type Who = (typeof everyone)[number];

beforeAll(async () => {
  database = await createTestDatabase('organization');
  const organization = createOrganization({ db: database.db, clock: settableClock('2026-11-20T01:00:00Z'), isDemonstration: false });
  await organization.found({
    entities: [
      bank('320723', [person('OWNER', 'B1'), person('MATE', 'B1'), person('OTHER', 'B2')]),
      bank('320799', [person('STRANGER', 'B1')]),
    ],
  });
  const ports = { authenticate: (token: string) => organization.authenticate(token), recordAccess: async () => undefined };
  api = await createHttp({ log: pino({ level: 'silent' }), version: '0.0.0', ports });
  const change = { propose: () => Promise.reject(new Error('nothing here is proposed')) };
  addRoutes(api, { organization, change, demonstration: [] });
  for (const who of everyone) {
    const answer = await api.app.inject({ method: 'POST', url: '/api/v1/session', payload: { login: who, password } });
    const token = answer.cookies.find((cookie) => cookie.name === sessionCookie)?.value ?? '';
    headers.set(who, { cookie: `${sessionCookie}=${token}`, 'x-qianmo-csrf': answer.json<{ csrf: string }>().csrf });
  }
});
afterAll(async () => {
  await api.app.close();
  await database.drop();
});
beforeEach(() => withOwner(database.db, (tx) => tx.query('delete from organization.saved_view')));

async function ask(who: Who, method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, payload?: object) {
  const answer = await api.app.inject({ method, url, headers: headers.get(who) ?? {}, ...(payload ? { payload } : {}) });
  const text = answer.body;
  return { status: answer.statusCode, body: text === '' ? undefined : answer.json(), code: text === '' ? undefined : answer.json().code };
}
const plain = {
  list: 'persons',
  name: '高额度村民',
  is_shared: false,
  filters: { outcome: 'approve', sort: 'limit' },
  columns: ['name', 'limit'],
};
async function save(who: Who, more: object = {}): Promise<SavedView> {
  const { status, body } = await ask(who, 'POST', '/api/v1/views', { ...plain, ...more });
  expect(status).toBe(201);
  return savedView.parse(body);
}
async function seenBy(who: Who, list = 'persons'): Promise<SavedView[]> {
  return viewList.parse((await ask(who, 'GET', `/api/v1/views?list=${list}`)).body).items;
}
const bodyOf = ({ name, is_shared, filters, columns }: SavedView) => ({ name, is_shared, filters, columns });

test('a view comes back as it was saved, on its own list only', async () => {
  const view = await save('owner');
  expect(view).toMatchObject({ ...plain, owner: { staff_id: 'OWNER', name: '员工OWNER' }, is_own: true, saved_at: '2026-11-20T01:00:00Z' });
  expect(await seenBy('owner')).toEqual([view]);
  expect(await seenBy('owner', 'whitelist')).toEqual([]);
  const bare = await save('owner', { name: '常用', filters: {}, columns: null });
  expect(bare).toMatchObject({ filters: {}, columns: null });
});

describe('who reads a view', () => {
  test.each([
    { is_shared: false, readers: ['owner'] },
    { is_shared: true, readers: ['owner', 'mate'] },
  ])('shared $is_shared: $readers', async ({ is_shared, readers }) => {
    await save('owner', { is_shared });
    const seen: string[] = [];
    for (const who of everyone) if ((await seenBy(who)).length > 0) seen.push(who);
    expect(seen).toEqual(readers);
  });

  test('one stands before those of colleagues, which say whose they are', async () => {
    await save('owner', { name: '乙', is_shared: true });
    await save('mate', { name: '丙' });
    const found = (await seenBy('mate')).map(({ name, owner, is_own }) => [name, owner.name, is_own]);
    expect(found).toEqual([
      ['丙', '员工MATE', true],
      ['乙', '员工OWNER', false],
    ]);
  });

  test('a colleague who moves to another institution shares with the people there', async () => {
    await save('owner', { is_shared: true });
    const move = (institution: string) =>
      withOwner(database.db, (tx) => tx.query("update organization.staff set institution_id = $1 where staff_id = 'OWNER'", [institution]));
    await move('B2');
    expect({ mate: (await seenBy('mate')).length, other: (await seenBy('other')).length }).toEqual({ mate: 0, other: 1 });
    await move('B1');
  });

  test('somebody who was switched off shares nothing', async () => {
    await save('owner', { is_shared: true });
    const setActive = (isActive: boolean) =>
      withOwner(database.db, (tx) => tx.query("update organization.staff set is_active = $1 where staff_id = 'OWNER'", [isActive]));
    await setActive(false);
    expect(await seenBy('mate')).toEqual([]);
    await setActive(true);
  });
});

describe('only its owner changes or removes a view', () => {
  test('the owner does', async () => {
    const view = await save('owner');
    const next = { ...bodyOf(view), name: '待复核', is_shared: true, filters: { outcome: 'refer' }, columns: null };
    expect(await ask('owner', 'PUT', `/api/v1/views/${view.view_id}`, next)).toMatchObject({ status: 200, body: next });
    expect(await seenBy('owner')).toMatchObject([next]);
    expect((await ask('owner', 'DELETE', `/api/v1/views/${view.view_id}`)).status).toBe(204);
    expect(await seenBy('owner')).toEqual([]);
  });

  test.each([
    { who: 'mate', is_shared: true, code: 'view_of_colleague' },
    { who: 'mate', is_shared: false, code: 'view_unknown' },
    { who: 'other', is_shared: true, code: 'view_unknown' },
    { who: 'stranger', is_shared: true, code: 'view_unknown' },
  ] as const)('$who, shared $is_shared → $code', async ({ who, is_shared, code }) => {
    const view = await save('owner', { is_shared });
    const url = `/api/v1/views/${view.view_id}`;
    expect(await ask(who, 'PUT', url, bodyOf(view))).toMatchObject({ status: refusals[code].status, code });
    expect(await ask(who, 'DELETE', url)).toMatchObject({ status: refusals[code].status, code });
    expect(await seenBy('owner')).toEqual([view]);
  });

  test('the database itself refuses, whatever a query says', async () => {
    const view = await save('owner', { is_shared: true });
    const mate = { entityId: '320723', actorId: 'MATE', roles: [], scopes: ['320723'] };
    const changed = await withSession(database.db, mate, (tx) =>
      tx.query("update organization.saved_view set name = 'x' where view_id = $1 returning view_id", [view.view_id]),
    );
    const removed = await withSession(database.db, mate, (tx) => tx.query('delete from organization.saved_view returning view_id'));
    expect({ changed, removed }).toEqual({ changed: [], removed: [] });
    const forged = withSession(database.db, mate, (tx) =>
      tx.query(`insert into organization.saved_view (entity_id, staff_id, list, name, is_shared, filters, saved_at)
        values ('320723', 'OWNER', 'persons', 'x', true, '{}', now())`),
    );
    await expect(forged).rejects.toThrow(/row-level security/);
  });
});

describe('names', () => {
  test('are one a list and person', async () => {
    const view = await save('owner');
    expect(await ask('owner', 'POST', '/api/v1/views', plain)).toMatchObject({ status: 409, code: 'view_name_taken' });
    await save('owner', { list: 'whitelist' });
    await save('mate');
    const second = await save('owner', { name: '第二' });
    const renamed = { ...bodyOf(second), name: view.name };
    expect(await ask('owner', 'PUT', `/api/v1/views/${second.view_id}`, renamed)).toMatchObject({ status: 409, code: 'view_name_taken' });
    expect((await ask('owner', 'PUT', `/api/v1/views/${view.view_id}`, bodyOf(view))).status).toBe(200);
  });

  test('saved twice at the same moment are one view', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => ask('owner', 'POST', '/api/v1/views', plain)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409, 409, 409]);
  });

  test('a list keeps a limited number of them', async () => {
    for (let number = 1; number <= viewsPerList; number += 1) await save('owner', { name: `视图${number}` });
    expect(await ask('owner', 'POST', '/api/v1/views', { ...plain, name: '再一个' })).toMatchObject({ status: 409, code: 'view_limit' });
    await save('owner', { list: 'whitelist' });
  });
});

test.each([
  ['a resident ID in the name', { name: '320723198003044414' }],
  ['a phone number in a name', { name: '张 13812342046' }],
  ['an empty name', { name: '  ' }],
  ['a name with a line break', { name: '甲\n乙' }],
  ['a name of a person among the filters', { filters: { name: '孙立国' } }],
  ['a number among the filters', { filters: { subject: '13812342046' } }],
  ['a text of an address', { filters: { outcome: 'a&b=c' } }],
  ['a filter that is no word', { filters: { __proto__x: 'a', 'a.b': 'c' } }],
  ['too many filters', { filters: Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`f_${'x'.repeat(index)}`, '1'])) }],
  ['no columns at all', { columns: [] }],
  ['a list that is no word', { list: 'Persons; drop' }],
])('%s is refused', async (_what, spoiled) => {
  expect(await ask('owner', 'POST', '/api/v1/views', { ...plain, ...spoiled })).toMatchObject({ status: 400, code: 'invalid' });
  expect(await seenBy('owner')).toEqual([]);
});
