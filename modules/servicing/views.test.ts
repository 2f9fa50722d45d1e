import { afterAll, beforeAll, expect, test } from 'vitest';
import { withOwner } from '#platform/postgres/index.ts';
import { accountList, dayEndPage, drawdownList, facilityList, facilityQuery, loanQuery, loanTotals } from './contract.ts';
import { chart } from './ledger/chart.ts';
import { drawOf, entityId, firstDay, openSampleBank, personId } from './sample-bank.ts';
import type { SampleBank } from './sample-bank.ts';

let bank: SampleBank;
beforeAll(async () => void (bank = await openSampleBank()));
afterAll(() => bank.close());

const numberOf = (id: string): bigint => BigInt(id.slice(1));

test('facilities come newest first, page by page, and only to whoever may see their place', async () => {
  for (let opened = 0; opened < 3; opened += 1) await bank.facility(1_000_000n);
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const page = facilityList.parse(
      await bank.servicing.facilities(bank.session, facilityQuery.parse({ limit: 2, ...(after === null ? {} : { after }) })),
    );
    expect(page.as_of).toBe(firstDay);
    seen.push(...page.items.map((row) => row.facility_id));
    after = page.next_cursor;
  } while (after !== null);
  expect(seen.length).toBeGreaterThanOrEqual(3);
  expect(seen).toEqual([...new Set(seen)].toSorted((a, b) => Number(numberOf(b) - numberOf(a))));
  const ofPerson = await bank.servicing.facilities(
    bank.session,
    facilityQuery.parse({ person_id: personId, standing: 'active', limit: 200 }),
  );
  expect(ofPerson.items.map((row) => row.facility_id)).toEqual(seen);
  expect((await bank.servicing.facilities(bank.session, facilityQuery.parse({ standing: 'frozen' }))).items).toEqual([]);
  expect((await bank.servicing.facilities(bank.neighbour, facilityQuery.parse({}))).items).toEqual([]);
});

test('the drawdowns of a facility tell their terms and only the end of the account', async () => {
  const facilityId = await bank.facility(5_000_000n);
  const paid = await bank.servicing.requestDrawdown(bank.session, facilityId, drawOf('list-paid', 2_000_000n));
  await bank.servicing.payOut(entityId, numberOf(paid.drawdown_id));
  await bank.servicing.requestDrawdown(bank.session, facilityId, drawOf('list-open', 1_000_000n, { months: 6, method: 'bullet' }));
  const { items } = drawdownList.parse({ items: await bank.servicing.drawdowns(bank.session, facilityId) });
  expect(items.map(({ state, amount_fen, method, months }) => [state, amount_fen, method, months])).toEqual([
    ['reserved', '1000000', 'bullet', 6],
    ['confirmed', '2000000', 'equal_installment', 12],
  ]);
  expect(items[0]).toMatchObject({ account_masked: '****0001', purpose: '购买化肥', rate_ppm: 36_000, loan_id: null });
  expect(JSON.stringify(items)).not.toContain('6228480000000001');
  const loans = await bank.servicing.loans(bank.session, loanQuery.parse({ facility_id: `F${facilityId}` }));
  expect(loans.items.map((loan) => loan.loan_id)).toEqual([items[1]?.loan_id]);
  await expect(bank.servicing.drawdowns(bank.neighbour, facilityId)).rejects.toMatchObject({ code: 'facility_unknown' });
});

test('the totals are those of the loans that the reader sees', async () => {
  await bank.loan(3_000_000n);
  const { items } = await bank.servicing.loans(bank.session, loanQuery.parse({ state: 'active', limit: 200 }));
  const owed = items.reduce((sum, loan) => sum + BigInt(loan.normal_principal_fen) + BigInt(loan.overdue_principal_fen), 0n);
  expect(loanTotals.parse(await bank.servicing.loanTotals(bank.session))).toEqual({
    as_of: firstDay,
    active: { loans: items.length, principal_fen: String(owed) },
    past_due: { loans: 0, principal_fen: '0' },
    settled: { loans: 0 },
  });
  expect((await bank.servicing.loanTotals(bank.neighbour)).active).toEqual({ loans: 0, principal_fen: '0' });
});

test('every account of the chart has a name', () => {
  const { items } = accountList.parse(bank.servicing.accounts());
  expect(items.map((row) => row.account)).toEqual(Object.keys(chart));
  expect(items.filter((row) => row.is_memorandum).every((row) => row.account.startsWith('70'))).toBe(true);
});

test('a day that is being closed says how far it is; a closed one no more', async () => {
  await bank.loan(1_000_000n);
  await bank.servicing.dayEnd(entityId, firstDay);
  const closed = dayEndPage.parse(await bank.servicing.dayEnds(bank.session));
  expect(closed).toMatchObject({ open_date: '2026-01-16', progress: null, days: [{ business_date: firstDay, state: 'closed' }] });
  const active = closed.days[0]?.loans ?? 0;
  expect(active).toBeGreaterThan(0);
  await withOwner(bank.database.db, async (tx) => {
    await tx.query(
      `insert into servicing.day_end (entity_id, business_date, state, started_at) values ($1, '2026-01-16', 'running', now())`,
      [entityId],
    );
    await tx.query(`update servicing.business_day set open_date = '2026-01-17' where entity_id = $1`, [entityId]);
  });
  const running = dayEndPage.parse(await bank.servicing.dayEnds(bank.session));
  expect(running.progress).toEqual({ business_date: '2026-01-16', passed: 0, of: active });
  await bank.servicing.dayEnd(entityId, '2026-01-16');
  expect((await bank.servicing.dayEnds(bank.session)).progress).toBeNull();
});
