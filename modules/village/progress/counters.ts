/**
 * What the counters say about a part of the grid, summed in the database to the lines that are asked for. Under the reader's session: their scope is the
 * total, and it is said once more as ranges of grid codes, because a range is found by an index and row-level security's own condition is not.
 */
import type { Session, Tx } from '#platform/postgres/index.ts';
import { Where } from '#platform/postgres/index.ts';
import type { UnitKind } from './contract.ts';
import { stageNumbers } from './stages.ts';

/** Longer than any project runs. */
export const longestWeeks = 262;

/** Where households stand now. */
export interface Total {
  /** Empty: belongs to no unit of this kind. */
  unit: string;
  stage: number;
  people: number;
  households: number;
  amount_fen: bigint;
}

/** How many came to a stage in a week. */
export interface Gain {
  /** Null: everything that is looked at as one. */
  unit: string | null;
  stage: number;
  /** Whole weeks ago, the last seven days being 0. */
  week: number;
  households: number;
}

export interface Asked {
  readonly projectId: bigint;
  readonly session: Session;
  readonly grid: string | undefined;
  readonly today: string;
}

const gridUnit = (digits: number): string => `left(counter.grid_code, ${digits})`;
/** `whole`: everything that is looked at as one. */
type Kind = UnitKind | 'whole';

/** Counters joined to whose they are. */
const units: Record<Kind, { unit: string; join: string }> = {
  whole: { unit: `''::text`, join: '' },
  township: { unit: gridUnit(9), join: '' },
  village: { unit: gridUnit(12), join: '' },
  group: { unit: 'counter.grid_code', join: '' },
  manager: { unit: 'counter.manager_id', join: '' },
  branch: { unit: `coalesce(branch_of.institution_id, '')`, join: 'left join branch_of using (grid_code)' },
};

/**
 * The branch whose people look after the smallest part of the grid that a group lies in. Worked out once in a query and group by group, because joined
 * row by row it costs more than all the sums.
 */
const branches = `
  with held as materialized (
    select distinct on (held.grid_code) held.grid_code, staff.institution_id
    from organization.grid_assignment held
    join organization.staff staff on staff.entity_id = held.entity_id and staff.staff_id = held.staff_id and staff.is_active
    join organization.institution office on office.entity_id = staff.entity_id and office.institution_id = staff.institution_id
      and office.kind = 'branch'
    order by held.grid_code, staff.institution_id),
  branch_of as materialized (
    select node.grid_code, coalesce(own.institution_id, village.institution_id, township.institution_id, county.institution_id) as institution_id
    from population.grid_node node
    left join held own on own.grid_code = node.grid_code
    left join held village on village.grid_code = left(node.grid_code, 12)
    left join held township on township.grid_code = left(node.grid_code, 9)
    left join held county on county.grid_code = left(node.grid_code, 6)
    where length(node.grid_code) >= 12)`;
const withOf = (kind: Kind): string => (kind === 'branch' ? branches : '');

function scopeOf({ projectId, session, grid }: Asked, column = 'counter.grid_code'): Where {
  const where = new Where().add((place) => `counter.project_id = ${place(projectId)}`);
  return where.startsWithAny(column, session.scopes).startsWith(column, grid);
}

/** The course of whole villages, unless the reader sees or asks for less than one: then that of groups. */
function courseOf({ session, grid }: Asked): string {
  const isBroad = session.scopes.every((scope) => scope.length <= 12) && (grid ?? '').length <= 12;
  if (!isBroad) return 'village.progress_day';
  return '(select project_id, village_code as grid_code, stage, day, households from village.progress_village)';
}

/** How many weeks are looked back on. */
export interface Look {
  /** By unit, of the granted and of the collected; of everything as one, all stages that have a course. */
  readonly granted: number;
  readonly collected: number;
  readonly whole: number;
}

interface Line {
  what: 'total' | 'gain' | 'course';
  unit: string;
  stage: number;
  week: number | null;
  people: number | null;
  households: number;
  amount_fen: bigint | null;
}

/** Totals and gains by one statement: what is told of now and of then is of one moment. */
export async function readCounters(tx: Tx, asked: Asked, kind: UnitKind, look: Look): Promise<{ totals: Total[]; gains: Gain[] }> {
  const where = scopeOf(asked);
  const today = `$${where.values.push(asked.today)}::date`;
  const { unit, join } = units[kind];
  const week = `greatest(0, (${today} - counter.day) / 7)`;
  const since = (weeks: number): string => `counter.day > ${today} - ${7 * weeks}`;
  const course = `
    select 'course', '', counter.stage, least(${look.whole}, ${week}), null::int, sum(counter.households)::int, null::bigint
    from ${courseOf(asked)} counter ${where.sql} group by 3, 4`;
  const rows = await tx.query<Line>(
    `${withOf(kind)}
     select 'total' as what, ${unit} as unit, counter.stage, null::int as week, sum(counter.people)::int as people,
       sum(counter.households)::int as households, sum(counter.amount_fen)::bigint as amount_fen
     from village.progress_total counter ${join} ${where.sql} group by 2, 3
     union all
     select 'gain', ${unit}, counter.stage, ${week}, null::int, sum(counter.households)::int, null::bigint
     from village.progress_day counter ${join} ${where.sql}
       and (counter.stage = ${stageNumbers.granted} and ${since(look.granted)} or counter.stage = ${stageNumbers.collected} and ${since(look.collected)})
     group by 2, 3, 4
     ${look.whole === 0 ? '' : `union all ${course}`}`,
    where.values,
  );
  return {
    totals: rows
      .filter(({ what }) => what === 'total')
      .map((row) => ({ ...row, people: row.people ?? 0, amount_fen: row.amount_fen ?? 0n })),
    gains: rows
      .filter(({ what }) => what !== 'total')
      .map((row) => ({ ...row, unit: row.what === 'course' ? null : row.unit, week: row.week ?? 0 })),
  };
}

export interface Extent {
  /** Null: everything that is looked at as one, where a village of several units counts once. */
  unit: string | null;
  villages: number;
  groups: number;
  /** On which its first household came into the pool; null where none has. */
  first_day: string | null;
}

/** How many villages and groups of the project each unit has, and all of them together, and since when. */
export function readExtents(tx: Tx, asked: Asked, kind: UnitKind): Promise<Extent[]> {
  const where = scopeOf(asked).add(() => `counter.stage = ${stageNumbers.collected} and counter.households > 0`);
  const { unit, join } = units[kind];
  return tx.query<Extent>(
    `${withOf(kind)} select unit, count(distinct left(grid_code, 12))::int as villages, count(distinct grid_code)::int as groups, min(day) as first_day from (
       select ${unit} as unit, counter.grid_code, counter.day from village.progress_day counter ${join} ${where.sql}) as lying
     group by grouping sets ((unit), ())`,
    where.values,
  );
}

/** The day on which each of these units came to so many households at a stage. */
export async function readReachedDays(
  tx: Tx,
  asked: Asked,
  kind: Kind,
  stage: number,
  wanted: ReadonlyMap<string, number>,
): Promise<Map<string, string>> {
  if (wanted.size === 0) return new Map();
  const where = scopeOf(asked).add((place) => `counter.stage = ${place(stage)}`);
  const { unit, join } = units[kind];
  const isOfVillages = kind === 'whole' || kind === 'township' || kind === 'village';
  const [names, households] = [`$${where.values.push([...wanted.keys()])}`, `$${where.values.push([...wanted.values()])}`];
  const rows = await tx.query<{ unit: string; day: string }>(
    `${withOf(kind)} select unit, min(day) as day from (
       select ${unit} as unit, counter.day, sum(sum(counter.households)) over (partition by ${unit} order by counter.day) as so_far
       from ${isOfVillages ? courseOf(asked) : 'village.progress_day'} counter ${join} ${where.sql} group by 1, 2) as course
     join unnest(${names}::text[], ${households}::int[]) as wanted (unit, households) using (unit)
     where so_far >= wanted.households group by 1`,
    where.values,
  );
  return new Map(rows.map((row) => [row.unit, row.day]));
}

/** Of an earlier project: households by stage and whole weeks since its start. */
export async function readCourseSince(tx: Tx, asked: Asked, from: string): Promise<{ stage: number; week: number; households: number }[]> {
  const where = scopeOf(asked).add((place) => `counter.stage in (${place(stageNumbers.collected)}, ${place(stageNumbers.granted)})`);
  const start = `$${where.values.push(from)}`;
  return tx.query(
    `select counter.stage, greatest(0, (counter.day - ${start}::date + 6) / 7) as week, sum(counter.households)::int as households
     from ${courseOf(asked)} counter ${where.sql} group by 1, 2`,
    where.values,
  );
}

/** Who keeps most of a village's households. */
export async function readKeepers(tx: Tx, asked: Asked): Promise<Map<string, string>> {
  const where = scopeOf(asked).add(() => `counter.stage = ${stageNumbers.collected} and counter.manager_id <> ''`);
  const rows = await tx.query<{ code: string; name: string }>(
    `select distinct on (code) code, coalesce(staff.name, manager_id) as name from (
       select left(counter.grid_code, 12) as code, counter.manager_id, sum(counter.households) as households
       from village.progress_total counter ${where.sql} group by 1, 2) as held
     left join organization.staff staff on staff.staff_id = held.manager_id
     where households > 0 order by code, households desc, manager_id`,
    where.values,
  );
  return new Map(rows.map(({ code, name }) => [code, name]));
}

/** Names of units; what has none is told by its code. */
export async function readUnitNames(tx: Tx, kind: UnitKind, codes: readonly string[]): Promise<Map<string, string>> {
  const text = {
    branch: 'select institution_id as code, name from organization.institution where institution_id = any($1::text[])',
    manager: 'select staff_id as code, name from organization.staff where staff_id = any($1::text[])',
    grid: 'select grid_code as code, name from population.grid_node where grid_code = any($1::text[])',
  }[kind === 'branch' || kind === 'manager' ? kind : 'grid'];
  const rows = await tx.query<{ code: string; name: string }>(text, [codes]);
  return new Map(rows.map((row) => [row.code, row.name]));
}
