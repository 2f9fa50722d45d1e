import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withOwner } from '#platform/postgres/index.ts';
import { serveSmallBank } from '../served-bank.ts';
import type { ServedBank } from '../served-bank.ts';
import { ownEntity, password } from '../small-bank.ts';

let served: ServedBank;
let page: Page;
beforeAll(async () => {
  served = await serveSmallBank();
  page = await (await served.browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'zh-CN' })).newPage();
});
afterAll(() => served.close());

/** Somebody of a village whose name no other village knows. */
async function personOf(village: string): Promise<{ person_id: string; name: string }> {
  const [person] = await withOwner(served.bank.db, (tx) =>
    tx.query<{ person_id: string; name: string }>(
      `select person_id, name from population.person p where entity_id = $1 and grid_code ^@ $2 and household_id is not null
         and name not in (select name from population.person o where not o.grid_code ^@ $2) order by person_id limit 1`,
      [ownEntity, village],
    ),
  );
  if (!person) throw new Error(`nobody lives in ${village}`);
  return person;
}

test('a manager cannot see the next village', async () => {
  const broken: string[] = [];
  page.on('pageerror', (error) => broken.push(error.message));
  page.on(
    'console',
    (message) => void (message.type() === 'error' && /Content.Security.Policy/i.test(message.text()) && broken.push(message.text())),
  );
  const [own = '', next = ''] = served.villages;
  const [mine, theirs] = [await personOf(own), await personOf(next)];

  await page.goto(served.url);
  await page.locator('#login').fill('manager');
  await page.locator('#password').fill(password);
  await page.locator('form button[type=submit]').click();
  await page.locator('#login').waitFor({ state: 'detached' });

  await page.goto(`${served.url}/persons/${mine.person_id}`);
  await page.getByText(mine.name).first().waitFor();

  for (const place of [`/persons/${theirs.person_id}`, `/grid/${next}`, `/persons?grid=${next}`, `/households?grid=${next}`]) {
    const answered = page.waitForResponse(
      (response) => response.url().includes('/api/v1/') && /persons|households|grid/.test(response.url()),
    );
    await page.goto(served.url + place);
    await answered;
    await page.waitForLoadState('networkidle');
    const text = await page.locator('body').innerText();
    expect([place, text.includes(theirs.name)]).toEqual([place, false]);
    expect([place, text.trim().length > 20]).toEqual([place, true]);
  }
  expect(broken).toEqual([]);
});
