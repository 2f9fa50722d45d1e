/** A base that states every term, and the words it is written in. */
import type { Dictionary } from '../dictionary.ts';
import type { Layer } from '../layer.ts';

const said = { zh: '担保费', en: 'Guarantee' };

export const baseTerms: Layer['terms'] = {
  plain: { zh: '一句话', en: 'One line' },
  segments: ['public_post', 'resident', 'villager'],
  channels: ['outlet', 'manager'],
  grid_codes: ['320723'],
  outside_area: 'refer',
  facility_kind: 'revolving',
  limit_min_fen: '500000',
  limit_max_fen: '30000000',
  facility_months: 36,
  offer_days: 30,
  caps: [
    {
      id: 'known',
      of: 'limit_max_fen',
      most: '25000000',
      effective_from: '2026-01-01',
      effective_to: null,
      rule: { zh: '规定', en: 'rule' },
    },
  ],
  draw_min_fen: '100000',
  draw_months: [3, 12, 24],
  methods: ['equal_installment', 'revolving'],
  day_count: 'actual/360',
  due_day: 'start_day',
  interest_every: 1,
  reprice_every: 'never',
  grace_days: 3,
  penalty_markup_ppm: 400_000,
  prepayment_fee_ppm: 10_000,
  price_floor_ppm: 33_500,
  price_cap_ppm: 120_000,
  lpr_term: 'one_year',
  discounts_bp: { manager: 10, head: 50 },
  subsidy_ppm: 10_000,
  fees: [{ id: 'guarantee', name: said, how: said, collector: said, basis: 'a_year', amount: '8000' }],
  strategy: 'retail',
  scene: 'apply',
  process: 'online',
  authority: 'online',
  application_form: 'consumer',
  investigation_form: null,
  documents: ['id_card'],
  guarantees: ['credit', 'guarantee_company'],
  spouse_consent: 'above',
  spouse_consent_above_fen: '10000000',
  purposes: ['consumption', 'medical'],
  forbidden_uses: ['stock'],
  entrusted_above_fen: '50000000',
};

const one = { zh: '一', en: 'One' };
export const words: Dictionary = {
  purposes: { consumption: { ...one, kind: 'consumption' }, medical: { ...one, kind: 'consumption' } },
  forbidden_uses: { stock: one },
  documents: { id_card: one },
  guarantees: { credit: one, guarantee_company: one },
  channels: { outlet: one, manager: one },
  processes: { online: one },
  authorities: { online: one },
  posts: { manager: one, head: one },
};
