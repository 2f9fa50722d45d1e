/** What a borrower is offered: limit, price, terms and all-in cost, under one hash. Pure. */
import { createHash } from 'node:crypto';
import { costOfDraw } from '#core/product/index.ts';
import type { Market, Terms } from '#core/product/index.ts';
import { canonicalJson } from '#platform/files/index.ts';
import type { PortalOffer } from '../portal/contract.ts';

export interface Granted {
  readonly limitFen: bigint;
  readonly ratePpm: number;
}

export type OfferContent = Omit<PortalOffer, 'offer_id' | 'hash' | 'asked_fen'> & {
  readonly product: string;
  readonly product_version: string;
};

export interface OfferOf {
  readonly terms: Terms;
  readonly product: string;
  readonly productVersion: string;
  readonly granted: Granted;
  readonly conditions: OfferContent['conditions'];
  readonly today: Temporal.PlainDate;
  readonly market: Market;
}

export type NoOffer = { readonly none: 'below_minimum' | 'too_dear' };

/**
 * The product holds what was decided: its caps lower a limit, its corridor holds a price. A limit under its least is none, and so is a price that all-in
 * costs more than may be charged.
 */
export function makeOffer({ terms, product, productVersion, granted, conditions, today, market }: OfferOf): OfferContent | NoOffer {
  const limitFen = floorTo(least(granted.limitFen, BigInt(terms.limit_max_fen)), 100_000n);
  if (limitFen < BigInt(terms.limit_min_fen)) return { none: 'below_minimum' };
  const ratePpm = Math.min(Math.max(granted.ratePpm, terms.price_floor_ppm), terms.price_cap_ppm);
  const cost = exampleOf(terms, limitFen, ratePpm, today, market);
  if (cost === null) return { none: 'too_dear' };
  return {
    product,
    product_version: productVersion,
    limit_fen: String(limitFen),
    rate_ppm: ratePpm,
    is_revolving: terms.facility_kind === 'revolving',
    valid_until: today.add({ days: terms.offer_days }).toString(),
    limit_until: today.add({ months: terms.facility_months }).toString(),
    methods: [...terms.methods],
    months: [...terms.draw_months],
    cost,
    conditions,
  };
}

const exampleFen = 1_000_000n;

/** «借 10,000 元一年»: the amount and the term nearest to that which the product has. */
function exampleOf(
  terms: Terms,
  limitFen: bigint,
  ratePpm: number,
  today: Temporal.PlainDate,
  market: Market,
): OfferContent['cost'] | null {
  const months = terms.draw_months.reduce((best, one) => (Math.abs(one - 12) < Math.abs(best - 12) ? one : best));
  const [method] = terms.methods;
  if (method === undefined) return null;
  const principal = least(limitFen, exampleFen);
  const drawn = costOfDraw(terms, { amountFen: principal, months, method, ratePpm: BigInt(ratePpm), startDate: today }, market);
  if ('refused' in drawn || drawn.statement.isStopped) return null;
  const { statement } = drawn;
  const interest = statement.items.filter(({ kind }) => kind === 'interest').reduce((sum, { amountFen }) => sum + amountFen, 0n);
  return {
    example: { principal_fen: String(principal), months, method },
    interest_fen: String(interest),
    items: statement.items.map(({ name, collector, amountFen, yearly }) => ({
      name,
      collector,
      amount_fen: String(amountFen),
      yearly_ppm: Number(yearly.simplePpm),
    })),
    total_fen: String(statement.totalFen),
    yearly_ppm: Number(statement.yearly.simplePpm),
    late: statement.contingencies.map(({ name, standard }) => ({ name, standard })),
  };
}

/** What is accepted is exactly what was shown: the hash covers everything of it. */
export const hashOf = (content: OfferContent): string => createHash('sha256').update(canonicalJson(content)).digest('hex');

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const floorTo = (amount: bigint, step: bigint): bigint => amount - (amount % step);
