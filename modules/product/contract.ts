/**
 * Products as requests and answers. Browser-safe: zod and core only. Amounts are fen as digit strings, rates millionths a year, days `YYYY-MM-DD`.
 * Values of terms are those of `core/product`, field by field; a browser reads them with `isTerms`.
 */
import { z } from 'zod';
import { layerKinds, productCode, repaymentMethods, segments } from '#core/product/index.ts';

const wording = z.object({ zh: z.string(), en: z.string() });
const day = z.iso.date();
const instant = z.iso.datetime();
const fen = z.string().regex(/^\d{1,18}$/);
const code = productCode;
const version = z.int().min(1);
const values = z.record(z.string(), z.unknown());

/** Where a version stands on a day: it follows from the dates of all of them. */
export const layerStates = ['coming', 'in_force', 'superseded', 'ended'] as const;

/** A layer as written: only what differs from the layer it stands on. */
export const layer = z.object({
  layer: z.enum(layerKinds),
  code,
  from: code.nullable(),
  name: wording,
  effective_from: day,
  effective_to: day.nullable(),
  terms: values,
});

/** `layer`: the layer that stated the value last, `cap` the cap that holds it down on this day. `default`: no layer stated it. */
export const source = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('layer'), code, version, cap: z.string().optional() }),
  z.object({ kind: z.literal('default') }),
]);

export const resolution = z.object({
  code,
  /** Versions of the layers from the base down, such as `1.2.1`. */
  version: z.string(),
  on: day,
  terms: values,
  provenance: z.record(z.string(), source),
  items: z.record(z.string(), source),
});

/** One line of the list. Figures are null for a base, which is not sold, and where the layer does not count on the day. */
export const productRow = z.object({
  code,
  layer: z.enum(layerKinds),
  from: code.nullable(),
  name: wording,
  plain: wording.nullable(),
  version,
  effective_from: day,
  effective_to: day.nullable(),
  is_sold: z.boolean(),
  segments: z.array(z.string()).nullable(),
  methods: z.array(z.string()).nullable(),
  limit_min_fen: fen.nullable(),
  limit_max_fen: fen.nullable(),
  price_floor_ppm: z.int().nullable(),
  price_cap_ppm: z.int().nullable(),
  longest_months: z.int().nullable(),
  process: z.string().nullable(),
  /** How many terms it states itself. */
  own_terms: z.int(),
  is_pending: z.boolean(),
});
export type ProductRow = z.infer<typeof productRow>;

export const productQuery = z.object({
  /** By default today. */
  on: day.optional(),
  q: z.string().trim().max(40).optional(),
  layer: z.enum(layerKinds).optional(),
  base: code.optional(),
  segment: z.enum(segments).optional(),
  method: z.enum(repaymentMethods).optional(),
});
export type ProductQuery = z.output<typeof productQuery>;
/** Tree order: each layer under the one it stands on. Layers above a match are in the list too, so that it keeps its place; `total` counts what is sold and matches. */
export const productList = z.object({ items: z.array(productRow), total: z.int(), sold: z.int(), on: day });
export type ProductList = z.infer<typeof productList>;

export const layerVersion = z.object({
  version,
  state: z.enum(layerStates),
  effective_from: day,
  effective_to: day.nullable(),
  proposed_by: z.string(),
  approved_by: z.string(),
  approved_at: instant,
  /** SHA-256 of the content. */
  hash: z.string(),
  content: z.string(),
});
export type LayerVersionRow = z.infer<typeof layerVersion>;

export const productPageQuery = z.object({ on: day.optional() });
export const productPage = z.object({
  /** The layers in force on the day, the base first, this one last. */
  chain: z.array(z.object({ version, layer })),
  /** Null for a base. */
  resolution: resolution.nullable(),
  versions: z.array(layerVersion),
  /** Layers that stand on this one. */
  below: z.array(z.object({ code, name: wording, layer: z.enum(layerKinds) })),
  /** LPR in force on the day; null when none has been published here. */
  lpr: z.object({ published_on: day, one_year_ppm: z.int(), five_year_ppm: z.int() }).nullable(),
  lender: wording,
});
export type ProductPage = z.infer<typeof productPage>;

/** The codes with their words, and what a layer may name. */
export const productWords = z.object({
  dictionary: z.record(z.string(), z.record(z.string(), z.looseObject({ zh: z.string(), en: z.string() }))),
  forms: z.array(z.object({ code, title: wording, questions: z.int() })),
  strategies: z.array(z.string()),
});
export type ProductWords = z.infer<typeof productWords>;

const content = z.string().min(1).max(60_000);
export const previewBody = z.object({ content });
export const previewed = z.object({
  resolution: resolution.nullable(),
  findings: z.array(z.object({ code: z.string(), place: z.string(), zh: z.string(), en: z.string() })),
});
export type Previewed = z.infer<typeof previewed>;

export const proposeBody = z.object({ content, reason: z.string().trim().min(4).max(500) });
export type ProposeBody = z.output<typeof proposeBody>;
export const proposed = z.object({ proposal_id: z.string(), code });

export const differenceQuery = z.object({ from: z.coerce.number().int().min(1), to: z.coerce.number().int().min(1) });
/** A side that does not state the term is null. */
export const difference = z.object({
  code,
  from: version,
  to: version,
  changes: z.array(z.object({ field: z.string(), before: z.unknown().nullable(), after: z.unknown().nullable() })),
});
export type Difference = z.infer<typeof difference>;

export const refusals = {
  product_unknown: { status: 404, zh: '没有这个产品', en: 'There is no such product' },
  product_version_unknown: { status: 404, zh: '没有这个版本', en: 'There is no such version' },
  product_not_in_force: { status: 409, zh: '产品在这一天不生效', en: 'The product does not count on this day' },
  product_not_sold: { status: 409, zh: '基础产品不单独办理，请选择其下的产品', en: 'A base is not sold by itself; choose a product on it' },
  product_invalid: { status: 422, zh: '产品条款有问题', en: 'The terms of the product do not hold' },
  product_moved: { status: 409, zh: '产品不能换到另一层之上，请新建', en: 'A product cannot move to another layer; make a new one' },
  product_unchanged: {
    status: 409,
    zh: '与现行版本相同，没有要提交的变化',
    en: 'This is the version in force; there is nothing to propose',
  },
} as const;
export type RefusalCode = keyof typeof refusals;

export const permissions = { read: 'product.read', propose: 'product.propose' } as const;

export const addresses = {
  list: '/api/v1/products',
  words: '/api/v1/product-words',
  preview: '/api/v1/product-previews',
  propose: '/api/v1/product-proposals',
  one: '/api/v1/products/:code',
  difference: '/api/v1/products/:code/difference',
} as const;

/** The kind of change under which layers are proposed, and what its `before` and `after` hold. */
export const layerChangeKind = 'product.layer';
/** `layer` is `yaml` as it was read, so that whoever approves needs no reader of their own. */
export const layerChange = z.object({ yaml: z.string(), layer });
