import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openScriptedBank, rightCode } from '../portal/scripted-bank.ts';
import type { ScriptedBank } from '../portal/scripted-bank.ts';
import { look } from '../portal/look.ts';
import { beginning, channel, standAt } from '../portal/script.ts';
import type { Step } from '../../modules/lending/portal/contract.ts';

let bank: ScriptedBank;
let page: Page;
const faults: string[] = [];

beforeAll(async () => {
  bank = await openScriptedBank();
});
afterAll(() => bank.close());

beforeEach(async () => {
  faults.length = 0;
  await page?.context().close();
  const context = await bank.browser.newContext({
    viewport: { width: 360, height: 740 },
    locale: 'zh-CN',
    hasTouch: true,
    reducedMotion: 'reduce',
  });
  page = await context.newPage();
  // A screen that does not come is missing, not slow.
  page.setDefaultTimeout(30_000);
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content.Security.Policy/i.test(message.text())) faults.push(message.text());
  });
  Object.assign(bank.script, beginning());
});

const address = (): string => `${bank.url}/apply/${channel.code}`;
const press = (name: string | RegExp): Promise<void> => page.getByRole('button', { name, exact: typeof name === 'string' }).click();
const title = (text: string | RegExp): Promise<void> => page.getByRole('heading', { level: 1, name: text }).waitFor();

async function enter(): Promise<void> {
  await page.goto(address());
  await press('开始');
  await page.getByLabel('手机号').fill('13800004567');
  await press('发验证码');
  await page.getByLabel('6 位验证码').fill(rightCode);
  await press('下一步');
}

/** Opens the page at a step, entered already. */
async function standing(step: Step): Promise<void> {
  standAt(bank.script, step);
  await enter();
}

test('from a scanned code to the questions, every screen looked at', async () => {
  await page.goto(`${bank.url}/apply`);
  await title('请扫客户经理给您的二维码');
  await look(page, '01-no-code');
  await page.goto(address());
  await title('整村贷');
  await look(page, '02-welcome');
  await press('开始');
  await look(page, '03-phone');
  await press('发验证码');
  await page.getByText('手机号是 1 开头的 11 位数字').waitFor();
  await page.getByLabel('手机号').fill('13800004567');
  await press('发验证码');
  await title('请填短信里的 6 位数字');
  await look(page, '04-code');
  await page.getByLabel('6 位验证码').fill('111111');
  await press('下一步');
  await page.getByText('验证码不对或已过期').waitFor();
  expect(await page.getByLabel('6 位验证码').inputValue()).toBe('111111');
  await page.getByLabel('6 位验证码').fill(rightCode);
  await press('下一步');

  await title('您叫什么，身份证号是多少？');
  await page.getByLabel('姓名').fill('王德成');
  await page.getByLabel('身份证号').fill('320723198502020011');
  await press('下一步');
  await page.getByText('身份证号是 18 位').waitFor();
  await look(page, '05-identity');
  await page.getByLabel('身份证号').fill(idNumber);
  await press('下一步');

  await title(/我们想查这几样/);
  expect(await page.getByRole('checkbox', { checked: true }).count()).toBe(0);
  await press('同意勾选的 0 样，下一步');
  await page.getByText('「身份和法院公开信息」是必需的').waitFor();
  await page.getByRole('checkbox', { name: '身份和法院公开信息' }).click();
  // What is agreed to by itself opens its text first.
  await page.getByRole('checkbox', { name: '个人信用报告' }).click();
  await title('个人信用报告');
  await look(page, '07-consent-text');
  await press('同意这一项');
  await title(/我们想查这几样/);
  expect(await page.getByRole('checkbox', { name: '个人信用报告' }).getAttribute('aria-checked')).toBe('true');
  await look(page, '06-consents');
  await press('同意勾选的 2 样，下一步');

  await title('要不要刷脸确认是您本人？');
  expect(bank.script.agreed.filter(({ is_given: isGiven }) => isGiven).map(({ text }) => text)).toEqual([
    'application@1',
    'credit_report@1',
  ]);
  await look(page, '08-face');
  await press('不刷脸，接着办');
  await title('想借多少？');
  expect(faults).toEqual([]);
});

/** Invented: the village's division code and a right check character. */
const idNumber = '320723198502020014';

test('one question a screen; amounts by keys with their reading; Back and forth; nothing lost by leaving', async () => {
  await standing('questions');
  await title('想借多少？');
  for (const key of ['5', '0', '万']) await press(key);
  await page.getByText('50 万元', { exact: true }).waitFor();
  await press('下一步');
  await page.getByText('最多 30 万元，请看看是不是多按了一个 0').waitFor();
  await press('删');
  await page.getByText('读作：五万元').waitFor();
  await look(page, '09-amount');
  await press('下一步');
  await title('打算借多久？');
  await page.getByRole('textbox').fill('12');
  await look(page, '10-number');
  await press('下一步');
  await title('这笔钱用来做什么？');
  await look(page, '11-choice');
  await page.goBack();
  await title('打算借多久？');
  expect(await page.getByRole('textbox').inputValue()).toBe('12');
  await press('上一步');
  await title('想借多少？');
  expect(await page.getByRole('textbox').inputValue()).toBe('50,000');
  await page.goForward();
  await page.goForward();
  await press('养殖');
  await title('家里靠什么挣钱？');
  await page.getByRole('checkbox', { name: '种地' }).click();
  await look(page, '12-several');
  await press('下一步');
  // Closed and opened again: the first question without an answer.
  await page.goto('about:blank');
  await page.goto(address());
  await press('接着办');
  await title('您办到这里了');
  await look(page, '13-progress');
  await press('接着办');
  await title('爱人知道要借钱吗？');
  await press('是');
  await title('还有什么想告诉我们？');
  await look(page, '14-text');
  await press('不想答，跳过');
  await title('请再看一遍，对了就发给银行');
  await look(page, '15-review');
  await press('改：想借多少？');
  await title('想借多少？');
  await page.goBack();
  await press('发给银行');
  await title(/银行正在办/);
  expect(bank.script.answers).toMatchObject({ amount: 5_000_000, months: 12, purpose: 'breeding', income: ['land'], spouse_knows: true });
  expect(faults).toEqual([]);
});

test('deciding, then an offer: yuan first; what is accepted is what was shown; Back never leads into a step that is done', async () => {
  standAt(bank.script, 'deciding');
  bank.script.answers['amount'] = 8_000_000;
  await enter();
  await title(/银行正在办/);
  await look(page, '16-deciding');
  await title('王德成，您的额度');
  await look(page, '17-offer');
  const shown = await page.getByRole('main').innerText();
  expect(shown.indexOf('利息共 520.00 元')).toBeGreaterThan(0);
  expect(shown.indexOf('利息共 520.00 元')).toBeLessThan(shown.indexOf('5.20%'));
  await page.goBack();
  await title('您办到这里了');
  await page.goForward();
  bank.refuseNext('offer_changed');
  bank.script.offerHash = 'b'.repeat(64);
  await press('就这样，去签合同');
  await page.getByText('额度或利率有变化').waitFor();
  await press('就这样，去签合同');
  await title('签合同前，请把这几份看完');
  expect(bank.script.accepted).toEqual({ offer_id: 'O1', hash: 'b'.repeat(64) });
  expect(faults).toEqual([]);
});

test('papers are read for the time that the bank says, then signed by a code', async () => {
  await standing('papers');
  bank.script.readingSeconds = 3;
  await title('签合同前，请把这几份看完');
  await look(page, '18-papers');
  for (const [index, paper] of ['综合融资成本明示表', '个人借款合同'].entries()) {
    await page.getByRole('button', { name: new RegExp(paper) }).click();
    await title(paper);
    expect(await page.getByRole('button', { name: '我看完了，确认' }).isDisabled()).toBe(true);
    const opened = page.context().waitForEvent('page');
    await page.getByRole('link', { name: '打开看' }).click();
    await (await opened).close();
    await page.getByText(/请再看 \d 秒/).waitFor();
    if (index === 0) await look(page, '19-paper');
    await press('我看完了，确认');
  }
  await title('最后一步：签字');
  await look(page, '20-signing');
  await press('给 138****4567 发签字验证码');
  await page.getByLabel('6 位验证码').fill(rightCode);
  await press('签字');
  await title('我的贷款');
  expect(faults).toEqual([]);
});

test('where both have to agree the spouse signs on the own phone; an account is given once', async () => {
  standAt(bank.script, 'signing');
  Object.assign(bank.script, { spouse: { phone_masked: null }, accounts: [] });
  await enter();
  await title('爱人也要签字，请填爱人的信息');
  await page.getByLabel('姓名').fill('李桂芳');
  await page.getByLabel('身份证号').fill(idNumber);
  await page.getByLabel('手机号').fill('13900000001');
  await look(page, '20-spouse');
  await press('下一步');
  await press('给爱人 139****0001 发验证码');
  await page.getByLabel('6 位验证码').fill(rightCode);
  await press('下一步');
  await press('给 138****4567 发签字验证码');
  await page.getByLabel('6 位验证码').fill('000000');
  await press('签字');
  await page.getByText('验证码不对或已过期').waitFor();
  await page.getByLabel('6 位验证码').fill(rightCode);
  await press('签字');
  await title('我的贷款');
  await press('借钱');
  for (const key of ['1', '万']) await press(key);
  await press('下一步');
  await press('1 年');
  await page.getByRole('button', { name: /先息后本/ }).click();
  await press('养殖');
  await page.getByLabel('本行账号').fill('6222001234567788');
  await press('下一步');
  await press('账户 ****7788');
  await title('请看一遍，对了就借');
  expect(faults).toEqual([]);
});

test('money is drawn in small questions: what it costs each way, what it is for, who is paid', async () => {
  await standing('ready');
  await title('我的贷款');
  await look(page, '21-loans-empty');
  await press('借钱');
  for (const key of ['6', '万']) await press(key);
  await look(page, '22-draw-amount');
  await press('下一步');
  await press('1 年');
  await title('想怎么还？');
  await page.getByText('3,120.00 元').first().waitFor();
  await look(page, '23-draw-method');
  await page.getByRole('button', { name: /等额本息/ }).click();
  await title('这笔钱用来做什么？');
  await look(page, '24-draw-purpose');
  await press('买农机');
  await title('钱要付给谁？');
  await page.getByLabel('收款人姓名或店名').fill('杨集农机店');
  await page.getByLabel('收款账号').fill('62220012345678');
  await look(page, '25-draw-payee');
  await press('下一步');
  await press('账户 ****3317');
  await title('请看一遍，对了就借');
  await page.getByText('每次还多少').click();
  await look(page, '26-draw-confirm');
  await page.goBack();
  await title('用哪个账户还款？');
  await page.goForward();
  await press('借 60,000 元');
  await title('银行收到了，马上放款');
  await press('看我的贷款');
  await page.getByText('已收到，马上放款').waitFor();
  expect(bank.script.draws).toHaveLength(1);
  expect(bank.script.draws[0]).toMatchObject({
    amount_fen: '6000000',
    months: 12,
    method: 'equal_installment',
    purpose: 'machine',
    account_id: '62',
  });
  expect(bank.script.draws[0]?.payee).toEqual({ name: '杨集农机店', account: '62220012345678' });
  expect(faults).toEqual([]);
});

test('a loan is paid early after seeing what it saves; being late is told with a way on', async () => {
  standAt(bank.script, 'ready');
  bank.script.hasLoan = true;
  await enter();
  await page.getByText('30,000.00 元').first().waitFor();
  await look(page, '27-loans');
  await press('提前还一些');
  await title('王德成，今天想还多少？');
  await press('20,000');
  await page.getByText('今天一共付').waitFor();
  await look(page, '28-repay');
  await press('自己填');
  for (const key of ['5', '0', '0', '0']) await press(key);
  await look(page, '29-repay-own');
  await press('下一步');
  await press('20,000');
  await press('还 20,085.48 元');
  await title('还好了');
  expect(bank.script.repaid).toMatchObject([{ amount_fen: '2000000', prepayment: 'shorten' }]);
  bank.script.daysPastDue = 3;
  await press('看我的贷款');
  await page.getByText('过了还款日 3 天').waitFor();
  await look(page, '30-loans-late');
  expect(faults).toEqual([]);
});

test('a no is neutral, with its reason, three ways on and a person', async () => {
  await standing('declined');
  await title('王德成，这次暂时不能给您额度');
  await look(page, '31-declined');
  expect(await page.locator('.ways > ol > li').count()).toBe(3);
  const calls = await page.getByRole('link', { name: '给周海涛打电话' }).all();
  expect(await Promise.all(calls.map((call) => call.getAttribute('href')))).toEqual(['tel:13851234567', 'tel:13851234567']);
  await page.getByText('2026-12-27 起可以再申请，用同一个码').waitFor();
  await page.getByText('周一至周五 8:30–17:00').waitFor();
  const red = await page.evaluate(() =>
    [...document.querySelectorAll('body *')].filter((one) => {
      const [r = 0, g = 0, b = 0] = [...getComputedStyle(one).color.matchAll(/\d+/g)].map(Number);
      return r > 120 && g < 60 && b < 60;
    }),
  );
  expect(red).toEqual([]);
  expect(faults).toEqual([]);
});

test('a person looks at it; more is asked for; the application is taken back', async () => {
  await standing('manual');
  await title('正请银行的人看您的申请');
  await look(page, '32-manual');
  bank.script.step = 'supplement';
  await press('现在看看');
  await title('银行请您再补一点');
  await look(page, '33-supplement');
  await press('上一步');
  await press('先不办了');
  await title('先不办了？');
  await look(page, '34-leave');
  await press('不申请了，撤回');
  await press('撤回');
  await title('申请已经撤回');
  await look(page, '35-closed');
  expect(faults).toEqual([]);
});

test('in English and in large letters, kept on the phone', async () => {
  await page.goto(address());
  await press('大字');
  await press('English');
  await title('Village loan');
  await page.reload();
  await title('Village loan');
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize)).toBe('20px');
  await press('Begin');
  await page.getByLabel('Phone number').fill('13800004567');
  await press('Send the code');
  await page.getByLabel('6-digit code').fill(rightCode);
  standAt(bank.script, 'offer');
  await press('Next');
  await title('王德成, your limit');
  await look(page, '36-offer-english');
  expect(faults).toEqual([]);
});
