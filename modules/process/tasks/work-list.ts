import { workingSecondsBetween } from '#core/calendar/index.ts';
import type { WorkingHours } from '#core/calendar/index.ts';
import { refuse } from '#platform/http/index.ts';
import { coversEntity, intersectPrefixes, readPage, Where } from '#platform/postgres/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { refusals } from '../contract.ts';
import type { TaskSummary, WorkList, WorkQuery } from '../contract.ts';

interface Row {
  task_id: bigint;
  case_id: bigint;
  process: string;
  grid_code: string;
  node: string;
  name: string;
  role: string;
  post: string | null;
  form: string | null;
  assignee: string | null;
  unassigned: TaskSummary['unassigned'];
  created_at: string;
  due_at: string | null;
  done_at: string | null;
  seconds_left: number | null;
  seconds_allowed: number | null;
  urged: number;
  product: string | null;
  amount_fen: bigint | null;
}

const select = `t.task_id, t.case_id, t.process, t.grid_code, t.node, t.name, t.role, t.post, t.form, t.assignee, t.unassigned, t.created_at, t.due_at,
  t.done_at, t.seconds_left, t.seconds_allowed, t.urged, t.product, t.amount_fen`;

/** What a line shows beside the task itself; read for the rows of the page only. */
interface Beside {
  task_id: bigint;
  subject_kind: string;
  subject_id: string;
  status: string;
  title: string;
  proposed_fen: bigint | null;
  note: string | null;
  assignee_name: string | null;
}

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
    table: 'process.task t',
    id: 't.task_id',
    select,
    where,
    sort: { column: isDone ? 't.done_at' : 't.due_at', type: 'timestamptz', nullable: !isDone },
    descending: isDone,
    limit: query.limit,
    cursor: query.cursor,
    invalidCursor: () => refuse(refusals, 'cursor_invalid'),
  });
  const beside = await readBeside(tx, rows);
  return {
    items: rows.map((row) => summaryOf(row, beside.get(row.task_id), at, hours)),
    next_cursor: nextCursor,
    counts: await countView(tx, viewOf(session, query.view), isDone, at),
    as_of: at.round('millisecond').toString(),
  };
}

async function readBeside(tx: Tx, page: readonly Row[]): Promise<Map<bigint, Beside>> {
  const rows = await tx.query<Beside>(
    `select t.task_id, c.subject_kind, c.subject_id, c.status, c.title, c.proposed_fen, c.note, s.name as assignee_name
     from process.task t join process.case_state c using (case_id)
     left join organization.staff s on s.entity_id = t.entity_id and s.staff_id = t.assignee
     where t.task_id = any($1::bigint[])`,
    [page.map(({ task_id }) => task_id)],
  );
  return new Map(rows.map((row) => [row.task_id, row]));
}

/** The reader's part of the grid as a range of an index: row-level security says the same, but only of rows that are read already. */
function inScope(where: WorkWhere, session: Session): WorkWhere {
  const scopes = intersectPrefixes(session.scopes, undefined);
  return coversEntity(scopes, session) ? where : where.startsWithAny('t.grid_code', scopes);
}

/** A list that ends some minutes from now stays the same list while its pages are read: its cursor is bound to the minutes, not to the instant. */
class WorkWhere extends Where {
  dueWithin: number | undefined;
  override get fingerprint(): string {
    if (this.dueWithin === undefined) return super.fingerprint;
    const rest = this.copy();
    rest.parts.pop();
    rest.values.pop();
    return `${rest.fingerprint}.${this.dueWithin}`;
  }
}

function viewOf(session: Session, view: WorkQuery['view']): WorkWhere {
  const where = new WorkWhere();
  where.equals('t.entity_id', session.entityId);
  if (view === 'done') return where.add(() => `t.state = 'done'`).equals('t.done_by', session.actorId);
  where.add(() => `t.state = 'open'`);
  if (view === 'mine') return where.equals('t.assignee', session.actorId);
  if (view === 'pool') return where.add(() => 't.assignee is null').add((place) => `t.role = any(${place(session.roles)}::text[])`);
  return inScope(where, session);
}

function narrowed(where: WorkWhere, query: WorkQuery, at: Temporal.Instant): WorkWhere {
  where
    .equals('t.process', query.process)
    .equals('t.node', query.node)
    .equals('t.product', query.product)
    .startsWith('t.grid_code', query.grid);
  const { amount_from, due_within } = query;
  if (amount_from !== undefined) where.add((place) => `t.amount_fen >= ${place(amount_from)}::bigint`);
  if (due_within === undefined) return where;
  where.dueWithin = due_within;
  const until = at.add({ minutes: due_within }).toString();
  return where.add((place) => `t.due_at <= ${place(until)}::timestamptz`);
}

/** Names no column but those of the list's index, so that the table is not read: a head office counts everything. */
async function countView(tx: Tx, where: Where, isDone: boolean, at: Temporal.Instant): Promise<WorkList['counts']> {
  if (isDone) {
    where.add((place) => `t.done_at >= ${place(at.subtract({ hours: 24 * 30 }).toString())}::timestamptz`);
    const [done] = await tx.query<{ all: number }>(`select count(*)::int as all from process.task t ${where.sql}`, where.values);
    return { all: done?.all ?? 0, overdue: 0, within_hour: 0 };
  }
  const now = where.values.push(at.toString());
  const soon = where.values.push(at.add({ hours: 1 }).toString());
  const [open] = await tx.query<WorkList['counts']>(
    `select count(*)::int as all, count(*) filter (where t.due_at < $${now}::timestamptz)::int as overdue,
       count(*) filter (where t.due_at >= $${now}::timestamptz and t.due_at < $${soon}::timestamptz)::int as within_hour
     from process.task t ${where.sql}`,
    where.values,
  );
  return open ?? { all: 0, overdue: 0, within_hour: 0 };
}

function summaryOf(row: Row, beside: Beside | undefined, at: Temporal.Instant, hours: WorkingHours): TaskSummary {
  if (!beside) throw new Error(`the case of task T${row.task_id} is not there`);
  // What was left when it was done: from then on its clock stands.
  const clock = row.done_at === null ? at : Temporal.Instant.from(row.done_at);
  const left = row.due_at === null ? row.seconds_left : workingSecondsBetween(clock, Temporal.Instant.from(row.due_at), hours);
  return {
    task_id: `T${row.task_id}`,
    case_id: `C${row.case_id}`,
    process: row.process,
    subject_kind: beside.subject_kind,
    subject_id: beside.subject_id,
    grid_code: row.grid_code,
    node: row.node,
    name: row.name,
    role: row.role,
    post: row.post,
    form: row.form,
    assignee: row.assignee === null ? null : { staff_id: row.assignee, name: beside.assignee_name ?? row.assignee },
    unassigned: row.unassigned,
    created_at: row.created_at,
    due_at: row.due_at,
    seconds_left: left,
    seconds_allowed: row.seconds_allowed,
    is_suspended: beside.status === 'suspended',
    urged: row.urged,
    title: beside.title,
    product: row.product,
    amount_fen: row.amount_fen === null ? null : String(row.amount_fen),
    proposed_fen: beside.proposed_fen === null ? null : String(beside.proposed_fen),
    note: beside.note,
  };
}
