import { record } from '#platform/audit/index.ts';
import { withOwner, withSession } from '#platform/postgres/index.ts';
import type { Session } from '#platform/postgres/index.ts';
import type { VillageDeps } from '../deps.ts';
import { fillNow, registerFilling } from '../pool/fill-project.ts';
import { refuseOutside } from './areas.ts';
import type { ConfigurationPage, ProjectList, ProjectPage, ProjectQuery, SetUpProject } from './contract.ts';
import { openProject, readProject } from './open-project.ts';
import { projectOpening, proposeOpening } from './opening.ts';
import { changeProject, setUpProject } from './set-up.ts';
import { configurationPageOf, listProjects, readProjectPage } from './views.ts';

export type Projects = ReturnType<typeof createProjects>;

export function createProjects(deps: VillageDeps) {
  const { db, clock, change } = deps;
  change.register(projectOpening(deps));
  registerFilling(deps);
  return {
    list: (session: Session, query: ProjectQuery): Promise<ProjectList> =>
      withSession(db, session, (tx) => listProjects(tx, query, clock.today())),
    /** Refuses: project_unknown. */
    one: (session: Session, projectId: bigint): Promise<ProjectPage> => readProjectPage(deps, session, projectId),

    /** Of the bank's folder as it is today. */
    configuration: (session: Session): ConfigurationPage => configurationPageOf(deps.configurationOf(session.entityId)),
    /** What a project was set up with, its own terms in place. Refuses: project_unknown. */
    configurationOf: (session: Session, projectId: bigint): Promise<ConfigurationPage> =>
      withSession(db, session, async (tx) => configurationPageOf((await readProject(tx, session.entityId, projectId)).rules)),

    /** Refuses: area_out_of_scope, area_unknown, area_twice, dates_wrong, rule_unknown, batch_taken. */
    setUp: (session: Session, given: SetUpProject): Promise<bigint> => setUpProject(deps, session, given),
    /** Refuses: project_unknown, project_not_draft, and what setting up refuses. */
    change: (session: Session, projectId: bigint, given: SetUpProject): Promise<void> => changeProject(deps, session, projectId, given),

    /** Refuses: project_unknown, area_out_of_scope, project_not_draft, dates_wrong, group_taken, subject_pending. Answers the proposal. */
    proposeOpening: (session: Session, projectId: bigint, reason: string, requestId: string): Promise<string> =>
      withOwner(db, (tx) => proposeOpening(change, tx, session, projectId, reason, requestId)),

    /** What is left of an open project's pool, at once: a job that was asked for finds nothing to do. Refuses: project_unknown, project_not_open. */
    fill: (entityId: string, projectId: bigint): Promise<void> => fillNow(deps, entityId, projectId),

    /** Its groups are free again; what was done stays to be read. Refuses: project_unknown, area_out_of_scope, project_not_open. */
    close: (session: Session, projectId: bigint, reason: string, requestId: string): Promise<void> =>
      withOwner(db, async (tx) => {
        await readProject(tx, session.entityId, projectId);
        const areas = await tx.query<{ grid_code: string }>('select grid_code from village.area where project_id = $1', [projectId]);
        refuseOutside(
          session,
          areas.map(({ grid_code }) => grid_code),
        );
        await openProject(tx, session.entityId, projectId);
        await tx.query("update village.project set state = 'closed', closed_at = $2 where project_id = $1 and state = 'open'", [
          projectId,
          clock.now().toString(),
        ]);
        await record(tx, {
          entityId: session.entityId,
          actorId: session.actorId,
          action: 'village.close',
          subjectKind: 'village.project',
          subjectId: `V${projectId}`,
          reason,
          requestId,
        });
      }),
  };
}
