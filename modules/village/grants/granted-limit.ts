import type { Tx } from '#platform/postgres/index.ts';

export interface GrantedLimit {
  readonly facilityId: bigint;
  readonly limitFen: bigint;
  /** What was shown to whoever approved it; null when the list had no price. */
  readonly ratePpm: number | null;
}

/** The limit of a product that a person was granted in a batch, has not signed and can still sign on `day`; null when there is none. As owner. */
export async function readGrantedLimit(
  tx: Tx,
  asked: { readonly entityId: string; readonly personId: string; readonly product: string; readonly day: string },
): Promise<GrantedLimit | null> {
  const [row] = await tx.query<{ facility_id: bigint; limit_fen: bigint; rate_ppm: number | null }>(
    `select f.facility_id, f.limit_fen, l.rate_ppm from servicing.facility f
     join village.batch_line l on l.facility_id = f.facility_id and l.person_id = f.person_id and l.state = 'granted'
     join village.project p on p.project_id = l.project_id and p.product = $3
     where f.entity_id = $1 and f.person_id = $2 and f.state = 'granted' and f.valid_to >= $4::date
     order by f.facility_id desc limit 1`,
    [asked.entityId, asked.personId, asked.product, asked.day],
  );
  return row ? { facilityId: row.facility_id, limitFen: row.limit_fen, ratePpm: row.rate_ppm } : null;
}
