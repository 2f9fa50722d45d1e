import { withSession } from '#platform/postgres/index.ts';
import type { Session } from '#platform/postgres/index.ts';
import type { VillageDeps } from '../deps.ts';
import { readProject } from '../projects/open-project.ts';
import type { Determine, LimitList, LimitPage, LimitQuery } from './contract.ts';
import { determineAsTaken, determineOne, retakeUnder } from './determine.ts';
import { settleTaken } from './settle.ts';
import { listLimits, readLimitPage } from './views.ts';

export type Limits = ReturnType<typeof createLimits>;

export function createLimits(deps: VillageDeps) {
  return {
    /** What waits is worked out first, so that nobody reads a limit that is no more. Refuses: project_unknown, cursor_invalid. */
    async list(session: Session, projectId: bigint, query: LimitQuery): Promise<LimitList> {
      await settleTaken(deps, session.entityId, projectId);
      return withSession(deps.db, session, async (tx) => {
        await readProject(tx, session.entityId, projectId);
        return listLimits(tx, projectId, query);
      });
    },
    /** Refuses: project_unknown, person_not_in_project, nothing_taken. */
    async one(session: Session, projectId: bigint, personId: string): Promise<LimitPage> {
      await settleTaken(deps, session.entityId, projectId);
      return withSession(deps.db, session, async (tx) => {
        await readProject(tx, session.entityId, projectId);
        return readLimitPage(tx, projectId, personId);
      });
    },
    determine: (session: Session, projectId: bigint, personId: string, body: Determine): Promise<void> =>
      determineOne(deps, session, projectId, personId, body),
    determineAsTaken: (session: Session, projectId: bigint, gridCode: string, requestId?: string) =>
      determineAsTaken(deps, session, projectId, gridCode, requestId),
    /** Refuses: project_unknown, project_not_open, grid_outside. Answers how many people waited. */
    retakeUnder: (session: Session, projectId: bigint, gridCode: string): Promise<number> =>
      retakeUnder(deps, session, projectId, gridCode),
    settle: (entityId: string, projectId: bigint): Promise<number> => settleTaken(deps, entityId, projectId),
  };
}
