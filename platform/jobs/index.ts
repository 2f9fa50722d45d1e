import { Logger, run, runMigrations } from 'graphile-worker';
import type { JobHelpers, Runner } from 'graphile-worker';
import { Pool } from 'pg';
import type { Logger as Log } from 'pino';
import { withOwner } from '#platform/postgres/index.ts';
import type { Database, Tx } from '#platform/postgres/index.ts';
import { openPresence } from './presence.ts';
import type { Presence } from './presence.ts';

/** One piece of long work. It may run again after a crash, from the beginning: what it did before must not hurt. */
export interface Work<Payload> {
  payload: Payload;
  entityId: string;
  jobKey: string;
  /** How often it will be tried again if this try fails. */
  triesLeft: number;
  /** Seen by whoever asks for the job's progress; counts and words, no personal data. */
  report: (progress: Record<string, unknown>) => Promise<void>;
}

export interface JobProgress {
  jobKey: string;
  state: 'waiting' | 'running' | 'done' | 'failed';
  progress: Record<string, unknown>;
  error: string | null;
}

export interface Jobs {
  /** At wiring time, once a task. */
  register<Payload>(task: string, handle: (work: Work<Payload>) => Promise<void>): void;
  /** In the transaction that causes the work (as owner): committed with it or not at all. The same key again while it waits replaces it. */
  enqueue(tx: Tx, job: { task: string; jobKey: string; entityId: string; payload: unknown }): Promise<void>;
  progress(entityId: string, jobKey: string): Promise<JobProgress | null>;
  /** Begins to take jobs. */
  start(): Promise<void>;
  /** Lets running jobs end, takes no more. */
  stop(): Promise<void>;
}

interface Envelope {
  entityId: string;
  jobKey: string;
  payload: unknown;
}

/** The queue's names of levels and ours. */
const levels: Record<string, 'error' | 'warn' | 'info' | 'debug'> = { error: 'error', warning: 'warn', info: 'info', debug: 'debug' };

/** Every job is tried this often; a crash of the process counts as a try. */
const attempts = 5;

/** Work kept in PostgreSQL, so that it survives a crash and is done once however many servers run. */
export function createJobs({ db, log, concurrency = 1 }: { db: Database; log: Log; concurrency?: number }): Jobs {
  const tasks = new Map<string, (work: Work<unknown>) => Promise<void>>();
  let runner: Runner | undefined;
  let presence: Presence | undefined;
  let pool: Pool | undefined;

  const settle = (jobKey: string, state: JobProgress['state'], change: { progress?: Record<string, unknown>; error?: string } = {}) =>
    withOwner(db, (tx) =>
      tx.query(
        `update jobs.progress set state = $2, progress = coalesce($3, progress), error = $4, changed_at = now() where job_key = $1`,
        [jobKey, state, change.progress ? JSON.stringify(change.progress) : null, change.error ?? null],
      ),
    );

  const handlerOf =
    (name: string, handle: (work: Work<unknown>) => Promise<void>) =>
    async (message: unknown, { job }: JobHelpers) => {
      const { entityId, jobKey, payload } = message as Envelope;
      const triesLeft = job.max_attempts - job.attempts;
      await settle(jobKey, 'running');
      try {
        await handle({
          payload,
          entityId,
          jobKey,
          triesLeft,
          report: async (progress) => void (await settle(jobKey, 'running', { progress })),
        });
        await settle(jobKey, 'done');
      } catch (error) {
        log.error({ err: error, task: name, job_key: jobKey }, 'job failed');
        await settle(jobKey, 'failed', { error: error instanceof Error ? error.message : String(error) });
        throw error;
      }
    };

  return {
    register(task, handle) {
      if (tasks.has(task)) throw new Error(`job ${task} is registered twice`);
      tasks.set(task, (work) => handle(work as Parameters<typeof handle>[0]));
    },

    async enqueue(tx, { task, jobKey, entityId, payload }) {
      if (!tasks.has(task)) throw new Error(`job ${task} is not registered`);
      await tx.query(
        `insert into jobs.progress (job_key, task, entity_id) values ($1, $2, $3)
         on conflict (job_key) do update set state = 'waiting', progress = '{}', error = null, changed_at = now()`,
        [jobKey, task, entityId],
      );
      const envelope: Envelope = { entityId, jobKey, payload };
      await tx.query(`select graphile_worker.add_job($1, $2::json, job_key => $3, max_attempts => ${attempts})`, [
        task,
        JSON.stringify(envelope),
        jobKey,
      ]);
    },

    async progress(entityId, jobKey) {
      const [row] = await withOwner(db, (tx) =>
        tx.query<JobProgress>(
          'select job_key as "jobKey", state, progress, error from jobs.progress where entity_id = $1 and job_key = $2',
          [entityId, jobKey],
        ),
      );
      return row ?? null;
    },

    async start() {
      const logger = new Logger(() => (level, message) => log[levels[level] ?? 'info'](message));
      // Its own connections: ours read int8 as bigint, which its bookkeeping does not expect. Made here, because the queue does not wait for those that
      // it makes itself to be closed, and PostgreSQL may be stopped next.
      pool = new Pool({ connectionString: db.url, max: concurrency + 2, application_name: 'qianmo queue' });
      const onError = (error: unknown): void => log.warn({ err: error }, 'jobs: a connection broke');
      pool.on('error', onError).on('connect', (client) => void client.on('error', () => undefined));
      const settings = { pgPool: pool, logger };
      await runMigrations(settings);
      const taskList = Object.fromEntries([...tasks].map(([name, handle]) => [name, handlerOf(name, handle)]));
      const present = await openPresence(db, onError);
      presence = present;
      // Jobs are held in the name of the pool; it must be seen to live before it takes the first.
      const startWorker = (_context: unknown, { worker }: { worker: { workerPool: { id: string } } }) => present.show(worker.workerPool.id);
      const preset = { plugins: [{ name: 'presence', version: '1', worker: { hooks: { startWorker } } }] };
      runner = await run({ ...settings, preset, taskList, concurrency, noHandleSignals: true });
    },

    async stop() {
      await runner?.stop();
      runner = undefined;
      await presence?.stop();
      presence = undefined;
      await pool?.end();
      pool = undefined;
    },
  };
}
