/**
 * Every term of a product in one table: what it may hold, what it is called, and what a lower layer may do to it. Amounts are fen as digit strings,
 * rates millionths a year, one basis point 100 of them.
 */
import { dayCounts } from '#core/calendar/index.ts';
import { z } from 'zod';
import { among, atLeast, atMost, cap, capsOnTop, fee, fixed, free, more, noDearer, places, shares, stricter, wording } from './field.ts';
import type { Field } from './field.ts';

const fen = z.string().regex(/^(0|[1-9]\d{0,14})$/);
const ppm = z.int().min(0).max(1_000_000);
const month = z.int().min(1).max(360);
export const code = z.string().regex(/^[a-z][a-z0-9_]{1,40}$/);
const codes = z.array(code).min(1).max(60);

/** The methods that a loan can be serviced by. */
export const repaymentMethods = ['equal_installment', 'equal_principal', 'interest_only', 'bullet', 'revolving'] as const;
export const segments = ['public_post', 'villager', 'resident', 'micro_owner', 'sole_trader'] as const;
export const facilityKinds = ['revolving', 'single_use'] as const;
const outsideArea = ['allow', 'refer', 'refuse'] as const;
const spouseConsent = ['never', 'above', 'always'] as const;

const field = <T>(one: Field<T>): Field<T> => one;

export const fields = {
  plain: field({ group: 'whom', name: { zh: '一句话说明', en: 'In one line' }, unit: 'wording', shape: wording, change: free }),
  segments: field({
    group: 'whom',
    name: { zh: '客群', en: 'Segments' },
    unit: 'codes',
    family: 'segments',
    shape: z.array(z.enum(segments)).min(1),
    change: among,
  }),
  channels: field({
    group: 'whom',
    name: { zh: '渠道', en: 'Channels' },
    unit: 'codes',
    family: 'channels',
    shape: codes,
    change: among,
  }),
  grid_codes: field({
    group: 'whom',
    name: { zh: '办理地区', en: 'Area' },
    unit: 'grids',
    shape: z.array(z.string().regex(/^\d{6,14}$/)).max(200),
    change: places,
    fallback: [],
  }),
  outside_area: field({
    group: 'whom',
    name: { zh: '地区以外的申请', en: 'Applications from outside' },
    unit: 'code',
    family: 'outside_area',
    shape: z.enum(outsideArea),
    change: stricter(outsideArea),
    fallback: 'refuse',
  }),

  facility_kind: field({
    group: 'limit',
    name: { zh: '额度方式', en: 'Kind of limit' },
    unit: 'code',
    family: 'facility_kinds',
    shape: z.enum(facilityKinds),
    change: fixed,
  }),
  limit_min_fen: field({ group: 'limit', name: { zh: '最低额度', en: 'Least limit' }, unit: 'fen', shape: fen, change: atLeast }),
  limit_max_fen: field({ group: 'limit', name: { zh: '最高额度', en: 'Highest limit' }, unit: 'fen', shape: fen, change: atMost }),
  facility_months: field({
    group: 'limit',
    name: { zh: '额度有效期', en: 'Limit valid for' },
    unit: 'months',
    shape: month,
    change: atMost,
  }),
  offer_days: field({
    group: 'limit',
    name: { zh: '报价有效期', en: 'Offer valid for' },
    unit: 'days',
    shape: z.int().min(1).max(180),
    change: atMost,
    fallback: 30,
  }),
  caps: field({
    group: 'limit',
    name: { zh: '上限规定', en: 'Caps' },
    unit: 'caps',
    shape: z.array(cap).max(40),
    change: capsOnTop,
    fallback: [],
  }),

  draw_min_fen: field({ group: 'draw', name: { zh: '每笔最低用信', en: 'Least draw' }, unit: 'fen', shape: fen, change: atLeast }),
  draw_months: field({
    group: 'draw',
    name: { zh: '每笔期限', en: 'Months of a draw' },
    unit: 'months_list',
    shape: z.array(month).min(1).max(60),
    change: among,
  }),
  methods: field({
    group: 'draw',
    name: { zh: '还款方式', en: 'Repayment' },
    unit: 'codes',
    family: 'methods',
    shape: z.array(z.enum(repaymentMethods)).min(1),
    change: among,
  }),
  day_count: field({
    group: 'draw',
    name: { zh: '计息基准', en: 'Day count' },
    unit: 'name',
    shape: z.enum(dayCounts),
    change: fixed,
    fallback: 'actual/360',
  }),
  due_day: field({
    group: 'draw',
    name: { zh: '还款日', en: 'Due day' },
    unit: 'code',
    family: 'due_days',
    shape: z.union([z.literal('start_day'), z.int().min(1).max(28)]),
    change: free,
    fallback: 'start_day',
  }),
  interest_every: field({
    group: 'draw',
    name: { zh: '付息间隔', en: 'Interest every' },
    unit: 'months',
    shape: z.union([z.literal(1), z.literal(3)]),
    change: free,
    fallback: 1,
  }),
  reprice_every: field({
    group: 'draw',
    name: { zh: '重定价', en: 'Repricing' },
    unit: 'code',
    family: 'reprice',
    shape: z.enum(['never', 'january', 'anniversary']),
    change: free,
    fallback: 'never',
  }),
  grace_days: field({
    group: 'draw',
    name: { zh: '宽限期', en: 'Grace' },
    unit: 'days',
    shape: z.int().min(0).max(30),
    change: atMost,
    fallback: 0,
  }),
  penalty_markup_ppm: field({
    group: 'draw',
    name: { zh: '罚息加收', en: 'Penalty markup' },
    unit: 'ppm',
    // 银发〔2003〕251号: overdue principal bears 30 % to 50 % on top of the rate.
    shape: z.int().min(300_000).max(500_000),
    change: atMost,
    fallback: 500_000,
  }),
  prepayment_fee_ppm: field({
    group: 'draw',
    name: { zh: '提前还款违约金', en: 'Prepayment fee' },
    unit: 'ppm',
    shape: z.int().min(0).max(30_000),
    change: atMost,
    fallback: 0,
  }),

  price_floor_ppm: field({
    group: 'price',
    name: { zh: '最低年利率', en: 'Lowest yearly rate' },
    unit: 'ppm',
    shape: ppm,
    change: atLeast,
  }),
  price_cap_ppm: field({
    group: 'price',
    name: { zh: '最高年利率', en: 'Highest yearly rate' },
    unit: 'ppm',
    shape: ppm,
    change: atMost,
  }),
  lpr_term: field({
    group: 'price',
    name: { zh: '参考 LPR', en: 'LPR term' },
    unit: 'code',
    family: 'lpr_terms',
    shape: z.enum(['one_year', 'five_year']),
    change: fixed,
    fallback: 'one_year',
  }),
  discounts_bp: field({
    group: 'price',
    name: { zh: '优惠权限', en: 'Discount by post' },
    unit: 'discounts',
    family: 'posts',
    shape: z.record(code, z.int().min(0).max(500)),
    change: shares,
    fallback: {},
  }),
  subsidy_ppm: field({
    group: 'price',
    name: { zh: '财政贴息', en: 'Treasury subsidy' },
    unit: 'ppm',
    shape: z.int().min(0).max(100_000),
    change: atMost,
    fallback: 0,
  }),
  fees: field({
    group: 'price',
    name: { zh: '息外费用', en: 'Fees' },
    unit: 'fees',
    shape: z.array(fee).max(20),
    change: noDearer,
    fallback: [],
  }),

  strategy: field({ group: 'decision', name: { zh: '策略', en: 'Strategy' }, unit: 'name', shape: code, change: free }),
  scene: field({
    group: 'decision',
    name: { zh: '决策场景', en: 'Scene' },
    unit: 'code',
    family: 'scenes',
    shape: z.enum(['screen', 'apply']),
    change: free,
    fallback: 'apply',
  }),
  process: field({ group: 'decision', name: { zh: '流程', en: 'Process' }, unit: 'code', family: 'processes', shape: code, change: free }),
  authority: field({
    group: 'decision',
    name: { zh: '审批权限表', en: 'Authority' },
    unit: 'code',
    family: 'authorities',
    shape: code,
    change: free,
  }),
  application_form: field({
    group: 'decision',
    name: { zh: '申请表', en: 'Application form' },
    unit: 'name',
    family: 'forms',
    shape: code,
    change: free,
  }),
  investigation_form: field({
    group: 'decision',
    name: { zh: '调查表', en: 'Investigation form' },
    unit: 'name',
    family: 'forms',
    shape: code.nullable(),
    change: free,
    fallback: null,
  }),

  documents: field({
    group: 'papers',
    name: { zh: '所需材料', en: 'Documents' },
    unit: 'codes',
    family: 'documents',
    shape: codes,
    change: more,
    fallback: [],
  }),
  guarantees: field({
    group: 'papers',
    name: { zh: '担保方式', en: 'Guarantee' },
    unit: 'codes',
    family: 'guarantees',
    shape: codes,
    change: among,
  }),
  spouse_consent: field({
    group: 'papers',
    name: { zh: '配偶同意', en: "Spouse's consent" },
    unit: 'code',
    family: 'spouse_consent',
    shape: z.enum(spouseConsent),
    change: stricter(spouseConsent),
  }),
  spouse_consent_above_fen: field({
    group: 'papers',
    name: { zh: '配偶同意起点', en: "Spouse's consent above" },
    unit: 'fen',
    shape: fen,
    change: atMost,
    fallback: '0',
  }),

  purposes: field({
    group: 'use',
    name: { zh: '可用于', en: 'Purposes' },
    unit: 'codes',
    family: 'purposes',
    shape: codes,
    change: among,
  }),
  forbidden_uses: field({
    group: 'use',
    name: { zh: '不得用于', en: 'Forbidden uses' },
    unit: 'codes',
    family: 'forbidden_uses',
    shape: codes,
    change: more,
    fallback: [],
  }),
  entrusted_above_fen: field({
    group: 'use',
    name: { zh: '受托支付起点', en: 'Paid to the seller above' },
    unit: 'fen',
    shape: fen,
    change: atMost,
  }),
} as const;

export type FieldName = keyof typeof fields;
export type Terms = { readonly [K in FieldName]: (typeof fields)[K] extends Field<infer T> ? T : never };

export const fieldNames = Object.keys(fields).filter((name): name is FieldName => isFieldName(name));
export function isFieldName(name: string): name is FieldName {
  return Object.hasOwn(fields, name);
}

/** A field without the type of its value, for what goes over all of them. */
export const fieldOf = (name: FieldName): Field<unknown> => fields[name];

export function isTerms(values: object): values is Terms {
  return fieldNames.every((name) => fieldOf(name).shape.safeParse(Reflect.get(values, name)).success);
}
