import { afterAll, beforeAll, expect, test } from 'vitest';
import { acts } from '#core/loan/index.ts';
import { withOwner, withSession } from '#platform/postgres/index.ts';
import type { Session } from '#platform/postgres/index.ts';
import { accountPage, accountQuery, ledgerTrend, voucherPage } from '../contract.ts';
import type { AccountPage } from '../contract.ts';
import { entityId, firstDay, openSampleBank } from '../sample-bank.ts';
import type { SampleBank } from '../sample-bank.ts';

let bank: SampleBank;
let repaid: { loan: bigint; event: string };
let moved = 0n;
/** A day with draws, repayments and a repayment taken back, on loans of two villages, and its night. */
beforeAll(async () => {
  bank = await openSampleBank();
  const loans = [await bank.loan(3_000_000n), await bank.loan(5_000_000n, { method: 'bullet' }), await bank.loan(7_000_000n)];
  const [first = 0n, second = 0n, third = 0n] = loans;
  const repay = { amount_fen: '500000', prepayment: 'lower', payer: 'borrower' } as const;
  const { event_id } = await bank.servicing.repay(bank.session, first, { key: 'repay-first', ...repay });
  const taken = await bank.servicing.repay(bank.session, second, { key: 'repay-second', ...repay });
  await bank.servicing.reverse(bank.session, second, BigInt(taken.event_id.slice(1)), { key: 'reverse-second', reason: '录错金额' });
  repaid = { loan: first, event: event_id };
  moved = third;
  await withOwner(bank.database.db, async (tx) => {
    await tx.query(`update servicing.loan set grid_code = '320723103002' where loan_id = $1`, [third]);
  });
  await bank.servicing.dayEnd(entityId, firstDay);
});
afterAll(() => bank.close());

const read = async (session: Session, account: string, words: object = {}): Promise<AccountPage> =>
  accountPage.parse(await bank.servicing.account(session, account, accountQuery.parse({ date: firstDay, ...words })));

/** Every page, two postings at a time. */
async function whole(session: Session, account: string, words: object = {}): Promise<AccountPage> {
  const first = await read(session, account, { limit: 2, ...words });
  const items = [...first.items];
  for (let after = first.next_cursor; after !== null;) {
    const page = await read(session, account, { limit: 2, ...words, after });
    expect(page.found).toBeNull();
    items.push(...page.items);
    after = page.next_cursor;
  }
  return { ...first, items };
}

const sum = (items: AccountPage['items'], account: string, side: 'debit' | 'credit'): string =>
  String(items.filter((row) => row[side] === account).reduce((total, row) => total + BigInt(row.amount_fen), 0n));

test('the pages of every account come to its line of the trial balance, and so does what is said to be found', async () => {
  const { accounts } = await bank.servicing.trialBalance(bank.session, firstDay);
  expect(accounts.length).toBeGreaterThan(3);
  for (const { account, debit_fen, credit_fen, balance_fen } of accounts) {
    const page = await whole(bank.session, account);
    expect(page.trial_balance).toEqual({ debit_fen, credit_fen, balance_fen });
    expect([account, sum(page.items, account, 'debit'), sum(page.items, account, 'credit')]).toEqual([account, debit_fen, credit_fen]);
    expect(page.found).toEqual({ postings: page.items.length, debit_fen, credit_fen });
    expect(new Set(page.items.map((row) => row.posting_id)).size).toBe(page.items.length);
  }
});

test('sides, acts and loans part an account without rest', async () => {
  const settlement = '1011.01';
  const all = await whole(bank.session, settlement);
  const parts = async (words: readonly object[]): Promise<string[]> =>
    (await Promise.all(words.map(async (word) => (await whole(bank.session, settlement, word)).items)))
      .flat()
      .map((row) => row.posting_id)
      .toSorted();
  const ids = all.items.map((row) => row.posting_id).toSorted();
  expect(await parts([{ side: 'debit' }, { side: 'credit' }])).toEqual(ids);
  expect(await parts(acts.map((act) => ({ act })))).toEqual(ids);
  const loans = [...new Set(all.items.map((row) => row.loan_id))];
  expect(loans.length).toBe(3);
  expect(await parts(loans.map((loan_id) => ({ loan_id })))).toEqual(ids);
});

test('whoever sees one village finds its loans’ postings only, beside the line of the whole ledger', async () => {
  const [settlement, mine] = ['1011.01', `L${moved}`];
  const { items, found, trial_balance } = await whole(bank.neighbour, settlement);
  expect(items.map((row) => row.loan_id)).toEqual([mine]);
  expect(found).toEqual({ postings: 1, debit_fen: '0', credit_fen: '7000000' });
  expect(trial_balance).toEqual((await read(bank.session, settlement)).trial_balance);
  await expect(bank.servicing.voucher(bank.neighbour, repaid.loan, BigInt(repaid.event.slice(1)))).rejects.toMatchObject({
    code: 'loan_unknown',
  });
});

test('every posting leads to the cause that made it', async () => {
  const seen = new Set<string>();
  for (const account of ['1011.01', '1303.01', '1132.01', '6011.01']) {
    for (const row of (await whole(bank.session, account)).items) {
      const loanId = BigInt(row.loan_id?.slice(1) ?? 0);
      const voucher = voucherPage.parse(await bank.servicing.voucher(bank.session, loanId, BigInt(row.voucher)));
      expect(voucher.items.map((item) => item.posting_id)).toContain(row.posting_id);
      expect([voucher.event?.event_id ?? null, voucher.night]).toEqual(
        row.voucher.startsWith('-') ? [null, firstDay] : [`E${row.voucher}`, null],
      );
      seen.add(voucher.event?.kind ?? 'night');
    }
  }
  expect([...seen].toSorted()).toEqual(['drawdown.confirm', 'night', 'repayment', 'repayment.reverse']);
});

test('the voucher of a repayment holds the repayment and nothing else', async () => {
  const voucher = await bank.servicing.voucher(bank.session, repaid.loan, BigInt(repaid.event.slice(1)));
  expect(voucher).toMatchObject({
    loan_id: `L${repaid.loan}`,
    person_name: '测试',
    event: { event_id: repaid.event, kind: 'repayment', amount_fen: '500000' },
    night: null,
    items: [{ act: 'pay', debit: '1011.01', credit: '1303.01', amount_fen: '500000' }],
  });
});

test('an open day has postings and no line of the trial balance yet; a closed one without any has a line of nothing', async () => {
  const open = await read(bank.session, '1011.01', { date: '2026-01-16' });
  expect(open).toMatchObject({
    found: { postings: 0, debit_fen: '0', credit_fen: '0' },
    trial_balance: null,
    items: [],
    next_cursor: null,
  });
  expect((await read(bank.session, '7021.99')).trial_balance).toEqual({ debit_fen: '0', credit_fen: '0', balance_fen: '0' });
});

test('the trend tells of each closed day what its trial balance says', async () => {
  const { items } = ledgerTrend.parse(await bank.servicing.trend(bank.session, 30));
  const { accounts } = await bank.servicing.trialBalance(bank.session, firstDay);
  const line = (code: string) => accounts.find(({ account }) => account === code);
  const income = line('6011.01');
  expect(items).toEqual([
    {
      business_date: firstDay,
      principal_fen: line('1303.01')?.balance_fen,
      overdue_fen: '0',
      income_fen: String(BigInt(income?.credit_fen ?? 0) - BigInt(income?.debit_fen ?? 0)),
    },
  ]);
  expect(BigInt(items[0]?.income_fen ?? 0)).toBeGreaterThan(0n);
});

test.each([
  [
    'an account that is not in the chart',
    () => bank.servicing.account(bank.session, '9999.99', accountQuery.parse({ date: firstDay })),
    'account_unknown',
  ],
  ['a loan that is not there', () => bank.servicing.voucher(bank.session, 999n, 1n), 'loan_unknown'],
  ['an event of another loan', () => bank.servicing.voucher(bank.session, moved, BigInt(repaid.event.slice(1))), 'voucher_unknown'],
  ['a night that has not been', () => bank.servicing.voucher(bank.session, moved, -20260116n), 'voucher_unknown'],
  ['a night of no day', () => bank.servicing.voucher(bank.session, moved, -20269999n), 'voucher_unknown'],
])('%s is refused', async (_what, ask, code) => {
  await expect(ask()).rejects.toMatchObject({ code });
});

test('a page is read from the day’s postings in their order, not sorted out of a month', async () => {
  await withOwner(bank.database.db, async (tx) => {
    await tx.query(
      `insert into servicing.posting (entity_id, business_date, voucher, loan_id, act, debit, credit, amount_fen)
       select $1, date '2026-01-01' + n % 31, -20260101, $2, 'accrue', '1132.01', '6011.01', 1 from generate_series(1, 40000) n`,
      [entityId, repaid.loan],
    );
    await tx.query('analyze servicing.posting');
  });
  const plan = await withSession(bank.database.db, bank.session, (tx) =>
    tx.query<{ 'QUERY PLAN': string }>(
      `explain select * from servicing.posting p where p.entity_id = $1 and p.business_date = '2026-01-20'
       and (p.debit = '1132.01' or p.credit = '1132.01') and p.posting_id > 100 order by p.posting_id limit 101`.replace(
        '$1',
        `'${entityId}'`,
      ),
    ),
  );
  const text = plan.map((row) => row['QUERY PLAN']).join('\n');
  expect(text).toMatch(/Index Scan using posting_\d+_business_date_posting_id_idx/);
  expect(text).not.toContain('Sort');
});
