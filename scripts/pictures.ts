import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { z } from 'zod';
import { demonstrationSignIns } from '#modules/organization/contract.ts';
import { householdList } from '#modules/population/contract.ts';
import { loanList } from '#modules/servicing/contract.ts';
import { whitelist } from '#modules/strategy/contract.ts';
import { findChromium } from './find-chromium.ts';
import { root, say } from './run-step.ts';

/**
 * Takes the pictures of the README from a running demonstration bank: node scripts/pictures.ts [URL]
 * Signs in as its analyst, then as its operations, and looks up somebody approved, a household with exposure, the loan that is latest and the facility
 * with most loans, so nothing is fixed here but the screens.
 */
const address = process.argv[2] ?? 'http://localhost:8080';
const folder = join(root, 'docs/pictures');

async function read<S extends z.ZodType>(page: Page, schema: S, path: string): Promise<z.output<S>> {
  const answer = await page.request.get(address + path);
  if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
  return schema.parse(await answer.json());
}

async function signIn(page: Page, login: string): Promise<void> {
  const { items } = await read(page, demonstrationSignIns, '/api/v1/session/demonstration');
  const person = items.find((one) => one.login === login);
  if (!person) throw new Error(`${address}: 不是演示行，没有演示工号 / this is not the demonstration bank`);
  await page.goto(address);
  await page.locator('#login').fill(person.login);
  await page.locator('#password').fill(person.password);
  await page.locator('form button[type=submit]').click();
  await page.locator('.shell').waitFor();
}

/** The analyst's screens by the name of their picture. */
async function analystScreens(page: Page): Promise<Record<string, string>> {
  const approved = await read(page, whitelist, '/api/v1/whitelist?outcome=approve&sort=limit&direction=desc&limit=20');
  const households = await read(page, householdList, '/api/v1/households?over_cap=false&sort=exposure&direction=desc&limit=50');
  const person = approved.items.find((one) => one.reasons.length > 2) ?? approved.items[0];
  const family = households.items.find((one) => one.members === 4 && (one.approved ?? 0) > 0) ?? households.items[0];
  if (person === undefined || family === undefined) throw new Error(`${address}: 还没有批量决策的结果 / nothing has been screened yet`);
  return {
    grid: `/grid/${person.grid_code.slice(0, 9)}`,
    household: `/households/${family.household_id}`,
    person: `/persons/${person.person_id}`,
    decision: `/persons/${person.person_id}/decision`,
    whitelist: '/whitelist',
    loads: '/loads',
  };
}

/** Those of operations. */
async function operationsScreens(page: Page): Promise<Record<string, string>> {
  const { items } = await read(page, loanList, '/api/v1/loans?limit=200');
  const [latest] = items.toSorted((a, b) => b.days_past_due - a.days_past_due);
  const loansOf = (facilityId: string): number => items.filter((loan) => loan.facility_id === facilityId).length;
  const [fullest] = items.toSorted((a, b) => loansOf(b.facility_id) - loansOf(a.facility_id));
  if (latest === undefined || fullest === undefined) throw new Error(`${address}: 还没有借据 / there are no loans yet`);
  return {
    loan: `/loans/${latest.loan_id}`,
    'loan-change': `/loans/${latest.loan_id}?do=waiver`,
    facility: `/facilities/${fullest.facility_id}`,
    'day-end': '/day-ends',
    calculator: '/calculator?amount=50000&rate=4.35&months=24&fee=300',
  };
}

async function take(browser: Browser, login: string, screensOf: (page: Page) => Promise<Record<string, string>>): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN', reducedMotion: 'reduce' });
  const page = await context.newPage();
  await signIn(page, login);
  for (const [name, path] of Object.entries(await screensOf(page))) {
    await page.goto(address + path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('networkidle');
    await page.waitForFunction(() => document.querySelector('.bones') === null);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    say(`docs/pictures/${name}.png`);
  }
}

mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: findChromium(),
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
});
try {
  await take(browser, 'analyst', analystScreens);
  await take(browser, 'operations', operationsScreens);
} finally {
  await browser.close();
}
