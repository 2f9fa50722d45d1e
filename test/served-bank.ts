import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { buildPages, servePages } from '../apps/server/pages.ts';
import { openSmallBank } from './small-bank.ts';
import type { SmallBank, SmallBankOptions } from './small-bank.ts';

/** The small bank with its console in a real browser, as a bank gets it: built, served, under the strict content policy. */
export interface ServedBank extends SmallBank {
  url: string;
  browser: Browser;
}

/** Debian's Chromium as root wants no sandbox; the rest keeps it from talking to anybody but us. */
export const browserFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function serveSmallBank(people?: number, options?: SmallBankOptions): Promise<ServedBank> {
  const executablePath = process.env['CHROMIUM'];
  if (!executablePath) throw new Error('CHROMIUM is not set: run the journeys by `npm test`, which finds the browser');
  await buildPages(() => undefined);
  const small = await openSmallBank(people, options);
  await servePages(small.api);
  const url = await small.api.app.listen({ port: 0, host: '127.0.0.1' });
  const browser = await chromium.launch({ executablePath, args: browserFlags });
  return {
    ...small,
    url,
    browser,
    async close() {
      await browser.close();
      await small.close();
    },
  };
}
