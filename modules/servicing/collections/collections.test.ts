import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createChange } from '#modules/change/index.ts';
import { settableClock } from '#platform/clock/index.ts';
import { codeOf } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import { createServicing } from '../index.ts';
import { entityId, openSampleBank } from '../sample-bank.ts';
import type { SampleBank, Told } from '../sample-bank.ts';
import { mayBecome, transitions } from './collection.ts';
import type { CollectionAct } from './collection.ts';
import { collectionStates } from './contract.ts';
import type { CollectionState } from './contract.ts';

let bank: SampleBank;
beforeEach(async () => void (bank = await openSampleBank()));
afterEach(() => bank.close());

const dueDay = '2026-02-15';
const dueFen = 849_673n;
const after = (day: string, days: number): string => Temporal.PlainDate.from(day).add({ days }).toString();

const query = <Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> =>
  withOwner(bank.database.db, (tx) => tx.query<Row>(sql, values));

/** A loan as it stands, and what has been posted for it in all, whatever the day. */
async function standing(loanId: bigint): Promise<unknown> {
  const [loan] = await query<Record<string, unknown>>('select * from servicing.loan where loan_id = $1', [loanId]);
  const { loan_id: _loan, facility_id: _facility, opened_at: _opened, ...columns } = loan ?? {};
  const lines = await query(
    'select number, state, unpaid_principal_fen, unpaid_interest_fen, due_date from servicing.instalment where loan_id = $1 order by number',
    [loanId],
  );
  const posted = await query(
    'select act, debit, credit, sum(amount_fen)::text as fen from servicing.posting where loan_id = $1 group by 1, 2, 3 order by 1, 2, 3',
    [loanId],
  );
  return { columns, lines, posted };
}

const statesOf = async (loanId: bigint): Promise<string[]> => {
  const { items } = await bank.servicing.collections(bank.session, loanId);
  return items.toReversed().map(({ business_date, state }) => `${business_date} ${state}`);
};

const repay = (loanId: bigint, amountFen: bigint, key: string) =>
  bank.servicing.repay(bank.session, loanId, { key, amount_fen: String(amountFen), payer: 'borrower' });

/** A collected loan and its twin that nobody collects from, on the morning of their first due day. */
async function twins(terms: Parameters<SampleBank['loan']>[1] = {}): Promise<[collected: bigint, twin: bigint]> {
  const collected = await bank.loan(10_000_000n, terms, { auto_debit: true });
  const twin = await bank.loan(10_000_000n, terms);
  const [last] = (await bank.servicing.dayEnd(entityId, after(dueDay, -1))).slice(-1);
  expect(last).toMatchObject({ collections: 1, held: 0 });
  return [collected, twin];
}

test('goes from state to state as the table says and no other way', () => {
  const allowed = (Object.keys(transitions) as CollectionAct[]).flatMap((act) =>
    collectionStates.filter((state) => mayBecome(act, state)).map((state) => `${act} ${state}`),
  );
  expect(allowed).toEqual([
    'send planned',
    'send sent',
    'send unknown',
    'keep sent',
    'lose sent',
    'lose unknown',
    'book sent',
    'book unknown',
    'fail planned',
    'fail sent',
    'fail unknown',
  ]);
});

interface Story {
  /** What the core does at the first attempt, and what it then is. */
  readonly first: [Told[], CollectionState];
  /** What it does when the end of day asks, how many nights are closed so, and how many loans wait then. */
  readonly night: [Told[], nights: number, held: number];
  /** When the core is asked afterwards. */
  readonly later: Told[];
  /** Collections after all of it, and the day on which the twin is paid by hand; null when it is not. */
  readonly ends: [states: string[], twinPaid: number | null];
}

test.each<[string, Story]>([
  ['taken at once', { first: [[], 'collected'], night: [[], 1, 0], later: [], ends: [['2026-02-15 collected'], 0] }],
  [
    'answer lost, found by the end of day',
    { first: [['lose_answer'], 'unknown'], night: [[], 1, 0], later: [], ends: [['2026-02-15 collected'], 0] },
  ],
  [
    'answer lost, and the question of the end of day too: the loan waits and counts on its day',
    { first: [['lose_answer'], 'unknown'], night: [['lose_answer'], 1, 1], later: [], ends: [['2026-02-15 collected'], 0] },
  ],
  [
    'four nights of silence',
    {
      first: [['lose_answer'], 'unknown'],
      night: [['lose_answer', 'lose_answer', 'not_sent', 'lose_answer'], 4, 1],
      later: ['lose_answer'],
      ends: [['2026-02-15 collected'], 0],
    },
  ],
  [
    'request lost, sent again after the night under the same sequence',
    { first: [['lose_request'], 'unknown'], night: [['lose_answer'], 1, 1], later: [], ends: [['2026-02-15 collected'], 0] },
  ],
  [
    'no money that day, and some the next',
    { first: [['short'], 'failed'], night: [[], 1, 0], later: [], ends: [['2026-02-15 failed', '2026-02-16 collected'], 1] },
  ],
  [
    'request lost, no money when it is sent again: the night passes late',
    {
      first: [['lose_request'], 'unknown'],
      night: [['lose_answer', 'lose_answer'], 2, 1],
      later: ['book', 'short'],
      ends: [['2026-02-15 failed'], null],
    },
  ],
  ['connection not made', { first: [['not_sent'], 'planned'], night: [[], 1, 0], later: [], ends: [['2026-02-15 collected'], 0] }],
  [
    'never sent on its day',
    { first: [['not_sent'], 'planned'], night: [['not_sent'], 1, 0], later: [], ends: [['2026-02-15 failed', '2026-02-16 collected'], 1] },
  ],
  ['refused for the day', { first: [['day_end'], 'planned'], night: [[], 1, 0], later: [], ends: [['2026-02-15 collected'], 0] }],
  [
    'refused for the day after an attempt that was lost: it may still come',
    { first: [['lose_request'], 'unknown'], night: [['book', 'day_end'], 1, 1], later: [], ends: [['2026-02-15 collected'], 0] },
  ],
  [
    'a sequence that the core says it knows: only its book can tell',
    { first: [['reused'], 'unknown'], night: [['lose_answer'], 1, 1], later: [], ends: [['2026-02-15 collected'], 0] },
  ],
  [
    'taken and taken back at the core',
    {
      first: [['lose_answer'], 'unknown'],
      night: [['reversed'], 1, 0],
      later: [],
      ends: [['2026-02-15 failed', '2026-02-16 collected'], 1],
    },
  ],
  [
    'account closed',
    { first: [['reject'], 'failed'], night: [[], 1, 0], later: ['reject'], ends: [['2026-02-15 failed', '2026-02-16 failed'], null] },
  ],
])('%s: once or not at all, as if paid on its day', { timeout: 60_000 }, async (_name, { first, night, later, ends }) => {
  const [collected, twin] = await twins();
  const before = bank.core.booked.size;
  const payTwin = async (day: number): Promise<void> => {
    if (day === ends[1]) await repay(twin, BigInt((await bank.servicing.loan(bank.session, twin)).due_fen), 'twin-paid-1');
  };
  await payTwin(0);
  bank.core.script = [...first[0]];
  await bank.servicing.collectOpen(entityId);
  expect(await statesOf(collected)).toEqual([`${dueDay} ${first[1]}`]);
  bank.core.script = [...night[0]];
  const reports = [];
  for (let day = 0; day < night[1]; day += 1) {
    reports.push(...(await bank.servicing.dayEnd(entityId, after(dueDay, day))));
    await payTwin(day + 1);
  }
  expect(reports.map(({ held }) => held)).toEqual(Array.from({ length: night[1] }, () => night[2]));
  bank.core.script = [...later];
  for (let round = 0; round < 3; round += 1) await bank.servicing.collectOpen(entityId);
  expect(await statesOf(collected)).toEqual(ends[0]);
  const taken = ends[0].filter((state) => state.endsWith('collected')).length;
  // A booking that was taken back stands in the core's book too.
  expect(bank.core.booked.size - before - (night[0].includes('reversed') ? 1 : 0)).toBe(taken);
  expect(await standing(collected)).toEqual(await standing(twin));
  const repayments = await query('select 1 from servicing.event where loan_id = $1 and kind = $2', [collected, 'repayment']);
  expect(repayments.length).toBe(taken);
});

test(
  'what waits for a month is billed, repriced and subsidised when the answer comes, as if it had not waited',
  { timeout: 120_000 },
  async () => {
    await query(`insert into servicing.lpr values ($1, '2026-01-01', 30000, 35000), ($1, '2026-02-20', 20000, 25000)`, [entityId]);
    const [collected, twin] = await twins({ subsidy_ppm: 10_000, grace_days: 2 });
    await query(`update servicing.loan set reprice_every = 'january', lpr_spread_ppm = 6000, reprice_on = '2026-03-01'`);
    const [{ due_fen }] = [await bank.servicing.loan(bank.session, twin)];
    await repay(twin, BigInt(due_fen), 'twin-paid-month');
    bank.core.script = ['lose_answer'];
    await bank.servicing.collectOpen(entityId);
    bank.core.isAway = true;
    const reports = await bank.servicing.dayEnd(entityId, '2026-03-20');
    expect(new Set(reports.map(({ held }) => held))).toEqual(new Set([1]));
    bank.core.isAway = false;
    await bank.servicing.collectOpen(entityId);
    expect(await standing(collected)).toEqual(await standing(twin));
    const subsidised = await query('select 1 from servicing.subsidy where loan_id = $1', [collected]);
    expect(subsidised.length).toBe(2);
  },
);

describe('while an order may have left', () => {
  test('everything else is refused, after not_open, key_reused and loan_unknown, before what the loan refuses', async () => {
    const [collected] = await twins();
    await repay(collected, 1n, 'paid-before-it');
    bank.core.script = ['lose_answer'];
    await bank.servicing.collectOpen(entityId);
    const { servicing, session, neighbour } = bank;
    const body = { amount_fen: '999999999', payer: 'borrower' } as const;
    const [event] = (await servicing.loan(session, collected)).events;
    const eventId = BigInt(event?.event_id.slice(1) ?? '');
    const refusals = await Promise.all(
      [
        servicing.repay({ ...session, entityId: '320799' }, collected, { key: 'elsewhere-1', ...body }),
        servicing.repay(session, collected, { key: 'paid-before-it', ...body }),
        servicing.repay(neighbour, collected, { key: 'neighbour-1', ...body }),
        servicing.repay(session, collected, { key: 'under-way-1', ...body }),
        servicing.previewRepayment(session, collected, body),
        servicing.recover(session, collected, { key: 'under-way-2', amount_fen: '1' }),
        servicing.reverse(session, collected, eventId, { key: 'under-way-3', reason: '误操作' }),
        servicing.proposeAmendment(session, collected, { kind: 'waiver', reason: '减免罚息' }),
        servicing.proposeReversal(session, collected, eventId, '误操作'),
      ].map(codeOf),
    );
    expect(refusals).toEqual(['not_open', 'key_reused', 'loan_unknown', ...Array.from({ length: 6 }, () => 'collection_under_way')]);
    await bank.servicing.collectOpen(entityId);
    expect(await codeOf(repay(collected, 1n, 'under-way-1'))).toBe('nothing_due');
    const [taken] = (await servicing.loan(session, collected)).events;
    expect(taken).toMatchObject({ kind: 'repayment', amount_fen: String(dueFen - 1n) });
    expect(
      await codeOf(servicing.reverse(session, collected, BigInt(taken?.event_id.slice(1) ?? ''), { key: 'give-back-1', reason: '误操作' })),
    ).toBe('not_reversible');
  });

  test.each([
    ['a part', 300_000n, ['2026-02-15 collected'], dueFen - 300_000n],
    ['all of it', dueFen, ['2026-02-15 failed'], 0n],
  ] as const)('before that, %s may be paid at the counter, and the order takes the rest', async (_name, paid, states, taken) => {
    const [collected] = await twins();
    await repay(collected, paid, 'at-the-counter');
    await bank.servicing.collectOpen(entityId);
    const { items } = await bank.servicing.collections(bank.session, collected);
    expect([await statesOf(collected), items[0]?.reason, (await bank.servicing.loan(bank.session, collected)).due_fen]).toEqual([
      states,
      taken === 0n ? 'nothing_due' : null,
      '0',
    ]);
    const orders = [...bank.core.booked.values()].filter(({ sequence }) => sequence.startsWith('QC'));
    expect(orders.map(({ amountFen }) => amountFen)).toEqual(taken === 0n ? [] : [taken]);
  });
});

test('the day’s collections are counted by their end, and the loans behind them listed', { timeout: 60_000 }, async () => {
  const none = { collections: 0, amount_fen: '0' };
  const [collected] = await twins();
  const all = await bank.loan(10_000_000n, {}, { auto_debit: true });
  const totals = () => bank.servicing.collectionTotals(bank.session);
  const loansThat = async (collection: 'failed' | 'collected') =>
    (await bank.servicing.loans(bank.session, { limit: 50, collection })).items.map(({ loan_id }) => loan_id);
  expect(await totals()).toEqual({ as_of: dueDay, failed: none, waiting: { collections: 1, amount_fen: String(dueFen) }, collected: none });
  bank.core.script = ['short'];
  await bank.servicing.collectOpen(entityId);
  expect(await totals()).toEqual({ as_of: dueDay, failed: { collections: 1, amount_fen: String(dueFen) }, waiting: none, collected: none });
  expect([await loansThat('failed'), await loansThat('collected')]).toEqual([[`L${collected}`], []]);
  expect(await bank.servicing.collectionTotals(bank.neighbour)).toMatchObject({ failed: none });
  await bank.servicing.dayEnd(entityId, dueDay);
  await bank.servicing.collectOpen(entityId);
  expect(await totals()).toMatchObject({ as_of: after(dueDay, 1), failed: none, collected: { collections: 1 } });
  expect([await loansThat('failed'), await loansThat('collected')]).toEqual([[], [`L${collected}`]]);
  expect(await statesOf(all)).toEqual([]);
  const elsewhere = { ...bank.session, entityId: '320724' };
  expect(await codeOf(bank.servicing.collectionTotals(elsewhere))).toBe('not_open');
});

test('collecting is switched off and on, and not for a loan that has no account or is not there', async () => {
  const [collected, twin] = await twins();
  const { servicing, session, neighbour } = bank;
  const set = (loanId: bigint, auto_debit: boolean, who = session): Promise<string> =>
    codeOf(servicing.setAutoDebit(who, loanId, { auto_debit, reason: '客户申请' }));
  expect(await set(collected, false)).toBe('done');
  expect((await servicing.collections(session, collected)).auto_debit).toBe(false);
  await servicing.collectOpen(entityId);
  await servicing.dayEnd(entityId, dueDay);
  const [order] = (await servicing.collections(session, collected)).items;
  expect([await statesOf(collected), order?.reason, order?.account_masked]).toEqual([['2026-02-15 failed'], 'auto_debit_off', '****0001']);
  expect(await set(collected, true)).toBe('done');
  await servicing.dayEnd(entityId, '2026-02-16');
  await servicing.collectOpen(entityId);
  expect(await statesOf(collected)).toEqual(['2026-02-15 failed', '2026-02-17 collected']);
  await query('delete from servicing.mandate where loan_id = $1', [twin]);
  expect([await set(twin, true), await set(twin, true, neighbour), await set(twin, true, { ...session, entityId: '320799' })]).toEqual([
    'mandate_unknown',
    'loan_unknown',
    'not_open',
  ]);
  expect(await codeOf(servicing.collections(neighbour, collected))).toBe('loan_unknown');
  const { payoff_fen } = await servicing.loan(session, collected);
  await servicing.repay(session, collected, { key: 'settles-it', amount_fen: payoff_fen, prepayment: 'lower', payer: 'borrower' });
  expect(await set(collected, false)).toBe('not_active');
});

test('an order that cannot be taken on holds up neither the others nor the night, and is told', { timeout: 60_000 }, async () => {
  const [first] = await twins();
  const second = await bank.loan(1_000_000n, { months: 1, method: 'bullet' }, { auto_debit: true });
  await bank.servicing.dayEnd(entityId, after(dueDay, 27));
  await query('delete from servicing.collection');
  await bank.servicing.dayEnd(entityId, after(dueDay, 28));
  const broken = another({ breaks: first });
  await expect(broken.collectOpen(entityId)).rejects.toThrow('1 of 2 collections could not be taken a step on');
  expect((await statesOf(second)).at(-1)).toMatch(/ collected$/);
  const day = (await bank.servicing.businessDate(entityId)) ?? '';
  await expect(broken.dayEnd(entityId, day)).rejects.toThrow(`the days up to ${day} are closed`);
  expect(await bank.servicing.businessDate(entityId)).toBe(after(day, 1));
  expect((await bank.servicing.dayEnd(entityId, day))[0]).toMatchObject({ was_closed: true });
});

/** Another process of the same bank; `dies` says at which call of the core it does. */
function another(dies: { before?: boolean; after?: boolean; breaks?: bigint } = {}) {
  const { db } = bank.database;
  const clock = settableClock('2036-01-01T00:00:00Z');
  const died = (): never => {
    throw new Error('killed');
  };
  const payments = {
    ...bank.core,
    pay: (order: Parameters<typeof bank.core.pay>[0]) => bank.core.pay(order),
    query: (sequence: string) => bank.core.query(sequence),
    collect: async (order: Parameters<typeof bank.core.collect>[0]) => {
      if (dies.before || order.purpose.endsWith(`L${dies.breaks}`)) died();
      const answer = await bank.core.collect(order);
      return dies.after ? died() : answer;
    },
  };
  return createServicing({ db, clock, change: createChange({ db, clock }), payments: () => payments });
}

test.each([
  ['before its order left', { before: true }],
  ['after it was booked', { after: true }],
])('a process that ends %s leaves a question, and the next one takes the money once', { timeout: 60_000 }, async (_name, dies) => {
  const [collected, twin] = await twins();
  await expect(another(dies).collectOpen(entityId)).rejects.toMatchObject({ errors: [{ message: 'killed' }] });
  expect(await statesOf(collected)).toEqual([`${dueDay} sent`]);
  await repay(twin, dueFen, 'twin-paid-2');
  bank.core.isAway = true;
  await bank.servicing.dayEnd(entityId, dueDay);
  bank.core.isAway = false;
  await another().collectOpen(entityId);
  expect(await statesOf(collected)).toEqual([`${dueDay} collected`]);
  expect(await standing(collected)).toEqual(await standing(twin));
});

test(
  'several processes at once, beside the end of day: each order is taken once, each night passes once',
  { timeout: 120_000 },
  async () => {
    const loans: bigint[] = [];
    for (let index = 0; index < 12; index += 1) loans.push(await bank.loan(1_200_000n, {}, { auto_debit: true }));
    const twin = await bank.loan(1_200_000n);
    await bank.servicing.dayEnd(entityId, after(dueDay, -1));
    const { due_fen } = await bank.servicing.loan(bank.session, twin);
    await repay(twin, BigInt(due_fen), 'twin-paid-3');
    const before = bank.core.booked.size;
    bank.core.script = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? 'lose_answer' : 'lose_request'));
    const processes = [another(), another(), bank.servicing];
    await Promise.all([...processes.map((each) => each.collectOpen(entityId)), bank.servicing.dayEnd(entityId, dueDay, { chunk: 3 })]);
    await Promise.all([
      ...processes.map((each) => each.collectOpen(entityId)),
      bank.servicing.dayEnd(entityId, after(dueDay, 1), { chunk: 3 }),
    ]);
    for (let round = 0; round < 3; round += 1) await bank.servicing.collectOpen(entityId);
    const expected = await standing(twin);
    for (const loanId of loans) expect([await statesOf(loanId), await standing(loanId)]).toEqual([[`${dueDay} collected`], expected]);
    expect(bank.core.booked.size - before).toBe(12);
  },
);
