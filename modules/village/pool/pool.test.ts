import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withOwner } from '#platform/postgres/index.ts';
import { openSampleVillage } from '../sample/sample-village.ts';
import type { SampleVillage, StaffId } from '../sample/sample-village.ts';
import { codeOf } from '../sample/code-of.ts';
import type { Act } from './index.ts';

let sample: SampleVillage;
beforeAll(async () => {
  sample = await openSampleVillage();
}, 120_000);
afterAll(() => sample.close());

const reason = '入户核实后更正';
const act = (staffId: StaffId, projectId: bigint = sample.projectId): Act => ({
  caller: sample.caller(staffId),
  projectId,
  requestId: 'request',
});
const householdAt = (index: number): string => sample.households[index]?.householdId ?? '';
const page = (id: string) => sample.villages.pool.household(sample.session('head'), sample.projectId, id);
const held = async (id: string) => ({ household_id: id, revision: (await page(id)).household.revision });
const peopleOf = (index: number): string[] => (sample.households[index]?.members ?? []).map(({ personId }) => personId);

describe('the list', () => {
  const list = (staffId: StaffId, query = {}) =>
    sample.villages.pool.list(sample.session(staffId), sample.projectId, { limit: 50, ...query });

  test('shows each person their grid', async () => {
    expect((await list('head')).total).toBe(24);
    expect((await list('manager')).items.map(({ grid_code }) => grid_code.slice(0, 12))).toEqual(Array(12).fill('320723103001'));
    expect((await list('manager')).items[0]).toMatchObject({ place: '伊山镇 五福庄村 1组', members: 3, shade: 'white', is_filed: true });
  });

  const filters: [string, object, number][] = [
    ['a village', { grid: '320723103002' }, 12],
    ['a group', { grid: '32072310300201' }, 6],
    ['filed', { filed: true }, 20],
    ['not filed', { filed: false }, 4],
    ['grey', { shade: 'grey' }, 4],
    ['black', { shade: 'black' }, 0],
    ['nobody has them', { manager: 'none' }, 24],
    ['excluded', { state: 'excluded' }, 0],
    ['a head whose name begins so', { head: '王' }, 2],
  ];
  test.each(filters)('finds households that are %s', async (_what, query, total) => {
    const found = await list('head', query);
    expect([found.total, found.items.length]).toEqual([total, total]);
  });

  test('goes on from page to page, and refuses the cursor of another list', async () => {
    const first = await list('head', { limit: 10 });
    const second = await list('head', { limit: 10, cursor: first.next_cursor });
    const third = await list('head', { limit: 10, cursor: second.next_cursor });
    const ids = [first, second, third].flatMap(({ items }) => items.map(({ household_id }) => household_id));
    expect([new Set(ids).size, third.next_cursor]).toEqual([24, null]);
    expect(await codeOf(list('head', { limit: 10, cursor: first.next_cursor, filed: true }))).toBe('cursor_invalid');
  });

  test('those whom nobody of the rated ages belongs to are looked at first', async () => {
    const { items } = await list('head', { shade: 'grey' });
    expect(items.map(({ shade_reasons, members }) => [shade_reasons, members])).toEqual(
      Array.from({ length: 4 }, () => [['no_candidate'], 2]),
    );
  });
});

describe('a household', () => {
  test('has one subject, those who are rated too, and its stages', async () => {
    const { members, stages, household, position } = await page(householdAt(0));
    expect(members.map(({ part, relation, age }) => [part, relation, age])).toEqual([
      ['subject', 'head', 46],
      ['rated', 'spouse', 44],
      ['listed', 'son', 20],
    ]);
    expect(stages.map(({ stage }) => stage)).toEqual([1, 2]);
    expect([household.hue, position.index, position.of]).toEqual([sample.households[0]?.hue, 1, 6]);
    expect(members.every(({ id_masked }) => id_masked?.includes('********'))).toBe(true);
  });

  test('is unknown outside one’s grid as if there were none', async () => {
    const at = (staffId: StaffId, id: string) => sample.villages.pool.household(sample.session(staffId), sample.projectId, id);
    expect(await codeOf(at('manager2', householdAt(0)))).toBe('household_unknown');
    expect(await codeOf(at('head', 'H320723103001-9999'))).toBe('household_unknown');
  });
});

describe('keeping', () => {
  test('a manager claims, nobody claims after them, they release', async () => {
    const id = householdAt(1);
    await sample.villages.pool.claim(act('manager'), [await held(id)]);
    expect((await page(id)).household.manager).toEqual({ staff_id: 'manager', name: '周海涛' });
    expect(await codeOf(sample.villages.pool.claim(act('head'), [await held(id)]))).toBe('household_taken');
    expect(await codeOf(sample.villages.pool.release(act('investigator'), [await held(id)]))).toBe('not_yours');
    await sample.villages.pool.release(act('manager'), [await held(id)]);
    const { household, history } = await page(id);
    expect([household.manager, history.map((event) => event.act), household.revision]).toEqual([null, ['release', 'claim'], 3]);
  });

  test('is all or nothing: one that somebody changed meanwhile stops the others', async () => {
    const [first, second] = [await held(householdAt(2)), await held(householdAt(3))];
    await sample.villages.pool.claim(act('manager'), [second]);
    expect(await codeOf(sample.villages.pool.claim(act('manager'), [first, second]))).toBe('household_changed');
    const named = await sample.villages.pool.claim(act('manager'), [first, second]).catch((error: unknown) => error);
    expect(named).toMatchObject({ faults: [{ place: second.household_id }] });
    expect((await page(first.household_id)).household.manager).toBeNull();
    await sample.villages.pool.release(act('head'), [await held(second.household_id)]);
  });

  test('is given to a manager whose grid covers it', async () => {
    const [here, there] = [await held(householdAt(4)), await held(householdAt(14))];
    expect(await codeOf(sample.villages.pool.assign(act('head'), [here, there], 'manager'))).toBe('manager_elsewhere');
    expect(await codeOf(sample.villages.pool.assign(act('head'), [here], 'auditor'))).toBe('manager_unknown');
    await sample.villages.pool.assign(act('head'), [here], 'manager');
    const { items } = await sample.villages.pool.managers(sample.session('head'), sample.projectId);
    expect(items.find(({ staff_id }) => staff_id === 'manager')?.households).toBe(1);
  });

  test('a household is excluded with a reason and taken back; excluded it has no stages', async () => {
    const id = householdAt(5);
    await sample.villages.pool.exclude(act('head'), [await held(id)], reason);
    const excluded = await page(id);
    expect([excluded.household.excluded_reason, excluded.stages]).toEqual([reason, []]);
    expect(await codeOf(sample.villages.pool.claim(act('manager'), [await held(id)]))).toBe('household_excluded');
    expect(await codeOf(sample.villages.pool.exclude(act('head'), [await held(id)], reason))).toBe('household_excluded');
    await sample.villages.pool.takeBack(act('head'), [await held(id)], reason);
    expect((await page(id)).stages.length).toBeGreaterThan(0);
    expect(await codeOf(sample.villages.pool.takeBack(act('head'), [await held(id)], reason))).toBe('household_not_excluded');
  });

  test('nobody acts on what lies outside their grid', async () => {
    const asked = { household_id: householdAt(0), revision: 1 };
    expect(await codeOf(sample.villages.pool.claim(act('manager2'), [asked]))).toBe('household_unknown');
    expect(await codeOf(sample.villages.pool.exclude(act('manager2'), [asked], reason))).toBe('household_unknown');
  });
});

describe('reshaping', () => {
  const gridCode = '32072310300102';
  const newcomer = { name: '王新来', relation: 'head', sex: 'M', birth_date: '1980-05-01' } as const;
  const find = (staffId: StaffId, members: Parameters<typeof sample.villages.pool.find>[1]['members'], grid = gridCode) =>
    sample.villages.pool.find(act(staffId), { grid_code: grid, members, reason });

  test('a household that no roll has is added, its head the subject', async () => {
    const made = await find('manager', [newcomer, { name: '李新来', relation: 'spouse' }]);
    const { household, members } = await page(made.household_id);
    expect(household).toMatchObject({ origin: 'found', members: 2, head: { name: '王新来' }, is_filed: false, revision: 1 });
    expect(household.household_id).toMatch(/^F[0-9a-f]{15}$/);
    expect(members.map(({ part, age }) => [part, age])).toEqual([
      ['subject', 46],
      ['listed', null],
    ]);
  });

  test('somebody on the roll is known by their number', async () => {
    const [known] = sample.households[23]?.members ?? [];
    if (!known) throw new Error('the sample has 24 households');
    const member = (changes: object) => ({ name: known.name, relation: 'head' as const, id_no: known.idNo, ...changes });
    expect(await codeOf(find('head', [member({})]))).toBe('person_in_pool');
    expect(await codeOf(find('head', [member({ name: '另一人' })]))).toBe('name_differs');
    expect(await codeOf(find('head', [member({ id_no: '320799198001011231' })]))).toBe('number_wrong');
    expect(await codeOf(find('head', [member({}), member({ relation: 'son' })]))).toBe('person_twice');
    expect(await codeOf(find('manager', [newcomer], '32072310300201'))).toBe('group_unknown');
    expect(await codeOf(find('head', [newcomer], '32072310300109'))).toBe('group_unknown');
  });

  test('members join', async () => {
    const id = householdAt(6);
    await sample.villages.pool.addMembers(
      act('manager'),
      await held(id),
      [{ name: '王小妹', relation: 'daughter', birth_date: '2020-01-01' }],
      reason,
    );
    expect((await page(id)).household.members).toBe(4);
  });

  test('a household moves with its people, and keeps its manager only while the grid is theirs', async () => {
    const id = householdAt(7);
    await sample.villages.pool.claim(act('manager'), [await held(id)]);
    await sample.villages.pool.move(act('head'), await held(id), '32072310300101', reason);
    expect((await page(id)).household).toMatchObject({ grid_code: '32072310300101', manager: { staff_id: 'manager' } });
    await sample.villages.pool.move(act('head'), await held(id), '32072310300201', reason);
    const { household, history, members } = await page(id);
    expect([household.grid_code, household.manager, members.length]).toEqual(['32072310300201', null, 4]);
    // Whoever has it now sees how it came; whoever had it no longer does.
    const seen = await sample.villages.pool.household(sample.session('manager2'), sample.projectId, id);
    expect(seen.history).toEqual(history);
    expect(await codeOf(sample.villages.pool.household(sample.session('manager'), sample.projectId, id))).toBe('household_unknown');
    expect(await codeOf(sample.villages.pool.move(act('head'), await held(id), '32072310300201', reason))).toBe('group_same');
  });

  test('members split off and merge back', async () => {
    const [id, people] = [householdAt(8), peopleOf(8)];
    expect(await codeOf(sample.villages.pool.split(act('manager'), await held(id), people, reason))).toBe('members_wrong');
    expect(await codeOf(sample.villages.pool.split(act('manager'), await held(id), peopleOf(9), reason))).toBe('member_unknown');
    const { made } = await sample.villages.pool.split(act('manager'), await held(id), people.slice(0, 1), reason);
    const [left, gone] = [await page(id), await page(made.household_id)];
    expect([left.household.members, gone.household.members]).toEqual([people.length - 1, 1]);
    expect([left.household.head?.person_id, gone.household.head?.person_id]).toEqual([people[1], people[0]]);
    expect([left.members, gone.members].map((all) => all.filter(({ part }) => part === 'subject').length)).toEqual([1, 1]);
    expect(gone.household).toMatchObject({ origin: 'split', origin_id: id });
    expect(await codeOf(sample.villages.pool.merge(act('manager'), await held(id), await held(id), reason))).toBe('merge_same');
    await sample.villages.pool.merge(act('manager'), await held(made.household_id), await held(id), reason);
    const whole = await page(id);
    expect([whole.household.members, whole.members.filter(({ part }) => part === 'subject').length]).toEqual([people.length, 1]);
    const empty = await page(made.household_id);
    expect([empty.household.state, empty.household.merged_into, empty.stages]).toEqual(['merged', id, []]);
    expect(await codeOf(sample.villages.pool.claim(act('manager'), [await held(made.household_id)]))).toBe('household_merged');
  });

  test('when the subject dies the next one is the subject', async () => {
    const [id, people] = [householdAt(12), peopleOf(12)];
    const [first = '', second = ''] = people;
    await sample.villages.pool.setPresence(act('manager2'), await held(id), first, 'deceased', reason);
    const { members, household } = await page(id);
    expect(members.find(({ part }) => part === 'subject')?.person_id).toBe(second);
    expect(household.members).toBe(people.length - 1);
    expect(await codeOf(sample.villages.pool.setPresence(act('manager2'), await held(id), peopleOf(0)[0] ?? '', 'moved', reason))).toBe(
      'member_unknown',
    );
  });

  test('what stands of people follows them', async () => {
    const [id, people] = [householdAt(13), peopleOf(13)];
    const [first = ''] = people;
    await withOwner(sample.db, (tx) =>
      tx.query(
        `insert into village.evaluated (project_id, person_id, household_id, entity_id, grid_code, round, answers, valid, outcome, computed_at)
         values ($1, $2, $3, '320723', '32072310300201', 1, 3, 3, 'evaluated', '2026-11-23T00:00:00Z')`,
        [sample.projectId, first, id],
      ),
    );
    const { made } = await sample.villages.pool.split(act('manager2'), await held(id), [first], reason);
    expect((await page(made.household_id)).stages.map(({ stage }) => stage)).toContain(3);
    expect((await page(made.household_id)).members[0]?.evaluated).toEqual({ outcome: 'evaluated', amount_fen: null });
  });
});

describe('group heads', () => {
  test('are named, their phone masked', async () => {
    const given = { name: '王组长', person_id: null, phone: '13900001234' };
    await sample.villages.pool.setGroupHead(act('head'), '32072310300101', given);
    const heads = await sample.villages.pool.groupHeads(sample.session('head'), sample.projectId);
    expect(heads[0]).toMatchObject({ place: '伊山镇 五福庄村 1组', head: { name: '王组长', phone_masked: '139****1234' } });
    expect(await codeOf(sample.villages.pool.setGroupHead(act('head'), '32072310300109', given))).toBe('group_unknown');
    const stranger = { ...given, person_id: 'P000000000000000' };
    expect(await codeOf(sample.villages.pool.setGroupHead(act('head'), '32072310300101', stranger))).toBe('member_unknown');
  });
});

test('only in a project that is open', async () => {
  expect(await codeOf(sample.villages.pool.claim(act('head', 999n), [{ household_id: householdAt(0), revision: 1 }]))).toBe(
    'project_unknown',
  );
});

test('every act left its line in the audit trail', async () => {
  const rows = await withOwner(sample.db, (tx) => tx.query<{ action: string }>('select distinct action from audit.entry order by 1'));
  expect(rows.map(({ action }) => action)).toEqual(
    expect.arrayContaining(
      ['claim', 'release', 'assign', 'exclude', 'take_back', 'find', 'add_member', 'move', 'split', 'merge', 'presence'].map(
        (one) => `village.pool.${one}`,
      ),
    ),
  );
});
