/** Money that a borrower asks to repay: in every state that its order may come to, and everything that refuses it. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codeOf } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import { entityId, openSampleBank } from '../sample-bank.ts';
import type { SampleBank, Told } from '../sample-bank.ts';
import type { AskedRepayment } from './ask.ts';
import type { CollectionState } from './contract.ts';

let bank: SampleBank;
beforeEach(async () => void (bank = await openSampleBank()));
afterEach(() => bank.close());

const midMonth = '2026-01-25';
const after = (day: string, days: number): string => Temporal.PlainDate.from(day).add({ days }).toString();
const own = { number: '6228480000003317', name: '王德成' };

let keys = 0;
const ask = (loanId: bigint, amountFen: bigint, changes: Partial<AskedRepayment> = {}, session = bank.session): Promise<bigint> =>
  withOwner(bank.database.db, (tx) =>
    bank.servicing.askCollection(tx, session, loanId, {
      key: `repay-early-${(keys += 1)}`,
      amountFen,
      prepayment: 'lower',
      account: own,
      ...changes,
    }),
  );

const pageOf = (loanId: bigint) => bank.servicing.loan(bank.session, loanId);
const payoffOf = async (loanId: bigint): Promise<bigint> => BigInt((await pageOf(loanId)).payoff_fen);
const ordersOf = async (loanId: bigint) => (await bank.servicing.collections(bank.session, loanId)).items.toReversed();

/** A loan in the middle of its first month, nothing due. */
async function running(draw: Parameters<SampleBank['loan']>[2] = {}): Promise<bigint> {
  const loanId = await bank.loan(10_000_000n, {}, draw);
  await bank.servicing.dayEnd(entityId, after(midMonth, -1));
  return loanId;
}

test('the whole debt as it was quoted is taken from the own account and settles the loan', async () => {
  const loanId = await running();
  const quoted = await payoffOf(loanId);
  const order = await ask(loanId, quoted);
  expect(await bank.servicing.collect(entityId, order)).toBe('collected');
  const [booked] = [...bank.core.booked.values()].filter(({ sequence }) => sequence.startsWith('QC'));
  expect(booked).toMatchObject({ amountFen: quoted, account: own.number, accountName: own.name });
  expect(await pageOf(loanId)).toMatchObject({ state: 'settled', payoff_fen: '0' });
  const [event] = (await pageOf(loanId)).events;
  expect(event).toMatchObject({ kind: 'repayment', amount_fen: String(quoted), business_date: midMonth });
  expect(await ordersOf(loanId)).toEqual([expect.objectContaining({ state: 'collected', is_asked: true, core_date: midMonth })]);
});

test('a part does what the same repayment at the counter does', async () => {
  const [asked, twin] = [await bank.loan(10_000_000n), await running()];
  for (const prepayment of ['shorten', 'lower'] as const) {
    expect(await bank.servicing.collect(entityId, await ask(asked, 1_000_000n, { prepayment }))).toBe('collected');
    await bank.servicing.repay(bank.session, twin, { key: `counter-${prepayment}`, amount_fen: '1000000', payer: 'borrower', prepayment });
  }
  const [page, other] = [await pageOf(asked), await pageOf(twin)];
  expect(page.instalments).toEqual(other.instalments);
  expect(page.payoff_fen).toBe(other.payoff_fen);
});

test('a server that dies between sending and the answer finds the order taken, and books it once', async () => {
  const loanId = await running();
  const order = await ask(loanId, await payoffOf(loanId));
  const collect = bank.core.collect.bind(bank.core);
  bank.core.collect = async (sent) => {
    await collect(sent);
    throw new Error('the server ended');
  };
  await expect(bank.servicing.collect(entityId, order)).rejects.toThrow('the server ended');
  expect((await ordersOf(loanId))[0]?.state).toBe('sent');
  bank.core.collect = collect;
  await bank.servicing.collectOpen(entityId);
  expect(await ordersOf(loanId)).toEqual([expect.objectContaining({ state: 'collected' })]);
  expect((await pageOf(loanId)).state).toBe('settled');
  expect([...bank.core.booked.keys()].filter((sequence) => sequence.startsWith('QC')).length).toBe(1);
});

interface Ending {
  /** What the core does with the order, and what it then is. */
  readonly first: [Told[], CollectionState];
  /** Nights that pass, with what the core answers in them. */
  readonly nights: [number, Told[]];
  readonly later: Told[];
  readonly ends: [CollectionState, string | null];
}

test.each<[string, Ending]>([
  ['taken at once', { first: [[], 'collected'], nights: [0, []], later: [], ends: ['collected', null] }],
  ['answer lost, found by asking', { first: [['lose_answer'], 'unknown'], nights: [0, []], later: [], ends: ['collected', null] }],
  ['request lost, sent again', { first: [['lose_request'], 'unknown'], nights: [0, []], later: [], ends: ['collected', null] }],
  [
    'three nights of silence: the quote of its day holds',
    {
      first: [['lose_answer'], 'unknown'],
      nights: [3, ['lose_answer', 'lose_answer', 'lose_answer']],
      later: [],
      ends: ['collected', null],
    },
  ],
  [
    'no money in the account',
    {
      first: [['short'], 'failed'],
      nights: [0, []],
      later: [],
      ends: ['failed', 'insufficient_balance: 账户余额不足'],
    },
  ],
  [
    'lost, and refused when it was sent again a night later',
    {
      first: [['lose_request'], 'unknown'],
      nights: [1, ['lose_answer']],
      later: ['book', 'short'],
      ends: ['failed', 'insufficient_balance: 账户余额不足'],
    },
  ],
  [
    'taken and taken back at the core',
    { first: [['lose_answer'], 'unknown'], nights: [0, []], later: ['reversed'], ends: ['failed', 'reversed by R1'] },
  ],
  ['core not reached: kept for the day', { first: [['not_sent'], 'planned'], nights: [0, []], later: [], ends: ['collected', null] }],
  [
    'core not reached until the day is over: given up with its quote',
    { first: [['not_sent'], 'planned'], nights: [1, ['not_sent']], later: [], ends: ['failed', 'not_sent_on_its_day'] },
  ],
])('%s', async (_name, { first, nights, later, ends }) => {
  const loanId = await running();
  const quoted = await payoffOf(loanId);
  const order = await ask(loanId, quoted);
  bank.core.script = [...first[0]];
  expect(await bank.servicing.collect(entityId, order)).toBe(first[1]);
  bank.core.script = [...nights[1]];
  for (let night = 0; night < nights[0]; night += 1) await bank.servicing.dayEnd(entityId, after(midMonth, night));
  bank.core.script = [...later];
  for (let round = 0; round < 2; round += 1) await bank.servicing.collectOpen(entityId);
  expect(await ordersOf(loanId)).toEqual([expect.objectContaining({ state: ends[0], reason: ends[1] })]);
  const taken = [...bank.core.booked.values()].filter(({ sequence }) => sequence.startsWith('QC'));
  const isTaken = ends[0] === 'collected';
  // What was taken back stands in the core's book too.
  expect(taken.map(({ amountFen }) => amountFen)).toEqual(isTaken || later.includes('reversed') ? [quoted] : []);
  const page = await pageOf(loanId);
  expect([page.state, page.accrued_to]).toEqual([isTaken ? 'settled' : 'active', isTaken ? page.accrued_to : after(midMonth, nights[0])]);
  expect(page.events.filter(({ kind }) => kind === 'repayment').length).toBe(isTaken ? 1 : 0);
});

describe('is asked for once', () => {
  test('the same key is the same order, of two at once too; other content is refused', async () => {
    const loanId = await running();
    const key = 'the-same-key';
    const both = await Promise.all([ask(loanId, 500_000n, { key }), ask(loanId, 500_000n, { key })]);
    expect(both[0]).toBe(both[1]);
    expect(await Promise.all([bank.servicing.collect(entityId, both[0]), bank.servicing.collect(entityId, both[1])])).toEqual([
      'collected',
      'collected',
    ]);
    expect(await ask(loanId, 500_000n, { key })).toBe(both[0]);
    expect(await codeOf(ask(loanId, 600_000n, { key }))).toBe('key_reused');
    expect((await ordersOf(loanId)).length).toBe(1);
  });

  test('while another order of the loan is open, and its own is, nothing else is begun', async () => {
    const loanId = await running();
    const order = await ask(loanId, 500_000n);
    expect(await codeOf(ask(loanId, 500_000n))).toBe('collection_under_way');
    bank.core.script = ['lose_answer'];
    expect(await bank.servicing.collect(entityId, order)).toBe('unknown');
    expect(await codeOf(ask(loanId, 500_000n))).toBe('collection_under_way');
    const counter = { key: 'at-the-counter', amount_fen: '100', payer: 'borrower', prepayment: 'lower' } as const;
    expect(await codeOf(bank.servicing.repay(bank.session, loanId, counter))).toBe('collection_under_way');
    expect(await bank.servicing.collect(entityId, order)).toBe('collected');
    expect(await codeOf(ask(loanId, 500_000n))).toBe('done');
  });

  test('an order of the day’s plan goes first', async () => {
    const loanId = await bank.loan(10_000_000n, {}, { auto_debit: true });
    await bank.servicing.dayEnd(entityId, '2026-02-14');
    expect(await codeOf(ask(loanId, 5_000_000n))).toBe('collection_under_way');
    await bank.servicing.collectOpen(entityId);
    const order = await ask(loanId, 5_000_000n);
    expect(await bank.servicing.collect(entityId, order)).toBe('collected');
    expect((await ordersOf(loanId)).map(({ business_date, is_asked, state }) => [business_date, is_asked, state])).toEqual([
      ['2026-02-15', false, 'collected'],
      ['2026-02-15', true, 'collected'],
    ]);
    // The board of the day counts what its plan takes.
    expect(await bank.servicing.collectionTotals(bank.session)).toMatchObject({ collected: { collections: 1 } });
  });

  test('what somebody pays in between leaves an order unsent that the loan would not take any more', async () => {
    const loanId = await running();
    const quoted = await payoffOf(loanId);
    const order = await ask(loanId, quoted);
    await bank.servicing.repay(bank.session, loanId, {
      key: 'counter-first',
      amount_fen: '1000000',
      payer: 'borrower',
      prepayment: 'lower',
    });
    expect(await bank.servicing.collect(entityId, order)).toBe('failed');
    expect(await ordersOf(loanId)).toEqual([expect.objectContaining({ reason: 'more_than_owed' })]);
    expect([...bank.core.booked.keys()].filter((sequence) => sequence.startsWith('QC'))).toEqual([]);
  });
});

describe('is refused', () => {
  test('for what is not there, and for what the loan does not take', async () => {
    const loanId = await running();
    const refusals = await Promise.all(
      [
        ask(loanId, 100n, {}, { ...bank.session, entityId: '320799' }),
        ask(loanId, 100n, {}, bank.neighbour),
        ask(999_999n, 100n),
        ask(loanId, 900_000_000n),
        ask(loanId, 100n, { prepayment: null }),
        ask(loanId, 1n),
      ].map(codeOf),
    );
    expect(refusals).toEqual(['not_open', 'loan_unknown', 'loan_unknown', 'more_than_owed', 'nothing_due', 'prepayment_too_small']);
    expect(await ordersOf(loanId)).toEqual([]);
  });

  test('without an account: the loan’s own serves only while it may be collected from', async () => {
    // Paid to a seller: that account is not the borrower's.
    const entrusted = await running({ auto_debit: false, account: '6228480000009999', account_name: '灌云农资公司' });
    const request = { key: 'no-account', amountFen: 500_000n, prepayment: 'lower' } as const;
    const without = (loanId: bigint, key: string): Promise<bigint> =>
      withOwner(bank.database.db, (tx) => bank.servicing.askCollection(tx, bank.session, loanId, { ...request, key }));
    expect(await codeOf(without(entrusted, 'no-account-1'))).toBe('mandate_unknown');
    const collected = await bank.loan(10_000_000n, {}, { auto_debit: true });
    expect(await bank.servicing.collect(entityId, await without(collected, 'no-account-2'))).toBe('collected');
    expect([...bank.core.booked.values()].at(-1)).toMatchObject({ account: '6228480000000001', accountName: '测试' });
  });
});

test('the limit of a revolving facility is free again when its loan is settled early', async () => {
  const loanId = await running();
  const { facility_id } = await pageOf(loanId);
  await bank.servicing.collect(entityId, await ask(loanId, await payoffOf(loanId)));
  expect(await bank.servicing.facility(bank.session, BigInt(facility_id.slice(1)))).toMatchObject({ used_fen: '0', reserved_fen: '0' });
});
