/** Limits that nobody signed for in time, with the real servicing: its day ends, its facility past the last day, its new grant in the old one's place. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeOf } from '#platform/http/index.ts';
import type { Caller } from '#platform/http/index.ts';
import { determineAsTaken } from '../limits/determine.ts';
import { branchHead, entityId, openSampleProject, operations, riskHead, subjectOf, today, villageCode } from '../limits/sample-project.ts';
import type { SampleProject } from '../limits/sample-project.ts';
import { createProgress } from '../progress/index.ts';
import type { Progress } from '../progress/index.ts';
import type { BatchLine } from './contract.ts';
import { createGrants } from './index.ts';
import type { Grants } from './index.ts';

let sample: SampleProject;
let grants: Grants;
let progress: Progress;
beforeAll(async () => {
  sample = await openSampleProject({ households: 4 });
  grants = createGrants(sample.deps);
  progress = createProgress(sample.deps);
  await determineAsTaken(sample.deps, branchHead, sample.projectId, villageCode);
}, 120_000);
afterAll(() => sample.close());

const approver: Caller = { session: riskHead, permissions: new Set(['village.approve']), csrf: '', mustChangePassword: false };
const dayAfter = (day: string, days: number): string => Temporal.PlainDate.from(day).add({ days }).toString();

/** A batch on `day` that may be signed until the day after it. */
async function granted(day: string): Promise<bigint> {
  sample.clock.set(`${day}T02:00:00Z`);
  const batch = await grants.preview(operations, sample.projectId, villageCode);
  const id = BigInt(batch.batch_id.slice(1));
  await sample.owner((tx) => tx.query('update village.batch set valid_to = $2 where batch_id = $1', [id, dayAfter(day, 1)]));
  await sample.change.approve(approver, await grants.propose(operations, id, '一批'), '');
  await grants.run(entityId, id);
  return id;
}

/** The night of `day`, and the morning after it. */
async function end(day: string): Promise<void> {
  sample.clock.set(`${dayAfter(day, 1)}T02:00:00Z`);
  await sample.servicing.dayEnd(entityId, day);
}

const linesOf = async (id: bigint): Promise<BatchLine[]> => (await grants.lines(operations, id, { limit: 200 })).items;
const statesOf = async (id: bigint): Promise<string[]> => (await linesOf(id)).map(({ state }) => state);
const facilityOf = async (id: bigint, at: number): Promise<bigint> => BigInt((await linesOf(id))[at]?.facility_id?.slice(1) ?? '0');
const grantedHouseholds = async (): Promise<number | undefined> =>
  (await progress.page(branchHead, sample.projectId, {})).stages.find(({ stage }) => stage === 'granted')?.households;
const sign = (facilityId: bigint): Promise<void> =>
  sample.servicing.activateFacility(operations, {
    key: `sign-${facilityId}`,
    facilityId,
    limitFen: 4_800_000n,
    validTo: dayAfter(today, 300),
  });

test('whoever has not signed by the last day has a line that lapsed; the last day itself still counts', async () => {
  const id = await granted(today);
  await sign(await facilityOf(id, 3));
  await progress.follow(entityId);
  await end(today);
  await progress.follow(entityId);
  expect(await statesOf(id)).toEqual(['granted', 'granted', 'granted', 'granted']);
  await end(dayAfter(today, 1));
  expect(await progress.follow(entityId)).toBe(4);
  expect(await statesOf(id)).toEqual(['lapsed', 'lapsed', 'lapsed', 'granted']);
  expect(await grants.one(operations, id)).toMatchObject({ progress: { granted: 1, lapsed: 3, withdrawn: 0 }, granted_fen: '4800000' });
  expect(await grantedHouseholds()).toBe(1);
  expect(await codeOf(sign(await facilityOf(id, 0)))).toBe('facility_out_of_date');
  expect(await codeOf(grants.proposeReversal(operations, id, subjectOf(1), '过期了'))).toBe('line_not_granted');
  expect((await grants.lines(operations, id, { limit: 5, state: 'lapsed' })).items).toHaveLength(3);
});

test('who lapsed may be granted anew; the old facility gives way, and its line says so before anybody looked', async () => {
  const second = await granted(dayAfter(today, 2));
  const lines = await linesOf(second);
  expect(lines.map(({ state, before_fen: before, reasons }) => [state, before, reasons])).toEqual([
    ['granted', '4800000', []],
    ['granted', '4800000', []],
    ['granted', '4800000', []],
    ['left_out', '4800000', ['has_limit']],
  ]);
  await end(dayAfter(today, 3));
  const third = await granted(dayAfter(today, 4));
  expect(await statesOf(second)).toEqual(['lapsed', 'lapsed', 'lapsed', 'left_out']);
  expect(await statesOf(third)).toEqual(['granted', 'granted', 'granted', 'left_out']);
  await progress.follow(entityId);
  expect(await grantedHouseholds()).toBe(4);
  const reasonsOf = async (): Promise<unknown> => (await grants.preview(operations, sample.projectId, villageCode)).reasons;
  // Past the last day by the clock, and the night of that day is not over.
  sample.clock.set(`${dayAfter(today, 6)}T02:00:00Z`);
  expect(await reasonsOf()).toEqual([
    { reason: 'already_granted', people: 3 },
    { reason: 'has_limit', people: 1 },
  ]);
  await end(dayAfter(today, 5));
  expect(await reasonsOf()).toEqual([{ reason: 'has_limit', people: 1 }]);
  const old = await sample.servicing.facility(operations, await facilityOf(second, 0));
  expect(old.state).toBe('closed');
});
