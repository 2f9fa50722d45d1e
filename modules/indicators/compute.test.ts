import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseCatalogue, readCatalogue } from './catalogue.ts';
import { computeIndicators } from './compute.ts';
import type { Catalogue } from './indicator.ts';
import { ahua, bai, chen, ding, er, sampleDay, sampleFiles, samplePersons } from './sample-people.ts';
import { writeSampleLake } from './sample-lake.ts';

type Value = string | number | bigint | boolean | null;
type Values = Map<string, Record<string, Value>>;

let folder: string;
let catalogue: Catalogue;
let full: Values;
let bare: Values;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qianmo-indicators-'));
  catalogue = await readCatalogue('banks/template');
  full = await valuesOf(sampleFiles, 'full');
  bare = await valuesOf(
    sampleFiles.filter((file) => file.source === 'grid_roll'),
    'bare',
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function valuesOf(files: typeof sampleFiles, name: string, computed = catalogue): Promise<Values> {
  const input = { dataFolder: join(folder, name), entityId: '320723', sources: catalogue.sources, files, persons: samplePersons };
  const lake = await writeSampleLake(input);
  return computeIndicators({ lake, catalogue: computed, entityId: '320723', asOf: sampleDay }, async (session, { file }) => {
    const rows = await session.rows<Record<string, Value>>(`select * from read_parquet('${file}')`);
    return new Map(rows.map((row) => [String(row['person_id']), row]));
  });
}

/** Every indicator: a value worked out by hand from sample-people.ts, and who shows that it can be UNKNOWN (`bare` = only the roll is loaded). */
const cases: [code: string, person: string, value: Value, unknownFor: string][] = [
  ['DEP_BAL_CUR', ahua, 6_000_000n, 'bare'],
  ['DEP_BAL_CUR', ding, 0n, 'bare'],
  ['DEP_AVG_3M', ahua, 636_957n, 'bare'], // (200000·31 + 300000·30 + 1400000·31) ÷ 92
  ['DEP_AVG_12M', ahua, 235_342n, 'bare'], // (100000·273 + 58600000) ÷ 365
  ['DEP_TERM_BAL', ahua, 5_000_000n, 'bare'],
  ['DEP_MAX_12M', ahua, 2_200_000n, 'bare'],
  ['DEP_MIN_12M', ahua, 100_000n, 'bare'],
  ['DEP_MIN_12M', bai, 0n, 'bare'],
  ['DEP_TREND_6M', ahua, 0.561039, bai], // slope 205714.29 a month ÷ mean 366666.67
  ['ACC_AGE_M', ahua, 83n, bai],
  ['DEP_IN_AMT_6M', ahua, 60_000n, 'bare'],
  ['DEP_OUT_AMT_6M', ahua, 24_000n, 'bare'],
  ['DEP_NIGHT_TXN_R', ahua, 0.1, bai],
  ['WEALTH_BAL', ahua, 2_000_000n, 'bare'],
  ['HH_DEP_AVG_12M', bai, 235_342n, 'bare'],
  ['HH_DEP_AVG_12M', chen, 0n, 'bare'],
  ['LN_BAL_CUR', ahua, 4_000_000n, 'bare'],
  ['LN_CNT_ACT', ahua, 2n, 'bare'],
  ['LN_FIRST_M', ahua, 48n, bai],
  ['LN_MAX_DPD_12M', ahua, 20n, 'bare'],
  ['LN_OVD_CNT_24M', ahua, 3n, 'bare'],
  ['LN_SETTLE_CNT', ahua, 2n, 'bare'],
  ['LN_EXT_CNT', ahua, 2n, 'bare'], // the extension of 2024-11-20 is 24 months old to the day: outside
  ['LN_RENEW_CNT', ahua, 1n, 'bare'],
  ['LN_CLASS5', ahua, 'special_mention', 'bare'],
  ['LN_CLASS5', bai, 'none', 'bare'],
  ['LN_INT_PAID_12M', ahua, 12_000n, 'bare'],
  ['LN_UTIL', ahua, 0.6, er],
  ['LN_GUAR_AMT', ahua, 500_000n, 'bare'],
  ['HH_LN_BAL', bai, 4_000_000n, 'bare'],
  ['LN_WO_FLAG', er, true, 'bare'],
  ['LN_WO_FLAG', ahua, false, 'bare'],
  ['EB_MB_FLAG', ahua, true, 'bare'],
  ['EB_MB_LOGIN_3M', ahua, 21n, 'bare'],
  ['EB_TXN_AMT_6M', ahua, 300_000n, 'bare'],
  ['EB_BIND_PAY', ahua, true, chen],
  ['EB_QR_AMT_12M', ahua, 6_000_000n, 'bare'],
  ['EB_QR_CNT_12M', ahua, 400n, 'bare'],
  ['EB_QR_ACTIVE_M', ahua, 10n, 'bare'],
  ['EB_DEV_CNT', ahua, 2n, chen],
  ['PAY_FLAG', ahua, true, 'bare'],
  ['PAY_FLAG', chen, false, 'bare'],
  ['PAY_AVG_6M', ahua, 400_000n, 'bare'],
  ['PAY_MON_12M', ahua, 10n, 'bare'],
  ['PAY_CV_12M', ahua, 0.25, chen],
  ['PAY_EMP_TYPE', ahua, 'institution', chen],
  ['PAY_LAST_GAP', ahua, 36n, bai],
  ['SUBSIDY_AMT_12M', ahua, 80_000n, 'bare'],
  ['GRD_VILLAGE', ahua, '32072300100101', chen],
  ['GRD_DIST_BR', ahua, 11.1, chen], // 0.1° of latitude, each 111.195 km; a nearer outlet closed on the day
  ['GRD_VISIT_CNT_12M', ahua, 1n, 'bare'], // one at 301 m, one exactly 12 months old
  ['GRD_RESIDE_TYPE', ahua, 'village', ding],
  ['GRD_BAD_R', bai, 0.2, chen],
  ['SUN_OLD_LIMIT', ahua, 3_000_000n, 'bare'],
  ['SUN_OLD_GRADE', ahua, 'AA', 'bare'],
  ['RV_CNT', ahua, 4n, 'bare'],
  ['RV_CNT', er, 0n, 'bare'],
  ['RV_LIMIT_AVG', ahua, 7_700_000n, er], // mean of four 7760000, floored to 1,000 yuan
  ['RV_LIMIT_CV', ahua, 0.535574, er], // √(Σ(x−mean)² ÷ 4) ÷ mean = 4156056 ÷ 7760000
  ['RV_EXCL_CNT', ahua, 1n, er],
  ['RV_REP', ahua, 4n, er],
  ['RV_AGREE', ahua, 0.641667, er], // 1 − 4300000 ÷ 12000000
  ['BL_HIT', er, true, 'bare'],
  ['BL_HIT', ahua, false, 'bare'],
  ['BL_HIT', chen, false, 'bare'],
  ['GL_HIT', ahua, true, 'bare'],
  ['BL_TYPE', er, 'evasion', 'bare'],
  ['BL_HH_HIT', ahua, true, chen],
  ['BL_HH_HIT', bai, false, chen],
  ['BL_HH_HIT', er, false, chen],
  ['FRD_DEV_SHARE', ahua, 1n, chen],
  ['FRD_PH_RISK', ahua, 'medium', bai],
  ['AML_LEVEL', er, 'medium', 'bare'],
  ['AML_LEVEL', ahua, 'none', 'bare'],
  ['SS_FLAG', ahua, true, chen],
  ['SS_FLAG', bai, true, chen],
  ['SS_FLAG', er, false, chen],
  ['SS_MON_24M', ahua, 22n, chen],
  ['SS_BASE', ahua, 450_000n, chen],
  ['SS_TYPE', bai, 'resident', chen],
  ['HF_BASE', ahua, 400_000n, chen],
  ['HF_BASE', bai, 0n, chen],
  ['HF_MON_24M', ahua, 20n, chen],
  ['SS_LAST_GAP', er, 4n, chen],
  ['RE_CNT', ahua, 2n, 'bare'],
  ['RE_VALUE', ahua, 68_000_000n, 'bare'],
  ['RE_MTG_FLAG', ahua, true, 'bare'],
  ['RE_TOWN_FLAG', ahua, true, 'bare'],
  ['RE_VILLAGE_HOUSE', ahua, 'fair', bai],
  ['RE_SEAL_FLAG', ahua, false, 'bare'],
  ['CAR_VALUE', ahua, 7_500_000n, 'bare'],
  ['FM_LAND_MU', bai, 8.5, er],
  ['FM_FLOW_MU', bai, 20, er],
  ['FM_CROP', ahua, 'rice_wheat', er],
  ['FM_STOCK', ahua, 12n, er],
  ['FM_MACH_VAL', ahua, 3_000_000n, er],
  ['FM_INS_FLAG', ahua, true, er],
  ['HH_INC_NET', ahua, 12_000_000n, er],
  ['HH_EXP', ahua, 5_000_000n, er],
  ['HH_LABOR', ahua, 2n, er],
  ['HH_SIZE', ahua, 4n, er],
  ['HH_OUT_WORK', ahua, 1n, er],
  ['HH_STUDENT', ahua, 1n, er],
  ['FM_COOP_FLAG', ahua, true, er],
  ['EN_FLAG', ahua, true, 'bare'],
  ['EN_FLAG', bai, false, 'bare'],
  ['EN_AGE_M', ahua, 72n, bai],
  ['EN_CAP', ahua, 60_000_000n, 'bare'],
  ['EN_STATUS', ahua, 'abnormal', 'bare'],
  ['EN_ABN_CNT', ahua, 2n, 'bare'],
  ['EN_TAX_12M', ahua, 150_000n, 'bare'],
  ['EN_TAX_GRADE', ahua, 'C', 'bare'],
  ['EN_INV_12M', ahua, 6_000_000n, 'bare'],
  ['EN_ELEC_12M', ahua, 1299.75, 'bare'],
  ['CR_REPORT_DT', ahua, '2026-11-01', bai],
  ['CR_LN_BAL', ahua, 20_000_000n, bai],
  ['CR_LENDER_CNT', ahua, 3n, er],
  ['CR_MON_DUE', ahua, 300_000n, bai],
  ['CR_CARD_LMT', ahua, 5_000_000n, bai],
  ['CR_CARD_UTIL', ahua, 0.45, bai],
  ['CR_OVD_CUR', ahua, 0n, er],
  ['CR_OVD_MAX_24M', ahua, 1n, bai],
  ['CR_OVD_CNT_60M', ahua, 4n, bai],
  ['CR_Q_LOAN_1M', ahua, 1n, bai],
  ['CR_Q_LOAN_3M', ahua, 2n, bai],
  ['CR_Q_LOAN_6M', ahua, 5n, bai],
  ['CR_CREDIT_AGE_M', ahua, 88n, bai],
  ['CR_GUAR_BAL', ahua, 1_000_000n, bai],
  ['CR_SPEC_FLAG', ahua, false, bai],
  ['CR_SCORE', ahua, 712n, bai],
  ['GV_DISHONEST', er, true, 'bare'],
  ['GV_ENFORCE_AMT', er, 7_000_000n, 'bare'],
  ['GV_SUIT_CNT', er, 2n, 'bare'], // the suit of 2023-11-20 is 36 months old to the day: outside
  ['GV_PENALTY', er, 2n, 'bare'],
  ['GV_MARITAL', ahua, 'married', bai],
  ['GV_DEATH', ahua, false, bai],
  ['GV_DIBAO', er, true, bai],
  ['MK_TOUCH_30D', ahua, 1n, 'bare'], // (10-21, 11-20]: the contact of 10-21 is 30 days old to the day: outside
  ['MK_RESP_P', ahua, 0.4, bai], // (1 + 1) ÷ (3 + 2)
  ['MK_WECOM', ahua, true, 'bare'],
  ['MK_DNC', er, true, 'bare'],
  ['AGE', ahua, 46n, ding],
  ['AGE', bai, 44n, ding], // born 1982-11-20: 44 on the day
  ['AGE', chen, 26n, ding], // born 1999-11-21: 27 tomorrow
  ['SEX', ahua, 'M', ding],
  ['SEX', bai, 'F', ding],
  ['EDU', ahua, 'senior', ding],
  ['TRADE', ahua, 'shop', chen],
  ['OCCUPATION', ahua, 'business', bai],
  ['HUKOU_LOCAL', er, false, chen],
  ['ID_EXPIRY', ahua, '2030-01-01', bai],
  ['CIVIL_CAPACITY', er, 'limited', bai],
  ['EMPLOYEE', chen, true, er],
  ['EMPLOYEE', bai, false, er],
  ['RELATED_PARTY', ahua, true, er],
  ['PHONE_VALID', ahua, true, 'no person'],
  ['PHONE_VALID', ding, false, 'no person'],
  ['INC_YEAR', ahua, 4_800_000n, chen], // ten months of pay, 4,000 yuan each on average: × 12
  ['INC_YEAR', bai, 6_000_000n, chen], // no pay, no employee insurance: the household's 120,000 yuan ÷ 2 workers
  ['ACC_CTRL', chen, true, 'bare'],
  ['GRD_VISIT_RESULT', ahua, 'confirmed', 'bare'],
  ['GRD_VISIT_RESULT', bai, 'none', 'bare'],
  ['GRD_VISIT_LIMIT', ahua, 12_000_000n, er],
  ['LN_REFUSE_90D', er, 1n, 'bare'], // 08-22 is 90 days old to the day: outside
  ['LN_LIMIT_ACTIVE', ahua, true, 'bare'],
  ['LN_LIMIT_ACTIVE', bai, false, 'bare'],
  ['LN_OVD_DAYS', ahua, 5n, 'bare'],
  ['LN_BAD_BAL', er, 1_000_000n, 'bare'],
  ['LN_LINE_AMT', ahua, 6_000_000n, 'bare'],
  ['LN_RELIEF_OPEN', ahua, true, 'bare'],
  ['GV_LOAN_SUIT_3Y', er, 1n, 'bare'],
  ['GV_PENALTY_VICE_60M', er, 1n, 'bare'],
  ['FRD_LIST_HIT', bai, true, 'bare'],
  ['CR_DPD90_24M', ahua, 0n, bai],
  ['CR_OVD_CNT_24M', ahua, 2n, bai],
  ['CR_CLASS5', ahua, 'normal', bai],
  ['CR_SMALL_CNT', ahua, 1n, bai],
  ['CR_GUAR_BAD', ahua, false, bai],
  ['CR_THIN', er, true, bai],
  ['CR_DISPUTE', ahua, true, bai],
  ['CR_PUBLIC_BAD', ahua, false, bai],
  ['CR_UNSEC_BAL', ahua, 4_000_000n, bai],
  ['CR_LN_BAL_6M', ahua, 15_000_000n, bai],
  ['RV_HIGHRATE', ahua, true, er],
  ['CONSENT_PBOC_TO', ahua, '2026-12-31', bai],
  ['CONSENT_DATA_TO', ahua, '2027-02-01', bai],
  ['HH_EXPOSURE', bai, 6_500_000n, 'bare'],
  ['HH_ASSET', bai, 90_000_000n, er],
  ['HH_DEBT', bai, 20_000_000n, er],
  ['EN_KIND', ahua, 'company', 'bare'],
  ['EN_INV_GAP', ahua, 95n, bai],
];

describe('every indicator, worked out by hand', () => {
  test.each(cases)('%s of %s is %s', (code, person, value) => {
    expect(full.get(person)?.[code]).toEqual(value);
  });

  test.each(cases.filter(([, , , unknownFor]) => unknownFor !== 'no person'))(
    '%s can be UNKNOWN (%s, %s, %s)',
    (code, _person, _value, unknownFor) => {
      const person = unknownFor === 'bare' ? bare.get(bai) : full.get(unknownFor);
      expect(person).toHaveProperty(code, null);
    },
  );

  test('no indicator is left out', () => {
    const elsewhere = ['GRD_PEER_INC_P50'];
    const covered = new Set([...cases.map(([code]) => code), ...elsewhere]);
    expect(catalogue.indicators.map((indicator) => indicator.definition.code).filter((code) => !covered.has(code))).toEqual([]);
  });

  test('a source that is not connected is UNKNOWN for everybody', async () => {
    const text = `
class: grid
name: { zh: 网格, en: Grid }
owner: { zh: 普惠金融部, en: Inclusive finance }
sensitivity: internal
indicators:
  - { code: GRD_ROAD_KM, name: { zh: 距公路, en: To the road }, type: decimal, unit: km, window: cur, source: none, null_meaning: { zh: 未接入, en: none } }
`;
    const planned = parseCatalogue([{ name: 'grid.yaml', text }], catalogue.sources);
    const values = await valuesOf(sampleFiles, 'planned', planned);
    expect([...values.values()].map((row) => row['GRD_ROAD_KM'])).toEqual([null, null, null, null, null]);
  });
});

test('rows are sorted by grid and person, and place people by the roll', () => {
  expect([...full.values()].map((row) => [row['person_id'], row['household_id'], row['grid_code']])).toEqual([
    [chen, null, '320723000000'],
    [ahua, 'H320723001001-001', '32072300100101'],
    [bai, 'H320723001001-001', '32072300100101'],
    [ding, 'H320723001001-002', '32072300100101'],
    [er, 'H320723001001-003', '32072300100101'],
  ]);
});
