import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { join } from 'node:path';
import { password } from '../small-bank.ts';

/** What went wrong on a page by itself: script errors, refused styles or scripts, answers of 500 and more. */
export interface Watched {
  page: Page;
  faults: string[];
}

const desk = { viewport: { width: 1440, height: 900 }, locale: 'zh-CN', acceptDownloads: true } as const;

const hand = { viewport: { width: 360, height: 740 }, locale: 'zh-CN', hasTouch: true, reducedMotion: 'reduce' } as const;

export const openPage = (browser: Browser): Promise<Watched> => open(browser, desk);
/** As a small phone shows it. */
export const openPhone = (browser: Browser): Promise<Watched> => open(browser, hand);

async function open(browser: Browser, as: BrowserContextOptions): Promise<Watched> {
  const page = await (await browser.newContext(as)).newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content.Security.Policy/i.test(message.text())) faults.push(message.text());
  });
  page.on('response', (response) => {
    if (response.status() >= 500) faults.push(`${response.status()} ${response.url()}`);
  });
  return { page, faults };
}

export async function signIn(page: Page, url: string, login: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel('工号').fill(login);
  await page.getByLabel('密码').fill(password);
  await page.getByRole('button', { name: '登录' }).click();
  await page.getByRole('navigation', { name: '主导航' }).waitFor();
}

/** Breaches of WCAG 2 A and AA on the page as it stands, one line each. */
export async function breaches(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).analyze();
  return violations.map(
    (one) =>
      `${one.id}: ${one.nodes
        .map((node) => node.target.join(' '))
        .slice(0, 3)
        .join(' | ')}`,
  );
}

/** The number a text shows, its separators left out. */
export function numberIn(text: string): number {
  const digits = /-?[\d,]+/.exec(text)?.[0];
  if (digits === undefined) throw new Error(`no number in “${text}”`);
  return Number(digits.replaceAll(',', ''));
}

/** Taken where `QIANMO_PICTURES` names a folder for pictures. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['QIANMO_PICTURES'];
  if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`) });
}
