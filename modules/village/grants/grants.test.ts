import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { codeOf } from '#platform/http/index.ts';
import type { Caller } from '#platform/http/index.ts';
import { createJobs } from '#platform/jobs/index.ts';
import type { Session } from '#platform/postgres/index.ts';
import { determineAsTaken, determineOne } from '../limits/determine.ts';
import {
  entityId,
  groupCode,
  neighbour,
  openSampleProject,
  operations,
  riskHead,
  branchHead,
  sampleDeps,
  sampleRules,
  subjectOf,
  today,
  villageCode,
} from '../limits/sample-project.ts';
import type { SampleProject } from '../limits/sample-project.ts';
import type { BatchLine, BatchPage } from './contract.ts';
import { createGrants } from './index.ts';
import type { Grants } from './index.ts';

let sample: SampleProject;
let grants: Grants;
beforeAll(async () => {
  sample = await openSampleProject({ households: 10 });
  grants = createGrants(sample.deps);
}, 120_000);
afterAll(() => sample.close());
/** Everybody determined at 48,000, nobody granted anything. */
beforeEach(async () => {
  sample.phones.sent.clear();
  sample.phones.isDown = false;
  await sample.owner(async (tx) => {
    await tx.query(
      `truncate village.batch_line, village.batch, village.line_reversal, village.determination, village.objection, village.public_notice cascade`,
    );
    await tx.query(`delete from servicing.facility`);
    await tx.query(`delete from servicing.request`);
    await tx.query(`delete from population.person_detail`);
    await tx.query(`update change.proposal set state = 'withdrawn', decided_at = now() where state = 'proposed'`);
    await tx.query(`update strategy.decision_current set outcome = 'approve', limit_fen = 6000000`);
    await tx.query(`update village.member set presence = 'present'`);
  });
  await determineAsTaken(sample.deps, branchHead, sample.projectId, villageCode);
});

const calling = (session: Session): Caller => ({
  session,
  permissions: new Set(['village.approve', 'village.grant']),
  csrf: '',
  mustChangePassword: false,
});
const preview = (): Promise<BatchPage> => grants.preview(operations, sample.projectId, villageCode);
const numberOf = ({ batch_id }: Pick<BatchPage, 'batch_id'>): bigint => BigInt(batch_id.slice(1));
const linesOf = async (batch: BatchPage): Promise<BatchLine[]> => (await grants.lines(operations, numberOf(batch), { limit: 200 })).items;
const approved = async (): Promise<BatchPage> => {
  const batch = await preview();
  const proposalId = await grants.propose(operations, numberOf(batch), '首批授信');
  await sample.change.approve(calling(riskHead), proposalId, '');
  return batch;
};
const set = (sql: string, values: unknown[] = []) => sample.owner((tx) => tx.query(sql, values));

test('a list is previewed, proposed by one, approved by another, granted once and told once', async () => {
  const batch = await preview();
  expect(batch).toMatchObject({
    state: 'preview',
    people: 10,
    total_fen: '48000000',
    left_out: 0,
    valid_from: today,
    valid_to: '2027-11-24',
  });
  expect(batch.difference.fresh).toEqual({ people: 10, fen: '48000000' });
  const id = numberOf(batch);
  expect(await codeOf(grants.run(entityId, id))).toBe('not_approved');
  const proposalId = await grants.propose(operations, id, '首批授信');
  expect(await codeOf(grants.propose(operations, id, '再提一次'))).toBe('batch_wrong_state');
  expect(await codeOf(sample.change.approve(calling(operations), proposalId, ''))).toBe('own_proposal');
  expect(await codeOf(grants.resume(operations, id))).toBe('not_approved');
  await sample.change.approve(calling(riskHead), proposalId, '');
  expect(await grants.run(entityId, id)).toEqual({ granted: 10, blocked: 0 });
  expect(await grants.run(entityId, id)).toEqual({ granted: 0, blocked: 0 });
  const page = await grants.one(operations, id);
  expect(page).toMatchObject({ state: 'granted', approved_by: 'risk_head', granted_fen: '48000000' });
  expect(page.progress).toEqual({ waiting: 0, granted: 10, blocked: 0, reversed: 0, withdrawn: 0, lapsed: 0, notified: 10 });
  const [line] = await linesOf(batch);
  expect(line).toMatchObject({ person_id: subjectOf(1), limit_fen: '4800000', rate_ppm: 61_500, before_fen: null, state: 'granted' });
  const facility = await sample.servicing.facility(operations, BigInt(line?.facility_id?.slice(1) ?? '0'));
  expect(facility).toMatchObject({
    state: 'granted',
    product: '整村授信贷',
    limit_fen: '4800000',
    available_fen: '0',
    valid_to: '2027-11-24',
  });
  expect(sample.phones.sent.size).toBe(10);
  expect([...sample.phones.sent.values()].every(({ text }) => !/48|户主/.test(text))).toBe(true);
  await grants.resume(operations, id);
  expect(sample.phones.sent.size).toBe(10);
  const [granted] = await set(`select people, amount_fen from village.household_stage where stage = 5 limit 1`);
  expect(granted).toEqual({ people: 1, amount_fen: 4_800_000n });
});

test.each<[string, string, (n: string) => Promise<unknown>]>([
  ['not_determined', 'no word of the branch', (n) => set('delete from village.determination where person_id = $1', [n])],
  [
    'determined_zero',
    'a word of nothing',
    (n) => determineOne(sample.deps, branchHead, sample.projectId, n, { determined_fen: '0', remark: '本人不要' }),
  ],
  [
    'determination_moved',
    'something else is taken now',
    (n) => set('update strategy.decision_current set limit_fen = 5000000 where person_id = $1', [n]),
  ],
  ['declined', 'the strategy says no', (n) => set(`update strategy.decision_current set outcome = 'decline' where person_id = $1`, [n])],
  ['listed', 'on a list of today', (n) => listed(n, ['black', 'fraud', '2026-01-01', null])],
  ['listed', 'rated high for money laundering', (n) => listed(n, ['aml', 'high', '2026-01-01', '2026-12-31'])],
  ['has_limit', 'a limit in use', (n) => opened(n)],
])('left out: %s, %s', async (reason, _why, change) => {
  await change(subjectOf(3));
  const batch = await preview();
  expect(batch).toMatchObject({ people: 9, left_out: 1 });
  const left = (await linesOf(batch)).find(({ person_id }) => person_id === subjectOf(3));
  expect(left).toMatchObject({ state: 'left_out' });
  expect(left?.reasons).toContain(reason);
  expect(batch.reasons.map((one) => one.reason)).toContain(reason);
});

test('a listing that ended, or of another kind, holds nobody back', async () => {
  await listed(subjectOf(3), ['black', 'fraud', '2025-01-01', '2025-12-31']);
  await listed(subjectOf(4), ['aml', 'low', '2026-01-01', null]);
  await listed(subjectOf(5), ['grey', 'x', '2026-01-01', null]);
  expect(await preview()).toMatchObject({ people: 10, left_out: 0 });
});

const listed = (personId: string, entry: unknown[]): Promise<unknown> =>
  set('insert into population.person_detail (entity_id, person_id, grid_code, document) values ($1, $2, $3, $4)', [
    entityId,
    personId,
    groupCode,
    JSON.stringify({ lists: [entry] }),
  ]);
const opened = (personId: string): Promise<unknown> =>
  sample.servicing.openFacility(operations, {
    key: `opened-${personId}`,
    person_id: personId,
    product: '整村授信贷',
    kind: 'revolving',
    limit_fen: '1000000',
    valid_from: today,
    valid_to: '2027-01-01',
  });

test('who moved away is nobody’s subject; a word above the caps of today is left out', async () => {
  await set(`update village.member set presence = 'moved' where person_id = $1`, [subjectOf(2)]);
  await set('update village.determination set determined_fen = 20100000 where person_id = $1', [subjectOf(3)]);
  const batch = await preview();
  const lines = await linesOf(batch);
  expect(lines.find(({ person_id }) => person_id === subjectOf(2))).toBeUndefined();
  expect(lines.find(({ person_id }) => person_id === subjectOf(3))?.reasons).toEqual(['over_cap']);
});

test('a list that moved since it was seen is neither proposed nor approved', async () => {
  const batch = await preview();
  const word = { determined_fen: '1000000', remark: '本人只要一万' };
  await determineOne(sample.deps, branchHead, sample.projectId, subjectOf(1), word);
  expect(await codeOf(grants.propose(operations, numberOf(batch), '过时的名单'))).toBe('list_moved');
  const fresh = await preview();
  const proposalId = await grants.propose(operations, numberOf(fresh), '新的名单');
  await determineOne(sample.deps, branchHead, sample.projectId, subjectOf(2), word);
  expect(await codeOf(sample.change.approve(calling(riskHead), proposalId, ''))).toBe('list_moved');
  await sample.change.reject(calling(riskHead), proposalId, '名单已变化');
  expect((await grants.one(operations, numberOf(fresh))).state).toBe('rejected');
});

test('lists, the strategy and the village are looked at again on the day', async () => {
  const batch = await approved();
  await listed(subjectOf(1), ['aml', 'high', '2026-11-24', null]);
  await set(`update strategy.decision_current set outcome = 'decline' where person_id = $1`, [subjectOf(2)]);
  await set(`update village.member set presence = 'deceased' where person_id = $1`, [subjectOf(3)]);
  await determineOne(sample.deps, branchHead, sample.projectId, subjectOf(4), { determined_fen: '2000000', remark: '改两万' });
  await opened(subjectOf(5));
  expect(await grants.run(entityId, numberOf(batch))).toEqual({ granted: 5, blocked: 5 });
  const lines = await linesOf(batch);
  expect(lines.slice(0, 5).map(({ state, reasons }) => [state, reasons])).toEqual([
    ['blocked', ['listed']],
    ['blocked', expect.arrayContaining(['declined'])],
    ['blocked', ['gone']],
    ['blocked', ['determination_moved']],
    ['blocked', ['has_limit']],
  ]);
  expect(sample.phones.sent.size).toBe(5);
});

test('nobody is granted twice: not by another batch that waits, not by one that comes later', async () => {
  const first = await preview();
  const second = await preview();
  const proposalId = await grants.propose(operations, numberOf(first), '第一批');
  expect(await codeOf(grants.propose(operations, numberOf(second), '第二批'))).toBe('list_moved');
  const waiting = await preview();
  expect(waiting.reasons).toEqual([{ reason: 'in_other_batch', people: 10 }]);
  expect(await codeOf(grants.propose(operations, numberOf(waiting), '空的'))).toBe('nobody_to_grant');
  await sample.change.approve(calling(riskHead), proposalId, '');
  await Promise.all([grants.run(entityId, numberOf(first)), grants.run(entityId, numberOf(first))]);
  const after = await preview();
  expect(after.reasons).toEqual([{ reason: 'already_granted', people: 10 }]);
  const [facilities] = await set(`select count(*)::int as n from servicing.facility where state = 'granted'`);
  expect(facilities).toEqual({ n: 10 });
});

test('a grant is taken back by two people, leaves its record, and may be given again', async () => {
  const batch = await approved();
  const id = numberOf(batch);
  await grants.run(entityId, id);
  expect(await codeOf(grants.proposeReversal(operations, id, 'P0000000000000ff', '没有此人'))).toBe('line_unknown');
  const proposalId = await grants.proposeReversal(operations, id, subjectOf(1), '本人放弃');
  expect(await codeOf(sample.change.approve(calling(operations), proposalId, ''))).toBe('own_proposal');
  const one = async () => (await grants.lines(operations, id, { limit: 5, person: subjectOf(1) })).items;
  expect(await one()).toMatchObject([{ state: 'granted', reversal_waits: proposalId, reversal: null }]);
  await sample.change.approve(calling(riskHead), proposalId, '');
  expect(await one()).toMatchObject([
    {
      state: 'reversed',
      reversal_waits: null,
      reversal: { reason: '本人放弃', asked_by: { staff_id: 'operations' }, approved_by: { staff_id: 'risk_head' } },
    },
  ]);
  expect(await codeOf(grants.proposeReversal(operations, id, subjectOf(1), '再收一次'))).toBe('line_not_granted');
  const [line] = await linesOf(batch);
  expect(line).toMatchObject({ state: 'reversed', limit_fen: '4800000' });
  const [record] = await set('select limit_fen, reason, asked_by, approved_by from village.line_reversal');
  expect(record).toEqual({ limit_fen: 4_800_000n, reason: '本人放弃', asked_by: 'operations', approved_by: 'risk_head' });
  const [facility] = await set(`select state from servicing.facility where person_id = $1`, [subjectOf(1)]);
  expect(facility).toEqual({ state: 'closed' });
  const again = await preview();
  expect(again).toMatchObject({ people: 1, difference: { same: { people: 1, fen: '4800000' }, fresh: { people: 0, fen: '0' } } });
  const signed = await linesOf(batch);
  await sample.servicing.activateFacility(operations, {
    key: 'application.A77',
    facilityId: BigInt(signed[1]?.facility_id?.slice(1) ?? '0'),
    limitFen: 4_000_000n,
    validTo: '2028-01-01',
  });
  expect(await codeOf(grants.proposeReversal(operations, id, subjectOf(2), '已经签了'))).toBe('line_signed');
});

test('a grant that is withdrawn elsewhere says so on its line', async () => {
  const batch = await approved();
  const id = numberOf(batch);
  await grants.run(entityId, id);
  const [line] = await linesOf(batch);
  const facilityId = BigInt(line?.facility_id?.slice(1) ?? '0');
  await sample.owner((tx) => sample.servicing.withdrawGrant(tx, operations, facilityId, '别处签了更高的额度'));
  const page = await grants.one(operations, id);
  expect([page.progress.granted, page.progress.withdrawn, page.granted_fen]).toEqual([9, 1, '43200000']);
  const { items } = await grants.lines(operations, id, { limit: 200, state: 'withdrawn' });
  expect(items.map(({ person_id }) => person_id)).toEqual([subjectOf(1)]);
  expect(await codeOf(grants.proposeReversal(operations, id, subjectOf(1), '再收一次'))).toBe('line_not_granted');
});

test('a gateway that is down leaves the notices for later', async () => {
  sample.phones.isDown = true;
  const batch = await approved();
  await grants.run(entityId, numberOf(batch));
  expect((await grants.one(operations, numberOf(batch))).progress).toMatchObject({ granted: 10, notified: 0 });
  sample.phones.isDown = false;
  await grants.resume(operations, numberOf(batch));
  expect((await grants.one(operations, numberOf(batch))).progress).toMatchObject({ granted: 10, notified: 10 });
});

const apply = (person: number, state: string, product = 'zheng_cun_dai', facility: string | null = null) =>
  set(
    `with channel as (
       insert into lending.channel (entity_id, code, kind, product, grid_code, created_by, created_at)
       values ($1, gen_random_uuid()::text, 'product', $4, $5, 'branch_head', $6) returning channel_id)
     insert into lending.application (entity_id, channel_id, product, product_version, terms, phone_key, phone_sealed, phone_masked, person_id, grid_code,
       state, facility_id, created_at, changed_at, expires_at, closed_at)
     select $1, channel_id, $4, '1', '{}', $2, '', '', $2, $5, $3, $7, $6, $6, $6, case when $3 in ('signed', 'withdrawn') then $6::timestamptz end
     from channel`,
    [entityId, subjectOf(person), state, product, groupCode, `${today}T02:00:00Z`, facility],
  );

test('whoever has an offer of the product in their hands is left out, and stopped on the day', async () => {
  await apply(1, 'offered');
  await apply(2, 'accepted');
  await apply(3, 'signing');
  await apply(4, 'signed');
  await apply(5, 'signed', 'zheng_cun_dai', 'F999999');
  await apply(6, 'deciding');
  await apply(7, 'withdrawn');
  await apply(8, 'offered', 'shou_xin_dai');
  const batch = await preview();
  expect([batch.people, batch.reasons]).toEqual([6, [{ reason: 'applying', people: 4 }]]);
  const proposalId = await grants.propose(operations, numberOf(batch), '首批授信');
  await apply(9, 'offered');
  expect(await codeOf(sample.change.approve(calling(riskHead), proposalId, ''))).toBe('list_moved');
  await set('delete from lending.application where person_id = $1', [subjectOf(9)]);
  await sample.change.approve(calling(riskHead), proposalId, '');
  await apply(9, 'offered');
  expect(await grants.run(entityId, numberOf(batch))).toEqual({ granted: 5, blocked: 1 });
  const stopped = (await linesOf(batch)).filter(({ state }) => state === 'blocked');
  expect(stopped.map(({ person_id, reasons }) => [person_id, reasons])).toEqual([[subjectOf(9), ['applying']]]);
  await set('delete from lending.application');
  await set('delete from lending.channel');
});

test('a list is made in the background, says how far it is, and is left alone once it is dropped', { timeout: 60_000 }, async () => {
  const jobs = createJobs({ db: sample.db, log: pino({ level: 'silent' }) });
  const { deps } = sampleDeps(sample.db, sample.clock, sampleRules());
  const background = createGrants({ ...deps, jobs });
  // The queue makes its tables when it begins; what is asked for while it is away waits.
  await jobs.start();
  await jobs.stop();
  const dropped = await background.preview(operations, sample.projectId, villageCode);
  const asked = await background.preview(operations, sample.projectId, villageCode);
  expect(asked).toMatchObject({ state: 'preparing', people: 0, work: { state: 'waiting', settled: 0, people: 0 } });
  expect(await codeOf(background.preview(neighbour, sample.projectId, villageCode))).toBe('grid_outside');
  expect(await codeOf(background.propose(operations, numberOf(asked), '太早了'))).toBe('batch_wrong_state');
  await background.drop(operations, numberOf(dropped));
  expect(await codeOf(background.resume(operations, numberOf(dropped)))).toBe('not_approved');
  await background.resume(operations, numberOf(asked));
  await jobs.start();
  try {
    await expect.poll(async () => (await background.one(operations, numberOf(asked))).state, { timeout: 30_000 }).toBe('preview');
    await expect
      .poll(async () => (await set(`select 1 from jobs.progress where state <> 'done'`)).length === 0, { timeout: 30_000 })
      .toBe(true);
  } finally {
    await jobs.stop();
  }
  expect(await background.one(operations, numberOf(asked))).toMatchObject({ people: 10, total_fen: '48000000', left_out: 0 });
  expect(await background.one(operations, numberOf(dropped))).toMatchObject({ state: 'dropped', people: 0 });
  const reported = await set(`select progress from jobs.progress where progress <> '{}'`);
  expect(reported).toEqual([{ progress: { settled: 10, people: 10 } }]);
});

test('a preview is dropped; other people’s batches are unknown', async () => {
  const batch = await preview();
  expect(await codeOf(grants.one(neighbour, numberOf(batch)))).toBe('batch_unknown');
  expect(await codeOf(grants.lines(neighbour, numberOf(batch), { limit: 1 }))).toBe('batch_unknown');
  expect(await codeOf(grants.drop(neighbour, numberOf(batch)))).toBe('batch_unknown');
  expect(await codeOf(grants.preview(neighbour, sample.projectId, villageCode))).toBe('grid_outside');
  await grants.drop(operations, numberOf(batch));
  expect(await codeOf(grants.drop(operations, numberOf(batch)))).toBe('batch_wrong_state');
  expect((await grants.list(operations, sample.projectId)).map(({ state }) => state)).toEqual(['dropped']);
});
