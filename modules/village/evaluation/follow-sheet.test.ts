/** People who move, split off or are merged: what is still to be answered about them follows, or is closed with the reason. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withOwner } from '#platform/postgres/index.ts';
import { group, openSamplePanel, otherGroup, says } from './sample-panel.ts';
import type { SamplePanel } from './sample-panel.ts';

let panel: SamplePanel;
/** Of the other group's panel only. */
let elsewhere: bigint;
beforeEach(async () => {
  panel = await openSamplePanel();
  const { sample, place, reviewers } = panel;
  elsewhere = await panel.register({ name: '孙会计' });
  await panel.swear(elsewhere);
  const { evaluation } = sample.villages;
  const [committee = 0n, second = 0n, third = 0n] = reviewers;
  await evaluation.setPanel(sample.session('head'), place, { reviewers: [committee, second, third], dueOn: null });
  await evaluation.setPanel(
    sample.session('head'),
    { ...place, gridCode: otherGroup },
    { reviewers: [second, third, elsewhere], dueOn: null },
  );
}, 120_000);
afterEach(() => panel.close());

interface Row {
  reviewer_id: bigint;
  grid_code: string;
  household_id: string;
  recusal: string | null;
  answered: boolean;
}
const rows = (personId: string): Promise<Row[]> =>
  withOwner(panel.sample.db, (tx) =>
    tx.query<Row>(
      `select reviewer_id, grid_code, household_id, recusal, answered_at is not null as answered from village.sheet_row
       where project_id = $1 and person_id = $2 order by reviewer_id, grid_code`,
      [panel.sample.projectId, personId],
    ),
  );
const one = async <R extends object>(text: string, values: readonly unknown[]): Promise<R> => {
  const [row] = await withOwner(panel.sample.db, (tx) => tx.query<R>(text, values));
  if (!row) throw new Error('nothing found');
  return row;
};
const householdOf = (personId: string) =>
  one<{ household_id: string; revision: number }>(
    `select household_id, revision from village.household join village.member using (project_id, household_id)
     where project_id = $1 and person_id = $2`,
    [panel.sample.projectId, personId],
  );
const act = () => ({ caller: panel.sample.caller('head'), projectId: panel.sample.projectId, requestId: 'follow' });
const waits = (personId: string) =>
  one<{ n: number }>('select count(*)::int as n from village.retake_due where project_id = $1 and person_id = $2', [
    panel.sample.projectId,
    personId,
  ]);
const key = (reviewer: bigint, personId: string) =>
  panel.sample.villages.evaluation.keyAnswers(panel.sample.session('manager'), reviewer, { channel: 'meeting', items: [says(personId)] });

test('a household that moves is rated by the panel of its new group; who is not on it is asked no more, and what was answered stays', async () => {
  const [first = 0n, second = 0n, third = 0n] = panel.reviewers;
  const [person = ''] = await panel.asked(first);
  await key(third, person);
  const asked = await householdOf(person);
  await withOwner(panel.sample.db, (tx) => tx.query('delete from village.retake_due'));
  await panel.sample.villages.pool.move(act(), asked, otherGroup, '分家后住到二组');
  const of = (reviewer_id: bigint, grid_code: string, recusal: string | null, answered = false) => {
    return { reviewer_id, grid_code, household_id: asked.household_id, recusal, answered };
  };
  expect(await rows(person)).toEqual([
    of(first, group, 'moved_away'),
    of(second, otherGroup, null),
    of(third, group, null, true),
    of(elsewhere, otherGroup, null),
  ]);
  expect((await key(first, person)).refused).toMatchObject([{ code: 'person_recused' }]);
  expect((await key(second, person)).accepted).toHaveLength(1);
  expect((await key(elsewhere, person)).accepted).toHaveLength(1);
  expect((await waits(person)).n).toBe(1);
  expect(
    await one('select grid_code, answers from village.evaluated where project_id = $1 and person_id = $2', [
      panel.sample.projectId,
      person,
    ]),
  ).toEqual({ grid_code: otherGroup, answers: 3 });
});

test('who becomes one household with a reviewer is not judged by them any more', async () => {
  const [first = 0n] = panel.reviewers;
  const [person = '', ...others] = await panel.asked(first);
  const into = await householdOf(person);
  const own = [];
  for (const other of others) {
    const { household_id } = await householdOf(other);
    if (household_id !== into.household_id) own.push({ other, household_id });
  }
  const [neighbour] = own;
  if (!neighbour) throw new Error('the group has one household only');
  await withOwner(panel.sample.db, (tx) =>
    tx.query('update village.reviewer set person_id = $2 where reviewer_id = $1', [first, neighbour.other]),
  );
  const source = await householdOf(neighbour.other);
  const done = await panel.sample.villages.pool.merge(act(), source, into, '原是一家人');
  expect(done.household_id).toBe(into.household_id);
  const mine = (await rows(person)).find(({ reviewer_id }) => reviewer_id === first);
  expect(mine).toMatchObject({ recusal: 'own_household', household_id: into.household_id });
  // Whoever of the two is the subject now is taken anew.
  const due = await one<{ n: number }>(
    `select count(*)::int as n from village.retake_due join village.member m using (project_id, person_id) where project_id = $1 and m.household_id = $2`,
    [panel.sample.projectId, into.household_id],
  );
  expect(due.n).toBeGreaterThan(0);
});

test('who splits off is asked about in the household of their own', async () => {
  const [first = 0n] = panel.reviewers;
  const people = await panel.asked(first);
  const homes = new Map<string, string[]>();
  for (const person of people) {
    const { household_id } = await householdOf(person);
    homes.set(household_id, [...(homes.get(household_id) ?? []), person]);
  }
  const [, going = ''] = [...homes.values()].find((members) => members.length > 1) ?? [];
  const asked = await householdOf(going);
  const { made } = await panel.sample.villages.pool.split(act(), asked, [going], '已单独立户');
  const open = (await rows(going)).filter(({ recusal }) => recusal === null);
  expect(open.length).toBeGreaterThan(0);
  expect(new Set(open.map(({ household_id }) => household_id))).toEqual(new Set([made.household_id]));
});
