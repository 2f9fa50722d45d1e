import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from './database.ts';
import type { Database } from './database.ts';
import { useEmbeddedPostgres } from './embedded.ts';

export interface Connection {
  db: Database;
  /** Whether the server is our own. */
  isEmbedded: boolean;
  /** Closes the pool; stops the embedded server when nobody else uses it. */
  close(): Promise<void>;
}

/** The bank's own server when an address is given, else the embedded one under `<dataFolder>/postgres`. */
export async function connectDatabase(options: {
  dataFolder: string;
  databaseUrl?: string | undefined;
  max?: number;
}): Promise<Connection> {
  if (options.databaseUrl) return connectOwn(options.databaseUrl, options.max);
  const embedded = await useEmbeddedPostgres({ folder: join(options.dataFolder, 'postgres') });
  const db = openDatabase({ url: embedded.url, ...(options.max ? { max: options.max } : {}) });
  return {
    db,
    isEmbedded: true,
    async close() {
      await db.close();
      await embedded.release();
    },
  };
}

/** Whether `connectDatabase` would find a database that somebody has set up; it makes the embedded one when there is none. */
export function hasDatabase(options: { dataFolder: string; databaseUrl?: string | undefined }): boolean {
  // The password is made together with the cluster, which may have to live in another folder (`launch.ts`).
  return Boolean(options.databaseUrl) || existsSync(join(options.dataFolder, 'postgres', 'password'));
}

const oldestMajor = 16;

async function connectOwn(url: string, max: number | undefined): Promise<Connection> {
  const address = checkAddress(url);
  const db = openDatabase({ url, ...(max ? { max } : {}) });
  try {
    const { rows } = await db.pool.query<{ version: number }>("select current_setting('server_version_num')::int / 10000 as version");
    const version = rows[0]?.version ?? 0;
    if (version < oldestMajor)
      throw new Error(`DATABASE_URL: PostgreSQL ${version} 过旧，至少需要 ${oldestMajor} / is too old; ${oldestMajor} or newer is needed`);
    return { db, isEmbedded: false, close: () => db.close() };
  } catch (error) {
    await db.close();
    throw explain(error, address);
  }
}

function checkAddress(url: string): URL {
  const address = URL.parse(url);
  if (address && /^postgres(ql)?:$/.test(address.protocol) && address.pathname.length > 1) return address;
  throw new Error('DATABASE_URL 应形如 postgres://用户:密码@主机:5432/库名 / must look like postgres://user:password@host:5432/database');
}

/** Where it failed and what to do; never the password. */
function explain(error: unknown, address: URL): Error {
  const place = `DATABASE_URL ${address.hostname}:${address.port || '5432'}${address.pathname}`;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const says = (zh: string, en: string) => new Error(`${place}: ${zh} / ${en}`, { cause: error });
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return says('找不到主机', 'the host name does not resolve');
  if (code === 'ECONNREFUSED' || code === 'ETIMEDOUT' || code === 'EHOSTUNREACH')
    return says('无法连接，请确认服务已启动', 'cannot be reached; is the server running?');
  if (code === '28P01' || code === '28000') return says('用户名或密码不正确', 'the user or the password is not accepted');
  if (code === '3D000') return says('数据库不存在，请先创建', 'the database does not exist; create it first');
  return error instanceof Error ? error : says('连接失败', 'the connection failed');
}
