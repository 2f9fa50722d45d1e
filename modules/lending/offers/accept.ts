import { Problem, refuse } from '#platform/http/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { advanceApplication } from '../applications/store.ts';
import type { ApplicationRow } from '../applications/store.ts';
import { borrower } from '../deps.ts';
import type { LendingDeps } from '../deps.ts';
import { mustBeOpen, now } from '../portal/acts.ts';
import { portalRefusals } from '../portal/contract.ts';
import type { Acted } from '../portal/visit.ts';
import { readOffer, setOfferState } from './store.ts';

/** Exactly what was shown is accepted. The case goes on. Refuses: wrong_step, offer_expired, offer_changed, offer_paused. */
export async function acceptOffer(
  deps: LendingDeps,
  tx: Tx,
  row: ApplicationRow,
  given: { offerId: string; hash: string },
): Promise<Acted> {
  mustBeOpen(row, 'accept');
  const offer = await readOffer(tx, row.application_id);
  if (!offer || offer.valid_until < deps.clock.today().toString()) throw refuse(portalRefusals, 'offer_expired');
  if (`O${offer.offer_id}` !== given.offerId || offer.hash !== given.hash) throw refuse(portalRefusals, 'offer_changed');
  const caseId = row.case_id;
  if (caseId === null) throw new Error(`application A${row.application_id} has no case`);
  await setOfferState(tx, offer.offer_id, 'accepted', deps.clock.now().toString());
  const accepted = await advanceApplication(tx, row, 'accept', {}, now(deps, { offer: given.offerId }));
  await told(() => deps.processes.send(tx, row.entity_id, { caseId, message: 'accepted', variables: {} }, borrower));
  return { row: accepted, caseId };
}

/** People have taken the case back to an earlier step, or put it aside. */
const elsewhere: ReadonlySet<string> = new Set(['not_awaited', 'case_suspended']);

async function told(tell: () => Promise<unknown>): Promise<void> {
  try {
    await tell();
  } catch (error) {
    if (error instanceof Problem && elsewhere.has(error.code)) throw refuse(portalRefusals, 'offer_paused');
    throw error;
  }
}
