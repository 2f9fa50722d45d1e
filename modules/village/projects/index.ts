import { withSession } from '#platform/postgres/index.ts';
import type { Session } from '#platform/postgres/index.ts';
import type { VillageDeps } from '../deps.ts';
import { readProject } from './open-project.ts';
import type { Project } from './open-project.ts';

export type Projects = ReturnType<typeof createProjects>;

export function createProjects({ db }: VillageDeps) {
  return {
    /** Refuses: project_unknown. */
    one: (session: Session, projectId: bigint): Promise<Project> =>
      withSession(db, session, (tx) => readProject(tx, session.entityId, projectId)),
  };
}
