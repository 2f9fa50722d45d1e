import { workingSecondsBetween } from '#core/calendar/index.ts';
import type { WorkingHours } from '#core/calendar/index.ts';
import { refuse } from '#platform/http/index.ts';
import { readPage, Where } from '#platform/postgres/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { refusals } from '../contract.ts';
import type { TaskSummary, WorkList, WorkQuery } from '../contract.ts';

interface Row {
  task_id: bigint;
  case_id: bigint;
  process: string;
  subject_kind: string;
  subject_id: string;
  grid_code: string;
  node: string;
  name: string;
  role: string;
  post: string | null;
  form: string | null;
  assignee: string | null;
  assignee_name: string | null;
  unassigned: TaskSummary['unassigned'];
  created_at: string;
  due_at: string | null;
  seconds_left: number | null;
  seconds_allowed: number | null;
  status: string;
  urged: number;
  title: string;
  product: string | null;
  amount_fen: bigint | null;
  proposed_fen: bigint | null;
  note: string | null;
}

const table = `process.task t join process.case_state c using (case_id)
  left join organization.staff s on s.entity_id = t.entity_id and s.staff_id = t.assignee`;
const select = `t.task_id, t.case_id, c.process, c.subject_kind, c.subject_id, t.grid_code, t.node, t.name, t.role, t.post, t.form, t.assignee,
  s.name as assignee_name, t.unassigned, t.created_at, t.due_at, t.seconds_left, t.seconds_allowed, c.status, t.urged, c.title, c.product,
  c.amount_fen, c.proposed_fen, c.note`;

/** What waits, least time first; of what is done, the latest first. Runs as the reader. Refuses: cursor_invalid. */
export async function readWorkList(
  tx: Tx,
  session: Session,
  query: WorkQuery,
  at: Temporal.Instant,
  hours: WorkingHours,
): Promise<WorkList> {
  const isDone = query.view === 'done';
  const where = narrowed(viewOf(session, query.view), query, at);
  const { rows, nextCursor } = await readPage<Row>(tx, {
    table,
    id: 't.task_id',
    select,
    where,
    sort: { column: isDone ? 't.done_at' : 't.due_at', type: 'timestamptz', nullable: !isDone },
    descending: isDone,
    limit: query.limit,
    cursor: query.cursor,
    invalidCursor: () => refuse(refusals, 'cursor_invalid'),
  });
  return {
    items: rows.map((row) => summaryOf(row, at, hours)),
    next_cursor: nextCursor,
    counts: await countView(tx, viewOf(session, query.view), isDone, at),
    as_of: at.round('millisecond').toString(),
  };
}

function viewOf(session: Session, view: WorkQuery['view']): Where {
  const where = new Where().equals('t.entity_id', session.entityId);
  if (view === 'done') return where.add(() => `t.state = 'done'`).equals('t.done_by', session.actorId);
  where.add(() => `t.state = 'open'`);
  if (view === 'mine') return where.equals('t.assignee', session.actorId);
  if (view === 'pool') return where.add(() => 't.assignee is null').add((place) => `t.role = any(${place(session.roles)}::text[])`);
  return where;
}

function narrowed(where: Where, query: WorkQuery, at: Temporal.Instant): Where {
  where
    .equals('c.process', query.process)
    .equals('t.node', query.node)
    .equals('c.product', query.product)
    .startsWith('t.grid_code', query.grid);
  if (query.due_within !== undefined) {
    const until = at.add({ minutes: query.due_within }).toString();
    where.add((place) => `t.due_at <= ${place(until)}::timestamptz`);
  }
  const { amount_from } = query;
  if (amount_from !== undefined) where.add((place) => `c.amount_fen >= ${place(amount_from)}::bigint`);
  return where;
}

async function countView(tx: Tx, where: Where, isDone: boolean, at: Temporal.Instant): Promise<WorkList['counts']> {
  if (isDone) where.add((place) => `t.done_at >= ${place(at.subtract({ hours: 24 * 30 }).toString())}::timestamptz`);
  const now = where.values.push(at.toString());
  const soon = where.values.push(at.add({ hours: 1 }).toString());
  const [counted] = await tx.query<{ all: number; overdue: number; within_hour: number }>(
    `select count(*)::int as all, count(*) filter (where t.state = 'open' and t.due_at < $${now}::timestamptz)::int as overdue,
       count(*) filter (where t.state = 'open' and t.due_at >= $${now}::timestamptz and t.due_at < $${soon}::timestamptz)::int as within_hour
     from process.task t ${where.sql}`,
    where.values,
  );
  return counted ?? { all: 0, overdue: 0, within_hour: 0 };
}

function summaryOf(row: Row, at: Temporal.Instant, hours: WorkingHours): TaskSummary {
  const left = row.due_at === null ? row.seconds_left : workingSecondsBetween(at, Temporal.Instant.from(row.due_at), hours);
  return {
    task_id: `T${row.task_id}`,
    case_id: `C${row.case_id}`,
    process: row.process,
    subject_kind: row.subject_kind,
    subject_id: row.subject_id,
    grid_code: row.grid_code,
    node: row.node,
    name: row.name,
    role: row.role,
    post: row.post,
    form: row.form,
    assignee: row.assignee === null ? null : { staff_id: row.assignee, name: row.assignee_name ?? row.assignee },
    unassigned: row.unassigned,
    created_at: row.created_at,
    due_at: row.due_at,
    seconds_left: left,
    seconds_allowed: row.seconds_allowed,
    is_suspended: row.status === 'suspended',
    urged: row.urged,
    title: row.title,
    product: row.product,
    amount_fen: row.amount_fen === null ? null : String(row.amount_fen),
    proposed_fen: row.proposed_fen === null ? null : String(row.proposed_fen),
    note: row.note,
  };
}
