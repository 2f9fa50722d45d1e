/** What a reviewer says at a meeting is typed in at the console, and a group gets its head; what a lost or slow network keeps back is told. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withOwner } from '#platform/postgres/index.ts';
import type { ServedBank } from '../served-bank.ts';
import type { OpenVillage } from '../village/open-village.ts';
import { breaches, picture, signIn } from './browsing.ts';
import type { Watched } from './browsing.ts';
import { openEvaluationDesk } from './evaluation-desk.ts';

let served: ServedBank;
let open: OpenVillage;
let desk: Watched;
beforeAll(async () => void ({ served, open, desk } = await openEvaluationDesk()));
afterAll(() => served.close());

test('a group’s head is named, replaced, and told with the phone masked', async () => {
  const { page, faults } = desk;
  await signIn(page, served.url, 'everything');
  await page.goto(`${served.url}/village/evaluation`);
  await page.getByRole('cell', { name: /评议中/ }).click();
  await page.getByText('还没有登记组长').waitFor();
  await page.getByRole('button', { name: '登记组长' }).click();
  await page.getByLabel('姓名').fill('赵长根');
  await page.getByLabel(/手机号/).fill('13812345678');
  await page.getByRole('button', { name: '登记', exact: true }).click();
  await page.getByText('138****5678').first().waitFor();
  await page.getByRole('button', { name: '更换组长' }).click();
  await page.getByLabel('姓名').fill('钱有才');
  await page.getByRole('button', { name: '登记', exact: true }).click();
  await page.getByText('未留电话').waitFor();
  await page.getByText('赵长根').waitFor();
  await picture(page, 'group-head');
  expect(await page.content()).not.toContain('13812345678');
  expect(await breaches(page)).toEqual([]);
  expect(faults).toEqual([]);
});

test('what a reviewer says at a meeting is typed in household by household, and what is missing is named', async () => {
  const { page, faults } = desk;
  await page.getByRole('tab', { name: '评议员' }).click();
  await page.getByRole('cell', { name: /李广才/ }).click();
  await page.getByRole('button', { name: '代录会上或电话评议' }).click();
  await page.getByLabel('地点').fill('村部会议室');
  await page.getByLabel('时间').fill('00:05');
  const people = page.locator('section.keyed');
  await people.first().waitFor();
  const first = people.first();
  await first.getByRole('button', { name: '知道', exact: true }).click();
  await first.getByLabel('楼房').check();
  await picture(page, 'key-answers');
  await page.getByRole('button', { name: /^交这一户/ }).click();
  await first.getByText(/请选建议额度/).waitFor();
  await picture(page, 'key-refused');
  expect(await breaches(page)).toEqual([]);
  for (const [index, person] of (await people.all()).entries())
    await person.getByRole('button', { name: index === 0 ? '不知道' : '回避', exact: true }).click();
  await page.getByRole('button', { name: /^交这一户/ }).click();
  const kept = () =>
    withOwner(served.bank.db, (tx) =>
      tx.query<{ channel: string; taken_place: string; knows: string }>(
        'select channel, taken_place, knows from village.evaluation where reviewer_id = $1 order by knows',
        [open.reviewers[0]],
      ),
    );
  await expect.poll(async () => (await kept()).length, { timeout: 20_000 }).toBeGreaterThan(0);
  expect((await kept())[0]).toEqual({ channel: 'meeting', taken_place: '村部会议室', knows: 'no' });
  await page
    .getByRole('status')
    .filter({ hasText: /已评 [1-9]/ })
    .waitFor();
  expect(faults).toEqual([]);
});

const unreadSays = (page: Page, words: string) => page.getByRole('alert').filter({ hasText: words }).filter({ hasText: '连不上服务器' });

/** Screens of the village, what each asks for, what is told when no answer comes, and what stands there once one does. */
const screens = [
  ['/village/pool', /\/api\/.*\/V\d+\/(pool|households)\b/, '没有读到客户池', (page: Page) => page.getByRole('row').nth(1)],
  ['/village/evaluation', /\/api\/.*groups\b/, '没有读到村组', (page: Page) => page.getByRole('row').nth(1)],
  ['/village/grants', /\/api\/.*\/limits\b/, '没有读到审定名单', (page: Page) => page.getByText(/人等待审定/)],
  [
    '/village/grants?tab=batches',
    /\/api\/.*\/batches\b/,
    '没有读到批次',
    (page: Page) => page.getByRole('heading', { name: '还没有批次' }),
  ],
  [
    '/village/grants?tab=notices',
    /\/api\/.*\/notices\b/,
    '没有读到公示',
    (page: Page) => page.getByRole('heading', { name: '还没有公示' }),
  ],
  ['/village/progress', /\/api\/.*\/progress\b/, '没有读到推进情况', (page: Page) => page.getByRole('row').nth(1)],
] as const;

test.each(screens)('a lost network at %s is told with what it kept back, and trying again reads it', async (path, asked, told, read) => {
  const { page, faults } = desk;
  await page.route(asked, (route) => route.abort());
  await page.goto(served.url + path);
  await unreadSays(page, told).waitFor();
  await picture(page, `unread-${told}`);
  expect(await breaches(page)).toEqual([]);
  await page.unroute(asked);
  await page.getByRole('button', { name: '再试一次' }).first().click();
  await read(page).waitFor();
  expect(faults).toEqual([]);
});

test('the group head and the sheet say so where they stand, and what takes long says that it does', async () => {
  const { page, faults } = desk;
  const heads = /\/api\/.*\/group-heads\b/;
  await page.route(heads, (route) => route.abort());
  await page.goto(`${served.url}/village/evaluation`);
  await page.getByRole('cell', { name: /评议中/ }).click();
  await unreadSays(page, '没有读到组长').waitFor();
  await page.unroute(heads);
  const { promise: letGo, resolve } = Promise.withResolvers<void>();
  await page.route(heads, async (route) => {
    await letGo;
    await route.continue();
  });
  await page.getByRole('button', { name: '再试一次' }).click();
  await page.getByText('网络较慢，还在读取…').waitFor();
  resolve();
  await page.getByText('钱有才').first().waitFor();
  await page.unroute(heads);
  const sheet = /\/api\/.*\/reviewers\/R\d+\/sheet\b/;
  await page.route(sheet, (route) => route.abort());
  await page.goto(`${served.url}/village/evaluation?tab=reviewers`);
  await page.getByRole('cell', { name: /周会计/ }).click();
  await page.getByRole('button', { name: '代录会上或电话评议' }).click();
  await unreadSays(page, '没有读到评议表').waitFor();
  await page.unroute(sheet);
  await page.getByRole('button', { name: '再试一次' }).click();
  await page.locator('section.keyed').first().waitFor();
  expect(faults).toEqual([]);
});

test('without a network a screen that was never opened says so, and so does one that is asked anew', async () => {
  const { page } = desk;
  await page.goto(`${served.url}/village/grants?tab=batches`);
  await page.getByRole('heading', { name: '还没有批次' }).waitFor();
  await page.context().setOffline(true);
  await page.getByRole('tab', { name: '公示' }).click();
  await unreadSays(page, '没有读到公示').waitFor();
  await page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: '系统', exact: true }).click();
  await page.getByRole('heading', { name: '这一页没有打开' }).waitFor();
  await page.context().setOffline(false);
  await page.getByRole('button', { name: '再试一次' }).click();
  await page.getByRole('heading', { level: 1 }).waitFor();
});
