import { refuse } from '#platform/http/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { projectRefusals } from '../projects/contract.ts';
import type { ProjectRow } from '../projects/open-project.ts';

/** What progress is held against: its days and targets, without the configuration it was set up with. @throws Problem project_unknown */
export async function projectOf(tx: Tx, entityId: string, projectId: bigint): Promise<ProjectRow> {
  const [row] = await tx.prepared<ProjectRow>('select * from village.project where entity_id = $1 and project_id = $2', [
    entityId,
    projectId,
  ]);
  if (!row) throw refuse(projectRefusals, 'project_unknown');
  return row;
}
