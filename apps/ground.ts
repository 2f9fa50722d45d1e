import { join } from 'node:path';
import { openAuditChain } from '#platform/audit/index.ts';
import type { AuditChain } from '#platform/audit/index.ts';
import { systemClock } from '#platform/clock/index.ts';
import type { Clock } from '#platform/clock/index.ts';
import { dataFolder } from '#platform/files/index.ts';
import { connectDatabase, migrate } from '#platform/postgres/index.ts';
import type { Database } from '#platform/postgres/index.ts';
import { openVault } from '#platform/vault/index.ts';
import type { Vault } from '#platform/vault/index.ts';
import { openLake, openWarehouse } from '#platform/warehouse/index.ts';
import type { Lake, Warehouse } from '#platform/warehouse/index.ts';

/** What every module stands on: one installation's database, files, keys and clock. */
export interface Ground {
  dataFolder: string;
  db: Database;
  isEmbedded: boolean;
  lake: Lake;
  warehouse: Warehouse;
  vault: Vault;
  audit: AuditChain;
  clock: Clock;
  close(): Promise<void>;
}

export interface GroundOptions {
  environment?: NodeJS.ProcessEnv;
  /** Told before each step that may take a while. */
  say?: (zh: string, en: string) => void;
}

/** Opens the installation named by QIANMO_DATA and DATABASE_URL, bringing its database to the present shape. */
export async function openGround(options: GroundOptions = {}): Promise<Ground> {
  const environment = options.environment ?? process.env;
  const say = options.say ?? (() => undefined);
  const folder = dataFolder(environment);
  const vault = openVault(folder);
  const databaseUrl = environment['DATABASE_URL'];
  say(databaseUrl ? '正在连接 PostgreSQL' : '正在启动 PostgreSQL', databaseUrl ? 'connecting to PostgreSQL' : 'starting PostgreSQL');
  const connection = await connectDatabase({ dataFolder: folder, databaseUrl });
  try {
    const applied = await migrate(connection.db);
    if (applied.length > 0) say(`已建立数据库结构（${applied.length} 步）`, `database brought up to date in ${applied.length} steps`);
    const warehouse = await openWarehouse({ tempFolder: join(folder, 'temp') });
    const audit = openAuditChain({ db: connection.db, key: vault.fingerprint('audit.chain', 'key'), folder: join(folder, 'audit') });
    return {
      dataFolder: folder,
      db: connection.db,
      isEmbedded: connection.isEmbedded,
      lake: openLake(folder),
      warehouse,
      vault,
      audit,
      clock: systemClock,
      async close() {
        warehouse.close();
        await connection.close();
      },
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
}
