import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCoreBank, readReconciliationFile } from '#connectors/core-bank/index.ts';
import type { CoreBank, CoreRow } from '#connectors/core-bank/index.ts';
import { faults, startSimulator } from '#connectors/core-bank/simulator/start.ts';
import { createChange } from '#modules/change/index.ts';
import { settableClock } from '#platform/clock/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import { createServicing } from '../index.ts';
import type { Servicing } from '../index.ts';
import { entityId, openSampleBank, plainTerms } from '../sample-bank.ts';
import type { SampleBank } from '../sample-bank.ts';

let bank: SampleBank;
let core: CoreBank;
let servicing: Servicing;
let simulator: Awaited<ReturnType<typeof startSimulator>>;
const folder = mkdtempSync(join(tmpdir(), 'qianmo-collect-'));
const dueDay = '2026-02-15';

beforeAll(async () => {
  bank = await openSampleBank();
  simulator = await startSimulator({ folder });
  const clock = settableClock('2036-01-01T00:00:00Z');
  core = openCoreBank({
    host: '127.0.0.1',
    port: simulator.port,
    timeoutMs: 400,
    entity: entityId,
    branch: '3207230001',
    teller: 'V00001',
    clock,
  });
  const { db } = bank.database;
  servicing = createServicing({ db, clock, change: createChange({ db, clock }), payments: () => core });
});
afterAll(async () => {
  await core.close();
  await simulator.stop();
  await bank.close();
  rmSync(folder, { recursive: true, force: true });
});

const fileOf = async (day: string): Promise<readonly CoreRow[]> => {
  const file = await readReconciliationFile(await simulator.writeDay(Temporal.PlainDate.from(day), folder));
  if (file.outcome !== 'read') throw new Error(`${file.code} ${file.detail}`);
  return file.rows;
};

/** A core that a fault has ended starts again on its book and its port. */
function keepAlive(): { stop: () => void } {
  let isStopped = false;
  const watch = async (): Promise<void> => {
    await simulator.ended;
    if (isStopped) return;
    simulator = await startSimulator({ folder, port: simulator.port });
    await watch();
  };
  void watch();
  return { stop: () => void (isStopped = true) };
}

interface Order {
  loan_id: bigint;
  core_sequence: string;
  amount_fen: bigint;
  state: string;
}
const orders = (day: string): Promise<Order[]> =>
  withOwner(bank.database.db, (tx) =>
    tx.query<Order>('select loan_id, core_sequence, amount_fen, state from servicing.collection where business_date = $1 order by 1', [
      day,
    ]),
  );

test('whatever goes wrong at the core, an order is taken once, becomes one repayment, and reconciles', { timeout: 240_000 }, async () => {
  // Every other order meets nothing, or a core that strikes each of them would be taken to be away.
  const struck = [...faults, ...faults].flatMap((fault, index) => [
    { fault, service: index < faults.length ? 'collect' : 'query' } as const,
    null,
  ]);
  const loans: bigint[] = [];
  for (const index of struck.keys()) {
    const account = `6228480000${String(index).padStart(6, '0')}`;
    const terms = { method: 'interest_only', months: 3 } as const;
    const draw = { account, auto_debit: true };
    loans.push(await loanOverTheWire(terms, draw, index));
  }
  const poor = await loanOverTheWire({ method: 'bullet', months: 1 }, { account: '9990400000000001', auto_debit: true }, struck.length);
  await servicing.dayEnd(entityId, '2026-02-14');
  const planned = await orders(dueDay);
  expect(planned.length).toBe(loans.length + 1);
  const alive = keepAlive();
  for (const [index, strike] of struck.entries()) {
    const sequence = planned.find(({ loan_id }) => loan_id === loans[index])?.core_sequence;
    if (!strike || sequence === undefined) continue;
    if (strike.service === 'query') await simulator.plan({ fault: 'lose_answer', service: 'collect', sequence });
    await simulator.plan({ ...strike, sequence });
  }
  const inState = async (...states: string[]): Promise<number> =>
    (await orders(dueDay)).filter(({ state }) => states.includes(state)).length;
  // A core that died takes a moment to be back; what has not left by the night would be another day's.
  const roundsUntilNone = (...states: string[]): Promise<void> =>
    expect.poll(() => servicing.collectOpen(entityId).then(() => inState(...states)), { timeout: 60_000 }).toBe(0);
  await roundsUntilNone('planned');
  await servicing.dayEnd(entityId, dueDay);
  await roundsUntilNone('planned', 'sent', 'unknown');
  alive.stop();

  const settled = await orders(dueDay);
  expect(settled.filter(({ state }) => state !== 'collected').map(({ loan_id, state }) => [loan_id, state])).toEqual([[poor, 'failed']]);
  const rows = await fileOf(dueDay);
  expect(rows.map(({ sequence, kind, amountFen }) => `${kind} ${sequence} ${amountFen}`).toSorted()).toEqual(
    settled
      .filter(({ state }) => state === 'collected')
      .map((order) => `collect ${order.core_sequence} ${order.amount_fen}`)
      .toSorted(),
  );
  const repaid = await withOwner(bank.database.db, (tx) =>
    tx.query<{ loan_id: bigint; times: number; fen: string }>(
      `select loan_id, count(*)::int as times, sum(amount_fen)::text as fen from servicing.event where kind = 'repayment' group by 1 order by 1`,
    ),
  );
  expect(repaid).toEqual(loans.map((loan_id) => ({ loan_id, times: 1, fen: '30000' })));
  expect(await servicing.reconcile(entityId, dueDay, rows)).toEqual({
    core_date: dueDay,
    core_rows: loans.length,
    matched: loans.length,
    breaks: 0,
  });
  await withOwner(bank.database.db, (tx) =>
    tx.query(`update servicing.collection set state = 'failed', event_id = null where loan_id = $1`, [loans[0]]),
  );
  expect(await servicing.reconcile(entityId, dueDay, rows)).toMatchObject({ breaks: 1 });
  const [found] = (await servicing.reconciliations(bank.session)).breaks;
  expect(found).toMatchObject({ kind: 'core_only', drawdown_id: null, own_amount_fen: '30000' });
  expect(found?.collection_id).toMatch(/^C\d+$/);
});

test(
  'whatever goes wrong at the core, what a borrower repays early is taken once, settles the loan, and reconciles',
  { timeout: 240_000 },
  async () => {
    const account = '6228480000700000';
    const struck = faults.map((fault, index) => ({ fault, index: 100 + index }));
    const alive = keepAlive();
    const day = (await servicing.businessDate(entityId)) ?? '';
    for (const { fault, index } of struck) {
      const loanId = await loanOverTheWire({ method: 'bullet', months: 6 }, { account, auto_debit: true }, index);
      const quoted = BigInt((await servicing.loan(bank.session, loanId)).payoff_fen);
      const order = await withOwner(bank.database.db, (tx) =>
        servicing.askCollection(tx, bank.session, loanId, { key: `early-${fault}`, amountFen: quoted, prepayment: 'lower' }),
      );
      const [{ core_sequence: sequence } = { core_sequence: '' }] = await withOwner(bank.database.db, (tx) =>
        tx.query<{ core_sequence: string }>('select core_sequence from servicing.collection where collection_id = $1', [order]),
      );
      await simulator.plan({ fault, service: 'collect', sequence });
      await expect.poll(() => servicing.collect(entityId, order), { timeout: 60_000 }).toBe('collected');
      expect(await servicing.loan(bank.session, loanId), fault).toMatchObject({ state: 'settled', payoff_fen: '0' });
    }
    alive.stop();
    const collected = (await fileOf(day)).filter(({ kind }) => kind === 'collect');
    expect(collected.length).toBe(struck.length);
    expect(await servicing.reconcile(entityId, day, await fileOf(day))).toMatchObject({ core_rows: 2 * struck.length, breaks: 0 });
  },
);

/** Drawn and paid over the wire, so that the core knows the account. */
async function loanOverTheWire(terms: Parameters<SampleBank['loan']>[1], draw: { account: string; auto_debit: boolean }, index: number) {
  const facilityId = await bank.facility(10_000_000n);
  const request = {
    key: `wire-loan-${index}`,
    amount_fen: '10000000',
    terms: { ...plainTerms, ...terms },
    account_name: '测试',
    purpose: '购买化肥',
    ...draw,
  };
  const { drawdown_id } = await servicing.requestDrawdown(bank.session, facilityId, request);
  const drawdownId = BigInt(drawdown_id.slice(1));
  await expect.poll(() => servicing.payOut(entityId, drawdownId), { timeout: 30_000 }).toBe('confirmed');
  const { loan_id } = await servicing.drawdown(bank.session, drawdownId);
  return BigInt(loan_id?.slice(1) ?? '0');
}
