/**
 * Everything that a step changes, gathered while its effects are gone through and written at its end. Nothing of it is waited for: it goes to the server
 * in one message with the commit, or with what the transaction asks next.
 */
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

const endTask = 'update process.task set state = $2, done_at = $3, done_by = $4, outcome = $5 where task_id = $1';

const makeTask = `
insert into process.task (entity_id, case_id, grid_code, process, product, amount_fen, created_at, token, of_token, node, name, role, post, form, assignee,
  unassigned, due_at, seconds_allowed)
select entity_id, case_id, grid_code, process, product, amount_fen, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13
from process.case_state where case_id = $1
returning task_id`;

/* A call that is asked again after it failed for good keeps its key: what it did in an earlier try still counts. */
const askService = `
insert into process.service_call (entity_id, case_id, token, node, kind, service, asked_at, next_try) values ($1, $2, $3, $4, $5, $6, $7, $7)
on conflict (case_id, token) do update set state = 'waiting', next_try = excluded.next_try, tries = 0, error = null, done_at = null`;

const addLine = `
insert into process.history (entity_id, case_id, number, at, actor_id, verb, node, task_id, reason, detail, grid_code)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`;

/* A token has one open task, and this step made it. */
const addLineOfMade = `
insert into process.history (entity_id, case_id, number, at, actor_id, verb, node, task_id, reason, detail, grid_code)
select $1, $2, $3, $4, $5, $6, $7, task_id, $9, $10, $11 from process.task where case_id = $2 and token = $8 and state = 'open'`;

const keepState = 'update process.case_state set state = $2, status = $3, acts = $4, ended_at = $5, outcome = $6 where case_id = $1';

/** Writes the state after a step with all that it made and ended, and the lines of history. */
export function writeCase(tx: Tx, row: CaseRow, state: State, changes: Changes, by: { actorId: string; at: string }): CaseRow {
  const { closed, made, calls, lines } = changes;
  for (const { task, ...end } of closed) tx.along(endTask, [task.task_id, end.state, by.at, by.actorId, end.outcome]);
  const known = made.map((task) => ({
    task: openTask(row, task),
    going: tx.along<{ task_id: bigint }>(makeTask, [row.case_id, by.at, ...valuesOf(task)]),
  }));
  for (const { token, node, kind, service } of calls) tx.along(askService, [row.entity_id, row.case_id, token, node, kind, service, by.at]);
  for (const [place, line] of lines.entries()) tell(tx, row, row.acts + place + 1, line, by);
  const acts = row.acts + lines.length;
  const status = statusOf(state);
  const isOver = status === 'ended' || status === 'cancelled';
  const outcome = isOver ? (state.end?.node ?? state.end?.outcome ?? null) : null;
  tx.along(keepState, [row.case_id, JSON.stringify(state), status, acts, isOver ? by.at : null, outcome]);
  row.tasks.follow(known, closed);
  return { ...row, state, status, acts, asks: row.asks || calls.length > 0 };
}

const valuesOf = (task: NewTask): unknown[] => [
  task.token,
  task.of_token,
  task.node,
  task.name,
  task.role,
  task.post,
  task.form,
  task.assignee,
  task.unassigned,
  task.due_at,
  task.seconds_allowed,
];

function tell(tx: Tx, row: CaseRow, number: number, line: Line, { actorId, at }: { actorId: string; at: string }): void {
  const { verb, node, taskId, madeToken, reason, detail } = line;
  const [text, task] = madeToken === undefined ? [addLine, taskId] : [addLineOfMade, madeToken];
  const what = detail === undefined ? null : JSON.stringify(detail);
  tx.along(text, [row.entity_id, row.case_id, number, at, actorId, verb, node, task, reason, what, row.grid_code]);
}

function statusOf(state: State): CaseStatus {
  if (state.status === 'running') return state.tokens.some((token) => token.fault !== undefined) ? 'stuck' : 'open';
  if (state.status === 'suspended') return 'suspended';
  return state.end?.outcome === 'cancelled' ? 'cancelled' : 'ended';
}

const openTask = (row: CaseRow, { token, of_token, node, role, form, assignee }: NewTask): Omit<TaskRow, 'task_id'> => ({
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
});
