import { addWorkingSeconds } from '#core/calendar/index.ts';
import type { Definition, Effect } from '#core/bpmn/index.ts';
import { workingSecondsOf } from '../cases/clock.ts';
import type { Making } from '../cases/step.ts';
import type { CaseRow } from '../cases/store.ts';
import { take } from '../cases/write.ts';
import type { NewTask } from '../cases/write.ts';
import { assign, barOf } from '../people/assign.ts';
import type { Assigned, Post, Standing } from '../people/assign.ts';
import type { Closed, TaskRow } from './case-tasks.ts';

type CreateTask = Extract<Effect, { type: 'create_task' }>;

/** The post of a role. A branch head decides, and so does not investigate the same case. */
const postOfRole: Readonly<Record<string, Post>> = {
  manager: 'marketing',
  investigator: 'investigation',
  approver: 'approval',
  branch_head: 'approval',
  drawdown_officer: 'disbursement',
};
export const postOf = (role: string): Post | null => postOfRole[role] ?? null;

/** Who has done, or is doing, which step of a case. */
export type Handled = Pick<TaskRow, 'node' | 'role' | 'of_token'> & { readonly staffIds: readonly string[] };

/** Whoever delegated a task holds it as well: it comes back to them. */
export const handledOf = (tasks: readonly TaskRow[]): Handled[] =>
  tasks
    .filter(({ state }) => state !== 'cancelled')
    .map(({ node, role, of_token, holder, owner }) => ({ node, role, of_token, staffIds: [holder, owner].filter((id) => id !== null) }));

/** Who must not take a task, from what is known of the case. `opened_by` holds the marketing post when a member of staff opened it. */
export function standingOf(
  row: Pick<CaseRow, 'recused' | 'opened_by'>,
  handled: readonly Handled[],
  task: { node: string; ofToken: number | null; apart: readonly string[] },
): Standing {
  const apart = handled.filter(({ node }) => task.apart.includes(node)).flatMap(({ staffIds }) => staffIds);
  const signed = handled.filter(({ of_token, node }) => task.ofToken !== null && of_token === task.ofToken && node === task.node);
  return {
    recused: new Set([...row.recused, ...apart]),
    held: [
      { staffId: row.opened_by, post: 'marketing' },
      ...handled.flatMap(({ staffIds, role }) => staffIds.map((staffId) => ({ staffId, post: postOf(role) }))),
    ],
    signed: new Set(signed.flatMap(({ staffIds }) => staffIds)),
  };
}

export async function createTask(making: Making, effect: CreateTask): Promise<void> {
  const { deps, definition, by, changes } = making;
  const { terms, node, token } = effect;
  const role = terms.role ?? '';
  const assigned = await whoGets(making, effect, role);
  const seconds = terms.sla === undefined ? null : workingSecondsOf(terms.sla, deps.hours);
  const staffId = 'staffId' in assigned ? assigned.staffId : null;
  changes.made.push({
    token,
    of_token: effect.instance?.of ?? null,
    node,
    name: nameOf(definition, node),
    role,
    post: postOf(role),
    form: terms.form ?? null,
    assignee: staffId,
    unassigned: 'nobody' in assigned ? assigned.nobody : null,
    due_at: seconds === null ? null : addWorkingSeconds(by.at, seconds, deps.hours).toString(),
    seconds_allowed: seconds,
  });
  changes.lines.push({ verb: 'assigned', node, taskId: null, madeToken: token, reason: null, detail: { ...assignedDetail(assigned) } });
}

const assignedDetail = (assigned: Assigned) => ('staffId' in assigned ? { staff_id: assigned.staffId } : assigned);

async function whoGets(
  { deps, tx, row, by, changes }: Making,
  { terms, node, assignee, instance }: CreateTask,
  role: string,
): Promise<Assigned> {
  const [tasks, found] = await Promise.all([
    row.tasks.all(),
    deps.roster.candidates(tx, row.entity_id, { role, gridCode: row.grid_code }, by.at),
  ]);
  const handled = [...handledOf(tasks.filter((task) => !changes.closed.some(isCancelling(task)))), ...changes.made.map(handledNow)];
  const standing = standingOf(row, handled, { node, ofToken: instance?.of ?? null, apart: terms.apart ?? [] });
  const candidates = found.map((one) => ({
    ...one,
    openTasks: one.openTasks + changes.made.filter((task) => task.assignee === one.staffId).length,
  }));
  if (assignee === undefined) return assign(candidates, { post: postOf(role), skill: row.process }, standing);
  const named = candidates.find(({ staffId }) => staffId === assignee);
  if (!named || barOf(assignee, postOf(role), standing) !== null) return { nobody: named ? 'all_barred' : 'no_candidate' };
  return assign([named], { post: postOf(role), skill: null }, standing);
}

const isCancelling =
  (task: TaskRow) =>
  (closed: Closed): boolean =>
    closed.task.task_id === task.task_id && closed.state === 'cancelled';
const handledNow = ({ node, role, of_token, assignee }: NewTask): Handled => ({
  node,
  role,
  of_token,
  staffIds: assignee === null ? [] : [assignee],
});

export async function cancelTask({ row, changes }: Making, token: number): Promise<void> {
  if (take(changes.made, (task) => task.token === token)) {
    take(changes.lines, (line) => line.madeToken === token);
    return;
  }
  const task = (await row.tasks.open()).find((open) => open.token === token);
  if (!task || changes.closed.some((closed) => closed.task.task_id === task.task_id)) return;
  changes.closed.push({ task, state: 'cancelled', outcome: null });
}

export function nameOf(definition: Definition, node: string): string {
  const name = definition.nodes.find(({ id }) => id === node)?.name ?? '';
  return name === '' ? node : name;
}
