import { refuse } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { openDay } from '../business-day.ts';
import { refusals } from '../contract.ts';
import { insertEvent } from '../loans/event.ts';
import { refusalOfChange } from './facility.ts';
import type { FacilityTerms } from './facility.ts';

/**
 * A facility as it is, locked.
 * Refuses: facility_unknown.
 */
export async function facilityTerms(tx: Tx, entityId: string, facilityId: bigint): Promise<FacilityTerms> {
  const [row] = await tx.query<FacilityTerms>(
    'select limit_fen::text, state from servicing.facility where entity_id = $1 and facility_id = $2 for no key update',
    [entityId, facilityId],
  );
  if (!row) throw refuse(refusals, 'facility_unknown');
  return row;
}

/**
 * What a facility is, locked, and what is wanted of it; the same question when it is asked for and when it is agreed to.
 * Refuses: facility_unknown, facility_not_signed, facility_closed, claim_open, drawdown_open, facility_unchanged.
 */
export async function refuseChange(
  tx: Tx,
  entityId: string,
  facilityId: bigint,
  wanted: (before: FacilityTerms) => FacilityTerms,
): Promise<{ before: FacilityTerms; after: FacilityTerms }> {
  const before = await facilityTerms(tx, entityId, facilityId);
  const after = wanted(before);
  const refusal = refusalOfChange(before, after);
  if (refusal && refusal !== 'facility_unchanged') throw refuse(refusals, refusal);
  if (before.state === 'frozen' && after.state === 'active' && (await isClaimed(tx, facilityId))) throw refuse(refusals, 'claim_open');
  if (after.state === 'closed' && (await isPaying(tx, facilityId))) throw refuse(refusals, 'drawdown_open');
  if (refusal) throw refuse(refusals, refusal);
  return { before, after };
}

/** Whether something is still claimed of a loan of the facility that was written off. */
async function isClaimed(tx: Tx, facilityId: bigint): Promise<boolean> {
  const claims = await tx.query(
    `select 1 from servicing.loan where facility_id = $1 and state = 'written_off'
       and overdue_principal_fen + due_interest_fen + penalty_fen + compound_fen + costs_fen > 0 limit 1`,
    [facilityId],
  );
  return claims.length > 0;
}

/** Whether money of the facility may be on its way; what has not left is given back when the facility is closed. */
async function isPaying(tx: Tx, facilityId: bigint): Promise<boolean> {
  return (
    (await tx.query(`select 1 from servicing.drawdown where facility_id = $1 and state in ('sent', 'unknown') limit 1`, [facilityId]))
      .length > 0
  );
}

/** Writes a facility's new limit or state, with its event. */
export async function writeFacility(
  tx: Tx,
  session: Session,
  facilityId: bigint,
  after: FacilityTerms,
  reason: string,
  at: string,
): Promise<void> {
  await tx.query('update servicing.facility set limit_fen = $3, state = $4 where entity_id = $1 and facility_id = $2', [
    session.entityId,
    facilityId,
    after.limit_fen,
    after.state,
  ]);
  await insertEvent(tx, {
    entityId: session.entityId,
    businessDate: await openDay(tx, session.entityId),
    kind: 'facility.change',
    facilityId,
    detail: { ...after, reason },
    actorId: session.actorId,
    at,
  });
}
