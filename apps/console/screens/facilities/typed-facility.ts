import {
  facilityBecomesByHand,
  openFacility,
  type Facility,
  type OpenFacility,
  type ProposeFacility,
} from '#modules/servicing/contract.ts';
import { isReason } from '../../parts/field.tsx';
import { fenTyped } from '../../parts/typed-amount.ts';

/** As it stands in the fields of a facility to be opened. */
export interface TypedFacility {
  readonly person: string | undefined;
  readonly product: string;
  readonly kind: OpenFacility['kind'];
  readonly limit: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

export type FacilityField = 'person' | 'product' | 'limit' | 'from' | 'to' | 'reason';

/** Valid for three years from the business date, as most are; any other day can be chosen. */
export function emptyFacility(person: string | undefined, businessDate: string, products: readonly string[]): TypedFacility {
  const to = Temporal.PlainDate.from(businessDate).add({ years: 3 }).toString();
  return { person, product: products[0] ?? '', kind: 'revolving', limit: '', from: businessDate, to, reason: '' };
}

/** What is sent, but for its key; or which fields are not right yet. */
export function readFacility(typed: TypedFacility): { request: Omit<ProposeFacility, 'key'> } | { wrong: readonly FacilityField[] } {
  const limit = fenTyped(typed.limit);
  const { shape } = openFacility;
  const [person, product] = [shape.person_id.safeParse(typed.person), shape.product.safeParse(typed.product)];
  const [from, to] = [shape.valid_from.safeParse(typed.from), shape.valid_to.safeParse(typed.to)];
  const checks: readonly [FacilityField, boolean][] = [
    ['person', person.success],
    ['product', product.success],
    ['limit', limit !== null],
    ['from', from.success],
    ['to', to.success && typed.to > typed.from],
    ['reason', isReason(typed.reason)],
  ];
  const wrong = checks.filter(([, isRight]) => !isRight).map(([field]) => field);
  if (!person.success || !product.success || !from.success || !to.success || limit === null || wrong.length > 0) return { wrong };
  return {
    request: {
      person_id: person.data,
      product: product.data,
      kind: typed.kind,
      limit_fen: String(limit),
      valid_from: from.data,
      valid_to: to.data,
      reason: typed.reason.trim(),
    },
  };
}

/** Names of products on the facilities that have been read, the most usual first. */
export function productsOf(facilities: readonly Facility[]): string[] {
  const seen = new Map<string, number>();
  for (const { product } of facilities) seen.set(product, (seen.get(product) ?? 0) + 1);
  return [...seen].toSorted(([, a], [, b]) => b - a).map(([product]) => product);
}

/** What may become of a facility by its state: of a closed one nothing. */
export const facilityChanges = ['limit', 'frozen', 'active', 'closed'] as const;
export type FacilityChange = (typeof facilityChanges)[number];
export function changesOffered({ state }: Pick<Facility, 'state'>): readonly FacilityChange[] {
  const states = facilityBecomesByHand[state];
  return states.length === 0 ? [] : ['limit', ...states];
}

/** What is left to draw under another limit or state, by the rule of the server. */
export function availableAfter(facility: Facility, limitFen: bigint, state: Facility['state'], businessDate: string): bigint {
  if (state !== 'active' || businessDate < facility.valid_from || businessDate > facility.valid_to) return 0n;
  const taken = BigInt(facility.used_fen) + BigInt(facility.reserved_fen);
  if (facility.kind === 'single_use' && taken > 0n) return 0n;
  return limitFen > taken ? limitFen - taken : 0n;
}
