/** The facility of an application, and the applications of facilities. */
import type { Tx } from '#platform/postgres/index.ts';

/** Opened once the contract is signed and released; null before. */
export async function facilityOf(tx: Tx, applicationId: bigint): Promise<bigint | null> {
  const [found] = await tx.query<{ facility_id: string | null }>('select facility_id from lending.application where application_id = $1', [
    applicationId,
  ]);
  return found?.facility_id == null ? null : BigInt(found.facility_id.slice(1));
}

/** Of `facilityIds`, those opened for an application whose first guarantee is a thing; the household's cap does not count them. One opened by hand stands on a name. */
export async function securedAmong(tx: Tx, facilityIds: readonly bigint[]): Promise<ReadonlySet<bigint>> {
  if (facilityIds.length === 0) return new Set();
  const rows = await tx.query<{ facility_id: string }>(
    `select facility_id from lending.application
     where facility_id = any($1::text[]) and terms -> 'guarantees' ->> 0 ~ '(mortgage|pledge)$'`,
    [facilityIds.map((id) => `F${id}`)],
  );
  return new Set(rows.map(({ facility_id: id }) => BigInt(id.slice(1))));
}
