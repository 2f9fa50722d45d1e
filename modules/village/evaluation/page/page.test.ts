import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withOwner, withSession } from '#platform/postgres/index.ts';
import { group, openSamplePanel, says, silent } from '../sample-panel.ts';
import type { SamplePanel } from '../sample-panel.ts';

let panel: SamplePanel;
beforeAll(async () => {
  panel = await openSamplePanel();
  await panel.sample.villages.evaluation.setPanel(panel.sample.session('head'), panel.place, {
    reviewers: panel.reviewers,
    dueOn: '2026-12-20',
  });
}, 120_000);
afterAll(() => panel.close());

const evaluation = () => panel.sample.villages.evaluation;
const page = () => evaluation().page;
const manager = () => panel.sample.session('manager');
const coded = (code: string) => expect.objectContaining({ code });
const [first, second] = [() => panel.reviewers[0] ?? 0n, () => panel.reviewers[1] ?? 0n];

async function enter(reviewerId: bigint): Promise<{ token: string; csrf: string }> {
  const { code } = await evaluation().giveCode(manager(), reviewerId);
  const token = await page().enter(reviewerId, code);
  return { token, csrf: (await page().session(token)).csrf };
}

describe('a code that staff gave', () => {
  test('opens one session and is used up', async () => {
    const { code, validUntil } = await evaluation().giveCode(manager(), first());
    expect(validUntil).toBe('2026-11-24T01:00:00Z');
    const token = await page().enter(first(), code);
    expect(await page().session(token)).toMatchObject({ name: '王主任', village: '五福庄村', is_handed_over: false, is_sworn: true });
    await expect(page().enter(first(), code)).rejects.toEqual(coded('code_wrong'));
  });

  test('is for one reviewer, and a new one replaces it', async () => {
    const given = await evaluation().giveCode(manager(), first());
    await expect(page().enter(second(), given.code)).rejects.toEqual(coded('code_wrong'));
    const next = await evaluation().giveCode(manager(), first());
    if (next.code !== given.code) await expect(page().enter(first(), given.code)).rejects.toEqual(coded('code_wrong'));
    expect(await page().enter(first(), next.code)).toMatch(/^[\w-]{43}$/);
    await expect(page().enter(999_999n, '123456')).rejects.toEqual(coded('code_wrong'));
  });

  test('is void after five wrong ones, and after a day', async () => {
    const { code } = await evaluation().giveCode(manager(), first());
    const wrong = code === '000000' ? '000001' : '000000';
    for (let tries = 0; tries < 5; tries += 1) await expect(page().enter(first(), wrong)).rejects.toEqual(coded('code_wrong'));
    await expect(page().enter(first(), code)).rejects.toEqual(coded('code_wrong'));
    const late = await evaluation().giveCode(manager(), first());
    panel.sample.clock.advance({ hours: 24 });
    await expect(page().enter(first(), late.code)).rejects.toEqual(coded('code_wrong'));
  });
});

describe('a device that staff hands over', () => {
  test('ends the session of staff first', async () => {
    const token = await evaluation().handOver(manager(), 'token of staff', first());
    expect(panel.sample.ended).toEqual(['token of staff']);
    expect((await page().session(token)).is_handed_over).toBe(true);
  });

  test('stays with staff when there is nobody to hand it to', async () => {
    await expect(evaluation().handOver(manager(), 'kept', 999_999n)).rejects.toEqual(coded('reviewer_unknown'));
    expect(panel.sample.ended).not.toContain('kept');
  });
});

describe('a session', () => {
  test('is over after half an hour untouched, after eight hours, on handing back, and on being let go', async () => {
    const idle = await enter(first());
    panel.sample.clock.advance({ minutes: 31 });
    await expect(page().session(idle.token)).rejects.toEqual(coded('review_signed_out'));
    const long = await enter(first());
    for (let quarter = 0; quarter < 32; quarter += 1) {
      expect((await page().session(long.token)).name).toBe('王主任');
      panel.sample.clock.advance({ minutes: 15 });
    }
    await expect(page().session(long.token)).rejects.toEqual(coded('review_signed_out'));
    const back = await enter(first());
    await page().leave(back.token, back.csrf);
    await expect(page().sheet(back.token)).rejects.toEqual(coded('review_signed_out'));
    const gone = await panel.register({ name: '钱七' });
    const let7 = await enter(gone);
    await evaluation().dismiss(panel.sample.session('head'), gone, '与评议对象有纠纷');
    await expect(page().session(let7.token)).rejects.toEqual(coded('review_signed_out'));
    await expect(page().session(undefined)).rejects.toEqual(coded('review_signed_out'));
  });

  test('acts with its own mark only', async () => {
    const { token, csrf } = await enter(first());
    await expect(page().answer(token, 'other', [silent('P000000000000000')])).rejects.toEqual(coded('review_csrf'));
    await expect(page().leave(token, undefined)).rejects.toEqual(coded('review_csrf'));
    expect((await page().answer(token, csrf, [silent('P000000000000000')])).refused[0]?.code).toBe('not_on_sheet');
  });

  test('takes the oath before anything is answered', async () => {
    const id = await panel.register({ name: '孙八' });
    const { token, csrf } = await enter(id);
    const { is_sworn, oath, oath_hash } = await page().session(token);
    expect([is_sworn, oath.zh]).toEqual([false, expect.stringContaining('我如实评议')]);
    await expect(page().answer(token, csrf, [silent('P000000000000000')])).rejects.toEqual(coded('reviewer_not_sworn'));
    await expect(page().swear(token, csrf, 'f'.repeat(64))).rejects.toEqual(coded('oath_changed'));
    expect((await page().swear(token, csrf, oath_hash)).is_sworn).toBe(true);
  });
});

describe('the sheet', () => {
  test('shows who is asked about, household by household, and nothing of anybody’s answers', async () => {
    const { token, csrf } = await enter(first());
    const sheet = await page().sheet(token);
    expect(sheet.groups.map((one) => [one.place, one.grid_code, one.due_on, one.is_open])).toEqual([
      ['五福庄村 1组', group, '2026-12-20', true],
    ]);
    const people = sheet.groups.flatMap((one) => one.households.flatMap((household) => household.people));
    expect(people.map((one) => one.person_id)).toEqual(await panel.asked(first()));
    expect(Object.keys(people[0] ?? {}).toSorted()).toEqual(
      ['age', 'is_answered', 'is_recused', 'name', 'person_id', 'relation', 'seed', 'sex'].toSorted(),
    );
    expect(sheet.answered).toBe(0);
    const [who = ''] = people.map((one) => one.person_id);
    await page().answer(token, csrf, [says(who)]);
    expect((await page().sheet(token)).answered).toBe(1);
    const other = await enter(second());
    expect((await page().sheet(other.token)).answered).toBe(0);
  });

  test.each(['sheet_row', 'evaluation'])('is all that the database shows of %s, whatever is asked', async (table) => {
    const [{ entity_id: entityId } = { entity_id: '' }] = await withOwner(panel.sample.db, (tx) =>
      tx.query<{ entity_id: string }>('select distinct entity_id from village.sheet_row'),
    );
    const session = { entityId, actorId: `reviewer:${first()}`, roles: [], scopes: [] };
    const seen = await withSession(panel.sample.db, session, (tx) =>
      tx.query<{ own: boolean; n: number }>(`select reviewer_id = $1 as own, count(*)::int as n from village.${table} group by 1`, [
        first(),
      ]),
    );
    expect(seen).toEqual([{ own: true, n: expect.any(Number) }]);
  });

  test('of a reviewer without a panel is empty', async () => {
    const { token } = await enter(await panel.register({ name: '吴九' }));
    expect(await page().sheet(token)).toMatchObject({ groups: [], asked: 0, answered: 0 });
  });

  test('leaves a trace of what was shown and said', async () => {
    const rows = await withOwner(panel.sample.db, (tx) =>
      tx.query<{ action: string }>(`select distinct action from audit.entry where actor_id like 'reviewer:%' order by 1`),
    );
    expect(rows.map((row) => row.action)).toEqual(['reviewer.enter', 'reviewer.leave', 'reviewer.sheet', 'reviewer.swear']);
  });
});
