/** Whole-village credit from a group on the roll to limits in force, and a second bank beside it that does it in its own way. */
import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { BatchPage } from '#modules/village/contract.ts';
import { withOwner } from '#platform/postgres/index.ts';
import { serveSmallBank } from '../served-bank.ts';
import type { ServedBank } from '../served-bank.ts';
import { otherEntity, ownEntity } from '../small-bank.ts';
import { numberIn, openPage, signIn } from './browsing.ts';
import type { Watched } from './browsing.ts';
import { answerOpenRows, callerOf, looksRight, picture, said, smallGroup, staffed } from './village-desks.ts';
import {
  askBack,
  correctVisit,
  findAtTheDoor,
  giveOutTogether,
  headIsOneLine,
  postAndAnswer,
  saveWithoutSignal,
  seeCounterRecord,
} from './village-steps.ts';

const today = '2026-11-21';
const place = { latitude: 34.2981, longitude: 119.2553 };
const reviewerNames = ['李广才', '周会计', '王主任'] as const;

let served: ServedBank;
let group = '';
const desks = new Map<string, Watched>();
beforeAll(async () => {
  served = await serveSmallBank();
  await staffed(served);
  await served.bank.servicing.begin(ownEntity, today);
  group = await smallGroup(served, ownEntity);
});
afterAll(() => served.close());

/** Signed in at a desk of one's own. */
async function desk(login: string): Promise<Page> {
  const known = desks.get(login);
  if (known) return known.page;
  const made = await openPage(served.browser);
  desks.set(login, made);
  await signIn(made.page, served.url, login);
  return made.page;
}

const go = (page: Page, path: string) => page.goto(`${served.url}${path}`);
const drawer = (page: Page) => page.getByRole('complementary').last();
const quiet = (): void => expect([...desks].flatMap(([login, { faults }]) => faults.map((fault) => [login, fault]))).toEqual([]);

/** The second person reads what is proposed, and agrees. */
async function agreed(login: string, kind: string, name: string): Promise<void> {
  const page = await desk(login);
  await go(page, '/changes?state=proposed');
  await page.getByRole('cell', { name: kind }).first().click();
  await drawer(page).getByRole('heading', { name: '同意之后' }).waitFor();
  await looksRight(page, name);
  const agree = page.getByRole('button', { name: '同意并生效' });
  await agree.click();
  await agree.waitFor({ state: 'hidden' });
}

const reviewersOf = async (projectId: string): Promise<bigint[]> => {
  const rows = await withOwner(served.bank.db, (tx) =>
    tx.query<{ reviewer_id: bigint }>('select reviewer_id from village.reviewer where project_id = $1 order by reviewer_id', [
      projectId.slice(1),
    ]),
  );
  return rows.map((row) => row.reviewer_id);
};

const projectAt = (page: Page): string => /\/village\/projects\/(V\d+)/.exec(page.url())?.[1] ?? '';
let project = '';

test('a branch head sets up a project for one group, and another person opens it', async () => {
  const page = await desk('branch');
  await go(page, '/village/projects');
  await page.getByRole('button', { name: '新建项目' }).first().click();
  await page.getByLabel('项目名称').fill('一组整村授信');
  await page.getByLabel('批次号').fill('2026-01');
  await page.getByLabel(/^村组编码/).fill(group);
  await page.getByLabel('截止日').fill('2027-06-30');
  await looksRight(page, 'project-set-up');
  await drawer(page).getByRole('button', { name: '新建项目' }).click();
  await page.getByRole('button', { name: '提请开放' }).click();
  project = projectAt(page);
  await page.getByLabel(/^原因/).fill('按年度计划推进第一组');
  await page.getByRole('button', { name: '提交复核' }).click();
  await page.getByRole('link', { name: /^待复核/ }).waitFor();
  await agreed('risk', '整村授信项目开放', 'project-approval');
  await vi.waitUntil(() => filled(project), { timeout: 60_000, interval: 200 });
  await page.reload();
  await page.getByRole('link', { name: '看客户池' }).click();
  await page.getByRole('row').nth(1).waitFor();
  await looksRight(page, 'pool');
  const households = await poolHouseholds();
  expect(numberIn(await page.locator('.n20').first().innerText())).toBe(households);
  await page.getByRole('row').nth(1).click();
  await drawer(page).getByText('授信对象').first().waitFor();
  await looksRight(page, 'pool-household');
  await drawer(page).getByRole('button', { name: '关闭' }).click();
  await giveOutTogether(page);
  quiet();
});

const filled = (projectId: string): Promise<boolean> =>
  withOwner(served.bank.db, async (tx) => {
    const [row] = await tx.query<{ n: number }>(
      'select count(*)::int as n from village.area where project_id = $1 and filled_at is not null',
      [projectId.slice(1)],
    );
    return (row?.n ?? 0) > 0;
  });

const poolHouseholds = (): Promise<number> =>
  withOwner(served.bank.db, async (tx) => {
    const [row] = await tx.query<{ n: number }>('select count(*)::int as n from village.household where project_id = $1', [
      project.slice(1),
    ]);
    return row?.n ?? 0;
  });

test('three reviewers are registered, sworn in, and made the panel of the group', async () => {
  const page = await desk('branch');
  await go(page, '/village/evaluation?tab=reviewers');
  for (const name of reviewerNames) {
    await page.getByRole('button', { name: '登记评议员' }).first().click();
    await page.getByLabel('姓名', { exact: true }).fill(name);
    await drawer(page).getByRole('button', { name: '登记评议员' }).click();
    await page.getByRole('button', { name: '已当面宣读并签署' }).click();
    await page.getByRole('row', { name: new RegExp(`${name}.*可评议`) }).waitFor();
  }
  await looksRight(page, 'reviewers');
  await page.getByRole('tab', { name: '村组' }).click();
  await page.getByRole('cell', { name: '未定人' }).click();
  for (const name of reviewerNames) await drawer(page).getByLabel(name).check();
  await drawer(page).getByRole('button', { name: '定评议员' }).click();
  await page.getByRole('cell', { name: '评议中' }).waitFor();
  await looksRight(page, 'groups');
  quiet();
});

test('one rates on a phone and flags a person; the others rate too', { timeout: 240_000 }, async () => {
  const [first = 0n, ...others] = await reviewersOf(project);
  const page = await desk('branch');
  await go(page, `/village/evaluation?tab=reviewers&open=R${first}`);
  await page.getByRole('button', { name: '一次性码' }).click();
  const code = /\d{6}/.exec(await page.getByRole('status').innerText())?.[0] ?? '';
  const phone = await openPage(served.browser);
  desks.set('first reviewer', phone);
  await phone.page.setViewportSize({ width: 360, height: 740 });
  await phone.page.goto(`${served.url}/review/#R${first}`);
  await phone.page.getByLabel(/一次性码/).fill(code);
  await phone.page.getByRole('button', { name: '进入' }).click();
  await rateOnPage(phone.page, '有赌博、吸毒等恶习');
  await looksRight(phone.page, 'review-next');
  await rateOnPage(phone.page, null);
  await expect.poll(() => answers(), { timeout: 30_000 }).toBe(2);
  let rest = 0;
  for (const reviewer of [first, ...others]) rest += await answerOpenRows(served, reviewer, 6_000_000n);
  expect(rest).toBeGreaterThan(4);
  quiet();
});

/** One person on the reviewer's page: known, four questions, six ten-thousands, perhaps a kind. */
async function rateOnPage(page: Page, kind: string | null): Promise<void> {
  await page.getByRole('button', { name: '知道', exact: true }).click();
  for (const choice of ['种养', '5–10', '楼房']) await page.getByRole('button', { name: choice, exact: true }).click();
  await page.getByRole('group', { name: '欠外债' }).getByRole('button', { name: '没有', exact: true }).click();
  for (let step = 0; step < 7; step += 1) await page.getByRole('button', { name: '多一档' }).click();
  await picture(page, 'review-rated');
  if (kind !== null) {
    await page.getByText(/有别的情况要告诉银行/).click();
    await page.getByRole('button', { name: kind }).click();
    await looksRight(page, 'review-kind');
  }
  await page.getByRole('button', { name: /^评好了/ }).click();
}

const answers = (): Promise<number> =>
  withOwner(served.bank.db, async (tx) => {
    const [row] = await tx.query<{ n: number }>('select count(*)::int as n from village.evaluation where project_id = $1', [
      project.slice(1),
    ]);
    return row?.n ?? 0;
  });

test('the branch head settles what was flagged, with evidence', async () => {
  const page = await desk('branch');
  await go(page, '/village/evaluation?tab=people&outcome=manual');
  await page.getByRole('cell', { name: /有赌博/ }).click();
  await page.getByLabel('依据').fill('走访核实，派出所无处罚记录');
  await looksRight(page, 'settlement');
  await page.getByRole('button', { name: '情形不成立' }).click();
  await page.getByRole('heading', { name: '没有这样的人' }).waitFor();
  quiet();
});

test('acceptance fails once, the group is rated again, and is accepted', { timeout: 240_000 }, async () => {
  const page = await desk('branch');
  await judged(page, '不符', '退回重评', 'acceptance-failed');
  await go(page, '/village/evaluation');
  await page.getByRole('cell', { name: /评议中 第 2 次/ }).waitFor();
  for (const reviewer of await reviewersOf(project)) await answerOpenRows(served, reviewer, 6_000_000n);
  await judged(page, '属实', '验收通过', 'acceptance-passed');
  await page.getByText('合影指纹').waitFor();
  await page.getByRole('cell', { name: /已验收/ }).waitFor();
  await looksRight(page, 'accepted');
  quiet();
});

/** A sample is drawn, everybody in it is looked at, and the word is given with signature and photograph. */
async function judged(page: Page, word: '属实' | '不符', decision: '退回重评' | '验收通过', name: string): Promise<void> {
  await go(page, '/village/evaluation');
  await page.getByRole('cell', { name: /评议中/ }).click();
  await drawer(page).getByRole('button', { name: '抽查验收' }).click();
  await drawer(page).getByRole('heading', { name: /^抽中/ }).waitFor();
  const buttons = drawer(page).getByRole('button', { name: word });
  const drawn = await buttons.count();
  expect(drawn).toBeGreaterThanOrEqual(5);
  for (let at = 0; at < drawn; at += 1) await buttons.nth(at).click();
  const file = { name: 'picture.png', mimeType: 'image/png', buffer: await page.screenshot() };
  await page.getByLabel('验收人签名').setInputFiles(file);
  await page.getByLabel('现场合影').setInputFiles(file);
  await looksRight(page, name);
  await drawer(page).getByRole('button', { name: decision }).click();
  await drawer(page)
    .getByText(word === '属实' ? '通过' : '退回重评', { exact: true })
    .waitFor();
}

let visited = '';

test('the manager visits a household with a phone', { timeout: 240_000 }, async () => {
  const branch = callerOf('branch').session;
  await served.bank.villages.visits.setPoint(branch, BigInt(project.slice(1)), { place: group, ...place });
  const page = await desk('doors');
  await page.context().grantPermissions(['geolocation']);
  await page.context().setGeolocation({ latitude: place.latitude + 0.0006, longitude: place.longitude });
  await page.clock.install({ time: new Date(served.clock.now().toString()) });
  await page.setViewportSize({ width: 360, height: 740 });
  await go(page, '/village/pool');
  await headIsOneLine(page);
  await page.getByRole('listitem').getByRole('link').first().waitFor();
  await looksRight(page, 'visits-phone');
  await page.getByRole('listitem').getByRole('link').filter({ hasText: '评议' }).first().click();
  await page.getByRole('heading', { name: '走访核实' }).waitFor();
  visited = /visits\/V\d+\/([^/?#]+)/.exec(page.url())?.[1] ?? '';
  await findAtTheDoor(page);
  await saveWithoutSignal(page, async () => {
    // Four minutes at the door.
    await page.clock.fastForward('04:00');
    served.clock.advance({ minutes: 4 });
    await page.getByText(/✓ 停留 [4-9] 分钟/).waitFor();
  });
  const kept = await withOwner(served.bank.db, (tx) =>
    tx.query('select 1 from village.visit where project_id = $1 and household_id = $2', [project.slice(1), visited]),
  );
  expect(kept.length).toBe(1);
  quiet();
});

test('what the manager wrote down wrongly is corrected, and what stood before stays', async () => {
  const page = await desk('doors');
  await go(page, `/village/visits/${project}/${visited}`);
  await correctVisit(page);
  const [limits] = await withOwner(served.bank.db, (tx) =>
    tx.query<{ fen: string[] }>(
      `select array_agg(amount_fen::text order by record_id) as fen from village.limit_record where project_id = $1 and kind = 'investigated'`,
      [project.slice(1)],
    ),
  );
  expect(limits?.fen).toEqual(['7000000', '5000000']);
  quiet();
});

test('other households are visited by the same requests', async () => {
  const manager = await served.signIn('doors');
  const list = await served.api.app.inject({ url: `/api/v1/village/projects/${project}/visits?state=due`, headers: manager });
  const households = list.json<{ items: { household_id: string }[] }>().items.slice(0, 2);
  expect(households.length).toBe(2);
  expect(households.map((one) => one.household_id)).not.toContain(visited);
  for (const { household_id } of households) {
    const address = `/api/v1/village/projects/${project}/households/${household_id}/visit`;
    const sheet = await served.api.app.inject({ url: address, headers: manager });
    const subject = sheet.json<{ people: { person_id: string; is_subject: boolean }[] }>().people.find((one) => one.is_subject);
    const made = await served.api.app.inject({
      method: 'POST',
      url: `/api/v1/village/projects/${project}/visits`,
      headers: manager,
      payload: {
        visit_id: randomUUID(),
        household_id,
        started_at: served.clock.now().subtract({ minutes: 5 }).toString(),
        seconds: 240,
        place,
        photos: [onePhoto],
        people: [{ person_id: subject?.person_id, answers: { met: ['subject'], ...said }, investigated_fen: '5000000' }],
      },
    });
    expect(made.json()).toMatchObject({ is_valid: true, differences: [] });
  }
});

/** The hash of what it says. */
const onePhoto = {
  kind: 'house',
  hash: 'a591a6d40bf420404a011733cfb7b190d62c65bf0bcda32b57b277d9ad9f146e',
  content: Buffer.from('Hello World').toString('base64'),
} as const;

test('limits are taken step by step, and the branch head determines them', async () => {
  const page = await desk('branch');
  await go(page, '/village/grants');
  await page.getByRole('cell', { name: '已取值' }).first().click();
  await page.getByRole('list', { name: /^取值过程/ }).waitFor();
  await looksRight(page, 'limit-waterfall');
  const button = page.getByRole('button', { name: /^按取值审定/ });
  const people = numberIn(await button.innerText());
  await button.click();
  await button.waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: '看已审定' }).click();
  await expect.poll(() => page.getByRole('row').count()).toBe(people + 1);
  await looksRight(page, 'determined');
  quiet();
});

test('names are posted, and what villagers object is answered in its time', async () => {
  await postAndAnswer(await desk('branch'), `${served.url}/village/grants?tab=notices`);
  quiet();
});

let batch: { people: number; total: string } = { people: 0, total: '' };

test('operations preview and propose the batch, the risk head approves, and it is granted', { timeout: 240_000 }, async () => {
  const page = await desk('payments');
  await go(page, '/village/grants?tab=batches');
  await page.getByRole('button', { name: '预览一批' }).click();
  await page.getByLabel('提交说明').fill('第一批整村授信');
  await looksRight(page, 'batch-preview');
  await drawer(page).getByRole('button', { name: '提交复核' }).click();
  await drawer(page).getByText('待复核', { exact: true }).waitFor();
  const kept = await batchPage();
  batch = { people: kept.people, total: kept.total_fen };
  expect(batch.people).toBeGreaterThan(2);
  await agreed('risk', '批量授信', 'batch-approval');
  await expect.poll(async () => (await batchPage()).state, { timeout: 60_000 }).toBe('granted');
  await page.reload();
  await drawer(page).getByText('已授信', { exact: true }).first().waitFor();
  await looksRight(page, 'batch-granted');
  expect(await drawer(page).locator('.seat').getByText('已授信', { exact: true }).count()).toBe(batch.people);
  quiet();
});

async function batchPage(): Promise<BatchPage> {
  const [row] = await withOwner(served.bank.db, (tx) =>
    tx.query<{ batch_id: bigint }>('select batch_id from village.batch where project_id = $1', [project.slice(1)]),
  );
  return served.bank.villages.grants.one(callerOf('payments').session, row?.batch_id ?? 0n);
}

test('the progress view counts what was granted', async () => {
  const page = await desk('branch');
  await go(page, `/village/progress?project=${project}`);
  const row = page.getByRole('row', { name: /^授信/ });
  await row.waitFor();
  const cells = await row.getByRole('cell').allInnerTexts();
  expect(cells.slice(0, 2).map(numberIn)).toEqual([batch.people, batch.people]);
  const [limits] = await withOwner(served.bank.db, (tx) =>
    tx.query<{ n: number; fen: string }>(
      `select count(*)::int as n, sum(limit_fen)::text as fen from servicing.facility where entity_id = $1 and state = 'granted'`,
      [ownEntity],
    ),
  );
  expect(limits).toEqual({ n: batch.people, fen: batch.total });
  expect(numberIn(await page.getByRole('row', { name: /^收集/ }).getByRole('cell').nth(1).innerText())).toBe(await poolHouseholds());
  expect(numberIn(await page.getByRole('row', { name: /^走访/ }).getByRole('cell').nth(1).innerText())).toBeGreaterThanOrEqual(3);
  await looksRight(page, 'progress');
  quiet();
});

test('one grant is taken back by two persons, and leaves its record', async () => {
  const page = await desk('payments');
  const path = `${served.url}/village/grants?tab=batches&open=${(await batchPage()).batch_id}`;
  await askBack(page, path);
  await agreed('risk', '收回一笔批量授信', 'reversal-approval');
  await seeCounterRecord(page, path, served);
  quiet();
});

test('a second bank asks other questions and knows other kinds', { timeout: 240_000 }, async () => {
  const reviewer = await secondBankRates();
  const { code } = await served.bank.villages.evaluation.giveCode(callerOf('second-branch').session, reviewer);
  const { page, faults } = await openPage(served.browser);
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(`${served.url}/review/#R${reviewer}`);
  await page.getByLabel(/一次性码/).fill(code);
  await page.getByRole('button', { name: '进入' }).click();
  await page.getByRole('button', { name: '知道', exact: true }).click();
  await page.getByRole('group', { name: '种多少地' }).getByRole('button', { name: '5 至 20 亩' }).click();
  await page.getByRole('group', { name: '说话算不算数' }).getByRole('button', { name: '算数', exact: true }).click();
  await looksRight(page, 'second-review');
  await page.getByText(/有别的情况要告诉银行/).click();
  await page.getByRole('button', { name: '好逸恶劳' }).waitFor();
  for (const ours of ['靠什么', '欠外债', '有赌博、吸毒等恶习']) expect(await page.getByText(ours).count()).toBe(0);
  await looksRight(page, 'second-review-kinds');
  expect(faults).toEqual([]);
});

/** A project of the second bank on the same villages, opened by two persons, its panel sworn in. */
async function secondBankRates(): Promise<bigint> {
  const { projects, evaluation } = served.bank.villages;
  const head = callerOf('second-branch');
  const theirs = await smallGroup(served, otherEntity);
  const projectId = await projects.setUp(head.session, {
    name: '云台整村授信',
    batch_no: '2026-A',
    grid_codes: [theirs],
    ends_on: '2027-06-30',
  });
  const proposal = await projects.proposeOpening(head.session, projectId, '按计划推进', randomUUID());
  await served.bank.change.approve(callerOf('second-risk'), proposal, '');
  await vi.waitUntil(() => filled(`V${projectId}`), { timeout: 60_000, interval: 200 });
  const { oathHash } = await evaluationOath(projectId);
  const reviewers: bigint[] = [];
  for (const name of ['陈老师', '吴大伯', '郑组长', '冯老师', '许大伯']) {
    const of = { grid_code: theirs.slice(0, 12), person_id: null, name, phone: null, qualification: 'teacher', is_committee: false };
    const id = await evaluation.register(head.session, projectId, of);
    await evaluation.swearIn(head.session, id, oathHash);
    reviewers.push(id);
  }
  await evaluation.setPanel(head.session, { projectId, round: 1, gridCode: theirs }, { reviewers, dueOn: null });
  return reviewers[0] ?? 0n;
}

async function evaluationOath(projectId: bigint): Promise<{ oathHash: string }> {
  const headers = await served.signIn('second-branch');
  const list = await served.api.app.inject({ url: `/api/v1/village/projects/V${projectId}/reviewers`, headers });
  return { oathHash: list.json<{ oath_hash: string }>().oath_hash };
}

test('each bank sees its own way of doing it, and only that', { timeout: 240_000 }, async () => {
  const theirs = await waysOf('second-branch', 'second-rules');
  for (const word of ['20–65 岁', '渔船', '好逸恶劳']) expect(theirs).toContain(word);
  for (const word of ['18–60 岁', '欠外债', '有赌博、吸毒等恶习', '一组整村授信']) expect(theirs).not.toContain(word);
  const ours = await waysOf('branch', 'rules');
  for (const word of ['18–60 岁', '欠外债', '有赌博、吸毒等恶习', '一组整村授信']) expect(ours).toContain(word);
  for (const word of ['20–65 岁', '渔船', '好逸恶劳', '云台整村授信']) expect(ours).not.toContain(word);
  quiet();
});

/** All four tabs of what the bank does, and the projects above them, as text. */
async function waysOf(login: string, name: string): Promise<string> {
  const page = await desk(login);
  await go(page, '/village/projects');
  let text = '';
  for (const tab of ['规定', '表单', '不予授信情形', '公式']) {
    await page.getByRole('tab', { name: tab }).click();
    await page.locator('.rules').scrollIntoViewIfNeeded();
    text += await page.getByRole('main').innerText();
    await looksRight(page, `${name}-${['规定', '表单', '不予授信情形', '公式'].indexOf(tab) + 1}`);
  }
  return text;
}
