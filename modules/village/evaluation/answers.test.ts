import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withOwner } from '#platform/postgres/index.ts';
import type { Answer } from './contract.ts';
import { goodAnswers, group, openSamplePanel, otherGroup, says, silent } from './sample-panel.ts';
import type { SamplePanel } from './sample-panel.ts';

let panel: SamplePanel;
let people: string[] = [];
let [first, second, third] = [0n, 0n, 0n];
beforeAll(async () => {
  panel = await openSamplePanel();
  [first = 0n, second = 0n, third = 0n] = panel.reviewers;
  await panel.sample.villages.evaluation.setPanel(panel.sample.session('head'), panel.place, { reviewers: panel.reviewers, dueOn: null });
  people = await panel.asked(first);
}, 120_000);
afterAll(() => panel.close());

const key = (reviewer: bigint, items: Answer[], who: 'manager' | 'manager2' = 'manager') =>
  panel.sample.villages.evaluation.keyAnswers(panel.sample.session(who), reviewer, { channel: 'meeting', items });
const person = (at: number): string => people[at] ?? '';
const owner = <Row extends object>(text: string, values: unknown[]): Promise<Row[]> =>
  withOwner(panel.sample.db, (tx) => tx.query<Row>(text, values));
const evaluated = async (personId: string) => {
  const [row] = await owner<{ outcome: string; evaluated_fen: bigint | null; valid: number; answers: number; inputs: unknown }>(
    'select outcome, evaluated_fen, valid, answers, inputs from village.evaluated where project_id = $1 and person_id = $2',
    [panel.place.projectId, personId],
  );
  return row;
};

describe('an answer', () => {
  test('is taken, marks the sheet, and comes to something once all are in', async () => {
    const who = person(0);
    const answer = says(who, '5000000');
    expect(await key(first, [answer])).toEqual({ accepted: [{ evaluation_id: answer.evaluation_id, person_id: who }], refused: [] });
    expect(await evaluated(who)).toMatchObject({ outcome: 'waiting', evaluated_fen: null, valid: 1 });
    await key(second, [says(who, '6000000')]);
    await key(third, [silent(who)]);
    expect(await evaluated(who)).toMatchObject({ outcome: 'evaluated', evaluated_fen: 5_000_000n, valid: 2, answers: 3 });
    const [sheet] = await owner<{ n: number }>(
      'select count(answered_at)::int as n from village.sheet_row where project_id = $1 and person_id = $2',
      [panel.place.projectId, who],
    );
    expect(sheet?.n).toBe(3);
    const [limit] = await owner<{ amount_fen: bigint; source: object }>(
      `select amount_fen, source from village.limit_record where project_id = $1 and person_id = $2 and kind = 'evaluated'`,
      [panel.place.projectId, who],
    );
    expect(limit).toEqual({ amount_fen: 5_000_000n, source: { round: 1, valid: 2, method: 'min', outcome: 'evaluated' } });
    const [stage] = await owner<{ people: number }>(
      `select people from village.household_stage s join village.member m using (project_id, household_id) where m.project_id = $1 and m.person_id = $2
       and stage = 3`,
      [panel.place.projectId, who],
    );
    expect(stage?.people).toBe(1);
  });

  test('sent again is the same answer; the same id with other content is refused', async () => {
    const answer = says(person(1));
    const once = await key(first, [answer]);
    expect(await key(first, [answer])).toEqual(once);
    const [same] = (await key(first, [answer, answer])).accepted;
    expect(same).toEqual(once.accepted[0]);
    expect(await key(first, [{ ...answer, suggested_fen: '6000000' }])).toMatchObject({
      accepted: [],
      refused: [{ code: 'evaluation_key_reused' }],
    });
    expect(await key(second, [answer])).toMatchObject({ accepted: [], refused: [{ code: 'evaluation_key_reused' }] });
    // The time on the screen and of the answer are no part of what was said.
    expect((await key(first, [{ ...answer, seconds: 99 }])).accepted.length).toBe(1);
  });

  test('is unique for a person, a reviewer and a round, also within one request', async () => {
    await key(first, [says(person(2))]);
    expect(await key(first, [says(person(2))])).toMatchObject({ refused: [{ code: 'evaluation_exists' }] });
    const twice = await key(second, [says(person(2)), says(person(2))]);
    expect([twice.accepted.length, twice.refused[0]?.code]).toEqual([1, 'evaluation_exists']);
  });

  test.each<[string, Partial<Answer>, string]>([
    ['a question that must be answered', { answers: { work: 'farming' } }, 'income'],
    ['an answer that is none of the choices', { answers: { ...goodAnswers, work: 'gold' } }, 'work'],
    ['a question nobody asks', { answers: { ...goodAnswers, shoe_size: 'big' } }, 'shoe_size'],
    ['no answers at all', { answers: undefined }, 'answers'],
    ['no suggestion', { suggested_fen: undefined }, 'suggested_fen'],
    ['a suggestion between two steps', { suggested_fen: '5500000' }, 'suggested_fen'],
    ['a kind there is not', { kinds: ['X99'] }, 'kinds'],
    ['a kind twice', { kinds: ['X01', 'X01'] }, 'kinds'],
    ['answers of somebody who does not know', { knows: 'no' }, 'knows'],
  ])('is judged by the form: %s', async (_name, more, place) => {
    const wrong = { ...says(person(3)), ...more };
    const { accepted, refused } = await key(first, [wrong]);
    expect(accepted).toEqual([]);
    expect([refused[0]?.code, refused[0]?.places.map((one) => one.place)]).toEqual(['answer_invalid', expect.arrayContaining([place])]);
  });

  test('that is wrong keeps none of the others out', async () => {
    const { accepted, refused } = await key(third, [says(person(3)), says('P000000000000000'), says(person(2), '123')]);
    expect([accepted.length, refused.map((one) => one.code)]).toEqual([1, ['not_on_sheet', 'answer_invalid']]);
  });

  test('about somebody out of the reader’s grid is not on the sheet', async () => {
    expect(await key(second, [says(person(3))], 'manager2')).toMatchObject({ accepted: [], refused: [{ code: 'not_on_sheet' }] });
  });
});

describe('nobody is rated who may not be', () => {
  test('those the reviewer steps aside for', async () => {
    const [row] = await owner<{ person_id: string; household_id: string }>(
      'select person_id, household_id from village.sheet_row where project_id = $1 and reviewer_id = $2 and answered_at is null order by position desc limit 1',
      [panel.place.projectId, second],
    );
    const { evaluation } = panel.sample.villages;
    const said = { householdId: row?.household_id ?? '', why: 'dispute' };
    await evaluation.sayRecusal(panel.sample.session('manager'), second, said);
    await evaluation.sayRecusal(panel.sample.session('manager'), second, said);
    expect(await key(second, [says(row?.person_id ?? '')])).toMatchObject({ refused: [{ code: 'person_recused' }] });
    const elsewhere = { householdId: 'H320723103002-0001', why: 'debtor' };
    await expect(evaluation.sayRecusal(panel.sample.session('manager'), second, elsewhere)).rejects.toMatchObject({
      code: 'household_elsewhere',
    });
  });

  test.each([
    ['deceased', `update village.member set presence = 'deceased' where project_id = $1 and person_id = $2`],
    ['moved away', `update village.member set presence = 'moved' where project_id = $1 and person_id = $2`],
    [
      'of an excluded household',
      `update village.household h set state = 'excluded', excluded_reason = 'away' from village.member m
       where m.project_id = h.project_id and m.household_id = h.household_id and h.project_id = $1 and m.person_id = $2`,
    ],
  ])('those who are %s', async (_name, change) => {
    const left = await owner<{ person_id: string }>(
      `select s.person_id from village.sheet_row s join village.member m using (project_id, person_id)
       join village.household h on h.project_id = m.project_id and h.household_id = m.household_id
       where s.project_id = $1 and s.reviewer_id = $2 and s.answered_at is null and s.recusal is null and m.presence = 'present' and h.state = 'in_pool'
       order by s.position`,
      [panel.place.projectId, first],
    );
    const who = left[0]?.person_id ?? '';
    await owner(change, [panel.place.projectId, who]);
    expect(await key(first, [says(who)])).toMatchObject({ refused: [{ code: 'person_not_rated' }] });
  });

  test('by somebody who has not sworn, or was let go', async () => {
    const { evaluation } = panel.sample.villages;
    const unsworn = await panel.register({ name: '赵六' });
    await expect(key(unsworn, [says(person(4))])).rejects.toMatchObject({ code: 'reviewer_not_sworn' });
    await evaluation.dismiss(panel.sample.session('head'), unsworn, '不愿再做评议员');
    await expect(key(unsworn, [says(person(4))])).rejects.toMatchObject({ code: 'reviewer_dismissed' });
    await expect(panel.swear(unsworn)).rejects.toMatchObject({ code: 'reviewer_dismissed' });
    await expect(key(999_999n, [says(person(4))])).rejects.toMatchObject({ code: 'reviewer_unknown' });
  });
});

test('answers through each channel are counted apart, and who keyed them stands beside', async () => {
  const { evaluation } = panel.sample.villages;
  const [row] = await owner<{ person_id: string }>(
    `select s.person_id from village.sheet_row s join village.member m using (project_id, person_id) join village.household h
       on h.project_id = m.project_id and h.household_id = m.household_id
     where s.project_id = $1 and s.reviewer_id = $2 and s.answered_at is null and s.recusal is null and m.presence = 'present' and h.state = 'in_pool'
     limit 1`,
    [panel.place.projectId, third],
  );
  await evaluation.keyAnswers(panel.sample.session('manager'), third, {
    channel: 'phone',
    place: '村部电话',
    heldAt: '2026-11-22T07:30:00Z',
    items: [says(row?.person_id ?? '')],
  });
  const counts = await evaluation.channels(panel.sample.session('head'), panel.place.projectId, group);
  expect(counts).toMatchObject({ app: 0, phone: 1, paper: 0 });
  expect(counts.meeting).toBeGreaterThan(3);
  expect(await evaluation.channels(panel.sample.session('head'), panel.place.projectId, otherGroup)).toEqual({
    app: 0,
    meeting: 0,
    phone: 0,
    paper: 0,
  });
  const said = await evaluation.whoSaid(panel.sample.session('auditor'), panel.place.projectId, row?.person_id ?? '');
  expect(said.items.map((one) => [one.channel, one.taken_by, one.taken_place, one.answered_at])).toContainEqual([
    'phone',
    'manager',
    '村部电话',
    '2026-11-22T07:30:00Z',
  ]);
  const sheet = await evaluation.keyedSheet(panel.sample.session('manager'), third);
  const asked = sheet.groups.flatMap((one) => one.households.flatMap((home) => home.people));
  expect(asked.filter(({ is_answered }) => is_answered).length).toBe(sheet.answered);
  expect(asked.map(({ person_id }) => person_id)).toContain(row?.person_id);
  expect(await evaluation.keyedSheet(panel.sample.session('manager2'), third).catch((error: { code: string }) => error.code)).toBe(
    'reviewer_unknown',
  );
  await expect(evaluation.whoSaid(panel.sample.session('auditor'), panel.place.projectId, 'P000000000000000')).rejects.toMatchObject({
    code: 'person_unknown',
  });
});

test('two reviewers who answer in the same moment are both counted', async () => {
  const fresh = await openSamplePanel();
  try {
    const { evaluation } = fresh.sample.villages;
    const session = fresh.sample.session('manager');
    await evaluation.setPanel(fresh.sample.session('head'), fresh.place, { reviewers: fresh.reviewers, dueOn: null });
    const all = await fresh.asked(fresh.reviewers[0] ?? 0n);
    const each = (reviewer: bigint) =>
      evaluation.keyAnswers(session, reviewer, {
        channel: 'meeting',
        items: all.map((who) => ({ ...says(who), evaluation_id: randomUUID() })),
      });
    await Promise.all(fresh.reviewers.map(each));
    const rows = await withOwner(fresh.sample.db, (tx) =>
      tx.query<{ outcome: string; valid: number; n: number }>(
        'select outcome, valid, count(*)::int as n from village.evaluated where project_id = $1 group by 1, 2',
        [fresh.place.projectId],
      ),
    );
    expect(rows).toEqual([{ outcome: 'evaluated', valid: 3, n: all.length }]);
  } finally {
    await fresh.close();
  }
}, 120_000);
