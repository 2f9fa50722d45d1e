/**
 * Replaces the published decisions of one legal entity: a partition is filled and indexed beside the old one, then the two change places in
 * the caller's transaction. Readers see the old rows or the new ones, never neither.
 */
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFrom } from '#platform/postgres/index.ts';
import type { Tx } from '#platform/postgres/index.ts';

const parent = 'strategy.decision_current';

/** `file`: CSV without header in the order of `columns`. Rows of other strategies of the entity are carried over. Answers the rows copied. */
export async function replaceDecisions(
  tx: Tx,
  place: { entityId: string; strategy: string },
  columns: readonly string[],
  file: string,
): Promise<number> {
  const partition = `strategy.decision_current_${randomBytes(4).toString('hex')}`;
  const entity = entityLiteral(place.entityId);
  await tx.query("set local maintenance_work_mem = '256MB'");
  await tx.query(`create table ${partition} (like ${parent} including defaults)`);
  const rows = await copyFrom(tx.client, partition, columns, createReadStream(file, { highWaterMark: 1 << 20 }));
  await tx.query(`insert into ${partition} select * from ${parent} where entity_id = $1 and strategy <> $2`, [
    place.entityId,
    place.strategy,
  ]);
  for (const definition of await indexDefinitions(tx)) await tx.query(definition.replace(`${parent} `, `${partition} `));
  // With this check in place, attaching need not read the rows again.
  await tx.query(`alter table ${partition} add constraint entity check (entity_id is not null and entity_id = ${entity})`);
  await tx.query(`analyze ${partition}`);
  // A writer that waits here must not hold up readers that came before it.
  await tx.query("set local lock_timeout = '20s'");
  for (const old of await partitionsOf(tx, entity)) await tx.query(`drop table ${old}`);
  await tx.query(`alter table ${parent} attach partition ${partition} for values in (${entity})`);
  await tx.query(`alter table ${partition} drop constraint entity`);
  return rows;
}

/** The parent's indexes, unnamed: `CREATE INDEX ON strategy.decision_current USING …`. */
async function indexDefinitions(tx: Tx): Promise<string[]> {
  const rows = await tx.query<{ indexdef: string }>(
    "select indexdef from pg_indexes where schemaname = 'strategy' and tablename = 'decision_current' order by indexname",
  );
  return rows.map(({ indexdef }) => indexdef.replace(/^(CREATE (?:UNIQUE )?INDEX) \S+ ON (?:ONLY )?/, '$1 ON '));
}

async function partitionsOf(tx: Tx, entity: string): Promise<string[]> {
  const rows = await tx.query<{ name: string }>(
    `select format('%I.%I', nspname, relname) as name from pg_inherits
     join pg_class on pg_class.oid = inhrelid join pg_namespace on pg_namespace.oid = relnamespace
     where inhparent = $1::regclass and pg_get_expr(relpartbound, pg_class.oid) = $2`,
    [parent, `FOR VALUES IN (${entity})`],
  );
  return rows.map(({ name }) => name);
}

function entityLiteral(entityId: string): string {
  if (!/^[A-Za-z0-9_-]{1,40}$/.test(entityId)) throw new RangeError(`${JSON.stringify(entityId)} cannot name a legal entity`);
  return `'${entityId}'`;
}
