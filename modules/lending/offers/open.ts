/** After the signature: the limit is opened in servicing, once. */
import type { Service, ServiceAnswer } from '#modules/process/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import { advanceApplication, lockApplication } from '../applications/store.ts';
import { standingContract } from '../contract/papers.ts';
import { numberOf, sessionOf } from '../decision/services.ts';
import { machine } from '../deps.ts';
import type { LendingDeps } from '../deps.ts';
import { activateGranted } from './granted.ts';
import { readOffer } from './store.ts';

/** Opens the facility that was signed for, or activates the one that was granted to the person. Its key is the application's: asked again it is the same facility. */
export function openLimit(deps: LendingDeps): Service {
  return {
    gives: ['facility'],
    async run(work): Promise<ServiceAnswer> {
      const { application, offer } = await withOwner(deps.db, async (tx) => {
        const row = await lockApplication(tx, work.entityId, numberOf(work.subject.id));
        return { application: row, offer: await readOffer(tx, row.application_id) };
      });
      if (!offer || application.person_id === null) throw new Error(`application A${application.application_id} has nothing to open`);
      const from = await deps.servicing.businessDate(work.entityId);
      if (from === null) throw new Error(`servicing has not begun for ${work.entityId}`);
      const name = await withOwner(deps.db, (tx) => deps.products.nameOf(tx, application.entity_id, application.product));
      const key = `application.A${application.application_id}`;
      const signed = { key, limitFen: offer.limit_fen, validTo: offer.content.limit_until };
      const granted = await activateGranted(deps, sessionOf(application), application, signed);
      const opened = {
        key,
        person_id: application.person_id,
        product: name.zh,
        kind: application.terms.facility_kind,
        limit_fen: String(offer.limit_fen),
        valid_from: from,
        valid_to: offer.content.limit_until,
      };
      const facility_id = granted ?? (await deps.servicing.openFacility(sessionOf(application), opened)).facility_id;
      return {
        variables: { facility: facility_id },
        async keep(tx) {
          const row = await lockApplication(tx, work.entityId, application.application_id);
          await tx.prepared('update lending.application set facility_id = $2 where application_id = $1', [row.application_id, facility_id]);
        },
      };
    },
  };
}

/** Papers are made ready for signing. Made again they are the ones that stand; the borrower may sign as soon as the case waits for it. */
export function prepare(deps: LendingDeps): Service {
  return {
    gives: [],
    async run(work): Promise<ServiceAnswer> {
      const applicationId = numberOf(work.subject.id);
      const accepted = await withOwner(deps.db, (tx) => lockApplication(tx, work.entityId, applicationId));
      if (accepted.state === 'accepted') await standingContract(deps, accepted);
      return {
        variables: {},
        async keep(tx) {
          const row = await lockApplication(tx, work.entityId, applicationId);
          if (row.state !== 'accepted') return;
          await advanceApplication(tx, row, 'prepare', {}, { actorId: machine, at: deps.clock.now(), today: deps.clock.today() });
        },
      };
    },
  };
}
