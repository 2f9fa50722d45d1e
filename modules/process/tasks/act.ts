/** What people do with tasks and cases. Everything one act changes is one transaction under the case's row. */
import type { Event, Variables } from '#core/bpmn/index.ts';
import { addWorkingSeconds, workingSecondsBetween } from '#core/calendar/index.ts';
import type { Caller } from '#platform/http/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { takeStep } from '../cases/step.ts';
import type { By, StepDeps } from '../cases/step.ts';
import { lockCaseOfTask, lockCaseWithTasks } from '../cases/store.ts';
import type { CaseRow } from '../cases/store.ts';
import { writeCase } from '../cases/write.ts';
import type { Line } from '../cases/write.ts';
import { permissions, refusals } from '../contract.ts';
import { barOf } from '../people/assign.ts';
import type { Bar } from '../people/assign.ts';
import { plainForm } from '../registry.ts';
import type { Version, Versions } from '../versions/versions.ts';
import type { Closed, TaskRow } from './case-tasks.ts';
import { handledOf, postOf, standingOf } from './create.ts';
import { refusalOf } from './verbs.ts';
import type { Asked, Facts } from './verbs.ts';

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
  const row = await lockCaseOfTask(tx, caller.session.entityId, taskId);
  if (!isInScope(caller, row)) throw refuse(refusals, 'task_unknown');
  const task = (await row.tasks.all()).find(({ task_id }) => task_id === taskId);
  return act(deps, tx, row, task ?? null, caller, asked, at);
}

/** Verbs of a case. Refuses: case_unknown, and what the verb and the machine refuse. */
export async function actOnCase(deps: ActDeps, tx: Tx, caller: Caller, caseId: bigint, asked: Scene['asked'], at: Temporal.Instant) {
  const row = await lockCaseWithTasks(tx, caller.session.entityId, caseId);
  if (!isInScope(caller, row)) throw refuse(refusals, 'case_unknown');
  const [task] = await row.tasks.open();
  return act(deps, tx, row, task ?? null, caller, asked, at);
}

const isInScope = ({ session }: Caller, row: CaseRow): boolean => session.scopes.some((scope) => row.grid_code.startsWith(scope));

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
  const last = task?.state === 'done' ? await readLast(tx, row.case_id) : null;
  const refusal = refusalOf(asked, await factsOf(deps, tx, { row, task, version, caller, at, last }));
  if (refusal) throw refuse(refusals, refusal);
  return perform({ deps, tx, row, version, task, asked, caller, by: { actorId: caller.session.actorId, at } });
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

const step = (scene: Scene, event: Event, detail?: Record<string, unknown>, closed: readonly Closed[] = []): Promise<CaseRow> =>
  takeStep(scene.deps, scene.tx, scene.row, scene.version.definition, event, lineOf(scene, detail), scene.by, closed);

/** A line of history without a step of the machine. */
const note = (scene: Scene, detail?: Record<string, unknown>): CaseRow => {
  const { tx, row, by } = scene;
  const changes = { closed: [], made: [], calls: [], lines: [lineOf(scene, detail)] };
  return writeCase(tx, row, row.state, changes, { actorId: by.actorId, at: by.at.toString() });
};

const held = ({ task }: Scene): TaskRow => {
  if (!task) throw refuse(refusals, 'task_unknown');
  return task;
};

async function assignTo(scene: Scene, staffId: string | null, owner: string | null): Promise<CaseRow> {
  const { deps, tx, row } = scene;
  const task = held(scene);
  tx.along(`update process.task set assignee = $2, owner = $3, unassigned = $4 where task_id = $1`, [
    task.task_id,
    staffId,
    owner,
    staffId === null ? 'pool' : null,
  ]);
  const after = note(scene, staffId === null ? undefined : { staff_id: staffId });
  deps.roster.note(row.entity_id, task.assignee, -1);
  deps.roster.note(row.entity_id, staffId, 1);
  return after;
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
  const bar = barFor(row, version, task, await row.tasks.all(), staffId);
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
  const variables: Variables = { ...more, outcome, ...(task.of_token === null ? {} : { signed_by: by.actorId }) };
  const event: Event = { type: 'task_completed', token: task.token, variables };
  return step(scene, event, { outcome }, [{ task, state: 'done', outcome }]);
}

/** Return goes to a step that was done before; whoever may jump goes wherever the machine lets them. */
async function goTo(scene: Scene, where: 'earlier' | 'any'): Promise<CaseRow> {
  const { row, asked } = scene;
  const node = asked.node ?? '';
  const token = scene.task?.of_token ?? scene.task?.token ?? row.state.tokens[0]?.id;
  if (token === undefined) throw refuse(refusals, 'node_unknown', { zh: node, en: node });
  if (where === 'earlier' && !returnable(await row.tasks.all(), held(scene).node).includes(node)) {
    throw refuse(refusals, 'node_unknown', { zh: node, en: node });
  }
  const moved = await step(
    scene,
    { type: 'moved', token, to: node, resume: asked.resume },
    { to: node, ...(asked.resume ? { resume: true } : {}) },
  );
  if (!asked.resume) await tellMoved(scene);
  return moved;
}

async function tellMoved({ deps, tx, row, asked, by }: Scene): Promise<void> {
  const reason = asked.reason?.trim() || null;
  await deps.registry.subjectOf(row.subject_kind).moved?.(tx, row.subject_id, { actorId: by.actorId, reason });
}

/** Steps of the case that somebody has done, but for the present one; latest first. */
export const returnable = (tasks: readonly TaskRow[], present: string): string[] => {
  const done = tasks.filter(({ state, node }) => state === 'done' && node !== present);
  return [...new Set(done.map(({ node }) => node).toReversed())];
};

async function takeBack(scene: Scene): Promise<CaseRow> {
  const task = held(scene);
  const open = new Set((await scene.row.tasks.open()).map(({ token, of_token }) => of_token ?? token));
  const [token] = open;
  if (token === undefined || open.size > 1) throw refuse(refusals, 'nothing_to_take_back');
  const moved = await step(scene, { type: 'moved', token, to: task.node }, { to: task.node });
  await tellMoved(scene);
  return moved;
}

async function addSigner(scene: Scene): Promise<CaseRow> {
  const { task } = scene;
  if (task?.of_token == null) throw refuse(refusals, 'not_signing');
  const staffId = await suitable(scene);
  return step(scene, { type: 'signer_added', token: task.of_token, item: staffId }, { staff_id: staffId });
}

async function urge(scene: Scene): Promise<CaseRow> {
  const { tx, row } = scene;
  tx.along(`update process.task set urged = urged + 1 where case_id = $1 and state = 'open'`, [row.case_id]);
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
  // What services have waited with is asked for at once.
  return { ...(await step(scene, { type: 'resumed' })), asks: true };
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

/** What somebody stands in to a task, for a verb or for the buttons of a page. */
export async function factsOf(
  deps: ActDeps,
  tx: Tx,
  known: { row: CaseRow; task: TaskRow | null; version: Version; caller: Caller; at: Temporal.Instant; last: LastAct | null },
): Promise<Facts> {
  const { row, task, version, caller, at, last } = known;
  const { actorId } = caller.session;
  const tasks = await row.tasks.all();
  const isCandidate =
    task !== null && (await deps.roster.isCandidate(tx, row.entity_id, actorId, { role: task.role, gridCode: row.grid_code }, at));
  return {
    task: { isOpen: task?.state === 'open', assignee: task?.assignee ?? null },
    caseStatus: row.status,
    actorId,
    isCandidate,
    bar: task === null ? null : barFor(row, version, task, tasks, actorId),
    isPrevious: task?.state === 'done' && last?.verb === 'complete' && last.actor_id === actorId && last.task_id === task.task_id,
    isInvolved: row.opened_by === actorId || handledOf(tasks).some(({ staffIds }) => staffIds.includes(actorId)),
    isSupervisor: caller.permissions.has(permissions.supervise),
    maySkip: caller.permissions.has(permissions.jump),
  };
}

/** What keeps a person from a task; their own signature on it is not in the way of themselves. */
export function barFor(row: CaseRow, version: Version, task: TaskRow, tasks: readonly TaskRow[], staffId: string): Bar | null {
  const node = version.definition.nodes.find(({ id }) => id === task.node);
  const apart = node?.kind === 'user' ? (node.terms.apart ?? []) : [];
  const others = handledOf(tasks.filter(({ task_id }) => task_id !== task.task_id));
  return barOf(staffId, postOf(task.role), standingOf(row, others, { node: task.node, ofToken: task.of_token, apart }));
}

export interface LastAct {
  task_id: bigint | null;
  actor_id: string;
  verb: string;
}

/** What was done last in a case. Whom a task was given to, and that it became late, are remarks. */
export async function readLast(tx: Tx, caseId: bigint): Promise<LastAct | null> {
  const [last] = await tx.prepared<LastAct>(
    `select task_id, actor_id, verb from process.history where case_id = $1 and verb not in ('assigned', 'overdue') order by number desc limit 1`,
    [caseId],
  );
  return last ?? null;
}
