/** What people may draw and owe under their facilities, for whoever counts what a household owes in all. */
import type { Tx } from '#platform/postgres/index.ts';
import type { FacilityRow } from './facility.ts';

export interface OpenFacility {
  readonly facilityId: bigint;
  readonly personId: string;
  readonly product: string;
  /** False for a grant that waits for its signature. */
  readonly isSigned: boolean;
  /** The larger of what may be drawn in all and what is owed or on its way. */
  readonly amountFen: bigint;
  /** What is owed or on its way. */
  readonly usedFen: bigint;
  /** What a file of the core bank may call it or one of its loans. */
  readonly names: readonly string[];
}

type Standing = Pick<FacilityRow, 'kind' | 'state' | 'limit_fen' | 'reserved_fen' | 'used_fen' | 'valid_to'> & { owed_fen: bigint };

/** A line counts while it may be drawn or drawn again, a frozen one too; after that what is owed counts. Pure. */
export function exposedFen(facility: Standing, day: string): { amountFen: bigint; usedFen: bigint } {
  const { kind, state, limit_fen: limit, reserved_fen: reserved, used_fen: used, valid_to: validTo, owed_fen: owed } = facility;
  const usedFen = owed + reserved;
  const isDrawable = state !== 'closed' && day <= validTo && (kind === 'revolving' || used + reserved === 0n);
  return { amountFen: isDrawable && limit > usedFen ? limit : usedFen, usedFen };
}

/** Of people whom the reader may see; those under which nothing may be drawn and nothing is owed are left out. */
export async function readOpenFacilities(tx: Tx, personIds: readonly string[], day: string): Promise<OpenFacility[]> {
  const rows = await tx.prepared<Standing & Pick<FacilityRow, 'facility_id' | 'person_id' | 'product'> & { names: string[] }>(
    `select f.facility_id, f.person_id, f.product, f.kind, f.state, f.limit_fen, f.reserved_fen, f.used_fen, f.valid_to,
       coalesce((select sum(l.normal_principal_fen + l.overdue_principal_fen) from servicing.loan l where l.facility_id = f.facility_id), 0)::bigint as owed_fen,
       array['F' || f.facility_id] || array(
         select known from servicing.drawdown d, unnest(array[d.core_sequence, d.core_reference, 'L' || d.loan_id]) as known
         where d.facility_id = f.facility_id and known is not null) as names
     from servicing.facility f where f.person_id = any($1::text[]) order by f.facility_id`,
    [personIds],
  );
  return rows
    .map((row) => ({
      facilityId: row.facility_id,
      personId: row.person_id,
      product: row.product,
      isSigned: row.state !== 'granted',
      ...exposedFen(row, day),
      names: row.names,
    }))
    .filter(({ amountFen }) => amountFen > 0n);
}
