import type { Language } from '#platform/http/index.ts';
import { withOwner, withSession } from '#platform/postgres/index.ts';
import type { Session } from '#platform/postgres/index.ts';
import type { VillageDeps } from '../deps.ts';
import type { ProgressMap, ProgressPage, ProgressQuery } from './contract.ts';
import { exportProgress } from './export.ts';
import { followServicing } from './follow.ts';
import { readProgressMap } from './map.ts';
import { keepPlaces } from './places.ts';
import type { VillagePlace } from './places.ts';
import { readProgress } from './view.ts';

export type { VillagePlace } from './places.ts';
export type Progress = ReturnType<typeof createProgress>;

export function createProgress({ db, clock }: Pick<VillageDeps, 'db' | 'clock'>) {
  const today = (): string => clock.today().toString();
  return {
    /** Refuses: project_unknown, place_unknown. */
    page: (session: Session, projectId: bigint, query: ProgressQuery): Promise<ProgressPage> =>
      withSession(db, session, (tx) => readProgress(tx, session, projectId, query, today())),
    /** Refuses: project_unknown, place_unknown. */
    map: (session: Session, projectId: bigint, grid: string | undefined): Promise<ProgressMap> =>
      withSession(db, session, (tx) => readProgressMap(tx, session, projectId, grid, today())),
    /** Refuses: project_unknown, place_unknown. */
    file: (session: Session, projectId: bigint, query: ProgressQuery, as: { requestId: string; language: Language }): Promise<string> =>
      withSession(db, session, (tx) => exportProgress(tx, session, projectId, query, { ...as, at: clock.now(), today: today() })),

    /** After a load: where the villages of a legal entity lie. */
    keepPlaces: (entityId: string, places: readonly VillagePlace[]): Promise<void> =>
      withOwner(db, (tx) => keepPlaces(tx, entityId, places)),
    /** Takes what happened in servicing since the last look into the stages; answers how many households were looked at. */
    follow: (entityId: string): Promise<number> => followServicing(db, entityId, today()),
  };
}
