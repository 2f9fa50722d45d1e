import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Session } from '#platform/postgres/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import { loanTerms } from '#modules/servicing/contract.ts';
import { serveSmallBank } from '../served-bank.ts';
import type { ServedBank } from '../served-bank.ts';
import { ownEntity, password } from '../small-bank.ts';
import { breaches, openPage, picture, signIn, type Watched } from './browsing.ts';

const firstDay = '2026-09-10';
const head = { entity_id: ownEntity, name: ownEntity, short_name: ownEntity, root_grid_code: '320723' };
const officerOf = {
  staff_id: 'OFFICER',
  login: 'officer',
  name: '放款岗',
  institution_id: 'HQ',
  roles: ['drawdown_officer'],
  grid_codes: ['320723'],
  password,
  must_change_password: false,
};
const session: Session = { entityId: ownEntity, actorId: 'OFFICER', roles: [], scopes: ['320723'] };

let served: ServedBank;
let officer: Watched;
let paying = '';
let empty = '';
beforeAll(async () => {
  served = await serveSmallBank(undefined, { hasCore: true });
  const { organization, servicing } = served.bank;
  await organization.found({ entities: [{ ...head, institutions: [], staff: [officerOf] }] });
  await servicing.begin(ownEntity, firstDay);
  paying = await lend('paying', '6228480000000001', { method: 'equal_installment', months: 12 });
  // An account that begins so is empty at the core's simulator: of a month's loan it has the principal, and not the interest.
  empty = await lend('empty', '9990400000000001', { method: 'bullet', months: 1 });
  for (const eve of ['2026-10-09', '2026-11-09']) {
    await servicing.dayEnd(ownEntity, eve);
    await collectAll();
  }
  officer = await openPage(served.browser);
});
afterAll(() => served.close());

async function collectAll(): Promise<void> {
  const { servicing } = served.bank;
  do await servicing.collectOpen(ownEntity);
  while ((await servicing.collectionTotals(session)).waiting.collections > 0);
}

async function lend(name: string, account: string, agreed: { method: 'equal_installment' | 'bullet'; months: number }): Promise<string> {
  const { servicing, db } = served.bank;
  const [person] = await withOwner(db, (tx) =>
    tx.query<{ person_id: string }>(
      `select person_id from population.person where entity_id = $1 and birth_date < '1990-01-01' order by person_id offset $2 limit 1`,
      [ownEntity, name === 'paying' ? 0 : 1],
    ),
  );
  if (!person) throw new Error('nobody is of age');
  const { facility_id } = await servicing.openFacility(session, {
    key: `facility-${name}`,
    person_id: person.person_id,
    product: '整村授信贷',
    kind: 'revolving',
    limit_fen: '6000000',
    valid_from: firstDay,
    valid_to: '2029-09-10',
  });
  const terms = loanTerms.parse({ ...agreed, day_count: '30/360', rate_ppm: 43_500, due_day: 10 });
  const { drawdown_id } = await servicing.requestDrawdown(session, BigInt(facility_id.slice(1)), {
    key: `drawdown-${name}`,
    amount_fen: '6000000',
    terms,
    account,
    account_name: '借款人',
    purpose: '购买化肥',
    auto_debit: true,
  });
  const drawdownId = BigInt(drawdown_id.slice(1));
  // On a busy machine the core's answer may come too late, and is asked for again.
  while ((await servicing.payOut(ownEntity, drawdownId)) !== 'confirmed');
  const { loan_id } = await servicing.drawdown(session, drawdownId);
  if (loan_id === null) throw new Error(`${drawdown_id} made no loan`);
  return loan_id;
}

const pictured = (name: string): Promise<void> => picture(officer.page, name);

test('what could not be collected today stands on the workbench, and leads to its loan', async () => {
  const { page, faults } = officer;
  await signIn(page, served.url, 'officer');
  const line = page.locator('.waiting li', { hasText: '笔代扣今日未扣到' });
  await line.waitFor();
  expect(await line.locator('b').innerText()).toBe('1');
  await pictured('workbench-collections');
  await line.getByRole('link').click();
  await page.getByRole('cell', { name: empty, exact: true }).waitFor();
  expect(await page.getByRole('cell', { name: paying, exact: true }).count()).toBe(0);
  expect(await breaches(page)).toEqual([]);
  await pictured('loans-collections');
  await page.getByRole('cell', { name: empty, exact: true }).click();
  await page.getByRole('tab', { name: '代扣' }).click();
  const failed = page.locator('.loan-events li', { hasText: '2026-11-10' });
  await failed.waitFor();
  expect(await failed.innerText()).toMatch(/未扣到[\s\S]*余额不足/);
  expect(await breaches(page)).toEqual([]);
  await pictured('loan-collections');
  expect(faults).toEqual([]);
});

test('collecting is stopped with a reason, and taken up again', async () => {
  const { page, faults } = officer;
  for (const [act, done, stands] of [
    ['停止代扣', '已停止代扣', '到期自动代扣：已停止'],
    ['开通代扣', '已开通代扣', '到期自动代扣：已开通'],
  ] as const) {
    await page.locator('.collecting').getByRole('button', { name: act }).click();
    const drawer = page.locator('.dr.ask');
    expect(await drawer.getByRole('button', { name: act }).isDisabled()).toBe(true);
    await drawer.getByLabel(/^原因/).fill('借款人到柜台要求');
    expect(await breaches(page)).toEqual([]);
    await drawer.getByRole('button', { name: act }).click();
    await page.locator('.notice.ok', { hasText: done }).waitFor();
    await page.locator('.collecting', { hasText: stands }).waitFor();
  }
  expect(faults).toEqual([]);
});

test('what was collected leads to its postings, and each month has its paper', async () => {
  const { page, faults } = officer;
  await page.goto(`${served.url}/loans/${paying}`);
  await page.getByRole('tab', { name: '代扣' }).click();
  const taken = page.locator('.loan-events li', { hasText: '2026-10-10' });
  await taken.getByRole('button', { name: /的分录$/ }).click();
  await page.getByRole('heading', { name: /E\d+ 的分录/ }).waitFor();
  await page.getByRole('tab', { name: '对账单' }).click();
  const months = page.getByRole('table', { name: '每月对账单' }).locator('tbody tr');
  await months.first().waitFor();
  expect((await months.locator('td:first-child').allInnerTexts()).toSorted()).toEqual(['2026-09', '2026-10']);
  expect(await breaches(page)).toEqual([]);
  await pictured('loan-statements');
  const [paper] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: '出具 2026-10 对账单' }).click()]);
  expect(paper.suggestedFilename()).toBe(`${paying}-statement-2026-10.pdf`);
  expect(faults).toEqual([]);
});
