/** Limits taken anew and determined in the background: how far they are, and what a kill leaves. */
import { spawn } from 'node:child_process';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeOf } from '#platform/http/index.ts';
import { createJobs } from '#platform/jobs/index.ts';
import type { Jobs } from '#platform/jobs/index.ts';
import { createLimits } from './index.ts';
import type { Limits } from './index.ts';
import { determinerName, determinerProgram } from './killed-determiner.ts';
import { branchHead, neighbour, openSampleProject, sampleDeps, sampleRules, subjectOf, villageCode } from './sample-project.ts';
import type { SampleProject } from './sample-project.ts';

const people = 10;
let sample: SampleProject;
let jobs: Jobs;
let limits: Limits;
beforeAll(async () => {
  sample = await openSampleProject({ households: people });
  jobs = createJobs({ db: sample.db, log: pino({ level: 'silent' }) });
  limits = createLimits({ ...sampleDeps(sample.db, sample.clock, sampleRules()).deps, jobs });
  // The queue makes its tables when it begins; what is asked for while it is away waits.
  await jobs.start();
  await jobs.stop();
}, 120_000);
afterAll(() => sample.close());

const work = () => limits.work(branchHead, sample.projectId, villageCode);
const words = () =>
  sample.owner((tx) =>
    tx.query<{ people: number; twice: number; fen: string }>(
      `select count(distinct person_id)::int as people, (count(*) - count(distinct person_id))::int as twice, coalesce(sum(determined_fen), 0)::text as fen
       from village.determination where project_id = $1`,
      [sample.projectId],
    ),
  );
const audited = () =>
  sample.owner((tx) =>
    tx.query(
      `select count(*)::int as lines, sum((detail ->> 'people')::int)::int as people from audit.entry where action = 'village.determine_all'`,
    ),
  );

/** Until the killed program's second chunk stands before somebody who is held. */
const waits = () =>
  sample.owner((tx) =>
    tx.query(`select 1 from pg_stat_activity where application_name = $1 and wait_event_type = 'Lock'`, [determinerName]),
  );

test(
  'killed in the middle of a chunk: whole chunks stand, the rest is determined by the job, everybody once',
  { timeout: 240_000 },
  async () => {
    await limits.settle(branchHead.entityId, sample.projectId);
    const child = spawn(process.execPath, [determinerProgram, sample.database.url, String(sample.projectId)], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const ended = Promise.withResolvers<NodeJS.Signals | null>();
    await sample.owner(async (tx) => {
      await tx.query('select 1 from village.taken where project_id = $1 and person_id = $2 for update', [sample.projectId, subjectOf(6)]);
      child.once('close', (_code, signal) => ended.resolve(signal));
      await expect.poll(async () => (await waits()).length, { timeout: 120_000 }).toBe(1);
      child.kill('SIGKILL');
      expect(await ended.promise).toBe('SIGKILL');
    });
    // What the open chunk had begun is gone with its connection.
    await expect.poll(async () => (await waits()).length, { timeout: 120_000 }).toBe(0);
    expect(await words()).toEqual([{ people: 4, twice: 0, fen: '19200000' }]);
    expect(await audited()).toEqual([{ lines: 1, people: 4 }]);
    expect(await limits.askToDetermine(branchHead, sample.projectId, villageCode)).toEqual({ people: 6, total_fen: '28800000' });
    expect((await work()).determine).toEqual({ state: 'waiting', done: 0, people: 0 });
    await jobs.start();
    try {
      await expect.poll(async () => (await work()).determine?.state, { timeout: 120_000 }).toBe('done');
    } finally {
      await jobs.stop();
    }
    expect((await work()).determine).toEqual({ state: 'done', done: 6, people: 6 });
    expect(await words()).toEqual([{ people, twice: 0, fen: '48000000' }]);
    expect(await audited()).toEqual([{ lines: 2, people }]);
  },
);

test('everybody taken anew in the background; a screening since then is seen', { timeout: 240_000 }, async () => {
  await sample.owner((tx) => tx.query(`update strategy.decision_current set limit_fen = 3000000`));
  expect(await codeOf(limits.retakeUnder(neighbour, sample.projectId, villageCode))).toBe('grid_outside');
  expect(await codeOf(limits.askToDetermine(neighbour, sample.projectId, villageCode))).toBe('grid_outside');
  expect(await codeOf(limits.work(neighbour, sample.projectId, villageCode))).toBe('grid_outside');
  expect(await codeOf(limits.work(branchHead, 999n, villageCode))).toBe('project_unknown');
  expect(await limits.retakeUnder(branchHead, sample.projectId, villageCode)).toBe(people);
  expect((await work()).retake).toEqual({ state: 'waiting', done: 0, people: 0 });
  await jobs.start();
  try {
    await expect.poll(async () => (await work()).retake?.state, { timeout: 120_000 }).toBe('done');
  } finally {
    await jobs.stop();
  }
  expect((await work()).retake).toEqual({ state: 'done', done: people, people });
  const { items, counts } = await limits.list(branchHead, sample.projectId, { limit: 50 });
  expect(items.map(({ taken_fen, is_moved }) => [taken_fen, is_moved])).toEqual(Array.from({ length: people }, () => ['2400000', true]));
  expect(counts).toEqual({ all: people, open: people, ready: people, ready_fen: '24000000', waiting: 0 });
});

test('more wait than a request works out: the list says how many, asks for the work, and one person is worked out at once', async () => {
  // As after a screening of a county: more than a request takes.
  await sample.owner(async (tx) => {
    await tx.query(
      `insert into village.retake_due (project_id, person_id, entity_id) select $1, 'P8' || lpad(n::text, 14, '0'), $2 from generate_series(1, 2500) n`,
      [sample.projectId, branchHead.entityId],
    );
    await tx.query(`update strategy.decision_current set limit_fen = 5000000`);
    await tx.query(`insert into village.retake_due (project_id, person_id, entity_id) values ($1, $2, $3)`, [
      sample.projectId,
      subjectOf(1),
      branchHead.entityId,
    ]);
  });
  const { counts } = await limits.list(branchHead, sample.projectId, { limit: 1 });
  expect(counts.waiting).toBe(2_501);
  expect((await work()).retake?.state).toBe('waiting');
  expect((await limits.one(branchHead, sample.projectId, subjectOf(1))).taken_fen).toBe('4000000');
  expect((await limits.list(branchHead, sample.projectId, { limit: 1 })).counts.waiting).toBe(2_500);
  await limits.settle(branchHead.entityId, sample.projectId);
  expect((await limits.list(branchHead, sample.projectId, { limit: 1 })).counts.waiting).toBe(0);
});
