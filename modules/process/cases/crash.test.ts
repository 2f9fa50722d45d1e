import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '#platform/clock/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import { loanDrawing } from '../sample-drawings.ts';
import { entityId, openSampleOffice, village } from '../sample-office.ts';
import type { SampleOffice } from '../sample-office.ts';
import { processesWithEffects } from './killed-runner.ts';

let office: SampleOffice;
beforeAll(async () => {
  office = await openSampleOffice();
  await office.publish('loan', loanDrawing);
}, 120_000);
afterAll(() => office.close());

/** Runs the case in a process of its own that is killed when the service has taken effect and not yet answered. */
async function runUntilKilled(caseId: bigint, service: string): Promise<NodeJS.Signals | null> {
  const program = resolve(import.meta.dirname, 'killed-runner.ts');
  const child = spawn(process.execPath, [program, office.database.url, String(caseId), service], { stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.once('data', () => child.kill('SIGKILL'));
  const { promise, resolve: end } = Promise.withResolvers<NodeJS.Signals | null>();
  child.once('close', (_code, signal) => end(signal));
  return promise;
}

test.each(['collect', 'admit'])(
  'killed in the middle of %s: taken up after its time, and what counts happened once',
  { timeout: 120_000 },
  async (service) => {
    const { db } = office.database;
    await withOwner(db, async (tx) => {
      await tx.query('create table if not exists public.done (key text primary key)');
      await tx.query('create table if not exists public.counter (effects integer, tries integer)');
      await tx.query('truncate public.done, public.counter');
      await tx.query('insert into public.counter values (0, 0)');
    });
    const caseId = await withOwner(db, (tx) =>
      office.processes.start(tx, entityId, {
        process: 'loan',
        subject: { kind: 'sample', id: service },
        gridCode: village,
        variables: { amount: 1 },
        actorId: 'ma',
      }),
    );
    expect(await runUntilKilled(caseId, service)).toBe('SIGKILL');
    const later = { ...systemClock, now: () => systemClock.now().add({ seconds: 61 }) };
    const stillHeld = processesWithEffects(db, systemClock, async () => undefined);
    await stillHeld.proceed(caseId);
    const survivor = processesWithEffects(db, later, async () => undefined);
    await Promise.all([survivor.proceed(caseId), survivor.proceed(caseId)]);
    const [counter] = await withOwner(db, (tx) => tx.query('select effects, tries from public.counter'));
    expect(counter).toEqual({ effects: 2, tries: 3 });
    const served = await withOwner(db, (tx) =>
      tx.query(`select node from process.history where case_id = $1 and verb in ('served', 'assigned') order by number`, [caseId]),
    );
    expect(served.map(({ node }) => node)).toEqual(['collect', 'admit', 'investigate']);
  },
);
