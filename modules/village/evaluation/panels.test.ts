import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withOwner } from '#platform/postgres/index.ts';
import { readVillageConfiguration } from '../configuration.ts';
import { group, openSamplePanel, otherGroup, says, village } from './sample-panel.ts';
import type { SamplePanel } from './sample-panel.ts';

let panel: SamplePanel;
beforeAll(async () => {
  panel = await openSamplePanel();
}, 120_000);
afterAll(() => panel.close());

const evaluation = () => panel.sample.villages.evaluation;
const head = () => panel.sample.session('head');
const set = (reviewers: readonly bigint[], place = panel.place) => evaluation().setPanel(head(), place, { reviewers, dueOn: null });
const owner = <Row extends object>(text: string, values: unknown[]): Promise<Row[]> =>
  withOwner(panel.sample.db, (tx) => tx.query<Row>(text, values));
const coded = (code: string) => expect.objectContaining({ code });

describe('a reviewer', () => {
  test('is registered for a village of the project, with what qualifies them', async () => {
    const { items } = await evaluation().reviewers(head(), panel.place.projectId, { limit: 50 });
    expect(items.map((one) => [one.name, one.state, one.phone_masked, one.qualification.name.zh])).toEqual([
      ['王主任', 'sworn', '139****0001', '老党员'],
      ['李广才', 'sworn', '139****0001', '老党员'],
      ['周会计', 'sworn', '139****0001', '老党员'],
    ]);
    const [kept] = await owner<{ phone_sealed: string }>('select phone_sealed from village.reviewer limit 1', []);
    expect(kept?.phone_sealed).not.toContain('13900000001');
  });

  test.each([
    ['a village that is not in the project', { grid_code: '320723103009' }, 'group_unknown'],
    ['a village out of the grid', { grid_code: '320724103001' }, 'group_unknown'],
    ['a qualification that is none', { qualification: 'singer' }, 'qualification_unknown'],
    ['somebody who is not on the roll of the village', { person_id: 'P000000000000000' }, 'person_unknown'],
  ] as const)('not for %s', async (_name, given, code) => {
    await expect(panel.register(given)).rejects.toEqual(coded(code));
  });

  test('is one reviewer of a project, and swears the text as it stands', async () => {
    const { members } = panel.sample.households.findLast((one) => one.gridCode === otherGroup) ?? { members: [] };
    const id = await panel.register({ person_id: members[0]?.personId ?? '', name: members[0]?.name ?? '' });
    await expect(panel.register({ person_id: members[0]?.personId ?? '' })).rejects.toEqual(coded('reviewer_exists'));
    await expect(evaluation().swearIn(head(), id, '0'.repeat(64))).rejects.toEqual(coded('oath_changed'));
    await panel.swear(id);
    const [row] = await owner<{ oath_text_hash: string; oath_at: string }>(
      'select oath_text_hash, oath_at from village.reviewer where reviewer_id = $1',
      [id],
    );
    expect(row).toMatchObject({ oath_text_hash: expect.stringMatching(/^[0-9a-f]{64}$/), oath_at: expect.any(String) });
    await evaluation().dismiss(head(), id, '外出打工,不再评议');
    expect(await panel.register({ person_id: members[0]?.personId ?? '' })).toBeGreaterThan(id);
  });

  test('is unknown out of the reader’s grid and to another legal entity', async () => {
    const [id = 0n] = panel.reviewers;
    await expect(evaluation().giveCode(panel.sample.session('manager2'), id)).rejects.toEqual(coded('reviewer_unknown'));
    await expect(evaluation().giveCode(panel.sample.session('head', '320799'), id)).rejects.toEqual(coded('reviewer_unknown'));
  });
});

describe('a panel', () => {
  test('has as many as asked for, enough of them from outside the committee, all of the village', async () => {
    const [first = 0n, second = 0n, third = 0n] = panel.reviewers;
    await expect(set([first, second])).rejects.toEqual(coded('panel_size'));
    await expect(set([first, second, 999n])).rejects.toEqual(coded('reviewer_unknown'));
    const other = await panel.register({ grid_code: '320723103002' });
    await expect(set([first, second, other])).rejects.toEqual(coded('reviewer_elsewhere'));
    const committee = [await panel.register({ is_committee: true }), await panel.register({ is_committee: true })];
    await expect(set([first, ...committee])).rejects.toEqual(coded('panel_committee'));
    const gone = await panel.register();
    await evaluation().dismiss(head(), gone, '身体不好,不再评议');
    await expect(set([first, second, gone])).rejects.toEqual(coded('reviewer_dismissed'));
    await expect(set(panel.reviewers, { ...panel.place, round: 2 })).rejects.toEqual(coded('round_unknown'));
    await expect(set(panel.reviewers, { ...panel.place, gridCode: `${village}77` })).rejects.toEqual(coded('group_unknown'));
    await expect(set(panel.reviewers, { ...panel.place, projectId: 999n })).rejects.toEqual(coded('project_unknown'));
    await expect(evaluation().renewSheet(head(), panel.place)).rejects.toEqual(coded('panel_unset'));
    expect(third).toBeGreaterThan(0n);
  });

  test('gets everybody of the group who is evaluated, household by household, and nobody who is not', async () => {
    const [first = 0n] = panel.reviewers;
    const made = await set(panel.reviewers);
    const rows = await owner<{ person_id: string; household_id: string; part: string; presence: string }>(
      `select s.person_id, s.household_id, m.part, m.presence from village.sheet_row s join village.member m using (project_id, person_id)
       where s.project_id = $1 and s.reviewer_id = $2 order by s.position`,
      [panel.place.projectId, first],
    );
    expect(made).toEqual({ rows: rows.length * 3, recused: 0 });
    const order = rows.map((row) => row.household_id);
    expect(order).toEqual(order.toSorted());
    expect(rows.every((row) => row.part !== 'listed' && row.presence === 'present')).toBe(true);
    const black = await owner(
      `select 1 from village.sheet_row s join village.household h using (project_id, household_id) where h.shade = 'black'`,
      [],
    );
    expect(black).toEqual([]);
  });

  test('follows the pool: who is found is added, who went is taken off, who was answered for stays', async () => {
    const [first = 0n] = panel.reviewers;
    const [gone = ''] = await panel.asked(first);
    await owner(`update village.member set presence = 'deceased' where project_id = $1 and person_id = $2`, [panel.place.projectId, gone]);
    await evaluation().renewSheet(head(), panel.place);
    expect(await panel.asked(first)).not.toContain(gone);
    await owner(`update village.member set presence = 'present' where project_id = $1 and person_id = $2`, [panel.place.projectId, gone]);
    await evaluation().renewSheet(head(), panel.place);
    expect(await panel.asked(first)).toContain(gone);
  });

  test('changes as long as nobody who leaves it has answered', async () => {
    const [first = 0n, second = 0n, third = 0n] = panel.reviewers;
    const fourth = await panel.register({ name: '吴四' });
    await panel.swear(fourth);
    await set([first, second, fourth]);
    expect(await panel.asked(third)).toEqual([]);
    const [who = ''] = await panel.asked(fourth);
    await evaluation().keyAnswers(panel.sample.session('manager'), fourth, { channel: 'meeting', items: [says(who)] });
    await expect(set(panel.reviewers)).rejects.toEqual(coded('panel_answered'));
    await set([first, second, third, fourth]);
    const { items } = await evaluation().groups(head(), panel.place.projectId, 1, { grid: group, limit: 50 });
    expect(items[0]).toMatchObject({ state: 'rating', attempt: 1, answered: 1, outcomes: { waiting: 1 } });
    expect(items[0]?.reviewers.map((one) => [one.name, one.answered])).toEqual([
      ['王主任', 0],
      ['李广才', 0],
      ['周会计', 0],
      ['吴四', 1],
    ]);
  });

  test('loses whoever is let go, and their answers stay', async () => {
    const [first = 0n, second = 0n, third = 0n] = panel.reviewers;
    const fifth = await panel.register({ name: '郑五' });
    await panel.swear(fifth);
    await set([first, second, third, fifth, ...(await fourthOf())]);
    await evaluation().dismiss(head(), fifth, '与多户有纠纷');
    expect(await panel.asked(fifth)).toEqual([]);
    const { items } = await evaluation().groups(head(), panel.place.projectId, 1, { grid: group, limit: 1 });
    expect(items[0]?.reviewers.map((one) => one.name)).not.toContain('郑五');
  });

  const fourthOf = async (): Promise<bigint[]> => {
    const rows = await owner<{ reviewer_id: bigint }>(`select reviewer_id from village.reviewer where name = '吴四'`, []);
    return rows.map((row) => row.reviewer_id);
  };

  test('has no more households each than a reviewer can know', async () => {
    const configuration = readVillageConfiguration();
    const few = {
      ...configuration,
      hash: 'few',
      settings: { ...configuration.settings, panel: { ...configuration.settings.panel, households_per_reviewer: 5 } },
    };
    const fresh = await openSamplePanel({ configurationOf: () => few });
    try {
      const place = { ...fresh.place, gridCode: group };
      await expect(
        fresh.sample.villages.evaluation.setPanel(fresh.sample.session('head'), place, { reviewers: fresh.reviewers, dueOn: null }),
      ).rejects.toEqual(coded('panel_load'));
    } finally {
      await fresh.close();
    }
  }, 120_000);
});

describe('stepping aside', () => {
  /** A reviewer who is this person, on a panel of a group; answers person → why. */
  const recusals = async (personId: string, gridCode: string): Promise<Map<string, string>> => {
    const id = await panel.register({ person_id: personId, name: '本人' });
    const [second = 0n, third = 0n] = panel.reviewers.slice(1);
    await set([id, second, third], { ...panel.place, gridCode });
    const rows = await owner<{ household_id: string; recusal: string }>(
      'select household_id, recusal from village.sheet_row where project_id = $1 and reviewer_id = $2 and recusal is not null',
      [panel.place.projectId, id],
    );
    return new Map(rows.map((row) => [row.household_id, row.recusal]));
  };
  const households = () => panel.sample.households.filter((one) => one.gridCode === otherGroup);
  const tie = (from: string, kind: string, detail: string | null, to: string) =>
    owner(
      `insert into population.relation (entity_id, person_id, grid_code, kind, detail, other_person_id, source, as_of)
       select entity_id, person_id, grid_code, $2, $3, $4, 'test', as_of from population.person where entity_id = '320723' and person_id = $1`,
      [from, kind, detail, to],
    );

  test('is for one’s own household, for kin, and for those who stand surety, whole households each', async () => {
    const [own, sister, daughter, surety, debtor, stranger] = households();
    const me = own?.members[0]?.personId ?? '';
    const of = (household: typeof own): string => household?.members.at(-1)?.personId ?? '';
    await tie(me, 'family', 'sibling', of(sister));
    await tie(me, 'family', 'daughter', of(daughter));
    await tie(me, 'guaranteed_by', 'L1', of(surety));
    await tie(me, 'guarantor_of', 'L2', of(debtor));
    await tie(me, 'shared_phone', null, of(stranger));
    const found = await recusals(me, otherGroup);
    const rated = new Set(
      (
        await owner<{ household_id: string }>(
          'select distinct household_id from village.sheet_row where project_id = $1 and grid_code = $2',
          [panel.place.projectId, otherGroup],
        )
      ).map((row) => row.household_id),
    );
    const expected: [string | undefined, string][] = [
      [own?.householdId, 'own_household'],
      [sister?.householdId, 'sibling'],
      [daughter?.householdId, 'child'],
      [surety?.householdId, 'guarantor'],
      [debtor?.householdId, 'guaranteed'],
    ];
    const wanted = expected.filter(([id]) => id !== undefined && rated.has(id));
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(wanted));
    expect(wanted.length).toBeGreaterThan(3);
  });

  test('of a member of a household follows from what both are to its head', async () => {
    const own = panel.sample.households.find((one) => one.gridCode === group && one.members.length === 4);
    const son = own?.members.find((member) => member.relation === 'son');
    const found = await recusals(son?.personId ?? '', otherGroup);
    // The head moved out: the relation stays, the household is another.
    const [moved] = households();
    await owner(`update village.member set household_id = $3, grid_code = $4, part = 'listed' where project_id = $1 and person_id = $2`, [
      panel.place.projectId,
      own?.members[0]?.personId,
      moved?.householdId,
      otherGroup,
    ]);
    await evaluation().renewSheet(head(), { ...panel.place, gridCode: otherGroup });
    const [row] = await owner<{ recusal: string }>(
      `select distinct s.recusal from village.sheet_row s join village.reviewer r using (reviewer_id)
       where s.project_id = $1 and r.person_id = $2 and s.household_id = $3`,
      [panel.place.projectId, son?.personId, moved?.householdId],
    );
    expect(found.size).toBe(0);
    expect(row?.recusal).toBe('parent');
  });
});

test('a project that is closed takes nothing any more', async () => {
  await owner(`update village.project set state = 'closed', closed_at = now() where project_id = $1`, [panel.place.projectId]);
  await expect(panel.register()).rejects.toEqual(coded('project_not_open'));
  await expect(set(panel.reviewers)).rejects.toEqual(coded('project_not_open'));
});
