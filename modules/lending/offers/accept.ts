import { refuse } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import { advanceApplication } from '../applications/store.ts';
import { borrower } from '../deps.ts';
import type { LendingDeps } from '../deps.ts';
import { applicationOf, mustBeOpen, now } from '../portal/acts.ts';
import { portalRefusals } from '../portal/contract.ts';
import type { PortalSession } from '../portal/session.ts';
import { readOffer, setOfferState } from './store.ts';

/** Exactly what was shown is accepted. Answers the case, which goes on. Refuses: wrong_step, offer_expired, offer_changed. */
export async function acceptOffer(deps: LendingDeps, session: PortalSession, given: { offerId: string; hash: string }): Promise<bigint> {
  return withOwner(deps.db, async (tx) => {
    const row = await applicationOf(tx, session);
    mustBeOpen(row, 'accept');
    const offer = await readOffer(tx, row.application_id);
    if (!offer || offer.valid_until < deps.clock.today().toString()) throw refuse(portalRefusals, 'offer_expired');
    if (`O${offer.offer_id}` !== given.offerId || offer.hash !== given.hash) throw refuse(portalRefusals, 'offer_changed');
    if (row.case_id === null) throw new Error(`application A${row.application_id} has no case`);
    await setOfferState(tx, offer.offer_id, 'accepted', deps.clock.now().toString());
    await advanceApplication(tx, row, 'accept', {}, now(deps, { offer: given.offerId }));
    await deps.processes.send(tx, row.entity_id, { caseId: row.case_id, message: 'accepted', variables: {} }, borrower);
    return row.case_id;
  });
}
