import type { SubjectKind } from '#modules/process/index.ts';
import { headlineOf, readApplication } from './headline.ts';
import { advanceApplication } from './store.ts';
import { numberOf } from '../decision/services.ts';
import type { LendingDeps } from '../deps.ts';

/** What a work-list shows of an application, and who keeps out of it. */
export function applicationSubject(deps: LendingDeps): SubjectKind {
  return {
    headline: (tx, subjectId) => headlineOf(deps, tx, numberOf(subjectId)),

    /** Relatives whom staff have declared, and the applicant where they work here. */
    async recused(tx, subjectId) {
      const rows = await tx.prepared<{ staff_id: string }>(
        `select r.staff_id from lending.related_person r join lending.application a using (entity_id, person_id) where a.application_id = $1`,
        [numberOf(subjectId)],
      );
      return rows.map(({ staff_id }) => staff_id);
    },

    async cancelled(tx, subjectId, { actorId, reason }) {
      const row = await readApplication(tx, numberOf(subjectId));
      await tx.prepared(`update lending.offer set state = 'lapsed' where application_id = $1 and state in ('open', 'accepted')`, [
        row.application_id,
      ]);
      await advanceApplication(tx, row, 'cancel', {}, { actorId, at: deps.clock.now(), today: deps.clock.today(), detail: { reason } });
    },
  };
}
