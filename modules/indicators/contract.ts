/**
 * What the console may ask about indicators, and what it gets. Browser-safe: only zod.
 *
 * Money is fen as a decimal string, days are `YYYY-MM-DD`, ratios are plain numbers (0.05 = 5 %). Unknown is `null`, never 0: the wording of why is
 * `null_meaning`. Statistics describe a legal entity as a whole; they hold counts and quantiles, never a person.
 */
import { z } from 'zod';

export const indicatorTypes = ['money', 'integer', 'decimal', 'ratio', 'flag', 'code', 'date'] as const;
export const indicatorType = z.enum(indicatorTypes);
export type IndicatorType = z.infer<typeof indicatorType>;

/** Who may be shown the value: anyone who may see the person; personal finances; restricted to those with a need to know. */
export const sensitivities = ['internal', 'personal', 'restricted'] as const;
export const sensitivity = z.enum(sensitivities);
export type Sensitivity = z.infer<typeof sensitivity>;

export const wording = z.object({ zh: z.string(), en: z.string() });
export type Wording = z.infer<typeof wording>;
export const indicatorCode = z.string().regex(/^[A-Z][A-Z0-9_]{1,31}$/);
export const tagCode = z.string().regex(/^[a-z][a-z0-9_]{1,31}$/);
const day = z.iso.date();

export const indicatorDefinition = z.object({
  code: indicatorCode,
  name: wording,
  class: z.string(),
  class_name: wording,
  type: indicatorType,
  /** `fen` for money, else `month`, `day`, `mu`, `head`, `kWh`, `n` …; `-` when the value has no unit. */
  unit: z.string(),
  /** `cur` = at the as-of day, else how far back it looks: `6m`, `90d`, `all`, `batch`. */
  window: z.string(),
  /** Source contract; `indicators` = computed from other indicators; `none` = no source connected yet. */
  source: z.string(),
  /** What one row of its scan stands for before it becomes one value a person. */
  grain: z.string(),
  expression: z.string(),
  where: z.string().nullable(),
  over: z.string().nullable(),
  /** What a person without a row has when the source is loaded; null = UNKNOWN. */
  absent: z.union([z.string(), z.number(), z.boolean()]).nullable(),
  /** When exactly the value is UNKNOWN. */
  null_meaning: wording,
  owner: wording,
  sensitivity,
  /** Codes only: the values and their names. */
  values: z.array(z.object({ value: z.string(), name: wording })).nullable(),
});
export type IndicatorDefinition = z.infer<typeof indicatorDefinition>;

export const indicatorSummary = indicatorDefinition
  .pick({ code: true, name: true, class: true, class_name: true, type: true, unit: true, window: true, source: true, sensitivity: true })
  .extend({
    /** Share of persons with a known value, 0–1; null before the first run. */
    coverage: z.number().min(0).max(1).nullable(),
    /** Coverage of the run before; null when there was none. */
    coverage_before: z.number().min(0).max(1).nullable(),
    /** Population stability index against the run before: < 0.10 stable, 0.10–0.25 watch, > 0.25 act; null when not comparable. */
    drift_psi: z.number().nullable(),
    /** Median of numbers (money in fen), share of true for flags, as a number; null for codes and dates and when nothing is known. */
    middle: z.number().nullable(),
  });
export type IndicatorSummary = z.infer<typeof indicatorSummary>;

/** One run of the catalogue over one legal entity. */
export const indicatorRun = z.object({
  as_of: day,
  finished_at: z.iso.datetime(),
  persons: z.int(),
  indicators: z.int(),
  seconds: z.number(),
  catalogue_hash: z.string(),
});
export type IndicatorRun = z.infer<typeof indicatorRun>;

export const indicatorListQuery = z.object({
  class: z.string().max(32).optional(),
  search: z.string().trim().max(50).optional(),
});
export const indicatorList = z.object({
  items: z.array(indicatorSummary),
  total: z.int(),
  total_is_estimate: z.boolean(),
  as_of: day.nullable(),
  run: indicatorRun.nullable(),
  previous: indicatorRun.nullable(),
  classes: z.array(z.object({ class: z.string(), name: wording, indicators: z.int() })),
});
export type IndicatorList = z.infer<typeof indicatorList>;

/**
 * Bars of one indicator. Numbers and dates: `from ≤ value < to` (`to` of the last bar is included; null = open end; money in fen, dates as days).
 * Codes and flags: `value`, greatest count first, `value: null` = all the rest. `before` is the count in the run before in the same bars.
 */
export const bar = z.object({
  from: z.union([z.number(), day]).nullable(),
  to: z.union([z.number(), day]).nullable(),
  value: z.string().nullable(),
  count: z.int(),
  before: z.int().nullable(),
});
export type Bar = z.infer<typeof bar>;

export const quantileShares = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99] as const;
export const indicatorStatistic = z.object({
  as_of: day,
  persons: z.int(),
  known: z.int(),
  coverage: z.number().min(0).max(1),
  distinct: z.int(),
  /** Numbers only (money in fen, exact up to 2^53). */
  min: z.number().nullable(),
  max: z.number().nullable(),
  mean: z.number().nullable(),
  /** Values at `quantileShares`, numbers only. */
  quantiles: z.array(z.number()).nullable(),
  bars: z.array(bar),
  drift_psi: z.number().nullable(),
});
export type IndicatorStatistic = z.infer<typeof indicatorStatistic>;

export const indicatorPage = z.object({
  definition: indicatorDefinition,
  lineage: z.object({
    source: z.object({ source: z.string(), name: wording, channel: z.string() }).nullable(),
    /** The columns it reads: name in the lake and name in the file. */
    columns: z.array(z.object({ name: z.string(), field: z.string() })),
    reads: z.array(indicatorCode),
    read_by: z.array(indicatorCode),
    tags: z.array(tagCode),
  }),
  statistic: indicatorStatistic.nullable(),
  /** Newest first, at most 24 runs. */
  history: z.array(
    z.object({
      as_of: day,
      coverage: z.number(),
      distinct: z.int(),
      middle: z.number().nullable(),
      drift_psi: z.number().nullable(),
    }),
  ),
});
export type IndicatorPage = z.infer<typeof indicatorPage>;

export const personIndicatorsQuery = z.object({ class: z.string().max(32).optional() });
export const indicatorValue = z.object({
  code: indicatorCode,
  name: wording,
  class: z.string(),
  type: indicatorType,
  unit: z.string(),
  /** Money as fen in a decimal string, dates as `YYYY-MM-DD`, codes as text; null = UNKNOWN. */
  value: z.union([z.string(), z.number(), z.boolean()]).nullable(),
  /** Name of a code's value. */
  label: wording.nullable(),
  /** Given when the value is UNKNOWN. */
  null_meaning: wording.nullable(),
  /** The value is kept from this reader; `value` is then null without meaning UNKNOWN. */
  withheld: z.boolean(),
});
export type IndicatorValue = z.infer<typeof indicatorValue>;
export const personTag = z.object({ tag: tagCode, name: wording, meaning: wording });
export type PersonTag = z.infer<typeof personTag>;
export const personIndicators = z.object({
  person_id: z.string(),
  as_of: day,
  items: z.array(indicatorValue),
  tags: z.array(personTag),
});
export type PersonIndicators = z.infer<typeof personIndicators>;

export const tagCountQuery = z.object({
  grid: z
    .string()
    .regex(/^\d{6,14}$/)
    .optional(),
});
export const tagList = z.object({
  as_of: day.nullable(),
  grid_code: z.string().nullable(),
  items: z.array(personTag.extend({ rule: z.string(), count: z.int().nullable() })),
});
export type TagList = z.infer<typeof tagList>;

/** Stable codes of refusals, with status and wording. */
export const refusals = {
  indicator_unknown: { status: 404, zh: '目录里没有这个指标', en: 'The catalogue has no such indicator' },
  indicators_not_computed: { status: 409, zh: '指标尚未计算', en: 'Indicators have not been computed yet' },
  indicators_person_not_found: {
    status: 404,
    zh: '没有此人的指标，或不在您的网格范围',
    en: 'No indicators of this person, or outside your grid',
  },
  indicators_as_of_invalid: { status: 422, zh: '日期不对', en: 'Not a usable day' },
  indicators_no_data: { status: 409, zh: '还没有已发布的数据', en: 'No data has been published yet' },
} as const;
export type IndicatorRefusal = keyof typeof refusals;

/** Restricted values are shown only to holders of this permission. */
export const permissions = { read: 'indicators.read', restricted: 'indicators.restricted' } as const;

export const indicatorPaths = {
  list: '/api/v1/indicators',
  one: '/api/v1/indicators/:code',
  person: '/api/v1/persons/:id/indicators',
  tags: '/api/v1/tags',
} as const;
