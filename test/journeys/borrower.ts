/** What a borrower does on the phone, screen by screen, from a manager's code to money. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { residentIdCheckCharacter } from '#core/identifiers/index.ts';
import type { Neighbour, Office } from './office.ts';

export interface Phone {
  readonly page: Page;
  readonly who: Neighbour;
  readonly faults: readonly string[];
}

/** A screen that does not come is missing, not slow. */
const patient = { timeout: 30_000 } as const;

const hand = { viewport: { width: 360, height: 740 }, locale: 'zh-CN', hasTouch: true, reducedMotion: 'reduce' } as const;

/** Opened at a code, entered by a code to the phone. The recorder of the app that shows the page hands over a face. */
export async function enterBy(office: Office, code: string, who: Neighbour): Promise<Phone> {
  const page = await (await office.served.browser.newContext(hand)).newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('response', (response) => {
    if (response.status() >= 500) faults.push(`${response.status()} ${response.url()}`);
  });
  await page.addInitScript(`window.qianmoFace = { record: async () => 'capture-0001' }`);
  await page.goto(`${office.served.url}/apply/${code}`);
  await press(page, '开始');
  await page.getByLabel('手机号').fill(who.phone);
  await press(page, '发验证码');
  await page.getByLabel('6 位验证码').waitFor();
  await page.getByLabel('6 位验证码').fill(office.codeFor(who.phone));
  await press(page, '下一步');
  return { page, who, faults };
}

export const press = (page: Page, name: string | RegExp): Promise<void> =>
  page.getByRole('button', { name, exact: typeof name === 'string' }).click();
export const title = (page: Page, name: string | RegExp): Promise<void> => page.getByRole('heading', { level: 1, name }).waitFor();

/** Who one is, what one agrees to, a face, the questions; sent to the bank. */
export async function applyOn({ page, who }: Phone, yuan: number): Promise<void> {
  await title(page, '您叫什么，身份证号是多少？');
  await page.getByLabel('姓名').fill(who.name);
  await page.getByLabel('身份证号').fill(who.id_no);
  await press(page, '下一步');
  await title(page, /我们想查这几样/);
  await agreeToAll(page);
  await title(page, '要不要刷脸确认是您本人？');
  await press(page, '同意，开始刷脸');
  await page.getByText(/第 1 个问题/).waitFor();
  await answerAll(page, yuan);
  await press(page, '发给银行');
}

/** What is agreed to by itself opens its text first. */
async function agreeToAll(page: Page): Promise<void> {
  const boxes = page.getByRole('checkbox');
  for (let index = 0; index < (await boxes.count()); index += 1) {
    await boxes.nth(index).click();
    const one = page.getByRole('button', { name: '同意这一项', exact: true });
    await boxes.nth(index).or(one).first().waitFor();
    if (await one.isVisible()) await one.click();
    await expect.poll(() => boxes.nth(index).getAttribute('aria-checked'), patient).toBe('true');
  }
  await press(page, /^同意勾选的/);
}

/** The first of what is offered, the least that may be typed; what need not be answered is passed by. */
async function answerAll(page: Page, yuan: number): Promise<void> {
  const heading = page.getByRole('heading', { level: 1 });
  for (;;) {
    const asked = await heading.innerText();
    if (asked.startsWith('请再看一遍')) return;
    await answerOne(page, asked, yuan);
    await expect.poll(() => heading.innerText(), patient).not.toBe(asked);
  }
}

async function answerOne(page: Page, asked: string, yuan: number): Promise<void> {
  const [skip, amount, box, field] = [
    page.getByRole('button', { name: '不想答，跳过' }),
    page.getByLabel('金额，单位元'),
    page.getByRole('main').getByRole('checkbox'),
    page.getByRole('main').locator('form input'),
  ];
  if (await skip.isVisible()) return skip.click();
  if (await amount.isVisible()) {
    await amount.fill(/借/.test(asked) ? String(yuan) : '10000');
    return press(page, '下一步');
  }
  if ((await box.count()) > 0) {
    await box.first().click();
    return press(page, '下一步');
  }
  if (await field.isVisible()) {
    const isNumber = (await field.getAttribute('inputmode')) === 'numeric';
    await field.fill(isNumber ? '12' : '灌云县小伊镇');
    return press(page, '下一步');
  }
  await page.getByRole('main').locator('.options button').first().click();
}

const spouseBody = '32072319860202123';
const spouse = { name: '李桂芳', id_no: spouseBody + residentIdCheckCharacter(spouseBody), phone: '13700001234' };

/** Papers opened and confirmed after their time, the spouse named where one has to sign, then signed by codes. */
export async function signOn(office: Office, { page, who }: Phone): Promise<void> {
  const heading = page.getByRole('heading', { level: 1, name: /^签合同前|^最后一步|^爱人也要签字/ });
  for (;;) {
    await heading.waitFor();
    const asked = await heading.innerText();
    if (asked.startsWith('最后一步')) break;
    if (asked.startsWith('签合同前')) await readOne(office, page);
    else if (await page.getByLabel('姓名').isVisible()) await nameSpouse(page);
    else await showCode(office, page, { send: /^给爱人 .* 发验证码$/, phone: spouse.phone, done: '下一步' });
    await heading.waitFor();
  }
  await showCode(office, page, { send: /发签字验证码$/, phone: who.phone, done: '签字' });
}

async function readOne(office: Office, page: Page): Promise<void> {
  await press(page, '打开看');
  const opened = page.context().waitForEvent('page');
  await page.getByRole('link', { name: '打开看' }).click();
  await (await opened).close();
  await page.getByText(/请再看 \d+ 秒|看够时间了/).waitFor();
  // The bank's clock stands still here: the time that a person reads passes at once.
  office.served.clock.advance({ seconds: 20 });
  await page.getByRole('button', { name: '我看完了，确认' }).click({ timeout: 60_000 });
}

async function nameSpouse(page: Page): Promise<void> {
  await page.getByLabel('姓名').fill(spouse.name);
  await page.getByLabel('身份证号').fill(spouse.id_no);
  await page.getByLabel('手机号').fill(spouse.phone);
  await press(page, '下一步');
  await page.getByLabel('姓名').waitFor({ state: 'detached' });
}

async function showCode(office: Office, page: Page, { send, phone, done }: { send: RegExp; phone: string; done: string }): Promise<void> {
  office.served.clock.advance({ seconds: 61 });
  await press(page, send);
  const field = page.getByLabel('6 位验证码');
  await field.waitFor();
  await field.fill(office.codeFor(phone));
  await press(page, done);
  await field.waitFor({ state: 'detached' });
}

/** The first of each thing that is asked about a draw, to an account that the bank knows or, where it knows none, to one that is given now. */
export async function drawOn({ page }: Phone, yuan: string): Promise<void> {
  await title(page, '我的贷款');
  await press(page, '借钱');
  await page.getByLabel('金额，单位元').fill(yuan);
  await press(page, '下一步');
  for (const asked of ['打算借多久？', '想怎么还？', '这笔钱用来做什么？']) {
    await title(page, asked);
    await page.getByRole('main').locator('.options button, ul button').first().click();
  }
  const [known, typed] = [page.getByRole('button', { name: /^账户/ }).first(), page.getByLabel('本行账号')];
  await known.or(typed).first().waitFor();
  if (!(await known.isVisible())) {
    await typed.fill('6222001234567788');
    await press(page, '下一步');
  }
  await known.click();
  await title(page, '请看一遍，对了就借');
  await press(page, /^借 [\d,]+ 元$/);
  await title(page, '银行收到了，马上放款');
}
