/** Makes a screening the one that lists and charts read: rows and counts go from Parquet to PostgreSQL and change place together. */
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyFrom, replacePartitions, withOwner } from '#platform/postgres/index.ts';
import type { Database, Tx } from '#platform/postgres/index.ts';
import { nameLiteral, textLiteral } from '#platform/warehouse/index.ts';
import type { Warehouse, WarehouseSession } from '#platform/warehouse/index.ts';
import { limitBandFen, rateBandPpm } from '../contract.ts';
import { allocationQuery } from './allocation.ts';
import { sceneOf } from './screen.ts';
import type { Strategy } from '../definition/strategy.ts';
import type { ScoreMean } from '../explanation/score-mean.ts';

export interface Screening {
  entityId: string;
  /** The version it was screened with. */
  strategy: Strategy;
  asOf: string;
  screenedAt: string;
  /** Parquet written by `screen`. */
  decisions: string;
  /** Indicator Parquet it was screened from: place and household of each person. */
  indicators: string;
  means: readonly ScoreMean[];
}

const decisionColumns = [
  'entity_id',
  'strategy',
  'person_id',
  'household_id',
  'grid_code',
  'segment',
  'outcome',
  'limit_fen',
  'rate_ppm',
  'score',
  'reasons',
  'allocated_fen',
  'room_shared_by',
];
const countColumns = [
  'entity_id',
  'strategy',
  'grid_code',
  'outcome',
  'segment',
  'limit_band',
  'rate_band',
  'people',
  'limit_fen',
  'allocated_fen',
];
const reasonColumns = ['entity_id', 'strategy', 'grid_code', 'outcome', 'segment', 'code', 'people'];

/** Answers the number of people published. */
export async function publishScreening(db: Database, warehouse: Warehouse, screening: Screening): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'qianmo-screening-'));
  try {
    const file = (name: string): string => join(folder, `${name}.csv`);
    await warehouse.session((session) => writeTables(session, screening, file));
    return await withOwner(db, (tx) => exchange(tx, screening, file));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeTables(session: WarehouseSession, screening: Screening, file: (name: string) => string): Promise<void> {
  const key = `${textLiteral(screening.entityId)}, ${textLiteral(screening.strategy.name)}`;
  await session.run(`create or replace temp view placed as
    select d.*, i.household_id, i.grid_code
    from read_parquet(${textLiteral(screening.decisions)}) as d
    join read_parquet(${textLiteral(screening.indicators)}) as i using (person_id)`);
  await session.run(`create or replace temp table allocated as
    select placed.*, allocated_fen, room_shared_by from placed left join (${sharesOf(screening)}) as shares using (person_id)`);
  const write = (name: string, query: string): Promise<void> =>
    session.run(`copy (${query}) to ${textLiteral(file(name))} (format csv, header false)`);
  await write(
    'decision_current',
    `select ${key}, person_id, household_id, grid_code, segment, outcome, limit_fen, rate_ppm, score,
      '{' || array_to_string(reasons, ',') || '}', allocated_fen, room_shared_by from allocated order by grid_code, person_id`,
  );
  // The large nodes only: a village is counted in milliseconds when somebody looks.
  const nodes = `(select *, unnest([left(grid_code, 6), case when grid_code like '______000000' then grid_code else left(grid_code, 9) end]) as node from allocated)`;
  await write(
    'decision_count',
    `select ${key}, node, outcome, segment, limit_fen // ${limitBandFen}, rate_ppm // ${rateBandPpm}, count(*), coalesce(sum(limit_fen), 0),
       coalesce(sum(allocated_fen), 0)
     from ${nodes} group by all order by all`,
  );
  await write(
    'reason_count',
    `select ${key}, node, outcome, segment, code, count(*)
     from (select node, outcome, segment, unnest(reasons) as code from ${nodes}) group by all order by all`,
  );
}

/** Shares of the households' rooms; whole limits where the strategy knows no household. */
function sharesOf({ strategy, indicators, asOf }: Screening): string {
  const { household } = strategy.definition.description;
  if (!household) return "select person_id, limit_fen as allocated_fen, null as room_shared_by from placed where outcome = 'approve'";
  const rooms = strategy.compiled.toSql({
    decisions: [household.room, household.least],
    from: sceneOf(strategy, indicators, asOf),
    keep: ['person_id'],
  });
  // A person on no roll is a household of one, as in the exposure.
  return allocationQuery(`(select person_id, coalesce(household_id, person_id) as household, score, limit_fen,
      min(${nameLiteral(household.room)}::bigint) over (partition by household) as room_fen,
      coalesce(max(${nameLiteral(household.least)}::bigint) over (partition by household), 0) as least_fen
    from placed join (${rooms}) as rooms using (person_id) where outcome = 'approve' and limit_fen is not null)`);
}

async function exchange(tx: Tx, screening: Screening, file: (name: string) => string): Promise<number> {
  const { entityId } = screening;
  const { name: strategy, version } = screening.strategy;
  // One publication of an entity at a time; the second waits and then replaces the first.
  await tx.query("select pg_advisory_xact_lock(hashtext('strategy.publish'), hashtext($1))", [entityId]);
  for (const [table, columns] of [
    ['decision_count', countColumns],
    ['reason_count', reasonColumns],
  ] as const) {
    await tx.query(`delete from strategy.${table} where entity_id = $1 and strategy = $2`, [entityId, strategy]);
    await copyFrom(tx.client, `strategy.${table}`, columns, createReadStream(file(table)));
  }
  await tx.query('delete from strategy.score_mean where entity_id = $1 and strategy = $2', [entityId, strategy]);
  for (const { card, characteristic, mean, people } of screening.means) {
    await tx.query('insert into strategy.score_mean values ($1, $2, $3, $4, $5, $6)', [
      entityId,
      strategy,
      card,
      characteristic,
      mean,
      people,
    ]);
  }
  const table = 'strategy.decision_current';
  const { [table]: rows } = await replacePartitions(tx, entityId, [
    { table, columns: decisionColumns, files: [file('decision_current')], keep: { where: 'strategy <> $1', value: strategy } },
  ]);
  if (rows === undefined) throw new Error(`${table} was not replaced`);
  await tx.query(
    `insert into strategy.screening (entity_id, strategy, strategy_version, as_of, people, screened_at, is_allocated)
     values ($1, $2, $3, $4, $5, $6, true)
     on conflict (entity_id, strategy) do update set strategy_version = excluded.strategy_version, as_of = excluded.as_of,
       people = excluded.people, screened_at = excluded.screened_at, is_allocated = excluded.is_allocated`,
    [entityId, strategy, version, screening.asOf, rows, screening.screenedAt],
  );
  return rows;
}
