/** What work costs apart from waiting: processor time, round trips and pages touched say the same on a busy machine as on a quiet one. */
import { readFile } from 'node:fs/promises';
import type { Database } from '#platform/postgres/index.ts';

export interface Cost {
  /** Processor time of this process, and of PostgreSQL with its writers. */
  readonly nodeMs: number;
  readonly postgresMs: number;
  /** How often a connection asked the server and waited for its word. */
  readonly roundTrips: number;
}

export type Meter = () => Promise<Cost>;

/** Counts from here on; connections opened before are not heard. */
export function meterOf(db: Database): Meter {
  let roundTrips = 0;
  db.pool.on('connect', (client) => void client.on('drain', () => (roundTrips += 1)));
  return async () => {
    const { user, system } = process.cpuUsage();
    const asked = roundTrips;
    return { nodeMs: (user + system) / 1000, postgresMs: await postgresMs(db), roundTrips: asked };
  };
}

export const spent = (from: Cost, to: Cost, times: number): Cost => ({
  nodeMs: (to.nodeMs - from.nodeMs) / times,
  postgresMs: (to.postgresMs - from.postgresMs) / times,
  roundTrips: (to.roundTrips - from.roundTrips) / times,
});

/** The kernel counts processor time in hundredths of a second. */
const tickMs = 10;

async function postgresMs(db: Database): Promise<number> {
  const { rows } = await db.pool.query<{ pid: number }>(`select pid from pg_stat_activity where backend_type <> 'autovacuum worker'`);
  const ticks = await Promise.all(rows.map(({ pid }) => ticksOf(pid)));
  return ticks.reduce((sum, one) => sum + one, 0) * tickMs;
}

/** A connection that has just been closed has no entry any more and counts nothing. */
async function ticksOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name of the program stands in parentheses and may hold spaces; after it come the state and what follows.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
}

/** Pages of 8 KiB that the only connection of the pool has touched so far, in memory or not. */
export async function pagesTouched(db: Database): Promise<number> {
  // The server tells at once instead of once a second; it does so at the end of this statement.
  await db.pool.query('select pg_stat_force_next_flush()');
  const { rows } = await db.pool.query<{ pages: bigint }>(
    `select blks_hit + blks_read as pages from pg_stat_database where datname = current_database()`,
  );
  return Number(rows[0]?.pages ?? 0n);
}
