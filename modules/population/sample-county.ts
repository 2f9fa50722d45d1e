/** Two legal entities for the tests: a village with one well-known household, a second village full of ties, a third township, a branch pool. */
import { residentIdCheckCharacter } from '#core/identifiers/index.ts';
import { personIdOf } from './person-id.ts';
import { samplePerson } from './sample-bank.ts';
import type { Row, SampleBank } from './sample-bank.ts';

export const sampleKey = 'ab'.repeat(32);
export const sampleAsOf = '2026-11-20';
export const entity = '320723';
export const otherEntity = '320724';
export const villages = { wufu: '320723001201', xinhe: '320723001202', haitou: '320723002201' } as const;

/** Area code 320799 was never assigned. */
export function sampleId(birth: string, sequence: number): string {
  const first17 = `320799${birth.replaceAll('-', '')}${String(sequence).padStart(3, '0')}`;
  return first17 + residentIdCheckCharacter(first17);
}

interface Someone {
  name: string;
  birth: string;
  sequence: number;
  village: string;
  household: string;
  member: number;
  relation: string;
  sex: 'M' | 'F';
  trade: string;
  phone?: string;
}

export const personOf = (someone: Someone, entityId = entity): string =>
  personIdOf(sampleKey, entityId, sampleId(someone.birth, someone.sequence));
export const householdOf = (someone: Someone): string => `H${someone.village}-${someone.household}`;

const wufu = { village: villages.wufu, household: '0127' };
export const liguo: Someone = {
  ...wufu,
  name: '孙立国',
  birth: '1980-03-04',
  sequence: 441,
  member: 1,
  relation: 'head',
  sex: 'M',
  trade: 'grain',
  phone: '13812342046',
};
export const guiying: Someone = {
  ...wufu,
  name: '刘桂英',
  birth: '1981-07-09',
  sequence: 262,
  member: 2,
  relation: 'spouse',
  sex: 'F',
  trade: 'shop',
  phone: '15112347730',
};
export const hao: Someone = {
  ...wufu,
  name: '孙浩',
  birth: '2004-05-01',
  sequence: 381,
  member: 3,
  relation: 'son',
  sex: 'M',
  trade: 'wage',
  phone: '18712340159',
};
export const xiulan: Someone = {
  ...wufu,
  name: '王秀兰',
  birth: '1955-01-20',
  sequence: 204,
  member: 4,
  relation: 'mother',
  sex: 'F',
  trade: 'none',
};
export const limin: Someone = {
  village: villages.wufu,
  household: '0128',
  name: '孙立民',
  birth: '1983-11-30',
  sequence: 115,
  member: 1,
  relation: 'head',
  sex: 'M',
  trade: 'transport',
  phone: '13812349999',
};
export const shouyi: Someone = {
  village: villages.wufu,
  household: '0126',
  name: '孙守义',
  birth: '1970-02-28',
  sequence: 317,
  member: 1,
  relation: 'head',
  sex: 'M',
  trade: 'grain',
};
export const baoshan: Someone = {
  village: villages.haitou,
  household: '0001',
  name: '=张宝山',
  birth: '1975-06-06',
  sequence: 513,
  member: 1,
  relation: 'head',
  sex: 'M',
  trade: 'building',
  phone: '13712345678',
};

/** Sixty people of one name, age and balance in the second village, each a household of one. */
export const twins: Someone[] = Array.from({ length: 60 }, (_, index) => ({
  village: villages.xinhe,
  household: String(index + 1).padStart(4, '0'),
  name: '陈静',
  birth: '1990-10-10',
  sequence: index * 2 + 2,
  member: 1,
  relation: 'head',
  sex: 'F',
  trade: index % 2 === 0 ? 'factory' : 'farm',
}));

export const everyone: Someone[] = [liguo, guiying, hao, xiulan, limin, shouyi, baoshan, ...twins];
const groupOf = (someone: Someone): string => `${someone.village}03`;

const personRow = (someone: Someone, entityId: string): Row =>
  samplePerson(entityId, {
    person_id: personOf(someone, entityId),
    household_id: householdOf(someone),
    grid_code: groupOf(someone),
    name: someone.name,
    id_no: sampleId(someone.birth, someone.sequence),
    phone: someone.phone ?? null,
    sex: someone.sex,
    birth_date: someone.birth,
    relation: someone.relation,
    member_no: someone.member,
    is_head: someone.relation === 'head',
    address: '江苏省灌云县杨集镇五福庄村3组41号',
    education: 'junior',
    trade: someone.trade,
    reside_type: 'village',
    health: 'good',
    hukou_local: true,
  });

const householdRow = (head: Someone, entityId: string): Row => ({
  entity_id: entityId,
  household_id: householdOf(head),
  grid_code: groupOf(head),
  village_code: head.village,
  group_no: '03',
  household_no: head.household,
  head_person_id: personOf(head, entityId),
  head_name: head.name,
  people: everyone.filter((member) => householdOf(member) === householdOf(head)).length,
  adults: 1,
  customers: 0,
  income_net_fen: head === liguo ? 11_600_000 : null,
  total_asset_fen: head === liguo ? 92_400_000 : null,
  total_debt_fen: head === liguo ? 28_650_000 : null,
  as_of: sampleAsOf,
});

const node = (entityId: string, code: string, parent: string | null, level: string, name: string): Row => ({
  entity_id: entityId,
  grid_code: code,
  parent_code: parent,
  level,
  name,
  people: 0,
  adults: 0,
  households: 0,
  customers: 0,
  as_of: sampleAsOf,
});

const pool = samplePerson(entity, {
  person_id: personIdOf(sampleKey, entity, sampleId('1988-08-08', 888)),
  household_id: null,
  grid_code: '320723000000',
  name: '周游',
  id_no: sampleId('1988-08-08', 888),
  sex: 'F',
  birth_date: '1988-08-08',
});
export const poolPersonId = String(pool['person_id']);

const family = (from: Someone, to: Someone, detail: string): Row => relation(from, 'family', { detail, other_person_id: personOf(to) });
const relation = (from: Someone, kind: string, more: Row): Row => ({
  entity_id: entity,
  person_id: personOf(from),
  grid_code: groupOf(from),
  kind,
  source: 'grid_roll',
  as_of: sampleAsOf,
  ...more,
});

const customerNo = (someone: Someone): string => `C${someone.sequence}${someone.household}`;
const customers = [liguo, guiying, hao, ...twins];

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

export const sampleBank: SampleBank = {
  entityId: entity,
  asOf: sampleAsOf,
  persons: [...everyone.map((someone) => personRow(someone, entity)), pool],
  households: everyone.filter((someone) => someone.relation === 'head').map((head) => householdRow(head, entity)),
  nodes: [
    node(entity, '320723', null, 'county', '灌云县'),
    node(entity, '320723000000', '320723', 'pool', '未入册'),
    node(entity, '320723001', '320723', 'township', '杨集镇'),
    node(entity, '320723002', '320723', 'township', '图河镇'),
    node(entity, villages.wufu, '320723001', 'village', '五福庄村'),
    node(entity, `${villages.wufu}03`, villages.wufu, 'group', '3组'),
    node(entity, villages.xinhe, '320723001', 'village', '新河村'),
    node(entity, `${villages.xinhe}03`, villages.xinhe, 'group', '3组'),
    node(entity, villages.haitou, '320723002', 'village', '海头村'),
    node(entity, `${villages.haitou}03`, villages.haitou, 'group', '3组'),
  ],
  relations: [
    family(guiying, liguo, 'head'),
    family(liguo, guiying, 'spouse'),
    family(hao, liguo, 'head'),
    family(liguo, hao, 'son'),
    relation(liguo, 'guarantor_of', { detail: 'L-LIMIN', other_person_id: personOf(limin), source: 'guarantee' }),
    relation(limin, 'guaranteed_by', { detail: 'L-LIMIN', other_person_id: personOf(liguo), source: 'guarantee' }),
    relation(liguo, 'shared_phone', { other_person_id: personOf(baoshan), source: 'resolution' }),
    relation(guiying, 'owner', { detail: '100', other_ref: '92320799MA1XXXXX0K', other_name: '桂英超市', source: 'enterprise_person' }),
  ],
  customers: customers.map((someone) => ({
    entity_id: entity,
    customer_no: customerNo(someone),
    person_id: personOf(someone),
    grid_code: groupOf(someone),
  })),
  aliases: [{ entity_id: entity, person_id: 'P0000000000000aa', canonical_person_id: personOf(liguo), grid_code: groupOf(liguo) }],
  sources: {
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
  },
  decisions: {
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
  },
};

/** The same first household under another bank's roof. */
export const otherBank: SampleBank = {
  entityId: otherEntity,
  asOf: sampleAsOf,
  persons: [personRow(liguo, otherEntity)],
  households: [householdRow(liguo, otherEntity)],
  nodes: [node(otherEntity, '320723', null, 'county', '灌云县')],
  sources: {},
};
