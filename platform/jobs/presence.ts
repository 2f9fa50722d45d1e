import { Client } from 'pg';
import { withOwner } from '#platform/postgres/index.ts';
import type { Database } from '#platform/postgres/index.ts';

/** First key of the advisory locks by which workers show that they live; the second is the hash of the worker's name. */
const presenceLock = 7_110_006;
const sweepEveryMs = 15_000;
const reconnectAfterMs = 1000;

/** That the workers of this process live, and which others no longer do. */
export interface Presence {
  /** Before the worker of this name takes its first job. */
  show(worker: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * The queue itself gives a dead worker's jobs back after four hours. Here a worker holds a lock as long as its process is connected, so that a
 * job whose worker holds none is taken up again within seconds, by whichever server is there. A process that has lost its connection may still be
 * at work: tasks must be able to begin twice, see README.
 */
export async function openPresence(db: Database, onError: (error: unknown) => void): Promise<Presence> {
  const names = new Set<string>();
  let isStopped = false;
  let reconnecting: NodeJS.Timeout | undefined;
  let client = await connect();

  async function connect(): Promise<Client> {
    const fresh = new Client({ connectionString: db.url, application_name: 'qianmo jobs' });
    fresh.on('error', onError);
    fresh.once('end', () => {
      if (!isStopped) reconnecting = setTimeout(() => void reconnect(), reconnectAfterMs);
    });
    await fresh.connect();
    for (const name of names) await lock(fresh, name);
    return fresh;
  }

  async function reconnect(): Promise<void> {
    try {
      client = await connect();
      if (isStopped) await client.end();
    } catch (error) {
      onError(error);
      if (!isStopped) reconnecting = setTimeout(() => void reconnect(), reconnectAfterMs);
    }
  }

  await releaseDead(db);
  const sweeping = setInterval(() => void releaseDead(db).catch(onError), sweepEveryMs);
  return {
    async show(worker) {
      names.add(worker);
      await lock(client, worker);
    },
    async stop() {
      isStopped = true;
      clearInterval(sweeping);
      clearTimeout(reconnecting);
      await client.end();
    },
  };
}

const lock = (client: Client, worker: string) => client.query('select pg_advisory_lock_shared($1, hashtext($2))', [presenceLock, worker]);

/** Gives back the jobs of workers that hold no lock; one that had its last try is failed. */
async function releaseDead(db: Database): Promise<void> {
  await withOwner(db, async (tx) => {
    const dead = await tx.query<{ worker: string }>(
      `select distinct locked_by as worker from graphile_worker.jobs where locked_by is not null and not exists (
         select 1 from pg_locks where locktype = 'advisory' and granted and classid = $1::oid and objid = (hashtext(locked_by)::bigint & 4294967295)::oid
           and objsubid = 2 and database = (select oid from pg_database where datname = current_database()))`,
      [presenceLock],
    );
    if (dead.length === 0) return;
    const workers = dead.map(({ worker }) => worker);
    await tx.query(
      `update jobs.progress p set state = 'failed', error = $2, changed_at = now() from graphile_worker.jobs j
       where p.job_key = j.key and j.locked_by = any($1) and j.attempts >= j.max_attempts`,
      [workers, 'the process ended at every try'],
    );
    await tx.query('select graphile_worker.force_unlock_workers($1)', [workers]);
  });
}
