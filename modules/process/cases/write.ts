/** Everything that a step changes, gathered while its effects are gone through and written by one statement. */
import type { State } from '#core/bpmn/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import type { CaseStatus } from '../contract.ts';
import type { Closed, TaskRow } from '../tasks/case-tasks.ts';
import type { CaseRow } from './store.ts';

export interface Line {
  readonly verb: string;
  readonly node: string | null;
  readonly taskId: bigint | null;
  readonly reason: string | null;
  readonly detail?: Record<string, unknown>;
  /** The line tells of the task that the same step makes for this token; its id is not known yet. */
  readonly madeToken?: number;
}

export interface NewTask {
  readonly token: number;
  readonly of_token: number | null;
  readonly node: string;
  readonly name: string;
  readonly role: string;
  readonly post: string | null;
  readonly form: string | null;
  readonly assignee: string | null;
  readonly unassigned: string | null;
  readonly due_at: string | null;
  readonly seconds_allowed: number | null;
}

export interface Call {
  readonly token: number;
  readonly node: string;
  readonly kind: 'service' | 'decision';
  readonly service: string;
}

export interface Changes {
  readonly closed: Closed[];
  readonly made: NewTask[];
  readonly calls: Call[];
  readonly lines: Line[];
}

/** Takes out of what was gathered what the same step has taken back. */
export function take<Item>(items: Item[], isMeant: (item: Item) => boolean): Item | undefined {
  const place = items.findIndex(isMeant);
  return place < 0 ? undefined : items.splice(place, 1)[0];
}

/* A call that is asked again after it failed for good keeps its key: what it did in an earlier try still counts. */
const statement = `
with closed as (
  update process.task t set state = c.state, done_at = $2, done_by = $3, outcome = c.outcome
  from jsonb_to_recordset($4) as c (task_id bigint, state text, outcome text) where t.task_id = c.task_id
), made as (
  insert into process.task (entity_id, case_id, grid_code, process, product, amount_fen, created_at, token, of_token, node, name, role, post, form,
    assignee, unassigned, due_at, seconds_allowed)
  select c.entity_id, c.case_id, c.grid_code, c.process, c.product, c.amount_fen, $2, token, of_token, node, name, role, post, form, assignee,
    unassigned, due_at, seconds_allowed
  from process.case_state c, jsonb_to_recordset($7) as m (token integer, of_token integer, node text, name text, role text, post text, form text,
    assignee text, unassigned text, due_at timestamptz, seconds_allowed double precision)
  where c.case_id = $1
  returning token, task_id
), called as (
  insert into process.service_call (entity_id, case_id, token, node, kind, service, asked_at, next_try)
  select $5, $1, token, node, kind, service, $2, $2 from jsonb_to_recordset($8) as s (token integer, node text, kind text, service text)
  on conflict (case_id, token) do update set state = 'waiting', next_try = excluded.next_try, tries = 0, error = null, done_at = null
), told as (
  insert into process.history (entity_id, case_id, number, at, actor_id, verb, node, task_id, reason, detail, grid_code)
  select $5, $1, $9 + n, $2, $3, verb, node, coalesce(line.task_id, made.task_id), reason, detail, $6
  from rows from (jsonb_to_recordset($10) as (verb text, node text, task_id bigint, made_token integer, reason text, detail jsonb))
    with ordinality as line (verb, node, task_id, made_token, reason, detail, n)
  left join made on made.token = line.made_token
), written as (
  update process.case_state set state = $11, status = $12, acts = $9 + $13, ended_at = $14, outcome = $15 where case_id = $1
)
select token, task_id from made`;

/** Writes the state after a step with all that it made and ended, and the lines of history. */
export async function writeCase(
  tx: Tx,
  row: CaseRow,
  state: State,
  { closed, made, calls, lines }: Changes,
  by: { actorId: string; at: string },
): Promise<CaseRow> {
  const status = statusOf(state);
  const isOver = status === 'ended' || status === 'cancelled';
  const { rows } = await tx.client.query<{ token: number; task_id: bigint }>({
    name: 'process.write_case',
    text: statement,
    values: [
      row.case_id,
      by.at,
      by.actorId,
      JSON.stringify(closed.map(({ task, ...rest }) => ({ task_id: String(task.task_id), ...rest }))),
      row.entity_id,
      row.grid_code,
      JSON.stringify(made),
      JSON.stringify(calls),
      row.acts,
      JSON.stringify(lines.map(tellLine)),
      JSON.stringify(state),
      status,
      lines.length,
      isOver ? by.at : null,
      isOver ? (state.end?.node ?? state.end?.outcome ?? null) : null,
    ],
  });
  const ids = new Map(rows.map(({ token, task_id }) => [token, task_id]));
  row.tasks.follow(
    made.map((task) => openTask(row, task, ids.get(task.token))),
    closed,
  );
  return { ...row, state, status, acts: row.acts + lines.length, asks: row.asks || calls.length > 0 };
}

function statusOf(state: State): CaseStatus {
  if (state.status === 'running') return state.tokens.some((token) => token.fault !== undefined) ? 'stuck' : 'open';
  if (state.status === 'suspended') return 'suspended';
  return state.end?.outcome === 'cancelled' ? 'cancelled' : 'ended';
}

const tellLine = ({ taskId, madeToken, ...line }: Line) => ({
  ...line,
  task_id: taskId === null ? null : String(taskId),
  made_token: madeToken,
});

function openTask(row: CaseRow, task: NewTask, taskId: bigint | undefined): TaskRow {
  if (taskId === undefined) throw new Error(`no task was made for ${task.node}`);
  const { token, of_token, node, role, form, assignee } = task;
  return {
    task_id: taskId,
    case_id: row.case_id,
    token,
    of_token,
    node,
    role,
    form,
    state: 'open',
    assignee,
    owner: null,
    holder: assignee,
  };
}
