/** Limits as lists and a person's page show them. In a session: row-level security answers for the scope. */
import { refuse } from '#platform/http/index.ts';
import { readPage, Where } from '#platform/postgres/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { limitRefusals } from './contract.ts';
import type { LimitList, LimitPage, LimitQuery, LimitRow } from './contract.ts';

interface Row {
  person_id: string;
  name: string;
  household_id: string;
  grid_code: string;
  evaluated_fen: bigint | null;
  model_fen: bigint | null;
  investigated_fen: bigint | null;
  outcome: LimitRow['outcome'];
  taken_fen: bigint | null;
  cap_fen: bigint;
  reasons: string[];
  determined_fen: bigint | null;
  remark: string | null;
  is_moved: boolean;
}

/** One row a taken limit, with the branch's newest word beside it. The three limits are those it was taken from. */
export const takenTable = `(
  select t.project_id, t.person_id, m.name, t.household_id, t.grid_code, t.place,
    (t.inputs ->> 'EVALUATED')::bigint as evaluated_fen, (t.inputs ->> 'MODEL')::bigint as model_fen,
    (t.inputs ->> 'INVESTIGATED')::bigint as investigated_fen, t.outcome, t.taken_fen, t.cap_fen, t.reasons, t.rule, t.inputs, t.steps, t.computed_at,
    t.determined_fen, d.remark, d.determined_at, t.is_moved, t.is_open
  from village.taken t join village.member m using (project_id, person_id)
  left join village.determination d on d.determination_id = t.determination_id) as listed`;

const rowColumns = `person_id, household_id, grid_code, (inputs ->> 'EVALUATED')::bigint as evaluated_fen, (inputs ->> 'MODEL')::bigint as model_fen,
  (inputs ->> 'INVESTIGATED')::bigint as investigated_fen, outcome, taken_fen, cap_fen, reasons, determined_fen, is_moved`;
const columns = `person_id, name, household_id, grid_code, evaluated_fen, model_fen, investigated_fen, outcome, taken_fen, cap_fen, reasons, determined_fen,
  remark, is_moved`;

/** Page by page along an index of the roll's order; what is counted comes from the index alone. */
export async function listLimits(tx: Tx, session: Session, projectId: bigint, query: LimitQuery, waiting: number): Promise<LimitList> {
  const ofProject = new Where().add((place) => `project_id = ${place(projectId)}`);
  // A place begins with its grid code.
  const where = ofProject
    .copy()
    .startsWithAny('place', session.scopes)
    .startsWith('place', query.grid_code)
    .equals('outcome', query.outcome);
  if (query.determined !== undefined) where.add(() => (query.determined === 'open' ? 'is_open' : 'not is_open'));
  // By itself and only then with names and remarks: joined, everybody who passes would be looked up before a page is cut off.
  const { rows, nextCursor } = await readPage<Omit<Row, 'name' | 'remark'>>(tx, {
    table: 'village.taken',
    id: 'person_id',
    select: rowColumns,
    where,
    sort: { column: 'place', type: 'text', nullable: false },
    descending: false,
    limit: query.limit,
    cursor: query.cursor,
    invalidCursor: () => refuse(limitRefusals, 'cursor_invalid'),
  });
  const beside = await readBeside(tx, projectId, rows);
  const area = ofProject.copy().startsWithAny('place', session.scopes).startsWith('place', query.grid_code);
  const [counts] = await tx.query<Omit<LimitList['counts'], 'waiting'>>(
    `select count(*)::int as all, count(*) filter (where is_open)::int as open,
       count(*) filter (where is_open and outcome = 'taken')::int as ready,
       coalesce(sum(taken_fen) filter (where is_open and outcome = 'taken'), 0)::text as ready_fen
     from village.taken ${area.sql}`,
    area.values,
  );
  const items = rows.flatMap((row) => {
    const known = beside.get(row.person_id);
    return known ? [rowOf({ ...row, ...known })] : [];
  });
  return { items, next_cursor: nextCursor, counts: { ...(counts ?? { all: 0, open: 0, ready: 0, ready_fen: '0' }), waiting } };
}

async function readBeside(
  tx: Tx,
  projectId: bigint,
  rows: readonly { person_id: string }[],
): Promise<Map<string, { name: string; remark: string | null }>> {
  const known = await tx.query<{ person_id: string; name: string; remark: string | null }>(
    `select person_id, name, remark from ${takenTable} where project_id = $1 and person_id = any($2::text[])`,
    [projectId, rows.map(({ person_id }) => person_id)],
  );
  return new Map(known.map((one) => [one.person_id, one]));
}

interface PageRow extends Row {
  rule: string;
  inputs: Record<string, unknown>;
  steps: LimitPage['steps'];
  computed_at: string;
}

/** @throws Problem person_not_in_project, nothing_taken */
export async function readLimitPage(tx: Tx, projectId: bigint, personId: string): Promise<LimitPage> {
  const [member] = await tx.query('select 1 from village.member where project_id = $1 and person_id = $2', [projectId, personId]);
  if (!member) throw refuse(limitRefusals, 'person_not_in_project');
  const [row] = await tx.query<PageRow>(
    `select ${columns}, rule, inputs, steps, computed_at from ${takenTable} where project_id = $1 and person_id = $2`,
    [projectId, personId],
  );
  if (!row) throw refuse(limitRefusals, 'nothing_taken');
  const records = await tx.query<Omit<LimitPage['records'][number], 'amount_fen'> & { amount_fen: bigint | null }>(
    `select kind, amount_fen, source, recorded_by, recorded_at from village.limit_record
     where project_id = $1 and person_id = $2 order by record_id desc limit 100`,
    [projectId, personId],
  );
  const words = await tx.query<{
    determined_fen: bigint;
    taken_fen: bigint | null;
    remark: string | null;
    determined_by: string;
    name: string | null;
    determined_at: string;
  }>(
    `select d.determined_fen, d.taken_fen, d.remark, d.determined_by, s.name, d.determined_at from village.determination d
     left join organization.staff s on s.entity_id = d.entity_id and s.staff_id = d.determined_by
     where d.project_id = $1 and d.person_id = $2 order by d.determination_id desc limit 50`,
    [projectId, personId],
  );
  return {
    ...rowOf(row),
    rule: row.rule,
    inputs: row.inputs,
    steps: row.steps,
    computed_at: row.computed_at,
    records: records.map((one) => ({ ...one, amount_fen: text(one.amount_fen) })),
    determinations: words.map((word) => ({
      determined_fen: String(word.determined_fen),
      taken_fen: text(word.taken_fen),
      remark: word.remark,
      determined_by: { staff_id: word.determined_by, name: word.name ?? word.determined_by },
      determined_at: word.determined_at,
    })),
  };
}

const text = (fen: bigint | null): string | null => (fen === null ? null : String(fen));

const rowOf = (row: Row): LimitRow => ({
  person_id: row.person_id,
  name: row.name,
  household_id: row.household_id,
  grid_code: row.grid_code,
  evaluated_fen: text(row.evaluated_fen),
  model_fen: text(row.model_fen),
  investigated_fen: text(row.investigated_fen),
  outcome: row.outcome,
  taken_fen: text(row.taken_fen),
  cap_fen: String(row.cap_fen),
  reasons: row.reasons,
  determined_fen: text(row.determined_fen),
  remark: row.remark,
  is_moved: row.is_moved,
});
