/** What every screen of the borrower's page is held to, and its pictures. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { breaches } from '../journeys/browsing.ts';

const folder = resolve(import.meta.dirname, '../../test-results/portal');
const phone = { width: 360, height: 740 };
const desk = { width: 1920, height: 1080 };

/** Looks at the screen as it stands: on a small phone in both letter sizes and on a desk. */
export async function look(page: Page, name: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const wrong = [
    ...(await looked(page, name, phone, 'normal')),
    ...(await looked(page, `${name}-large`, phone, 'large')),
    ...(await looked(page, `${name}-desk`, desk, 'normal')),
  ];
  await wear(page, phone, 'normal');
  expect(wrong).toEqual([]);
}

async function wear(page: Page, size: { width: number; height: number }, text: 'normal' | 'large'): Promise<void> {
  await page.setViewportSize(size);
  await page.evaluate((wanted) => {
    document.documentElement.dataset['text'] = wanted;
  }, text);
}

async function looked(page: Page, name: string, size: { width: number; height: number }, text: 'normal' | 'large'): Promise<string[]> {
  await wear(page, size, text);
  await picture(page, name, size);
  const found = [...(size === phone ? await tooSmall(page) : []), ...(await pale(page))];
  if (text === 'normal' && size === phone) found.push(...(await breaches(page)));
  return found.map((one) => `${name}: ${one}`);
}

/** The whole screen, as tall as it is, with the dock where it ends. */
async function picture(page: Page, name: string, size: { width: number; height: number }): Promise<void> {
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width: size.width, height: Math.max(size.height, height) });
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await page.setViewportSize(size);
}

/** What can be pressed and is under 44 px either way, and whatever sticks out of the screen. */
function tooSmall(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    if (document.documentElement.scrollWidth > innerWidth)
      found.push(`wider than the screen by ${document.documentElement.scrollWidth - innerWidth}`);
    for (const one of document.querySelectorAll('button, a[href], input, summary')) {
      const box = one.getBoundingClientRect();
      if (one.closest('.unseen') || box.width === 0) continue;
      if (box.width < 43.9 || box.height < 43.9)
        found.push(`${one.textContent?.slice(0, 12)} ${Math.round(box.width)}×${Math.round(box.height)}`);
    }
    return found;
  });
}

/** Words under 7 : 1 against what lies behind them; what is switched off is left out, as in WCAG. */
function pale(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const parse = (colour: string): number[] => [...colour.matchAll(/[\d.]+/g)].map(Number);
    const light = ([r = 0, g = 0, b = 0]: number[]): number => {
      const [lr = 0, lg = 0, lb = 0] = [r, g, b].map((c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * lr + 0.7152 * lg + 0.0722 * lb;
    };
    const behind = (one: Element | null): number[] => {
      for (let at = one; at !== null; at = at.parentElement) {
        const colour = parse(getComputedStyle(at).backgroundColor);
        if (colour.length === 3 || (colour[3] ?? 0) > 0.99) return colour;
      }
      return [255, 255, 255];
    };
    const found = new Set<string>();
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = words.nextNode(); node !== null; node = words.nextNode()) {
      const one = node.parentElement;
      if (
        !node.textContent?.trim() ||
        !one ||
        one.closest('.unseen, [disabled], script, style, noscript') ||
        one.getClientRects().length === 0
      )
        continue;
      const [a, b] = [light(parse(getComputedStyle(one).color)), light(behind(one))];
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      if (ratio < 7) found.add(`${node.textContent.trim().slice(0, 12)} stands at ${ratio.toFixed(1)} : 1`);
    }
    return [...found];
  });
}
