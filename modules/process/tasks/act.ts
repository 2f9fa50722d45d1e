/** What people do with tasks and cases. Everything one act changes is one transaction under the case's row. */
import type { Event, Variables } from '#core/bpmn/index.ts';
import { addWorkingSeconds, workingSecondsBetween } from '#core/calendar/index.ts';
import type { Caller } from '#platform/http/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { takeStep } from '../cases/step.ts';
import type { By, StepDeps } from '../cases/step.ts';
import { lockCase } from '../cases/store.ts';
import type { CaseRow, Line } from '../cases/store.ts';
import { permissions, refusals } from '../contract.ts';
import { barOf } from '../people/assign.ts';
import type { Bar } from '../people/assign.ts';
import { plainForm } from '../registry.ts';
import type { Version, Versions } from '../versions/versions.ts';
import { postOf, readHandled, standingOf } from './create.ts';
import { refusalOf } from './verbs.ts';
import type { Asked, Facts } from './verbs.ts';

export interface TaskRow {
  task_id: bigint;
  case_id: bigint;
  token: number;
  of_token: number | null;
  node: string;
  role: string;
  form: string | null;
  state: 'open' | 'done' | 'cancelled';
  assignee: string | null;
  owner: string | null;
}

const taskColumns = 'task_id, case_id, token, of_token, node, role, form, state, assignee, owner';

export interface ActDeps extends StepDeps {
  readonly versions: Versions;
}

interface Scene {
  readonly deps: ActDeps;
  readonly tx: Tx;
  readonly row: CaseRow;
  readonly version: Version;
  /** Null when a case is acted on that waits for no person. */
  readonly task: TaskRow | null;
  readonly asked: Asked & { readonly resume: boolean };
  readonly caller: Caller;
  readonly by: By;
}

/** Refuses: task_unknown, and in the order of the contract what the verb and the machine refuse. */
export async function actOnTask(deps: ActDeps, tx: Tx, caller: Caller, taskId: bigint, asked: Scene['asked'], at: Temporal.Instant) {
  const { entityId, scopes } = caller.session;
  const [found] = await tx.query<{ case_id: bigint; grid_code: string }>(
    'select case_id, grid_code from process.task where entity_id = $1 and task_id = $2',
    [entityId, taskId],
  );
  if (!found || !scopes.some((scope) => found.grid_code.startsWith(scope))) throw refuse(refusals, 'task_unknown');
  const row = await lockCase(tx, entityId, found.case_id);
  const [task] = await tx.query<TaskRow>(`select ${taskColumns} from process.task where task_id = $1`, [taskId]);
  return act(deps, tx, row, task ?? null, caller, asked, at);
}

/** Verbs of a case. Refuses: case_unknown, and what the verb and the machine refuse. */
export async function actOnCase(deps: ActDeps, tx: Tx, caller: Caller, caseId: bigint, asked: Scene['asked'], at: Temporal.Instant) {
  const row = await lockCase(tx, caller.session.entityId, caseId);
  if (!caller.session.scopes.some((scope) => row.grid_code.startsWith(scope))) throw refuse(refusals, 'case_unknown');
  const [task] = await tx.query<TaskRow>(
    `select ${taskColumns} from process.task where case_id = $1 and state = 'open' order by task_id limit 1`,
    [caseId],
  );
  return act(deps, tx, row, task ?? null, caller, asked, at);
}

async function act(
  deps: ActDeps,
  tx: Tx,
  row: CaseRow,
  task: TaskRow | null,
  caller: Caller,
  asked: Scene['asked'],
  at: Temporal.Instant,
): Promise<CaseRow> {
  const version = await deps.versions.get(tx, row.entity_id, row.process, row.version);
  const facts = await factsOf(deps, tx, row, task, version, caller, at);
  const refusal = refusalOf(asked, facts);
  if (refusal) throw refuse(refusals, refusal);
  const scene: Scene = { deps, tx, row, version, task, asked, caller, by: { actorId: caller.session.actorId, at } };
  return perform(scene);
}

function perform(scene: Scene): Promise<CaseRow> {
  const { asked, task } = scene;
  switch (asked.verb) {
    case 'claim':
      return assignTo(scene, scene.by.actorId, null);
    case 'put_back':
      return assignTo(scene, null, null);
    case 'complete':
      return complete(scene);
    case 'return':
      return goTo(scene, 'earlier');
    case 'take_back':
      return takeBack(scene);
    case 'hand_over':
      return handOver(scene, null);
    case 'delegate':
      return handOver(scene, scene.by.actorId);
    case 'add_signer':
      return addSigner(scene);
    case 'remove_signer':
      if (task?.of_token == null) throw refuse(refusals, 'not_signing');
      return step(scene, { type: 'signer_removed', token: task.token });
    case 'urge':
      return urge(scene);
    case 'suspend':
      return suspend(scene);
    case 'resume':
      return resume(scene);
    case 'retry':
      return retry(scene);
    case 'jump':
      return goTo(scene, 'any');
    case 'cancel':
      return cancel(scene);
  }
}

const lineOf = ({ asked, task }: Scene, detail?: Record<string, unknown>): Line => ({
  verb: asked.verb,
  node: task?.node ?? null,
  taskId: task?.task_id ?? null,
  reason: asked.reason?.trim() || null,
  ...(detail ? { detail } : {}),
});

const step = ({ deps, tx, row, version, by, ...scene }: Scene, event: Event, detail?: Record<string, unknown>): Promise<CaseRow> =>
  takeStep(deps, tx, row, version.definition, event, lineOf({ deps, tx, row, version, by, ...scene }, detail), by);

/** A line of history without a step of the machine. */
async function note(scene: Scene, detail?: Record<string, unknown>): Promise<CaseRow> {
  const { tx, row, by } = scene;
  const line = lineOf(scene, detail);
  await tx.query(
    `insert into process.history (entity_id, case_id, number, at, actor_id, verb, node, task_id, reason, detail, grid_code)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      row.entity_id,
      row.case_id,
      row.acts + 1,
      by.at.toString(),
      by.actorId,
      line.verb,
      line.node,
      line.taskId,
      line.reason,
      detail ? JSON.stringify(detail) : null,
      row.grid_code,
    ],
  );
  await tx.query('update process.case_state set acts = acts + 1 where case_id = $1', [row.case_id]);
  return { ...row, acts: row.acts + 1 };
}

const held = ({ task }: Scene): TaskRow => {
  if (!task) throw refuse(refusals, 'task_unknown');
  return task;
};

async function assignTo(scene: Scene, staffId: string | null, owner: string | null): Promise<CaseRow> {
  const { deps, tx, row } = scene;
  const task = held(scene);
  await tx.query(`update process.task set assignee = $2, owner = $3, unassigned = $4 where task_id = $1`, [
    task.task_id,
    staffId,
    owner,
    staffId === null ? 'pool' : null,
  ]);
  deps.roster.note(row.entity_id, task.assignee, -1);
  deps.roster.note(row.entity_id, staffId, 1);
  return note(scene, staffId === null ? undefined : { staff_id: staffId });
}

async function handOver(scene: Scene, owner: string | null): Promise<CaseRow> {
  const staffId = await suitable(scene);
  return assignTo(scene, staffId, owner);
}

/** The person named, when they may take the task. Refuses: staff_unsuitable. */
async function suitable({ deps, tx, row, version, task, asked, by }: Scene): Promise<string> {
  const staffId = asked.staffId?.trim() ?? '';
  if (!task) throw refuse(refusals, 'task_unknown');
  const candidates = await deps.roster.candidates(tx, row.entity_id, { role: task.role, gridCode: row.grid_code }, by.at);
  const bar = await barFor(tx, row, version, task, staffId);
  if (!candidates.some((candidate) => candidate.staffId === staffId) || bar !== null || staffId === task.assignee) {
    throw refuse(refusals, 'staff_unsuitable', { zh: staffId, en: staffId });
  }
  return staffId;
}

async function complete(scene: Scene): Promise<CaseRow> {
  const { deps, tx, row, caller, asked, by } = scene;
  const task = held(scene);
  const outcome = asked.outcome ?? '';
  const form = (task.form === null ? undefined : deps.registry.forms.get(task.form)) ?? plainForm;
  if (!form.outcomes.some(({ value }) => value === outcome)) throw refuse(refusals, 'outcome_unknown', { zh: outcome, en: outcome });
  // What was delegated goes back to whoever delegated it, with what the other one thinks; only they end the step.
  if (task.owner !== null) return assignTo(scene, task.owner, null);
  const more =
    (await form.complete?.(tx, {
      entityId: row.entity_id,
      caseId: row.case_id,
      taskId: task.task_id,
      node: task.node,
      subject: { kind: row.subject_kind, id: row.subject_id },
      variables: row.state.variables,
      caller,
      outcome,
      reason: asked.reason?.trim() || null,
    })) ?? {};
  await tx.query(`update process.task set state = 'done', done_at = $2, done_by = $3, outcome = $4 where task_id = $1`, [
    task.task_id,
    by.at.toString(),
    by.actorId,
    outcome,
  ]);
  deps.roster.note(row.entity_id, task.assignee, -1);
  const variables: Variables = { ...more, outcome, ...(task.of_token === null ? {} : { signed_by: by.actorId }) };
  return step(scene, { type: 'task_completed', token: task.token, variables }, { outcome });
}

/** Return goes to a step that was done before; whoever may jump goes wherever the machine lets them. */
async function goTo(scene: Scene, where: 'earlier' | 'any'): Promise<CaseRow> {
  const { tx, row, asked } = scene;
  const node = asked.node ?? '';
  const token = scene.task?.of_token ?? scene.task?.token ?? row.state.tokens[0]?.id;
  if (token === undefined) throw refuse(refusals, 'node_unknown', { zh: node, en: node });
  if (where === 'earlier' && !(await returnable(tx, row.case_id, held(scene).node)).includes(node)) {
    throw refuse(refusals, 'node_unknown', { zh: node, en: node });
  }
  return step(scene, { type: 'moved', token, to: node, resume: asked.resume }, { to: node, ...(asked.resume ? { resume: true } : {}) });
}

/** Steps of the case that somebody has done, but for the present one; latest first. */
export async function returnable(tx: Tx, caseId: bigint, present: string): Promise<string[]> {
  const rows = await tx.query<{ node: string }>(
    `select node from process.task where case_id = $1 and state = 'done' and node <> $2 group by node order by max(task_id) desc`,
    [caseId, present],
  );
  return rows.map(({ node }) => node);
}

async function takeBack(scene: Scene): Promise<CaseRow> {
  const { tx, row } = scene;
  const task = held(scene);
  const open = await tx.query<{ token: number }>(
    `select coalesce(of_token, token) as token from process.task where case_id = $1 and state = 'open' group by 1`,
    [row.case_id],
  );
  const [next] = open;
  if (!next || open.length > 1) throw refuse(refusals, 'nothing_to_take_back');
  return step(scene, { type: 'moved', token: next.token, to: task.node }, { to: task.node });
}

async function addSigner(scene: Scene): Promise<CaseRow> {
  const { task } = scene;
  if (task?.of_token == null) throw refuse(refusals, 'not_signing');
  const staffId = await suitable(scene);
  return step(scene, { type: 'signer_added', token: task.of_token, item: staffId }, { staff_id: staffId });
}

async function urge(scene: Scene): Promise<CaseRow> {
  const { tx, row } = scene;
  await tx.query(`update process.task set urged = urged + 1 where case_id = $1 and state = 'open'`, [row.case_id]);
  return note(scene);
}

/** The clocks of the tasks stand: what is left of the working time is kept. */
async function suspend(scene: Scene): Promise<CaseRow> {
  const { deps, tx, row, by } = scene;
  const running = await tx.query<{ task_id: bigint; due_at: string }>(
    `select task_id, due_at from process.task where case_id = $1 and state = 'open' and due_at is not null`,
    [row.case_id],
  );
  for (const { task_id, due_at } of running) {
    const left = workingSecondsBetween(by.at, Temporal.Instant.from(due_at), deps.hours);
    await tx.query('update process.task set due_at = null, seconds_left = $2 where task_id = $1', [task_id, left]);
  }
  await tx.query('update process.case_state set suspended_at = $2 where case_id = $1', [row.case_id, by.at.toString()]);
  return step(scene, { type: 'suspended' });
}

/** Clocks go on from where they stood; timers are put off by as long as the case was suspended. */
async function resume(scene: Scene): Promise<CaseRow> {
  const { deps, tx, row, by } = scene;
  const stopped = await tx.query<{ task_id: bigint; seconds_left: number }>(
    `select task_id, seconds_left from process.task where case_id = $1 and state = 'open' and seconds_left is not null`,
    [row.case_id],
  );
  for (const { task_id, seconds_left } of stopped) {
    const dueAt =
      seconds_left > 0
        ? addWorkingSeconds(by.at, seconds_left, deps.hours)
        : by.at.subtract({ milliseconds: Math.round(-seconds_left * 1000) });
    await tx.query('update process.task set due_at = $2, seconds_left = null where task_id = $1', [task_id, dueAt.toString()]);
  }
  await tx.query(
    `update process.timer t set due_at = t.due_at + ($2::timestamptz - c.suspended_at)
     from process.case_state c where t.case_id = $1 and c.case_id = $1`,
    [row.case_id, by.at.toString()],
  );
  await tx.query('update process.case_state set suspended_at = null where case_id = $1', [row.case_id]);
  return step(scene, { type: 'resumed' });
}

/** Every token that stands still tries again. */
async function retry(scene: Scene): Promise<CaseRow> {
  const { deps, tx, version, by, row } = scene;
  let after = row;
  for (const { id } of row.state.tokens.filter((token) => token.fault !== undefined)) {
    after = await takeStep(deps, tx, after, version.definition, { type: 'retried', token: id }, lineOf(scene), by);
  }
  return after;
}

async function cancel(scene: Scene): Promise<CaseRow> {
  const { deps, tx, row, asked, by } = scene;
  const after = await step(scene, { type: 'cancelled' });
  await deps.registry.subjectOf(row.subject_kind).cancelled?.(tx, row.subject_id, { actorId: by.actorId, reason: asked.reason ?? '' });
  return after;
}

/** What the reader stands in to a task, for a verb or for the buttons of a page. */
export async function factsOf(
  deps: ActDeps,
  tx: Tx,
  row: CaseRow,
  task: TaskRow | null,
  version: Version,
  caller: Caller,
  at: Temporal.Instant,
): Promise<Facts> {
  const actorId = caller.session.actorId;
  const candidates = task === null ? [] : await deps.roster.candidates(tx, row.entity_id, { role: task.role, gridCode: row.grid_code }, at);
  const handled = await readHandled(tx, row.case_id);
  return {
    task: { isOpen: task?.state === 'open', assignee: task?.assignee ?? null },
    caseStatus: row.status,
    actorId,
    isCandidate: candidates.some(({ staffId }) => staffId === actorId),
    bar: task === null ? null : await barFor(tx, row, version, task, actorId),
    isPrevious: task !== null && task.state === 'done' && (await isPrevious(tx, row, task, actorId)),
    isInvolved: row.opened_by === actorId || handled.some(({ staff_id }) => staff_id === actorId),
    isSupervisor: caller.permissions.has(permissions.supervise),
    maySkip: caller.permissions.has(permissions.jump),
  };
}

/** What keeps a person from a task; their own signature on it is not in the way of themselves. */
export async function barFor(tx: Tx, row: CaseRow, version: Version, task: TaskRow, staffId: string): Promise<Bar | null> {
  const node = version.definition.nodes.find(({ id }) => id === task.node);
  const apart = node?.kind === 'user' ? (node.terms.apart ?? []) : [];
  const others = (await tx.query<{ staff_id: string; node: string; role: string; of_token: number | null }>(
    `select coalesce(done_by, assignee) as staff_id, node, role, of_token from process.task
     where case_id = $1 and task_id <> $2 and state <> 'cancelled' and coalesce(done_by, assignee) is not null`,
    [row.case_id, task.task_id],
  )) satisfies Awaited<ReturnType<typeof readHandled>>;
  return barOf(staffId, postOf(task.role), standingOf(row, others, { node: task.node, ofToken: task.of_token, apart }));
}

/** Their completion is the last thing that any person did in the case, and nobody has taken up what follows. */
async function isPrevious(tx: Tx, row: CaseRow, task: TaskRow, actorId: string): Promise<boolean> {
  const [last] = await tx.query<{ task_id: bigint | null; actor_id: string; verb: string }>(
    `select task_id, actor_id, verb from process.history where case_id = $1 and verb <> 'assigned' order by number desc limit 1`,
    [row.case_id],
  );
  return last?.verb === 'complete' && last.actor_id === actorId && last.task_id === task.task_id;
}
