/** Facilities that were opened here, beside the contracts that the loan files have: no file names them until the core bank's own does. */
import type { Tx } from '#platform/postgres/index.ts';
import type { PersonDetail } from '../documents/detail.ts';
import { readRecords } from '../persons/person-record.ts';

export interface HeldFacility {
  readonly facilityId: bigint;
  readonly personId: string;
  readonly product: string;
  readonly isSigned: boolean;
  /** On mortgage or pledge: shown without counting, as such a contract is. */
  readonly isSecured: boolean;
  /** The larger of line and balance. */
  readonly amountFen: bigint;
  readonly usedFen: bigint;
  /** What a loan file may call it or one of its loans. */
  readonly names: readonly string[];
}

/** Of the people among `personIds` whom the transaction's reader may see. */
export type ReadFacilities = (tx: Tx, personIds: readonly string[]) => Promise<readonly HeldFacility[]>;

/** Those that no loan of the household's files is drawn under; the others are counted there. Pure. */
export function unnamed(facilities: readonly HeldFacility[], details: readonly Pick<PersonDetail, 'loans'>[]): HeldFacility[] {
  const named = new Set(details.flatMap(({ loans }) => loans.flatMap(({ number, contract }) => [number, contract])));
  return facilities.filter(({ names }) => !names.some((name) => named.has(name)));
}

/** What they add to the exposure of a person's household, fen; `isMeant` leaves some out. Somebody on no roll is a household of one. */
export async function facilityExposure(
  tx: Tx,
  readFacilities: ReadFacilities,
  personId: string,
  isMeant: (facility: HeldFacility) => boolean,
): Promise<bigint> {
  const members = await tx.prepared<{ person_id: string }>(
    `select other.person_id from population.person person
     join population.person other on other.entity_id = person.entity_id and other.household_id = person.household_id
     where person.person_id = $1`,
    [personId],
  );
  const personIds = [...new Set([personId, ...members.map(({ person_id: id }) => id)])];
  const facilities = (await readFacilities(tx, personIds)).filter((facility) => !facility.isSecured && isMeant(facility));
  if (facilities.length === 0) return 0n;
  const details = (await readRecords(tx, personIds)).map(({ detail }) => detail);
  return unnamed(facilities, details).reduce((total, { amountFen }) => total + amountFen, 0n);
}
