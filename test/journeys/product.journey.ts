import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { foundationFile } from '#modules/organization/index.ts';
import { serveSmallBank } from '../served-bank.ts';
import type { ServedBank } from '../served-bank.ts';
import { ownEntity, password } from '../small-bank.ts';
import { breaches, openPage, signIn, type Watched } from './browsing.ts';

let served: ServedBank;
let desk: Watched;
let page: Page;
beforeAll(async () => {
  served = await serveSmallBank(0);
  await served.bank.strategies.install(ownEntity, 'retail');
  await served.bank.products.install(ownEntity);
  await served.bank.organization.found(twoPeople);
  desk = await openPage(served.browser);
  page = desk.page;
});
beforeEach(() => desk.faults.splice(0));
afterAll(() => served.close());

const person = (staff_id: string, login: string, name: string, role: 'analyst' | 'risk_head') => ({
  staff_id,
  login,
  name,
  institution_id: 'HQ',
  roles: [role],
  grid_codes: [ownEntity],
  password,
  must_change_password: false,
});
const twoPeople = foundationFile.parse({
  entities: [
    {
      entity_id: ownEntity,
      name: '灌云农村商业银行',
      short_name: '灌云农商行',
      root_grid_code: ownEntity,
      institutions: [{ institution_id: 'HQ', parent_id: null, kind: 'head_office', name: '总行' }],
      staff: [person('A901', 'maker', '提出人', 'analyst'), person('R901', 'checker', '复核人', 'risk_head')],
    },
  ],
});

const quiet = async (): Promise<void> => {
  expect(await breaches(page)).toEqual([]);
  expect(desk.faults).toEqual([]);
};

test('the products stand under their bases; filters stay in the address', async () => {
  await signIn(page, served.url, 'maker');
  await page.goto(`${served.url}/products`);
  await page.getByText('41 种产品').waitFor();
  await quiet();
  await page.getByLabel('客群').selectOption({ label: '公职' });
  await page.waitForURL(/segment=public_post/);
  await page.getByLabel('层级').selectOption({ label: '方案' });
  await page.getByText('符合 2 种').waitFor();
  expect(await page.getByRole('row', { name: /教师方案/ }).count()).toBe(1);
});

test('a product says where a value comes from and what a draw costs', async () => {
  await page.goto(`${served.url}/products/hui_cun_dai`);
  const limit = page.getByRole('row', { name: /最高额度/ });
  expect(await limit.innerText()).toMatch(/20\.00 万元\s+本层/);
  expect(await page.getByRole('row', { name: /^宽限期/ }).innerText()).toMatch(/3 天\s+线上消费贷/);
  expect(await page.getByRole('row', { name: /重定价/ }).innerText()).toMatch(/固定利率\s+默认/);
  await page.getByText(/借 10,000\.00 元 12 个月，利息共/).waitFor();
  await page.getByLabel('借多少').fill('90000000');
  await page.getByText('请填本产品范围内的金额、期限和利率').waitFor();
  await quiet();
});

test('a programme is derived, judged while it is typed, and proposed', async () => {
  await page.goto(`${served.url}/products/hui_cun_dai`);
  await page.getByRole('link', { name: '派生方案' }).click();
  await page.getByLabel('中文名称').fill('退休教师方案');
  await page.getByLabel('英文名称').fill('Retired teachers');
  await page.getByLabel('代码').fill('tui_xiu_dai');
  await page.getByLabel('改一项条款').selectOption({ label: '最高额度' });
  await page
    .getByRole('group', { name: /最高额度/ })
    .getByRole('textbox')
    .fill('250000');
  await page.getByText(/超出“惠存贷”的 200,000.00 元/).waitFor();
  await page.getByLabel('提交理由').fill('退休教师存款稳定');
  expect(await page.getByRole('button', { name: '提交复核' }).isDisabled()).toBe(true);
  await page
    .getByRole('group', { name: /最高额度/ })
    .getByRole('textbox')
    .fill('50000');
  await page.getByText('没有问题，可以提交').waitFor();
  expect(await page.getByRole('row', { name: /最高额度/ }).innerText()).toMatch(/5\.00 万元\s+本层/);
  await quiet();
  await page.getByRole('button', { name: '提交复核' }).click();
  await page.getByRole('status').getByRole('link').waitFor();
  await page.goto(`${served.url}/products`);
  await page.getByText('41 种产品').waitFor();
});

test('a second person reads it term by term and approves; there are 42', async () => {
  const second = await openPage(served.browser);
  await signIn(second.page, served.url, 'checker');
  await second.page.goto(`${served.url}/changes`);
  await second.page.getByRole('row', { name: /tui_xiu_dai/ }).click();
  await second.page.getByText('在“hui_cun_dai”之上').waitFor();
  expect(await second.page.getByRole('row', { name: /最高额度/ }).innerText()).toMatch(/5\.00 万元/);
  expect(await breaches(second.page)).toEqual([]);
  await second.page.getByRole('button', { name: '同意并生效' }).click();
  await second.page.locator('.proposal-facts', { hasText: '已生效' }).waitFor();
  await second.page.goto(`${served.url}/products?q=tui_xiu_dai`);
  await second.page.getByText('符合 1 种，共 42 种产品').waitFor();
  await second.page.goto(`${served.url}/products`);
  await second.page.getByText('42 种产品').waitFor();
  expect(second.faults).toEqual([]);
  await second.page.context().close();
});
