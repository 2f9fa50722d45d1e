/** What a reviewer says at a meeting is typed in at the console, and a group gets its head. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withOwner } from '#platform/postgres/index.ts';
import type { ServedBank } from '../served-bank.ts';
import type { OpenVillage } from '../village/open-village.ts';
import { breaches, signIn } from './browsing.ts';
import type { Watched } from './browsing.ts';
import { openEvaluationDesk, picture } from './evaluation-desk.ts';

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
