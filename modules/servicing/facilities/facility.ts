import type { Where } from '#platform/postgres/index.ts';
import { facilityBecomesByHand } from '../contract.ts';
import type { FacilityStanding, FacilityState, RefusalCode } from '../contract.ts';

export interface FacilityRow {
  facility_id: bigint;
  entity_id: string;
  person_id: string;
  grid_code: string;
  product: string;
  kind: 'revolving' | 'single_use';
  limit_fen: bigint;
  reserved_fen: bigint;
  used_fen: bigint;
  valid_from: string;
  valid_to: string;
  state: FacilityState;
}

type Standing = Pick<FacilityRow, 'kind' | 'limit_fen' | 'reserved_fen' | 'used_fen' | 'valid_from' | 'valid_to' | 'state'>;

/** What may still be drawn on `day`. A limit that was cut below what is used leaves nothing, never less. */
export function availableFen(facility: Standing, day: string): bigint {
  if (refusalOfDraw(facility, day, 0n) !== null) return 0n;
  const left = facility.limit_fen - facility.used_fen - facility.reserved_fen;
  return left > 0n ? left : 0n;
}

/** What it is on `day`. The list asks the same in SQL (`standsAs`). */
export function standingOf({ state, valid_to: validTo }: Pick<FacilityRow, 'state' | 'valid_to'>, day: string): FacilityStanding {
  if (day <= validTo) return state;
  if (state === 'granted') return 'lapsed';
  return state === 'active' ? 'expired' : state;
}

const past: Readonly<Partial<Record<FacilityStanding, FacilityState>>> = { lapsed: 'granted', expired: 'active' };

/** Adds to `where` that a facility `f` is `standing` on `day`. */
export function standsAs(where: Where, standing: FacilityStanding, day: string): Where {
  const state = past[standing] ?? standing;
  where.equals('f.state', state);
  if (state !== 'granted' && state !== 'active') return where;
  return where.add((place) => `f.valid_to ${state === standing ? '>=' : '<'} ${place(day)}::date`);
}

/** Why `amountFen` cannot be drawn on `day`, or null. In the order of the refusals of the contract. */
export function refusalOfDraw(facility: Standing, day: string, amountFen: bigint): RefusalCode | null {
  if (facility.state === 'granted') return 'facility_not_signed';
  if (facility.state !== 'active') return 'facility_not_active';
  if (day < facility.valid_from || day > facility.valid_to) return 'facility_out_of_date';
  if (facility.kind === 'single_use' && facility.used_fen + facility.reserved_fen > 0n) return 'facility_used';
  return facility.used_fen + facility.reserved_fen + amountFen > facility.limit_fen ? 'over_limit' : null;
}

/** What a person may change about a facility. */
export interface FacilityTerms {
  readonly limit_fen: string;
  readonly state: FacilityState;
}

/** Why a facility cannot have other terms, or null. */
export function refusalOfChange(before: FacilityTerms, after: FacilityTerms): RefusalCode | null {
  if (before.state === 'granted' || after.state === 'granted') return 'facility_not_signed';
  const mayBecome = facilityBecomesByHand[before.state];
  if (mayBecome.length === 0 || (after.state !== before.state && !mayBecome.some((state) => state === after.state)))
    return 'facility_closed';
  return after.state === before.state && after.limit_fen === before.limit_fen ? 'facility_unchanged' : null;
}
