import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openScriptedBank, rightCode } from '../portal/scripted-bank.ts';
import type { ScriptedBank } from '../portal/scripted-bank.ts';
import { beginning, channel, standAt } from '../portal/script.ts';
import type { Step } from '../../modules/lending/portal/contract.ts';

let bank: ScriptedBank;
let page: Page;

beforeAll(async () => {
  bank = await openScriptedBank();
});
afterAll(() => bank.close());

beforeEach(async () => {
  await page?.context().close();
  page = await (await bank.browser.newContext({ viewport: { width: 360, height: 740 }, locale: 'zh-CN' })).newPage();
  page.setDefaultTimeout(30_000);
  Object.assign(bank.script, beginning());
});

const press = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();
const title = (text: string | RegExp): Promise<void> => page.getByRole('heading', { level: 1, name: text }).waitFor();

async function standing(step: Step): Promise<void> {
  standAt(bank.script, step);
  await page.goto(`${bank.url}/apply/${channel.code}`);
  await press('开始');
  await page.getByLabel('手机号').fill('13800004567');
  await press('发验证码');
  await page.getByLabel('6 位验证码').fill(rightCode);
  await press('下一步');
}

/** Chromium's own “Slow 3G”. */
const slow = { offline: false, latency: 2000, downloadThroughput: 50_000, uploadThroughput: 50_000 };

test('on slow 3G the first screen costs little and can be used', async () => {
  const line = await page.context().newCDPSession(page);
  await line.send('Network.enable');
  await line.send('Network.emulateNetworkConditions', slow);
  let received = 0;
  line.on('Network.loadingFinished', ({ encodedDataLength }) => {
    received += encodedDataLength;
  });
  page.setDefaultTimeout(60_000);
  const started = performance.now();
  await page.goto(`${bank.url}/apply/${channel.code}`, { waitUntil: 'commit' });
  await press('开始');
  await page.getByLabel('手机号').fill('13800004567');
  process.stdout.write(
    `first screen on slow 3G: usable after ${Math.round(performance.now() - started)} ms, ${Math.round(received / 1024)} KB received\n`,
  );
  // Everything together: page, styles, script, both answers of the bank.
  expect(received).toBeLessThan(200 * 1024);
});

test('without a network what was typed is kept, and the same press works once there is one', async () => {
  await standing('questions');
  await title('想借多少？');
  for (const key of ['3', '万']) await press(key);
  await page.context().setOffline(true);
  await page.getByText('现在没有网').waitFor();
  await press('下一步');
  await page.getByText('没有连上银行').waitFor();
  expect(await page.getByRole('textbox').inputValue()).toBe('30,000');
  await page.context().setOffline(false);
  await press('下一步');
  await title('打算借多久？');
  expect(bank.script.answers['amount']).toBe(3_000_000);
});

test('a slow answer is told, and pressing again sends nothing twice', async () => {
  await standing('questions');
  await title('想借多少？');
  let sent = 0;
  const held: (() => void)[] = [];
  await page.route('**/application/answers', async (request) => {
    sent += 1;
    await new Promise<void>((go) => held.push(go));
    await request.continue();
  });
  for (const key of ['3', '万']) await press(key);
  await press('下一步');
  await page.getByText('网有点慢，还在发').waitFor();
  // Pressed by a finger that does not know that it waits.
  await page.getByRole('button', { name: '正在发送…' }).dispatchEvent('click');
  for (const go of held) go();
  await title('打算借多久？');
  expect(sent).toBe(1);
});

test('a session that has ended leads to the phone number, and back to where one was', async () => {
  await standing('questions');
  await title('想借多少？');
  await page.context().clearCookies();
  for (const key of ['3', '万']) await press(key);
  await press('下一步');
  await title('您的手机号是多少？');
  await page.getByText('请用手机号重新进入').waitFor();
  await page.getByLabel('手机号').fill('13800004567');
  await press('发验证码');
  await page.getByLabel('6 位验证码').fill(rightCode);
  await press('下一步');
  await title('想借多少？');
});

test('a draw is tried again under the same key, and a payee is asked for when the bank says so', async () => {
  await standing('ready');
  await press('借钱');
  await press('1');
  await press('万');
  await press('下一步');
  await press('6 个月');
  await page.getByRole('button', { name: /先息后本/ }).click();
  await press('买种子化肥');
  await press('账户 ****3317');
  const keys: string[] = [];
  let answers = 0;
  await page.route('**/portal/draws', async (request) => {
    const { key } = JSON.parse(request.request().postData() ?? '{}');
    keys.push(String(key));
    answers += 1;
    if (answers === 1) return request.abort();
    if (answers === 2)
      return request.fulfill({
        status: 409,
        contentType: 'application/problem+json',
        body: JSON.stringify({ code: 'draw_split', detail: '三十天内同一用途合计已超过自主支付金额', detail_en: 'split' }),
      });
    return request.continue();
  });
  await press('借 10,000 元');
  await page.getByText('没有连上银行').waitFor();
  await press('借 10,000 元');
  await page.getByText('三十天内同一用途合计已超过自主支付金额').waitFor();
  await press('钱要付给谁？');
  await page.getByLabel('收款人姓名或店名').fill('杨集种子站');
  await page.getByLabel('收款账号').fill('6222001234');
  await press('下一步');
  await press('账户 ****3317');
  await press('借 10,000 元');
  await title('银行收到了，马上放款');
  expect(new Set(keys).size).toBe(1);
  expect(bank.script.draws[0]?.payee).toEqual({ name: '杨集种子站', account: '6222001234' });
});

test('the first answer does not come: what happened, and again', async () => {
  await page.route('**/portal/channels/*', (request) => request.abort());
  await page.goto(`${bank.url}/apply/${channel.code}`);
  await title(/没有连上银行/);
  await page.unroute('**/portal/channels/*');
  await press('再试一次');
  await title('整村贷');
});
