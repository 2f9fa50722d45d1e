import { addWorkingSeconds } from '#core/calendar/index.ts';
import type { Definition, Effect } from '#core/bpmn/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { workingSecondsOf } from '../cases/clock.ts';
import type { By, StepDeps } from '../cases/step.ts';
import type { CaseRow, Line } from '../cases/store.ts';
import { assign, barOf } from '../people/assign.ts';
import type { Assigned, Post, Standing } from '../people/assign.ts';

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

export interface Handled {
  staff_id: string;
  node: string;
  role: string;
  of_token: number | null;
}

/** Who has done, or is doing, which step of a case. */
export const readHandled = (tx: Tx, caseId: bigint): Promise<Handled[]> =>
  tx.query<Handled>(
    `select coalesce(done_by, assignee) as staff_id, node, role, of_token from process.task
     where case_id = $1 and state <> 'cancelled' and coalesce(done_by, assignee) is not null`,
    [caseId],
  );

/** Who must not take a task, from what is known of the case. `opened_by` holds the marketing post when a member of staff opened it. */
export function standingOf(
  row: Pick<CaseRow, 'recused' | 'opened_by'>,
  handled: readonly Handled[],
  task: { node: string; ofToken: number | null; apart: readonly string[] },
): Standing {
  const apart = handled.filter(({ node }) => task.apart.includes(node)).map(({ staff_id }) => staff_id);
  const signed = handled.filter(({ of_token, node }) => task.ofToken !== null && of_token === task.ofToken && node === task.node);
  return {
    recused: new Set([...row.recused, ...apart]),
    held: [
      { staffId: row.opened_by, post: 'marketing' },
      ...handled.map(({ staff_id, role }) => ({ staffId: staff_id, post: postOf(role) })),
    ],
    signed: new Set(signed.map(({ staff_id }) => staff_id)),
  };
}

export async function createTask(deps: StepDeps, tx: Tx, row: CaseRow, definition: Definition, effect: CreateTask, by: By): Promise<Line> {
  const { terms, node, token } = effect;
  const role = terms.role ?? '';
  const ofToken = effect.instance?.of ?? null;
  const standing = standingOf(row, await readHandled(tx, row.case_id), { node, ofToken, apart: terms.apart ?? [] });
  const assigned = await whoGets(deps, tx, row, { role, assignee: effect.assignee, standing, at: by.at });
  const seconds = terms.sla === undefined ? null : workingSecondsOf(terms.sla, deps.hours);
  const dueAt = seconds === null ? null : addWorkingSeconds(by.at, seconds, deps.hours);
  const staffId = 'staffId' in assigned ? assigned.staffId : null;
  const [made] = await tx.query<{ task_id: bigint }>(
    `insert into process.task (entity_id, case_id, grid_code, token, of_token, node, name, role, post, form, assignee, unassigned, created_at, due_at,
       seconds_allowed)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) returning task_id`,
    [
      row.entity_id,
      row.case_id,
      row.grid_code,
      token,
      ofToken,
      node,
      nameOf(definition, node),
      role,
      postOf(role),
      terms.form ?? null,
      staffId,
      'nobody' in assigned ? assigned.nobody : null,
      by.at.toString(),
      dueAt?.toString() ?? null,
      seconds,
    ],
  );
  if (!made) throw new Error(`no task was made for ${node}`);
  deps.roster.note(row.entity_id, staffId, 1);
  return { verb: 'assigned', node, taskId: made.task_id, reason: null, detail: staffId === null ? { ...assigned } : { staff_id: staffId } };
}

async function whoGets(
  deps: StepDeps,
  tx: Tx,
  row: CaseRow,
  wanted: { role: string; assignee: string | undefined; standing: Standing; at: Temporal.Instant },
): Promise<Assigned> {
  const { role, assignee, standing, at } = wanted;
  const candidates = await deps.roster.candidates(tx, row.entity_id, { role, gridCode: row.grid_code }, at);
  if (assignee === undefined) return assign(candidates, { post: postOf(role), skill: row.process }, standing);
  const named = candidates.find(({ staffId }) => staffId === assignee);
  if (!named || barOf(assignee, postOf(role), standing) !== null) return { nobody: named ? 'all_barred' : 'no_candidate' };
  return assign([named], { post: postOf(role), skill: null }, standing);
}

export async function cancelTask({ roster }: StepDeps, tx: Tx, row: CaseRow, token: number, { actorId, at }: By): Promise<void> {
  const cancelled = await tx.query<{ assignee: string | null }>(
    `update process.task set state = 'cancelled', done_at = $3, done_by = $4 where case_id = $1 and token = $2 and state = 'open' returning assignee`,
    [row.case_id, token, at.toString(), actorId],
  );
  for (const { assignee } of cancelled) roster.note(row.entity_id, assignee, -1);
}

export function nameOf(definition: Definition, node: string): string {
  const name = definition.nodes.find(({ id }) => id === node)?.name ?? '';
  return name === '' ? node : name;
}
