import type { SubjectKind } from '#modules/process/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { headlineOf, readApplication } from './headline.ts';
import { after } from './lifecycle.ts';
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

    /** What the borrower saw is no longer waited for: the page says that people look at it. */
    async moved(tx, subjectId, { actorId, reason }) {
      const row = await readApplication(tx, numberOf(subjectId));
      if (after(row.state, 'reconsider') === null) return;
      lapseOffer(tx, row.application_id);
      const by = { actorId, at: deps.clock.now(), today: deps.clock.today(), ...(reason === null ? {} : { detail: { reason } }) };
      await advanceApplication(tx, row, 'reconsider', { supplement: null }, by);
    },

    async cancelled(tx, subjectId, { actorId, reason }) {
      const row = await readApplication(tx, numberOf(subjectId));
      lapseOffer(tx, row.application_id);
      await advanceApplication(tx, row, 'cancel', {}, { actorId, at: deps.clock.now(), today: deps.clock.today(), detail: { reason } });
    },
  };
}

const lapseOffer = (tx: Tx, applicationId: bigint): void =>
  void tx.along(`update lending.offer set state = 'lapsed' where application_id = $1 and state in ('open', 'accepted')`, [applicationId]);
