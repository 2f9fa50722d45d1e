import { afterAll, beforeAll, expect, test } from 'vitest';
import { withOwner } from '#platform/postgres/index.ts';
import { openSampleBank } from '../sample-bank.ts';
import type { SampleBank } from '../sample-bank.ts';

let bank: SampleBank;
beforeAll(async () => void (bank = await openSampleBank()));
afterAll(() => bank.close());

const feeIncome = async (loanId: bigint): Promise<bigint> => {
  const [row] = await withOwner(bank.database.db, (tx) =>
    tx.query<{ fen: bigint }>(
      `select coalesce(sum(case '6021.01' when credit then amount_fen when debit then -amount_fen else 0 end), 0)::bigint as fen
       from servicing.posting where loan_id = $1`,
      [loanId],
    ),
  );
  return row?.fen ?? 0n;
};

test('a prepayment fee is previewed, charged first, income of the bank, and given back by a reversal', async () => {
  const loanId = await bank.loan(10_000_000n, { prepayment_fee_ppm: 10_000, interest_every: 3, interest_anchor: 'calendar' });
  const request = { amount_fen: '1010000', prepayment: 'lower', payer: 'borrower' } as const;
  const { instalments: _plan, ...preview } = await bank.servicing.previewRepayment(bank.session, loanId, request);
  expect(preview.allocation).toEqual([
    { balance: 'prepayment_fee', amount_fen: '10000', instalment: null },
    { balance: 'normal_principal', amount_fen: '1000000', instalment: null },
  ]);
  const { event_id, ...repaid } = await bank.servicing.repay(bank.session, loanId, { key: 'with-a-fee-1', ...request });
  expect(repaid).toEqual(preview);
  expect([repaid.after.normal_principal_fen, repaid.after.payoff_fen, await feeIncome(loanId)]).toEqual(['9000000', '9090000', 10_000n]);
  await bank.servicing.reverse(bank.session, loanId, BigInt(event_id.slice(1)), { key: 'fee-back-1', reason: '误操作' });
  expect(await feeIncome(loanId)).toBe(0n);
  const settled = await bank.servicing.repay(bank.session, loanId, {
    key: 'fee-settles-1',
    amount_fen: '10100000',
    prepayment: 'lower',
    payer: 'borrower',
  });
  expect([settled.after.state, await feeIncome(loanId)]).toEqual(['settled', 100_000n]);
});

test('interest by calendar quarter falls due on the agreed day of March', async () => {
  const loanId = await bank.loan(10_000_000n, {
    method: 'interest_only',
    interest_every: 3,
    interest_anchor: 'calendar',
    due_day: 21,
    day_count: 'actual/360',
  });
  const { instalments } = await bank.servicing.loan(bank.session, loanId);
  expect(instalments.map(({ due_date, interest_fen }) => `${due_date} ${interest_fen}`)).toEqual([
    '2026-03-21 65000',
    '2026-06-21 92000',
    '2026-09-21 92000',
    '2026-12-21 91000',
    '2027-01-15 25000',
  ]);
});
