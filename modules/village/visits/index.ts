import { refuse } from '#platform/http/index.ts';
import { withOwner, withSession } from '#platform/postgres/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import type { VillageDeps } from '../deps.ts';
import { limitRefusals } from '../limits/contract.ts';
import { openProject, readProject } from '../projects/open-project.ts';
import { visitRefusals } from './contract.ts';
import type { CorrectVisit, MakeVisit, SetPoint, VisitList, VisitMade, VisitQuery, VisitSheet } from './contract.ts';
import { readPoints, readSaid } from './ground.ts';
import { photoPurpose, saveCorrection, saveVisit } from './save.ts';
import { listVisits, readHouseholdRow, readSheet, readVisitedPeople } from './views.ts';

export type Visits = ReturnType<typeof createVisits>;

export function createVisits(deps: VillageDeps) {
  const { db } = deps;
  return {
    /** Refuses: project_unknown, cursor_invalid. */
    list: (session: Session, projectId: bigint, query: VisitQuery): Promise<VisitList> =>
      withSession(db, session, async (tx) => {
        await readProject(tx, session.entityId, projectId);
        return listVisits(tx, projectId, query);
      }),
    /** Refuses: project_unknown, household_not_in_pool. */
    sheet: (session: Session, projectId: bigint, householdId: string): Promise<VisitSheet> =>
      withSession(db, session, async (tx) => {
        const project = await readProject(tx, session.entityId, projectId);
        const household = await readHouseholdRow(tx, projectId, householdId);
        const people = await readVisitedPeople(tx, projectId, householdId);
        const ids = people.map(({ person_id }) => person_id);
        const ground = {
          project,
          said: await readSaid(tx, projectId, ids),
          points: await readPoints(tx, session.entityId, household),
        };
        return readSheet(tx, session, household, people, ground);
      }),
    save: (session: Session, projectId: bigint, visit: MakeVisit): Promise<VisitMade> => saveVisit(deps, session, projectId, visit),
    correct: (session: Session, visitId: string, wanted: CorrectVisit): Promise<void> => saveCorrection(deps, session, visitId, wanted),
    /** The picture itself. Refuses: visit_unknown, photo_unknown. */
    async photo(session: Session, visitId: string, position: number): Promise<Buffer> {
      const isSeen = await withSession(db, session, (tx) => tx.query('select 1 from village.visit where visit_id = $1', [visitId]));
      if (isSeen.length === 0) throw refuse(visitRefusals, 'visit_unknown');
      const [row] = await withOwner(db, (tx) =>
        tx.query<{ sealed: string }>('select sealed from village.visit_photo where visit_id = $1 and position = $2', [visitId, position]),
      );
      if (!row) throw refuse(visitRefusals, 'photo_unknown');
      return Buffer.from(deps.vault.open(photoPurpose, row.sealed), 'base64');
    },
    /** Refuses: project_unknown, project_not_open, grid_outside. */
    setPoint: (session: Session, projectId: bigint, point: SetPoint): Promise<void> =>
      withOwner(db, async (tx) => {
        await openProject(tx, session.entityId, projectId);
        const gridCode = await gridOf(tx, projectId, point.place);
        if (gridCode === null || !session.scopes.some((scope) => gridCode.startsWith(scope))) throw refuse(limitRefusals, 'grid_outside');
        await tx.query(
          `insert into village.point (entity_id, place, grid_code, latitude, longitude, set_by, set_at) values ($1, $2, $3, $4, $5, $6, $7)
           on conflict (entity_id, place) do update set grid_code = excluded.grid_code, latitude = excluded.latitude, longitude = excluded.longitude,
             set_by = excluded.set_by, set_at = excluded.set_at`,
          [session.entityId, point.place, gridCode, point.latitude, point.longitude, session.actorId, deps.clock.now().toString()],
        );
      }),
  };
}

/** Where a place of the project lies; null when it is none of its villages, groups or households. */
async function gridOf(tx: Tx, projectId: bigint, place: string): Promise<string | null> {
  const [row] = await tx.query<{ grid_code: string }>(
    `select grid_code from village.household where project_id = $1 and household_id = $2
     union all
     select $2 where exists (select from village.household where project_id = $1 and grid_code ^@ $2) and length($2) in (12, 14)
     limit 1`,
    [projectId, place],
  );
  return row?.grid_code ?? null;
}
