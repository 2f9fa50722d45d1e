/**
 * Replaces what tables hold for one legal entity: fills a new partition beside the old one, then exchanges them. Readers see the old
 * rows or the new ones, never neither.
 */
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFrom } from './copy.ts';
import type { Tx } from './transaction.ts';

export interface Filling {
  /**
   * A table partitioned by `list (entity_id)`, with its schema. Its keys are unique indexes, not constraints: the index of a constraint
   * would be built a second time while the tables are locked.
   */
  table: string;
  columns: readonly string[];
  /** CSV files without header, in the order of `columns`; unquoted empty = NULL. */
  files: readonly string[];
  /** Rows of this entity that stay beside those of the files: a condition on the table, `$1` the value. */
  keep?: { where: string; value: string };
}

interface Staged {
  table: string;
  staging: string;
  rows: number;
}

/** Works inside the caller's transaction, so that several tables change together. Answers rows by table. */
export async function replacePartitions(tx: Tx, entityId: string, fillings: readonly Filling[]): Promise<Record<string, number>> {
  await takeTurns(
    tx,
    fillings.map(({ table }) => table),
  );
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

/**
 * One exchange of a table at a time: filling holds a shared lock on it that the exchange must raise, which two at once would wait for in
 * each other; and two that keep each other's rows would put back what the other replaced.
 */
async function takeTurns(tx: Tx, tables: readonly string[]): Promise<void> {
  for (const table of tables.toSorted()) await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`exchange ${table}`]);
}

async function stage(tx: Tx, entityId: string, { table, columns, files, keep }: Filling): Promise<Staged> {
  const entity = literal(entityId);
  const staging = `${table}_${randomBytes(4).toString('hex')}`;
  await tx.query(`create table ${staging} (like ${table} including defaults)`);
  let rows = 0;
  for (const file of files) rows += await copyFrom(tx.client, staging, columns, createReadStream(file, { highWaterMark: 1 << 20 }));
  if (keep) {
    await tx.query(`insert into ${staging} select * from ${table} where entity_id = ${entity} and (${keep.where})`, [keep.value]);
  }
  for (const definition of await indexesOf(tx, table)) await tx.query(indexOn(definition, table, staging));
  // With this check in place, attaching need not read the rows again.
  await tx.query(`alter table ${staging} add constraint entity check (entity_id is not null and entity_id = ${entity})`);
  await tx.query(`analyze ${staging}`);
  return { table, staging, rows };
}

async function indexesOf(tx: Tx, table: string): Promise<string[]> {
  const rows = await tx.query<{ indexdef: string }>(
    'select pg_get_indexdef(indexrelid) as indexdef from pg_index where indrelid = $1::regclass order by indexrelid',
    [table],
  );
  return rows.map((row) => row.indexdef);
}

/** `CREATE INDEX roster_name ON ONLY population.roster USING …` → the same, unnamed, on the staging table. */
function indexOn(definition: string, table: string, staging: string): string {
  return definition.replace(/^(CREATE (?:UNIQUE )?INDEX) \S+ ON (?:ONLY )?/, '$1 ON ').replace(`${table} `, `${staging} `);
}

const attempts = 40;

/**
 * Takes all tables at once or none: a reader that holds one of them and waits for another must never wait for us in turn. Giving up well
 * before the server's own deadlock check (1 s) makes us the one that yields.
 */
async function lockTables(tx: Tx, tables: readonly string[]): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    await tx.query('savepoint exchange');
    try {
      await tx.query("set local lock_timeout = '500ms'");
      await tx.query(`lock table ${tables.join(', ')} in access exclusive mode`);
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
    `select inhrelid::regclass::text as name from pg_inherits join pg_class as child on child.oid = inhrelid
     where inhparent = $1::regclass and pg_get_expr(child.relpartbound, child.oid) = $2`,
    [table, `FOR VALUES IN (${literal(entityId)})`],
  );
  for (const { name } of old) await tx.query(`drop table ${name}`);
  await tx.query(`alter table ${table} attach partition ${staging} for values in (${literal(entityId)})`);
  await tx.query(`alter table ${staging} drop constraint entity`);
}

function literal(entityId: string): string {
  if (!/^[A-Za-z0-9_-]{1,40}$/.test(entityId)) throw new RangeError(`${JSON.stringify(entityId)} cannot name a legal entity`);
  return `'${entityId}'`;
}
