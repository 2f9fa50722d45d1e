import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { withOwner } from '#platform/postgres/index.ts';
import { serveSmallBank } from '../served-bank.ts';
import type { ServedBank } from '../served-bank.ts';
import { ownEntity, password } from '../small-bank.ts';
import { breaches, openPage, signIn, type Watched } from './browsing.ts';

const township = '320723103';
let served: ServedBank;
let desk: Watched;
let page: Page;
beforeAll(async () => {
  served = await serveSmallBank();
  const { bank } = served;
  await bank.organization.found({ entities: [{ ...head, institutions: [], staff: [branchHead] }] });
  const manifest = await bank.lake.manifest(ownEntity);
  if (!manifest) throw new Error('the small bank has published nothing');
  await bank.indicators.compute(ownEntity, manifest.as_of);
  await bank.strategies.install(ownEntity, 'retail');
  await bank.strategies.screenAndPublish(ownEntity, 'retail');
  desk = await openPage(served.browser);
  page = desk.page;
});
beforeEach(() => desk.faults.splice(0));
afterAll(() => served.close());

const head = { entity_id: ownEntity, name: ownEntity, short_name: ownEntity, root_grid_code: '320723' };
const branchHead = {
  staff_id: 'BRANCH',
  login: 'branch',
  name: '孙立国',
  institution_id: 'HQ',
  roles: ['branch_head'],
  grid_codes: [township],
  password,
  must_change_password: false,
};

/** An adult of a household who was declined by a rule, not for want of a limit worth granting (Z). */
async function declined(): Promise<{
  person_id: string;
  household_id: string;
  name: string;
  village: string;
  group: string;
  head: string;
}> {
  const [person] = await withOwner(served.bank.db, (tx) =>
    tx.query<{ person_id: string; household_id: string; name: string; village: string; group: string; head: string }>(
      `select p.person_id, p.household_id, p.name, v.name as village, g.name as group, h.head_name as head
       from population.person p
       join strategy.decision_current d on d.entity_id = p.entity_id and d.person_id = p.person_id
       join population.household h on h.entity_id = p.entity_id and h.household_id = p.household_id
       join population.grid_node v on v.entity_id = p.entity_id and v.grid_code = left(p.grid_code, 12)
       join population.grid_node g on g.entity_id = p.entity_id and g.grid_code = p.grid_code
       where p.entity_id = $1 and d.outcome = 'decline' and d.reasons[1] not like 'Z%' and p.birth_date < '1990-01-01' and p.id_no is not null and h.people > 1
       order by p.person_id limit 1`,
      [ownEntity],
    ),
  );
  if (!person) throw new Error('nobody was declined');
  return person;
}

test('a branch head drills to a household and sees why a person was declined', async () => {
  const wanted = await declined();
  await signIn(page, served.url, 'branch');
  await page.getByRole('link', { name: '网格与客户' }).click();
  await page.waitForURL(new RegExp(`/grid/${township}$`));
  expect(await breaches(page)).toEqual([]);

  await page.getByRole('link', { name: wanted.village, exact: true }).click();
  await page.getByRole('heading', { level: 1, name: new RegExp(wanted.village) }).waitFor();
  await page.getByRole('link', { name: wanted.group, exact: true }).click();
  await page.getByText('本组的户').waitFor();
  await page.locator(`a[href="/households/${wanted.household_id}"]`).click();
  await page.getByRole('heading', { level: 1, name: `${wanted.head}户` }).waitFor();
  expect(await breaches(page)).toEqual([]);

  const card = page.locator('article.mem', { has: page.getByRole('link', { name: wanted.name, exact: true }) }).first();
  await card.getByText('不予授信').waitFor();
  await card.getByRole('link', { name: /原因/ }).click();
  await page.waitForURL(/\/decision$/);
  await page.locator('.decision .fig .bad', { hasText: '不予授信' }).waitFor();
  expect(await page.locator('.because tbody tr').count()).toBeGreaterThan(0);
  expect(await page.locator('.said li').count()).toBeGreaterThan(0);
  const decisive = page.locator('.because tbody tr').first();
  expect(await decisive.innerText()).toContain('不予授信');

  // The rule that decided stands in the table of rules as hit, with the value it read.
  const code = (await decisive.locator('td').first().innerText()).slice(0, 3);
  const rule = page.locator('table.rules tr', { hasText: code }).first();
  expect(await rule.innerText()).toMatch(/命中|未知/);
  await page.locator('.prov', { hasText: '一致' }).waitFor();
  expect(await breaches(page)).toEqual([]);
  expect(desk.faults).toEqual([]);
});

test('a number is shown only for a reason, and the reason is kept', async () => {
  const wanted = await declined();
  await page.goto(`${served.url}/persons/${wanted.person_id}`);
  const eye = page.getByRole('button', { name: '查看完整证件号' });
  await eye.click();
  const show = page.getByRole('button', { name: '查看', exact: true });
  await page.getByLabel('为什么需要看', { exact: false }).fill('看');
  expect(await show.isDisabled()).toBe(true);
  await page.getByLabel('为什么需要看', { exact: false }).fill('电话核对签约时间');
  await show.click();
  await page.getByText(/^320799\d{11}[\dX]$/).waitFor();
  const [kept] = await withOwner(served.bank.db, (tx) =>
    tx.query<{ reason: string; actor_id: string }>(
      `select reason, actor_id from audit.entry where action = 'person.reveal' and subject_id = $1`,
      [wanted.person_id],
    ),
  );
  expect(kept).toEqual({ reason: '电话核对签约时间', actor_id: 'BRANCH' });
  expect(desk.faults).toEqual([]);
});

test('one person is decided now, and what if an input were different', async () => {
  const wanted = await declined();
  await page.goto(`${served.url}/decide?person=${wanted.person_id}`);
  await page.getByRole('button', { name: '决策', exact: true }).click();
  await page.locator('.prov').waitFor();
  await page.getByRole('button', { name: /改一项/ }).click();
  await page.getByLabel('按名称或代码找输入项').fill('AGE');
  await page.getByRole('radio').first().check();
  await page.getByLabel(/改为/).fill('17');
  await page.getByRole('button', { name: '试算', exact: true }).click();
  await page.getByText('试算，改动 1 项').waitFor();
  await page.locator('.because').getByText('B01').waitFor();
  expect(await breaches(page)).toEqual([]);
  expect(desk.faults).toEqual([]);
});

const screens = [
  '/',
  '/persons',
  '/households',
  '/whitelist',
  '/strategies',
  '/strategies/retail',
  '/strategies/retail?view=reasons',
  '/indicators?open=INC_YEAR',
  '/changes',
];

test.each(screens)('%s opens without a fault and can be used by everybody', async (path) => {
  await page.goto(served.url + path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForLoadState('networkidle');
  expect(await page.locator('[role=alert]').allInnerTexts()).toEqual([]);
  expect(await breaches(page)).toEqual([]);
  expect(desk.faults).toEqual([]);
});
