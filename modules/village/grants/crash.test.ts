import { spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { determineAsTaken } from '../limits/determine.ts';
import { branchHead, entityId, openSampleProject, operations, riskHead, villageCode } from '../limits/sample-project.ts';
import type { SampleProject } from '../limits/sample-project.ts';
import { createGrants } from './index.ts';
import { granterProgram } from './killed-granter.ts';

const people = 5_000;
let sample: SampleProject;
beforeAll(async () => {
  sample = await openSampleProject({ households: people });
  await sample.owner((tx) => tx.query('analyze'));
  await determineAsTaken(sample.deps, branchHead, sample.projectId, villageCode);
}, 240_000);
afterAll(() => sample.close());

async function runUntilKilled(batchId: bigint): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, [granterProgram, sample.database.url, String(batchId)], { stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.once('data', () => child.kill('SIGKILL'));
  const { promise, resolve: end } = Promise.withResolvers<NodeJS.Signals | null>();
  child.once('close', (_code, signal) => end(signal));
  return promise;
}

test('killed in the middle: whole chunks stand, the rest is granted later, everybody once', { timeout: 240_000 }, async () => {
  const grants = createGrants(sample.deps);
  const batch = await grants.preview(operations, sample.projectId, villageCode);
  const id = BigInt(batch.batch_id.slice(1));
  const proposalId = await grants.propose(operations, id, '首批授信');
  const caller = { session: riskHead, permissions: new Set(['village.approve']), csrf: '', mustChangePassword: false };
  await sample.change.approve(caller, proposalId, '');
  expect(await runUntilKilled(id)).toBe('SIGKILL');
  const standing = await grants.one(operations, id);
  const { granted, waiting } = standing.progress;
  expect(standing.state).toBe('granting');
  expect([granted > 0, waiting > 0, granted % 2_000, granted + waiting]).toEqual([true, true, 0, people]);
  const [before] = await sample.owner((tx) => tx.query(`select count(*)::int as n from servicing.facility where state = 'granted'`));
  expect(before).toEqual({ n: granted });
  const [one, other] = await Promise.all([grants.run(entityId, id), grants.run(entityId, id)]);
  expect(one.granted + other.granted).toBe(waiting);
  const after = await grants.one(operations, id);
  expect(after).toMatchObject({ state: 'granted', progress: { waiting: 0, granted: people, blocked: 0 } });
  const [facilities] = await sample.owner((tx) =>
    tx.query(`select count(*)::int as n, count(distinct person_id)::int as people, sum(limit_fen)::text as fen from servicing.facility`),
  );
  expect(facilities).toEqual({ n: people, people, fen: batch.total_fen });
});
