import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { withOwner } from '#platform/postgres/index.ts';
import { serveSmallBank } from '../served-bank.ts';
import type { ServedBank } from '../served-bank.ts';
import { password as firstPassword } from '../small-bank.ts';
import { breaches, openPage, signIn, type Watched } from './browsing.ts';

let served: ServedBank;
let desk: Watched;
let page: Page;
beforeAll(async () => {
  served = await serveSmallBank(0);
  desk = await openPage(served.browser);
  page = desk.page;
});
beforeEach(() => desk.faults.splice(0));
afterAll(() => served.close());

async function attempt(login: string, password: string): Promise<void> {
  await page.getByLabel('工号').fill(login);
  await page.getByLabel('密码').fill(password);
  const answered = page.waitForResponse((response) => response.url().endsWith('/api/v1/session') && response.request().method() === 'POST');
  await page.getByRole('button', { name: '登录' }).click();
  await answered;
}

test('wrong passwords are told plainly, and too many lock the login for a while', async () => {
  await page.goto(served.url);
  await page.getByRole('button', { name: '登录' }).click();
  await page.getByText('请填工号').waitFor();
  await page.getByText('请填密码').waitFor();
  expect(await breaches(page)).toEqual([]);

  await attempt('manager', 'not-this-one');
  expect(await page.getByRole('alert').innerText()).toContain('工号或密码不正确');
  for (let wrong = 2; wrong <= 5; wrong += 1) await attempt('manager', 'not-this-one');
  await attempt('manager', 'footpaths-2026');
  await page.getByRole('alert').filter({ hasText: '锁定' }).waitFor();
  expect(await page.getByLabel('密码').count()).toBe(1);
  expect(desk.faults).toEqual([]);
});

test('the language is switched at the door and inside, and stays', async () => {
  await page.goto(served.url);
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByLabel('Staff number').waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('en');
  await attemptInEnglish('nobody', 'not-this-one');
  expect(await page.getByRole('alert').innerText()).toContain('The login or the password is not right');

  await page.getByRole('button', { name: '中文' }).click();
  await signIn(page, served.url, 'everything');
  await page.getByRole('button', { name: '我的菜单' }).click();
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('navigation', { name: 'Main navigation' }).waitFor();
  await page.reload();
  await page.getByRole('link', { name: 'Workbench', exact: true }).waitFor();

  await page.getByRole('button', { name: 'My menu' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Staff number').waitFor();
  await page.goto(`${served.url}/loads`);
  await page.getByLabel('Staff number').waitFor();
  expect(desk.faults).toEqual([]);
});

test('a first password is replaced by one’s own before anything else opens', async () => {
  await withOwner(served.bank.db, (tx) =>
    tx.query(`update organization.credential set must_change = true from organization.staff s
              where s.login = 'everything' and credential.entity_id = s.entity_id and credential.staff_id = s.staff_id`),
  );
  await page.goto(served.url);
  // The language of the test before stays.
  await page.getByRole('button', { name: '中文' }).click();
  await attempt('everything', firstPassword);
  await page.getByLabel('现在的密码').fill(firstPassword);
  await page.getByLabel('新密码（至少 12 位）').fill('footpaths-2027-new');
  await page.getByLabel('再输一遍新密码').fill('footpaths-2027-other');
  await page.getByRole('button', { name: '更换密码' }).click();
  await page.getByText('两次输入不一致').waitFor();
  await page.getByLabel('再输一遍新密码').fill('footpaths-2027-new');
  await page.getByRole('button', { name: '更换密码' }).click();
  await page.getByRole('navigation', { name: '主导航' }).waitFor();
  expect(desk.faults).toEqual([]);
});

async function attemptInEnglish(login: string, password: string): Promise<void> {
  await page.getByLabel('Staff number').fill(login);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('alert').waitFor();
}
