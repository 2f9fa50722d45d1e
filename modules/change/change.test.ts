import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { settableClock } from '#platform/clock/index.ts';
import { Problem } from '#platform/http/index.ts';
import type { Caller } from '#platform/http/index.ts';
import { createTestDatabase, withOwner, withSession } from '#platform/postgres/index.ts';
import type { TestDatabase } from '#platform/postgres/index.ts';
import { proposalStates, refusals } from './contract.ts';
import { createChange } from './index.ts';
import type { Change } from './index.ts';
import { refusalOf, transitions } from './lifecycle.ts';
import type { Act } from './lifecycle.ts';

const clock = settableClock('2026-11-20T01:00:00Z');
const caller = (actorId: string, permissions: string[] = [], entityId = '320723'): Caller => ({
  session: { entityId, actorId, roles: [], scopes: [entityId] },
  permissions: new Set(permissions),
  csrf: '',
  mustChangePassword: false,
});
const maker = caller('maker', ['change.read', 'cap.approve']);
const second = caller('second', ['change.read', 'cap.approve']);
const third = caller('third', ['change.read', 'cap.approve']);
const bystander = caller('bystander', ['change.read']);
/** Reads only what they propose themselves. */
const outsider = caller('outsider');
const stranger = caller('stranger', ['change.read', 'cap.approve'], '320799');

let database: TestDatabase;
let change: Change;
beforeAll(async () => {
  database = await createTestDatabase('change');
  await withOwner(database.db, async (tx) => {
    await tx.query('create schema sample');
    await tx.query('create table sample.cap (name text primary key, value int, times int not null default 0)');
  });
});
afterAll(() => database.drop());

beforeEach(async () => {
  clock.set('2026-11-20T01:00:00Z');
  await withOwner(database.db, async (tx) => {
    await tx.query('delete from change.proposal');
    await tx.query("delete from sample.cap; insert into sample.cap (name, value) values ('limit', 1)");
  });
  change = createChange({ db: database.db, clock });
  change.register({
    kind: 'sample.cap',
    name: { zh: '上限', en: 'Cap' },
    permission: 'cap.approve',
    async validate(_tx, proposal) {
      if ((proposal.after as { value: number }).value < 0)
        throw new Problem('cap_negative', { status: 422, zh: '不能为负', en: 'may not be negative' });
    },
    async present(tx) {
      const [cap] = await tx.query<{ value: number }>("select value from sample.cap where name = 'limit'");
      return cap;
    },
    async apply(tx, proposal) {
      const { value } = proposal.after as { value: number };
      if (value === 13) throw new Error('the effect failed');
      await tx.query("update sample.cap set value = $1, times = times + 1 where name = 'limit'", [value]);
    },
  });
});

const propose = (value: number, by = maker, subject = 'limit') =>
  withSession(database.db, by.session, (tx) =>
    change.propose(tx, by.session, { kind: 'sample.cap', subject, before: { value: 1 }, after: { value }, reason: '调整上限' }),
  );
const cap = async () => (await withOwner(database.db, (tx) => tx.query('select value, times from sample.cap')))[0];

test('takes effect once, when a second person approves', async () => {
  const id = await propose(2);
  expect(await cap()).toEqual({ value: 1, times: 0 });
  expect(await change.approve(second, id, '同意')).toMatchObject({
    state: 'applied',
    decider: { staff_id: 'second' },
    decision_reason: '同意',
  });
  expect(await cap()).toEqual({ value: 2, times: 1 });
});

test('takes effect once when two people approve at the same moment', async () => {
  const id = await propose(2);
  const results = await Promise.allSettled([change.approve(second, id, ''), change.approve(third, id, ''), change.approve(second, id, '')]);
  expect(results.map((result) => result.status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected']);
  expect(await cap()).toEqual({ value: 2, times: 1 });
});

test('an effect that fails leaves the proposal open and nothing changed', async () => {
  const id = await propose(13);
  await expect(change.approve(second, id, '')).rejects.toThrow('the effect failed');
  expect(await change.one(maker, id)).toMatchObject({ state: 'proposed', before: { value: 1 }, after: { value: 13 } });
  expect(await cap()).toEqual({ value: 1, times: 0 });
});

describe('refusals, each in its place in the order', () => {
  const decide: Record<Act, (by: Caller, id: string) => Promise<unknown>> = {
    approve: (by, id) => change.approve(by, id, ''),
    reject: (by, id) => change.reject(by, id, '不同意'),
    withdraw: (by, id) => change.withdraw(by, id, '撤回它'),
  };
  const late = () => clock.advance({ hours: 15 * 24 });
  const closed = (id: string) => change.reject(third, id, '不同意');
  const moved = () => withOwner(database.db, (tx) => tx.query('update sample.cap set value = 7'));
  const nothing = async () => undefined;

  test.each<[string, Act, Caller, (id: string) => unknown]>([
    ['proposal_unknown', 'approve', stranger, nothing],
    ['proposal_unknown', 'withdraw', stranger, nothing],
    ['not_permitted', 'approve', bystander, closed],
    ['not_permitted', 'reject', bystander, late],
    ['not_maker', 'withdraw', second, closed],
    ['own_proposal', 'approve', maker, closed],
    ['own_proposal', 'reject', maker, late],
    ['already_decided', 'approve', second, closed],
    ['already_decided', 'reject', second, closed],
    ['already_decided', 'withdraw', maker, closed],
    ['expired', 'approve', second, late],
    ['expired', 'reject', second, late],
    ['expired', 'withdraw', maker, late],
    ['subject_changed', 'approve', second, moved],
  ])('%s on %s', async (code, act, by, before) => {
    const id = await propose(2);
    await before(id);
    await expect(decide[act](by, id)).rejects.toMatchObject({ code });
    expect((await cap())?.['times']).toBe(0);
  });

  test('subject_pending, and what the kind refuses', async () => {
    await expect(propose(-1)).rejects.toMatchObject({ code: 'cap_negative' });
    const id = await propose(2);
    await expect(propose(3, second)).rejects.toMatchObject({ code: 'subject_pending' });
    await change.withdraw(maker, id, '写错了');
    expect(await propose(3)).toMatch(/^C\d+$/);
  });

  test('every code of the contract stands in this file', () => {
    const shown = [
      'proposal_unknown',
      'not_permitted',
      'not_maker',
      'own_proposal',
      'already_decided',
      'expired',
      'subject_changed',
      'subject_pending',
    ];
    expect(shown.toSorted()).toEqual(Object.keys(refusals).toSorted());
  });
});

test('only an open proposal moves, whatever the state and the act', () => {
  const now = clock.now();
  for (const state of proposalStates) {
    for (const act of ['approve', 'reject', 'withdraw'] as const) {
      const actorId = act === 'withdraw' ? 'maker' : 'second';
      const refusal = refusalOf(act, { state, makerId: 'maker', expiresAt: now.add({ hours: 1 }) }, { actorId, isPermitted: true }, now);
      expect([state, act, refusal === null]).toEqual([state, act, state === transitions[act].from]);
    }
  }
});

test('what only who decides may read is kept from others, and what is committed is told once', async () => {
  const told: string[] = [];
  change.register({
    kind: 'sample.secret',
    name: { zh: '保密', en: 'Secret' },
    permission: 'cap.approve',
    validate: async () => undefined,
    async apply(_tx, proposal) {
      if (told.length === 0 && proposal.reason === '先不成') throw new Error('the effect failed');
    },
    applied: ({ proposalId }) => void told.push(proposalId),
    shown: (after, mayDecide) => (mayDecide ? after : { account: 'hidden' }),
  });
  const proposeSecret = (reason: string): Promise<string> =>
    withSession(database.db, maker.session, (tx) =>
      change.propose(tx, maker.session, { kind: 'sample.secret', subject: reason, before: null, after: { account: '0001' }, reason }),
    );
  const [failing, rejected, done] = [await proposeSecret('先不成'), await proposeSecret('再驳回'), await proposeSecret('后同意')];
  expect([(await change.one(second, done)).after, (await change.one(bystander, done)).after]).toEqual([
    { account: '0001' },
    { account: 'hidden' },
  ]);
  await expect(change.approve(second, failing, '')).rejects.toThrow('the effect failed');
  await change.reject(second, rejected, '不同意');
  expect(told).toEqual([]);
  await change.approve(second, done, '');
  expect(told).toEqual([done]);
  expect((await change.one(second, done)).after, 'nothing is to be decided any more').toEqual({ account: 'hidden' });
});

test('lists by state with what the reader may do, and forgets no expiry', async () => {
  const id = await propose(2);
  expect(await change.list(second, { state: 'proposed', limit: 10, offset: 0 })).toMatchObject({
    total: 1,
    items: [{ proposal_id: id, kind_name: { en: 'Cap' }, may: { approve: true, reject: true, withdraw: false } }],
  });
  expect(await change.list(maker, { mine: true, limit: 10, offset: 0 })).toMatchObject({
    items: [{ may: { approve: false, withdraw: true } }],
  });
  clock.advance({ hours: 15 * 24 });
  expect(await change.list(second, { state: 'proposed', limit: 10, offset: 0 })).toMatchObject({ total: 0 });
  expect(await change.list(second, { state: 'expired', limit: 10, offset: 0 })).toMatchObject({ total: 1, items: [{ decider: null }] });
  expect((await change.list(stranger, { limit: 10, offset: 0 })).total).toBe(0);
});

test('who may not read proposals sees and withdraws their own', async () => {
  const own = await propose(2, outsider, 'own');
  const other = await propose(2, maker, 'other');
  const filter = { limit: 10, offset: 0 };
  expect((await change.list(outsider, filter)).items.map(({ proposal_id }) => proposal_id)).toEqual([own]);
  expect((await change.list(bystander, filter)).total).toBe(2);
  expect(await change.one(outsider, own)).toMatchObject({ proposal_id: own, may: { withdraw: true } });
  await expect(change.one(outsider, other)).rejects.toMatchObject({ code: 'proposal_unknown' });
  await expect(change.withdraw(outsider, other, '撤回它')).rejects.toMatchObject({ code: 'proposal_unknown' });
  expect(await change.withdraw(outsider, own, '写错了')).toMatchObject({ state: 'withdrawn' });
});

test('a request can neither decide by itself nor propose in another name', async () => {
  const id = await propose(2);
  const decide = withSession(database.db, second.session, (tx) =>
    tx.query("update change.proposal set state = 'applied' where proposal_id = $1", [id]),
  );
  await expect(decide).rejects.toThrow(/permission denied/);
  const forged = withSession(database.db, second.session, (tx) =>
    change.propose(tx, maker.session, { kind: 'sample.cap', subject: 'x', before: null, after: { value: 1 }, reason: '代提' }),
  );
  await expect(forged).rejects.toThrow(/row-level security/);
});

test('every act stands in the audit trail', async () => {
  const id = await propose(2);
  await change.approve(second, id, '同意');
  const trail = await withOwner(database.db, (tx) =>
    tx.query('select actor_id, action from audit.entry where subject_id = $1 order by entry_id', [id]),
  );
  expect(trail).toEqual([
    { actor_id: 'maker', action: 'change.propose' },
    { actor_id: 'second', action: 'change.approve' },
  ]);
});
