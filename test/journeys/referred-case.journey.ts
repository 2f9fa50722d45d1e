import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyOn, enterBy, title, type Phone } from './borrower.ts';
import { openOffice, soundNeighbours, type Neighbour, type Office } from './office.ts';

let office: Office;
let code = '';
let people: Neighbour[] = [];
let phone: Phone;
let caseAddress = '';

beforeAll(async () => {
  office = await openOffice([
    ['seller', '周海涛', 'manager'],
    ['surveyor', '孙晓东', 'investigator'],
    ['branch', '吴兰', 'branch_head'],
    ['approver', '何静', 'approver'],
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

const openFirst = async (page: Page): Promise<void> => {
  await page.goto(`${office.served.url}/work`);
  await page.getByRole('table', { name: '待办' }).locator('tbody tr').first().click();
  await page.locator('.dr .why li').first().waitFor();
};

test('an application by another phone than on record is for people; the borrower is told so', async () => {
  phone = await enterBy(office, code, neighbour(0, { phone: '13900071001' }));
  await applyOn(phone, 120_000);
  await title(phone.page, '正请银行的人看您的申请');
  expect(phone.faults).toEqual([]);
});

test('the investigator reads the case and writes down what was found', async () => {
  const page = await office.desk('surveyor');
  await openFirst(page);
  await page.getByRole('button', { name: /^填写调查/ }).click();
  await page.waitForURL(/\/cases\/C\d+\?show=investigate/);
  caseAddress = page.url().replace(/\?.*/, '');
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
  const page = await office.desk('branch');
  await openFirst(page);
  await page.goto(caseAddress);
  await page.getByRole('button', { name: '退回', exact: true }).click();
  await page.getByLabel('到哪一步').selectOption({ label: '调查' });
  await page.getByLabel('办完后直接回到现在这一步').check();
  await page.getByLabel(/^原因/).fill('补一张大棚的照片');
  await page.locator('.ask .act').getByRole('button', { name: '退回' }).click();
  await page.getByText('现在由孙晓东办理').waitFor();
  const surveyor = await office.desk('surveyor');
  await surveyor.goto(`${caseAddress}?show=investigate`);
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
  const page = await office.desk('approver');
  await openFirst(page);
  await page.goto(caseAddress);
  await agree(page, '12.00');
  await page.getByText('系统正在办理，或等客户').waitFor();
  office.quiet('approver');
});
