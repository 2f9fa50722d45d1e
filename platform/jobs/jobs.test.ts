import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTestDatabase, withOwner } from '#platform/postgres/index.ts';
import type { TestDatabase } from '#platform/postgres/index.ts';
import { createJobs } from './index.ts';
import type { Jobs } from './index.ts';

let database: TestDatabase;
let jobs: Jobs;
const done: string[] = [];

beforeEach(async () => {
  database = await createTestDatabase('organization');
  done.length = 0;
  jobs = createJobs({ db: database.db, log: pino({ level: 'silent' }) });
  jobs.register<{ name: string }>('note', async ({ payload, report }) => {
    await report({ rows: 7 });
    if (payload.name === 'bad') throw new Error('the rows do not add up');
    done.push(payload.name);
  });
  await jobs.start();
});
afterEach(async () => {
  await jobs.stop();
  await database.drop();
});

const ask = (name: string) =>
  withOwner(database.db, (tx) => jobs.enqueue(tx, { task: 'note', jobKey: name, entityId: '320723', payload: { name } }));
const becomes = (name: string, wanted: string) =>
  vi.waitFor(async () => expect(await state(name)).toBe(wanted), { timeout: 20_000, interval: 30 });
const state = async (name: string) => (await jobs.progress('320723', name))?.state;

test('work asked for in a transaction is done after it commits, and says how far it is', async () => {
  await ask('good');
  await becomes('good', 'done');
  expect(done).toEqual(['good']);
  expect(await jobs.progress('320723', 'good')).toMatchObject({ progress: { rows: 7 }, error: null });
  expect(await jobs.progress('320799', 'good')).toBeNull();
});

test('work of a transaction that fails is never done', async () => {
  const asked = withOwner(database.db, async (tx) => {
    await jobs.enqueue(tx, { task: 'note', jobKey: 'never', entityId: '320723', payload: { name: 'never' } });
    throw new Error('changed my mind');
  });
  await expect(asked).rejects.toThrow('changed my mind');
  await ask('after');
  await becomes('after', 'done');
  expect(done).toEqual(['after']);
});

test('work that fails says why, and is kept to be tried again', async () => {
  await ask('bad');
  await becomes('bad', 'failed');
  expect((await jobs.progress('320723', 'bad'))?.error).toBe('the rows do not add up');
  const kept = await withOwner(database.db, (tx) => tx.query('select attempts from graphile_worker.jobs where key = $1', ['bad']));
  expect(kept).toEqual([{ attempts: 1 }]);
});

test('an unknown task is refused before anything is written', async () => {
  const asked = withOwner(database.db, (tx) => jobs.enqueue(tx, { task: 'nothing', jobKey: 'x', entityId: '320723', payload: null }));
  await expect(asked).rejects.toThrow('job nothing is not registered');
});

describe('a worker that died', () => {
  /** What its process leaves behind: the job is held in its name. */
  const leave = async (attempts: number) => {
    await jobs.stop();
    await ask('good');
    await withOwner(database.db, (tx) =>
      tx.query(`update graphile_worker._private_jobs set locked_by = 'gone', locked_at = now(), attempts = $1`, [attempts]),
    );
    await jobs.start();
  };

  test('leaves its job to the next one', async () => {
    await leave(1);
    await becomes('good', 'done');
    expect(done).toEqual(['good']);
  });

  test('at every try has failed', async () => {
    await leave(5);
    expect(await jobs.progress('320723', 'good')).toMatchObject({ state: 'failed', error: 'the process ended at every try' });
    expect(done).toEqual([]);
  });

  test('is not confused with one whose connection broke for a moment', async () => {
    const holders = () =>
      withOwner(database.db, (tx) =>
        tx.query<{ pid: number }>(
          `select pid from pg_locks join pg_stat_activity using (pid) where locktype = 'advisory' and application_name = 'qianmo jobs' and datname = current_database()`,
        ),
      );
    const [first] = await vi.waitFor(async () => {
      const found = await holders();
      expect(found).toHaveLength(1);
      return found;
    });
    await withOwner(database.db, (tx) => tx.query('select pg_terminate_backend($1)', [first?.pid]));
    await vi.waitFor(
      async () => {
        const [second] = await holders();
        expect(second?.pid ?? first?.pid).not.toBe(first?.pid);
      },
      { timeout: 10_000 },
    );
  });
});
