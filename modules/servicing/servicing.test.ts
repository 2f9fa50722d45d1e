import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { balances } from '#core/loan/index.ts';
import { createChange } from '#modules/change/index.ts';
import { settableClock } from '#platform/clock/index.ts';
import { Problem } from '#platform/http/index.ts';
import { createJobs } from '#platform/jobs/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import { drawdownStates } from './contract.ts';
import { requestDrawdown } from './drawdowns/contract.ts';
import { transitions, mayBecome } from './drawdowns/drawdown.ts';
import type { DrawdownAct } from './drawdowns/drawdown.ts';
import type { Payments } from './drawdowns/pay.ts';
import { changeFacility, openFacility } from './facilities/contract.ts';
import { createServicing } from './index.ts';
import { balanceAccounts } from './ledger/postings.ts';
import { drawOf, entityId, firstDay, openSampleBank, personId, secondOf } from './sample-bank.ts';
import type { SampleBank } from './sample-bank.ts';

let bank: SampleBank;
beforeAll(async () => void (bank = await openSampleBank()));
afterAll(() => bank.close());

/** The code that a promise is refused with. */
async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    (error: unknown) => (error instanceof Problem ? error.code : `thrown: ${String(error)}`),
  );
}

const rowOf = async (table: 'facility' | 'loan', id: bigint): Promise<Record<string, unknown>> => {
  const [row] = await withOwner(bank.database.db, (tx) => tx.query(`select * from servicing.${table} where ${table}_id = $1`, [id]));
  return row ?? {};
};

/** Balances of a loan by its postings, beside its columns. Off-balance interest stands in its own accounts. */
async function ledgerOf(loanId: bigint): Promise<{ columns: unknown; postings: unknown }> {
  const loan = await rowOf('loan', loanId);
  const sums = await withOwner(bank.database.db, (tx) =>
    tx.query<{ account: string; sum: string }>(
      `select account, sum(amount)::text as sum from (
         select debit as account, amount_fen as amount from servicing.posting where loan_id = $1
         union all select credit, -amount_fen from servicing.posting where loan_id = $1) side group by account`,
      [loanId],
    ),
  );
  const byAccount = new Map(sums.map(({ account, sum }) => [account, sum]));
  const columns = Object.fromEntries(balances.map((balance) => [balance, String(loan[`${balance}_fen`])]));
  const postings = Object.fromEntries(
    balances.map((balance) => {
      const accounts = balanceAccounts[balance];
      const account = loan['is_accruing'] === false && 'off' in accounts ? accounts.off : accounts.on;
      return [balance, byAccount.get(account) ?? '0'];
    }),
  );
  return { columns, postings };
}

describe('a drawdown', () => {
  test('goes from state to state as the table says and no other way', () => {
    const allowed = (Object.keys(transitions) as DrawdownAct[]).flatMap((act) =>
      drawdownStates.filter((state) => mayBecome(act, state)).map((state) => `${act} ${state}`),
    );
    expect(allowed).toEqual([
      'send reserved',
      'send unknown',
      'confirm sent',
      'confirm unknown',
      'fail reserved',
      'fail sent',
      'fail unknown',
      'lose sent',
      'lose unknown',
    ]);
  });

  test.each([
    ['paid at once', [], 'confirmed', 1],
    ['request lost, then paid', ['lose_request'], 'unknown', 1],
    ['answer lost', ['lose_answer'], 'unknown', 1],
    ['answer lost, asked twice in vain', ['lose_answer', 'lose_answer', 'lose_request'], 'unknown', 1],
    ['rejected', ['reject'], 'failed', 0],
    ['refused for the day', ['day_end'], 'unknown', 1],
  ] as const)('%s: is paid once or not at all', async (_name, script, first, paid) => {
    const facilityId = await bank.facility(5_000_000n);
    const { drawdown_id } = await bank.servicing.requestDrawdown(
      bank.session,
      facilityId,
      drawOf(`draw-${_name}-key`.replaceAll(/[ ,]/g, '-'), 3_000_000n),
    );
    const drawdownId = BigInt(drawdown_id.slice(1));
    expect(await rowOf('facility', facilityId)).toMatchObject({ reserved_fen: 3_000_000n, used_fen: 0n });
    const before = bank.core.booked.size;
    bank.core.script = [...script];
    expect(await bank.servicing.payOut(entityId, drawdownId)).toBe(first);
    for (let again = 0; again < 4; again += 1) await bank.servicing.payOpen(entityId);
    const { state, loan_id } = await bank.servicing.drawdown(bank.session, drawdownId);
    expect([state, bank.core.booked.size - before]).toEqual([paid === 1 ? 'confirmed' : 'failed', paid]);
    expect(await rowOf('facility', facilityId)).toMatchObject({ reserved_fen: 0n, used_fen: paid === 1 ? 3_000_000n : 0n });
    const loans = await withOwner(bank.database.db, (tx) => tx.query('select 1 from servicing.loan where facility_id = $1', [facilityId]));
    expect([loans.length, loan_id !== null]).toEqual([paid, paid === 1]);
  });

  test.each([
    ['never left', [], 'failed', 'facility_not_active'],
    ['did not leave', ['not_sent'], 'unknown', 'facility_not_active'],
    ['may have left', ['lose_request'], 'unknown', 'facility_not_active'],
    ['has arrived', ['lose_answer'], 'confirmed', null],
  ] as const)('of a facility frozen meanwhile, which %s: no more is sent', async (name, script, state, why) => {
    const facilityId = await bank.facility(5_000_000n);
    const request = drawOf(`frozen-${name}-key`.replaceAll(' ', '-'), 3_000_000n);
    const { drawdown_id } = await bank.servicing.requestDrawdown(bank.session, facilityId, request);
    const drawdownId = BigInt(drawdown_id.slice(1));
    bank.core.script = [...script];
    if (script.length > 0) expect(await bank.servicing.payOut(entityId, drawdownId)).toBe('unknown');
    await bank.servicing.changeFacility(bank.session, facilityId, { state: 'frozen', reason: '发现风险信号' });
    const { attempts } = bank.core;
    expect(await bank.servicing.payOut(entityId, drawdownId)).toBe(state);
    expect(await bank.servicing.drawdown(bank.session, drawdownId)).toMatchObject({ state, reason: why });
    expect([bank.core.attempts - attempts, await rowOf('facility', facilityId)]).toMatchObject([
      0,
      { reserved_fen: state === 'unknown' ? 3_000_000n : 0n, used_fen: state === 'confirmed' ? 3_000_000n : 0n },
    ]);
    if (state !== 'unknown') return;
    const second = secondOf(bank);
    expect(await codeOf(bank.servicing.changeFacility(bank.session, facilityId, { state: 'closed', reason: '客户申请销户' }))).toBe(
      'drawdown_open',
    );
    const thaw = await bank.servicing.changeFacility(bank.session, facilityId, { state: 'active', reason: '风险已排除' });
    await bank.change.approve(second, thaw ?? '', '同意');
    expect(await bank.servicing.payOut(entityId, drawdownId)).toBe('confirmed');
  });

  test(
    'what the core bank still has not found two business dates after its facility stopped it is given back',
    { timeout: 60_000 },
    async () => {
      const own = await openSampleBank();
      try {
        const facilityId = await own.facility(5_000_000n);
        const { drawdown_id } = await own.servicing.requestDrawdown(own.session, facilityId, drawOf('lost-for-good', 3_000_000n));
        const drawdownId = BigInt(drawdown_id.slice(1));
        own.core.script = ['lose_request'];
        await own.servicing.payOut(entityId, drawdownId);
        await own.servicing.changeFacility(own.session, facilityId, { state: 'frozen', reason: '发现风险信号' });
        // However old it is, the days count from when it was stopped, and anew when it was sent again meanwhile.
        await own.servicing.dayEnd(entityId, '2026-01-18');
        expect(await own.servicing.payOut(entityId, drawdownId)).toBe('unknown');
        await own.servicing.dayEnd(entityId, '2026-01-20');
        const set = (state: string): Promise<unknown> =>
          withOwner(own.database.db, (tx) =>
            tx.query('update servicing.facility set state = $2 where facility_id = $1', [facilityId, state]),
          );
        await set('active');
        own.core.script = ['book', 'lose_request'];
        expect(await own.servicing.payOut(entityId, drawdownId)).toBe('unknown');
        await set('frozen');
        expect(await own.servicing.payOut(entityId, drawdownId)).toBe('unknown');
        await own.servicing.dayEnd(entityId, '2026-01-22');
        own.core.isAway = true;
        expect(await own.servicing.payOut(entityId, drawdownId), 'nobody has said that it is not there').toBe('unknown');
        own.core.isAway = false;
        expect(await own.servicing.payOut(entityId, drawdownId)).toBe('failed');
        expect(await own.servicing.facility(own.session, facilityId)).toMatchObject({ reserved_fen: '0', used_fen: '0' });
        expect(own.core.booked.size).toBe(0);
        const close = await own.servicing.changeFacility(own.session, facilityId, { state: 'closed', reason: '客户申请销户' });
        await own.change.approve(secondOf(own), close ?? '', '同意');
      } finally {
        await own.close();
      }
    },
  );

  test('two for the last of a limit: one gets it', async () => {
    const facilityId = await bank.facility(1_000_000n);
    const tries = Array.from({ length: 8 }, (_, index) =>
      codeOf(bank.servicing.requestDrawdown(bank.session, facilityId, drawOf(`race-draw-${index}`, 600_000n))),
    );
    expect((await Promise.all(tries)).toSorted()).toEqual(['done', ...Array.from({ length: 7 }, () => 'over_limit')]);
    expect(await rowOf('facility', facilityId)).toMatchObject({ reserved_fen: 600_000n });
    await bank.servicing.payOpen(entityId);
  });
});

test('whoever pays out is told of a drawdown once it is committed, and of none that was refused', async () => {
  const { db } = bank.database;
  const facilityId = await bank.facility(1_000_000n);
  const seen: unknown[] = [];
  const told: Promise<void>[] = [];
  const look = async (entity: string): Promise<void> => {
    const rows = await withOwner(db, (tx) =>
      tx.query('select state from servicing.drawdown where entity_id = $1 and facility_id = $2', [entity, facilityId]),
    );
    seen.push(rows);
  };
  const clock = settableClock('2036-01-01T00:00:00Z');
  const servicing = createServicing({
    db,
    clock,
    change: createChange({ db, clock }),
    onDrawdown: (entity) => void told.push(look(entity)),
  });
  await servicing.requestDrawdown(bank.session, facilityId, drawOf('told-of-1', 400_000n));
  await expect(servicing.requestDrawdown(bank.session, facilityId, drawOf('told-of-2', 900_000n))).rejects.toThrow();
  await Promise.all(told);
  expect(seen).toEqual([[{ state: 'reserved' }]]);
});

test('an order that cannot be written does not hold up the ones after it, and is told', async () => {
  const { db } = bank.database;
  const clock = settableClock('2036-01-01T00:00:00Z');
  const core: Payments = {
    collect: (order) => bank.core.collect(order),
    query: (sequence) => bank.core.query(sequence),
    pay: (order) => (order.purpose === '坏' ? Promise.reject(new RangeError('purpose')) : bank.core.pay(order)),
  };
  const servicing = createServicing({ db, clock, change: createChange({ db, clock }), payments: () => core });
  const facilityId = await bank.facility(1_000_000n);
  const draw = (key: string, purpose: string) => servicing.requestDrawdown(bank.session, facilityId, { ...drawOf(key, 100_000n), purpose });
  await draw('unwritable-1', '坏');
  const { drawdown_id: good } = await draw('unwritable-2', '购买化肥');
  await expect(servicing.payOpen(entityId)).rejects.toThrow(/^1 drawdowns of 320723 could not/);
  expect((await servicing.drawdown(bank.session, BigInt(good.slice(1)))).state).toBe('confirmed');
  await bank.servicing.payOpen(entityId);
});

test.each([
  ['购买化肥', true],
  ['购'.repeat(100), true],
  ['a | b @ c', true],
  ['购'.repeat(101), false],
  ['种植:第一行\n第二行', false],
  ['种植:a|@|b', false],
  ['a\u0000b', false],
])('a purpose of %j goes to the core bank: %s', (purpose, isTaken) => {
  expect(requestDrawdown.shape.purpose.safeParse(purpose).success).toBe(isTaken);
});

test.each([
  ['1', true],
  ['999999999', true],
  ['4999999999', true],
  ['5000000000', true],
  ['0', false],
  ['some text', false],
  ['5000000001', false],
])('a limit of %s fen is taken: %s', (limitFen, isTaken) => {
  expect(openFacility.shape.limit_fen.safeParse(limitFen).success).toBe(isTaken);
  expect(changeFacility.shape.limit_fen.safeParse(limitFen).success).toBe(isTaken);
});

describe('refusals of a draw, the first that applies', () => {
  const draw = (facilityId: bigint, amountFen: bigint, key: string, session = bank.session): Promise<string> =>
    codeOf(bank.servicing.requestDrawdown(session, facilityId, drawOf(key, amountFen)));

  test('facility_unknown, before all else, also for the neighbour', async () => {
    const facilityId = await bank.facility();
    expect([await draw(999_999n, 1n, 'unknown-1'), await draw(facilityId, 1n, 'unknown-2', bank.neighbour)]).toEqual([
      'facility_unknown',
      'facility_unknown',
    ]);
  });

  test('facility_not_active, facility_out_of_date, facility_used, over_limit, plan_impossible', async () => {
    const facilityId = await bank.facility(1_000_000n, 'single_use');
    const set = (columns: string): Promise<unknown> =>
      withOwner(bank.database.db, (tx) => tx.query(`update servicing.facility set ${columns} where facility_id = $1`, [facilityId]));
    await set(`state = 'frozen', valid_from = '2026-02-01', used_fen = 1`);
    expect(await draw(facilityId, 9_000_000n, 'order-1')).toBe('facility_not_active');
    await set(`state = 'active'`);
    expect(await draw(facilityId, 9_000_000n, 'order-2')).toBe('facility_out_of_date');
    await set(`valid_from = '2026-01-15'`);
    expect(await draw(facilityId, 9_000_000n, 'order-3')).toBe('facility_used');
    await set('used_fen = 0');
    expect(await draw(facilityId, 9_000_000n, 'order-4')).toBe('over_limit');
    expect(await draw(facilityId, 1_000_000n, 'order-5')).toBe('done');
    await bank.servicing.payOpen(entityId);
  });

  test('a new facility, and one that is proposed: not_open, person_unknown, dates_reversed, facility_out_of_date', async () => {
    const open = async (change: object, session = bank.session): Promise<unknown> => {
      const request = {
        key: `open-${JSON.stringify(change)}-${session.entityId}`.replaceAll(/\W/g, '-'),
        person_id: personId,
        product: '整村授信贷',
        kind: 'revolving' as const,
        limit_fen: '100',
        valid_from: firstDay,
        valid_to: '2027-01-15',
        ...change,
      };
      const proposal = { ...request, key: `propose-${request.key}`, reason: '老客户新增额度' };
      return [await codeOf(bank.servicing.openFacility(session, request)), await codeOf(bank.servicing.proposeFacility(session, proposal))];
    };
    const nobody = { person_id: 'P00000000000ffff' };
    const over = { valid_from: '2025-01-15', valid_to: '2026-01-14' };
    const backwards = { valid_from: '2026-01-14', valid_to: '2026-01-14' };
    const both = (code: string) => [code, code];
    expect(await open({ ...nobody, ...over }, { ...bank.session, entityId: '320799' })).toEqual(both('not_open'));
    expect(await open({ ...nobody, ...backwards })).toEqual(both('person_unknown'));
    expect(await open({}, bank.neighbour)).toEqual(both('person_unknown'));
    expect(await open(backwards)).toEqual(both('dates_reversed'));
    expect(await open(over)).toEqual(both('facility_out_of_date'));
    expect(await open({ ...over, valid_to: firstDay })).toEqual(both('done'));
  });

  test('not_open for an entity that has not begun', async () => {
    expect(await draw(1n, 1n, 'not-open-1', { ...bank.session, entityId: '320799' })).toBe('not_open');
  });
});

describe('a key', () => {
  test('does a thing once, answers it again, and is refused for anything else', async () => {
    const loanId = await bank.loan();
    const pay = (amount: string): Promise<unknown> =>
      bank.servicing.repay(bank.session, loanId, { key: 'pay-once-0001', amount_fen: amount, prepayment: 'lower', payer: 'borrower' });
    const answers = await Promise.all(Array.from({ length: 6 }, () => pay('100000')));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await rowOf('loan', loanId)).toMatchObject({ normal_principal_fen: 9_900_000n });
    expect(await codeOf(pay('100001'))).toBe('key_reused');
    expect(
      await codeOf(bank.servicing.repay(bank.session, loanId + 1_000n, { key: 'pay-once-0001', amount_fen: '100000', payer: 'borrower' })),
    ).toBe('key_reused');
  });
});

describe('a repayment', () => {
  test('previewed is the repayment made, and leaves nothing', async () => {
    const loanId = await bank.loan();
    const request = { amount_fen: '2500000', prepayment: 'shorten', payer: 'borrower' } as const;
    const preview = await bank.servicing.previewRepayment(bank.session, loanId, request);
    expect(await rowOf('loan', loanId)).toMatchObject({ normal_principal_fen: 10_000_000n });
    const { event_id: _event, ...made } = await bank.servicing.repay(bank.session, loanId, { key: 'previewed-1', ...request });
    const { instalments, ...foreseen } = preview;
    expect(made).toEqual(foreseen);
    const page = await bank.servicing.loan(bank.session, loanId);
    expect(page.instalments).toEqual(instalments);
    expect(instalments.length).toBeLessThan(12);
  });

  test('reversed puts everything back: balances, plan, use of the limit, ledger', async () => {
    const loanId = await bank.loan(4_000_000n);
    const before = await bank.servicing.loan(bank.session, loanId);
    const facilityBefore = await rowOf('facility', BigInt(before.facility_id.slice(1)));
    const paid = await bank.servicing.repay(bank.session, loanId, {
      key: 'reversed-1',
      amount_fen: '4000000',
      prepayment: 'lower',
      payer: 'third_party',
    });
    expect(paid.after.state).toBe('settled');
    const event = BigInt(paid.event_id.slice(1));
    await bank.servicing.reverse(bank.session, loanId, event, { key: 'reversal-1', reason: '误操作' });
    const { events: _after, ...after } = await bank.servicing.loan(bank.session, loanId);
    const { events: _before, ...was } = before;
    expect(after).toEqual(was);
    expect(await rowOf('facility', BigInt(before.facility_id.slice(1)))).toEqual(facilityBefore);
    const { columns, postings } = await ledgerOf(loanId);
    expect(postings).toEqual(columns);
    expect(await codeOf(bank.servicing.reverse(bank.session, loanId, event, { key: 'reversal-2', reason: '再次冲正' }))).toBe(
      'not_reversible',
    );
    expect(await codeOf(bank.servicing.reverse(bank.session, loanId, event + 100_000n, { key: 'reversal-3', reason: '没有的交易' }))).toBe(
      'event_unknown',
    );
  });

  test('of a loan out of scope is loan_unknown; what the loan refuses comes through', async () => {
    const loanId = await bank.loan();
    const pay = (session: typeof bank.session, id: bigint, key: string): Promise<string> =>
      codeOf(bank.servicing.repay(session, id, { key, amount_fen: '100', payer: 'borrower' }));
    expect(await pay(bank.neighbour, loanId, 'scope-0001')).toBe('loan_unknown');
    expect(await pay(bank.session, 999_999n, 'scope-0002')).toBe('loan_unknown');
    expect(await pay(bank.session, loanId, 'scope-0003')).toBe('nothing_due');
    expect(await codeOf(bank.servicing.loan(bank.neighbour, loanId))).toBe('loan_unknown');
    expect((await bank.servicing.loans(bank.neighbour, { limit: 50 })).items).toEqual([]);
    expect(await codeOf(bank.servicing.drawdown(bank.session, 999_999n))).toBe('drawdown_unknown');
  });
});

describe('the end of day', () => {
  test('closes each day once, never backwards, and the ledger stands with the loans', { timeout: 120_000 }, async () => {
    const bank2 = await openSampleBank();
    const outer = bank;
    bank = bank2;
    try {
      const payer = await bank.loan(10_000_000n);
      const idler = await bank.loan(6_000_000n, { method: 'interest_only', day_count: 'actual/360', grace_days: 3 });
      expect(await codeOf(bank.servicing.dayEnd(entityId, '2036-01-02'))).toBe('day_not_reached');
      const [first] = await bank.servicing.dayEnd(entityId, firstDay);
      expect(first).toMatchObject({ business_date: firstDay, loans: 2, was_closed: false });
      expect(await bank.servicing.dayEnd(entityId, firstDay)).toEqual([expect.objectContaining({ was_closed: true, loans: 0 })]);
      const rest = await bank.servicing.dayEnd(entityId, '2026-02-14', { chunk: 1 });
      expect(rest).toHaveLength(30);
      const due = await bank.servicing.loan(bank.session, payer);
      expect([due.business_date, due.due_fen]).toEqual(['2026-02-15', '849673']);
      await bank.servicing.repay(bank.session, payer, { key: 'first-due-1', amount_fen: '849673', payer: 'scheduled' });
      await bank.servicing.dayEnd(entityId, '2026-05-31');
      const late = await bank.servicing.loan(bank.session, idler);
      expect([late.days_past_due, late.is_accruing]).toEqual([105, false]);
      for (const loanId of [payer, idler]) {
        const { columns, postings } = await ledgerOf(loanId);
        expect(postings).toEqual(columns);
      }
      const trial = await bank.servicing.trialBalance(bank.session, undefined);
      expect(trial.business_date).toBe('2026-05-31');
      const sum = (field: 'debit_fen' | 'credit_fen' | 'balance_fen'): bigint =>
        trial.accounts.reduce((total, account) => total + BigInt(account[field]), 0n);
      expect([sum('balance_fen'), sum('debit_fen') - sum('credit_fen')]).toEqual([0n, 0n]);
      await bank.servicing.repay(bank.session, idler, {
        key: 'all-at-once',
        amount_fen: late.payoff_fen,
        prepayment: 'lower',
        payer: 'borrower',
      });
      const settled = await ledgerOf(idler);
      expect(settled.postings).toEqual(settled.columns);
      expect(Object.values(settled.columns as object).every((value) => value === '0')).toBe(true);
    } finally {
      bank = outer;
      await bank2.close();
    }
  });

  test('is asked for and done by a job; a day that is closed or has not come is refused', { timeout: 60_000 }, async () => {
    const { db } = bank.database;
    const clock = settableClock('2026-03-01T02:00:00Z');
    const jobs = createJobs({ db, log: pino({ level: 'silent' }) });
    const change = createChange({ db, clock });
    const servicing = createServicing({ db, clock, change, jobs });
    const own = { ...bank.session, entityId: '320799' };
    await servicing.begin(own.entityId, '2026-02-27');
    expect(await codeOf(servicing.askForDayEnd(own, '2026-02-26'))).toBe('day_closed');
    expect(await codeOf(servicing.askForDayEnd(own, '2026-03-02'))).toBe('day_not_reached');
    await jobs.start();
    try {
      await servicing.askForDayEnd(own, '2026-02-28');
      await expect
        .poll(async () => (await servicing.dayEnds(own)).days.map(({ business_date, state }) => `${business_date} ${state}`), {
          timeout: 30_000,
        })
        .toEqual(['2026-02-28 closed', '2026-02-27 closed']);
    } finally {
      await jobs.stop();
    }
  });

  test('and business at the same time: each loan passes each day once', { timeout: 120_000 }, async () => {
    const bank2 = await openSampleBank();
    const outer = bank;
    bank = bank2;
    try {
      const loans: bigint[] = [];
      for (let index = 0; index < 12; index += 1) loans.push(await bank.loan(1_000_000n, { method: 'revolving', day_count: 'actual/365' }));
      for (let day = 0; day < 8; day += 1) {
        const date = Temporal.PlainDate.from(firstDay).add({ days: day }).toString();
        const payments = loans.map((loanId, index) =>
          codeOf(
            bank.servicing.repay(bank.session, loanId, {
              key: `while-closing-${day}-${index}`,
              amount_fen: '10000',
              prepayment: 'lower',
              payer: 'borrower',
            }),
          ),
        );
        const [closed, ...paid] = await Promise.all([bank.servicing.dayEnd(entityId, date, { chunk: 3 }), ...payments]);
        expect(closed).toHaveLength(1);
        expect(new Set(paid)).toEqual(new Set(['done']));
      }
      for (const loanId of loans) {
        const loan = await rowOf('loan', loanId);
        expect(loan['accrued_to']).toBe('2026-01-23');
        const { columns, postings } = await ledgerOf(loanId);
        expect(postings).toEqual(columns);
        const nights = await withOwner(bank.database.db, (tx) =>
          tx.query<{ nights: number; voucher: bigint }>(
            `select count(*)::int as nights, voucher from servicing.posting where loan_id = $1 and act = 'accrue' group by voucher having count(*) > 1`,
            [loanId],
          ),
        );
        expect(nights).toEqual([]);
      }
    } finally {
      bank = outer;
      await bank2.close();
    }
  });
});

test('postings cannot be changed', async () => {
  await bank.loan();
  await expect(withOwner(bank.database.db, (tx) => tx.query('update servicing.posting set amount_fen = amount_fen + 1'))).rejects.toThrow(
    'only ever added',
  );
  await expect(withOwner(bank.database.db, (tx) => tx.query('delete from servicing.posting'))).rejects.toThrow('only ever added');
});
