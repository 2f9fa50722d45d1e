/** A villager gets ¥50,000 from a QR code and repays early: one browser, the real server, the outside systems and the core bank of a demonstration. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pino } from 'pino';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toReportRow } from '#connectors/credit-bureau/index.ts';
import type { PortalApplication } from '#modules/lending/portal/contract.ts';
import { permissionsOf } from '#modules/organization/index.ts';
import type { roles } from '#modules/organization/index.ts';
import { actBody } from '#modules/process/contract.ts';
import { bankTimeZone, clockFrom } from '#platform/clock/index.ts';
import type { Clock } from '#platform/clock/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import { keepCases } from '../../apps/server/keep-cases.ts';
import { demonstrationSeed, openStandIns } from '../../apps/server/outside.ts';
import type { Outside } from '../../apps/server/outside.ts';
import { reportToCome } from '../../connectors/credit-bureau/simulator/start.ts';
import { serveSmallBank } from '../served-bank.ts';
import type { ServedBank } from '../served-bank.ts';
import { ownEntity, password } from '../small-bank.ts';
import { applyOn, press as pressOn, title as titleOn } from './borrower.ts';
import type { Phone } from './borrower.ts';
import { breaches, openPage, openPhone, signIn } from './browsing.ts';
import type { Neighbour } from './office.ts';

/** A Monday morning at the bank. */
const firstDay = '2026-11-23';
const days = 21;
const pictures = resolve(import.meta.dirname, '../../test-results/villager');
const folder = mkdtempSync(join(tmpdir(), 'qianmo-villager-'));
const log = pino({ level: 'silent' });

/** Goes on as time does, since papers are read by it and requests are signed with it; days are skipped. */
function journeyClock(): Clock & { skip(days: number): void } {
  const running = clockFrom(`${firstDay}T01:58:00Z`);
  let skipped = 0;
  const now = (): Temporal.Instant => running.now().add({ hours: skipped * 24 });
  return { now, today: () => now().toZonedDateTimeISO(bankTimeZone).toPlainDate(), skip: (more) => void (skipped += more) };
}

const clock = journeyClock();
const faults: unknown[] = [];
let served: ServedBank;
let outside: Outside;
let stopKeeping: () => Promise<void>;
let phone: Phone;
let page: Page;
let code = '';

const colleagues = [
  ['seller', '周海涛', 'manager'],
  ['branch', '吴兰', 'branch_head'],
  ['approver', '何静', 'approver'],
  ['payer', '徐静怡', 'drawdown_officer'],
] as const satisfies readonly (readonly [string, string, keyof typeof roles])[];
const idOf = (login: string): string => login.toUpperCase();
const callerOf = (staffId: string) => {
  const [, , role] = colleagues.find(([login]) => idOf(login) === staffId) ?? [];
  if (role === undefined) throw new Error(`nobody is called ${staffId}`);
  const session = { entityId: ownEntity, actorId: staffId, roles: [role], scopes: ['320723103'] };
  return { session, permissions: permissionsOf([role]), csrf: '', mustChangePassword: false };
};

beforeAll(async () => {
  outside = await openStandIns(folder, clock, log, { truth: null, begins: clock.now().toString() });
  served = await serveSmallBank(undefined, {
    hasCore: true,
    clock,
    serving: { ...outside.serving, onFault: (error) => faults.push(error) },
  });
  await staffed();
  await served.bank.servicing.begin(ownEntity, firstDay);
  stopKeeping = keepCases(served.bank.processes, log);
  code = (await served.bank.lending.addChannel(callerOf('SELLER'), { kind: 'manager', product: 'zheng_cun_dai' })).code;
  const watched = await openPhone(served.browser);
  phone = { ...watched, who: await reviewedVillager() };
  page = watched.page;
  mkdirSync(pictures, { recursive: true });
}, 600_000);
afterAll(async () => {
  await stopKeeping();
  await served.close();
  await outside.close();
  rmSync(folder, { recursive: true, force: true });
});

async function staffed(): Promise<void> {
  const staff = colleagues.map(([login, name, role]) => ({
    staff_id: idOf(login),
    login,
    name,
    institution_id: 'HQ',
    roles: [role],
    grid_codes: ['320723103'],
    password,
    must_change_password: false,
  }));
  const head = { entity_id: ownEntity, name: '灌云农村商业银行', short_name: '灌云农商行', root_grid_code: ownEntity, institutions: [] };
  await served.bank.organization.found({ entities: [{ ...head, staff }] });
  await withOwner(served.bank.db, async (tx) => {
    await tx.query('update organization.entity set short_name = $2 where entity_id = $1', [ownEntity, head.short_name]);
    // Those who hold every post at once would be given the task of the third post.
    await tx.query('update organization.staff set is_active = false where entity_id = $1 and not (staff_id = any($2))', [
      ownEntity,
      staff.map(({ staff_id: id }) => id),
    ]);
  });
}

/** Whom the screening approves for what is asked, with reviews and a document that is known to be valid, and a clean file at the bureau; best score first. */
async function reviewedVillager(): Promise<Neighbour> {
  const found = await withOwner(served.bank.db, (tx) =>
    tx.query<Neighbour>(
      `select p.person_id, p.name, p.id_no, p.phone from population.person p
       join strategy.decision_current d on d.entity_id = p.entity_id and d.person_id = p.person_id
       join indicators.person i on i.entity_id = p.entity_id and i.person_id = p.person_id
       join indicators.online o on o.entity_id = p.entity_id
       where p.entity_id = $1 and d.outcome = 'approve' and d.segment = 'villager' and d.limit_fen >= 5000000 and p.phone ~ '^1[3-9][0-9]{9}$'
         and not d.reasons && array['N09', 'N09U'] and (string_to_array(substr(i.line, 2), '|'))[array_position(o.codes, 'ID_EXPIRY')] <> ''
       order by d.score desc, p.person_id`,
      [ownEntity],
    ),
  );
  for (const one of found) if (await hasCleanFile(one)) return one;
  throw new Error(`none of ${found.length} whom the screening approves has a clean file at the bureau`);
}

/** What the bureau's stand-in is going to say: nothing is late, and what was owed half a year ago is known. */
async function hasCleanFile({ name, id_no: idNo }: Neighbour): Promise<boolean> {
  const now = clock.now().toZonedDateTimeISO(bankTimeZone).toPlainDateTime();
  const { row } = toReportRow(await reportToCome(demonstrationSeed, { name, idNo }, now), now.toPlainDate());
  return row.overdue_current === 0n && row.loan_balance_6m_ago !== null;
}

const press = (name: string | RegExp): Promise<void> => pressOn(page, name);
const title = (name: string | RegExp): Promise<void> => titleOn(page, name);
/** Nothing has gone wrong on the phone or behind it. */
const quiet = (): void => expect([...faults, ...phone.faults]).toEqual([]);

/** The whole screen of a small phone; nothing sticks out of it or keeps anybody from using it. */
async function picture(name: string): Promise<void> {
  await page.waitForLoadState('networkidle');
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width: 360, height: Math.max(740, height) });
  await page.screenshot({ path: join(pictures, `${name}.png`) });
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  expect(await breaches(page)).toEqual([]);
}

/** The demonstration shows on the page what went to the phone. */
async function typeCode(): Promise<void> {
  const text = await page.getByText(/验证码是 \d{6}/).innerText();
  await page.getByLabel('6 位验证码').fill(/\d{6}/.exec(text)?.[0] ?? '');
}

async function enter(): Promise<void> {
  await page.goto(`${served.url}/apply/${code}`);
  await press('开始');
  await page.getByLabel('手机号').fill(phone.who.phone);
  await press('发验证码');
  await typeCode();
  await press('下一步');
}

/** Where the application stands, as the page itself asks. */
const standing = (): Promise<PortalApplication> =>
  page.evaluate(async (): Promise<PortalApplication> => (await fetch('/api/v1/portal/application')).json());

test('from a scanned code over consents, a face and questions to an offer', async () => {
  await enter();
  await applyOn(phone, 50_000);
  await title(`${phone.who.name}，您的额度`);
  await picture('01-offer');
  const { offer } = await standing();
  expect(BigInt(offer?.limit_fen ?? 0)).toBeGreaterThanOrEqual(5_000_000n);
  quiet();
});

test('the papers are read for their time and signed at the authority', async () => {
  await press('就这样，去签合同');
  await title('签合同前，请把这几份看完');
  const { papers } = await standing();
  expect(papers?.map(({ reading_seconds: seconds }) => seconds > 0)).toEqual([true, true]);
  for (const { title: words } of papers ?? []) {
    await page.getByRole('button', { name: new RegExp(words.zh) }).click();
    const opened = page.context().waitForEvent('page');
    await page.getByRole('link', { name: '打开看' }).click();
    await (await opened).close();
    await page.getByText(/请再看 \d+ 秒/).waitFor();
    await press('我看完了，确认');
  }
  await title('最后一步：签字');
  await press(/发签字验证码$/);
  await typeCode();
  await press('签字');
  await released();
  await title('我的贷款');
  quiet();
});

/** Let go by the third post, where the process asks for one. */
async function released(): Promise<void> {
  await expect.poll(async () => ['ready', 'manual'].includes((await standing()).step), { timeout: 60_000 }).toBe(true);
  if ((await standing()).step === 'ready') return;
  const [task] = await withOwner(served.bank.db, (tx) =>
    tx.query<{ task_id: bigint; case_id: bigint; assignee: string }>(
      `select task_id, case_id, assignee from process.task where entity_id = $1 and state = 'open' and form = 'lending.release'`,
      [ownEntity],
    ),
  );
  if (!task) throw new Error('nobody is asked to release');
  await served.bank.processes.act(callerOf(task.assignee), task.task_id, 'complete', actBody.parse({ outcome: 'release' }));
  await served.bank.processes.proceed(task.case_id);
}

test('¥50,000 is drawn to an own account that the bank knows, and arrives', async () => {
  const [account] = (await standing()).ready?.accounts ?? [];
  expect(account?.masked).toMatch(/^\*{4} \d{4}$/);
  await press('借钱');
  for (const key of ['5', '万']) await press(key);
  await page.getByText('读作：五万元').waitFor();
  await press('下一步');
  await press('1 年');
  await title('想怎么还？');
  await expect.poll(() => page.getByText('…', { exact: true }).count(), { timeout: 20_000 }).toBe(0);
  await picture('02-method');
  await page
    .getByRole('button', { name: /先息后本|随借随还/ })
    .first()
    .click();
  await title('这笔钱用来做什么？');
  await page.getByRole('main').locator('.options button').first().click();
  await title('钱打到哪个账户？');
  await press(`账户 ${account?.masked}`);
  await title('请看一遍，对了就借');
  await page.getByText(/利息共 3,\d{3}\.\d{2} 元/).waitFor();
  await picture('03-draw');
  await press('借 50,000 元');
  await title('银行收到了，马上放款');
  await press('看我的贷款');
  await page.getByRole('button', { name: '提前还一些' }).waitFor({ timeout: 60_000 });
  await picture('04-loan');
  quiet();
});

test('three weeks later the whole of it is quoted, taken from that account, and the loan is settled', async () => {
  clock.skip(days);
  await served.bank.servicing.dayEnd(ownEntity, clock.today().subtract({ days: 1 }).toString());
  await page.goto('about:blank');
  await enter();
  await title('我的贷款');
  await press('提前还一些');
  await title(`${phone.who.name}，今天想还多少？`);
  await press('全部');
  await page.getByText('今天一共付').waitFor();
  await picture('05-quote');
  const quoted = await page.getByRole('button', { name: /^还 50,\d{3}\.\d{2} 元$/ }).innerText();
  await press(quoted);
  await title('还好了');
  await picture('06-repaid');
  await press('看我的贷款');
  await page.getByText('已还清').waitFor();
  await picture('07-settled');
  const branch = callerOf('BRANCH').session;
  const [loan] = (await served.bank.servicing.loans(branch, { limit: 10 })).items;
  expect(loan).toMatchObject({ state: 'settled', person_id: phone.who.person_id });
  const { items } = await served.bank.servicing.collections(branch, BigInt(loan?.loan_id.slice(1) ?? 0));
  expect(items).toMatchObject([{ is_asked: true, state: 'collected', amount_fen: quoted.replaceAll(/\D/g, '') }]);
  quiet();
});

test('staff see that the borrower asked for it', async () => {
  const desk = await openPage(served.browser);
  await signIn(desk.page, served.url, 'branch');
  const [loan] = (await served.bank.servicing.loans(callerOf('BRANCH').session, { limit: 10 })).items;
  await desk.page.goto(`${served.url}/loans/${loan?.loan_id}`);
  await desk.page.getByRole('tab', { name: '代扣' }).click();
  await desk.page.locator('.loan-events li', { hasText: '已扣收' }).waitFor();
  expect(await desk.page.locator('.loan-events li').allInnerTexts()).toEqual([expect.stringContaining('借款人主动还款')]);
  await desk.page.screenshot({ path: join(pictures, '08-collections.png') });
  expect(await breaches(desk.page)).toEqual([]);
  expect(desk.faults).toEqual([]);
});
