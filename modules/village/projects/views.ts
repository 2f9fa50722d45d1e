/** What the console shows of projects. Everything is read as the reader: areas, households and people outside their grid are not counted. */
import { withSession } from '#platform/postgres/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { VillageConfiguration } from '../configuration.ts';
import type { VillageDeps } from '../deps.ts';
import { fillKey } from '../pool/fill-project.ts';
import { openingKind, projectRefusals } from './contract.ts';
import type { ConfigurationPage, ProjectList, ProjectPage, ProjectQuery, ProjectRow } from './contract.ts';
import { readProject } from './open-project.ts';
import { readableFormula } from './readable-formula.ts';

interface Row {
  project_id: bigint;
  name: string;
  batch_no: string;
  product: string;
  state: ProjectRow['state'];
  starts_on: string;
  ends_on: string;
  made_by: string;
  maker_name: string | null;
  opened_at: string | null;
  closed_at: string | null;
  areas: bigint;
  places: { grid_code: string; name: string }[] | null;
  households: bigint;
  people: bigint;
}

const shownPlaces = 6;
/** “1组” is in every village: a group is told with its village. */
const areaName = `coalesce(case when length(a.grid_code) > 12 then v.name || ' ' || n.name else n.name end, a.grid_code)`;
const joinNames = `left join population.grid_node n on n.entity_id = a.entity_id and n.grid_code = a.grid_code
    left join population.grid_node v on v.entity_id = a.entity_id and v.grid_code = left(a.grid_code, 12)`;

/** A project without a single area in the reader's grid is none of theirs. */
const rowsSql = (condition: string): string => `
  select p.project_id, p.name, p.batch_no, p.product, p.state, p.starts_on, p.ends_on, p.made_by, s.name as maker_name, p.opened_at, p.closed_at,
    area.areas, area.places, pool.households, pool.people
  from village.project p
  left join organization.staff s on s.entity_id = p.entity_id and s.staff_id = p.made_by
  cross join lateral (
    select count(*) as areas, (array_agg(jsonb_build_object('grid_code', a.grid_code, 'name', ${areaName}) order by a.grid_code))[1:${shownPlaces}]
      as places
    from village.area a ${joinNames}
    where a.project_id = p.project_id) as area
  cross join lateral (
    select count(*) as households, coalesce(sum(members), 0) as people from village.household h
    where h.project_id = p.project_id and h.state <> 'merged') as pool
  where area.areas > 0 and ${condition}
  order by p.project_id desc`;

export async function listProjects(tx: Tx, query: ProjectQuery, today: Temporal.PlainDate): Promise<ProjectList> {
  const rows = await tx.query<Row>(`${rowsSql('($1::text is null or p.state = $1)')} limit 200`, [query.state ?? null]);
  return { items: rows.map((row) => rowOf(row, today)) };
}

/** @throws Problem project_unknown */
export async function readProjectPage(deps: VillageDeps, session: Session, projectId: bigint): Promise<ProjectPage> {
  const job = (await deps.jobs?.progress(session.entityId, fillKey(projectId))) ?? null;
  return withSession(deps.db, session, async (tx) => {
    const [row] = await tx.query<Row>(rowsSql('p.project_id = $1'), [projectId]);
    if (!row) throw refuse(projectRefusals, 'project_unknown');
    const project = await readProject(tx, session.entityId, projectId);
    const areas = await readAreas(tx, projectId);
    return {
      ...rowOf(row, deps.clock.today()),
      rounds: project.rounds,
      reviewers: project.reviewers,
      weighs_reviewers: project.weighs_reviewers,
      targets: project.targets,
      take_rule: project.take_rule,
      configuration: project.configuration,
      is_configuration_current: deps.configurationOf(session.entityId).hash === project.configuration,
      areas_list: areas,
      filling: {
        areas: areas.length,
        filled: areas.filter(({ filled_at }) => filled_at !== null).length,
        error: job?.state === 'failed' ? job.error : null,
      },
      shades: await countShades(tx, projectId),
      opening: await openProposal(tx, projectId),
    };
  });
}

async function readAreas(tx: Tx, projectId: bigint): Promise<ProjectPage['areas_list']> {
  const rows = await tx.query<{ grid_code: string; name: string; filled_at: string | null; households: bigint; people: bigint }>(
    `select a.grid_code, ${areaName} as name, a.filled_at, coalesce(pool.households, 0) as households, coalesce(pool.people, 0) as people
     from village.area a
     ${joinNames}
     left join lateral (
       select count(*) as households, sum(members) as people from village.household h
       where h.project_id = a.project_id and h.grid_code ^@ a.grid_code and h.state <> 'merged') as pool on true
     where a.project_id = $1 order by a.grid_code`,
    [projectId],
  );
  return rows.map((row) => ({ ...row, households: Number(row.households), people: Number(row.people) }));
}

async function countShades(tx: Tx, projectId: bigint): Promise<ProjectPage['shades']> {
  const rows = await tx.query<{ shade: 'white' | 'grey' | 'black'; n: bigint }>(
    "select shade, count(*) as n from village.household where project_id = $1 and state <> 'merged' group by 1",
    [projectId],
  );
  const of = (shade: string): number => Number(rows.find((row) => row.shade === shade)?.n ?? 0n);
  return { white: of('white'), grey: of('grey'), black: of('black') };
}

async function openProposal(tx: Tx, projectId: bigint): Promise<string | null> {
  const [row] = await tx.query<{ proposal_id: string }>(
    "select proposal_id from change.proposal where kind = $1 and subject = $2 and state = 'proposed'",
    [openingKind, `V${projectId}`],
  );
  return row?.proposal_id ?? null;
}

function rowOf(row: Row, today: Temporal.PlainDate): ProjectRow {
  return {
    project_id: `V${row.project_id}`,
    name: row.name,
    batch_no: row.batch_no,
    product: row.product,
    state: row.state,
    starts_on: row.starts_on,
    ends_on: row.ends_on,
    days_left: today.until(Temporal.PlainDate.from(row.ends_on)).days,
    areas: Number(row.areas),
    places: row.places ?? [],
    households: Number(row.households),
    people: Number(row.people),
    made_by: { staff_id: row.made_by, name: row.maker_name ?? row.made_by },
    opened_at: row.opened_at,
    closed_at: row.closed_at,
  };
}

/** A configuration as people read it. */
export function configurationPageOf({ settings, exclusions, forms, formulas, hash }: VillageConfiguration): ConfigurationPage {
  const kinds = Object.entries(exclusions).map(([code, { zh, en, treatment, record_makes_hard, evidence }]) => {
    return { code, name: { zh, en }, treatment, record_makes_hard, evidence: [...evidence] };
  });
  return {
    ...settings,
    hash,
    kinds,
    forms: { evaluation: { ...forms.evaluation }, visit: { ...forms.visit } },
    formulas: {
      prefilter: readableFormula(formulas.prefilter, 'prefilter'),
      aggregate: readableFormula(formulas.aggregate, 'aggregate'),
      take: readableFormula(formulas.take, 'take'),
    },
  };
}
