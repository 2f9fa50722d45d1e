import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withOwner } from '#platform/postgres/index.ts';
import { applyOn, drawOn, enterBy, press, signOn, title, type Phone } from './borrower.ts';
import { secondsOf, watch, type HandsOn } from './hands-on.ts';
import { look, offeredNeighbours, openOffice, soundNeighbours, type Neighbour, type Office } from './office.ts';

const folder = 'referred-case';
let office: Office;
let code = '';
let people: Neighbour[] = [];
let phone: Phone;
let caseAddress = '';
const taken = new Map<string, HandsOn>();

beforeAll(async () => {
  office = await openOffice([
    ['seller', '周海涛', 'manager'],
    ['surveyor', '孙晓东', 'investigator'],
    ['branch', '吴兰', 'branch_head'],
    ['approver', '何静', 'approver'],
    ['release', '陆海燕', 'drawdown_officer'],
  ]);
  people = await soundNeighbours(office, 6);
  const headers = await office.served.signIn('seller');
  const payload = { product: 'zheng_cun_dai' };
  const made = await office.served.api.app.inject({ method: 'POST', url: '/api/v1/channels', headers, payload });
  code = made.json<{ code: string }>().code;
});
afterAll(() => office.close());

const neighbour = (index: number, changes: Partial<Neighbour> = {}): Neighbour => {
  const found = people[index];
  if (!found) throw new Error('too few people');
  return { ...found, ...changes };
};

/** At a desk whose work is measured from when it is first used. */
async function measured(login: string): Promise<Page> {
  const page = await office.desk(login);
  if (!taken.has(login)) taken.set(login, await watch(page));
  return page;
}

const why = (page: Page) => page.locator('.dr .why');

/** As a person gets there: the menu, the list, the case beside it, the case. */
async function openCase(page: Page): Promise<void> {
  const menu = page.getByRole('navigation', { name: '主导航' });
  await menu.getByRole('link', { name: '信贷', exact: true }).click();
  await menu.getByRole('link', { name: '待办', exact: true }).click();
  await page.getByRole('table', { name: '待办' }).locator('tbody tr').first().click();
  await why(page).locator('li').first().waitFor();
  await page.getByRole('link', { name: '打开案件' }).click();
  await page.waitForURL(/\/cases\/C\d+/);
}

test('an application by another phone than on record is for people; the borrower is told so', async () => {
  phone = await enterBy(office, code, neighbour(0, { phone: '13900071001' }));
  await applyOn(phone, 120_000);
  await title(phone.page, '正请银行的人看您的申请');
  expect(phone.faults).toEqual([]);
});

test('the investigator reads the case and writes down what was found', async () => {
  const page = await measured('surveyor');
  await openCase(page);
  caseAddress = page.url().replace(/\?.*/, '');
  await page.getByRole('button', { name: /^填写调查/ }).click();
  await fillForm(page);
  await page.getByLabel('建议额度', { exact: true }).fill('120000');
  await page.getByLabel('调查意见').fill('种大棚两亩，收入稳定，用来买薄膜和化肥');
  await page.getByRole('button', { name: /^提交，建议 12\.00 万元/ }).click();
  await page.getByRole('button', { name: /^拿回/ }).waitFor();
  office.quiet('surveyor');
});

/** Every question that has to be answered, as a person would. */
async function fillForm(page: Page): Promise<void> {
  for (const group of await page.locator('.schema-form fieldset').all()) await group.locator('label').first().click();
  for (const input of await page.locator('.schema-form input[inputmode]').all()) await input.fill('20');
  for (const area of await page.locator('.schema-form textarea, .schema-form input:not([inputmode]):not([type])').all())
    await area.fill('情况属实');
  for (const choice of await page.locator('.schema-form select').all()) await choice.selectOption({ index: 1 });
}

test('the branch head sends it back once, and agrees after it was answered', async () => {
  const page = await measured('branch');
  await openCase(page);
  await page.getByRole('button', { name: '退回', exact: true }).click();
  await page.getByLabel('到哪一步').selectOption({ label: '调查' });
  await page.getByLabel('办完后直接回到现在这一步').check();
  await page.getByLabel(/^原因/).fill('补一张大棚的照片');
  await page.locator('.ask .act').getByRole('button', { name: '退回' }).click();
  await page.getByText('现在由孙晓东办理').waitFor();
  const surveyor = await measured('surveyor');
  await openCase(surveyor);
  await surveyor.getByRole('button', { name: /^填写调查/ }).click();
  await surveyor.getByLabel('调查意见').fill('种大棚两亩，收入稳定，照片已补');
  await surveyor.getByRole('button', { name: /^提交，建议/ }).click();
  await surveyor.getByRole('button', { name: /^拿回/ }).waitFor();
  await page.reload();
  await agree(page, '12.00');
  office.quiet('branch');
});

/** The drawer shows limit and price as they would be; agreed to as proposed. */
async function agree(page: Page, wan: string): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`^同意 ${wan} 万元`) }).click();
  await page
    .locator('.ask .act')
    .getByRole('button', { name: `同意 ${wan} 万元` })
    .click();
  await page.locator('.ask').waitFor({ state: 'detached' });
}

test('above what the branch may decide a second approver agrees as well', async () => {
  const page = await measured('approver');
  await openCase(page);
  await agree(page, '12.00');
  await page.getByText('系统正在办理，或等客户').waitFor();
  office.quiet('approver');
});

test('the borrower accepts and signs; a third post lets the money go', async () => {
  await press(phone.page, '现在看看');
  await title(phone.page, `${phone.who.name}，您的额度`);
  await press(phone.page, '就这样，去签合同');
  await signOn(office, phone);
  await title(phone.page, '正请银行的人看您的申请');
  const page = await measured('release');
  await openCase(page);
  await page.getByRole('tab', { name: '合同与用信' }).click();
  await page.getByRole('row', { name: /借款合同.*借款人.*本行/ }).waitFor();
  await page.getByText('还没有用信').waitFor();
  await page.locator('.act .btn.pri').click();
  await page.locator('.ask .act .btn.pri').click();
  await page.locator('.ask').waitFor({ state: 'detached' });
  office.quiet('release');
  await press(phone.page, '现在看看');
  await drawOn(phone, '60000');
  await press(phone.page, '看我的贷款');
  await phone.page.getByText('60,000.00 元').first().waitFor();
  expect(phone.faults).toEqual([]);
});

test('one such case takes minutes of screens, not hours', () => {
  const work = [...taken].map(([login, one]) => ({ login, ...one, seconds: Math.round(secondsOf(one)) }));
  const seconds = work.reduce((sum, one) => sum + one.seconds, 0);
  const into = resolve(import.meta.dirname, '../../test-results', folder);
  mkdirSync(into, { recursive: true });
  writeFileSync(join(into, 'hands-on.json'), JSON.stringify({ seconds, work }, null, 2));
  // A bank that lends so reports less than two hours for handling a loan.
  expect(seconds).toBeLessThan(2 * 3600);
  expect(work.every(({ clicks }) => clicks > 0)).toBe(true);
});

test('whoever sees the application sees its contract and where the money is', async () => {
  const page = await office.desk('release');
  await page.goto(`${caseAddress}?show=contract`);
  const draw = page.getByRole('table', { name: '用信' }).getByRole('row', { name: /60,000\.00/ });
  await draw.waitFor();
  await expect
    .poll(
      async () => {
        await page.reload();
        await draw.waitFor();
        return draw.innerText();
      },
      { timeout: 60_000 },
    )
    .toMatch(/已放款/);
  // Of the account, given now or known to the bank, its end alone is shown.
  expect(await draw.innerText()).toMatch(/本人\s+\*+\s?\d{4}(?!\d)/);
  expect(await draw.innerText()).not.toMatch(/\d{10}/);
  expect(await page.locator('main').innerText()).not.toContain('6222001234567788');
  await look(page, folder, 'contract');
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: '下载已签的借款合同' }).click();
  expect((await saved).suggestedFilename()).toMatch(/-contract\.pdf$/);
  office.quiet('release');
});

test('the credit bureau hangs at noon: nobody is refused for it, and whoever waited goes on by themselves when it is back', async () => {
  const [atNoon, after] = await offeredNeighbours(office, 2, { isBureauNeeded: true });
  if (!atNoon || !after) throw new Error('nobody has an old report');
  process.kill(office.bureau.pid, 'SIGSTOP');
  const waiting = await enterBy(office, code, atNoon);
  await applyOn(waiting, 30_000);
  await title(waiting.page, '正请银行的人看您的申请');
  await waiting.page.getByText(/^人行征信现在没有答复/).waitFor();
  await look(waiting.page, folder, 'bureau-down-borrower', [360]);
  const page = await office.desk('surveyor');
  await page.goto(`${office.served.url}/work`);
  await page
    .getByRole('table', { name: '待办' })
    .getByRole('row', { name: new RegExp(atNoon.name) })
    .click();
  await why(page).getByText('P14', { exact: true }).waitFor();
  expect(await why(page).innerText()).not.toContain('不予授信');
  await page.getByRole('heading', { name: /^等来源答复/ }).waitFor();
  await page.getByText(/^不必等，照常办理/).waitFor();
  await look(page, folder, 'bureau-down');
  // It still hangs when it is asked again.
  office.served.clock.advance({ minutes: 3 });
  await expect.poll(() => triesOf(atNoon), { timeout: 30_000 }).toBe(1);
  process.kill(office.bureau.pid, 'SIGCONT');
  office.served.clock.advance({ minutes: 10 });
  await expect.poll(() => stateOf(atNoon), { timeout: 30_000 }).toBe('offered');
  await press(waiting.page, '现在看看');
  await title(waiting.page, `${atNoon.name}，您的额度`);
  const offered = await enterBy(office, code, after);
  await applyOn(offered, 30_000);
  await title(offered.page, `${after.name}，您的额度`);
  const refused = await withOwner(office.served.bank.db, (tx) =>
    tx.query(`select application_id from lending.application where state = 'declined' or outcome = 'decline'`),
  );
  expect(refused).toEqual([]);
  expect([...waiting.faults, ...offered.faults]).toEqual([]);
  office.quiet('surveyor');
});

async function stateOf({ person_id: id }: Neighbour): Promise<string | undefined> {
  const [row] = await withOwner(office.served.bank.db, (tx) =>
    tx.query<{ state: string }>('select state from lending.application where person_id = $1 order by application_id desc limit 1', [id]),
  );
  return row?.state;
}

async function triesOf({ person_id: id }: Neighbour): Promise<number | undefined> {
  const [row] = await withOwner(office.served.bank.db, (tx) =>
    tx.query<{ tries: number }>(
      `select h.tries from lending.held h join lending.application a using (application_id) where a.person_id = $1 and h.reason is not null`,
      [id],
    ),
  );
  return row?.tries;
}
