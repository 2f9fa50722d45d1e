import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Ports } from '#modules/inquiry/index.ts';
import type { Message } from '#modules/lending/index.ts';
import type { PortalApplication } from '#modules/lending/portal/contract.ts';
import { withOwner } from '#platform/postgres/index.ts';
import { answersFor, required } from '../lending/story.ts';
import { serveSmallBank } from '../served-bank.ts';
import type { ServedBank } from '../served-bank.ts';
import { ownEntity, password } from '../small-bank.ts';
import { breaches, openPage, signIn, type Watched } from './browsing.ts';

const pictures = resolve(import.meta.dirname, '../../test-results/credit-office');
const messages: Message[] = [];
const said = Buffer.from('{}');
const ports: Ports = {
  identity_check: async (_source, { today }) => ({
    outcome: 'answered',
    raw: said,
    rows: null,
    named: { ID_CHECK_RESULT: '01' },
    asOf: today,
  }),
  face: async (_source, { today }) => ({
    outcome: 'answered',
    raw: said,
    rows: null,
    named: { FACE_SCORE: 0.93, FACE_LIVE: true },
    asOf: today,
  }),
  court: async (_source, { today }) => ({ outcome: 'answered', raw: said, rows: [], named: {}, asOf: today }),
  credit_bureau: async (_source, { today }) => ({ outcome: 'answered', raw: said, rows: null, named: {}, asOf: today }),
};

const staff = (
  [
    ['surveyor', '孙晓东', 'investigator'],
    ['surveyor2', '陆海燕', 'investigator'],
    ['branch', '吴兰', 'branch_head'],
    ['approver', '何静', 'approver'],
    ['seller', '周海涛', 'manager'],
    ['maker', '高翔', 'analyst'],
  ] as const
).map(([login, name, role]) => ({
  staff_id: login.toUpperCase(),
  login,
  name,
  institution_id: 'HQ',
  roles: [role],
  grid_codes: ['320723103'],
  password,
  must_change_password: false,
}));

let served: ServedBank;
const desks = new Map<string, Watched>();
const borrowers: string[] = [];

beforeAll(async () => {
  served = await serveSmallBank(undefined, {
    serving: { send: async (_entity, message) => (messages.push(message), 'sent'), ports, onFault: (error) => faults.push(error) },
  });
  const { bank } = served;
  // A Monday morning: time limits run in working hours.
  served.clock.set('2026-11-23T01:58:00Z');
  const head = { entity_id: ownEntity, name: '灌云农村商业银行', short_name: '灌云农商行', root_grid_code: ownEntity, institutions: [] };
  await bank.organization.found({ entities: [{ ...head, staff }] });
  // Those who hold every post at once would be given the tasks of this office.
  await withOwner(bank.db, (tx) =>
    tx.query(`update organization.staff set is_active = false where staff_id in ('EVERYTHING', 'NEIGHBOUR', 'MANAGER')`),
  );
});
const faults: unknown[] = [];
beforeEach(() => {
  for (const one of desks.values()) one.faults.splice(0);
});
afterAll(() => served.close());

test('people apply by a code of a manager; those with another phone than on record are for people to judge', async () => {
  const people = await withOwner(served.bank.db, (tx) =>
    tx.query<{ name: string; id_no: string }>(
      `select p.name, p.id_no from population.person p join strategy.decision_current d using (entity_id, person_id)
       where p.entity_id = $1 and d.outcome = 'approve' and p.grid_code ^@ '320723103' and p.birth_date between '1970-01-01' and '1996-01-01'
       order by p.person_id limit 13`,
      [ownEntity],
    ),
  );
  const code = await makeChannel();
  for (const [index, person] of people.entries()) {
    const page = await applyFor(code, { ...person, phone: `1390007${String(1000 + index)}` }, 3_000_000 + index * 700_000);
    if (page.step === 'manual') borrowers.push(person.name);
  }
  expect(borrowers.length).toBeGreaterThan(5);
  await spreadDeadlines();
});

async function makeChannel(): Promise<string> {
  const headers = await served.signIn('seller');
  const answer = await served.api.app.inject({ method: 'POST', url: '/api/v1/channels', headers, payload: { product: 'zheng_cun_dai' } });
  expect(answer.statusCode).toBe(201);
  return answer.json<{ code: string }>().code;
}

/** Another phone than the one on record: a person looks at it. */
async function applyFor(
  channel: string,
  person: { name: string; id_no: string; phone: string },
  amount: number,
): Promise<PortalApplication> {
  const { portal } = served.bank.lending;
  await portal.askCode(channel, person.phone);
  const text = messages.findLast((message) => message.phone === person.phone)?.text ?? '';
  const { token } = await portal.enter(channel, person.phone, /\d{6}/.exec(text)?.[0] ?? '');
  await portal.identify(token, { name: person.name, residentId: person.id_no });
  await portal.agree(token, required(await portal.page(token)));
  const face = (await portal.page(token)).face?.consent.text ?? '';
  await portal.showFace(token, { text: face, token: 'capture-0001' });
  for (let round = 0; round < 4; round += 1) {
    const present = await portal.page(token);
    if (present.questions?.is_complete) break;
    await portal.answer(token, answersFor(present, amount));
  }
  await portal.submit(token);
  await expect.poll(async () => faults.length > 0 || (await portal.page(token)).step !== 'deciding', { timeout: 60_000 }).toBe(true);
  expect(faults).toEqual([]);
  return portal.page(token);
}

/** As a week of work would leave them: some late, one within the hour, the others with more time. */
const spreadDeadlines = (): Promise<unknown> =>
  withOwner(served.bank.db, (tx) =>
    tx.query(
      `update process.task t set due_at = x.due from (select task_id, $1::timestamptz + (row_number() over (order by task_id) * 23 - 60) * interval '1 minute' as due
         from process.task where state = 'open') x where x.task_id = t.task_id`,
      [served.clock.now().toString()],
    ),
  );

async function desk(login: string): Promise<Page> {
  const known = desks.get(login);
  if (known) return known.page;
  const made = await openPage(served.browser);
  desks.set(login, made);
  await signIn(made.page, served.url, login);
  return made.page;
}

/** Pictures at the sizes that people have, and nothing that keeps anybody from using the page. */
async function look(page: Page, name: string, sizes: readonly number[] = [1440, 1920, 360]): Promise<void> {
  mkdirSync(pictures, { recursive: true });
  for (const width of sizes) {
    await page.setViewportSize(width === 360 ? { width, height: 780 } : { width, height: width === 1440 ? 900 : 1080 });
    await page.waitForLoadState('networkidle');
    await page.screenshot({ path: join(pictures, `${name}-${width}.png`), fullPage: width === 360 });
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  expect(await breaches(page)).toEqual([]);
}

const quiet = (login: string): void => expect([...(desks.get(login)?.faults ?? []), ...faults]).toEqual([]);
const rows = (page: Page) => page.getByRole('table', { name: '待办' }).locator('tbody tr');

test('an investigator sees what waits, least time first, and opens a case beside the list', async () => {
  const page = await desk('surveyor');
  await page.getByRole('link', { name: '信贷' }).click();
  await page.getByRole('heading', { level: 1, name: '待办' }).waitFor();
  await rows(page).first().waitFor();
  const count = await rows(page).count();
  expect(await page.locator('.title .n20').innerText()).toBe(String(count));
  expect(await rows(page).first().innerText()).toMatch(/超 .*分/);
  await rows(page).first().locator('small', { hasText: /\*{4}/ }).waitFor();
  await page.goto(`${served.url}/work`);
  await rows(page).first().waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.locator('.dr .way [aria-current=step]', { hasText: '调查' }).waitFor();
  await page.locator('.dr .why li').first().waitFor();
  await page.locator('.dr .talk li').first().waitFor();
  await look(page, 'worklist');
  await page.keyboard.press('Escape');
  await page.locator('.dr').waitFor({ state: 'detached' });
  await page.getByRole('tab', { name: /已超时/ }).click();
  await page.waitForURL(/tab=overdue/);
  await expect.poll(() => rows(page).count()).toBeLessThan(count);
  quiet('surveyor');
});

test('a task is put back, claimed again, and handed to a colleague who is free', async () => {
  const page = await desk('surveyor');
  await page.goto(`${served.url}/work`);
  await rows(page).last().click();
  await page.getByRole('button', { name: '更多' }).click();
  await page.getByRole('button', { name: '放回', exact: true }).click();
  await page.locator('.ask').getByRole('button', { name: '放回' }).click();
  await page.locator('.ask').waitFor({ state: 'detached' });
  await page.goto(`${served.url}/work?tab=pool`);
  await rows(page).first().click();
  await page.getByRole('button', { name: /^认领/ }).click();
  await page.locator('.ask').getByRole('button', { name: '认领' }).click();
  await page.getByText('没有可认领的').waitFor();
  await page.goto(`${served.url}/work`);
  await rows(page).last().click();
  await page.getByRole('button', { name: '更多' }).click();
  await page.getByRole('button', { name: '转办', exact: true }).click();
  const submit = page.locator('.ask .act').getByRole('button', { name: '转办' });
  await page.getByRole('radio', { name: '陆海燕' }).check();
  expect(await submit.isDisabled()).toBe(true);
  await page.getByLabel(/^原因/).fill('家在同一个村');
  await look(page, 'hand-over', [1440]);
  await submit.click();
  await page.locator('.ask').waitFor({ state: 'detached' });
  quiet('surveyor');
});

let caseAddress = '';
test('the investigator writes down what was found, from a phone, and sends it on', async () => {
  const page = await desk('surveyor');
  await page.context().grantPermissions(['geolocation'], { origin: served.url });
  await page.context().setGeolocation({ latitude: 34.29123, longitude: 119.25456, accuracy: 12 });
  await page.goto(`${served.url}/work`);
  await rows(page).first().click();
  await page.getByRole('button', { name: /^填写调查/ }).click();
  await page.waitForURL(/\/cases\/C\d+\?show=investigate/);
  caseAddress = page.url().replace(/\?.*/, '');
  await page.setViewportSize({ width: 360, height: 780 });
  await page.getByRole('button', { name: '提交审批' }).click();
  await page.getByText(/还有 \d+ 处要填/).waitFor();
  await fillForm(page);
  await page.getByRole('button', { name: '取当前位置' }).click();
  await page.getByText(/北纬 34\.29123/).waitFor();
  await page.getByLabel('月收入').fill('9000');
  await page.getByLabel('月支出').fill('4000');
  await page.getByText(/留三成给家里，月供最多 3,500\.00 元/).waitFor();
  await page.getByRole('button', { name: '用作建议额度' }).click();
  await page.getByLabel('建议额度', { exact: true }).fill('36000');
  await page.getByLabel('调查意见').fill('种大棚两亩，收入稳定，用来买薄膜和化肥');
  await page.getByRole('button', { name: '保存草稿' }).click();
  await page.getByText(/^已保存/).waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  await look(page, 'investigation');
  await page.reload();
  await expect.poll(() => page.getByLabel('建议额度', { exact: true }).inputValue()).toBe('36000.00');
  await page.getByRole('button', { name: /^提交，建议 3\.60 万元/ }).click();
  await page.getByRole('button', { name: /^拿回/ }).waitFor();
  quiet('surveyor');
});

/** Every question that has to be answered, as a person would. */
async function fillForm(page: Page): Promise<void> {
  for (const group of await page.locator('.schema-form fieldset').all()) await group.locator('label').first().click();
  for (const input of await page.locator('.schema-form input[inputmode]').all()) await input.fill('20');
  for (const area of await page.locator('.schema-form textarea, .schema-form input:not([inputmode]):not([type])').all())
    await area.fill('情况属实');
  for (const choice of await page.locator('.schema-form select').all()) await choice.selectOption({ index: 1 });
}

test('the branch head sees the case in its drawing, sends it back once, and cannot grant more than was found', async () => {
  const page = await desk('branch');
  await page.goto(caseAddress);
  await page.locator('.case-picture .bpmn-badge.now').waitFor();
  await page.locator('.why li').first().waitFor();
  await look(page, 'case');
  await page.getByRole('link', { name: '决策全文' }).click();
  await page.getByRole('heading', { level: 1, name: '决策' }).waitFor();
  await page.getByText('与留存一致').or(page.getByText(/一致/)).first().waitFor();
  await page.goto(caseAddress);
  await page.getByRole('button', { name: '退回', exact: true }).click();
  await page.getByLabel('到哪一步').selectOption({ label: '调查' });
  await page.getByLabel('办完后直接回到现在这一步').check();
  await page.getByLabel(/^原因/).fill('补一张大棚的照片');
  await page.locator('.ask .act').getByRole('button', { name: '退回' }).click();
  await page.getByText('现在由孙晓东办理').waitFor();
  const surveyor = await desk('surveyor');
  await surveyor.goto(`${caseAddress}?show=investigate`);
  await surveyor.getByRole('button', { name: /^提交，建议/ }).click();
  await surveyor.getByRole('button', { name: /^拿回/ }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: /^同意 3\.60 万元/ }).click();
  await page.getByLabel('批准额度').fill('40000');
  await page.locator('.ask .act').getByRole('button', { name: '同意 4.00 万元' }).click();
  await page
    .getByText(/不能高于调查建议的额度/)
    .first()
    .waitFor();
  await page.getByLabel('批准额度').fill('30000');
  await look(page, 'approval', [1440]);
  quiet('branch');
});

test('a supervisor stops the clock of a case and lets it go on', async () => {
  const page = await desk('branch');
  await page.goto(`${served.url}/work?tab=scope`);
  await rows(page).first().click();
  await page.getByRole('button', { name: '更多' }).click();
  await page.getByRole('button', { name: '挂起', exact: true }).click();
  await page.getByLabel(/^原因/).fill('等派出所回函');
  await page.locator('.ask .act').getByRole('button', { name: '挂起' }).click();
  await rows(page).filter({ hasText: '停钟' }).first().waitFor();
  await page.getByRole('button', { name: /^恢复/ }).click();
  await page.getByLabel(/^原因/).fill('派出所已回函');
  await page.locator('.ask .act').getByRole('button', { name: '恢复' }).click();
  await expect.poll(() => rows(page).filter({ hasText: '停钟' }).count()).toBe(0);
  quiet('branch');
});

test('a process shows how many cases stand at each of its steps', async () => {
  const page = await desk('maker');
  await page.goto(`${served.url}/processes`);
  await page.getByRole('row', { name: /整村授信/ }).click();
  await page.locator('.process-heat .bpmn-badge').first().waitFor();
  await look(page, 'process');
  quiet('maker');
});

test('a manager makes a code, sees its picture, and revokes it', async () => {
  const page = await desk('seller');
  await page.goto(`${served.url}/channels`);
  await page.getByRole('button', { name: '新建渠道码' }).first().click();
  await page.getByLabel('备注').fill('村部公告栏');
  await page.locator('.ask .act').getByRole('button', { name: '新建渠道码' }).click();
  await page.locator('.qr img').waitFor();
  const isDrawn = (): Promise<boolean> =>
    page.locator('.qr img').evaluate((image) => image instanceof HTMLImageElement && image.complete && image.naturalWidth > 0);
  await expect.poll(isDrawn).toBe(true);
  await look(page, 'channels');
  await page.getByRole('button', { name: '停用' }).click();
  await page.getByRole('button', { name: /^确认停用/ }).click();
  await page.getByText(/已停用，扫码不能再进入/).waitFor();
  quiet('seller');
});

test('somebody goes away and names who stands in; a supervisor sees it', async () => {
  const page = await desk('surveyor');
  await page.goto(`${served.url}/absences`);
  await page.getByRole('button', { name: '登记请假' }).first().click();
  await page.getByLabel('代理人').selectOption({ label: '陆海燕' });
  await page.locator('.ask .act').getByRole('button', { name: '登记请假' }).click();
  await page.getByRole('row', { name: /孙晓东.*陆海燕/ }).waitFor();
  await look(page, 'absences', [1440, 360]);
  const head = await desk('branch');
  await head.goto(`${served.url}/absences`);
  await head
    .getByRole('row', { name: /孙晓东.*陆海燕/ })
    .getByRole('button', { name: '取消' })
    .click();
  await head.getByRole('button', { name: '确认取消' }).click();
  await head.getByText('近期没有人请假').waitFor();
  quiet('surveyor');
  quiet('branch');
});
