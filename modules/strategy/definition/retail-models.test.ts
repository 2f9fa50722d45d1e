/** Every limit model and every pricing model of the delivered strategy, each held against figures worked out by hand. Amounts in fen. */
import { expect, test } from 'vitest';
import type { Decision } from '../contract.ts';
import { explain, noMeans, openStrategy, templateFolder } from '../index.ts';
import { samplePeople } from './sample-people.ts';
import { soundPeople } from './sound-people.ts';
import { tracerOf } from '../explanation/explain.ts';
import { withScene } from './strategy.ts';

const strategy = await openStrategy(templateFolder, 'retail');
const asOf = '2026-11-20';
type Segment = Decision['segment'];
type Changes = Record<string, number | string | boolean | null>;
const person = (from: Segment, changes: Changes) => withScene({ ...soundPeople[from], ...changes }, asOf, 'screen');

// base × band % × stability % × history %, each step down to the fen, + deposits; then the least cap, down to 1,000 yuan.
test.each<[string, Segment, Changes, number, number, number, bigint]>([
  // 7,000 × 20 = 140,000; × 1.20 × 1.10 = 184,800; + 24,000 × 0.3 = 192,000; can repay 84,000 × 1.65 − 1,000 × 36 = 102,600
  ['L01', 'public_post', {}, 14_000_000, 19_200_000, 10_260_000, 10_200_000n],
  // 6,000 × 16 = 96,000; × 1.10 × 1.10 = 116,160; + 7,200
  ['L02', 'public_post', { PAY_MON_12M: 5, HF_BASE: 600_000 }, 9_600_000, 12_336_000, 10_260_000, 10_200_000n],
  // 5,500 × 15 = 82,500; × 1.20 × 1.05 = 103,950; + 7,200; can repay 66,000 × 1.65 − 36,000 = 72,900
  ['L03', 'resident', {}, 8_250_000, 11_115_000, 7_290_000, 7_200_000n],
  // 4,500 × 12 = 54,000; × 1.10 × 1.05 = 62,370; + 7,200
  ['L04', 'resident', { PAY_MON_12M: 0, SS_BASE: 450_000 }, 5_400_000, 6_957_000, 6_957_000, 6_900_000n],
  // 40,000 × 1.5 = 60,000; × 1.10 × 1.05 = 69,300; nothing added to a deposit model
  [
    'L05',
    'resident',
    { PAY_MON_12M: 0, SS_TYPE: 'resident', SS_BASE: null, DEP_AVG_12M: 4_000_000 },
    6_000_000,
    6_930_000,
    6_930_000,
    6_900_000n,
  ],
  // no visit: min(90,000, 100,000) × 0.8 = 72,000; × 1.10 × 1.10 = 87,120; + 7,200; can repay 100,000 × 1.65 − 36,000 = 129,000
  ['L06', 'villager', {}, 7_200_000, 9_432_000, 9_432_000, 9_400_000n],
  // visited: min(90,000, 100,000, 70,000) = 70,000; × 1.21 = 84,700; + 7,200
  ['L06', 'villager', { GRD_VISIT_LIMIT: 7_000_000 }, 7_000_000, 9_190_000, 9_190_000, 9_100_000n],
  // net income unknown: 90,000 × 0.8; can repay the person's own 60,000 × 1.65 − 36,000 = 63,000
  ['L06', 'villager', { HH_INC_NET: null }, 7_200_000, 9_432_000, 6_300_000, 6_300_000n],
  // 100,000 × 1.21 = 121,000; + 7,200
  ['L07', 'villager', { RV_LIMIT_AVG: null }, 10_000_000, 12_820_000, 12_820_000, 12_800_000n],
  // 30,000 × 1.21
  ['L08', 'villager', { RV_LIMIT_AVG: null, HH_INC_NET: null, DEP_AVG_12M: 3_000_000 }, 3_000_000, 3_630_000, 3_630_000, 3_600_000n],
  // 600,000 × 12 % = 72,000; × 1.21 = 87,120; + 7,200
  ['L09', 'sole_trader', {}, 7_200_000, 9_432_000, 9_432_000, 9_400_000n],
  // 100,000 × 0.8 = 80,000; band C; + 7,200
  ['L10', 'sole_trader', { EB_QR_ACTIVE_M: 2 }, 8_000_000, 8_720_000, 8_720_000, 8_700_000n],
  // 2,000,000 × 10 % + 30,000 × 2 = 260,000; × 1.21 = 314,600; + 7,200; can repay 200,000 × 1.65 − 36,000 = 294,000
  ['L11', 'micro_owner', {}, 26_000_000, 32_180_000, 29_400_000, 29_400_000n],
  // tax unknown: not counted; 200,000 × 1.21 = 242,000; + 7,200
  ['L11', 'micro_owner', { EN_TAX_12M: null }, 20_000_000, 24_920_000, 24_920_000, 24_900_000n],
  // 100,000 × 0.6 = 60,000; × 1.10 × 1.10 × 0.90 = 65,340; + 7,200
  ['L12', 'villager', { CR_THIN: true }, 6_000_000, 7_254_000, 7_254_000, 7_200_000n],
])('limit model %s of %s with %o', (model, from, changes, base, modelLimit, capped, limit) => {
  const inputs = person(from, changes);
  const { values } = tracerOf(strategy)(inputs);
  const seen = [values['额度模型'], values['基础额度'], values['模型额度'], values['封顶额度'], strategy.answer(inputs).limit_fen];
  expect(seen).toEqual([model, base, modelLimit, capped, limit]);
});

test('there are 12 limit models and 19 pricing models', () => {
  const { limit, price } = strategy.definition.description;
  expect([Object.keys(limit.models).length, Object.keys(price.models).length]).toEqual([12, 19]);
});

test.each<[string, Changes, bigint | null]>([
  ['C01', { CR_THIN: true, HH_INC_NET: 20_000_000 }, 8_000_000n],
  ['C02', { RV_LIMIT_AVG: 60_000_000, HH_INC_NET: 80_000_000, GRD_PEER_INC_P50: 40_000_000 }, 15_000_000n],
  ['C03', { HH_EXPOSURE: 25_300_000 }, 4_700_000n],
  ['C04', { CR_UNSEC_BAL: 47_000_000 }, 3_000_000n],
  ['C05', { GRD_BAD_R: 0.06 }, 2_000_000n],
  ['C05', { GRD_BAD_R: 0.05 }, 5_000_000n],
  ['C06', { GRD_PEER_INC_P50: 1_000_000 }, 3_000_000n],
  // 100,000 × 1.65 − 3,830 × 36 = 27,120
  ['C07', { CR_MON_DUE: 383_000 }, 2_700_000n],
])('cap %s binds with %o', (code, changes, limit) => {
  const { answers, explanation } = explain(strategy, { ...soundPeople.villager, ...changes }, asOf, 'screen', noMeans);
  expect(answers.limit_fen).toBe(limit);
  expect(answers.reasons).toContain(code);
  const binding = explanation.limit_steps.find((step) => step.binding);
  expect(binding).toMatchObject({ kind: 'cap', touched: true });
});

// LPR 3.00 % + (base + band − discounts) basis points; first loan here −10, deposits of 20,000 yuan −15 and of 50,000 −25, two loans repaid −15.
test.each<[string, Segment, Changes, number]>([
  ['K01', 'public_post', {}, 30_000 + (50 + 0 - 10) * 100],
  ['K02', 'public_post', { PAY_MON_12M: 0 }, 30_000 + (55 + 15 - 10) * 100],
  ['K03', 'public_post', { PAY_MON_12M: 0, HF_BASE: 0, SS_TYPE: 'resident' }, 30_000 + (70 + 15 - 10) * 100],
  ['K04', 'resident', {}, 30_000 + (150 + 0 - 10) * 100],
  ['K05', 'resident', { LN_SETTLE_CNT: 1 }, 30_000 + 130 * 100],
  ['K06', 'resident', { PAY_MON_12M: 0 }, 30_000 + (160 + 35 - 10) * 100],
  ['K07', 'resident', { PAY_MON_12M: 0, SS_TYPE: 'resident', DEP_AVG_12M: 6_000_000 }, 30_000 + (170 + 35 - 25 - 10) * 100],
  ['K08', 'villager', { LN_SETTLE_CNT: 2 }, 30_000 + (190 + 40 - 15) * 100],
  ['K09', 'villager', {}, 30_000 + (205 + 40 - 10) * 100],
  ['K10', 'villager', { RV_LIMIT_AVG: null }, 30_000 + (215 + 40 - 10) * 100],
  ['K11', 'villager', { RV_LIMIT_AVG: null, TRADE: 'farm' }, 30_000 + (240 + 40 - 10) * 100],
  ['K12', 'villager', { RV_LIMIT_AVG: null, HH_INC_NET: null, DEP_AVG_12M: 3_000_000 }, 30_000 + (230 + 40 - 15 - 10) * 100],
  ['K13', 'sole_trader', { LN_SETTLE_CNT: 1 }, 30_000 + (150 + 40) * 100],
  ['K14', 'sole_trader', {}, 30_000 + (170 + 40 - 10) * 100],
  ['K15', 'sole_trader', { EB_QR_ACTIVE_M: 2 }, 30_000 + (200 + 80 - 10) * 100],
  ['K16', 'micro_owner', {}, 30_000 + (145 + 40 - 10) * 100],
  ['K17', 'micro_owner', { EN_TAX_GRADE: 'M' }, 30_000 + (190 + 40 - 10) * 100],
  ['K18', 'villager', { CR_THIN: true }, 30_000 + (300 + 40 - 10) * 100],
  ['K19', 'resident', { CR_THIN: true }, 30_000 + (260 + 35 - 10) * 100],
])('pricing model %s of %s with %o', (model, from, changes, rate) => {
  const inputs = person(from, changes);
  expect([tracerOf(strategy)(inputs).values['定价模型'], strategy.answer(inputs).rate_ppm]).toEqual([model, rate]);
});

test.each<[string, Segment, Changes, string, number]>([
  ['Q01', 'villager', { CR_OVD_CNT_60M: 3 }, asOf, 30_000 + (205 + 80 + 40 - 10) * 100],
  ['Q02', 'villager', { CR_LENDER_CNT: 4 }, asOf, 30_000 + (205 + 40 + 20 - 10) * 100],
  ['Q03', 'villager', { DEP_AVG_12M: 2_000_000 }, asOf, 30_000 + (205 + 40 - 15 - 10) * 100],
  ['Q04', 'villager', {}, asOf, 53_500],
  ['Q05', 'villager', { LN_SETTLE_CNT: 2 }, asOf, 51_500],
  ['Q06', 'public_post', { DEP_AVG_12M: 5_000_000 }, asOf, 33_500],
  ['Q07', 'villager', { CR_THIN: true, CR_OVD_CNT_60M: 3, CR_LENDER_CNT: 4, LN_CNT_ACT: 1, AGE: 24, RV_REP: 3 }, asOf, 72_000],
])('price note %s for %s with %o on %s', (code, from, changes, day, rate) => {
  const given = strategy.answer(withScene({ ...soundPeople[from], ...changes }, day, 'screen'));
  expect(given.reasons).toContain(code);
  expect(given.rate_ppm).toBe(rate);
});

test.each([
  ['2023-08-21', 34_500],
  ['2024-07-21', 34_500],
  ['2024-07-22', 33_500],
  ['2024-10-21', 31_000],
  ['2025-05-19', 31_000],
  ['2025-05-20', 30_000],
])('on %s the one-year LPR is %i ppm', (day, lpr) => {
  const { values } = tracerOf(strategy)(withScene(soundPeople.villager, day, 'screen'));
  expect(values['一年期LPR']).toBe(lpr);
  expect(strategy.answer(withScene(soundPeople.villager, day, 'screen')).rate_ppm).toBe(lpr + (205 + 40 - 10) * 100);
});

test('what is explained adds up to what was decided, for 200 people', () => {
  for (const one of samplePeople(strategy, { count: 200, seed: 21, changedShare: 0.05, unknownShare: 0.01, asOf })) {
    const { person_id: _id, ...inputs } = one;
    const { answers, explanation } = explain(strategy, inputs, asOf, 'screen', noMeans);
    const { score, limit_steps: limit, rate_steps: rate, rules, changes } = explanation;
    expect((score?.base_points ?? 0) + (score?.contributions ?? []).reduce((sum, each) => sum + each.points, 0)).toBe(answers.score);
    if (answers.limit_fen !== null) {
      const beforeRounding = BigInt(limit.at(-3)?.amount ?? 0);
      expect(beforeRounding - (beforeRounding % 100_000n)).toBe(answers.limit_fen);
      expect(limit.at(-1)?.amount).toBe(String(answers.limit_fen));
      expect(rate.at(-1)?.amount).toBe(String(answers.rate_ppm));
      expect(rate.at(-2)?.amount).toBe(String(answers.rate_ppm));
    }
    const hits = rules.filter((each) => each.state === 'hit').map((each) => each.code);
    expect(answers.reasons).toEqual(expect.arrayContaining(hits));
    for (const change of changes) {
      const value = change.input.unit === 'fen' && change.to !== null ? Number(change.to) : change.to;
      const again = strategy.answer(withScene({ ...inputs, [change.input.name]: value }, asOf, 'screen'));
      expect([again.outcome, again.limit_fen === null ? null : String(again.limit_fen)]).toEqual([
        change.outcome_after,
        change.limit_fen_after,
      ]);
      expect([again.outcome, again.limit_fen, again.rate_ppm]).not.toEqual([answers.outcome, answers.limit_fen, answers.rate_ppm]);
    }
  }
});
