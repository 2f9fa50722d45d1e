import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withOwner } from '#platform/postgres/index.ts';
import type { ServedBank } from '../served-bank.ts';
import { staff } from '../village/open-village.ts';
import type { OpenVillage } from '../village/open-village.ts';
import { breaches, openPage, picture, signIn } from './browsing.ts';
import type { Watched } from './browsing.ts';
import { openEvaluationDesk } from './evaluation-desk.ts';

let served: ServedBank;
let open: OpenVillage;
let desk: Watched;
beforeAll(async () => void ({ served, open, desk } = await openEvaluationDesk()));
afterAll(() => served.close());

async function answersOf(reviewerId: bigint | undefined): Promise<{ knows: string; suggested_fen: bigint | null; channel: string }[]> {
  return withOwner(served.bank.db, (tx) =>
    tx.query('select knows, suggested_fen, channel from village.evaluation where reviewer_id = $1 order by received_at, evaluation_id', [
      reviewerId,
    ]),
  );
}

test('the branch sees groups, reviewers and results', async () => {
  const { page, faults } = desk;
  await signIn(page, served.url, 'everything');
  await page.goto(`${served.url}/village/evaluation`);
  await page.getByRole('cell', { name: /评议中/ }).waitFor();
  expect(await page.getByRole('row').count()).toBe(open.groups.length + 1);
  await page.getByRole('cell', { name: /评议中/ }).click();
  await page.getByRole('heading', { name: '调整评议员' }).waitFor();
  await picture(page, 'groups');
  expect(await breaches(page)).toEqual([]);
  await page.getByRole('tab', { name: '评议员' }).click();
  await page.getByRole('cell', { name: /李广才/ }).click();
  await page.getByRole('button', { name: '一次性码' }).click();
  await page.getByRole('status').filter({ hasText: /\d{6}/ }).waitFor();
  await picture(page, 'reviewers');
  expect(await breaches(page)).toEqual([]);
  expect(faults).toEqual([]);
});

test('a device is handed over, answered on, reloaded without loss, and handed back', { timeout: 240_000 }, async () => {
  const { page, faults } = desk;
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole('button', { name: '把手机交给他' }).click();
  await page.getByRole('button', { name: '确认交出' }).click();
  await page.getByText('评议模式已锁定 · 李广才').waitFor();
  await picture(page, 'evaluate-start');
  await page.getByRole('button', { name: '知道', exact: true }).click();
  for (const choice of ['种养', '5–10', '楼房']) await page.getByRole('button', { name: choice, exact: true }).click();
  // Finished too early: what is missing is marked, nothing is sent.
  await page.getByRole('button', { name: /^评好了/ }).click();
  await page.getByText('还有没选的，请补上').waitFor();
  await page.reload();
  await page.getByRole('group', { name: '欠外债' }).getByRole('button', { name: '没有', exact: true }).click();
  expect(await page.getByRole('button', { name: '楼房', exact: true }).getAttribute('aria-pressed')).toBe('true');
  await page.getByText('还没选').waitFor();
  for (let step = 0; step < 7; step += 1) await page.getByRole('button', { name: '多一档' }).click();
  await picture(page, 'evaluate');
  expect(await breaches(page)).toEqual([]);
  await smallest(page);
  const [reviewer] = open.reviewers;
  await page.getByRole('button', { name: /^评好了/ }).click();
  await expect.poll(() => answersOf(reviewer)).toEqual([{ knows: 'yes', suggested_fen: 6_000_000n, channel: 'app' }]);
  await page.getByRole('button', { name: '不知道' }).click();
  await page.getByRole('button', { name: /^评好了/ }).click();
  await expect.poll(async () => (await answersOf(reviewer)).length).toBe(2);
  // Without a signal it is kept and said so; with one it goes by itself.
  await page.context().setOffline(true);
  await page.getByRole('button', { name: '我该回避' }).click();
  await page.getByRole('button', { name: /^评好了/ }).click();
  await page.getByText(/没有信号，已存本机/).waitFor();
  await page.getByRole('button', { name: '交还手机' }).click();
  expect(await page.getByRole('button', { name: '确认' }).isDisabled()).toBe(true);
  await page.getByRole('button', { name: '接着评' }).click();
  await picture(page, 'evaluate-offline');
  await page.context().setOffline(false);
  await expect.poll(async () => (await answersOf(reviewer)).length, { timeout: 30_000 }).toBe(3);
  await page.getByText('已存本机，别的评议员看不到').waitFor();
  await page.getByText(/有别的情况要告诉银行/).waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: '知道', exact: true }).click();
  await page.getByText(/有别的情况要告诉银行/).click();
  await page.getByText(/只选您亲眼见过/).waitFor();
  await picture(page, 'evaluate-kinds');
  expect(await page.locator('.dots .done').count()).toBe(2);
  for (const width of [360, 430]) {
    await page.setViewportSize({ width, height: 780 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await picture(page, `evaluate-${width}`);
  }
  await page.getByRole('button', { name: '交还手机' }).click();
  await page.getByRole('button', { name: '确认' }).click();
  await page.getByRole('heading', { name: '已交还' }).waitFor();
  // Nothing leads back into the console, or into the reviewer's sheet.
  await page.goto(`${served.url}/village/evaluation`);
  await page.getByLabel('密码').waitFor();
  await page.goto(`${served.url}/review/`);
  await page.getByRole('heading', { name: '评议员进入' }).waitFor();
  await picture(page, 'enter');
  expect(faults).toEqual([]);
});

test('a reviewer enters on an own phone with the code', async () => {
  const [, reviewer = 0n] = open.reviewers;
  const { evaluation } = served.bank.villages;
  const { code } = await evaluation.giveCode(staff('EVERYTHING'), reviewer);
  const { page, faults } = await openPage(served.browser);
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(`${served.url}/review/#R${reviewer}`);
  await page.getByRole('heading').first().waitFor();
  await picture(page, 'enter-own');
  await page.getByLabel(/一次性码/).fill(code === '000000' ? '000001' : '000000');
  await page.getByRole('button', { name: '进入' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByLabel(/一次性码/).fill(code);
  await page.getByRole('button', { name: '进入' }).click();
  await page.getByText('评议 · 周会计').waitFor();
  expect(await breaches(page)).toEqual([]);
  expect(faults).toEqual([]);
});

test('what was flagged is settled with evidence, and the group is accepted by a sample', { timeout: 240_000 }, async () => {
  const { page, faults } = desk;
  await answerTheRest();
  await page.setViewportSize({ width: 1440, height: 900 });
  await signIn(page, served.url, 'everything');
  await page.goto(`${served.url}/village/evaluation?tab=people&outcome=manual`);
  await page.getByRole('cell', { name: /有赌博/ }).click();
  await page.getByLabel('依据').fill('走访核实，派出所无处罚记录');
  await picture(page, 'settle');
  expect(await breaches(page)).toEqual([]);
  await page.getByRole('button', { name: '情形不成立' }).click();
  await page.getByRole('heading', { name: '没有这样的人' }).waitFor();
  await page.goto(`${served.url}/village/evaluation`);
  await page.getByRole('cell', { name: /评议中/ }).click();
  await page.getByRole('button', { name: '抽查验收' }).click();
  await page.getByRole('heading', { name: /^抽中/ }).waitFor();
  const drawn = await page.getByRole('button', { name: '属实' }).count();
  for (let at = 0; at < drawn; at += 1) await page.getByRole('button', { name: '属实' }).nth(at).click();
  const file = { name: 'picture.png', mimeType: 'image/png', buffer: Buffer.from('a picture of everybody on the spot') };
  await page.getByLabel('验收人签名').setInputFiles(file);
  await page.getByLabel('现场合影').setInputFiles(file);
  await picture(page, 'acceptance');
  expect(await breaches(page)).toEqual([]);
  await page.getByRole('button', { name: '验收通过' }).click();
  await page.getByText('合影指纹').waitFor();
  await page.getByRole('cell', { name: /已验收/ }).waitFor();
  await picture(page, 'accepted');
  expect(faults).toEqual([]);
});

/** At a meeting, keyed in: everybody who is still open; one of the reviewers flags one person. */
async function answerTheRest(): Promise<void> {
  for (const [seat, reviewer] of open.reviewers.entries()) {
    const rows = await withOwner(served.bank.db, (tx) =>
      tx.query<{ person_id: string }>(
        'select person_id from village.sheet_row where reviewer_id = $1 and answered_at is null and recusal is null order by position desc',
        [reviewer],
      ),
    );
    const items = rows.map(({ person_id }, index) => ({
      evaluation_id: randomUUID(),
      round: 1,
      person_id,
      knows: 'yes' as const,
      answers: { work: 'farming', income: 'from_5_to_10', house: 'storeyed', debt: 'none' },
      suggested_fen: seat === 0 ? '6000000' : '5000000',
      kinds: seat === 0 && index === 0 ? ['X01'] : [],
    }));
    const { refused } = await served.bank.villages.evaluation.keyAnswers(staff('EVERYTHING'), reviewer, { channel: 'meeting', items });
    expect(refused).toEqual([]);
  }
}

/** Nothing that is pressed is smaller than a thumb. */
async function smallest(page: Page): Promise<void> {
  const small = await page.evaluate(() =>
    [...document.querySelectorAll('button')].flatMap((button) => {
      const { height, width } = button.getBoundingClientRect();
      return height > 0 && (height < 44 || width < 44) ? [`${button.textContent} ${width}×${height}`] : [];
    }),
  );
  expect(small).toEqual([]);
}
