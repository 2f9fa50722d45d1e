import type { TFunction } from 'i18next';
import { expect, test } from 'vitest';
import { lprPage, type LoanPage } from '#modules/servicing/contract.ts';
import { zh } from '../../locales/zh/index.ts';
import { servicingRows, type Telling } from './servicing-rows.ts';

/** The word of a key, its places filled in. */
const word = (key: string, places: Record<string, unknown> = {}): string => {
  const found = key
    .split('.')
    .reduce<unknown>((part, name) => (part !== null && typeof part === 'object' ? Reflect.get(part, name) : undefined), zh);
  if (typeof found !== 'string') throw new Error(`no word for ${key}`);
  return found.replaceAll(/\{\{(\w+)\}\}/g, (_all, name: string) => String(places[name]));
};
const t = word as unknown as TFunction;
const code: Telling['code'] = (family, one) => word(`codes.${family}.${one}`);

const stood = { rate_ppm: 47_500, maturity: '2027-07-09', payoff_fen: '6621351' };
const loan = {
  penalty_fen: '23994',
  compound_fen: '722',
  method: 'equal_installment',
  day_count: '30/360',
  events: [{ event_id: 'E20', business_date: '2026-11-20', amount_fen: '100000', kind: 'repayment' }],
} as unknown as LoanPage;
const lpr = lprPage.parse({
  as_of: '2026-11-20',
  items: [{ published_on: '2026-10-20', one_year_ppm: 30_000, five_year_ppm: 35_000 }],
  next: [],
});
const terms = {
  method: 'bullet',
  day_count: '30/360',
  rate_ppm: 40_000,
  months: 6,
  due_day: 9,
};

const told = (kind: string, before: unknown, after: unknown, more: Partial<Telling> = {}): string[] | null =>
  servicingRows(`servicing.${kind}`, before, after, { t, code, loan, lpr, isOpen: true, ...more })?.map(
    (row) => `${row.name} ${row.before ?? '?'} → ${row.after ?? '?'}`,
  ) ?? null;

test.each<[string, unknown, unknown, string[]]>([
  ['rate', stood, { rate_ppm: 43_500 }, ['年利率 4.75 % → 4.35 %']],
  [
    'rate',
    { ...stood, lpr_spread_ppm: 12_500 },
    { rate_ppm: 28_000, lpr_spread_ppm: -2_000 },
    ['年利率 4.75 % → 2.80 %', '加点（在 LPR 之上） 1.25 % → −0.20 %'],
  ],
  [
    'opening',
    null,
    {
      person_id: 'P0123456789abcde',
      product: '富民贷',
      kind: 'revolving',
      limit_fen: '8000000',
      valid_from: '2026-11-20',
      valid_to: '2029-11-20',
    },
    ['产品 ? → 富民贷', '方式 ? → 循环', '额度，元 ? → 80,000.00', '有效期 ? → 2026-11-20 至 2029-11-20'],
  ],
  [
    'draw',
    null,
    { amount_fen: '6000000', terms, account: '6224032072300001', account_name: '王小明', purpose: '购买虾苗', auto_debit: true },
    [
      '金额，元 ? → 60,000.00',
      '收款账号 ? → 6224 0320 7230 0001',
      '户名 ? → 王小明',
      '用途 ? → 购买虾苗',
      '年利率 ? → 4.00 %',
      '期限 ? → 6 个月',
      '还款方式 ? → 一次还本付息',
      '还款日 ? → 每月 9 日',
      '计息基准 ? → 30/360',
    ],
  ],
  ['extension', stood, { maturity: '2027-12-31' }, ['到期日 2027-07-09 → 2027-12-31']],
  ['restructuring', stood, { rate_ppm: 30_000, maturity: '2028-01-01' }, ['年利率 4.75 % → 3.00 %', '到期日 2027-07-09 → 2028-01-01']],
  ['misuse', stood, { markup_ppm: 500_000 }, ['挪用加收比例 ? → 50.00 %']],
  ['misuse', stood, { markup_ppm: null }, ['挪用加收比例 ? → 不加收']],
  ['cost', stood, { amount_fen: '20000' }, ['计收费用，元 ? → 200.00', '提出时结清金额，元 66,213.51 → 66,413.51']],
  ['waiver', stood, {}, ['罚息与复利 247.16 → 全部减免', '提出时结清金额，元 66,213.51 → 65,966.35']],
  ['write_off', stood, {}, ['借据状态 在用 → 已核销', '表内余额，元 66,213.51 → 0.00']],
  ['reversal', null, { event_id: 'E20' }, ['冲正的还款 E20 2026-11-20 → 已冲正', '金额，元 1,000.00 → 0.00']],
  [
    'facility',
    { limit_fen: '8000000', state: 'frozen' },
    { limit_fen: '10000000', state: 'active' },
    ['额度，元 80,000.00 → 100,000.00', '额度状态 已冻结 → 有效'],
  ],
  [
    'lpr',
    null,
    { published_on: '2026-11-20', one_year_ppm: 29_000, five_year_ppm: 34_000 },
    ['发布日 2026-10-20 → 2026-11-20', '一年期 LPR 3.00 % → 2.90 %', '五年期以上 LPR 3.50 % → 3.40 %'],
  ],
  [
    'renewal',
    stood,
    terms,
    [
      '年利率 4.75 % → 4.00 %',
      '到期日 2027-07-09 → 6 个月',
      '还款方式 等额本息 → 一次还本付息',
      '还款日 ? → 每月 9 日',
      '计息基准 30/360 → 30/360',
      '本金，元 66,213.51 → 66,213.51',
    ],
  ],
])('%s is told in words and money', (kind, before, after, wanted) => {
  expect(told(kind, before, after)).toEqual(wanted);
});

test('what was given up is not reckoned from a loan that has changed since', () => {
  expect(told('waiver', stood, {}, { isOpen: false })?.[0]).toBe('罚息与复利 ? → 全部减免');
});

test.each([
  ['another module', 'strategy.publish', stood, {}],
  ['a kind to come', 'servicing.novelty', stood, {}],
  ['a body of another shape', 'servicing.rate', stood, { rate: 1 }],
  ['nothing before', 'servicing.rate', null, { rate_ppm: 1 }],
])('%s is left to the plain comparison', (_name, kind, before, after) => {
  expect(servicingRows(kind, before, after, { t, code, loan, lpr, isOpen: true })).toBeNull();
});
