import { refuse } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { readCase } from '../cases/store.ts';
import { refusals } from '../contract.ts';
import type { CandidateList } from '../contract.ts';
import { barFor } from '../tasks/act.ts';
import type { ActDeps } from '../tasks/act.ts';

/** Who could take a task, with what stands in their way; those who may and are near come first. Refuses: task_unknown. */
export async function readCandidates(
  deps: ActDeps,
  tx: Tx,
  session: Session,
  taskId: bigint,
  at: Temporal.Instant,
): Promise<CandidateList> {
  const [found] = await tx.query<{ case_id: bigint; grid_code: string }>(
    'select case_id, grid_code from process.task where entity_id = $1 and task_id = $2',
    [session.entityId, taskId],
  );
  if (!found || !session.scopes.some((scope) => found.grid_code.startsWith(scope))) throw refuse(refusals, 'task_unknown');
  const row = await readCase(tx, session.entityId, found.case_id);
  const tasks = await row.tasks.all();
  const task = tasks.find(({ task_id }) => task_id === taskId);
  if (!task) throw refuse(refusals, 'task_unknown');
  const version = await deps.versions.get(tx, session.entityId, row.process, row.version);
  const candidates = await deps.roster.candidates(tx, session.entityId, { role: task.role, gridCode: row.grid_code }, at);
  const names = await namesOf(
    tx,
    session.entityId,
    candidates.map(({ staffId }) => staffId),
  );
  const items = [];
  for (const candidate of candidates) {
    const name = names.get(candidate.staffId);
    if (!name || candidate.staffId === task.assignee) continue;
    const bar = barFor(row, version, task, tasks, candidate.staffId);
    items.push({ ...candidate, ...name, bar });
  }
  const order = items.toSorted(
    (a, b) =>
      Number(a.bar !== null) - Number(b.bar !== null) ||
      Number(a.isAway) - Number(b.isAway) ||
      b.nearness - a.nearness ||
      a.openTasks - b.openTasks ||
      (a.staffId < b.staffId ? -1 : 1),
  );
  return {
    items: order.map(({ staffId, name, institution, openTasks, isAway, bar }) => ({
      staff_id: staffId,
      name,
      institution,
      open_tasks: Math.max(0, openTasks),
      is_away: isAway,
      bar,
    })),
  };
}

async function namesOf(tx: Tx, entityId: string, staffIds: readonly string[]): Promise<Map<string, { name: string; institution: string }>> {
  const rows = await tx.query<{ staff_id: string; name: string; institution: string }>(
    `select s.staff_id, s.name, i.name as institution from organization.staff s join organization.institution i using (entity_id, institution_id)
     where s.entity_id = $1 and s.staff_id = any($2::text[])`,
    [entityId, staffIds],
  );
  return new Map(rows.map(({ staff_id, name, institution }) => [staff_id, { name, institution }]));
}
