/** What the papers of an accepted offer say. Pure. */
import { createHash } from 'node:crypto';
import { formatPercent, formatYuan } from '#core/money/index.ts';
import { wordOf } from '#core/product/index.ts';
import type { Dictionary, Terms } from '#core/product/index.ts';
import { methodNames, methods } from '#core/schedule/index.ts';
import type { Paper, Part } from '#platform/documents/index.ts';
import type { OfferContent } from '../offers/offer.ts';
import { amountInWords } from './amount-words.ts';
import type { Filled, TableName, Template, TemplatePart } from './templates.ts';

export interface Spouse {
  readonly name: string;
  readonly residentId: string;
  readonly phone: string;
}

/** Everything that the papers are made of. */
export interface Agreed {
  readonly number: string;
  readonly bank: string;
  readonly product: string;
  readonly borrower: { readonly name: string; readonly residentId: string; readonly phone: string };
  readonly spouse: Spouse | null;
  readonly offer: OfferContent;
  readonly terms: Terms;
  readonly dictionary: Dictionary;
  readonly madeOn: Temporal.PlainDate;
}

const listed = (words: readonly string[]): string => words.join('、');
const methodName = (method: string): string => {
  const known = methods.find((one) => one === method);
  return known === undefined ? method : methodNames[known].zh;
};
const repriced: Readonly<Record<Terms['reprice_every'], string>> = {
  never: '合同期内不变',
  january: '每年一月一日按最新 LPR 调整',
  anniversary: '每满一年按最新 LPR 调整',
};

export function valuesOf({ number, bank, product, borrower, spouse, offer, terms, dictionary, madeOn }: Agreed): Record<Filled, string> {
  const words = (family: string, codes: readonly string[]): string => listed(codes.map((one) => wordOf(dictionary, family, one).zh));
  const { cost } = offer;
  return {
    contract_number: number,
    bank,
    product,
    borrower: borrower.name,
    resident_id: borrower.residentId,
    phone: borrower.phone,
    limit: formatYuan(BigInt(offer.limit_fen), true),
    limit_words: amountInWords(BigInt(offer.limit_fen)),
    rate: formatPercent(BigInt(offer.rate_ppm)),
    limit_until: offer.limit_until,
    made_on: madeOn.toString(),
    facility_kind: offer.is_revolving ? '循环额度，还了可以再借' : '一次性额度，不循环',
    draw_min: formatYuan(BigInt(terms.draw_min_fen), true),
    months: `${listed(offer.months.map(String))} 个月`,
    methods: listed(offer.methods.map(methodName)),
    reprice: repriced[terms.reprice_every],
    day_count: terms.day_count,
    purposes: words('purposes', terms.purposes),
    forbidden: words('forbidden_uses', terms.forbidden_uses),
    entrusted: formatYuan(BigInt(terms.entrusted_above_fen), true),
    prepayment: terms.prepayment_fee_ppm === 0 ? '零' : `提前归还本金的 ${formatPercent(BigInt(terms.prepayment_fee_ppm))} %`,
    grace_days: String(terms.grace_days),
    penalty: formatPercent(BigInt(terms.penalty_markup_ppm)),
    example_principal: formatYuan(BigInt(cost.example.principal_fen), true),
    example_months: String(cost.example.months),
    example_method: methodName(cost.example.method),
    cost_total: formatYuan(BigInt(cost.total_fen), true),
    cost_yearly: formatPercent(BigInt(cost.yearly_ppm)),
    spouse: spouse?.name ?? '',
    spouse_resident_id: spouse?.residentId ?? '',
  };
}

export function paperOf(template: Template, agreed: Agreed, madeAt: Temporal.Instant): Paper {
  const values = new Map<string, string>(Object.entries(valuesOf(agreed)));
  const fill = (text: string): string => text.replaceAll(/\{(\w+)\}/g, (_whole, word: string) => values.get(word) ?? '');
  return {
    title: template.title.zh,
    foot: `${agreed.bank} · ${agreed.number} · ${template.paper} ${template.version}`,
    madeAt: new Date(madeAt.epochMilliseconds),
    parts: template.parts.map((part) => partOf(part, fill, agreed.offer.cost)),
  };
}

function partOf(part: TemplatePart, fill: (text: string) => string, cost: OfferContent['cost']): Part {
  if ('facts' in part) return { kind: 'facts', facts: part.facts.map(([name, value]) => [name, fill(value)]) };
  if ('clause' in part) return { kind: 'clause', title: part.clause, lines: part.lines.map(fill) };
  if ('text' in part) return { kind: 'text', lines: part.text.map(fill) };
  return tables[part.table](cost);
}

/** Exactly the items of the offer, none beside them. */
const tables: Readonly<Record<TableName, (cost: OfferContent['cost']) => Part>> = {
  cost_items: ({ items, total_fen, yearly_ppm }) => ({
    kind: 'table',
    columns: [
      { title: '项目', share: 2, align: 'left' },
      { title: '收取方', share: 2, align: 'left' },
      { title: '金额（元）', share: 1.4, align: 'right' },
      { title: '年化（单利）', share: 1.4, align: 'right' },
    ],
    rows: items.map((item) => [
      item.name.zh,
      item.collector.zh,
      formatYuan(BigInt(item.amount_fen), true),
      `${formatPercent(BigInt(item.yearly_ppm))} %`,
    ]),
    total: ['合计', '', formatYuan(BigInt(total_fen), true), `${formatPercent(BigInt(yearly_ppm))} %`],
  }),
  late_items: ({ late }) => ({
    kind: 'table',
    columns: [
      { title: '项目', share: 1, align: 'left' },
      { title: '标准', share: 3, align: 'left' },
    ],
    rows: late.map((item) => [item.name.zh, item.standard.zh]),
  }),
};

export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
