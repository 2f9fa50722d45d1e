/** The row of a case. Whoever changes a case holds its row. */
import type { State } from '#core/bpmn/index.ts';
import { readState } from '#core/bpmn/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { refusals } from '../contract.ts';
import type { CaseStatus } from '../contract.ts';
import { CaseTasks, taskColumns } from '../tasks/case-tasks.ts';
import type { TaskRow } from '../tasks/case-tasks.ts';

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

const lock = `select ${columns} from process.case_state where entity_id = $1 and case_id = $2 for no key update`;

/** Refuses: case_unknown. */
export async function lockCase(tx: Tx, entityId: string, caseId: bigint): Promise<CaseRow> {
  const [row] = await tx.prepared<Columns>(lock, [entityId, caseId]);
  if (!row) throw refuse(refusals, 'case_unknown');
  return rowOf(tx, row);
}

/** With its tasks. Refuses: case_unknown. */
export async function lockCaseWithTasks(tx: Tx, entityId: string, caseId: bigint): Promise<CaseRow> {
  return held(tx, 'case_unknown', [tx.prepared(lock, [entityId, caseId]), tx.prepared(tasksOfCase, [entityId, caseId])]);
}

/** With its tasks. Refuses: task_unknown. */
export async function lockCaseOfTask(tx: Tx, entityId: string, taskId: bigint): Promise<CaseRow> {
  return held(tx, 'task_unknown', [tx.prepared(lockOfTask, [entityId, taskId]), tx.prepared(tasksOfTask, [entityId, taskId])]);
}

const caseOfTask = '(select case_id from process.task where entity_id = $1 and task_id = $2)';
const lockOfTask = `select ${columns} from process.case_state where entity_id = $1 and case_id = ${caseOfTask} for no key update`;
const tasksOfTask = `select ${taskColumns} from process.task where entity_id = $1 and case_id = ${caseOfTask} order by task_id`;
const tasksOfCase = `select ${taskColumns} from process.task where entity_id = $1 and case_id = $2 order by task_id`;

/**
 * The two go to the server in one message. The second sees what is committed as it begins, which is when the first holds the row: the tasks are those that
 * nobody else can change any more.
 */
async function held(tx: Tx, unknown: 'case_unknown' | 'task_unknown', asked: [Promise<Columns[]>, Promise<TaskRow[]>]): Promise<CaseRow> {
  const [[row], tasks] = await Promise.all(asked);
  if (!row) throw refuse(refusals, unknown);
  return rowOf(tx, row, tasks);
}

/** For reading only. Refuses: case_unknown. */
export async function readCase(tx: Tx, entityId: string, caseId: bigint): Promise<CaseRow> {
  const [row] = await tx.prepared<Columns>(`select ${columns} from process.case_state where entity_id = $1 and case_id = $2`, [
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
  const [row] = await tx.prepared<Columns>(
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
  return rowOf(tx, row, []);
}

/** Keeps what lists show, in the case and in its tasks, by which lists are narrowed. */
export async function describeCase(tx: Tx, caseId: bigint, headline: Headline): Promise<void> {
  const { title, product, amountFen, proposedFen, note } = headline;
  tx.along('update process.case_state set title = $2, product = $3, amount_fen = $4, proposed_fen = $5, note = $6 where case_id = $1', [
    caseId,
    title,
    product,
    amountFen,
    proposedFen,
    note,
  ]);
  tx.along(
    `update process.task set product = $2, amount_fen = $3
     where case_id = $1 and (product, amount_fen) is distinct from ($2::text, $3::bigint)`,
    [caseId, product, amountFen],
  );
}
