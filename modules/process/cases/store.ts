/** The rows of a case. Whoever changes a case holds its row. */
import type { State } from '#core/bpmn/index.ts';
import { readState } from '#core/bpmn/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { refusals } from '../contract.ts';
import type { CaseStatus } from '../contract.ts';

export interface CaseRow {
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

const columns = 'case_id, entity_id, process, version, subject_kind, subject_id, grid_code, status, state, recused, acts, opened_by';

/** Refuses: case_unknown. */
export async function lockCase(tx: Tx, entityId: string, caseId: bigint): Promise<CaseRow> {
  const [row] = await tx.query<CaseRow>(
    `select ${columns} from process.case_state where entity_id = $1 and case_id = $2 for no key update`,
    [entityId, caseId],
  );
  if (!row) throw refuse(refusals, 'case_unknown');
  return { ...row, state: readState(row.state) };
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
  const [row] = await tx.query<CaseRow>(
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
  return row;
}

const statusOf = (state: State): CaseStatus => {
  if (state.status === 'running') return state.tokens.some((token) => token.fault !== undefined) ? 'stuck' : 'open';
  if (state.status === 'suspended') return 'suspended';
  return state.end?.outcome === 'cancelled' ? 'cancelled' : 'ended';
};

export interface Line {
  readonly verb: string;
  readonly node: string | null;
  readonly taskId: bigint | null;
  readonly reason: string | null;
  readonly detail?: Record<string, unknown>;
}

/** Writes the state after a step and the lines of history that it made. */
export async function writeCase(
  tx: Tx,
  row: CaseRow,
  state: State,
  lines: readonly Line[],
  by: { actorId: string; at: string },
): Promise<CaseRow> {
  const status = statusOf(state);
  const isOver = status === 'ended' || status === 'cancelled';
  const outcome = state.end?.node ?? state.end?.outcome ?? null;
  await tx.query(
    `with written as (
       update process.case_state set state = $2, status = $3, acts = acts + $4, ended_at = $5, outcome = $6 where case_id = $1
     )
     insert into process.history (entity_id, case_id, number, at, actor_id, verb, node, task_id, reason, detail, grid_code)
     select $7, $1, $8 + n, $9, $10, verb, node, task_id, reason, detail, $11
     from rows from (jsonb_to_recordset($12) as (verb text, node text, task_id bigint, reason text, detail jsonb)) with ordinality
       as line (verb, node, task_id, reason, detail, n)`,
    [
      row.case_id,
      JSON.stringify(state),
      status,
      lines.length,
      isOver ? by.at : null,
      isOver ? outcome : null,
      row.entity_id,
      row.acts,
      by.at,
      by.actorId,
      row.grid_code,
      JSON.stringify(lines.map(({ taskId, ...line }) => ({ ...line, task_id: taskId === null ? null : String(taskId) }))),
    ],
  );
  return { ...row, state, status, acts: row.acts + lines.length };
}
