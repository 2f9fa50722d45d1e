/** What the console shows of evaluation, read under the reader's session. */
import { refuse } from '#platform/http/index.ts';
import { readPage, Where } from '#platform/postgres/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import type { Project } from '../projects/open-project.ts';
import { alerts, evaluationRefusals } from './contract.ts';
import type { EvaluatedRow, GroupRow, Outcome, Reviewer } from './contract.ts';
import { told } from './settle.ts';
import { ratedSql } from './sheet.ts';

const invalidCursor = (): Error => refuse(evaluationRefusals, 'cursor_invalid');
interface Paging {
  readonly grid?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

const permilleOf = (share: string | null): number | null => (share === null ? null : Math.round(Number(share) * 1000));

// ── reviewers ────────────────────────────────────────────────────────────────

interface ReviewerRow {
  reviewer_id: bigint;
  name: string;
  phone_masked: string | null;
  person_id: string | null;
  grid_code: string;
  village: string | null;
  qualification: string;
  is_committee: boolean;
  state: Reviewer['state'];
  oath_at: string | null;
  dismissed_for: string | null;
  asked: number;
  answered: number;
  recused: number;
  rows: number | null;
  valid: number;
  agreement: string | null;
  median_seconds: string | null;
  identical_share: string | null;
  maximum_share: string | null;
  bad_share: string | null;
  reliability: string | null;
  alerts: string[] | null;
  computed_at: string;
}

const reviewerSelect = `r.reviewer_id, r.name, r.phone_masked, r.person_id, r.grid_code, n.name as village, r.qualification, r.is_committee, r.state, r.oath_at,
  r.dismissed_for, s.asked, s.answered, s.recused, q.rows, q.valid, q.agreement, q.median_seconds, q.identical_share, q.maximum_share, q.bad_share,
  q.reliability, q.alerts, q.computed_at`;
const reviewerTable = `village.reviewer r
  left join population.grid_node n on n.entity_id = r.entity_id and n.grid_code = r.grid_code
  left join village.reviewer_quality q on q.project_id = r.project_id and q.reviewer_id = r.reviewer_id
  cross join lateral (
    select count(*) filter (where s.recusal is null)::int as asked, count(s.answered_at)::int as answered, count(s.recusal)::int as recused
    from village.sheet_row s join village.group_round g using (project_id, round, grid_code, attempt) where s.reviewer_id = r.reviewer_id) s`;

export async function listReviewers(
  tx: Tx,
  project: Project,
  { grid, cursor, limit }: Paging,
): Promise<{ items: Reviewer[]; next: string | null }> {
  const where = new Where().add((place) => `r.project_id = ${place(project.project_id)}`).startsWith('r.grid_code', grid);
  const { rows, nextCursor } = await readPage<ReviewerRow>(tx, {
    table: reviewerTable,
    id: 'r.reviewer_id',
    select: reviewerSelect,
    where,
    sort: { column: 'r.grid_code', type: 'text', nullable: false },
    descending: false,
    limit,
    cursor,
    invalidCursor,
  });
  return { items: rows.map((row) => reviewerOf(project, row)), next: nextCursor };
}

function reviewerOf({ rules }: Project, row: ReviewerRow): Reviewer {
  const { reviewer_id, name, phone_masked, person_id, grid_code, is_committee, state, oath_at, dismissed_for, asked, answered, recused } =
    row;
  return {
    reviewer_id: `R${reviewer_id}`,
    name,
    phone_masked,
    person_id,
    grid_code,
    village: row.village ?? grid_code,
    qualification: {
      code: row.qualification,
      name: rules.settings.qualifications[row.qualification] ?? { zh: row.qualification, en: row.qualification },
    },
    is_committee,
    state,
    oath_at,
    dismissed_for,
    asked,
    answered,
    recused,
    quality:
      row.rows === null
        ? null
        : {
            rows: row.rows,
            valid: row.valid,
            agreement: permilleOf(row.agreement),
            median_seconds: row.median_seconds === null ? null : Number(row.median_seconds),
            identical: permilleOf(row.identical_share),
            maximum: permilleOf(row.maximum_share),
            bad: permilleOf(row.bad_share),
            reliability: permilleOf(row.reliability),
            alerts: alerts.filter((alert) => row.alerts?.includes(alert)),
            computed_at: row.computed_at,
          },
  };
}

/** Paid by the valid row of the attempts that count: knows the household, and the round was not sent back. */
export async function readFees(tx: Tx, { project_id, rules }: Project, grid: string | undefined) {
  const fee = BigInt(rules.settings.panel.fee_per_row_fen);
  const where = new Where().add((place) => `r.project_id = ${place(project_id)}`).startsWith('r.grid_code', grid);
  const rows = await tx.query<{ reviewer_id: bigint; name: string; village: string; rows: number; valid: number }>(
    `select r.reviewer_id, r.name, coalesce(n.name, r.grid_code) as village, count(e.evaluation_id)::int as rows,
       count(e.evaluation_id) filter (where e.knows = 'yes')::int as valid
     from village.reviewer r left join population.grid_node n on n.entity_id = r.entity_id and n.grid_code = r.grid_code
     left join (village.evaluation e join village.group_round g using (project_id, round, grid_code, attempt)) on e.reviewer_id = r.reviewer_id
     ${where.sql} group by 1, 2, 3, r.grid_code having count(e.evaluation_id) > 0 order by r.grid_code, r.reviewer_id`,
    where.values,
  );
  const valid = rows.reduce((sum, row) => sum + row.valid, 0);
  return {
    items: rows.map((row) => ({ ...row, reviewer_id: `R${row.reviewer_id}`, fee_fen: String(BigInt(row.valid) * fee) })),
    fee_per_row_fen: String(fee),
    rows: rows.reduce((sum, row) => sum + row.rows, 0),
    valid,
    total_fen: String(BigInt(valid) * fee),
  };
}

export async function countChannels(tx: Tx, { project_id }: Project, grid: string | undefined) {
  const where = new Where().add((place) => `e.project_id = ${place(project_id)}`).startsWith('e.grid_code', grid);
  const rows = await tx.query<{ channel: 'app' | 'meeting' | 'phone' | 'paper'; n: number }>(
    `select e.channel, count(*)::int as n from village.evaluation e join village.group_round g using (project_id, round, grid_code, attempt)
     ${where.sql} group by 1`,
    where.values,
  );
  const counted = (channel: string): number => rows.find((row) => row.channel === channel)?.n ?? 0;
  return { app: counted('app'), meeting: counted('meeting'), phone: counted('phone'), paper: counted('paper') };
}

// ── groups ───────────────────────────────────────────────────────────────────

interface GroupBase {
  grid_code: string;
  households: number;
}
interface GroupDetail {
  grid_code: string;
  village: string | null;
  group: string | null;
  rated: number;
  state: GroupRow['state'] | null;
  attempt: number | null;
  due_on: string | null;
  asked: number;
  answered: number;
  recused: number;
  reviewers: { reviewer_id: number; name: string; is_committee: boolean; asked: number; answered: number }[];
  outcomes: Partial<Record<Outcome, number>>;
  acceptance_id: bigint | null;
  acceptance_state: 'drawn' | 'passed' | 'failed' | null;
}

export async function listGroups(
  tx: Tx,
  { project_id }: Project,
  round: number,
  { grid, cursor, limit }: Paging,
): Promise<{ items: GroupRow[]; next: string | null }> {
  const where = new Where().add((place) => `g.project_id = ${place(project_id)}`).startsWith('g.grid_code', grid);
  const { rows, nextCursor } = await readPage<GroupBase>(tx, {
    table: `(select project_id, grid_code, count(*)::int as households from village.household where state = 'in_pool' and shade <> 'black' group by 1, 2) as g`,
    id: 'g.grid_code',
    select: 'g.grid_code, g.households',
    where,
    sort: { column: 'g.grid_code', type: 'text', nullable: false },
    descending: false,
    limit,
    cursor,
    invalidCursor,
  });
  const details = await readGroups(
    tx,
    project_id,
    round,
    rows.map((row) => row.grid_code),
  );
  const items = rows.flatMap(({ grid_code, households }) => {
    const detail = details.get(grid_code);
    return detail === undefined ? [] : [groupOf(detail, round, households)];
  });
  return { items, next: nextCursor };
}

async function readGroups(tx: Tx, projectId: bigint, round: number, grids: readonly string[]): Promise<Map<string, GroupDetail>> {
  const rows = await tx.query<GroupDetail>(
    `with sheet as (
       select s.grid_code, s.reviewer_id, count(*) filter (where s.recusal is null)::int as asked, count(s.answered_at)::int as answered,
         count(s.recusal)::int as recused
       from village.sheet_row s join village.group_round g using (project_id, round, grid_code, attempt)
       where s.project_id = $1 and s.round = $2 and s.grid_code = any ($3::text[]) group by 1, 2)
     select c.grid_code, v.name as village, n.name as group, g.state, g.attempt, g.due_on, a.acceptance_id, a.state as acceptance_state,
       (select count(*)::int from village.member m join village.household h using (project_id, household_id)
         where h.project_id = $1 and h.grid_code = c.grid_code and ${ratedSql}) as rated,
       coalesce((select sum(asked) from sheet where grid_code = c.grid_code), 0)::int as asked,
       coalesce((select sum(answered) from sheet where grid_code = c.grid_code), 0)::int as answered,
       coalesce((select sum(recused) from sheet where grid_code = c.grid_code), 0)::int as recused,
       coalesce((select jsonb_agg(jsonb_build_object('reviewer_id', r.reviewer_id, 'name', r.name, 'is_committee', r.is_committee, 'asked', s.asked,
           'answered', s.answered) order by r.reviewer_id)
         from sheet s join village.reviewer r using (reviewer_id) where s.grid_code = c.grid_code), '[]') as reviewers,
       coalesce((select jsonb_object_agg(o.outcome, o.n) from (select outcome, count(*)::int as n from village.evaluated
         where project_id = $1 and grid_code = c.grid_code and round = $2 group by 1) o), '{}') as outcomes
     from unnest($3::text[]) as c (grid_code)
     left join village.group_round g on g.project_id = $1 and g.round = $2 and g.grid_code = c.grid_code
     left join village.acceptance a on a.project_id = $1 and a.round = $2 and a.grid_code = c.grid_code and a.attempt = g.attempt
     left join population.grid_node n on n.entity_id = (select organization.current_entity()) and n.grid_code = c.grid_code
     left join population.grid_node v on v.entity_id = (select organization.current_entity()) and v.grid_code = left(c.grid_code, 12)`,
    [projectId, round, grids],
  );
  return new Map(rows.map((row) => [row.grid_code, row]));
}

function groupOf(row: GroupDetail, round: number, households: number): GroupRow {
  const counted = (name: Outcome): number => row.outcomes[name] ?? 0;
  const [waiting, more_reviewers, third_opinion, manual, excluded, evaluated] = [
    counted('waiting'),
    counted('more_reviewers'),
    counted('third_opinion'),
    counted('manual'),
    counted('excluded'),
    counted('evaluated'),
  ];
  return {
    grid_code: row.grid_code,
    village: row.village ?? row.grid_code.slice(0, 12),
    group: row.group ?? row.grid_code.slice(12),
    round,
    state: row.state ?? 'unset',
    attempt: row.attempt ?? 0,
    due_on: row.due_on,
    households,
    rated: row.rated,
    reviewers: row.reviewers.map((one) => ({ ...one, reviewer_id: `R${one.reviewer_id}` })),
    asked: row.asked,
    answered: row.answered,
    recused: row.recused,
    outcomes: { waiting, more_reviewers, third_opinion, manual, excluded, evaluated },
    acceptance:
      row.acceptance_id === null || row.acceptance_state === null
        ? null
        : { acceptance_id: `N${row.acceptance_id}`, state: row.acceptance_state },
  };
}

// ── people ───────────────────────────────────────────────────────────────────

interface Evaluated {
  person_id: string;
  household_id: string;
  name: string;
  grid_code: string;
  place: string;
  round: number;
  outcome: Outcome;
  answers: number;
  valid: number;
  evaluated_fen: bigint | null;
  dispersion: string | null;
  kinds: Record<string, number>;
  steps: EvaluatedRow['steps'];
  settled_as: 'cleared' | 'excluded' | null;
  settled_by: string | null;
  settled_name: string | null;
  settled_at: string | null;
  evidence: string | null;
}

export async function listEvaluated(
  tx: Tx,
  project: Project,
  { grid, outcome, cursor, limit }: Paging & { outcome?: Outcome | undefined },
): Promise<{ items: EvaluatedRow[]; next: string | null }> {
  const where = new Where()
    .add((place) => `e.project_id = ${place(project.project_id)}`)
    .startsWith('e.grid_code', grid)
    .equals('e.outcome', outcome);
  const { rows, nextCursor } = await readPage<Evaluated>(tx, {
    table: `village.evaluated e join village.member m using (project_id, person_id)
      left join population.grid_node n on n.entity_id = e.entity_id and n.grid_code = e.grid_code
      left join population.grid_node v on v.entity_id = e.entity_id and v.grid_code = left(e.grid_code, 12)
      left join organization.staff s on s.entity_id = e.entity_id and s.staff_id = e.settled_by`,
    id: 'e.person_id',
    select: `e.person_id, e.household_id, m.name, e.grid_code, coalesce(v.name, '') || ' ' || coalesce(n.name, right(e.grid_code, 2)) as place, e.round, e.outcome,
      e.answers, e.valid, e.evaluated_fen, e.dispersion, e.kinds, e.steps, e.settled_as, e.settled_by, s.name as settled_name, e.settled_at, e.evidence`,
    where,
    sort: { column: 'e.grid_code', type: 'text', nullable: false },
    descending: false,
    limit,
    cursor,
    invalidCursor,
  });
  return { items: rows.map((row) => evaluatedOf(project, row)), next: nextCursor };
}

function evaluatedOf({ rules }: Project, row: Evaluated): EvaluatedRow {
  const { settled_as, settled_by, settled_name, settled_at, evidence, kinds, evaluated_fen, dispersion, ...rest } = row;
  const isSettled = settled_as !== null && settled_by !== null && settled_at !== null;
  return {
    ...rest,
    evaluated_fen: evaluated_fen === null ? null : String(evaluated_fen),
    dispersion: dispersion === null ? null : Number(dispersion),
    kinds: Object.entries(kinds).map(([code, votes]) => {
      const kind = rules.exclusions[code];
      return {
        code,
        zh: kind?.zh ?? code,
        en: kind?.en ?? code,
        treatment: kind?.treatment ?? 'manual',
        votes,
        evidence: kind?.evidence ?? [],
      };
    }),
    settled: isSettled
      ? { as: settled_as, by: { staff_id: settled_by, name: settled_name ?? settled_by }, at: settled_at, evidence: evidence ?? '' }
      : null,
    told: toldOf(row.outcome),
  };
}

const toldOf = (outcome: Outcome): EvaluatedRow['told'] =>
  outcome === 'excluded' ? told.excluded : outcome === 'evaluated' ? told.evaluated : told.open;

/** Who said what of one person: for head office and audit. */
export async function readWhoSaid(tx: Tx, { project_id }: Project, personId: string) {
  const rows = await tx.query<{
    reviewer_id: bigint;
    name: string;
    round: number;
    attempt: number;
    counts: boolean;
    channel: 'app' | 'meeting' | 'phone' | 'paper';
    knows: 'yes' | 'no' | 'recused';
    suggested_fen: bigint | null;
    kinds: string[];
    answers: Record<string, string | boolean | number | string[]> | null;
    seconds: string | null;
    answered_at: string;
    taken_by: string | null;
    taken_place: string | null;
  }>(
    `select e.reviewer_id, r.name, e.round, e.attempt, e.attempt = g.attempt as counts, e.channel, e.knows, e.suggested_fen, e.kinds, e.answers, e.seconds,
       e.answered_at, e.taken_by, e.taken_place
     from village.evaluation e join village.reviewer r using (reviewer_id)
     join village.group_round g on g.project_id = e.project_id and g.round = e.round and g.grid_code = e.grid_code
     where e.project_id = $1 and e.person_id = $2 order by e.round, e.attempt, e.reviewer_id`,
    [project_id, personId],
  );
  if (rows.length === 0) throw refuse(evaluationRefusals, 'person_unknown');
  return {
    items: rows.map((row) => ({
      ...row,
      reviewer_id: `R${row.reviewer_id}`,
      suggested_fen: row.suggested_fen === null ? null : String(row.suggested_fen),
      seconds: row.seconds === null ? null : Number(row.seconds),
    })),
  };
}
