import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { serveSmallBank } from '../served-bank.ts';
import type { ServedBank } from '../served-bank.ts';
import { ownEntity, password } from '../small-bank.ts';
import { breaches, openPage, signIn, type Watched } from './browsing.ts';

/* How a list is looked at: saved, shared with a colleague, and carried out of the house under a number. */

let served: ServedBank;
let desk: Watched;
let page: Page;
beforeAll(async () => {
  served = await serveSmallBank(300);
  const person = (staff_id: string, name: string) => ({
    staff_id,
    login: staff_id.toLowerCase(),
    name,
    institution_id: 'HQ',
    roles: ['branch_head', 'auditor', 'analyst'],
    grid_codes: ['320723103'],
    password,
    must_change_password: false,
  });
  const entity = { entity_id: ownEntity, name: ownEntity, short_name: ownEntity, root_grid_code: '320723', institutions: [] };
  await served.bank.organization.found({ entities: [{ ...entity, staff: [person('BRANCH', '孙立国'), person('SECOND', '李敏')] }] });
  desk = await openPage(served.browser);
  page = desk.page;
  await signIn(page, served.url, 'branch');
});
beforeEach(() => desk.faults.splice(0));
afterAll(() => served.close());

const control = (on: Page) => on.getByRole('button', { name: '视图与列' });
const heads = (on: Page) => on.getByRole('table', { name: '客户' }).locator('th').allInnerTexts();

test('filters, order and columns are saved under a name and come back with it', async () => {
  await page.goto(`${served.url}/persons?sex=F&sort=age&direction=desc`);
  await page.getByRole('table', { name: '客户' }).waitFor();
  await control(page).click();
  await page.getByRole('checkbox', { name: '手机' }).check();
  await page.getByRole('checkbox', { name: '评分' }).uncheck();
  await page.getByLabel('视图名称').fill('年长女客户');
  await page.getByRole('checkbox', { name: '本机构同事可用' }).check();
  expect(await breaches(page)).toEqual([]);
  await page.getByRole('button', { name: '保存', exact: true }).click();
  await page.waitForURL(/view=/);
  const saved = await heads(page);
  await page.goto(`${served.url}/persons`);
  await control(page).click();
  await page.getByRole('button', { name: '年长女客户' }).click();
  await page.waitForURL(/sex=F.*view=/);
  expect(await heads(page)).toEqual(saved);
  expect(saved.join()).toContain('手机');
  expect(saved.join()).not.toContain('评分');
  expect(desk.faults).toEqual([]);
});

test('a colleague of the institution opens it, changes what they see, and cannot change the view', async () => {
  const other = await openPage(served.browser);
  await signIn(other.page, served.url, 'second');
  await other.page.goto(`${served.url}/persons`);
  await control(other.page).click();
  await other.page.getByRole('button', { name: /年长女客户.*孙立国 共用/ }).click();
  await other.page.waitForURL(/view=/);
  await control(other.page).click();
  await other.page.getByRole('checkbox', { name: '年利率' }).uncheck();
  await other.page.getByText('已改').waitFor();
  expect(await other.page.getByRole('button', { name: '保存改动' }).count()).toBe(0);
  expect(other.faults).toEqual([]);
  await other.page.context().close();
});

test('its owner overwrites it and removes it', async () => {
  await page.getByLabel('性别').selectOption('M');
  await control(page).click();
  await page.getByRole('button', { name: '保存改动' }).click();
  await expect.poll(() => page.getByText('已改').count()).toBe(0);
  await page.getByRole('button', { name: '删除' }).click();
  await page.getByRole('button', { name: '确认删除' }).click();
  await page.waitForURL((url) => !url.search.includes('view='));
  await page.getByText('还没有保存的视图').waitFor();
  expect(desk.faults).toEqual([]);
});

const mark = (on: Page) =>
  on.evaluate(() =>
    [...document.querySelectorAll('.marked > div')].some((one) => getComputedStyle(one).backgroundImage.startsWith('url("data:')),
  );

test.each([
  { path: '/persons', marked: true },
  { path: '/grid/320723103', marked: true },
  { path: '/audit', marked: true },
  { path: '/strategies', marked: false },
  { path: '/loads', marked: false },
])('$path carries the mark of who looks: $marked', async ({ path, marked }) => {
  await page.goto(served.url + path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await expect.poll(() => mark(page)).toBe(marked);
  expect(desk.faults).toEqual([]);
});

test('an exported list names who took it, and the audit trail finds its number', async () => {
  await page.goto(`${served.url}/persons?outcome=approve`);
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: '导出' }).click()]);
  const number = /^persons-(E[0-9A-F]{10})\.csv$/.exec(file.suggestedFilename())?.[1] ?? '';
  const lines = (await readFile(await file.path(), 'utf8')).trimEnd().split('\r\n');
  expect(lines.length).toBeGreaterThan(5);
  expect(lines.slice(1).filter((line) => !line.includes(`,${number},孙立国 BRANCH,`))).toEqual([]);
  await page.goto(`${served.url}/audit?subject=${number}`);
  await page.getByRole('row', { name: new RegExp(`孙立国.*person\\.export.*${number}`) }).waitFor();
  expect(desk.faults).toEqual([]);
});
