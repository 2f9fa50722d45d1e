import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { moduleOrder } from '#modules/order.ts';
import type { ModuleName } from '#modules/order.ts';
import type { Database } from './database.ts';
import type { Tx } from './transaction.ts';
import { appRole, withOwner } from './database.ts';

export interface Migration {
  /** Path inside the project, such as `modules/organization/migrations/0001_staff.sql`; also its identity. */
  name: string;
  sql: string;
  checksum: string;
}

const root = resolve(import.meta.dirname, '../..');

/** Every migration in the order it is applied: the platform's first, then the modules' in the order of `modules/order.ts`, as far as `last`. */
export function listMigrations(last?: ModuleName): Migration[] {
  const platform = readdirSync(join(root, 'platform')).toSorted();
  const modules = moduleOrder.slice(0, last ? moduleOrder.indexOf(last) + 1 : undefined);
  const folders = [...platform.map((name) => `platform/${name}`), ...modules.map((name) => `modules/${name}`)];
  return folders.flatMap((folder) => {
    const path = join(root, folder, 'migrations');
    if (!existsSync(path)) return [];
    const files = readdirSync(path).filter((file) => file.endsWith('.sql'));
    return files.toSorted().map((file) => readMigration(join(path, file)));
  });
}

function readMigration(path: string): Migration {
  const sql = readFileSync(path, 'utf8');
  return { name: relative(root, path), sql, checksum: createHash('sha256').update(sql).digest('hex') };
}

/**
 * Brings the database to the present shape, each file in its own transaction; answers the names of the files it applied.
 * Two servers starting together wait for one another. Refuses when a file that was applied has since been edited.
 */
export async function migrate(db: Database, migrations: Migration[] = listMigrations()): Promise<string[]> {
  await withOwner(db, prepareLedger);
  const applied: string[] = [];
  for (const migration of migrations) {
    const isNew = await withOwner(db, (tx) => applyOnce(tx, migration));
    if (isNew) applied.push(migration.name);
  }
  return applied;
}

const migrationLock = 7_110_001;

async function prepareLedger(tx: Tx): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1)', [migrationLock]);
  await tx.query('create schema if not exists qianmo');
  await tx.query(`create table if not exists qianmo.migration (
    name text primary key, checksum text not null, applied_at timestamptz not null default now())`);
  const roles = await tx.query('select 1 from pg_roles where rolname = $1', [appRole]);
  if (roles.length === 0) await createAppRole(tx);
  await tx.query(`grant ${appRole} to current_user`);
}

async function createAppRole(tx: Tx): Promise<void> {
  const [may] = await tx.query<{ may: boolean; name: string }>(
    'select rolsuper or rolcreaterole as may, rolname as name from pg_roles where rolname = current_user',
  );
  if (!may?.may) {
    throw new Error(
      `缺少数据库角色 ${appRole}，且当前用户无权创建 / the role ${appRole} is missing and this user may not create it; as an administrator run: ` +
        `CREATE ROLE ${appRole} NOLOGIN; GRANT ${appRole} TO "${may?.name}" WITH ADMIN OPTION;`,
    );
  }
  // Roles belong to the whole server: another database of the same server may be migrating at this moment.
  await tx.query(`do $$ begin create role ${appRole} nologin; exception when duplicate_object or unique_violation then null; end $$`);
}

async function applyOnce(tx: Tx, migration: Migration): Promise<boolean> {
  await tx.query('select pg_advisory_xact_lock($1)', [migrationLock]);
  const [known] = await tx.query<{ checksum: string }>('select checksum from qianmo.migration where name = $1', [migration.name]);
  if (known && known.checksum !== migration.checksum) {
    throw new Error(
      `${migration.name}: 该迁移已执行，之后又被修改；请另写新文件 / was applied and edited since; add a new file instead of changing it`,
    );
  }
  if (known) return false;
  try {
    await tx.client.query(migration.sql);
  } catch (error) {
    throw new Error(`${migration.name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  await tx.query('insert into qianmo.migration (name, checksum) values ($1, $2)', [migration.name, migration.checksum]);
  return true;
}
