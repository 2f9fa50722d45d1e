import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeOf } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import { entityId, openSampleBank } from '../sample-bank.ts';
import type { SampleBank } from '../sample-bank.ts';
import { endsPeriod, periodBefore, periodEnd } from './period.ts';

let bank: SampleBank;
beforeAll(async () => void (bank = await openSampleBank()));
afterAll(() => bank.close());

test.each([
  ['2026-02-28', true, '2026-01-31'],
  ['2028-02-28', false, '2028-01-31'],
  ['2028-02-29', true, '2028-01-31'],
  ['2026-12-31', true, '2026-11-30'],
  ['2026-01-15', false, '2025-12-31'],
])('%s ends a period: %s; the one before ends on %s', (day, ends, before) => {
  expect([endsPeriod(day), periodBefore(day), periodEnd(day.slice(0, 7)) === day]).toEqual([ends, before, ends]);
});

const query = <Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> =>
  withOwner(bank.database.db, (tx) => tx.query<Row>(sql, values));

let keys = 0;
const pay = async (loanId: bigint, amountFen: bigint | 'due' | 'all'): Promise<bigint> => {
  const { due_fen, payoff_fen } = await bank.servicing.loan(bank.session, loanId);
  const amount = amountFen === 'due' ? due_fen : amountFen === 'all' ? payoff_fen : String(amountFen);
  const request = { key: `statement-${(keys += 1)}`, amount_fen: amount, prepayment: 'lower', payer: 'borrower' } as const;
  return BigInt((await bank.servicing.repay(bank.session, loanId, request)).event_id.slice(1));
};

/** What the ledger says of a loan at the end of a day, and what it accrued in a period. */
async function ledgerOf(loanId: bigint, from: string, to: string) {
  const [row] = await query<Record<string, string>>(
    `select coalesce(sum(sign * amount_fen) filter (where account in ('1303.01', '1303.02')), 0)::text as principal_fen,
       coalesce(sum(sign * amount_fen) filter (where account in ('1132.01', '1132.02', '7011.01', '7011.02')), 0)::text as interest_fen,
       coalesce(sum(sign * amount_fen) filter (where account in ('1132.03', '7011.03')), 0)::text as penalty_fen,
       coalesce(sum(sign * amount_fen) filter (where account in ('1132.04', '7011.04')), 0)::text as compound_fen,
       coalesce(sum(sign * amount_fen) filter (where account = '1221.01'), 0)::text as costs_fen
     from (select business_date, debit as account, 1 as sign, amount_fen from servicing.posting where loan_id = $1
           union all select business_date, credit, -1, amount_fen from servicing.posting where loan_id = $1) side where business_date <= $2`,
    [loanId, to],
  );
  const [accrued] = await query<Record<string, string>>(
    `select coalesce(sum(amount_fen) filter (where debit in ('1132.01', '7011.01')), 0)::text as interest_fen,
       coalesce(sum(amount_fen) filter (where debit in ('1132.03', '7011.03')), 0)::text as penalty_fen,
       coalesce(sum(amount_fen) filter (where debit in ('1132.04', '7011.04')), 0)::text as compound_fen
     from servicing.posting where loan_id = $1 and act = 'accrue' and business_date between $2 and $3`,
    [loanId, from, to],
  );
  return { closing: row, accrued };
}

test(
  'each loan with anything in a month has one statement that follows on the last one and is the ledger',
  { timeout: 240_000 },
  async () => {
    const payer = await bank.loan();
    const idler = await bank.loan(6_000_000n, { method: 'interest_only', day_count: 'actual/360', grace_days: 3 });
    const early = await bank.loan(8_000_000n, { prepayment_fee_ppm: 10_000 });
    const short = await bank.loan(2_000_000n, { method: 'bullet', months: 6 });
    await bank.servicing.dayEnd(entityId, '2026-01-30', { chunk: 1 });
    const taken = await pay(short, 'all');
    await bank.servicing.reverse(bank.session, short, taken, { key: 'statement-back', reason: '误操作' });
    await bank.servicing.dayEnd(entityId, '2026-02-14', { chunk: 2 });
    await pay(payer, 'due');
    await pay(early, 2_000_000n);
    await bank.servicing.dayEnd(entityId, '2026-03-02');
    await pay(short, 'all');
    await bank.servicing.dayEnd(entityId, '2026-05-30', { chunk: 1 });
    await pay(idler, 100_000n);
    // Beside business on the day: whichever comes first, the month has its statement once.
    await Promise.all([bank.servicing.dayEnd(entityId, '2026-05-31', { chunk: 1 }), pay(payer, 'due'), pay(early, 'all')]);
    await bank.servicing.dayEnd(entityId, '2026-06-30');
    await bank.servicing.dayEnd(entityId, '2026-06-30');

    const months = ['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30', '2026-05-31', '2026-06-30'];
    for (const loanId of [payer, idler, early, short]) {
      const statements = (await bank.servicing.statements(bank.session, loanId)).toReversed();
      let before = {
        period_to: '2026-01-14',
        closing: { principal_fen: '0', interest_fen: '0', penalty_fen: '0', compound_fen: '0', costs_fen: '0' },
      };
      for (const [index, statement] of statements.entries()) {
        const { number, period_from, period_to, opening, closing, accrued, paid, relieved } = statement;
        expect([number, period_to, period_from]).toEqual([
          index + 1,
          months[index],
          Temporal.PlainDate.from(before.period_to).add({ days: 1 }).toString(),
        ]);
        expect(opening).toEqual(before.closing);
        expect({ closing, accrued }).toEqual(await ledgerOf(loanId, period_from, period_to));
        const added = { principal_fen: statement.drawn_fen, ...accrued, costs_fen: statement.charged_costs_fen };
        for (const part of ['principal_fen', 'interest_fen', 'penalty_fen', 'compound_fen', 'costs_fen'] as const) {
          expect(BigInt(opening[part]) + BigInt(added[part]) - BigInt(paid[part]) - BigInt(relieved[part])).toBe(BigInt(closing[part]));
        }
        before = statement;
      }
    }
    const count = async (loanId: bigint): Promise<number> => (await bank.servicing.statements(bank.session, loanId)).length;
    // Settled on 3 March: nothing in April. Settled on 31 May or 1 June, as the race fell out: in May or June at the latest.
    expect([await count(payer), await count(idler), await count(short)]).toEqual([6, 6, 3]);
    expect([5, 6]).toContain(await count(early));
    const [, february, january] = (await bank.servicing.statements(bank.session, short)).map(({ paid }) => paid.principal_fen);
    expect([january, february]).toEqual(['0', '0']);
    const prepaid = (await bank.servicing.statements(bank.session, early)).find(({ number }) => number === 2);
    // 2,000,000 less what was due, cut into principal and its 1 %.
    expect(prepaid).toMatchObject({
      drawn_fen: '0',
      fee_fen: String(((2_000_000n - 679_738n) * 10_000n + 505_000n) / 1_010_000n),
    });
  },
);

test('a collection whose answer comes in the next month stands in the month in which the money left', { timeout: 120_000 }, async () => {
  const own = await openSampleBank();
  try {
    const [collected, twin] = [
      await own.loan(1_000_000n, { due_day: 28 }, { auto_debit: true }),
      await own.loan(1_000_000n, { due_day: 28 }),
    ];
    await own.servicing.dayEnd(entityId, '2026-02-27');
    const { due_fen } = await own.servicing.loan(own.session, twin);
    await own.servicing.repay(own.session, twin, { key: 'twin-of-month', amount_fen: due_fen, payer: 'borrower' });
    own.core.script = ['lose_answer'];
    await own.servicing.collectOpen(entityId);
    own.core.isAway = true;
    expect(await own.servicing.dayEnd(entityId, '2026-03-01')).toMatchObject([{ held: 1 }, { held: 1 }]);
    expect((await own.servicing.statements(own.session, collected)).map(({ number }) => number)).toEqual([1]);
    own.core.isAway = false;
    await own.servicing.collectOpen(entityId);
    expect(await own.servicing.statements(own.session, collected)).toEqual(await own.servicing.statements(own.session, twin));
    expect(await own.servicing.statements(own.session, twin)).toMatchObject([{ number: 2, period_to: '2026-02-28' }, { number: 1 }]);
  } finally {
    await own.close();
  }
});

test('is printed for a month that has ended, and only for one', { timeout: 60_000 }, async () => {
  const loanId = await bank.loan();
  const { servicing, session, neighbour } = bank;
  const [open] = await query<{ open_date: string }>('select open_date from servicing.business_day where entity_id = $1', [entityId]);
  const end = periodEnd((open?.open_date ?? '').slice(0, 7));
  await servicing.dayEnd(entityId, end);
  const paper = await servicing.statementPaper(session, loanId, end.slice(0, 7));
  expect([paper.subarray(0, 5).toString('latin1'), paper.toString('latin1').match(/\/Type \/Page\b/g)?.length]).toEqual(['%PDF-', 1]);
  expect([
    await codeOf(servicing.statementPaper(session, loanId, '2025-12')),
    await codeOf(servicing.statementPaper(neighbour, loanId, end.slice(0, 7))),
    await codeOf(servicing.statements(neighbour, loanId)),
  ]).toEqual(['statement_unknown', 'loan_unknown', 'loan_unknown']);
});
