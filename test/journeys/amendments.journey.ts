import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CoreRow } from '#connectors/core-bank/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import { serveSmallBank } from '../served-bank.ts';
import type { ServedBank } from '../served-bank.ts';
import { ownEntity, password } from '../small-bank.ts';
import { breaches, openPage, signIn, type Watched } from './browsing.ts';

const firstDay = '2026-11-20';
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
let branch: Watched;
let officer: Watched;
let second: Watched;
let operations: Watched;
let customer: { person_id: string; name: string };
let loanPath = '';
beforeAll(async () => {
  served = await serveSmallBank(undefined, { hasCore: true });
  const { bank } = served;
  const staff = [
    colleague('branch', 'branch_head'),
    colleague('officer', 'drawdown_officer'),
    colleague('second', 'risk_head'),
    colleague('ops', 'operations'),
    colleague('manager', 'manager'),
  ];
  await bank.organization.found({ entities: [{ ...head, institutions: [], staff }] });
  customer = await approved();
  await bank.servicing.begin(ownEntity, firstDay);
  [branch, officer, second, operations] = await Promise.all([
    openPage(served.browser),
    openPage(served.browser),
    openPage(served.browser),
    openPage(served.browser),
  ]);
});
afterAll(() => served.close());

/** Somebody of the manager's village whose name nobody shares: found by it. */
async function approved(): Promise<{ person_id: string; name: string }> {
  const [person] = await withOwner(served.bank.db, (tx) =>
    tx.query<{ person_id: string; name: string }>(
      `select p.person_id, p.name from population.person p
       where p.entity_id = $1 and p.grid_code ^@ $2 and p.birth_date between '1970-01-01' and '1995-01-01'
         and (select count(*) from population.person o where o.entity_id = $1 and strpos(o.name, p.name) > 0) = 1
       order by p.person_id limit 1`,
      [ownEntity, served.villages[0]],
    ),
  );
  if (!person) throw new Error('nobody has a name of their own');
  return person;
}

test('a branch head opens a facility for a person and freezes it at once; a second person takes it up again', async () => {
  const { page, faults } = branch;
  await signIn(page, served.url, 'branch');
  await page.getByRole('link', { name: '信贷' }).click();
  await page.getByRole('link', { name: '额度', exact: true }).click();
  await page.getByRole('button', { name: '建立额度' }).click();
  await page.getByRole('button', { name: '选一个人' }).click();
  await page.getByRole('searchbox', { name: '选一个人' }).fill(customer.name);
  await page.locator('.picker > button').first().waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: `选一个人：${customer.name}` }).waitFor();
  await page.locator('.decided').waitFor();
  await page.getByLabel('产品').fill('整村授信贷');
  await page.getByLabel('额度', { exact: true }).fill('80,000');
  await page.getByLabel('有效期至').fill('2026-11-01');
  await page.getByText('到期日须晚于起始日').waitFor();
  await page.getByLabel('有效期至').fill('2029-11-20');
  const submit = page.locator('.act').getByRole('button', { name: '提交复核' });
  expect(await submit.isDisabled(), 'nothing is proposed without a reason').toBe(true);
  await page.getByLabel(/^原因/).fill('老客户新增额度，签约材料已齐');
  expect(await breaches(page)).toEqual([]);
  await submit.click();
  const opening = await page.getByRole('link', { name: '看复核进度' }).getAttribute('href');
  await page.getByText('没有符合条件的额度').waitFor();
  await signIn(second.page, served.url, 'second');
  await decide(opening, '同意并生效', [/额度，元[\s\S]*80,000\.00/, '名下额度', customer.name]);
  await page.reload();
  await page
    .locator('tbody')
    .getByRole('cell', { name: /^F\d+$/ })
    .click();
  await page.getByRole('heading', { level: 1, name: `${customer.name} 的额度` }).waitFor();

  await change(page, '变更额度', '冻结');
  await page.getByText('提交后立即生效。').waitFor();
  expect(await page.getByRole('button', { name: '立即冻结' }).isDisabled()).toBe(true);
  await page.getByLabel(/^原因/).fill('核对签约材料');
  expect(await breaches(page)).toEqual([]);
  await page.getByRole('button', { name: '立即冻结' }).click();
  await page.getByText('额度已冻结，恢复须经第二人复核').waitFor();
  await page.locator('.title .tag', { hasText: '已冻结' }).waitFor();

  await change(page, '变更额度', '恢复');
  await page.getByText(/由第二人在「变更复核」中决定/).waitFor();
  await page.getByLabel(/^原因/).fill('材料齐备');
  await page.getByRole('button', { name: '提交复核' }).click();
  const waits = await page.getByRole('link', { name: '看复核进度' }).getAttribute('href');
  await decide(waits, '同意并生效', [/额度状态\s*已冻结\s*有效/, customer.name]);
  await page.reload();
  await page.locator('.title .tag', { hasText: '有效' }).waitFor();
  expect([...faults, ...second.faults]).toEqual([]);
});

test('it is drawn on, an extension is proposed with its refusal at the field, and the plan changes when a second person approves', async () => {
  const { page, faults } = officer;
  await signIn(page, served.url, 'officer');
  await page.goto(`${served.url}${new URL(branch.page.url()).pathname}`);
  await page.getByRole('button', { name: '放款' }).click();
  await page.getByLabel('放款金额').fill('60000');
  await page.getByLabel('年利率').fill('4.35');
  await page.getByLabel('收款账号').fill('6224032072300001');
  await page.getByLabel('用途').fill('购买虾苗');
  await page.getByRole('button', { name: /^提交复核：放款/ }).click();
  const said = await page.getByRole('status').filter({ hasText: '等第二人复核' }).innerText();
  await decide(`/changes?open=${/编号 ([^，,\s]+)/.exec(said)?.[1] ?? ''}`, '同意并生效', [
    /金额，元[\s\S]*60,000\.00/,
    /收款账号[\s\S]*6224 0320 7230 0001/,
    customer.name,
  ]);
  // The page that proposed it sees the money arrive.
  await page.locator('.drawdowns .tag', { hasText: '已放款' }).waitFor({ timeout: 60_000 });
  const link = page.locator('.drawdowns').getByRole('link', { name: /^L\d+$/ });
  loanPath = (await link.getAttribute('href')) ?? '';
  await page.goto(served.url + loanPath);
  await page.getByRole('button', { name: '还款', exact: true }).waitFor();
  expect(await page.getByRole('button', { name: '变更借据' }).count(), 'an officer changes no contract').toBe(0);

  const desk = branch.page;
  await desk.goto(served.url + loanPath);
  await desk.getByRole('heading', { name: /^还款计划 12 期/ }).waitFor();
  await desk.getByRole('button', { name: '变更借据' }).click();
  await desk.locator('.loan-actions .blocked', { hasText: '没有罚息和复利' }).waitFor();
  expect(await breaches(desk)).toEqual([]);
  await desk.locator('.loan-actions').getByRole('button', { name: '展期', exact: true }).click();
  await desk.getByLabel('新到期日').fill('2029-01-20');
  await desk.getByLabel(/^原因/).fill('虾苗晚出塘，货款年后到账');
  await desk.getByRole('button', { name: '提交复核' }).click();
  await desk.locator('#amend-maturity-hint', { hasText: /展期超过上限.*请把到期日改早/ }).waitFor();
  await desk.getByLabel('新到期日').fill('2027-12-20');
  await desk.getByRole('row', { name: /到期日 2027-11-20 2027-12-20/ }).waitFor();
  expect(await breaches(desk)).toEqual([]);
  await desk.getByRole('button', { name: '提交复核' }).click();
  const waits = await desk.getByRole('link', { name: '看复核进度' }).getAttribute('href');
  await desk.locator('.waiting-changes', { hasText: /展期待复核：branch/ }).waitFor();
  await desk.getByRole('heading', { name: /^还款计划 12 期/ }).waitFor();

  await decide(waits, '同意并生效', [/到期日\s*2027-11-20\s*2027-12-20/, customer.name]);
  await desk.reload();
  await desk.getByRole('heading', { name: /^还款计划 13 期/ }).waitFor();
  await desk.locator('.loan-events li', { hasText: '展期' }).waitFor();
  await desk.getByText('2026-11-20 至 2027-12-20').waitFor();
  expect(await desk.locator('.waiting-changes').count()).toBe(0);
  expect([...faults, ...branch.faults, ...second.faults]).toEqual([]);
});

test('what would settle the loan today is quoted item by item', async () => {
  const { page, faults } = branch;
  await page.getByRole('button', { name: '结清报价' }).click();
  const parts = page.getByRole('table', { name: '结清构成' });
  await parts.getByRole('row', { name: /正常本金 60,000\.00/ }).waitFor();
  // One night at 4.35 %: 60,000 × 4.35 % / 360.
  await page.getByText('约 7.25 元').waitFor();
  expect(await page.getByRole('button', { name: '按此还款结清' }).count(), 'a branch head takes no money').toBe(0);
  expect(await breaches(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await parts.waitFor({ state: 'detached' });
  expect(faults).toEqual([]);
});

test('a write-off is proposed, read in words and money, and rejected: the loan stays', async () => {
  const { page, faults } = branch;
  await change(page, '变更借据', '核销');
  await page.getByText(/核销后不能撤回/).waitFor();
  await page.getByRole('row', { name: /借据状态 在用 已核销/ }).waitFor();
  await page.getByLabel(/^原因/).fill('误判为失联客户');
  await page.getByRole('button', { name: '提交复核' }).click();
  const waits = await page.getByRole('link', { name: '看复核进度' }).getAttribute('href');
  await decide(waits, '驳回', [/表内余额，元\s*60,000\.00\s*0\.00/, customer.name], '客户按期经营，不符合核销条件');
  await page.reload();
  await page.locator('.title .tag', { hasText: '在用' }).waitFor();
  expect(await page.locator('.balances tr', { hasText: '正常本金' }).innerText()).toContain('60,000.00');
  expect([...faults, ...second.faults]).toEqual([]);
});

test('a published LPR is proposed beside the last one and listed once approved', async () => {
  const { page, faults } = branch;
  await page.goto(`${served.url}/lpr`);
  await page.getByRole('row', { name: /2025-05-20 3\.00/ }).waitFor();
  expect(await breaches(page)).toEqual([]);
  await page.getByRole('button', { name: '申请发布 LPR' }).click();
  await page.getByLabel('一年期').fill('2.9');
  await page.getByLabel('五年期以上').fill('3.4');
  await page.getByLabel(/^原因/).fill('2026 年 11 月 20 日公布');
  expect(await breaches(page)).toEqual([]);
  await page.getByRole('button', { name: '提交复核' }).click();
  const waits = await page.getByRole('link', { name: '看复核进度' }).getAttribute('href');
  await decide(waits, '同意并生效', [/一年期 LPR[\s\S]*2\.90 %/]);
  await page.reload();
  await page.getByRole('row', { name: /2026-11-20 2\.90/ }).waitFor();
  expect([...faults, ...second.faults]).toEqual([]);
});

test('a difference with the core bank stays until operations say what it was', async () => {
  const { page, faults } = operations;
  await served.bank.servicing.reconcile(ownEntity, firstDay, [strayBooking]);
  await signIn(page, served.url, 'ops');
  await page.getByRole('link', { name: '信贷' }).click();
  await page.getByRole('link', { name: '核心对账' }).click();
  await page.locator('.fig .bad', { hasText: '2' }).waitFor();
  await page.getByRole('cell', { name: '我方有，核心没有' }).waitFor();
  expect(await breaches(page)).toEqual([]);
  await page.getByRole('cell', { name: '核心有，我方没有' }).click();
  await page.getByText(/不要再放/).waitFor();
  await page.getByText('没有对应的指令').waitFor();
  await page.getByLabel(/^是什么/).fill('他行错账，核心已当日退回');
  expect(await breaches(page)).toEqual([]);
  await page.getByRole('button', { name: '标为已处理' }).click();
  await page.getByText(/差异 B\d+ 已标为处理/).waitFor();
  await page.locator('.fig .bad', { hasText: '1' }).waitFor();
  await page.getByRole('cell', { name: '核心有，我方没有' }).click();
  await page.getByText('他行错账，核心已当日退回').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('cell', { name: '我方有，核心没有' }).click();
  await page
    .locator('.dr')
    .getByRole('link', { name: /^L\d+$/ })
    .click();
  await page.getByRole('heading', { level: 1, name: `${customer.name} 的借据` }).waitFor();
  expect(faults).toEqual([]);
});

/** A booking at the core that nobody here asked for; ours of the day is missing there. */
const strayBooking: CoreRow = {
  entityId: ownEntity,
  coreDate: Temporal.PlainDate.from(firstDay),
  coreReference: 'C0001',
  sequence: 'STRAY00000000001',
  kind: 'pay',
  account: '6224032072309999',
  accountName: '测试',
  amountFen: 123_400n,
  originalSequence: null,
  reversed: false,
};

test('who may only read is offered nothing, and is told so where the ledger is asked for', async () => {
  const { page, faults } = await openPage(served.browser);
  await signIn(page, served.url, 'manager');
  await page.goto(`${served.url}${loanPath}?do=write_off`);
  await page.getByRole('button', { name: '结清报价' }).waitFor();
  expect(await page.getByRole('button', { name: '变更借据' }).count()).toBe(0);
  expect(await page.getByRole('button', { name: '提交复核' }).count(), 'an address opens nothing that is not permitted').toBe(0);
  await page.goto(`${served.url}/reconciliations`);
  await page.getByRole('heading', { name: '没有权限' }).waitFor();
  await page.goto(`${served.url}/lpr`);
  await page.getByRole('row', { name: /2026-11-20 2\.90/ }).waitFor();
  expect(await page.getByRole('button', { name: '申请发布 LPR' }).count()).toBe(0);
  expect(faults).toEqual([]);
});

async function change(page: Watched['page'], menu: string, what: string): Promise<void> {
  await page.getByRole('button', { name: menu }).click();
  await page.locator('.menu').getByRole('button', { name: what, exact: true }).click();
  await page.locator('.dr.over').waitFor();
}

/** A second person reads a proposal, which says what `says` says, and decides it. */
async function decide(address: string | null, verdict: string, says: readonly (string | RegExp)[], reason = '同意'): Promise<void> {
  const { page } = second;
  await page.goto(served.url + (address ?? ''));
  const drawer = page.locator('.dr');
  for (const words of says) await drawer.filter({ hasText: words }).waitFor();
  expect(await drawer.locator('pre').count(), 'no JSON').toBe(0);
  expect(await breaches(page)).toEqual([]);
  await page.locator('#decision-reason').fill(reason);
  await page.getByRole('button', { name: verdict }).click();
  await drawer.locator('.tag', { hasText: verdict === '驳回' ? '已驳回' : '已生效' }).waitFor();
}
