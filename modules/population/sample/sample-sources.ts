/** What the sources say of the people of the tests, and what was decided on them. */
import type { Row, SampleBank } from './sample-bank.ts';
import { guiying, hao, liguo, personOf, sampleId, villages, twins } from './sample-people.ts';
import type { Someone } from './sample-people.ts';

export const customerNo = (someone: Someone): string => `C${someone.sequence}${someone.household}`;
export const customers = [liguo, guiying, hao, ...twins];

const monthEnds = [
  '2025-10-31',
  '2025-11-30',
  '2025-12-31',
  '2026-01-31',
  '2026-02-28',
  '2026-03-31',
  '2026-04-30',
  '2026-05-31',
  '2026-06-30',
  '2026-07-31',
  '2026-08-31',
  '2026-09-30',
  '2026-10-31',
];

const person = (someone: Someone): Row => ({
  person_id: personOf(someone),
  id_no: sampleId(someone.birth, someone.sequence),
  name: someone.name,
});
const account = (someone: Someone, balance: number): Row => ({
  account_no: `A${customerNo(someone)}`,
  customer_no: customerNo(someone),
  account_type: 'demand',
  open_date: '2015-05-01',
  status: 'active',
  control_flag: false,
  balance,
});
const loanAccount = (number: string, someone: Someone, more: Row): Row => ({
  loan_no: number,
  customer_no: customerNo(someone),
  start_date: '2026-03-02',
  end_date: '2029-03-01',
  principal: 80_000_00,
  rate: 51_000,
  class5: 'normal',
  status: 'active',
  guarantee_type: 'credit',
  dpd: 0,
  ...more,
});
const reviewRow = (number: string, amount: number, more: Row = {}): Row => ({
  ...person(liguo),
  review_no: number,
  reviewer_no: `R${number}`,
  round: 1,
  knows_flag: true,
  limit_amount: amount,
  channel: 'meeting',
  seconds: 40,
  review_date: '2026-11-06',
  ...more,
});

export const sampleSources: SampleBank['sources'] = {
  customer: [
    {
      date: '2026-11-19',
      rows: customers.map((someone) => ({
        ...person(someone),
        customer_no: customerNo(someone),
        open_date: '2015-05-01',
        occupation: 'farm',
      })),
    },
  ],
  deposit_account: [
    { date: '2026-11-19', rows: [account(liguo, 2_461_840), account(guiying, 0), ...twins.map((twin) => account(twin, 100_000))] },
  ],
  deposit_month: monthEnds.map((date, index) => ({
    date,
    rows: [
      {
        account_no: `A${customerNo(liguo)}`,
        month_end: date,
        balance: 0,
        average_balance: 1_000_000 + index,
        in_amount: 500,
        out_amount: 400,
      },
    ],
  })),
  loan_account: [
    {
      date: '2026-11-19',
      rows: [
        loanAccount('L-0001-LIUSHUI', guiying, { product: '流水贷', contract_no: 'K1', balance: 40_000_00, limit_amount: 120_000_00 }),
        loanAccount('L-0002-LIUSHUI', guiying, { product: '流水贷', contract_no: 'K1', balance: 53_600_00, limit_amount: 120_000_00 }),
        loanAccount('L-0003-CHEYI', hao, { product: '车易贷', balance: 62_000_00, guarantee_type: 'mortgage', dpd: 12 }),
        loanAccount('L-0004-OLD', hao, { product: '助学贷', balance: 0, status: 'settled', settle_date: '2026-06-30' }),
      ],
    },
  ],
  loan_month: [
    { date: '2026-09-30', rows: [{ loan_no: 'L-0003-CHEYI', month_end: '2026-09-30', balance: 70_000_00, dpd_max: 0 }] },
    { date: '2026-10-31', rows: [{ loan_no: 'L-0003-CHEYI', month_end: '2026-10-31', balance: 62_000_00, dpd_max: 12 }] },
  ],
  guarantee: [{ date: '2026-11-19', rows: [{ ...person(liguo), loan_no: 'L-LIMIN', amount: 50_000_00, status: 'active' }] }],
  ebank_user: [
    {
      date: '2026-11-19',
      rows: [
        { customer_no: customerNo(liguo), mobile_flag: true },
        { customer_no: customerNo(hao), mobile_flag: false },
      ],
    },
  ],
  qr_month: [
    {
      date: '2026-10-31',
      rows: [{ merchant_no: 'M1', customer_no: customerNo(guiying), month_end: '2026-10-31', count: 900, amount: 7_050_000 }],
    },
  ],
  payroll: [
    {
      date: '2026-10-31',
      rows: [
        {
          pay_no: 'P1',
          customer_no: customerNo(hao),
          pay_date: '2026-10-15',
          kind: 'salary',
          amount: 486_000,
          employer_name: '某配送公司',
        },
      ],
    },
  ],
  social_security: [{ date: '2026-11-19', rows: [{ ...person(hao), type: 'employee', base: 480_000, months_24: 20 }] }],
  review: [
    {
      date: '2026-11-19',
      rows: [
        reviewRow('1', 110_000_00),
        reviewRow('2', 95_000_00, { exclusion_code: 'X12' }),
        reviewRow('3', 80_000_00),
        reviewRow('4', 0, { knows_flag: false, limit_amount: null }),
      ],
    },
  ],
  visit: [
    {
      date: '2026-11-19',
      rows: [
        {
          ...person(liguo),
          visit_no: 'V1',
          visit_date: '2026-11-14',
          result: 'corrected',
          survey_limit: 100_000_00,
          gps_distance_m: 86,
          stay_minutes: 17,
          photo_count: 4,
          manager_no: '1029',
        },
      ],
    },
  ],
  name_list: [
    {
      date: '2026-11-19',
      rows: [{ ...person(liguo), list_no: 'N1', kind: 'grey', type: 'other', from_date: '2026-01-01', to_date: null }],
    },
  ],
  pboc_report: [
    {
      date: '2026-11-19',
      rows: [
        {
          ...person(guiying),
          report_no: 'R1',
          report_date: '2026-11-18',
          thin_flag: false,
          loan_balance: 150_000_00,
          card_limit: 20_000_00,
          card_utilisation: 0.62,
          score: 612,
        },
      ],
    },
  ],
  farmer: [
    {
      date: '2026-11-19',
      rows: [
        {
          village_code: villages.wufu,
          household_no: '0127',
          land_mu: 12.5,
          flow_mu: 86,
          crop: 'rice_wheat',
          income_net: 11_600_000,
          total_asset: 92_400_000,
          total_debt: 28_650_000,
          survey_date: '2026-10-28',
        },
      ],
    },
  ],
  vehicle: [{ date: '2026-11-19', rows: [{ ...person(liguo), vehicle_no: 'V-1', value: 6_000_000, registered_date: '2020-01-01' }] }],
  real_estate: [
    {
      date: '2026-11-19',
      rows: [
        {
          ...person(liguo),
          certificate_no: 'E-1',
          kind: 'village_house',
          grade: 'good',
          area_m2: 120.5,
          value: 38_000_000,
          mortgage_flag: false,
        },
      ],
    },
  ],
  enterprise: [
    {
      date: '2026-11-19',
      rows: [
        {
          uscc: '92320799MA1XXXXX0K',
          name: '桂英超市',
          kind: 'individual',
          founded_date: '2019-01-01',
          status: 'open',
          tax_12m: 120_000,
        },
      ],
    },
  ],
  enterprise_person: [
    { date: '2026-11-19', rows: [{ ...person(guiying), uscc: '92320799MA1XXXXX0K', role: 'owner', share_percent: 100 }] },
  ],
  contact: [
    {
      date: '2026-11-19',
      rows: [{ ...person(liguo), contact_no: 'T1', contact_date: '2026-11-01', channel: 'call', response: 'interest' }],
    },
  ],
  consent: [
    {
      date: '2026-11-19',
      rows: [{ ...person(liguo), consent_no: 'S1', purpose: 'pboc', from_date: '2026-05-01', to_date: '2027-05-01' }],
    },
  ],
  loan_application: [
    {
      date: '2026-11-19',
      rows: [{ ...person(hao), application_no: 'AP1', apply_date: '2026-02-20', product: '车易贷', result: 'approved' }],
    },
  ],
  sunshine_2017: [{ date: '2026-11-19', rows: [{ ...person(liguo), limit_amount: 3_000_000, grade: 'A', grant_date: '2017-06-01' }] }],
  civil_status: [{ date: '2026-11-19', rows: [{ ...person(liguo), marital: 'married', dibao_flag: false, capacity: 'full' }] }],
  ebank_month: [{ date: '2026-10-31', rows: [{ customer_no: customerNo(liguo), month_end: '2026-10-31', login_count: 14 }] }],
  court_record: [
    {
      date: '2026-11-19',
      rows: [{ ...person(liguo), record_no: 'CR1', kind: 'suit', amount: 1_000_00, record_date: '2025-01-01', status: 'closed' }],
    },
  ],
};

export const sampleDecisions: NonNullable<SampleBank['decisions']> = {
  asOf: '2026-11-20',
  rows: [
    {
      person_id: personOf(liguo),
      segment: 'villager',
      outcome: 'approve',
      limit_fen: 68_000_00,
      rate_ppm: 51_000,
      score: 612,
      reasons: ['D07', 'P15'],
      strategy_version: '1.0.0+3f9a0c2b7d10',
    },
    {
      person_id: personOf(guiying),
      segment: 'sole_trader',
      outcome: 'refer',
      limit_fen: 120_000_00,
      rate_ppm: 48_500,
      score: 640,
      reasons: ['P08'],
      strategy_version: '1.0.0+3f9a0c2b7d10',
    },
    {
      person_id: personOf(hao),
      segment: 'resident',
      outcome: 'decline',
      limit_fen: null,
      rate_ppm: null,
      score: 430,
      reasons: ['R01'],
      strategy_version: '1.0.0+3f9a0c2b7d10',
    },
  ],
};
