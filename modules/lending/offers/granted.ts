/** A limit that the bank granted before anybody applied: the offer stays within it, and the signature activates it instead of opening another. */
import { withOwner } from '#platform/postgres/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import type { ApplicationRow } from '../applications/store.ts';
import type { GrantedBefore, LendingDeps } from '../deps.ts';
import type { Granted } from './offer.ts';

export async function grantedBefore(deps: LendingDeps, application: ApplicationRow): Promise<GrantedBefore | null> {
  const { entity_id: entityId, person_id: personId, product } = application;
  const { granted } = deps;
  if (granted === undefined || personId === null) return null;
  return withOwner(deps.db, (tx) => granted(tx, { entityId, personId, product, day: deps.clock.today().toString() }));
}

/** Neither more than was granted before nor dearer than was promised. Pure. */
export function within<Kind extends Granted>(granted: Kind, before: GrantedBefore | null): Kind {
  if (before === null) return granted;
  const limitFen = granted.limitFen < before.limitFen ? granted.limitFen : before.limitFen;
  return { ...granted, limitFen, ratePpm: before.ratePpm === null ? granted.ratePpm : Math.min(granted.ratePpm, before.ratePpm) };
}

/** Kept with the application: what was offered within is what the signature activates, whatever is granted or taken back in between. */
export async function keepGrant(tx: Tx, applicationId: bigint, before: GrantedBefore | null): Promise<void> {
  await tx.query(
    `update lending.application set facts = facts || jsonb_build_object('granted_facility', $2::text) where application_id = $1`,
    [applicationId, before === null ? null : String(before.facilityId)],
  );
}

/**
 * The facility that is activated, or null when there is no grant to activate. Asked again it is the same one. A limit granted since the offer was made
 * does not stand beside the one that is signed for: it is activated when it carries the signed amount, and gives way when it does not.
 * @throws Problem facility_not_granted when the grant that the offer was made within was taken back before the signature
 */
export async function activateGranted(
  deps: LendingDeps,
  session: Session,
  application: ApplicationRow,
  signed: { readonly key: string; readonly limitFen: bigint; readonly validTo: string },
): Promise<string | null> {
  const { granted_facility: kept } = application.facts;
  const facilityId = typeof kept === 'string' ? BigInt(kept) : await takeLaterGrant(deps, session, application, signed.limitFen);
  if (facilityId === null) return null;
  await deps.servicing.activateFacility(session, { key: signed.key, facilityId, limitFen: signed.limitFen, validTo: signed.validTo });
  return `F${facilityId}`;
}

/** Kept before it is activated, so that whatever breaks in between activates the same one. */
async function takeLaterGrant(deps: LendingDeps, session: Session, application: ApplicationRow, signedFen: bigint): Promise<bigint | null> {
  const later = await grantedBefore(deps, application);
  if (later === null) return null;
  return withOwner(deps.db, async (tx) => {
    if (later.limitFen >= signedFen) {
      await keepGrant(tx, application.application_id, later);
      return later.facilityId;
    }
    const by = `A${application.application_id}`;
    await deps.servicing.withdrawGrant(tx, session, later.facilityId, `${by} 签约的额度更高 / more was signed for under ${by}`);
    return null;
  });
}
