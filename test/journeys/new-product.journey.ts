import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyOn, drawOn, enterBy, press, signOn, title, type Phone } from './borrower.ts';
import { look, offeredNeighbours, openOffice, type Neighbour, type Office } from './office.ts';

const folder = 'new-product';
let office: Office;
let who: Neighbour;
let phone: Phone;
let code = '';

beforeAll(async () => {
  office = await openOffice([
    ['maker', '高翔', 'analyst', '320723'],
    ['checker', '周敏', 'risk_head', '320723'],
    ['seller', '周海涛', 'manager'],
    ['release', '陆海燕', 'drawdown_officer'],
  ]);
  const [found] = await offeredNeighbours(office, 1);
  if (!found) throw new Error('nobody is offered anything');
  who = found;
});
afterAll(() => office.close());

test('a 42nd product is derived from one that is sold, and proposed', async () => {
  const page = await office.desk('maker');
  await page.goto(`${office.served.url}/products/zheng_cun_dai`);
  await page.getByRole('link', { name: '派生方案' }).click();
  await page.getByLabel('中文名称').fill('返乡青年方案');
  await page.getByLabel('英文名称').fill('Young people who return');
  await page.getByLabel('代码').fill('fan_xiang_dai');
  await page.getByLabel('改一项条款').selectOption({ label: '最高额度' });
  await page
    .getByRole('group', { name: /最高额度/ })
    .getByRole('textbox')
    .fill('30000');
  await page.getByLabel('提交理由').fill('返乡青年先给三万元');
  await page.getByText('没有问题，可以提交').waitFor();
  await page.getByRole('button', { name: '提交复核' }).click();
  await page.getByRole('status').getByRole('link').waitFor();
  office.quiet('maker');
});

test('a second person approves it', async () => {
  const page = await office.desk('checker');
  await page.goto(`${office.served.url}/changes`);
  await page.getByRole('row', { name: /fan_xiang_dai/ }).click();
  await page.getByRole('button', { name: '同意并生效' }).click();
  await page.locator('.proposal-facts', { hasText: '已生效' }).waitFor();
  await page.goto(`${office.served.url}/products`);
  await page.getByText('42 种产品').waitFor();
  office.quiet('checker');
});

test('a manager makes a code for it', async () => {
  const page = await office.desk('seller');
  await page.goto(`${office.served.url}/channels`);
  await page.getByRole('button', { name: '新建渠道码' }).first().click();
  await page.getByLabel('产品').selectOption({ label: '返乡青年方案' });
  const made = page.waitForResponse((answer) => answer.request().method() === 'POST' && answer.url().endsWith('/channels'));
  await page.locator('.ask .act').getByRole('button', { name: '新建渠道码' }).click();
  const said: unknown = await (await made).json();
  code = typeof said === 'object' && said !== null ? String(Reflect.get(said, 'code')) : '';
  await page.locator('.qr img').waitFor();
  office.quiet('seller');
});

test('a borrower scans it, is offered no more than it gives, signs, and draws', async () => {
  phone = await enterBy(office, code, who);
  await applyOn(phone, 30_000);
  await title(phone.page, `${who.name}，您的额度`);
  const shown = await phone.page.getByRole('main').innerText();
  const limit = Number(/就是 ([\d,]+) 元/.exec(shown)?.[1]?.replaceAll(',', '') ?? Number.NaN);
  expect(limit).toBeGreaterThan(0);
  expect(limit).toBeLessThanOrEqual(30_000);
  await press(phone.page, '就这样，去签合同');
  await signOn(office, phone);
  await title(phone.page, '正请银行的人看您的申请');
  const page = await office.desk('release');
  await page.goto(`${office.served.url}/work`);
  await page.getByRole('table', { name: '待办' }).locator('tbody tr').first().click();
  await page.locator('.dr .act .btn.pri').click();
  await page.locator('.ask .act .btn.pri').click();
  await page.locator('.ask').waitFor({ state: 'detached' });
  office.quiet('release');
  await press(phone.page, '现在看看');
  await drawOn(phone, '10000');
  await press(phone.page, '看我的贷款');
  await phone.page.getByText('10,000.00 元').first().waitFor();
  expect(phone.faults).toEqual([]);
});

test('the money is on the books as a loan of the new product', async () => {
  const page = await office.desk('release');
  const row = page.getByRole('row', { name: new RegExp(`${who.name}.*10,000\\.00`) });
  await expect
    .poll(
      async () => {
        await page.goto(`${office.served.url}/loans`);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.waitForLoadState('networkidle');
        return row.count();
      },
      { timeout: 60_000 },
    )
    .toBe(1);
  await look(page, folder, 'loans', [1440]);
  office.quiet('release');
});
