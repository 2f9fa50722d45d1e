/** The project before this one, to hold the course of this one against. */
import type { Tx } from '#platform/postgres/index.ts';
import type { ProjectRow } from '../projects/open-project.ts';
import type { ProgressPage } from './contract.ts';
import { readCourseSince } from './counters.ts';
import type { Asked } from './counters.ts';
import { stageNumbers } from './stages.ts';
import { ppmOf } from './tally.ts';

/** Of the same product, the last that began earlier; null where it has nothing in this part of the grid. */
export async function readPrevious(tx: Tx, project: ProjectRow, asked: Asked): Promise<ProgressPage['previous']> {
  const [found] = await tx.query<{ project_id: bigint; name: string; starts_on: string; ends_on: string }>(
    `select project_id, name, starts_on, ends_on from village.project
     where entity_id = $1 and product = $2 and starts_on < $3 and project_id <> $4 and state <> 'draft' order by starts_on desc, project_id limit 1`,
    [project.entity_id, project.product, project.starts_on, project.project_id],
  );
  if (!found) return null;
  const rows = await readCourseSince(tx, { ...asked, projectId: found.project_id }, found.starts_on);
  const collected = sum(rows.filter(({ stage }) => stage === stageNumbers.collected));
  if (collected === 0) return null;
  const granted = rows.filter(({ stage }) => stage === stageNumbers.granted);
  const weeks = Math.ceil(Temporal.PlainDate.from(found.starts_on).until(found.ends_on).days / 7);
  const share = (week: number): number => ppmOf(sum(granted.filter((row) => row.week <= week)), collected) ?? 0;
  return { name: found.name, granted_ppm: Array.from({ length: weeks + 1 }, (_, week) => share(week)) };
}

const sum = (rows: readonly { households: number }[]): number => rows.reduce((total, { households }) => total + households, 0);
