/**
 * Replaces what tables hold for one legal entity: fills a new partition beside the old one, then exchanges them. Readers see the old
 * rows or the new ones, never neither.
 */
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFrom } from '#platform/postgres/index.ts';
import type { Tx } from '#platform/postgres/index.ts';

const schema = 'population';

export interface Filling {
  /** Name of a partitioned table of this module, without its schema. */
  table: string;
  columns: readonly string[];
  /** CSV files without header, in the order of `columns`; unquoted empty = NULL. */
  files: readonly string[];
}

interface Staged {
  table: string;
  staging: string;
  rows: number;
}

/** Works inside the caller's transaction, so that several tables change together. Answers rows by table. */
export async function replacePartitions(tx: Tx, entityId: string, fillings: readonly Filling[]): Promise<Record<string, number>> {
  // Index building is bounded by memory, not by the disk, at this setting; it ends with the transaction.
  await tx.query("set local maintenance_work_mem = '256MB'");
  const staged: Staged[] = [];
  for (const filling of fillings) staged.push(await stage(tx, entityId, filling));
  await lockTables(
    tx,
    staged.map(({ table }) => table),
  );
  for (const partition of staged) await exchange(tx, entityId, partition);
  return Object.fromEntries(staged.map(({ table, rows }) => [table, rows]));
}

async function stage(tx: Tx, entityId: string, { table, columns, files }: Filling): Promise<Staged> {
  const staging = `${table}_${randomBytes(4).toString('hex')}`;
  await tx.query(`create table ${schema}.${staging} (like ${schema}.${table} including defaults)`);
  let rows = 0;
  for (const file of files)
    rows += await copyFrom(tx.client, `${schema}.${staging}`, columns, createReadStream(file, { highWaterMark: 1 << 20 }));
  for (const definition of await indexesOf(tx, table)) await tx.query(indexOn(definition, table, staging));
  // With this check in place, attaching need not read the rows again.
  await tx.query(
    `alter table ${schema}.${staging} add constraint ${staging}_entity check (entity_id is not null and entity_id = ${literal(entityId)})`,
  );
  await tx.query(`analyze ${schema}.${staging}`);
  return { table, staging, rows };
}

async function indexesOf(tx: Tx, table: string): Promise<string[]> {
  const rows = await tx.query<{ indexdef: string }>(
    'select indexdef from pg_indexes where schemaname = $1 and tablename = $2 order by indexname',
    [schema, table],
  );
  return rows.map((row) => row.indexdef);
}

/** `CREATE INDEX roster_name ON ONLY population.roster USING …` → the same, unnamed, on the staging table. */
function indexOn(definition: string, table: string, staging: string): string {
  return definition
    .replace(/^(CREATE (?:UNIQUE )?INDEX) \S+ ON (?:ONLY )?/, '$1 ON ')
    .replace(`${schema}.${table} `, `${schema}.${staging} `);
}

const attempts = 40;

/**
 * Takes all tables at once or none: a reader that holds one of them and waits for another must never wait for us in turn. Giving up well
 * before the server's own deadlock check (1 s) makes us the one that yields.
 */
async function lockTables(tx: Tx, tables: readonly string[]): Promise<void> {
  const names = tables.map((table) => `${schema}.${table}`).join(', ');
  for (let attempt = 1; ; attempt += 1) {
    await tx.query('savepoint exchange');
    try {
      await tx.query("set local lock_timeout = '500ms'");
      await tx.query(`lock table ${names} in access exclusive mode`);
      await tx.query('set local lock_timeout = 0');
      return;
    } catch (error) {
      await tx.query('rollback to savepoint exchange');
      if (!isLockTimeout(error) || attempt === attempts) throw error;
    }
  }
}

const isLockTimeout = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === '55P03';

async function exchange(tx: Tx, entityId: string, { table, staging }: Staged): Promise<void> {
  const old = await tx.query<{ name: string }>(
    `select child.relname as name from pg_inherits
     join pg_class as child on child.oid = inhrelid
     where inhparent = $1::regclass and pg_get_expr(child.relpartbound, child.oid) = $2`,
    [`${schema}.${table}`, `FOR VALUES IN (${literal(entityId)})`],
  );
  for (const { name } of old) await tx.query(`drop table ${schema}."${name}"`);
  await tx.query(`alter table ${schema}.${table} attach partition ${schema}.${staging} for values in (${literal(entityId)})`);
  await tx.query(`alter table ${schema}.${staging} drop constraint ${staging}_entity`);
}

function literal(entityId: string): string {
  if (!/^[A-Za-z0-9_-]{1,40}$/.test(entityId)) throw new RangeError(`${JSON.stringify(entityId)} cannot name a legal entity`);
  return `'${entityId}'`;
}
