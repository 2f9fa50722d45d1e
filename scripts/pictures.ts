import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { demonstrationSignIns } from '#modules/organization/contract.ts';
import { householdList } from '#modules/population/contract.ts';
import { whitelist } from '#modules/strategy/contract.ts';
import { findChromium } from './find-chromium.ts';
import { root, say } from './run-step.ts';

/**
 * Takes the pictures of the README from a running demonstration bank: node scripts/pictures.ts [URL]
 * Signs in as its analyst and looks up somebody approved, somebody declined and a household with exposure, so nothing is fixed here but the screens.
 */
const address = process.argv[2] ?? 'http://localhost:8080';
const folder = join(root, 'docs/pictures');

async function read<S extends z.ZodType>(page: Page, schema: S, path: string): Promise<z.output<S>> {
  const answer = await page.request.get(address + path);
  if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
  return schema.parse(await answer.json());
}

async function signIn(page: Page): Promise<void> {
  const { items } = await read(page, demonstrationSignIns, '/api/v1/session/demonstration');
  const analyst = items.find((one) => one.login === 'analyst');
  if (!analyst) throw new Error(`${address}: 不是演示行,没有演示工号 / this is not the demonstration bank`);
  await page.goto(address);
  await page.locator('#login').fill(analyst.login);
  await page.locator('#password').fill(analyst.password);
  await page.locator('form button[type=submit]').click();
  await page.locator('.shell').waitFor();
}

/** The screens by the name of their picture. */
async function screens(page: Page): Promise<Record<string, string>> {
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

mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: findChromium(),
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
});
try {
  const page = await (
    await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN', reducedMotion: 'reduce' })
  ).newPage();
  await signIn(page);
  for (const [name, path] of Object.entries(await screens(page))) {
    await page.goto(address + path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('networkidle');
    await page.waitForFunction(() => document.querySelector('.bones') === null);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    say(`docs/pictures/${name}.png`);
  }
} finally {
  await browser.close();
}
