/** A signed contract with its open facility: what draws, loans and repayments stand on. */
import { refuse } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { ApplicationRow } from '../applications/store.ts';
import { sha256 } from '../contract/fill.ts';
import { openPdf, readContract, readPapers } from '../contract/store.ts';
import type { ContractRow } from '../contract/store.ts';
import { sessionOf } from '../decision/services.ts';
import { borrower } from '../deps.ts';
import type { LendingDeps } from '../deps.ts';
import { facilityOf } from '../offers/facilities.ts';
import { readOffer } from '../offers/store.ts';
import type { OfferRow } from '../offers/store.ts';
import { applicationOf } from '../portal/acts.ts';
import { portalRefusals } from '../portal/contract.ts';
import type { PortalSession } from '../portal/session.ts';

export interface Borrowing {
  readonly row: ApplicationRow;
  readonly personId: string;
  readonly contract: ContractRow;
  readonly offer: OfferRow;
  readonly facilityId: bigint;
}

/** Refuses: signed_out, no_contract. */
export async function borrowing(deps: LendingDeps, session: PortalSession): Promise<Borrowing> {
  return withOwner(deps.db, async (tx) => {
    const row = await applicationOf(tx, session);
    const [contract, offer, facilityId] = [
      await readContract(tx, row.application_id),
      await readOffer(tx, row.application_id),
      await facilityOf(tx, row.application_id),
    ];
    const isSigned = row.state === 'signed' && contract?.state === 'signed';
    if (!isSigned || !contract || !offer || facilityId === null || row.person_id === null) throw refuse(portalRefusals, 'no_contract');
    return { row, personId: row.person_id, contract, offer, facilityId };
  });
}

/** What servicing sees as acting for the borrower: their own place, and no more. */
export const servicingSession = (row: Pick<ApplicationRow, 'entity_id' | 'grid_code'>) => ({ ...sessionOf(row), actorId: borrower });

/** Money leaves only on papers that say what was accepted and are as they were signed. Refuses: paper_changed. */
export async function mustBeAsSigned(deps: LendingDeps, { contract, offer }: Borrowing): Promise<void> {
  const papers = await withOwner(deps.db, (tx) => readPapers(tx, contract));
  const isWhole = ['disclosure', 'contract'].every((name) => {
    const paper = papers.find((one) => one.name === name);
    return paper?.signed_sealed != null && sha256(openPdf(deps, paper.signed_sealed)) === paper.signed_hash;
  });
  if (!isWhole || contract.offer_hash !== offer.hash) throw refuse(portalRefusals, 'paper_changed');
}
