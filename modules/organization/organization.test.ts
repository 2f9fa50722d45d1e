import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { settableClock } from '#platform/clock/index.ts';
import { createTestDatabase, withOwner, withSession } from '#platform/postgres/index.ts';
import type { TestDatabase } from '#platform/postgres/index.ts';
import { createOrganization, permissionsOf } from './index.ts';
import type { Foundation, Organization } from './index.ts';
import { afterFailure, isLocked } from './lockout.ts';
import { hashPassword, isPassword, isStrong } from './password.ts';

const clock = settableClock('2026-11-20T01:00:00Z');
const password = 'Footpath-2026';
const staff = (staff_id: string, more: Partial<Foundation['entities'][number]['staff'][number]> = {}) => ({
  staff_id,
  login: staff_id.toLowerCase(),
  name: `员工${staff_id}`,
  institution_id: 'HQ',
  roles: ['manager'],
  grid_codes: ['320723001001'],
  password,
  must_change_password: false,
  ...more,
});
const bank = (entity_id: string, people: ReturnType<typeof staff>[]): Foundation['entities'][number] => ({
  entity_id,
  name: `${entity_id} 农村商业银行`,
  short_name: '农商行',
  root_grid_code: entity_id,
  institutions: [
    { institution_id: 'HQ', parent_id: null, kind: 'head_office', name: '总行' },
    { institution_id: 'B1', parent_id: 'HQ', kind: 'branch', name: '伊山支行' },
  ],
  staff: people,
});
const foundation: Foundation = {
  entities: [
    bank('320723', [
      staff('S1'),
      staff('S2', { institution_id: 'B1' }),
      staff('S3'),
      staff('S4', { must_change_password: true }),
      staff('S5'),
    ]),
    bank('320799', [staff('X1', { grid_codes: ['320799001001'] })]),
  ],
};

let database: TestDatabase;
let organization: Organization;
beforeAll(async () => {
  database = await createTestDatabase('organization');
  organization = createOrganization({ db: database.db, clock, isDemonstration: true });
  expect(await organization.isFounded()).toBe(false);
  expect((await organization.found(foundation)).staff.map((person) => person.login)).toEqual(['s1', 's2', 's3', 's4', 's5', 'x1']);
});
afterAll(() => database.drop());

const signIn = async (login: string, given = password) => organization.signIn({ login, password: given });
const callerOf = async (login: string, given = password) => {
  const { token } = await signIn(login, given);
  const caller = await organization.authenticate(token);
  if (!caller) throw new Error('not signed in');
  return { token, caller };
};

test('founding a bank again changes nothing', async () => {
  expect(await organization.found(foundation)).toEqual({ staff: [] });
  expect(await organization.isFounded()).toBe(true);
});

test('a first password that is made up is told once and must be changed', async () => {
  const { password: _password, ...plain } = staff('S9');
  const { staff: added } = await organization.found({
    entities: [bank('320723', [{ ...plain, must_change_password: true } as ReturnType<typeof staff>])],
  });
  const [first] = added;
  expect(first).toMatchObject({ login: 's9', password: expect.stringMatching(/^[\w-]{16}$/) });
  const { caller } = await callerOf('s9', first?.password ?? '');
  expect(caller.mustChangePassword).toBe(true);
  await withOwner(database.db, (tx) => tx.query("delete from organization.staff where staff_id = 'S9'"));
});

describe('signing in', () => {
  test('gives a session with the scope of the grid assignments and the permissions of the roles', async () => {
    const { caller, token } = await callerOf('s1');
    expect(caller.session).toEqual({ entityId: '320723', actorId: 'S1', roles: ['manager'], scopes: ['320723001001'] });
    expect(caller.permissions).toEqual(permissionsOf(['manager']));
    const me = await organization.me(caller, token);
    expect(me).toMatchObject({
      name: '员工S1',
      home: '320723001001',
      today: '2026-11-20',
      business_date: null,
      expires_at: '2026-11-20T11:00:00Z',
      csrf: caller.csrf,
    });
  });

  test('keeps nothing in the database that would let its reader in', async () => {
    const { token } = await signIn('s1');
    const dump = await withOwner(database.db, (tx) => tx.query('select row_to_json(s)::text as row from organization.session s'));
    expect(JSON.stringify(dump)).not.toContain(token);
  });

  test.each([
    ['an unknown login', 'nobody', password],
    ['a wrong password', 's2', 'Footpath-2027'],
  ])('refuses %s in the same words', async (_case, login, given) => {
    await expect(signIn(login, given)).rejects.toMatchObject({ code: 'sign_in_failed' });
  });

  test('locks after five failures, longer each time, and not for ever', async () => {
    for (let attempt = 0; attempt < 5; attempt += 1) await expect(signIn('s3', 'wrong')).rejects.toMatchObject({ code: 'sign_in_failed' });
    await expect(signIn('s3')).rejects.toMatchObject({ code: 'locked' });
    clock.advance({ minutes: 1 });
    await expect(signIn('s3', 'wrong')).rejects.toMatchObject({ code: 'sign_in_failed' });
    clock.advance({ minutes: 1 });
    await expect(signIn('s3')).rejects.toMatchObject({ code: 'locked', refusal: { en: expect.stringContaining('1 minute') } });
    clock.advance({ minutes: 1 });
    expect(await signIn('s3')).toHaveProperty('token');
  });

  test('a person who is switched off is out at once', async () => {
    const { token } = await signIn('s5');
    await withOwner(database.db, (tx) => tx.query("update organization.staff set is_active = false where staff_id = 'S5'"));
    expect(await organization.authenticate(token)).toBeNull();
    await expect(signIn('s5')).rejects.toMatchObject({ code: 'sign_in_failed' });
  });
});

describe('a session ends', () => {
  test('when it is idle for half an hour', async () => {
    const { token } = await signIn('s1');
    clock.advance({ minutes: 29 });
    expect(await organization.authenticate(token)).not.toBeNull();
    clock.advance({ minutes: 29 });
    expect(await organization.authenticate(token)).not.toBeNull();
    clock.advance({ minutes: 31 });
    expect(await organization.authenticate(token)).toBeNull();
  });

  test('after ten hours, however busy', async () => {
    const { token } = await signIn('s1');
    for (let step = 0; step < 30; step += 1) {
      clock.advance({ minutes: 19 });
      expect(await organization.authenticate(token)).not.toBeNull();
    }
    clock.advance({ minutes: 29 });
    expect(await organization.authenticate(token)).not.toBeNull();
    clock.advance({ minutes: 2 });
    expect(await organization.authenticate(token)).toBeNull();
  });

  test('by signing out', async () => {
    const { token } = await signIn('s1');
    await organization.signOut(token);
    expect(await organization.authenticate(token)).toBeNull();
  });
});

describe('changing the password', () => {
  test.each([
    ['sign_in_failed', { current: 'wrong', next: 'Another-Path-1' }],
    ['password_same', { current: password, next: password }],
    ['password_weak', { current: password, next: 'short' }],
  ])('refuses %s', async (code, given) => {
    const { caller, token } = await callerOf('s2');
    await expect(organization.changePassword(caller.session, { ...given, token })).rejects.toMatchObject({ code });
  });

  test('ends the other sessions and lets a newcomer in', async () => {
    const other = await callerOf('s4');
    const { caller, token } = await callerOf('s4');
    expect(caller.mustChangePassword).toBe(true);
    await organization.changePassword(caller.session, { current: password, next: 'Another-Path-1', token });
    expect(await organization.authenticate(other.token)).toBeNull();
    expect((await organization.authenticate(token))?.mustChangePassword).toBe(false);
    expect(await signIn('s4', 'Another-Path-1')).toHaveProperty('token');
  });
});

describe('staff', () => {
  test('of another legal entity is not there', async () => {
    const { caller } = await callerOf('x1');
    expect((await organization.staff(caller.session, { limit: 50, offset: 0 })).items.map((person) => person.staff_id)).toEqual(['X1']);
  });

  test.each([
    [{ grid: '320723001001' }, ['S2', 'S1', 'S3', 'S4', 'S5']],
    [{ grid: '320723001' }, ['S2', 'S1', 'S3', 'S4', 'S5']],
    [{ grid: '320723001002' }, []],
    [{ search: '员工s2' }, ['S2']],
    [{ search: '%' }, []],
  ])('filtered by %o', async (filter, ids) => {
    const { caller } = await callerOf('s1');
    const { items, total } = await organization.staff(caller.session, { ...filter, limit: 50, offset: 0 });
    expect(items.map((person) => person.staff_id)).toEqual(ids);
    expect(total).toBe(ids.length);
  });

  test('credentials and sessions cannot be read by any request', async () => {
    const { caller } = await callerOf('s1');
    for (const table of ['credential', 'session']) {
      await expect(withSession(database.db, caller.session, (tx) => tx.query(`select * from organization.${table}`))).rejects.toThrow(
        /permission denied/,
      );
    }
  });
});

test('the audit trail of sign-ins is read newest first, page by page', async () => {
  const { caller } = await callerOf('s2');
  const first = await organization.audit(caller.session, { action: 'session.open', limit: 2 });
  expect(first.items[0]).toMatchObject({ actor_id: 'S2', actor_name: '员工S2', action: 'session.open' });
  const second = await organization.audit(caller.session, { action: 'session.open', limit: 2, cursor: first.next ?? '' });
  expect(second.items).toHaveLength(2);
  expect((second.items[0]?.at ?? '') <= (first.items[1]?.at ?? '')).toBe(true);
  await expect(organization.audit(caller.session, { limit: 2, cursor: 'x' })).rejects.toMatchObject({ code: 'cursor_invalid' });
});

describe('passwords', () => {
  test('are kept with their parameters and told apart', async () => {
    const stored = await hashPassword('阡陌-Footpath');
    expect(stored).toMatch(/^scrypt\$65536\$8\$2\$/);
    expect(await isPassword('阡陌-Footpath', stored)).toBe(true);
    expect(await isPassword('阡陌-footpath', stored)).toBe(false);
    expect(await hashPassword('阡陌-Footpath')).not.toBe(stored);
  });

  test.each([
    ['Footpath-26', true],
    ['abcdefghijkl', true],
    ['abcdefghij', false],
    ['Abcdefghi1', true],
    ['aaaaaaaaaaaa', false],
    ['Zhang.wei-2026', false],
    ['short', false],
  ])('%s is strong: %s', (text, strong) => expect(isStrong(text, 'zhang.wei')).toBe(strong));

  test('the lock grows from one minute to an hour', () => {
    const now = Temporal.Instant.from('2026-11-20T01:00:00Z');
    const minutes = [];
    let attempts = { failures: 0, lockedUntil: null as Temporal.Instant | null };
    for (let failure = 0; failure < 14; failure += 1) {
      attempts = afterFailure(attempts, now);
      minutes.push(attempts.lockedUntil?.since(now).total('minutes') ?? 0);
    }
    expect(minutes).toEqual([0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
    expect(isLocked({ failures: 5, lockedUntil: now }, now)).toBe(false);
  });
});
