import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeOf } from '#platform/http/index.ts';
import { createLimits } from '../limits/index.ts';
import {
  branchHead,
  entityId,
  groupCode,
  householdOf,
  manager,
  neighbour,
  openSampleProject,
  spouseOf,
  subjectOf,
  villageCode,
} from '../limits/sample-project.ts';
import type { SampleProject } from '../limits/sample-project.ts';
import type { MakeVisit, VisitMade } from './contract.ts';
import { createVisits } from './index.ts';
import type { Visits } from './index.ts';

let sample: SampleProject;
let visits: Visits;
beforeAll(async () => {
  sample = await openSampleProject({ households: 6 });
  visits = createVisits(sample.deps);
  await sample.owner(async (tx) => {
    await tx.query(`insert into organization.entity (entity_id, name, short_name, root_grid_code) values ($1, '行', '行', $1)`, [entityId]);
    await tx.query(
      `insert into organization.institution (entity_id, institution_id, kind, name) values ($1, 'HO', 'head_office', '总行')`,
      [entityId],
    );
    await tx.query(
      `insert into organization.staff (entity_id, staff_id, institution_id, name, login, roles)
       select $1, id, 'HO', id, id, '{manager}' from unnest('{manager,sun}'::text[]) id`,
      [entityId],
    );
    await answers(tx, 1, [{ work: 'farming', income: 'from_5_to_10', house: 'storeyed', debt: 'none' }]);
  });
  await visits.setPoint(branchHead, sample.projectId, { place: villageCode, latitude: 34.3, longitude: 119.25 });
}, 120_000);
afterAll(() => sample.close());

type Tx = Parameters<Parameters<SampleProject['owner']>[0]>[0];
/** One reviewer's answers about the subject of a household. */
async function answers(tx: Tx, n: number, given: object[]): Promise<void> {
  await tx.query(
    `insert into village.group_round (project_id, round, grid_code, entity_id, opened_at) values ($1, 1, $2, $3, now()) on conflict do nothing`,
    [sample.projectId, groupCode, entityId],
  );
  for (const said of given) {
    const [reviewer] = await tx.query<{ reviewer_id: bigint }>(
      `insert into village.reviewer (entity_id, project_id, grid_code, name, qualification, is_committee, registered_by, registered_at)
       values ($1, $2, $3, '评议员', 'party_member', false, 'manager', now()) returning reviewer_id`,
      [entityId, sample.projectId, villageCode],
    );
    await tx.query(
      `insert into village.evaluation (evaluation_id, project_id, round, attempt, reviewer_id, person_id, household_id, entity_id, grid_code, channel, knows,
         answers, suggested_fen, content_hash, answered_at, received_at)
       values ($1, $2, 1, 1, $3, $4, $5, $6, $7, 'app', 'yes', $8, 8000000, 'x', now(), now())`,
      [randomUUID(), sample.projectId, reviewer?.reviewer_id, subjectOf(n), householdOf(n), entityId, groupCode, JSON.stringify(said)],
    );
  }
}

const content = Buffer.from('a picture').toString('base64');
const hash = createHash('sha256').update('a picture').digest('hex');
const found = { met: ['subject'], work: 'farming', income: 'from_10_to_20', house: 'storeyed', debt: 'some' };
const visitOf = (n: number, changes: Partial<MakeVisit> = {}): MakeVisit => ({
  visit_id: randomUUID(),
  household_id: householdOf(n),
  second_id: 'sun',
  started_at: '2026-11-24T01:40:00Z',
  seconds: 360,
  place: { latitude: 34.3005, longitude: 119.25 },
  photos: [{ kind: 'house', hash, content }],
  people: [{ person_id: subjectOf(n), answers: found, investigated_fen: '7000000' }],
  ...changes,
});
const save = (visit: MakeVisit): Promise<VisitMade> => visits.save(manager, sample.projectId, visit);

test('a visit says where it differs, counts, and becomes the third limit; sent again it is the same', async () => {
  const due = await visits.list(manager, sample.projectId, { state: 'due', limit: 50 });
  expect(due.counts).toEqual({ due: 6, done: 0 });
  const sheet = await visits.sheet(manager, sample.projectId, householdOf(1));
  expect(sheet.people.map(({ person_id, is_subject, majority }) => [person_id, is_subject, majority])).toEqual([
    [subjectOf(1), true, { work: 'farming', income: 'from_5_to_10', house: 'storeyed', debt: 'none' }],
    [spouseOf(1), false, {}],
  ]);
  expect([sheet.conditions, sheet.point?.of, sheet.colleagues.map(({ staff_id }) => staff_id)]).toEqual([
    { metres: 300, seconds: 180, photos: 1 },
    'village',
    ['sun'],
  ]);
  const visit = visitOf(1);
  const made = await save(visit);
  expect(made).toEqual({
    visit_id: visit.visit_id,
    is_valid: true,
    faults: [],
    distance_m: 56,
    differences: [
      { person_id: subjectOf(1), field: 'income', evaluated: 'from_5_to_10', visited: 'from_10_to_20' },
      { person_id: subjectOf(1), field: 'debt', evaluated: 'none', visited: 'some' },
    ],
  });
  expect(await save(visit)).toEqual(made);
  expect(await codeOf(save({ ...visit, seconds: 361 }))).toBe('visit_differs');
  const limit = await createLimits(sample.deps).one(branchHead, sample.projectId, subjectOf(1));
  expect(limit).toMatchObject({ investigated_fen: '7000000', taken_fen: '6000000' });
  expect(limit.records.find(({ kind }) => kind === 'investigated')).toMatchObject({
    source: { visit: visit.visit_id },
    recorded_by: 'manager',
  });
  const done = await visits.list(manager, sample.projectId, { state: 'done', limit: 50, grid_code: villageCode });
  expect(done.items).toMatchObject([{ household_id: householdOf(1), is_valid: true, differences: 2, faults: [] }]);
});

test.each<[string, Partial<MakeVisit>, string[]]>([
  ['from afar', { place: { latitude: 34.31, longitude: 119.25 } }, ['too_far']],
  ['in passing', { seconds: 60 }, ['too_short']],
  ['without a picture but the signature', { photos: [{ kind: 'signature', hash, content }] }, ['no_photo']],
  ['without a place', { place: null }, ['no_place']],
])('%s: kept with its fault, and not counted', async (_name, changes, faults) => {
  expect(await save(visitOf(2, changes))).toMatchObject({ is_valid: false, faults });
  const limit = await createLimits(sample.deps).one(branchHead, sample.projectId, subjectOf(2));
  expect(limit.investigated_fen).toBeNull();
  const due = await visits.list(manager, sample.projectId, { state: 'due', limit: 50 });
  expect(due.items.find(({ household_id }) => household_id === householdOf(2))).toMatchObject({ is_valid: false });
});

test('a household’s own point counts beside the village’s', async () => {
  const far = { place: { latitude: 34.31, longitude: 119.25 } };
  expect(await codeOf(visits.setPoint(branchHead, sample.projectId, { place: householdOf(3), ...far.place }))).toBe('done');
  expect(await save(visitOf(3, far))).toMatchObject({ is_valid: true, distance_m: 0 });
  expect(await codeOf(visits.setPoint(branchHead, sample.projectId, { place: '320723103009', ...far.place }))).toBe('grid_outside');
  expect(await codeOf(visits.setPoint(neighbour, sample.projectId, { place: villageCode, ...far.place }))).toBe('grid_outside');
});

test('the sheet shows the whole household: who is asked about, who is not, and where reviewers disagree', async () => {
  await sample.owner(async (tx) => {
    await tx.query(
      `insert into village.member (project_id, person_id, household_id, entity_id, grid_code, name, relation, birth_date, part, presence)
       select $1, v.id, $2, $3, $4, v.name, 'son', v.birth::date, v.part, v.presence
       from (values ('P800000000000001', '在读', '2012-01-01', 'listed', 'present'), ('P800000000000002', '外迁', '1999-01-01', 'rated', 'moved'))
         as v (id, name, birth, part, presence)`,
      [sample.projectId, householdOf(5), entityId, groupCode],
    );
    await answers(tx, 5, [
      { work: 'farming', debt: 'none' },
      { work: 'shop', debt: 'none' },
    ]);
  });
  const sheet = await visits.sheet(manager, sample.projectId, householdOf(5));
  expect(
    sheet.people.map(({ name, is_asked, presence, reviewers, majority, disputed }) => [
      name,
      is_asked,
      presence,
      reviewers,
      majority,
      disputed,
    ]),
  ).toEqual([
    ['户主5', true, 'present', 2, { debt: 'none' }, ['work']],
    ['配偶5', true, 'present', 0, {}, []],
    ['在读', false, 'present', 0, {}, []],
    ['外迁', false, 'moved', 0, {}, []],
  ]);
  expect([sheet.place, sheet.manager, sheet.is_filed]).toEqual([expect.any(String), null, true]);
  const both = visitOf(5, {
    people: [
      { person_id: subjectOf(5), answers: found, investigated_fen: '5000000' },
      { person_id: spouseOf(5), answers: found, investigated_fen: null },
    ],
  });
  expect(await save(both)).toMatchObject({ is_valid: true, differences: [{ person_id: subjectOf(5), field: 'debt' }] });
  const gone = { ...visitOf(5), people: [{ person_id: 'P800000000000001', answers: found, investigated_fen: null }] };
  expect(await codeOf(save(gone))).toBe('person_not_in_household');
});

test('a correction leaves what stood before, and its own record of the limit', async () => {
  const visit = visitOf(4);
  await save(visit);
  const wanted = { person_id: subjectOf(4), answers: { ...found, debt: 'none' }, investigated_fen: '5000000', reason: '看错了借条' };
  expect(await codeOf(visits.correct(manager, visit.visit_id, wanted))).toBe('done');
  expect(await codeOf(visits.correct(manager, visit.visit_id, { ...wanted, reason: '又送了一次' }))).toBe('correction_same');
  const { visits: kept } = await visits.sheet(manager, sample.projectId, householdOf(4));
  expect(kept).toMatchObject([
    {
      people: [{ investigated_fen: '5000000', answers: { debt: 'none' } }],
      corrections: [{ before: { investigated_fen: '7000000', answers: { debt: 'some' } }, reason: '看错了借条' }],
      second: { staff_id: 'sun' },
    },
  ]);
  const limit = await createLimits(sample.deps).one(branchHead, sample.projectId, subjectOf(4));
  expect(limit.records.filter(({ kind }) => kind === 'investigated').map(({ amount_fen }) => amount_fen)).toEqual(['5000000', '7000000']);
  expect(await codeOf(visits.correct(manager, randomUUID(), wanted))).toBe('visit_unknown');
  expect(await codeOf(visits.correct(manager, visit.visit_id, { ...wanted, person_id: spouseOf(4) }))).toBe('person_not_in_household');
});

test('what is counted is what the lists hold, for everybody and for the reader’s own villages', async () => {
  for (const reader of [manager, branchHead, neighbour]) {
    const listed = async (state: 'due' | 'done') => (await visits.list(reader, sample.projectId, { state, limit: 200 })).items.length;
    const { counts } = await visits.list(reader, sample.projectId, { state: 'all', limit: 1 });
    expect(counts).toEqual({ due: await listed('due'), done: await listed('done') });
  }
  const { counts } = await visits.list(manager, sample.projectId, { state: 'all', limit: 1 });
  expect([counts.due, counts.done].every((count) => count > 0)).toBe(true);
});

test('a picture is opened for who may see the visit', async () => {
  const visit = visitOf(5);
  await save(visit);
  expect((await visits.photo(manager, visit.visit_id, 0)).toString()).toBe('a picture');
  expect(await codeOf(visits.photo(manager, visit.visit_id, 1))).toBe('photo_unknown');
  expect(await codeOf(visits.photo(neighbour, visit.visit_id, 0))).toBe('visit_unknown');
});

test.each<[string, (visit: MakeVisit) => MakeVisit]>([
  ['household_not_in_pool', (visit) => ({ ...visit, household_id: 'H99999999999999999' })],
  ['visit_in_future', (visit) => ({ ...visit, started_at: '2026-11-24T01:58:00Z' })],
  ['second_unknown', (visit) => ({ ...visit, second_id: 'nobody' })],
  ['second_unknown', (visit) => ({ ...visit, second_id: 'manager' })],
  ['person_not_in_household', (visit) => ({ ...visit, people: [{ person_id: subjectOf(1), answers: found, investigated_fen: null }] })],
  ['answers_wrong', (visit) => ({ ...visit, people: [{ person_id: subjectOf(6), answers: { work: 'pirate' }, investigated_fen: null }] })],
  ['limit_uneven', (visit) => ({ ...visit, people: [{ person_id: subjectOf(6), answers: found, investigated_fen: '150000' }] })],
  ['photo_changed', (visit) => ({ ...visit, photos: [{ kind: 'house', hash: 'a'.repeat(64), content }] })],
  ['person_gone', (visit) => ({ ...visit, people: [{ person_id: spouseOf(6), answers: found, investigated_fen: null }] })],
])('refused: %s', async (code, change) => {
  await sample.owner((tx) => tx.query(`update village.member set presence = 'deceased' where person_id = $1`, [spouseOf(6)]));
  expect(await codeOf(save(change(visitOf(6))))).toBe(code);
});

test('nobody visits beyond their villages, nor in a project that is closed', async () => {
  expect(await codeOf(visits.save(neighbour, sample.projectId, visitOf(6)))).toBe('household_not_in_pool');
  expect(await codeOf(visits.sheet(neighbour, sample.projectId, householdOf(6)))).toBe('household_not_in_pool');
  await sample.owner((tx) => tx.query(`update village.project set state = 'closed', closed_at = now()`));
  expect(await codeOf(save(visitOf(6)))).toBe('project_not_open');
  expect(await codeOf(visits.list(manager, 99n, { state: 'all', limit: 1 }))).toBe('project_unknown');
});
