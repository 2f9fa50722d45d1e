import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { residentIdCheckCharacter } from '#core/identifiers/index.ts';
import { generate } from '#county/index.ts';
import { serveSmallBank } from '../served-bank.ts';
import type { ServedBank } from '../served-bank.ts';
import { ownEntity } from '../small-bank.ts';
import { breaches, numberIn, openPage, signIn, type Watched } from './browsing.ts';

const people = 1500;
let served: ServedBank;
let desk: Watched;
let page: Page;
beforeAll(async () => {
  served = await serveSmallBank(0);
  const folder = join(served.bank.dataFolder, 'inbox', 'county');
  await generate({ entity: ownEntity, people, seed: 7, date: '2026-11-20', townships: ['320723103'], folder });
  desk = await openPage(served.browser);
  page = desk.page;
});
beforeEach(() => desk.faults.splice(0));
afterAll(() => served.close());

async function loadIsDone(): Promise<void> {
  await page.locator('.head .tag', { hasText: '已发布' }).waitFor({ timeout: 120_000 });
}

/** Every 18-digit number of the line whose check character is wrong gets the right one. */
function mended(line: string): string {
  return line.replaceAll(/\d{17}[\dXx]/g, (id) => id.slice(0, 17) + residentIdCheckCharacter(id.slice(0, 17)));
}

test('an analyst loads a county and reads the report', async () => {
  await signIn(page, served.url, 'everything');
  await page.getByRole('link', { name: '数据', exact: true }).click();
  await page.getByText('还没有加载过').waitFor();
  await page.getByRole('button', { name: '开始加载' }).click();
  await page
    .getByRole('row', { name: /county/ })
    .getByRole('button', { name: '加载' })
    .click();
  await page.waitForURL(/\/loads\/L\d+$/);
  await loadIsDone();

  const sum = async (name: string): Promise<number> => numberIn(await page.locator('.flow li', { hasText: name }).locator('b').innerText());
  const received = numberIn(await page.locator('.funnel .fig').first().locator('dd').first().innerText());
  expect(received).toBeGreaterThan(people);
  expect((await sum('发布')) + (await sum('合并')) + (await sum('隔离'))).toBe(received);
  expect(numberIn(await page.locator('.funnel .fig').last().locator('dd').first().innerText())).toBeGreaterThan(people * 0.9);

  // The file whose encoding is not the agreed one stands first, with what was agreed and what was found.
  const refused = page.getByRole('row', { name: /拒收/ });
  expect(await refused.count()).toBeGreaterThan(0);
  expect(await refused.first().innerText()).toMatch(/约定|不符|缺少/);
  expect(await breaches(page)).toEqual([]);
  expect(desk.faults).toEqual([]);
});

test('a quarantined row is corrected and reloaded', async () => {
  await page.locator('.why-bars a', { hasText: '身份证号校验位不符' }).click();
  await page.waitForURL(/reason=resident_id_check/);
  await page
    .getByRole('row', { name: /待处理/ })
    .first()
    .click();
  expect(await page.locator('.raw-line').innerText()).toContain('*');
  await page.getByLabel('为什么需要看', { exact: false }).fill('按身份证复印件更正校验位');
  await page.getByRole('button', { name: '打开原文' }).click();

  const line = page.locator('#corrected');
  const raw = await line.inputValue();
  await page.getByRole('button', { name: '保存更正' }).click();
  await page.getByRole('alert').filter({ hasText: '校验位' }).waitFor();
  await line.fill(mended(raw));
  await page.getByRole('button', { name: '保存更正' }).click();
  await page.getByText('更正有效，等待重载。').waitFor();

  const before = page.url();
  await page.getByRole('button', { name: '重载 1 行更正' }).click();
  await page.waitForURL((url) => /\/loads\/L\d+$/.test(url.pathname) && url.href !== before);
  await loadIsDone();
  expect(numberIn(await page.locator('.funnel .fig').first().locator('dd').first().innerText())).toBe(1);
  expect(desk.faults).toEqual([]);
});

test('the people of the county can be found', async () => {
  await page.goto(`${served.url}/persons`);
  const first = page.locator('tbody tr').first();
  await first.waitFor();
  expect(numberIn((await page.locator('.pg').innerText()).split('共')[1] ?? '')).toBeGreaterThan(people * 0.9);
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.locator('aside.dr').waitFor();
  expect(await breaches(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.locator('aside.dr').waitFor({ state: 'detached' });
  expect(desk.faults).toEqual([]);
});
