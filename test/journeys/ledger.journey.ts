import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { withOwner } from '#platform/postgres/index.ts';
import type { Session } from '#platform/postgres/index.ts';
import { serveSmallBank } from '../served-bank.ts';
import type { ServedBank } from '../served-bank.ts';
import { ownEntity, password } from '../small-bank.ts';
import { breaches, openPage, signIn, type Watched } from './browsing.ts';

/* From a figure of the trial balance to what moved it, and from a person to what they owe: every step is a link. */

const day = '2026-11-19';
const head = { entity_id: ownEntity, name: ownEntity, short_name: ownEntity, root_grid_code: '320723' };
const teller: Session = { entityId: ownEntity, actorId: 'TELLER', roles: [], scopes: ['320723'] };

let served: ServedBank;
let operations: Watched;
let customer: { person_id: string; name: string; household_id: string };
const made = { facility: '', loan: '', event: '' };
beforeAll(async () => {
  served = await serveSmallBank(undefined, { hasCore: true });
  const { organization, servicing } = served.bank;
  const staff = {
    staff_id: 'OPS',
    login: 'ops',
    name: '沈运营',
    institution_id: 'HQ',
    roles: ['operations'],
    grid_codes: ['320723'],
    password,
    must_change_password: false,
  };
  await organization.found({ entities: [{ ...head, institutions: [], staff: [staff] }] });
  customer = await headOfHousehold();
  await servicing.begin(ownEntity, day);
  await lend();
  await servicing.dayEnd(ownEntity, day);
  operations = await openPage(served.browser);
  await signIn(operations.page, served.url, 'ops');
});
afterAll(() => served.close());

async function headOfHousehold(): Promise<typeof customer> {
  const [person] = await withOwner(served.bank.db, (tx) =>
    tx.query<typeof customer>(
      `select person_id, name, household_id from population.person
       where entity_id = $1 and is_head and household_id is not null and birth_date < '1990-01-01' order by person_id limit 1`,
      [ownEntity],
    ),
  );
  if (!person) throw new Error('nobody heads a household');
  return person;
}

/** 50,000 yuan drawn at 3.6 % and 10,000 repaid on the same day. */
async function lend(): Promise<void> {
  const { servicing } = served.bank;
  const { facility_id } = await servicing.openFacility(teller, {
    key: 'ledger-facility',
    person_id: customer.person_id,
    product: '整村授信贷',
    kind: 'revolving',
    limit_fen: '8000000',
    valid_from: day,
    valid_to: '2029-11-19',
  });
  const { drawdown_id } = await servicing.requestDrawdown(teller, BigInt(facility_id.slice(1)), {
    key: 'ledger-draw',
    amount_fen: '5000000',
    terms: {
      method: 'bullet',
      day_count: '30/360',
      rate_ppm: 36_000,
      months: 12,
      due_day: 19,
      interest_every: 1,
      grace_days: 0,
      penalty_markup_ppm: 500_000,
      principal_first: false,
      reprice_every: 'never',
      subsidy_ppm: 0,
    },
    account: '6224032072300001',
    account_name: customer.name,
    purpose: '购买化肥',
  });
  const drawdownId = BigInt(drawdown_id.slice(1));
  await vi.waitFor(async () => expect(await servicing.payOut(ownEntity, drawdownId)).toBe('confirmed'), { timeout: 60_000, interval: 200 });
  const { loan_id } = await servicing.drawdown(teller, drawdownId);
  const repaid = await servicing.repay(teller, BigInt(loan_id?.slice(1) ?? 0), {
    key: 'ledger-repayment',
    amount_fen: '1000000',
    prepayment: 'lower',
    payer: 'borrower',
  });
  Object.assign(made, { facility: facility_id, loan: repaid.loan_id, event: repaid.event_id });
}

test('an account of the trial balance leads to the repayment that moved it', async () => {
  const { page, faults } = operations;
  await page.goto(`${served.url}/day-ends?date=${day}`);
  const line = page.getByRole('row', { name: /^1011\.01 贷款清算/ });
  await line.waitFor();
  const [, debit = '', credit = ''] = await line.getByRole('cell').allInnerTexts();
  expect([debit, credit]).toEqual(['10,000.00', '50,000.00']);
  await line.getByRole('link').click();
  await page.getByRole('heading', { level: 1, name: '1011.01 贷款清算' }).waitFor();
  await page.getByText('分录合计与试算平衡表一致').waitFor();
  const figures = await page.locator('.figs').innerText();
  expect(figures).toContain(debit);
  expect(figures).toContain(credit);
  expect(await breaches(page)).toEqual([]);

  await page.getByLabel('借贷方向').selectOption('debit');
  await page.getByText('筛选所得：借方 10,000.00，贷方 0.00').waitFor();
  await page.locator('.list tbody tr').click();
  const voucher = page.locator('.dr');
  await voucher.getByText(`还款，${day}`).waitFor();
  await voucher.getByText(`凭证 ${made.event}`).waitFor();
  await voucher.getByText('1 笔，共 10,000.00 元').waitFor();
  expect(await breaches(page)).toEqual([]);
  await voucher.getByRole('link', { name: `借据 ${made.loan}` }).click();
  await page.locator('.loan-events li', { hasText: made.event }).waitFor();
  expect(faults).toEqual([]);
});

test('an accrual leads to the end of the day that made it', async () => {
  const { page, faults } = operations;
  await page.goto(`${served.url}/day-ends/${day}/6011.01`);
  await page.getByText('分录合计与试算平衡表一致').waitFor();
  await page.locator('.list tbody tr').first().click();
  await page
    .locator('.dr')
    .getByRole('link', { name: `${day} 的日终` })
    .click();
  await page.getByRole('heading', { name: `${day} 试算平衡表` }).waitFor();
  await page.goto(`${served.url}/day-ends/${day}/6011.09`);
  await page.getByText('没有此科目').waitFor();
  expect(faults).toEqual([]);
});

test('a person’s page and the household’s tell what is lent, and lead there and back', async () => {
  const { page, faults } = operations;
  await page.goto(`${served.url}/persons/${customer.person_id}`);
  const lent = page.locator('.lending');
  await lent.getByRole('heading', { name: '额度 1 个，共 8.00 万元' }).waitFor();
  await lent.getByRole('heading', { name: /在用借据 1 笔，剩余本金 40,000\.00 元/ }).waitFor();
  expect(await breaches(page)).toEqual([]);
  await lent.getByRole('link', { name: made.facility }).click();
  await page.getByRole('heading', { level: 1, name: `${customer.name} 的额度` }).waitFor();
  await page.getByRole('link', { name: customer.name }).click();
  await page.getByRole('heading', { level: 1, name: customer.name }).waitFor();
  await page.goto(`${served.url}/households/${customer.household_id}`);
  await lent.getByRole('cell', { name: customer.name }).first().waitFor();
  expect(await breaches(page)).toEqual([]);
  await lent.getByRole('link', { name: made.loan }).click();
  await page.getByRole('heading', { level: 1, name: `${customer.name} 的借据` }).waitFor();
  expect(faults).toEqual([]);
});

test('the workbench says what the night left, and the top bar which date is open', async () => {
  const { page, faults } = operations;
  await page.goto(served.url);
  await page.getByText(`${day} 已日终，1 笔借据`).waitFor();
  expect(await page.locator('.business-date').innerText()).toBe('营业日 2026-11-20 落后 1 天');
  expect(await page.locator('.trend').first().innerText()).toMatch(/贷款余额\s*4\.00/);
  expect(await page.locator('.waiting li').allInnerTexts()).toEqual(
    expect.arrayContaining([expect.stringMatching(/^1\s+个营业日该日终而未日终/), expect.stringMatching(/^0\s+笔借据逾期/)]),
  );
  expect(await breaches(page)).toEqual([]);
  expect(faults).toEqual([]);
});
