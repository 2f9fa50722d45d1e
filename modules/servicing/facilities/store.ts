import { refuse } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { refusals } from '../contract.ts';
import type { OpenFacility } from '../contract.ts';
import type { FacilityRow } from './facility.ts';

/**
 * The facility, locked, when the session may see it.
 * Refuses: facility_unknown.
 */
export async function lockFacility(tx: Tx, session: Session, facilityId: bigint): Promise<FacilityRow> {
  const [row] = await tx.query<FacilityRow>(
    'select * from servicing.facility where entity_id = $1 and facility_id = $2 for no key update',
    [session.entityId, facilityId],
  );
  if (!row || !session.scopes.some((scope) => row.grid_code.startsWith(scope))) throw refuse(refusals, 'facility_unknown');
  return row;
}

/**
 * Where the person lives to whom a facility is given, when the session may see them.
 * Refuses: person_unknown.
 */
export async function findHolder(tx: Tx, session: Session, personId: string): Promise<{ grid_code: string }> {
  const [person] = await tx.query<{ grid_code: string }>(
    'select grid_code from population.person where entity_id = $1 and person_id = $2',
    [session.entityId, personId],
  );
  if (!person || !session.scopes.some((scope) => person.grid_code.startsWith(scope))) throw refuse(refusals, 'person_unknown');
  return person;
}

/** Refuses: person_unknown. */
export async function insertFacility(tx: Tx, session: Session, request: Omit<OpenFacility, 'key'>, at: string): Promise<bigint> {
  const person = await findHolder(tx, session, request.person_id);
  const [row] = await tx.query<{ facility_id: bigint }>(
    `insert into servicing.facility (entity_id, person_id, grid_code, product, kind, limit_fen, valid_from, valid_to, opened_at, opened_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning facility_id`,
    [
      session.entityId,
      request.person_id,
      person.grid_code,
      request.product,
      request.kind,
      request.limit_fen,
      request.valid_from,
      request.valid_to,
      at,
      session.actorId,
    ],
  );
  if (!row) throw new Error('a facility was not inserted');
  return row.facility_id;
}
