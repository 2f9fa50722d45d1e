import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { applicationQuery } from '#modules/lending/contract.ts';
import { actBody } from '#modules/process/contract.ts';
import { withOwner } from '#platform/postgres/index.ts';
import { openLendingBank } from './sample.ts';
import type { LendingBank } from './sample.ts';
import { apply, approveAll, enter, numberOf, openTasks, taskOf } from './story.ts';
import type { Borrower } from './story.ts';

/** An application that waits for the credit bureau is asked about again by itself. */

let bank: LendingBank;
let villagers = 100;
beforeAll(async () => {
  bank = await openLendingBank();
}, 240_000);
afterAll(() => bank.close());
afterEach(async () => {
  bank.faults.length = 0;
  Object.assign(bank.sources, { credit: 'clean' });
  await query('delete from inquiry.breaker');
  await query(`update lending.held set state = 'left', reason = 'time_over', ended_at = now() where state = 'waiting'`);
});

const query = <Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> =>
  withOwner(bank.database.db, (tx) => tx.query<Row>(text, values));
const minutes = (count: number): void => bank.clock.advance({ minutes: count });

interface Waiting {
  borrower: Borrower;
  id: bigint;
  /** As people at the bank see the wait. */
  held(): Promise<NonNullable<Awaited<ReturnType<LendingBank['lending']['application']>>['held']>>;
  /** What a list of applications says is waited for. */
  listed(): Promise<{ zh: string; en: string }[] | null | undefined>;
  questions(): Promise<number>;
  step(): Promise<string>;
}

/** Somebody whose report is old, while the bureau is down. */
async function waiting(changes: { phone?: string } = {}): Promise<Waiting> {
  bank.sources.credit = 'down';
  const person = await bank.villager((villagers += 1), { CR_REPORT_DT: '2025-01-01' });
  const borrower = await enter(bank, { ...person, ...changes }, await bank.channel());
  const page = await apply(bank, borrower);
  expect(page.step).toBe('manual');
  const id = numberOf(page);
  return {
    borrower,
    id,
    async held() {
      const { held } = await bank.lending.application(bank.caller('risk').session, id);
      if (!held) throw new Error('it does not wait');
      return held;
    },
    async listed() {
      const { items } = await bank.lending.applications(bank.caller('risk').session, applicationQuery.parse({}));
      return items.find(({ application_id }) => application_id === `A${id}`)?.awaited;
    },
    async questions() {
      const [row] = await query<{ count: number }>(
        `select count(*)::int from inquiry.inquiry where subject = $1 and source = 'credit_report' and attempts > 0`,
        [`application A${id}`],
      );
      return row?.count ?? 0;
    },
    step: async () => (await borrower.page()).step,
  };
}

describe('the source answers again', () => {
  test('the case goes on by itself to an offer, however many servers look', async () => {
    const one = await waiting();
    const awaited = [{ zh: '人行征信', en: 'Credit report' }];
    expect((await one.borrower.page()).manual?.awaited).toEqual(awaited);
    expect(await one.listed()).toEqual(awaited);
    expect(await bank.lending.askHeld()).toEqual({ waits: 0, tried: 0, answered: 0, left: 0 });
    minutes(2);
    expect(await bank.lending.askHeld()).toMatchObject({ tried: 1, answered: 0 });
    expect(await one.held()).toMatchObject({
      state: 'waiting',
      tries: 1,
      reason: 'timeout',
      sources: [{ code: 'credit_report', is_answered: false }],
    });
    bank.sources.credit = 'fresh';
    minutes(1);
    expect((await bank.lending.askHeld()).answered).toBe(0);
    minutes(5);
    const rounds = await Promise.all([1, 2, 3, 4].map(() => bank.lending.askHeld()));
    expect(rounds.reduce((sum, { answered }) => sum + answered, 0)).toBe(1);
    expect(await one.step()).toBe('offer');
    expect(await one.questions()).toBe(3);
    expect(await one.held()).toMatchObject({ state: 'answered', sources: [{ is_answered: true }], next_try: null });
    expect(await one.listed()).toBeNull();
    expect(bank.faults).toEqual([]);
  });

  test('what it says declines, with its own reason', async () => {
    const one = await waiting();
    bank.sources.credit = 'overdue';
    minutes(2);
    expect((await bank.lending.askHeld()).answered).toBe(1);
    const { step, declined } = await one.borrower.page();
    expect([step, declined?.code]).toEqual(['declined', expect.stringMatching(/^[A-Z]\d\d/)]);
  });

  test('what else refers it stays with people, and the borrower is not told to wait for a source', async () => {
    const one = await waiting({ phone: '13900066001' });
    bank.sources.credit = 'fresh';
    minutes(2);
    expect((await bank.lending.askHeld()).answered).toBe(1);
    const { step, manual } = await one.borrower.page();
    expect([step, manual?.awaited]).toEqual(['manual', null]);
    const page = await one.borrower.page();
    expect((await openTasks(bank, page)).map(({ node }) => node)).toEqual(['investigate']);
    const application = await bank.lending.application(bank.caller('risk').session, one.id);
    expect(application.machine?.reasons).not.toContain('P14');
  });

  test('a circuit that closes again is told at once to who waits, and while it is open nothing is asked', async () => {
    const one = await waiting();
    const until = bank.clock.now().add({ hours: 5 }).toString();
    await query(
      `insert into inquiry.breaker (entity_id, source, state, failures, failing_since, until) values ('320723', 'credit_report', 'open', 5, $1, $1)
       on conflict (entity_id, source) do update set state = 'open', until = $1`,
      [until],
    );
    minutes(9);
    expect(await bank.lending.askHeld()).toMatchObject({ waits: 1, tried: 0 });
    expect(await one.questions()).toBe(1);
    await query(`update inquiry.breaker set state = 'closed', until = null`);
    await query(`update lending.held set next_try = next_try + interval '1 day' where state = 'waiting'`);
    bank.sources.credit = 'fresh';
    expect((await bank.lending.askHeld()).answered).toBe(1);
    expect(await one.step()).toBe('offer');
  });

  test('a case that is put aside is told when it goes on', async () => {
    const one = await waiting();
    const { taskId } = await taskOf(bank, await one.borrower.page(), 'investigate');
    await bank.processes.act(bank.caller('head'), taskId, 'suspend', actBody.parse({ reason: '等村里回话' }));
    bank.sources.credit = 'fresh';
    minutes(2);
    expect(await bank.lending.askHeld()).toMatchObject({ waits: 1, answered: 0 });
    expect(await one.held()).toMatchObject({ state: 'waiting' });
    await bank.processes.act(bank.caller('head'), taskId, 'resume', actBody.parse({ reason: '可以办了' }));
    minutes(10);
    expect((await bank.lending.askHeld()).answered).toBe(1);
    expect(await one.step()).toBe('offer');
    expect(await one.questions()).toBe(2);
  });
});

describe('it is left to people', () => {
  const consents = (changes: string) => (one: Waiting) =>
    query(`update inquiry.consent set ${changes} where source = 'credit_report' and evidence->>'application' = $1`, [`A${one.id}`]);
  const cases: [string, (one: Waiting) => Promise<unknown>, string][] = [
    ['consent_withdrawn', consents(`withdrawn_at = given_at + interval '1 minute', withdrawn_via = 'counter'`), 'manual'],
    ['consent_expired', consents(`valid_until = given_at + interval '1 minute'`), 'manual'],
    ['tries_used', () => query(`update lending.held set tries = 100 where state = 'waiting'`), 'manual'],
    ['time_over', async () => bank.clock.advance({ hours: 72 }), 'manual'],
    ['passed_on', async (one) => approveAll(bank, await one.borrower.page(), '3000000'), 'offer'],
    ['application_over', (one) => bank.lending.portal.withdraw(one.borrower.token, '不借了'), 'closed'],
  ];
  test.each(cases)('%s', async (reason, happens, step) => {
    const one = await waiting();
    await happens(one);
    minutes(2);
    bank.sources.credit = 'fresh';
    expect(await bank.lending.askHeld()).toMatchObject({ answered: 0, left: 1 });
    expect(await one.held()).toMatchObject({ state: 'left', reason });
    // A session ends after half an hour.
    const borrower = await enter(bank, one.borrower.person, await bank.channel());
    if (reason !== 'application_over') expect((await borrower.page()).step).toBe(step);
    expect(await one.questions()).toBe(1);
    minutes(30);
    expect(await bank.lending.askHeld()).toEqual({ waits: 0, tried: 0, answered: 0, left: 0 });
    expect(bank.faults).toEqual([]);
  });

  test('nobody was refused for a source that was down', async () => {
    expect(
      await query(`select a.application_id from lending.held h join lending.application a using (application_id)
      where h.state = 'left' and a.state = 'declined'`),
    ).toEqual([]);
  });
});
