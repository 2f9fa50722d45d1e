import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Session } from '#platform/postgres/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import { serveSmallBank } from '../served-bank.ts';
import type { ServedBank } from '../served-bank.ts';
import { ownEntity, password } from '../small-bank.ts';
import { breaches, openPage, signIn, type Watched } from './browsing.ts';

const firstDay = '2026-11-19';
const head = { entity_id: ownEntity, name: ownEntity, short_name: ownEntity, root_grid_code: '320723' };
const colleague = (login: string, role: string) => ({
  staff_id: login.toUpperCase(),
  login,
  name: login,
  institution_id: 'HQ',
  roles: [role],
  grid_codes: ['320723'],
  password,
  must_change_password: false,
});

let served: ServedBank;
let officer: Watched;
let operations: Watched;
let second: Watched;
let customer: { person_id: string; name: string };
let facilityId = '';
beforeAll(async () => {
  served = await serveSmallBank(undefined, { hasCore: true });
  const { bank } = served;
  const staff = [
    colleague('officer', 'drawdown_officer'),
    colleague('ops', 'operations'),
    colleague('second', 'risk_head'),
    colleague('technician', 'engineer'),
  ];
  await bank.organization.found({ entities: [{ ...head, institutions: [], staff }] });
  customer = await adult();
  await bank.servicing.begin(ownEntity, firstDay);
  const session: Session = { entityId: ownEntity, actorId: 'BRANCH', roles: [], scopes: ['320723'] };
  const opened = await bank.servicing.openFacility(session, {
    key: 'journey-facility',
    person_id: customer.person_id,
    product: '整村授信贷',
    kind: 'revolving',
    limit_fen: '8000000',
    valid_from: firstDay,
    valid_to: '2029-11-19',
  });
  facilityId = opened.facility_id;
  [officer, operations, second] = [await openPage(served.browser), await openPage(served.browser), await openPage(served.browser)];
});
afterAll(() => served.close());

async function adult(): Promise<{ person_id: string; name: string }> {
  const [person] = await withOwner(served.bank.db, (tx) =>
    tx.query<{ person_id: string; name: string }>(
      `select person_id, name from population.person where entity_id = $1 and birth_date < '1990-01-01' order by person_id limit 1`,
      [ownEntity],
    ),
  );
  if (!person) throw new Error('nobody is of age');
  return person;
}

test('an officer proposes a draw, a second person reads and approves it, and the money arrives', async () => {
  const { page, faults } = officer;
  await signIn(page, served.url, 'officer');
  await page.getByRole('link', { name: '信贷' }).click();
  await page.getByRole('link', { name: '借据', exact: true }).click();
  await page.getByText('没有符合条件的借据').waitFor();
  await page.getByRole('link', { name: '额度', exact: true }).click();
  await page.getByRole('cell', { name: facilityId, exact: true }).click();
  await page.getByRole('heading', { level: 1, name: `${customer.name} 的额度` }).waitFor();
  await page.getByRole('button', { name: '放款' }).click();
  const confirm = page.getByRole('button', { name: /^提交复核/ });
  await page.getByLabel('放款金额').fill('90000');
  await page.getByText('超过可用的 80,000.00 元').waitFor();
  await page.getByLabel('放款金额').fill('60,000');
  await page.getByLabel('年利率').fill('4.35');
  await page.getByText(/利息共 1,423\.\d\d 元/).waitFor();
  expect(await confirm.isDisabled()).toBe(true);
  await page.getByLabel('收款账号').fill('6224 0320 7230 0001');
  await page.getByLabel('用途').fill('购买化肥');
  expect(await breaches(page)).toEqual([]);
  await confirm.click();
  const address = await proposedBy(officer);
  expect(await page.locator('.limit-keys').innerText(), 'nothing is reserved before').toMatch(/占用\s*0\.00/);
  await signIn(second.page, served.url, 'second');
  await second.page.goto(served.url + address);
  const drawer = second.page.locator('.dr');
  for (const words of ['60,000.00', '6224 0320 7230 0001', '购买化肥', customer.name]) await drawer.filter({ hasText: words }).waitFor();
  expect(await breaches(second.page)).toEqual([]);
  await approve(address);
  await page.locator('.drawdowns .tag', { hasText: '已放款' }).waitFor({ timeout: 60_000 });
  await page.getByText('借据 1 笔').waitFor();
  expect(await page.locator('.fig').first().innerText()).toContain('2.00');
  expect(await breaches(page)).toEqual([]);
  expect(faults).toEqual([]);
});

test('an account that the core bank does not know takes no money, and says so', async () => {
  const { page, faults } = officer;
  await page.getByRole('button', { name: '放款' }).click();
  await page.getByLabel('放款金额').fill('5000');
  await page.getByLabel('年利率').fill('4.35');
  await page.getByLabel('收款账号').fill('99901000000001');
  await page.getByLabel('用途').fill('购买种子');
  await page.getByRole('button', { name: /^提交复核/ }).click();
  await approve(await proposedBy(officer));
  const row = page.locator('.drawdowns tr', { hasText: '未成功' });
  await row.waitFor({ timeout: 60_000 });
  expect(await row.innerText()).toMatch(/占用已退回[\s\S]*核心说：/);
  expect(await page.locator('.limit-keys').innerText()).toMatch(/占用\s*0\.00/);
  expect(faults).toEqual([]);
});

test('operations close the days, and the ledger balances', async () => {
  const { page, faults } = operations;
  await signIn(page, served.url, 'ops');
  await page.goto(`${served.url}/day-ends`);
  await page.getByText('还没有日终过').waitFor();
  for (const day of [firstDay, '2026-11-20']) {
    const close = page.getByRole('button', { name: `关闭 ${day}` });
    await expect.poll(() => close.isEnabled(), { timeout: 60_000 }).toBe(true);
    await close.click();
    await page.getByRole('button', { name: '关闭', exact: true }).click();
    await page.getByRole('row', { name: new RegExp(`${day}.*已日终`) }).waitFor({ timeout: 60_000 });
  }
  await page.locator('.fig', { hasText: '2026-11-21' }).waitFor();
  await page.getByRole('heading', { name: '2026-11-20 试算平衡表' }).waitFor();
  expect(await page.locator('.trial .tag').allInnerTexts()).toEqual(['借贷平衡', '借贷平衡']);
  await page.getByRole('row', { name: /^2026-11-19/ }).click();
  await page.getByRole('heading', { name: '2026-11-19 试算平衡表' }).waitFor();
  await page.getByRole('cell', { name: '1303.01 贷款—正常本金' }).waitFor();
  expect(await breaches(page)).toEqual([]);
  expect(faults).toEqual([]);
});

test('a repayment is seen before it is booked, found in the ledger, and taken back by a second person', async () => {
  const { page, faults } = officer;
  await page.goto(`${served.url}/facilities/${facilityId}`);
  await page
    .locator('.drawdowns')
    .getByRole('link', { name: /^L\d+$/ })
    .click();
  await page.getByRole('heading', { level: 1, name: `${customer.name} 的借据` }).waitFor();
  expect(await breaches(page)).toEqual([]);
  const before = await page.locator('.balances tr', { hasText: '正常本金' }).innerText();
  expect(before).toContain('60,000.00');

  await page.getByRole('button', { name: '还款', exact: true }).click();
  await page.getByLabel('还款金额').fill('10000');
  const goes = page.getByRole('table', { name: '入账前试算' });
  // Two nights at 4.35 %: 60,000 × 4.35 % × 2 / 360.
  await goes.getByRole('row', { name: /应计利息 未到期 14\.50/ }).waitFor();
  await goes.getByRole('row', { name: /正常本金 未到期 9,985\.50/ }).waitFor();
  expect(await breaches(page)).toEqual([]);
  // The repayment is booked and its answer is lost on the way: sent again it has the same key, and is not booked twice.
  await page.route('**/repayments', async (route) => route.fetch().then(() => route.abort()), { times: 1 });
  await page.getByRole('button', { name: '确认入账 10,000.00 元' }).click();
  await page.getByText('这笔可能已经入账').waitFor();
  await page.getByRole('button', { name: '再发一次' }).click();
  await page.getByText(/^已入账 10,000\.00 元/).waitFor();
  await page.locator('.balances tr', { hasText: '正常本金' }).filter({ hasText: '50,014.50' }).waitFor();

  const event = page.locator('.loan-events li', { hasText: '还款' });
  expect(await event.count()).toBe(1);
  await event.getByRole('button', { name: /的分录$/ }).click();
  await page.getByRole('heading', { name: /E\d+ 的分录/ }).waitFor();
  const postings = page.locator('.ledger tbody tr');
  expect(await postings.count()).toBe(2);
  expect((await postings.allInnerTexts()).join('\n')).toMatch(/1011\.01 贷款清算[\s\S]*14\.50/);

  await page.getByRole('button', { name: '出具' }).click();
  const [paper] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: '贷款对账单' }).click()]);
  expect(paper.suggestedFilename()).toMatch(/^L\d+-statement\.pdf$/);
  await page.keyboard.press('Escape');

  await event.getByRole('button', { name: '申请冲正' }).click();
  await page.getByLabel(/^原因/).fill('柜员录错金额');
  await page.getByRole('button', { name: '提交复核' }).click();
  await approve(await proposedBy(officer));
  await page.reload();
  await page.locator('.loan-events li.undone', { hasText: '还款' }).waitFor();
  expect(await page.locator('.balances tr', { hasText: '正常本金' }).innerText()).toBe(before);
  expect([...faults, ...second.faults]).toEqual([]);
});

/** Who may not read changes is told the number, and hands it to whoever decides. */
async function proposedBy({ page }: Watched): Promise<string> {
  const said = await page.getByRole('status').filter({ hasText: '等第二人复核' }).innerText();
  return `/changes?open=${/编号 ([^，,\s]+)/.exec(said)?.[1] ?? ''}`;
}

async function approve(address: string): Promise<void> {
  await second.page.goto(served.url + address);
  await second.page.getByRole('button', { name: '同意并生效' }).click();
  await second.page.locator('.dr .tag', { hasText: '已生效' }).waitFor();
}

const screens = ['/loans', '/loans?past_due=1', '/facilities', '/calculator', '/calculator?amount=x', '/day-ends'];

test.each(screens)('%s opens without a fault and can be used by everybody', async (path) => {
  const { page, faults } = operations;
  await page.goto(served.url + path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForLoadState('networkidle');
  expect(await page.locator('[role=alert]').allInnerTexts()).toEqual([]);
  expect(await breaches(page)).toEqual([]);
  expect(faults).toEqual([]);
});

test('who may not read loans reckons all the same, and is told so at a loan', async () => {
  const { page } = await openPage(served.browser);
  await signIn(page, served.url, 'technician');
  await page.getByRole('link', { name: '信贷' }).click();
  await page.getByText('借 10,000 元一年').waitFor();
  await page.goto(`${served.url}/loans/L1`);
  await page.getByRole('heading', { name: '没有权限' }).waitFor();
});
