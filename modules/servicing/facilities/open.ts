import type { ChangeKind, Proposal } from '#modules/change/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { openDay } from '../business-day.ts';
import { openFacility as openFacilityRequest, permissions, refusals } from '../contract.ts';
import type { OpenFacility } from '../contract.ts';
import { insertEvent } from '../loans/event.ts';
import { findHolder, insertFacility } from './store.ts';

/** What is opened; the key of who asked is not part of it. */
const opening = openFacilityRequest.omit({ key: true });
export type Opening = Omit<OpenFacility, 'key'>;

/**
 * Opens a facility on the open business date.
 * Refuses: not_open, person_unknown, dates_reversed, facility_out_of_date.
 */
export async function openFacility(
  tx: Tx,
  session: Session,
  request: Opening,
  { proposalId, at }: { proposalId?: string; at: string },
): Promise<bigint> {
  const businessDate = await refuseOpening(tx, session, request);
  const facilityId = await insertFacility(tx, session, request, at);
  await insertEvent(tx, {
    entityId: session.entityId,
    businessDate,
    kind: 'facility.open',
    facilityId,
    amountFen: BigInt(request.limit_fen),
    ...(proposalId === undefined ? {} : { detail: { proposal_id: proposalId } }),
    actorId: session.actorId,
    at,
  });
  return facilityId;
}

/**
 * The open business date, when a facility may be opened on it: one that nothing can ever be drawn from is a mistake.
 * Refuses: not_open, person_unknown, dates_reversed, facility_out_of_date.
 */
export async function refuseOpening(tx: Tx, session: Session, request: Opening): Promise<string> {
  const day = await openDay(tx, session.entityId);
  await findHolder(tx, session, request.person_id);
  if (request.valid_to <= request.valid_from) throw refuse(refusals, 'dates_reversed');
  if (request.valid_to < day) throw refuse(refusals, 'facility_out_of_date');
  return day;
}

/** One of a product waits for a person at a time. */
export const openingSubject = ({ person_id, product }: Opening): string => `${person_id} ${product}`;

/** A limit that a person of the bank opens by hand takes effect when a second one agrees. */
export function openingChange(wholeEntity: (proposal: Proposal, actorId: string) => Session, now: () => string): ChangeKind {
  return {
    kind: 'servicing.opening',
    name: { zh: '建立授信额度', en: 'Open a facility' },
    permission: permissions.approve,
    validate: async (tx, proposal) =>
      void (await refuseOpening(tx, wholeEntity(proposal, proposal.makerId), opening.parse(proposal.after))),
    apply: async (tx, proposal, decider) =>
      void (await openFacility(tx, wholeEntity(proposal, decider.actorId), opening.parse(proposal.after), {
        proposalId: proposal.proposalId,
        at: now(),
      })),
  };
}
