import { describe, expect, test } from 'vitest';
import { codeOf } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import { entityId, openSampleBank, secondOf } from '../sample-bank.ts';
import type { SampleBank } from '../sample-bank.ts';
import { closeRange } from './close.ts';
import { subsidyFen } from './subsidise.ts';

const reason = '与借款人协商一致';

test('a subsidy pays its part of each line, up to the borrower’s year', { timeout: 60_000 }, async () => {
  const own = await openSampleBank();
  try {
    // 10 million fen at 3.6 %: 30,000 a month, of which a third is the treasury's.
    const loanId = await own.loan(10_000_000n, { method: 'interest_only', subsidy_ppm: 12_000 });
    const bigger = await own.loan(200_000_000n, { method: 'interest_only', subsidy_ppm: 12_000 });
    const [day] = (await own.servicing.dayEnd(entityId, '2026-02-14')).slice(-1);
    expect(day?.subsidised).toBe(2);
    expect((await own.servicing.loan(own.session, loanId)).due_fen).toBe('20000');
    // 600,000 a month, a third of it 200,000; of the 300,000 of the year 290,000 were left.
    expect((await own.servicing.loan(own.session, bigger)).due_fen).toBe('400000');
    await own.servicing.dayEnd(entityId, '2026-03-14');
    const dues = await Promise.all(
      [loanId, bigger].map(async (id) => (await own.servicing.loan(own.session, id)).instalments[1]?.unpaid_interest_fen),
    );
    expect(dues).toEqual(['20000', '520000']);
    const [first] = (await own.servicing.postings(own.session, loanId, { limit: 500 })).items.filter(({ act }) => act === 'subsidise');
    expect(first).toMatchObject({ debit: '1221.02', credit: '1132.02', amount_fen: '10000' });
  } finally {
    await own.close();
  }
});

describe('a subsidy while the night of the loan is over and that of the bank is not', { timeout: 60_000 }, () => {
  /** Closes 14 February for every loan, as a chunk does; the end of day that goes on afterwards has not come to the subsidies. */
  const closeChunks = (own: SampleBank): Promise<void> =>
    withOwner(own.database.db, async (tx) => {
      await tx.query(`update servicing.business_day set open_date = '2026-02-15'`);
      await tx.query(
        `insert into servicing.day_end (entity_id, business_date, state, started_at) values ($1, '2026-02-14', 'running', '2026-02-15T00:00:00Z')`,
        [entityId],
      );
      await closeRange(tx, entityId, '2026-02-14', { from: 0n, to: 1_000_000n });
    });
  const openOnLastDay = async (...amounts: bigint[]): Promise<{ own: SampleBank; loans: bigint[] }> => {
    const own = await openSampleBank();
    const loans: bigint[] = [];
    for (const amount of amounts)
      loans.push(await own.loan(amount, { method: 'interest_only', subsidy_ppm: 12_000 }, { auto_debit: false }));
    await own.servicing.dayEnd(entityId, '2026-02-13');
    await closeChunks(own);
    return { own, loans };
  };
  const granted = async (own: SampleBank): Promise<bigint[]> => {
    const rows = await withOwner(own.database.db, (tx) =>
      tx.query<{ amount_fen: bigint }>('select amount_fen from servicing.subsidy order by loan_id, number'),
    );
    return rows.map(({ amount_fen }) => amount_fen);
  };

  test('is not lost to who pays at the counter, and given once', async () => {
    const { own, loans } = await openOnLastDay(10_000_000n);
    try {
      const [loanId = 0n] = loans;
      const paid = await own.servicing.repay(own.session, loanId, { key: 'in-the-window', amount_fen: '20000', payer: 'borrower' });
      expect(paid.after.due_fen).toBe('0');
      const [day] = await own.servicing.dayEnd(entityId, '2026-02-14');
      expect([day?.subsidised, await granted(own)]).toEqual([0, [10_000n]]);
    } finally {
      await own.close();
    }
  });

  test('comes before an order of the borrower, which is booked however late its answer is', async () => {
    const { own, loans } = await openOnLastDay(10_000_000n);
    try {
      const [loanId = 0n] = loans;
      const ask = (key: string, amountFen: bigint): Promise<bigint> =>
        withOwner(own.database.db, (tx) =>
          own.servicing.askCollection(tx, own.session, loanId, {
            key,
            amountFen,
            prepayment: null,
            account: { number: '6228480000000001', name: '测试' },
          }),
        );
      expect(await codeOf(ask('asked-for-all', 30_000n))).toBe('more_than_due');
      const order = await ask('asked-for-due', 20_000n);
      own.core.script = ['lose_answer'];
      expect(await own.servicing.collect(entityId, order)).toBe('unknown');
      own.core.isAway = true;
      const [day] = await own.servicing.dayEnd(entityId, '2026-02-14');
      expect([day?.subsidised, await granted(own)]).toEqual([0, [10_000n]]);
      own.core.isAway = false;
      expect(await own.servicing.collect(entityId, order)).toBe('collected');
      expect((await own.servicing.loan(own.session, loanId)).due_fen).toBe('0');
    } finally {
      await own.close();
    }
  });

  test('keeps to the borrower’s year when several loans are come to at once', async () => {
    const { own, loans } = await openOnLastDay(200_000_000n, 200_000_000n, 200_000_000n);
    try {
      const pay = (loanId: bigint): Promise<unknown> =>
        own.servicing.repay(own.session, loanId, { key: `at-once-${loanId}`, amount_fen: '100', payer: 'borrower' });
      const [first = 0n, second_ = 0n] = loans;
      await Promise.all([pay(first), pay(second_), own.servicing.dayEnd(entityId, '2026-02-14')]);
      const all = await granted(own);
      expect(all.reduce((sum, fen) => sum + fen, 0n)).toBe(300_000n);
    } finally {
      await own.close();
    }
  });
});

test.each([
  [30_000n, 36_000n, 12_000n, 0n, 10_000n],
  [30_001n, 36_000n, 12_000n, 0n, 10_000n],
  [30_000n, 36_000n, 12_000n, 295_000n, 5_000n],
  [30_000n, 36_000n, 12_000n, 300_000n, 0n],
  [30_000n, 10_000n, 12_000n, 0n, 30_000n],
  [0n, 0n, 12_000n, 0n, 0n],
])('of %i fen at %i ppm a subsidy of %i ppm after %i fen is %i', (interest, rate, part, granted, expected) => {
  expect(subsidyFen({ interestFen: interest, ratePpm: rate, former: null }, part, granted)).toBe(expected);
});

// One point on 100,000 yuan for 30 days is 83.33 yuan, whatever the loan bears and since when.
test.each([
  ['a rate that fell', 32_500n, 30_000n, 48_000n, 8_333n],
  ['a rate that rose', 32_500n, 48_000n, 30_000n, 8_333n],
  ['a rate that was less than the subsidy', 22_500n, 48_000n, 6_000n, 4_166n + 2_500n],
  ['a rate from nothing', 20_000n, 48_000n, 0n, 4_166n],
])('of interest at %s the subsidy is that of the days', (_name, interestFen, ratePpm, before, expected) => {
  const former = { ratePpm: before, balanceFen: 10_000_000n, days: 15, dayCount: '30/360' as const };
  expect(subsidyFen({ interestFen, ratePpm, former }, 10_000n, 0n)).toBe(expected);
});

test('a subsidised line that was repriced within its period', { timeout: 60_000 }, async () => {
  const own = await openSampleBank();
  try {
    const loanId = await own.loan(10_000_000n, { method: 'interest_only', subsidy_ppm: 10_000 });
    await own.servicing.dayEnd(entityId, '2026-01-29');
    await own.change.approve(
      secondOf(own),
      await own.servicing.proposeAmendment(own.session, loanId, { kind: 'rate', rate_ppm: 60_000, reason }),
      '同意',
    );
    await own.servicing.dayEnd(entityId, '2026-02-14');
    const { instalments, due_fen } = await own.servicing.loan(own.session, loanId);
    // 15 days at 3.6 % and 15 at 6 %: 400.00 yuan, of which one point is the treasury's.
    expect([instalments[0]?.interest_fen, due_fen]).toEqual(['40000', String(40_000 - 8_333)]);
  } finally {
    await own.close();
  }
});
