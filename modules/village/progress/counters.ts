/** What the counters say about a part of the grid, summed in the database to the lines that are asked for. Under the reader's session: their scope is the total. */
import type { Tx } from '#platform/postgres/index.ts';
import { Where } from '#platform/postgres/index.ts';
import type { UnitKind } from './contract.ts';
import { stageNumbers } from './stages.ts';

export interface Counter {
  /** Empty: belongs to no unit of this kind. */
  unit: string;
  stage: number;
  /** Whole weeks ago, the last seven days being 0. */
  week: number;
  people: number;
  households: number;
  amount_fen: bigint;
}

export interface Asked {
  readonly projectId: bigint;
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
  // The branch whose people look after the smallest part of the grid that the group lies in.
  branch: {
    unit: `coalesce(branch_of.institution_id, '')`,
    join: `left join (
      select distinct on (node.grid_code) node.grid_code, staff.institution_id
      from population.grid_node node
      join organization.grid_assignment held on held.entity_id = node.entity_id
        and held.grid_code in (left(node.grid_code, 6), left(node.grid_code, 9), left(node.grid_code, 12), node.grid_code)
      join organization.staff staff on staff.entity_id = held.entity_id and staff.staff_id = held.staff_id and staff.is_active
      join organization.institution office on office.entity_id = staff.entity_id and office.institution_id = staff.institution_id
        and office.kind = 'branch'
      where length(node.grid_code) >= 12
      order by node.grid_code, length(held.grid_code) desc, staff.institution_id) branch_of using (grid_code)`,
  },
};

function scopeOf({ projectId, grid }: Asked): Where {
  return new Where().add((place) => `counter.project_id = ${place(projectId)}`).startsWith('counter.grid_code', grid);
}

/** One row a unit, stage and week. */
export function readCounters(tx: Tx, asked: Asked, kind: UnitKind): Promise<Counter[]> {
  const where = scopeOf(asked);
  const today = `$${where.values.push(asked.today)}`;
  const { unit, join } = units[kind];
  return tx.query<Counter>(
    `select ${unit} as unit, counter.stage, greatest(0, (${today}::date - counter.day) / 7) as week,
       sum(counter.people)::int as people, sum(counter.households)::int as households, sum(counter.amount_fen)::bigint as amount_fen
     from village.progress_day counter ${join} ${where.sql} group by 1, 2, 3`,
    where.values,
  );
}

export interface Extent {
  unit: string;
  villages: number;
  groups: number;
  /** On which its first household came into the pool. */
  first_day: string;
}

/** How many villages and groups of the project each unit has, and since when. */
export function readExtents(tx: Tx, asked: Asked, kind: UnitKind): Promise<Extent[]> {
  const where = scopeOf(asked).add(() => `counter.stage = ${stageNumbers.collected} and counter.households > 0`);
  const { unit, join } = units[kind];
  return tx.query<Extent>(
    `select unit, count(distinct left(grid_code, 12))::int as villages, count(distinct grid_code)::int as groups, min(day) as first_day from (
       select ${unit} as unit, counter.grid_code, counter.day from village.progress_day counter ${join} ${where.sql}) as lying group by 1`,
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
  const [names, households] = [`$${where.values.push([...wanted.keys()])}`, `$${where.values.push([...wanted.values()])}`];
  const rows = await tx.query<{ unit: string; day: string }>(
    `select unit, min(day) as day from (
       select ${unit} as unit, counter.day, sum(sum(counter.households)) over (partition by ${unit} order by counter.day) as so_far
       from village.progress_day counter ${join} ${where.sql} group by 1, 2) as course
     join unnest(${names}::text[], ${households}::int[]) as wanted (unit, households) using (unit)
     where so_far >= wanted.households group by 1`,
    where.values,
  );
  return new Map(rows.map((row) => [row.unit, row.day]));
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
