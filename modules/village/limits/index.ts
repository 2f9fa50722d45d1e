import { withSession } from '#platform/postgres/index.ts';
import type { Session } from '#platform/postgres/index.ts';
import type { VillageDeps } from '../deps.ts';
import { readProject } from '../projects/open-project.ts';
import type { Determine, LimitList, LimitPage, LimitQuery, LimitWorks } from './contract.ts';
import { determineAsTaken, determineOne } from './determine.ts';
import type { Determined } from './determine.ts';
import { settleForReading, settleTaken } from './settle.ts';
import { listLimits, readLimitPage } from './views.ts';
import { askToDetermine, askToRetake, readLimitWork, registerLimitWork, retakeUnder } from './work.ts';

export type Limits = ReturnType<typeof createLimits>;

export function createLimits(deps: VillageDeps) {
  registerLimitWork(deps);
  return {
    /**
     * Nobody reads a limit that is no more: who waits is worked out first where they are few; where a county waits, the list says how many still do.
     * Refuses: project_unknown, cursor_invalid.
     */
    async list(session: Session, projectId: bigint, query: LimitQuery): Promise<LimitList> {
      const waiting = await settleForReading(deps, session.entityId, projectId);
      if (waiting > 0) await askToRetake(deps, session.entityId, projectId);
      return withSession(deps.db, session, async (tx) => {
        await readProject(tx, session.entityId, projectId);
        return listLimits(tx, session, projectId, query, waiting);
      });
    },
    /** Refuses: project_unknown, person_not_in_project, nothing_taken. */
    async one(session: Session, projectId: bigint, personId: string): Promise<LimitPage> {
      await settleForReading(deps, session.entityId, projectId, personId);
      return withSession(deps.db, session, async (tx) => {
        await readProject(tx, session.entityId, projectId);
        return readLimitPage(tx, projectId, personId);
      });
    },
    determine: (session: Session, projectId: bigint, personId: string, body: Determine): Promise<void> =>
      determineOne(deps, session, projectId, personId, body),
    /** In the background where there are jobs. Refuses: project_unknown, project_not_open, grid_outside. */
    askToDetermine: (session: Session, projectId: bigint, gridCode: string, requestId?: string): Promise<Determined> =>
      askToDetermine(deps, session, projectId, gridCode, requestId),
    /** At once. Refuses: project_unknown, project_not_open, grid_outside. */
    determineAsTaken: (session: Session, projectId: bigint, gridCode: string, requestId?: string): Promise<Determined> =>
      determineAsTaken(deps, session, projectId, gridCode, { requestId }),
    /** In the background where there are jobs. Refuses: project_unknown, project_not_open, grid_outside. Answers how many people wait for it. */
    retakeUnder: (session: Session, projectId: bigint, gridCode: string): Promise<number> =>
      retakeUnder(deps, session, projectId, gridCode),
    /** Refuses: project_unknown, grid_outside. */
    async work(session: Session, projectId: bigint, gridCode: string): Promise<LimitWorks> {
      await withSession(deps.db, session, (tx) => readProject(tx, session.entityId, projectId));
      return readLimitWork(deps, session, projectId, gridCode);
    },
    settle: (entityId: string, projectId: bigint): Promise<number> => settleTaken(deps, entityId, projectId),
  };
}
