/** A project begins when a second person opens it: from then on its groups are taken and its pool is filled. */
import type { Change, ChangeKind, Proposal } from '#modules/change/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import type { z } from 'zod';
import { permissions } from '../contract.ts';
import type { VillageDeps } from '../deps.ts';
import { beginFilling } from '../pool/fill-project.ts';
import { numberOf } from '../values/contract.ts';
import { lockAreas, refuseOutside, refuseTaken } from './areas.ts';
import { openingChange, openingKind, projectRefusals } from './contract.ts';
import type { OpeningChange } from './contract.ts';
import { readProject } from './open-project.ts';
import { refuseDates } from './set-up.ts';

export function projectOpening(deps: VillageDeps): ChangeKind {
  return {
    kind: openingKind,
    name: { zh: '整村授信项目开放', en: 'Opening of a project of whole-village credit' },
    permission: permissions.approve,
    validate: (tx, proposal) => refuseUnready(deps, tx, proposal),
    present: (tx, { entityId, subject }) => sideOf(tx, entityId, numberOf(subject)),
    async apply(tx, { entityId, subject }) {
      const projectId = numberOf(subject);
      await tx.query("update village.project set state = 'open', opened_at = $3 where entity_id = $1 and project_id = $2", [
        entityId,
        projectId,
        deps.clock.now().toString(),
      ]);
      await beginFilling(deps, tx, entityId, projectId);
    },
  };
}

/** @throws Problem project_unknown, area_out_of_scope, project_not_draft, dates_wrong, group_taken, subject_pending */
export async function proposeOpening(
  change: Change,
  tx: Tx,
  session: Session,
  projectId: bigint,
  reason: string,
  requestId: string,
): Promise<string> {
  const before = await sideOf(tx, session.entityId, projectId);
  refuseOutside(session, before.grid_codes);
  const after: OpeningChange = { ...before, state: 'open' };
  return change.propose(tx, session, { kind: openingKind, subject: `V${projectId}`, before, after, reason, requestId });
}

async function refuseUnready(deps: VillageDeps, tx: Tx, { entityId, subject, after }: Proposal): Promise<void> {
  const project = await readProject(tx, entityId, numberOf(subject));
  if (project.state !== 'draft') throw refuse(projectRefusals, 'project_not_draft');
  const { starts_on, ends_on } = openingChange.parse(after);
  const days = project.rules.settings.project;
  const today = deps.clock.today();
  refuseDates(days, today, Temporal.PlainDate.from(starts_on), Temporal.PlainDate.from(ends_on));
  await lockAreas(tx, entityId);
  await refuseTaken(tx, entityId, project.project_id);
}

/** A project in the form of a proposal's sides. */
async function sideOf(tx: Tx, entityId: string, projectId: bigint): Promise<z.input<typeof openingChange>> {
  const project = await readProject(tx, entityId, projectId);
  const areas = await tx.query<{ grid_code: string }>('select grid_code from village.area where project_id = $1 order by 1', [projectId]);
  const { name, batch_no, state, starts_on, ends_on, rounds, reviewers, weighs_reviewers, targets, take_rule, configuration } = project;
  return {
    name,
    batch_no,
    state,
    starts_on,
    ends_on,
    grid_codes: areas.map(({ grid_code }) => grid_code),
    rounds,
    reviewers,
    weighs_reviewers,
    targets,
    take_rule,
    configuration,
  };
}
