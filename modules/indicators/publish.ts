/** Makes a run the one that is read online: rows go from Parquet to PostgreSQL and change place in one transaction. */
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyFrom, withOwner } from '#platform/postgres/index.ts';
import type { Database, Tx } from '#platform/postgres/index.ts';
import { nameLiteral, textLiteral } from '#platform/warehouse/index.ts';
import type { WarehouseSession } from '#platform/warehouse/index.ts';
import type { Catalogue } from './indicator.ts';
import { lineColumns, lineFormat } from './line.ts';
import type { Statistic } from './statistic.ts';
import type { Tags } from './tag.ts';

export interface FinishedRun {
  entityId: string;
  asOf: string;
  finishedAt: string;
  persons: number;
  seconds: number;
  catalogue: Catalogue;
  /** The wide Parquet file. */
  file: string;
}

/**
 * An earlier day is kept as a run with its statistics, but does not take the place of newer values. Answers whether it did. `statistics` is
 * worked out by DuckDB while PostgreSQL takes in the rows.
 */
export async function publishRun(
  db: Database,
  session: WarehouseSession,
  run: FinishedRun,
  tags: Tags,
  statistics: () => Promise<readonly Statistic[]>,
): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'qianmo-indicators-'));
  try {
    const files = { person: join(folder, 'person.csv'), tagCount: join(folder, 'tag-count.csv') };
    await writeTables(session, run, tags, files);
    return await withOwner(db, async (tx) => {
      // One publication of an entity at a time; the second waits and then replaces the first.
      await tx.query("select pg_advisory_xact_lock(hashtext('indicators.publish'), hashtext($1))", [run.entityId]);
      const [newer] = await tx.query('select 1 from indicators.online where entity_id = $1 and as_of > $2', [run.entityId, run.asOf]);
      if (newer) {
        await recordRun(tx, run, await statistics());
        return false;
      }
      const [partition, found] = await Promise.all([fillPartition(tx, run, files.person), statistics()]);
      await recordRun(tx, run, found);
      await exchange(tx, run, partition, files.tagCount);
      return true;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeTables(
  session: WarehouseSession,
  run: FinishedRun,
  tags: Tags,
  files: { person: string; tagCount: string },
): Promise<void> {
  const codes = run.catalogue.indicators.map((indicator) => indicator.definition.code);
  const source = tags.sql(`read_parquet(${textLiteral(run.file)})`, ['person_id', 'grid_code', ...codes]);
  const carried = tags.list.map(({ tag }) => `CASE WHEN ${nameLiteral(tag)} THEN ',${tag}' ELSE '' END`).join(', ');
  const entity = textLiteral(run.entityId);
  const before = `${entity} || ',' || person_id || ',' || grid_code || ',"{' || substr(concat(${carried}), 2) || '}",'`;
  const columns = [before, ...lineColumns(run.catalogue.indicators)].join(', ');
  await session.run(`copy (select ${columns} from (${source})) to ${textLiteral(files.person)} (${lineFormat})`);
  const counts = tags.list.map(({ tag }) => `count(*) FILTER (WHERE ${nameLiteral(tag)}) AS ${nameLiteral(tag)}`).join(', ');
  const narrow = tags.sql(`read_parquet(${textLiteral(run.file)})`, ['grid_code']);
  await session.run(
    `copy (select ${entity}, grid_code, tag, people from (unpivot (select grid_code, ${counts} from (${narrow}) group by grid_code)
       on columns(* exclude (grid_code)) into name tag value people) where people > 0 order by all)
     to ${textLiteral(files.tagCount)} (format csv, header false)`,
  );
}

async function recordRun(tx: Tx, run: FinishedRun, statistics: readonly Statistic[]): Promise<void> {
  const key = [run.entityId, run.asOf];
  const codes = run.catalogue.indicators.map((indicator) => indicator.definition.code);
  await tx.query('delete from indicators.run where entity_id = $1 and as_of = $2', key);
  await tx.query(
    'insert into indicators.run (entity_id, as_of, finished_at, persons, seconds, catalogue_hash, codes) values ($1, $2, $3, $4, $5, $6, $7)',
    [...key, run.finishedAt, run.persons, run.seconds, run.catalogue.hash, codes],
  );
  await tx.query(
    `insert into indicators.statistic (entity_id, as_of, code, known, distinct_count, middle, drift_psi, shape)
     select $1, $2, s.code, s.known, s.distinct_count, s.middle, s.drift_psi, s.shape
     from jsonb_to_recordset($3::jsonb) as s (code text, known integer, distinct_count integer, middle double precision, drift_psi double precision, shape jsonb)`,
    [...key, JSON.stringify(statistics)],
  );
}

/** Created and filled in one transaction: PostgreSQL then need not write the rows to its log as well. Answers the partition's name. */
async function fillPartition(tx: Tx, run: FinishedRun, file: string): Promise<string> {
  const partition = `indicators.person_${randomBytes(4).toString('hex')}`;
  await tx.query("set local maintenance_work_mem = '256MB'");
  await tx.query(`create table ${partition} (like indicators.person including defaults)`);
  const columns = ['entity_id', 'person_id', 'grid_code', 'tags', 'line'];
  const rows = await copyFrom(tx.client, partition, columns, createReadStream(file, { highWaterMark: 1 << 20 }));
  if (rows !== run.persons) throw new Error(`${rows} persons went online where ${run.persons} were computed`);
  await tx.query(`create unique index on ${partition} (entity_id, person_id)`);
  return partition;
}

async function exchange(tx: Tx, run: FinishedRun, partition: string, tagCounts: string): Promise<void> {
  const entity = entityLiteral(run.entityId);
  // With this check in place, attaching need not read the rows again.
  await tx.query(`alter table ${partition} add constraint entity check (entity_id is not null and entity_id = ${entity})`);
  await tx.query(`analyze ${partition}`);
  await tx.query("set local lock_timeout = '20s'");
  const old = await tx.query<{ name: string }>(
    `select format('%I.%I', nspname, relname) as name from pg_inherits
     join pg_class on pg_class.oid = inhrelid join pg_namespace on pg_namespace.oid = relnamespace
     where inhparent = 'indicators.person'::regclass and pg_get_expr(relpartbound, pg_class.oid) = $1`,
    [`FOR VALUES IN (${entity})`],
  );
  for (const { name } of old) await tx.query(`drop table ${name}`);
  await tx.query(`alter table indicators.person attach partition ${partition} for values in (${entity})`);
  await tx.query(`alter table ${partition} drop constraint entity`);
  await tx.query('delete from indicators.tag_count where entity_id = $1', [run.entityId]);
  await copyFrom(tx.client, 'indicators.tag_count', ['entity_id', 'grid_code', 'tag', 'people'], createReadStream(tagCounts));
  await tx.query(
    `insert into indicators.online (entity_id, as_of, codes) values ($1, $2, $3)
     on conflict (entity_id) do update set as_of = excluded.as_of, codes = excluded.codes`,
    [run.entityId, run.asOf, run.catalogue.indicators.map((indicator) => indicator.definition.code)],
  );
}

function entityLiteral(entityId: string): string {
  if (!/^[A-Za-z0-9_-]{1,40}$/.test(entityId)) throw new RangeError(`${JSON.stringify(entityId)} cannot name a legal entity`);
  return `'${entityId}'`;
}
