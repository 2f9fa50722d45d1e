import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyOn, enterBy, title } from './borrower.ts';
import { look, openOffice, soundNeighbours, type Neighbour, type Office } from './office.ts';

const folder = 'process-change';
let office: Office;
let people: Neighbour[] = [];
let code = '';
const cases: string[] = [];

beforeAll(async () => {
  office = await openOffice([
    ['maker', '高翔', 'analyst', '320723'],
    ['checker', '周敏', 'risk_head', '320723'],
    ['seller', '周海涛', 'manager'],
    ['surveyor', '孙晓东', 'investigator'],
  ]);
  people = await soundNeighbours(office, 2);
  const headers = await office.served.signIn('seller');
  const payload = { product: 'zheng_cun_dai' };
  const made = await office.served.api.app.inject({ method: 'POST', url: '/api/v1/channels', headers, payload });
  code = made.json<{ code: string }>().code;
});
afterAll(() => office.close());

/** Another phone than the one on record: a person looks at it. */
async function referred(index: number): Promise<void> {
  const person = people[index];
  if (!person) throw new Error('too few people');
  const { page } = await enterBy(office, code, { ...person, phone: `1390007200${index}` });
  await applyOn({ page, who: person, faults: [] }, 30_000);
  await title(page, '正请银行的人看您的申请');
  const desk = await office.desk('surveyor');
  await desk.goto(`${office.served.url}/work`);
  await desk.getByRole('table', { name: '待办' }).locator('tbody tr', { hasText: person.name }).click();
  await desk.locator('.dr .why li').first().waitFor();
  await desk.getByRole('button', { name: /^填写调查/ }).click();
  await desk.waitForURL(/\/cases\/C\d+/);
  cases.push(/C\d+/.exec(desk.url())?.[0] ?? '');
}

/** What the case's drawing says of itself: the version that it follows. */
async function versionOf(page: Page, index: number): Promise<string> {
  await page.goto(`${office.served.url}/cases/${cases[index] ?? ''}`);
  const picture = page.getByLabel(/^流程「整村授信」第 \d+ 版/).first();
  await picture.waitFor();
  return /第 (\d+) 版/.exec((await picture.getAttribute('aria-label')) ?? '')?.[1] ?? '';
}

const openProcess = async (page: Page): Promise<void> => {
  await page.goto(`${office.served.url}/processes`);
  await page.getByRole('row', { name: /整村授信/ }).click();
};

async function approve(address: string | null): Promise<Page> {
  const second = await office.desk('checker');
  await second.goto(office.served.url + (address ?? ''));
  await second.getByRole('button', { name: '同意并生效' }).waitFor();
  return second;
}

test('an analyst changes the drawing, which is checked while it is changed', async () => {
  await referred(0);
  const page = await office.desk('maker');
  await openProcess(page);
  await page.locator('.process-heat .bpmn-badge').first().waitFor();
  await page.getByRole('tab', { name: '编辑' }).click();
  const step = page.locator('.drawing .djs-element[data-element-id=investigate]');
  await step.click();
  await page.getByLabel('岗位').selectOption('');
  await page.locator('.process-findings').getByRole('button', { name: '调查' }).first().waitFor();
  expect(await page.locator('.editor-bar').getByRole('button', { name: '提交复核' }).isDisabled()).toBe(true);
  await page.getByLabel('岗位').selectOption({ label: '授信调查' });
  await page.getByLabel(/^时限/).fill('PT8H');
  await page.getByText('检查没有发现问题').waitFor();
  await look(page, folder, 'editor', [1440]);
  await page.locator('.editor-bar').getByRole('button', { name: '提交复核' }).click();
  await page.getByLabel(/^改了什么/).fill('调查时限改为八个工作时');
  await page.locator('.ask .act').getByRole('button', { name: '提交复核' }).click();
  const address = await page.getByRole('status').getByRole('link').getAttribute('href');
  const second = await approve(address);
  expect(await second.getByRole('row', { name: /改动 调查/ }).innerText()).toMatch(/P1D → PT8H/);
  await second.getByRole('button', { name: '同意并生效' }).click();
  await second.locator('.proposal-facts', { hasText: '已生效' }).waitFor();
  office.quiet('maker');
  office.quiet('checker');
});

test('the case under way stays on its version; the next one follows the new', async () => {
  await referred(1);
  const page = await office.desk('surveyor');
  const [old, fresh] = [await versionOf(page, 0), await versionOf(page, 1)];
  expect([old, fresh]).toEqual(['1', '2']);
  office.quiet('surveyor');
});

test('cases under way are moved with a preview, by four eyes', async () => {
  const page = await office.desk('maker');
  await openProcess(page);
  await page.getByRole('tab', { name: '案件改版本' }).click();
  await page.getByText(/件可以移/).waitFor();
  expect(await page.locator('.migrate .n20').innerText()).toBe('1');
  await page.getByLabel(/^为什么要移/).fill('新时限对在办案件一样');
  await look(page, folder, 'move', [1440]);
  await page.locator('.migrate').getByRole('button', { name: '提交复核' }).click();
  const address = await page.getByRole('status').getByRole('link').getAttribute('href');
  const desk = await office.desk('surveyor');
  expect(await versionOf(desk, 0)).toBe('1');
  const second = await approve(address);
  await second.getByRole('button', { name: '同意并生效' }).click();
  await second.locator('.proposal-facts', { hasText: '已生效' }).waitFor();
  expect(await versionOf(desk, 0)).toBe('2');
  office.quiet('maker');
  office.quiet('checker');
  office.quiet('surveyor');
});
