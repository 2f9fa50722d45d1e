import { Client } from 'pg';
import type { Ground } from '../ground.ts';

const serverLock = 7_110_004;

/**
 * One server for one data folder: two would write the same lake. The lock lives in the folder's own PostgreSQL and ends with the process, however
 * it ends. With DATABASE_URL several servers share a database on purpose, each with a data folder of its own. Answers how to let go.
 */
export async function holdDataFolder(ground: Ground): Promise<() => Promise<void>> {
  if (!ground.isEmbedded) return async () => undefined;
  const holder = new Client({ connectionString: ground.db.url, application_name: 'qianmo server' });
  holder.on('error', () => undefined); // The lock ends with PostgreSQL itself; requests then fail and say so.
  await holder.connect();
  const { rows } = await holder.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [serverLock]);
  if (rows[0]?.held) return () => holder.end();
  await holder.end();
  throw new Error(
    `${ground.dataFolder}: 已有一个服务在使用此数据目录；请先停止它，或为本服务另设 QIANMO_DATA / another server uses this data folder; stop it, or give this one its own QIANMO_DATA`,
  );
}
