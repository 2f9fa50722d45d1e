import type { TFunction } from 'i18next';
import { expect, test } from 'vitest';
import type { z } from 'zod';
import { loanTerms, lprPage, type LoanPage } from '#modules/servicing/contract.ts';
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

/** A term that differs from what most loans have, and how it is told: everything that is agreed to can be read. */
const unusual: Record<keyof z.output<typeof loanTerms>, [unknown, string]> = {
  method: ['equal_principal', '还款方式 ? → 等额本金'],
  day_count: ['actual/365', '计息基准 ? → 实际天数/365'],
  rate_ppm: [50_000, '年利率 ? → 5.00 %'],
  months: [9, '期限 ? → 9 个月'],
  due_day: [15, '还款日 ? → 每月 15 日'],
  interest_every: [3, '结息 ? → 按季'],
  interest_anchor: ['calendar', '结息季 ? → 按日历季'],
  grace_days: [3, '宽限期 ? → 3 天'],
  penalty_markup_ppm: [300_000, '罚息加收 ? → 30.00 %'],
  principal_first: [true, '不良后还款顺序 ? → 先还本金'],
  lpr_spread_ppm: [300_000, '加点（在 LPR 之上） ? → 30.00 %'],
  reprice_every: ['january', '重定价日 ? → 每年 1 月 1 日'],
  subsidy_ppm: [36_000, '财政贴息（年） ? → 3.60 %'],
  prepayment_fee_ppm: [50_000, '提前还款费 ? → 5.00 %'],
};
test.each(Object.keys(loanTerms.shape) as (keyof typeof unusual)[])('an unusual %s of a draw or a renewal is told', (name) => {
  const [value, line] = unusual[name];
  const unusually = { ...terms, [name]: value };
  const draw = { amount_fen: '6000000', terms: unusually, account: '****0001', account_name: '王**', purpose: '购买虾苗' };
  expect(told('draw', null, draw)).toContain(line);
  const [what, becomes] = line.split(' ? → ');
  const renewed = told('renewal', stood, unusually)?.find((one) => one.endsWith(`→ ${becomes}`));
  expect(renewed, `${what}`).toBeDefined();
});

test('a draw that is not collected when due says so', () => {
  const draw = { amount_fen: '6000000', terms, account: '****0001', account_name: '王**', purpose: '购买虾苗', auto_debit: false };
  expect(told('draw', null, draw)).toContain('到期代扣 ? → 不代扣');
});

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
