/** What people of whole-village credit do screen by screen: a visit in a yard, households given out together, objections, a grant taken back. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { withOwner } from '#platform/postgres/index.ts';
import type { ServedBank } from '../served-bank.ts';
import { looksRight } from './village-desks.ts';

const drawer = (page: Page) => page.getByRole('complementary').last();

/** Two households go to one manager in one request; claimed then, the refusal says which of them have somebody. */
export async function giveOutTogether(page: Page): Promise<void> {
  const boxes = page.getByRole('checkbox', { name: /^选 / });
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  await page.getByRole('group', { name: '已选 2 户' }).getByRole('button', { name: '分配' }).click();
  await drawer(page).getByLabel('客户经理').selectOption({ label: '周海涛（0）' });
  await looksRight(page, 'pool-many');
  await drawer(page).getByRole('button', { name: '分配', exact: true }).click();
  await page.getByRole('cell', { name: '周海涛' }).nth(1).waitFor();
  await boxes.nth(1).check();
  await boxes.nth(2).check();
  await page.getByRole('button', { name: '认领' }).click();
  await drawer(page).getByRole('button', { name: '认领', exact: true }).click();
  const stopped = drawer(page).getByRole('alert').getByRole('listitem');
  await stopped.first().waitFor();
  expect(await stopped.allInnerTexts()).toEqual([expect.stringMatching(/户 .*该户已有客户经理/)]);
  await looksRight(page, 'pool-many-refused');
  await stopped.getByRole('button', { name: '不选这户' }).click();
  await page.getByRole('group', { name: '已选 1 户' }).waitFor();
  await page.getByRole('button', { name: '都不选' }).click();
}

const statusOf = (page: Page, words: RegExp) => page.getByRole('status').filter({ hasText: words });
const thumbnails = (page: Page) => page.getByRole('list', { name: '照片' }).getByRole('listitem');

/** On a phone the head is one line of any screen; every other screen is two taps away, the day in sight, language and way out one tap away. */
export async function headIsOneLine(page: Page): Promise<void> {
  const head = page.getByRole('banner');
  await head.getByText('营业日').waitFor();
  expect((await head.boundingBox())?.height).toBeLessThan(52);
  const menu = page.getByRole('navigation', { name: '主导航' });
  expect(await menu.count()).toBe(0);
  await head.getByRole('button', { name: '我的菜单' }).click();
  for (const name of ['English', '退出登录']) await head.getByRole('button', { name }).waitFor();
  await page.keyboard.press('Escape');
  await head.getByRole('button', { name: '☰ 菜单' }).click();
  await looksRight(page, 'menu-phone');
  await menu.getByRole('link', { name: '走访', exact: true }).click();
  await menu.waitFor({ state: 'detached' });
}

/** At the door: the village's word confirmed in one tap, one difference in its field, pictures looked at and taken out again. */
export async function findAtTheDoor(page: Page): Promise<void> {
  await page.getByRole('heading', { name: '走访核实' }).waitFor();
  const subject = page.locator('.visit-person').first();
  await subject.getByText('授信对象').waitFor();
  await subject.getByRole('button', { name: '确认 靠什么' }).click();
  await subject.getByRole('button', { name: /^确认其余 \d+ 项$/ }).click();
  await subject.getByRole('button', { name: '改 住房' }).click();
  await subject.getByRole('group', { name: /住房/ }).getByText('平房').click();
  await subject.getByText('1 处不同').waitFor();
  await looksRight(page, 'visit-form-phone');
  const shoot = async (kind: string): Promise<void> =>
    page.getByLabel(`拍${kind}`).setInputFiles({ name: `${kind}.png`, mimeType: 'image/png', buffer: await page.screenshot() });
  await shoot('房屋');
  await thumbnails(page).first().waitFor();
  await page.getByRole('button', { name: '加一万元' }).click();
  await shoot('其他');
  await thumbnails(page).nth(1).waitFor();
  await page.getByRole('button', { name: '其他 第 2 张' }).click();
  await looksRight(page, 'visit-photo-phone');
  await page.getByRole('dialog').getByRole('button', { name: '删除照片' }).click();
  await thumbnails(page).nth(1).waitFor({ state: 'detached' });
  expect(await smallTargets(page)).toEqual([]);
}

/** Whatever a thumb presses on the page and is lower than 44 pixels. */
const smallTargets = (page: Page): Promise<string[]> =>
  page
    .locator('.visit :is(a, button, summary, select, label.btn, .chips .line label)')
    .evaluateAll((all) =>
      all.filter((one) => one.getClientRects().length > 0 && one.getBoundingClientRect().height < 43.5).map((one) => one.textContent ?? ''),
    );

/** The page is reloaded, and what was entered is there; then it is saved without a signal, and goes to the bank once there is one. */
export async function saveWithoutSignal(page: Page, wait: () => Promise<void>): Promise<void> {
  await statusOf(page, /^草稿已存本机，还没有送到银行/).waitFor();
  await page.reload();
  await statusOf(page, /^草稿已存本机/).waitFor();
  const subject = page.locator('.visit-person').first();
  await subject.getByText('1 处不同').waitFor();
  expect([await thumbnails(page).count(), await subject.getByText('平房', { exact: true }).count()]).toEqual([1, 1]);
  await statusOf(page, /离村 \d+ 米/).waitFor();
  await page.getByRole('button', { name: '保存走访' }).click();
  await page.getByRole('alert').filter({ hasText: '见到了谁' }).waitFor();
  await subject
    .getByRole('group', { name: /见到了谁/ })
    .getByText('本人')
    .click();
  await sign(page);
  await page.getByRole('button', { name: '房屋 第 1 张' }).click();
  expect(await page.getByRole('dialog').getByRole('button', { name: '删除照片' }).count()).toBe(0);
  await page.getByRole('dialog').getByRole('button', { name: '关闭' }).click();
  await wait();
  await looksRight(page, 'visit-phone');
  await page.context().setOffline(true);
  await page.getByRole('button', { name: '保存走访' }).click();
  await statusOf(page, /^没有信号：走访已存本机，还没有送到银行/).waitFor();
  await looksRight(page, 'visit-unsent-phone');
  await page.context().setOffline(false);
  await page.getByText('已送到银行，计入走访。').waitFor();
  await looksRight(page, 'visit-saved-phone');
}

async function sign(page: Page): Promise<void> {
  const pad = page.getByLabel('在此签名');
  await pad.scrollIntoViewIfNeeded();
  const box = await pad.boundingBox();
  if (!box) throw new Error('there is nothing to sign on');
  await page.mouse.move(box.x + 40, box.y + 30);
  await page.mouse.down();
  for (let step = 0; step < 8; step += 1) await page.mouse.move(box.x + 40 + step * 20, box.y + 30 + (step % 2) * 20);
  await page.mouse.up();
  await page.getByText('✓ 已签名').waitFor();
}

/** What was found of the house was wrong: it is corrected for a reason, an uneven limit refused at its field, and what stood before stays. */
export async function correctVisit(page: Page): Promise<void> {
  await page.getByText('此前走访 1 次').click();
  await page.getByRole('button', { name: /^更正/ }).first().click();
  const asked = drawer(page);
  await asked.getByText('还没有改动').waitFor();
  await asked.getByRole('group', { name: /住房/ }).getByText('楼房').click();
  const changes = asked.getByRole('table', { name: '改动' });
  await changes.getByRole('row', { name: /住房 平房 楼房/ }).waitFor();
  await asked.getByLabel('调查额度').fill('51234');
  await asked.getByLabel(/^更正原因/).fill('当日看错房屋，已与本人核对');
  await asked.getByRole('button', { name: '提交更正' }).click();
  await asked.getByText('调查额度为整千元').waitFor();
  await looksRight(page, 'visit-correct-refused');
  await asked.getByLabel('调查额度').fill('50000');
  await looksRight(page, 'visit-correct');
  await asked.getByRole('button', { name: '提交更正' }).click();
  await statusOf(page, /^已更正/).waitFor();
  const corrected = page.getByRole('region', { name: /周海涛更正.*：当日看错房屋，已与本人核对$/ });
  await corrected.getByRole('row', { name: /住房 平房 楼房/ }).waitFor();
  await corrected.getByRole('row', { name: /调查额度 7\.00 万元 5\.00 万元/ }).waitFor();
  await corrected.scrollIntoViewIfNeeded();
  await looksRight(page, 'visit-corrected');
}

/** Names are posted; one objection is dismissed, one upheld, whose person the branch determines anew. */
export async function postAndAnswer(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.getByRole('button', { name: '张贴公示' }).click();
  await page.getByText('公示中', { exact: true }).waitFor();
  const objected: string[] = [];
  for (const text of ['听说他欠别人的钱', '他家的地前年就流转了']) {
    await page.getByRole('button', { name: '登记异议' }).click();
    const whom = page.getByLabel('对谁有异议');
    await whom.selectOption({ index: objected.length + 1 });
    objected.push(await whom.evaluate((select) => (select instanceof HTMLSelectElement ? (select.selectedOptions[0]?.text ?? '') : '')));
    await page.getByLabel('异议内容').fill(text);
    await page.getByRole('button', { name: '登记', exact: true }).click();
    await page.getByLabel('异议内容').waitFor({ state: 'hidden' });
  }
  // Five working days of seven and a half hours.
  await page
    .getByText(/^37 时 30 分/)
    .nth(1)
    .waitFor();
  await looksRight(page, 'objections');
  const [dismissed = '', upheld = ''] = objected;
  await answered(page, dismissed, '向本人与村委核对，无此情况', '不成立');
  await answered(page, upheld, '情况属实，按实有地亩重新审定', '成立');
  await page.getByRole('heading', { name: '已答复的异议' }).waitFor();
  await looksRight(page, 'objections-answered');
  await page.getByRole('link', { name: /重新审定/ }).click();
  await drawer(page).getByLabel('审定额度（元）').fill('20000');
  await drawer(page).getByLabel('与取值不同的理由').fill('按实有地亩');
  await drawer(page).getByRole('button', { name: '审定', exact: true }).click();
  await drawer(page)
    .getByText(/审定 2\.00 万元/)
    .waitFor();
}

async function answered(page: Page, name: string, answer: string, outcome: string): Promise<void> {
  const one = page.getByRole('article', { name }).filter({ has: page.getByLabel('答复') });
  await one.getByLabel('答复').fill(answer);
  await one.getByRole('button', { name: outcome, exact: true }).click();
  await one.waitFor({ state: 'hidden' });
}

/** Operations ask for one grant back, with a reason; until a second person agrees it stands. */
export async function askBack(page: Page, path: string): Promise<void> {
  await page.goto(path);
  const button = drawer(page).getByRole('button', { name: '收回', exact: true });
  await button.first().click();
  await drawer(page).getByLabel('收回理由').fill('本人放弃，不再需要');
  await looksRight(page, 'reversal-asked');
  await drawer(page).getByRole('button', { name: '提交收回' }).click();
  await drawer(page)
    .getByText(/^收回待复核 C\d+/)
    .waitFor();
}

/** What the books say of the grant that was taken back: its line stands, the counter-record beside it, the facility closed. */
export async function seeCounterRecord(page: Page, path: string, served: ServedBank): Promise<void> {
  await page.goto(path);
  await drawer(page)
    .getByText(/收回：本人放弃，不再需要（徐静怡 提出，何静 复核）/)
    .waitFor();
  await drawer(page).getByText('已收回', { exact: true }).waitFor();
  await looksRight(page, 'reversed');
  const rows = await withOwner(served.bank.db, (tx) =>
    tx.query<{ state: string; facility: string; same: boolean }>(
      `select l.state, f.state as facility, r.limit_fen = l.limit_fen as same
       from village.line_reversal r join village.batch_line l using (batch_id, person_id) join servicing.facility f on f.facility_id = r.facility_id`,
    ),
  );
  expect(rows).toEqual([{ state: 'reversed', facility: 'closed', same: true }]);
}
