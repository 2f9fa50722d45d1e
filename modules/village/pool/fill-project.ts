/** The pool of a whole project, area by area, in the background where there are jobs: a filling that was cut off goes on with what is left. */
import { withOwner } from '#platform/postgres/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import type { VillageDeps } from '../deps.ts';
import { refreshStages } from '../progress/stages.ts';
import { openProject, readProject } from '../projects/open-project.ts';
import type { Project } from '../projects/open-project.ts';
import { fillArea } from './fill.ts';

export const fillTask = 'village.pool';
export const fillKey = (projectId: bigint): string => `village-pool:${projectId}`;

interface Payload {
  projectId: string;
}

export function registerFilling(deps: VillageDeps): void {
  deps.jobs?.register<Payload>(fillTask, async ({ payload, entityId, report }) => {
    const projectId = BigInt(payload.projectId);
    const areas = await withOwner(deps.db, (tx) => areasLeft(tx, projectId));
    const progress = { areas: areas.length, filled: 0, households: 0, people: 0 };
    for (const gridCode of areas) {
      const filled = await withOwner(deps.db, async (tx) => fillOne(deps, tx, await readProject(tx, entityId, projectId), gridCode));
      progress.filled += 1;
      await learnSizes(deps, progress.filled);
      progress.households += filled.households;
      progress.people += filled.people;
      await report({ ...progress });
    }
  });
}

/** In the transaction that opens the project: the work is asked for, or done at once where nobody takes jobs. */
export async function beginFilling(deps: VillageDeps, tx: Tx, entityId: string, projectId: bigint): Promise<void> {
  if (deps.jobs) {
    const payload: Payload = { projectId: String(projectId) };
    await deps.jobs.enqueue(tx, { task: fillTask, jobKey: fillKey(projectId), entityId, payload });
    return;
  }
  const project = await readProject(tx, entityId, projectId);
  for (const gridCode of await areasLeft(tx, projectId)) await fillOne(deps, tx, project, gridCode);
}

/** Area by area, each in a transaction of its own. */
export async function fillNow(deps: VillageDeps, entityId: string, projectId: bigint): Promise<void> {
  const areas = await withOwner(deps.db, async (tx) => {
    await openProject(tx, entityId, projectId);
    return areasLeft(tx, projectId);
  });
  for (const [index, gridCode] of areas.entries()) {
    await withOwner(deps.db, async (tx) => fillOne(deps, tx, await readProject(tx, entityId, projectId), gridCode));
    await learnSizes(deps, index + 1);
  }
}

/**
 * A pool grows from nothing to a county within minutes, faster than the server's own housekeeping looks: a plan that was made for an empty table
 * would walk a full one for every household. So sizes are taken anew whenever the number of areas has doubled.
 */
async function learnSizes({ db }: VillageDeps, filled: number): Promise<void> {
  if (!Number.isInteger(Math.log2(filled))) return;
  await withOwner(db, (tx) =>
    tx.query('analyze village.household, village.member, village.household_stage, village.progress_total, village.progress_day'),
  );
}

async function areasLeft(tx: Tx, projectId: bigint): Promise<string[]> {
  const rows = await tx.query<{ grid_code: string }>(
    'select grid_code from village.area where project_id = $1 and filled_at is null order by 1',
    [projectId],
  );
  return rows.map((row) => row.grid_code);
}

async function fillOne(deps: VillageDeps, tx: Tx, project: Project, gridCode: string): Promise<{ households: number; people: number }> {
  const { clock } = deps;
  const filled = await fillArea(tx, project, gridCode, clock.today().toString(), clock.now().toString());
  if (!filled) return { households: 0, people: 0 };
  const households = await tx.query<{ household_id: string }>(
    'select household_id from village.household where project_id = $1 and grid_code ^@ $2',
    [project.project_id, gridCode],
  );
  const ids = households.map(({ household_id }) => household_id);
  await refreshStages(tx, project.project_id, ids, clock.today().toString());
  return filled;
}
