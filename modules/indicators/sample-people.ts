/**
 * Five people and all their files, as of 2026-11-20, small enough to compute every indicator by hand.
 *
 * Village 320723001001, group 01: household 001 = Ahua (46) and Bai (44); household 002 = Ding (roll only, no ID number); household 003 = Er,
 * who owes bad money. Chen is a customer on no roll.
 */
import type { Row, SampleFile, SamplePerson } from './sample-lake.ts';
import { monthEndBefore } from './window.ts';

export const sampleDay = '2026-11-20';
export const ahua = 'P00000000000000a';
export const bai = 'P00000000000000b';
export const chen = 'P00000000000000c';
export const ding = 'P00000000000000d';
export const er = 'P00000000000000e';
const village = '320723001001';
const ids = { [ahua]: '320799198003151234', [bai]: '320799198211200025', [chen]: '320799199911211117', [er]: '320799197001010013' };

export const samplePersons: SamplePerson[] = [
  { person_id: ahua, household_id: `H${village}-001`, grid_code: `${village}01`, member_no: 1, id_no: ids[ahua] },
  { person_id: bai, household_id: `H${village}-001`, grid_code: `${village}01`, member_no: 2, id_no: ids[bai] },
  { person_id: chen, household_id: null, grid_code: '320723000000', member_no: null, id_no: ids[chen] },
  { person_id: ding, household_id: `H${village}-002`, grid_code: `${village}01`, member_no: 1, id_no: null },
  { person_id: er, household_id: `H${village}-003`, grid_code: `${village}01`, member_no: 1, id_no: ids[er] },
];

/** A row about a person, with the ID number and the person_id that the load would have put there. */
const about = (person: keyof typeof ids, row: Row): Row => ({ person_id: person, id_no: ids[person] ?? null, ...row });
const customerNo = { [ahua]: 'C1', [bai]: 'C2', [chen]: 'C3', [er]: 'C5' };

/** The last `count` month ends up to October 2026, oldest first. */
export const monthsBack = (count: number): string[] =>
  Array.from({ length: count }, (_, back) => monthEndBefore('2026-10-31', count - 1 - back));

const roll = (household: string, member: number, row: Row): Row => ({
  village_code: village,
  group_no: '01',
  household_no: household,
  member_no: member,
  roll_date: '2026-11-19',
  ...row,
});

const rollRows: Row[] = [
  about(ahua, roll('001', 1, { sex: 'M', education: 'junior', trade: 'shop', reside_type: 'village', hukou_local: true })),
  about(
    bai,
    roll('001', 2, { sex: 'F', education: 'senior', trade: 'wage', reside_type: 'county', hukou_local: true, phone: '13800000002' }),
  ),
  roll('002', 1, { trade: 'farm' }),
  about(er, roll('003', 1, { sex: 'M', trade: 'farm', reside_type: 'unreachable', hukou_local: false })),
];

const customerRows: Row[] = [
  about(ahua, {
    customer_no: 'C1',
    open_date: '2019-11-21',
    occupation: 'business',
    education: 'senior',
    id_expiry: '2030-01-01',
    staff_flag: false,
    related_flag: true,
    phone: '13800000001',
  }),
  about(chen, { customer_no: 'C3', open_date: '2024-01-01', staff_flag: true, related_flag: false }),
  about(er, { customer_no: 'C5', open_date: '2018-01-01', occupation: 'farm', id_expiry: '9999-12-31' }),
];

const account = (no: string, person: keyof typeof customerNo, row: Row): Row => ({
  account_no: no,
  customer_no: customerNo[person] ?? null,
  status: 'active',
  control_flag: false,
  ...row,
});
const accountRows: Row[] = [
  account('D1', ahua, { account_type: 'demand', open_date: '2020-05-20', balance: 1_000_000 }),
  account('T1', ahua, { account_type: 'term', open_date: '2024-01-01', balance: 5_000_000 }),
  account('W1', ahua, { account_type: 'wealth', open_date: '2025-01-01', balance: 2_000_000 }),
  account('X1', ahua, { account_type: 'demand', open_date: '2019-11-21', status: 'closed', close_date: '2021-01-01', balance: 0 }),
  account('D3', chen, { account_type: 'demand', open_date: '2024-01-01', balance: 40_000, control_flag: true }),
];

/** Ahua's demand account: 1,000 yuan more every month end, and a daily mean that rises over the last three months; the term account opens in October. */
const depositMonths = (month: string, index: number): Row[] => [
  {
    account_no: 'D1',
    month_end: month,
    balance: (index + 1) * 100_000,
    average_balance: [100_000, 200_000, 300_000, 400_000][Math.max(0, index - 8)] ?? 0,
    in_amount: 10_000,
    out_amount: 4_000,
    txn_count: 10,
    night_count: index >= 9 ? 1 : 5,
  },
  ...(month === '2026-10-31' ? [{ account_no: 'T1', month_end: month, balance: 1_000_000, average_balance: 1_000_000 }] : []),
  { account_no: 'W1', month_end: month, balance: 9_000_000, average_balance: 9_000_000 },
];

const loan = (no: string, person: keyof typeof customerNo, row: Row): Row => ({
  loan_no: no,
  customer_no: customerNo[person] ?? null,
  end_date: '2027-01-15',
  class5: 'normal',
  relief_flag: false,
  renewal_flag: false,
  dpd: 0,
  ...row,
});
const loanRows: Row[] = [
  loan('L1', ahua, {
    status: 'active',
    start_date: '2025-01-15',
    balance: 3_000_000,
    limit_amount: 5_000_000,
    class5: 'special_mention',
    dpd: 5,
    relief_flag: true,
  }),
  loan('L2', ahua, { status: 'settled', start_date: '2022-11-20', balance: 0 }),
  loan('L3', ahua, {
    status: 'active',
    start_date: '2023-11-21',
    balance: 1_000_000,
    renewal_flag: true,
    extension_count: 2,
    extension_date: '2024-11-21',
  }),
  loan('L4', ahua, {
    status: 'settled',
    start_date: '2023-11-20',
    balance: 0,
    renewal_flag: true,
    extension_count: 1,
    extension_date: '2024-11-20',
  }),
  loan('L5', er, { status: 'active', start_date: '2020-01-01', balance: 1_000_000, class5: 'loss', dpd: 400, end_date: '2021-01-01' }),
  loan('L6', er, { status: 'written_off', start_date: '2019-01-01', balance: 2_000_000, class5: 'loss', end_date: '2020-01-01' }),
];

const dpdOfL1: Record<string, number> = { '2025-02-28': 40, '2026-03-31': 12, '2026-09-30': 3 };
const loanMonths = (month: string): Row[] => [
  ...(month >= '2025-01-31'
    ? [{ loan_no: 'L1', month_end: month, balance: 3_000_000, dpd_max: dpdOfL1[month] ?? 0, interest_paid: 1_000 }]
    : []),
  { loan_no: 'L3', month_end: month, balance: 1_000_000, dpd_max: month === '2026-03-31' ? 20 : 0 },
];

/** Ahua is paid 3,000 then 5,000 yuan in turn from January; a subsidy comes in June. Chen was last paid in November 2025. */
const payMonths = (month: string, index: number): Row[] => [
  ...(month >= '2026-01-31'
    ? [
        {
          pay_no: `S${index}`,
          customer_no: 'C1',
          pay_date: `${month.slice(0, 8)}15`,
          kind: 'salary',
          amount: index % 2 === 0 ? 300_000 : 500_000,
          employer_type: month >= '2026-10-01' ? 'institution' : 'private_firm',
        },
      ]
    : []),
  ...(month === '2026-06-30' ? [{ pay_no: 'B1', customer_no: 'C1', pay_date: '2026-06-20', kind: 'subsidy', amount: 80_000 }] : []),
  ...(month === '2025-11-30' ? [{ pay_no: 'S99', customer_no: 'C3', pay_date: '2025-11-15', kind: 'salary', amount: 200_000 }] : []),
];

const ebankMonths = (month: string): Row[] => [{ customer_no: 'C1', month_end: month, login_count: 7, txn_count: 3, txn_amount: 50_000 }];
const qrMonths = (month: string, index: number): Row[] => [
  { merchant_no: 'M1', customer_no: 'C1', month_end: month, count: index >= 2 ? 40 : 0, amount: index >= 2 ? 600_000 : 0 },
];

const review = (no: number, row: Row): Row =>
  about(ahua, { review_no: `V${no}`, reviewer_no: `R${no}`, round: 2, knows_flag: true, review_date: '2026-08-01', ...row });
const reviewRows: Row[] = [
  review(1, { limit_amount: 8_000_000, reputation: 4, high_rate_debt_flag: false }),
  review(2, { limit_amount: 10_000_000, reputation: 5, exclusion_code: 'X12' }),
  review(3, { limit_amount: 12_040_000, reputation: 4, high_rate_debt_flag: true }),
  review(4, { knows_flag: false, limit_amount: 90_000_000, reputation: 0, exclusion_code: 'X01' }),
  review(5, { round: 1, limit_amount: 1_000_000, reputation: 1 }),
  about(er, { review_no: 'V9', reviewer_no: 'R9', round: 2, knows_flag: false, review_date: '2026-08-01', limit_amount: 100 }),
];

const visitRows: Row[] = [
  about(ahua, {
    visit_no: 'I1',
    visit_date: '2026-05-01',
    result: 'corrected',
    survey_limit: 12_000_000,
    gps_distance_m: 300,
    stay_minutes: 3,
    photo_count: 1,
  }),
  about(ahua, {
    visit_no: 'I2',
    visit_date: '2026-06-01',
    result: 'confirmed',
    survey_limit: 9_000_000,
    gps_distance_m: 301,
    stay_minutes: 30,
    photo_count: 5,
  }),
  about(ahua, { visit_no: 'I3', visit_date: '2025-11-20', result: 'unreachable', gps_distance_m: 10, stay_minutes: 10, photo_count: 1 }),
  about(er, { visit_no: 'I4', visit_date: '2026-01-01', result: 'unreachable' }),
];

const listRows: Row[] = [
  about(er, { list_no: 'N1', kind: 'black', type: 'evasion', from_date: '2024-01-01' }),
  about(er, { list_no: 'N2', kind: 'black', type: 'default', from_date: '2023-01-01' }),
  about(er, { list_no: 'N3', kind: 'aml', type: 'medium', from_date: '2023-01-01', to_date: '2026-11-20' }),
  about(bai, { list_no: 'N4', kind: 'black', type: 'fraud', from_date: '2024-01-01', to_date: '9999-12-31' }),
  about(bai, { list_no: 'N5', kind: 'fraud', type: 'fraud', from_date: '2024-01-01' }),
  about(ahua, { list_no: 'N6', kind: 'grey', type: 'other', from_date: '2025-01-01' }),
  about(ahua, { list_no: 'N7', kind: 'black', type: 'default', from_date: '2020-01-01', to_date: '2026-11-19' }),
  about(chen, { list_no: 'N8', kind: 'black', type: 'gang', from_date: '2026-11-21' }),
];

const courtRows: Row[] = [
  about(er, { record_no: 'K1', kind: 'dishonest', status: 'open', record_date: '2025-01-01' }),
  about(er, { record_no: 'K2', kind: 'enforced', status: 'open', amount: 7_000_000, record_date: '2025-01-01' }),
  about(er, { record_no: 'K3', kind: 'enforced', status: 'closed', amount: 9_000_000, record_date: '2024-01-01' }),
  about(er, { record_no: 'K4', kind: 'loan_suit', status: 'closed', record_date: '2023-11-21' }),
  about(er, { record_no: 'K5', kind: 'suit', status: 'open', record_date: '2023-11-20' }),
  about(er, { record_no: 'K6', kind: 'suit', status: 'open', record_date: '2026-11-20' }),
  about(er, { record_no: 'K7', kind: 'penalty_gambling', status: 'closed', record_date: '2022-01-01' }),
  about(er, { record_no: 'K8', kind: 'penalty_other', status: 'closed', record_date: '2022-01-01' }),
];

const enterpriseRows: Row[] = [
  {
    uscc: 'U1',
    name: '甲',
    kind: 'individual',
    founded_date: '2020-11-20',
    capital: 10_000_000,
    status: 'open',
    abnormal_count_24m: 0,
    tax_12m: 120_000,
    tax_grade: 'B',
    invoice_12m: 5_000_000,
    invoice_gap_days: 12,
    electricity_12m_kwh: 1200.5,
  },
  {
    uscc: 'U2',
    name: '乙',
    kind: 'company',
    founded_date: '2023-01-01',
    capital: 50_000_000,
    status: 'abnormal',
    abnormal_count_24m: 2,
    tax_12m: 30_000,
    tax_grade: 'C',
    invoice_12m: 1_000_000,
    invoice_gap_days: 95,
    electricity_12m_kwh: 99.25,
  },
  {
    uscc: 'U3',
    name: '丙',
    kind: 'company',
    founded_date: '2010-01-01',
    capital: 90_000_000,
    status: 'open',
    abnormal_count_24m: 9,
    tax_12m: 9,
    invoice_12m: 9,
    invoice_gap_days: 9,
    electricity_12m_kwh: 9,
  },
];
const enterprisePersonRows: Row[] = [
  about(ahua, { uscc: 'U1', role: 'owner' }),
  about(ahua, { uscc: 'U2', role: 'legal_representative' }),
  about(ahua, { uscc: 'U2', role: 'shareholder', share_percent: 60 }),
  about(ahua, { uscc: 'U3', role: 'shareholder', share_percent: 1 }),
];

const reportRow: Row = {
  loan_balance: 20_000_000,
  loan_balance_6m_ago: 15_000_000,
  unsecured_balance: 4_000_000,
  lender_count: 3,
  small_loan_count: 1,
  monthly_due: 300_000,
  card_limit: 5_000_000,
  card_utilisation: 0.45,
  overdue_current: 0,
  overdue_max_terms_24m: 1,
  overdue_count_24m: 2,
  overdue_count_60m: 4,
  dpd90_count_24m: 0,
  worst_class5: 'normal',
  query_loan_1m: 1,
  query_loan_3m: 2,
  query_loan_6m: 5,
  credit_age_months: 88,
  guarantee_balance: 1_000_000,
  guarantee_bad_flag: false,
  special_flag: false,
  public_bad_flag: false,
  dispute_flag: true,
  thin_flag: false,
  score: 712,
};
const reportRows: Row[] = [
  about(ahua, { report_no: 'Z1', report_date: '2026-11-01', ...reportRow }),
  about(ahua, { report_no: 'Z0', report_date: '2025-11-01', ...reportRow, loan_balance: 1, score: 600 }),
  about(er, { report_no: 'Z9', report_date: '2026-01-01', thin_flag: true }),
];

const contactRows: Row[] = [
  about(ahua, { contact_no: 'Q1', contact_date: '2026-10-21', channel: 'sms', response: 'none', wecom_flag: false }),
  about(ahua, { contact_no: 'Q2', contact_date: '2026-10-22', channel: 'visit', response: 'interest', wecom_flag: true }),
  about(ahua, { contact_no: 'Q3', contact_date: '2026-10-20', channel: 'sms', response: 'none', wecom_flag: false }),
  about(er, { contact_no: 'Q4', contact_date: '2026-09-01', channel: 'call', response: 'opt_out', wecom_flag: false }),
];

const day = '2026-11-19';
const state = (source: string, rows: readonly Row[]): SampleFile => ({ source, date: day, rows });
const byMonth = (source: string, count: number, rows: (month: string, index: number) => readonly Row[]): SampleFile[] =>
  monthsBack(count).map((month, index) => ({ source, date: month, rows: rows(month, index) }));

export const sampleFiles: SampleFile[] = [
  state('grid_roll', rollRows),
  state('village', [{ village_code: village, village_longitude: 119.25, village_latitude: 34.3 }]),
  state('outlet', [
    { outlet_code: 'B1', outlet_longitude: 119.25, outlet_latitude: 34.5, opened_date: '1990-01-01' },
    { outlet_code: 'B2', outlet_longitude: 119.25, outlet_latitude: 34.4, opened_date: '2001-01-01' },
    { outlet_code: 'B3', outlet_longitude: 119.25, outlet_latitude: 34.35, opened_date: '2001-01-01', closed_date: '2026-11-20' },
  ]),
  state('customer', customerRows),
  state('deposit_account', accountRows),
  ...byMonth('deposit_month', 12, depositMonths),
  state('loan_account', loanRows),
  ...byMonth('loan_month', 24, loanMonths),
  ...byMonth('payroll', 12, payMonths),
  ...byMonth('ebank_month', 12, ebankMonths),
  ...byMonth('qr_month', 12, qrMonths),
  state('ebank_user', [
    { customer_no: 'C1', mobile_flag: true, bind_pay_flag: true, device_count: 2, device_share: 1, phone_risk: 'medium' },
    { customer_no: 'C3', mobile_flag: false },
  ]),
  state('guarantee', [
    about(ahua, { loan_no: 'G1', amount: 500_000, status: 'active' }),
    about(ahua, { loan_no: 'G2', amount: 200_000, status: 'released' }),
  ]),
  state('loan_application', [
    about(er, { application_no: 'A1', apply_date: '2026-08-23', result: 'refused' }),
    about(er, { application_no: 'A2', apply_date: '2026-08-22', result: 'refused' }),
    about(er, { application_no: 'A3', apply_date: '2026-11-01', result: 'cancelled' }),
  ]),
  state('review', reviewRows),
  state('visit', visitRows),
  state('name_list', listRows),
  state('court_record', courtRows),
  state('civil_status', [
    about(ahua, { marital: 'married', death_flag: false, dibao_flag: false, capacity: 'full' }),
    about(er, { marital: 'divorced', death_flag: false, dibao_flag: true, capacity: 'limited' }),
  ]),
  state('enterprise', enterpriseRows),
  state('enterprise_person', enterprisePersonRows),
  state('pboc_report', reportRows),
  state('contact', contactRows),
  state('consent', [
    about(ahua, { consent_no: '1', purpose: 'pboc', from_date: '2026-01-01', to_date: '2026-12-31' }),
    about(ahua, { consent_no: '2', purpose: 'pboc', from_date: '2025-01-01', to_date: '2025-12-31' }),
    about(ahua, { consent_no: '3', purpose: 'data', from_date: '2026-02-01', to_date: '2027-02-01' }),
  ]),
  state('sunshine_2017', [about(ahua, { limit_amount: 3_000_000, grade: 'AA', grant_date: '2017-09-01' })]),
  state('social_security', [
    about(ahua, { type: 'employee', base: 450_000, months_24: 22, last_paid_month: '2026-10-31', fund_base: 400_000, fund_months_24: 20 }),
    about(bai, { type: 'resident', base: 0, months_24: 24, last_paid_month: '2026-01-31' }),
    about(er, { type: 'employee', base: 400_000, months_24: 3, last_paid_month: '2026-07-19' }),
  ]),
  state('real_estate', [
    about(ahua, { certificate_no: 'E1', kind: 'town_flat', grade: 'good', value: 60_000_000, mortgage_flag: true, seal_flag: false }),
    about(ahua, { certificate_no: 'E2', kind: 'village_house', grade: 'fair', value: 8_000_000, mortgage_flag: false, seal_flag: false }),
  ]),
  state('vehicle', [about(ahua, { vehicle_no: 'K1', value: 7_000_000 }), about(ahua, { vehicle_no: 'K2', value: 500_000 })]),
  state('farmer', [
    {
      village_code: village,
      household_no: '001',
      land_mu: 8.5,
      flow_mu: 20,
      crop: 'rice_wheat',
      stock_head: 12,
      machinery_value: 3_000_000,
      insurance_flag: true,
      income_net: 12_000_000,
      expense: 5_000_000,
      labour_count: 2,
      household_size: 4,
      out_work_count: 1,
      student_count: 1,
      coop_flag: true,
      total_asset: 90_000_000,
      total_debt: 20_000_000,
      survey_date: '2026-05-01',
    },
  ]),
];
