/** Every rule of the delivered strategy: one person whom it hits, one of whom its input is unknown, one whom it passes. */
import { describe, expect, test } from 'vitest';
import { checkStrategy } from './check.ts';
import type { Decision, Stage } from '../contract.ts';
import { openStrategy, templateFolder } from '../index.ts';
import { soundApplication, soundPeople } from './sound-people.ts';
import { withScene } from './strategy.ts';

const strategy = await openStrategy(templateFolder, 'retail');
const asOf = '2026-11-20';
type Changes = Record<string, number | string | boolean | null>;
interface Case {
  rule: string;
  hit: Changes;
  unknown: Changes;
  /** What a hit and an unknown do to a sound person; the effects of the codes follow. */
  outcome: Decision['outcome'];
  from?: Decision['segment'];
  stage?: Stage;
  /** A value on the border that must still pass. */
  border?: Changes;
}
const rule = (id: string, outcome: Case['outcome'], hit: Changes, unknown: Changes, more: Partial<Case> = {}): Case => ({
  rule: id,
  outcome,
  hit,
  unknown,
  ...more,
});
const none = (...names: string[]): Changes => Object.fromEntries(names.map((name) => [name, null]));
const apply = { stage: 'apply' } as const;

const cases: Case[] = [
  rule('X13', 'decline', { GV_DEATH: true }, none('GV_DEATH')),
  rule('B01', 'decline', { AGE: 17 }, none('AGE'), { border: { AGE: 18 } }),
  rule('B02', 'decline', { AGE: 70 }, none('AGE'), { border: { AGE: 69 } }),
  rule('B03', 'decline', { ID_CHECK_RESULT: '03' }, none('ID_CHECK_RESULT'), apply),
  rule('B04', 'decline', { ID_EXPIRY: '2026-11-19' }, none('ID_EXPIRY'), { ...apply, border: { ID_EXPIRY: '2026-12-21' } }),
  rule('B05', 'decline', { FACE_SCORE: 0.74 }, none('FACE_SCORE'), { ...apply, border: { FACE_SCORE: 0.75 } }),
  rule('B06', 'decline', { PHONE_CHECK: 'mismatch' }, none('PHONE_CHECK'), apply),
  rule(
    'B07',
    'decline',
    { HUKOU_LOCAL: false, GRD_RESIDE_TYPE: 'province' },
    { HUKOU_LOCAL: null, GRD_RESIDE_TYPE: null },
    {
      border: { HUKOU_LOCAL: false, GRD_RESIDE_TYPE: 'county' },
    },
  ),
  rule('B08', 'decline', { CIVIL_CAPACITY: 'limited' }, none('CIVIL_CAPACITY')),
  rule(
    'B09',
    'refer',
    { SPOUSE_SIGNED: false, APP_AMOUNT: 5_000_001 },
    { APP_AMOUNT: 5_000_001, GV_MARITAL: null, SPOUSE_SIGNED: null },
    {
      ...apply,
      border: { SPOUSE_SIGNED: false, APP_AMOUNT: 5_000_000 },
    },
  ),
  rule('B10', 'decline', { OCCUPATION: 'student' }, none('OCCUPATION', 'TRADE')),
  rule('N01', 'decline', { BL_HIT: true }, none('BL_HIT')),
  rule('N02', 'refer', { GL_HIT: true }, none('GL_HIT')),
  rule('N03', 'refer', { AML_LEVEL: 'low' }, none('AML_LEVEL')),
  rule('N04', 'refer', { AML_LEVEL: 'high' }, none('AML_LEVEL'), { border: { AML_LEVEL: 'none' } }),
  rule('N05', 'decline', { FRD_LIST_HIT: true }, none('FRD_LIST_HIT')),
  rule('N06', 'decline', { ACC_CTRL: true }, none('ACC_CTRL')),
  rule('N07', 'decline', { RV_EXCL_CNT: 2 }, none('RV_EXCL_CNT')),
  rule('N08', 'refer', { RV_EXCL_CNT: 1 }, none('RV_EXCL_CNT')),
  rule('N09', 'approve', { RV_CNT: 1 }, none('RV_CNT'), { border: { RV_CNT: 2 } }),
  rule('N10', 'decline', { GRD_VISIT_RESULT: 'unreachable' }, none('GRD_VISIT_RESULT'), { border: { GRD_VISIT_RESULT: 'refused' } }),
  rule('F01', 'refer', { FRD_PH_RISK: 'high' }, none('FRD_PH_RISK')),
  rule('F02', 'decline', { FRD_DEV_SHARE: 6 }, none('FRD_DEV_SHARE'), { border: { FRD_DEV_SHARE: 2 } }),
  rule('F03', 'refer', { EB_DEV_CNT: 6 }, none('EB_DEV_CNT'), { border: { EB_DEV_CNT: 5 } }),
  rule('F04', 'refer', { DEP_NIGHT_TXN_R: 0.51 }, none('DEP_NIGHT_TXN_R'), { border: { DEP_NIGHT_TXN_R: 0.5 } }),
  rule('F05', 'approve', { PHONE_VALID: false }, none('PHONE_VALID')),
  rule('F05', 'refer', { PHONE_VALID: false }, none('PHONE_VALID'), apply),
  rule(
    'F06',
    'refer',
    { DEP_IN_AMT_6M: 100_000_001, DEP_AVG_12M: 99_999 },
    { DEP_IN_AMT_6M: 100_000_001, DEP_AVG_12M: null },
    {
      border: { DEP_IN_AMT_6M: 100_000_001, DEP_AVG_12M: 100_000 },
    },
  ),
  rule('G01', 'decline', { GV_DISHONEST: true }, none('GV_DISHONEST')),
  rule('G02', 'decline', { GV_ENFORCE_AMT: 1 }, none('GV_ENFORCE_AMT')),
  rule('G03', 'refer', { GV_LOAN_SUIT_3Y: 1 }, none('GV_LOAN_SUIT_3Y')),
  rule('G04', 'decline', { GV_PENALTY_VICE_60M: 1 }, none('GV_PENALTY_VICE_60M')),
  rule('I01', 'decline', { LN_OVD_DAYS: 1 }, none('LN_OVD_DAYS')),
  rule('I02', 'decline', { LN_WO_FLAG: true }, none('LN_WO_FLAG')),
  rule('I03', 'decline', { LN_MAX_DPD_12M: 31 }, none('LN_MAX_DPD_12M'), { border: { LN_MAX_DPD_12M: 30 } }),
  rule('I04', 'decline', { LN_REFUSE_90D: 2 }, none('LN_REFUSE_90D'), { border: { LN_REFUSE_90D: 1 } }),
  rule('I05', 'decline', { LN_LIMIT_ACTIVE: true }, none('LN_LIMIT_ACTIVE')),
  rule('I06', 'decline', { EMPLOYEE: true }, none('EMPLOYEE')),
  rule('I07', 'refer', { LN_RELIEF_OPEN: true }, none('LN_RELIEF_OPEN')),
  rule('P01', 'decline', { CR_OVD_CUR: 1 }, none('CR_OVD_CUR')),
  rule('P02', 'decline', { CR_DPD90_24M: 1 }, none('CR_DPD90_24M')),
  rule('P03', 'decline', { CR_OVD_CNT_24M: 6 }, none('CR_OVD_CNT_24M'), { border: { CR_OVD_CNT_24M: 5 } }),
  rule('P04', 'decline', { CR_OVD_MAX_24M: 3 }, none('CR_OVD_MAX_24M'), { border: { CR_OVD_MAX_24M: 2 } }),
  rule('P05', 'decline', { CR_SPEC_FLAG: true }, none('CR_SPEC_FLAG')),
  rule('P06', 'decline', { CR_CLASS5: 'substandard' }, none('CR_CLASS5')),
  rule('P07', 'refer', { CR_CLASS5: 'special_mention' }, none('CR_CLASS5')),
  rule('P08', 'refer', { CR_Q_LOAN_3M: 5 }, none('CR_Q_LOAN_3M'), { border: { CR_Q_LOAN_3M: 4 } }),
  rule('P09', 'decline', { CR_LENDER_CNT: 6 }, none('CR_LENDER_CNT'), { border: { CR_LENDER_CNT: 5 } }),
  rule('P10', 'decline', { CR_SMALL_CNT: 4 }, none('CR_SMALL_CNT'), { border: { CR_SMALL_CNT: 3 } }),
  rule(
    'P11',
    'refer',
    { CR_CARD_LMT: 1_000_000, CR_CARD_UTIL: 0.91 },
    { CR_CARD_LMT: 1_000_000, CR_CARD_UTIL: null },
    {
      border: { CR_CARD_LMT: 1_000_000, CR_CARD_UTIL: 0.9 },
    },
  ),
  rule('P12', 'decline', { CR_GUAR_BAD: true }, none('CR_GUAR_BAD')),
  rule('P13', 'refer', { CR_GUAR_BAL: 30_010_000 }, none('CR_GUAR_BAL'), { border: { CR_GUAR_BAL: 30_000_000 } }),
  rule('P14', 'refer', { CR_REPORT_DT: '2026-10-20' }, none('CR_REPORT_DT'), { ...apply, border: { CR_REPORT_DT: '2026-10-21' } }),
  rule('P15', 'approve', { CR_THIN: true }, none('CR_THIN')),
  rule('P16', 'refer', { CR_DISPUTE: true }, none('CR_DISPUTE')),
  rule('P17', 'decline', { CR_PUBLIC_BAD: true }, none('CR_PUBLIC_BAD')),
  rule('D01', 'decline', { CR_MON_DUE: 460_000 }, none('CR_MON_DUE'), { border: { CR_MON_DUE: 458_000 } }),
  rule('D02', 'decline', { CR_LN_BAL: 50_010_000, CR_LN_BAL_6M: 50_010_000 }, none('CR_LN_BAL'), {
    border: { CR_LN_BAL: 50_000_000, CR_LN_BAL_6M: 50_000_000 },
  }),
  rule('D03', 'decline', { CR_UNSEC_BAL: 50_000_001 }, none('CR_UNSEC_BAL')),
  rule('D04', 'refer', { CR_LN_BAL: 23_000_000, CR_LN_BAL_6M: 10_000_000 }, none('CR_LN_BAL_6M'), {
    border: { CR_LN_BAL: 15_000_000, CR_LN_BAL_6M: 10_000_000 },
  }),
  rule('D05', 'refer', { HH_DEBT: 18_030_000 }, none('HH_ASSET'), { border: { HH_DEBT: 18_000_000 } }),
  rule('D06', 'refer', { RV_HIGHRATE: true }, none('RV_HIGHRATE')),
  rule('D07', 'decline', { HH_EXPOSURE: 30_000_001 }, none('HH_EXPOSURE')),
  rule('R01', 'decline', { RELATED_PARTY: true }, none('RELATED_PARTY')),
  rule('R02', 'decline', { APP_PURPOSE: 'stock' }, none('APP_PURPOSE'), apply),
  rule('R03', 'approve', { INTERNET_LOAN: true, APP_PURPOSE: 'consumption' }, none('INTERNET_LOAN'), {
    ...apply,
    from: 'public_post',
  }),
  rule('R04', 'decline', { INTERNET_LOAN: true, APP_IN_REGION: false }, none('INTERNET_LOAN', 'APP_IN_REGION'), {
    ...apply,
    border: { INTERNET_LOAN: false, APP_IN_REGION: false },
  }),
  rule('R05', 'decline', { CONSENT_PBOC_TO: '2026-11-19' }, none('CONSENT_PBOC_TO'), { ...apply, border: { CONSENT_PBOC_TO: asOf } }),
  rule('R06', 'approve', { CONSENT_DATA_TO: '2026-11-19' }, none('CONSENT_DATA_TO'), { ...apply, border: { CONSENT_DATA_TO: asOf } }),
  rule('R07', 'decline', { COST_FORM_CONFIRMED: false }, none('COST_FORM_CONFIRMED'), apply),
  rule('E01', 'refer', { EN_AGE_M: 11 }, none('EN_AGE_M'), { from: 'micro_owner', border: { EN_AGE_M: 12 } }),
  rule('E02', 'decline', { EN_STATUS: 'revoked' }, none('EN_STATUS'), { from: 'micro_owner' }),
  rule('E03', 'decline', { EN_TAX_GRADE: 'D' }, none('EN_TAX_GRADE'), { from: 'micro_owner', border: { EN_TAX_GRADE: 'C' } }),
  rule('E04', 'refer', { EN_INV_GAP: 91 }, none('EN_INV_GAP'), { from: 'micro_owner', border: { EN_INV_GAP: 90 } }),
];

/** Without a mark of its own an unknown is one of what it stands under: no report at all. */
const answer = ({ from = 'villager', stage = 'screen' }: Case, changes: Changes) => {
  const application = stage === 'apply' ? soundApplication : {};
  return strategy.answer(withScene({ ...soundPeople[from], ...application, ...changes }, asOf, stage));
};

test('the table holds every rule once', () => {
  expect([...new Set(cases.map((each) => each.rule))].toSorted()).toEqual(strategy.rules.map((each) => each.id).toSorted());
  expect(strategy.rules.filter((each) => /^[BNIGPDR]/.test(each.id))).toHaveLength(62);
});

describe.each(cases)('$rule', (each) => {
  test('hits', () => {
    // R03 lowers a limit that only a rich applicant reaches.
    const rich = each.rule === 'R03' ? { PAY_AVG_6M: 3_000_000, INC_YEAR: 60_000_000, HH_DEP_AVG_12M: 0 } : {};
    const { reasons, outcome } = answer(each, { ...rich, ...each.hit });
    expect(reasons).toContain(each.rule);
    expect(outcome).toBe(each.outcome);
  });

  test('is unknown without its input, which neither declines nor approves', () => {
    const { reasons, outcome } = answer(each, each.unknown);
    expect(reasons).toContain(`${each.rule}U`);
    expect(reasons).not.toContain(each.rule);
    // A wait holds an application; while screening it is only noted.
    expect(outcome).toBe(strategy.effectOf.get(`${each.rule}U`) === 'wait' && each.stage !== 'apply' ? 'approve' : 'refer');
  });

  test('passes in silence', () => {
    for (const changes of [{}, each.border ?? {}]) {
      const { reasons } = answer(each, changes);
      expect(reasons.filter((code) => code.startsWith(each.rule))).toEqual([]);
    }
  });
});

test.each([
  ['B03W', 'refer', { ID_CHECK_RESULT: '05' }],
  ['B04M', 'refer', { ID_EXPIRY: '2026-12-20' }],
  ['F02M', 'refer', { FRD_DEV_SHARE: 3 }],
  ['S02', 'refer', { AGE: 24, HH_LABOR: 0, RV_REP: 2, CR_Q_LOAN_3M: 4 }],
  ['S01', 'decline', { AGE: 24, HH_LABOR: 0, RV_REP: 2, CR_Q_LOAN_3M: 4, CR_OVD_CNT_60M: 7 }],
  ['Z01', 'decline', { HH_EXPOSURE: 29_600_000 }],
  ['Z02U', 'refer', { RV_LIMIT_AVG: null, HH_INC_NET: null, DEP_AVG_12M: 0 }],
  ['Z03U', 'refer', { CR_THIN: true, INC_YEAR: null, HH_INC_NET: null }],
  ['T03', 'refer', { RV_LIMIT_AVG: 30_010_000 }],
  ['P00U', 'refer', { CR_REPORT_DT: null }],
] as const)('%s is given and makes it %s', (code, outcome, changes) => {
  const given = answer({ rule: code, outcome, hit: {}, unknown: {}, stage: 'apply' }, { ...changes });
  expect(given.reasons).toContain(code);
  expect(given.outcome).toBe(outcome);
});

test('a day without price parameters refers', () => {
  const given = strategy.answer(withScene(soundPeople.villager, '2023-08-20', 'screen'));
  expect(given).toMatchObject({ outcome: 'refer', rate_ppm: null });
  expect(given.reasons).toContain('Z04U');
});

test('an empty feed neither approves nor rejects anybody', () => {
  for (const name of Object.keys(soundPeople.villager)) {
    for (const segment of Object.values(soundPeople)) {
      const { outcome } = strategy.answer(withScene({ ...segment, [name]: null }, asOf, 'screen'));
      expect([name, outcome]).not.toEqual([name, 'decline']);
    }
  }
  expect(strategy.answer(withScene({}, asOf, 'screen')).outcome).toBe('refer');
});

test('reasons stand in the order of effects, and within one in the order of families', () => {
  const everything = {
    ...soundPeople.villager,
    AGE: 17,
    GL_HIT: true,
    BL_HIT: true,
    CR_OVD_CUR: 1,
    RV_CNT: 1,
    GV_DISHONEST: null,
    HH_EXPOSURE: 20_000_000,
  };
  const { reasons } = strategy.answer(withScene(everything, asOf, 'screen'));
  expect(reasons.slice(0, 6)).toEqual(['B01', 'N01', 'P01', 'N02', 'G01U', 'N09']);
});

test('nothing is found wrong with the delivered strategy', () => {
  expect(checkStrategy(strategy)).toEqual([]);
});
