/** The row of a case. Whoever changes a case holds its row. */
import type { State } from '#core/bpmn/index.ts';
import { readState } from '#core/bpmn/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { refusals } from '../contract.ts';
import type { CaseStatus } from '../contract.ts';
import { CaseTasks, tasksOf } from '../tasks/case-tasks.ts';
import type { TaskRow, TaskText } from '../tasks/case-tasks.ts';

interface Columns {
  case_id: bigint;
  entity_id: string;
  process: string;
  version: number;
  subject_kind: string;
  subject_id: string;
  grid_code: string;
  status: CaseStatus;
  state: State;
  recused: string[];
  acts: number;
  opened_by: string;
}

export interface CaseRow extends Columns {
  readonly tasks: CaseTasks;
  /** A step of this transaction asked a service for something. */
  readonly asks: boolean;
}

const columns = 'case_id, entity_id, process, version, subject_kind, subject_id, grid_code, status, state, recused, acts, opened_by';

const rowOf = (tx: Tx, row: Columns, tasks?: readonly TaskRow[]): CaseRow => ({
  ...row,
  state: readState(row.state),
  tasks: new CaseTasks(tx, row.case_id, tasks),
  asks: false,
});

/** Refuses: case_unknown. */
export async function lockCase(tx: Tx, entityId: string, caseId: bigint): Promise<CaseRow> {
  // What a step reads and writes goes by named statements: PostgreSQL plans them once a connection, and planning costs more than running them.
  const { rows } = await tx.client.query<Columns>({
    name: 'process.lock_case',
    text: `select ${columns} from process.case_state where entity_id = $1 and case_id = $2 for no key update`,
    values: [entityId, caseId],
  });
  if (!rows[0]) throw refuse(refusals, 'case_unknown');
  return rowOf(tx, rows[0]);
}

/** Refuses: task_unknown. The tasks come with it, as they are when nobody else can change them any more. */
export async function lockCaseOfTask(tx: Tx, entityId: string, taskId: bigint): Promise<CaseRow> {
  const { rows } = await tx.client.query<Columns & { tasks: TaskText[] }>({
    name: 'process.hold_task',
    text: `select ${columns}, tasks from process.hold_task($1, $2)`,
    values: [entityId, taskId],
  });
  if (!rows[0]) throw refuse(refusals, 'task_unknown');
  const { tasks, ...row } = rows[0];
  return rowOf(tx, row, tasksOf(row.case_id, tasks));
}

/** For reading only. Refuses: case_unknown. */
export async function readCase(tx: Tx, entityId: string, caseId: bigint): Promise<CaseRow> {
  const [row] = await tx.query<Columns>(`select ${columns} from process.case_state where entity_id = $1 and case_id = $2`, [
    entityId,
    caseId,
  ]);
  if (!row) throw refuse(refusals, 'case_unknown');
  return rowOf(tx, row);
}

export interface Opening {
  entityId: string;
  process: string;
  version: number;
  subject: { kind: string; id: string };
  gridCode: string;
  headline: Headline;
  recused: readonly string[];
  state: State;
  actorId: string;
  at: string;
}

/** What lists show of the subject. Money in fen. */
export interface Headline {
  readonly title: string;
  readonly product: string | null;
  readonly amountFen: bigint | null;
  readonly proposedFen: bigint | null;
  readonly note: string | null;
}

/** Refuses: subject_has_case. */
export async function insertCase(tx: Tx, opening: Opening): Promise<CaseRow> {
  const { headline } = opening;
  const [row] = await tx.query<Columns>(
    `insert into process.case_state (entity_id, process, version, subject_kind, subject_id, grid_code, state, title, product, amount_fen,
       proposed_fen, note, recused, opened_at, opened_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
     on conflict (entity_id, subject_kind, subject_id) where status in ('open', 'suspended', 'stuck') do nothing returning ${columns}`,
    [
      opening.entityId,
      opening.process,
      opening.version,
      opening.subject.kind,
      opening.subject.id,
      opening.gridCode,
      JSON.stringify(opening.state),
      headline.title,
      headline.product,
      headline.amountFen,
      headline.proposedFen,
      headline.note,
      opening.recused,
      opening.at,
      opening.actorId,
    ],
  );
  if (!row) throw refuse(refusals, 'subject_has_case');
  return rowOf(tx, row);
}

/** Keeps what lists show, in the case and in its tasks, by which lists are narrowed. */
export async function describeCase(tx: Tx, caseId: bigint, headline: Headline): Promise<void> {
  const { title, product, amountFen, proposedFen, note } = headline;
  await tx.query(
    'update process.case_state set title = $2, product = $3, amount_fen = $4, proposed_fen = $5, note = $6 where case_id = $1',
    [caseId, title, product, amountFen, proposedFen, note],
  );
  await tx.query(
    `update process.task set product = $2, amount_fen = $3
     where case_id = $1 and (product, amount_fen) is distinct from ($2::text, $3::bigint)`,
    [caseId, product, amountFen],
  );
}
