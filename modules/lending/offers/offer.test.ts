import { describe, expect, test } from 'vitest';
import type { Terms } from '#core/product/index.ts';
import { levelOf, oversteps, priced } from '../approval/authority.ts';
import { hashOf, makeOffer } from './offer.ts';
import type { OfferContent } from './offer.ts';

const terms: Terms = {
  plain: { zh: '一句话', en: 'one line' },
  segments: ['villager'],
  channels: ['scan_code'],
  grid_codes: [],
  outside_area: 'refuse',
  facility_kind: 'revolving',
  limit_min_fen: '500000',
  limit_max_fen: '20000000',
  facility_months: 36,
  offer_days: 30,
  caps: [],
  draw_min_fen: '100000',
  draw_months: [3, 6, 12, 24],
  methods: ['equal_installment', 'interest_only'],
  day_count: '30/360',
  due_day: 'start_day',
  interest_every: 1,
  reprice_every: 'never',
  grace_days: 0,
  penalty_markup_ppm: 500_000,
  prepayment_fee_ppm: 0,
  price_floor_ppm: 38_000,
  price_cap_ppm: 90_000,
  lpr_term: 'one_year',
  discounts_bp: { branch_head: 50 },
  subsidy_ppm: 0,
  fees: [],
  strategy: 'retail',
  scene: 'apply',
  process: 'online',
  authority: 'village',
  application_form: 'farm',
  investigation_form: null,
  documents: [],
  guarantees: ['credit'],
  spouse_consent: 'never',
  spouse_consent_above_fen: '0',
  purposes: ['planting'],
  forbidden_uses: [],
  entrusted_above_fen: '30000000',
};
const offerOf = (limitFen: bigint, ratePpm: number, more: Partial<Terms> = {}) =>
  makeOffer({
    terms: { ...terms, ...more },
    product: 'p',
    productVersion: '1.1',
    granted: { limitFen, ratePpm },
    conditions: [],
    today: Temporal.PlainDate.from('2026-11-23'),
    market: { lprPpm: 30_000n, lender: { zh: '本行', en: 'The bank' } },
  });
const made = (limitFen: bigint, ratePpm: number, more: Partial<Terms> = {}): OfferContent => {
  const offer = offerOf(limitFen, ratePpm, more);
  if ('none' in offer) throw new Error(offer.none);
  return offer;
};

describe('what is offered', () => {
  test.each<[string, bigint, number, object]>([
    ['as decided', 5_000_000n, 52_000, { limit_fen: '5000000', rate_ppm: 52_000 }],
    ['down to a thousand yuan', 5_099_999n, 52_000, { limit_fen: '5000000' }],
    ['the product’s highest', 90_000_000n, 52_000, { limit_fen: '20000000' }],
    ['its least', 500_000n, 52_000, { limit_fen: '500000' }],
    ['its floor', 5_000_000n, 10_000, { rate_ppm: 38_000 }],
    ['its ceiling', 5_000_000n, 200_000, { rate_ppm: 90_000 }],
  ])('%s', (_name, limit, rate, expected) => expect(offerOf(limit, rate)).toMatchObject(expected));

  test.each([
    ['under the least', 499_999n, 52_000, {}, 'below_minimum'],
    [
      'fees that bring it above what may be charged',
      5_000_000n,
      90_000,
      {
        fees: [
          {
            id: 'f',
            name: { zh: '费', en: 'fee' },
            how: { zh: '一次', en: 'once' },
            collector: { zh: '本行', en: 'bank' },
            basis: 'of_draw' as const,
            amount: '200000',
          },
        ],
      },
      'too_dear',
    ],
  ])('nothing: %s', (_name, limit, rate, more, none) => expect(offerOf(limit, rate, more as Partial<Terms>)).toEqual({ none }));

  test('ten thousand yuan for a year, by hand: 12 instalments of 849.67 at 3.6 % cost 196.06', () => {
    const { cost } = made(5_000_000n, 36_000, { price_floor_ppm: 0 });
    expect(cost.example).toEqual({ principal_fen: '1000000', months: 12, method: 'equal_installment' });
    expect(cost.interest_fen).toBe('19606');
    expect(cost.total_fen).toBe('19606');
  });

  test('its days', () => {
    expect(made(5_000_000n, 52_000)).toMatchObject({ valid_until: '2026-12-23', limit_until: '2029-11-23' });
  });

  test('the hash covers everything of it, in whatever order it was written', () => {
    const offer = made(5_000_000n, 52_000);
    const turned = Object.fromEntries(Object.entries(offer).toReversed()) as unknown as OfferContent;
    expect(hashOf(turned)).toBe(hashOf(offer));
    const changes: Partial<OfferContent>[] = [
      { limit_fen: '5100000' },
      { rate_ppm: 52_001 },
      { methods: ['bullet'] },
      { limit_until: '2029-11-24' },
      { cost: { ...offer.cost, total_fen: '1' } },
      { conditions: [{ code: 'spouse', text: { zh: '', en: '' } }] },
    ];
    for (const change of changes) expect(hashOf({ ...offer, ...change })).not.toBe(hashOf(offer));
  });
});

describe('who may decide', () => {
  const table = [
    { role: 'branch_head' as const, up_to_fen: '10000000' },
    { role: 'approver' as const, up_to_fen: '20000000' },
  ];
  test.each([
    [1n, 1],
    [10_000_000n, 1],
    [10_000_001n, 2],
    [20_000_000n, 2],
    [20_000_001n, 3],
  ])('%s fen: level %s', (limit, level) => expect(levelOf(table, limit)).toBe(level));

  test.each([
    [5_000_000n, 0, null],
    [5_000_001n, 0, 'above_proposal'],
    [400_000n, 0, 'below_product'],
    [5_000_000n, 50, null],
    [5_000_000n, 51, 'discount_too_large'],
  ])('%s fen with %s basis points: %s', (limitFen, discountBp, wrong) => {
    expect(oversteps({ limitFen, discountBp }, 5_000_000n, terms, 'branch_head')).toBe(wrong);
  });

  test('above the product, and a post without any discount', () => {
    expect(oversteps({ limitFen: 20_000_100n, discountBp: 0 }, 30_000_000n, terms, 'branch_head')).toBe('above_product');
    expect(oversteps({ limitFen: 5_000_000n, discountBp: 1 }, 5_000_000n, terms, 'manager')).toBe('discount_too_large');
  });

  test.each([
    [52_000, 0, 52_000],
    [52_000, 50, 47_000],
    [40_000, 50, 38_000],
  ])('%s less %s basis points is %s', (rate, discount, after) => expect(priced(rate, discount, 38_000)).toBe(after));
});
