/**
 * Decisions, the whitelist and strategies as requests and answers. Browser-safe: only zod and the words of population.
 *
 * Conventions: money is fen as a decimal string, rates are integer millionths, days are `YYYY-MM-DD`. Unknown is `null`, never 0.
 * Wording comes as `{ zh, en }`; `customer` wording is neutral and may be read to the person, `staff` wording may not.
 */
import { z } from 'zod';
import { day, fen, gridCode, householdId, outcome, personId, segment } from '#modules/population/contract.ts';

// ── words ────────────────────────────────────────────────────────────────────

export const text = z.object({ zh: z.string(), en: z.string() });
export type Text = z.infer<typeof text>;

export const stages = ['screen', 'apply'] as const;
/** `screen`: the population, without the application's own answers. `apply`: everything is asked. */
export const stage = z.enum(stages);
export type Stage = z.infer<typeof stage>;

/**
 * What a reason does: `decline` and `refer` decide the outcome; `wait` must be settled before a loan is drawn and holds an application;
 * `cap` lowered the limit; `price` moved the rate.
 */
export const reasonEffects = ['decline', 'refer', 'wait', 'cap', 'price'] as const;
export const reasonEffect = z.enum(reasonEffects);
export type ReasonEffect = z.infer<typeof reasonEffect>;

/** `later`: a rule of the application that screening does not ask. */
export const ruleStates = ['hit', 'unknown', 'pass', 'later'] as const;
export const ruleState = z.enum(ruleStates);
export type RuleState = z.infer<typeof ruleState>;

export const bands = ['A', 'B', 'C', 'D', 'E'] as const;
export const band = z.enum(bands);

const reasonCode = z.string().regex(/^[A-Z]\d{2}[A-Z]?$/);
const strategyName = z.string().regex(/^[a-z][a-z0-9_]{1,31}$/);
/** Semantic version and the first twelve hex digits of the content's SHA-256: `1.0.0+3f9a0c2b7d10`. */
const strategyVersion = z.string().regex(/^\d+\.\d+\.\d+\+[0-9a-f]{12}$/);

export const reason = z.object({ code: reasonCode, effect: reasonEffect, customer: text, staff: text });
export type Reason = z.infer<typeof reason>;

/** A value that was read. `unit` fen: decimal string; `permille`, `month`, `day_count` …: number; null = unknown. */
export const inputValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export const inputRead = z.object({ name: z.string(), label: text, unit: z.string().nullable(), value: inputValue });
export type InputRead = z.infer<typeof inputRead>;

// ── decision ─────────────────────────────────────────────────────────────────

/** The fields `screen` and `decide` agree on. `limit_fen` and `rate_ppm` are null for a decline; a refer carries what would be granted. */
export const decision = z.object({
  person_id: personId.nullable(),
  segment,
  outcome,
  limit_fen: fen.nullable(),
  rate_ppm: z.int().nullable(),
  score: z.int().nullable(),
  /** Ordered: declines, refers, waits, caps, price notes; within each by rule precedence. */
  reasons: z.array(reasonCode),
  strategy_version: strategyVersion,
  as_of: day,
});
export type Decision = z.infer<typeof decision>;

export const ruleAnswer = z.object({
  code: reasonCode,
  family: z.string(),
  name: text,
  state: ruleState,
  /** What a hit does. */
  effect: reasonEffect,
  inputs: z.array(inputRead),
  /** The condition as the table states it, e.g. `> 4`. */
  condition: z.string(),
  annotation: z.string(),
  /** For a pass on one number: how far it is from the condition, in the input's unit. */
  distance: z.number().nullable(),
});
export type RuleAnswer = z.infer<typeof ruleAnswer>;

export const ruleFamily = z.object({ id: z.string(), name: text, rules: z.int(), hit: z.int(), unknown: z.int(), later: z.int() });

export const scoreContribution = z.object({
  name: z.string(),
  label: text,
  value: inputValue,
  unit: z.string().nullable(),
  points: z.int(),
  /** Points minus the mean of the last screened population of the segment; null until one was published. */
  against_mean: z.number().nullable(),
});
export const scoreExplanation = z.object({
  card: z.string(),
  card_name: text,
  score: z.int(),
  band,
  base_points: z.int(),
  mean_score: z.number().nullable(),
  contributions: z.array(scoreContribution),
});

/**
 * One step of a waterfall. `amount`: fen (limit) or ppm (rate) as a decimal string after the step; `delta` the change it made.
 * `binding` marks the cap that set the result; `touched` whether a cap or floor changed the amount. `cap`: the cap's own value, null = unknown.
 */
export const waterfallStep = z.object({
  id: z.string(),
  kind: z.enum(['base', 'adjust', 'subtotal', 'cap', 'floor', 'round', 'result']),
  label: text,
  note: z.string(),
  amount: fen.nullable(),
  delta: fen.nullable(),
  cap: fen.nullable(),
  touched: z.boolean(),
  binding: z.boolean(),
});
export type WaterfallStep = z.infer<typeof waterfallStep>;

/** The nearest change of one input that changes the result; found by deciding again, never estimated. */
export const nearestChange = z.object({
  input: inputRead,
  to: inputValue,
  kind: z.enum(['better', 'worse']),
  outcome_before: outcome,
  outcome_after: outcome,
  limit_fen_before: fen.nullable(),
  limit_fen_after: fen.nullable(),
  rate_ppm_before: z.int().nullable(),
  rate_ppm_after: z.int().nullable(),
});
export type NearestChange = z.infer<typeof nearestChange>;

export const explanation = z.object({
  stage,
  reasons: z.array(reason),
  families: z.array(ruleFamily),
  rules: z.array(ruleAnswer),
  /** Rules that wait for the application; empty at stage `apply`. */
  to_verify: z.array(reason),
  inputs: z.array(inputRead),
  score: scoreExplanation.nullable(),
  limit_model: z.object({ code: z.string(), name: text }).nullable(),
  limit_steps: z.array(waterfallStep),
  price_model: z.object({ code: z.string(), name: text }).nullable(),
  rate_steps: z.array(waterfallStep),
  changes: z.array(nearestChange),
});
export type Explanation = z.infer<typeof explanation>;

export const replayCheck = z.object({
  same: z.boolean(),
  checked_at: z.iso.datetime(),
  rules: z.int(),
  steps: z.int(),
  differences: z.array(z.object({ field: z.string(), stored: z.string(), replayed: z.string() })),
});
export type ReplayCheck = z.infer<typeof replayCheck>;

/** Decide now: for a person of the population (values of the last indicator run), or for stated inputs. */
export const decisionRequest = z
  .object({
    strategy: strategyName.default('retail'),
    person_id: personId.optional(),
    /** Replaces single values of the person, or gives all of them. Money in fen as a decimal string, days as `YYYY-MM-DD`. */
    inputs: z.record(z.string().regex(/^[A-Z][A-Z0-9_]{1,39}$/), inputValue).optional(),
    stage: stage.default('screen'),
    as_of: day.optional(),
  })
  .refine((body) => body.person_id !== undefined || body.inputs !== undefined, {
    message: '须有 person_id 或 inputs / person_id or inputs',
  });
export type DecisionRequest = z.input<typeof decisionRequest>;
export const decisionAnswer = z.object({
  /** Null when nothing was logged: a what-if with changed inputs. */
  decision_id: z.uuid().nullable(),
  decided_at: z.iso.datetime(),
  decision,
  explanation,
});
export type DecisionAnswer = z.infer<typeof decisionAnswer>;

export const currentQuery = z.object({ strategy: strategyName.default('retail') });
/** `current` is what the last published screening says; `explanation` is the same decision made again, compared in `replay`. */
export const currentAnswer = z.object({
  decision,
  grid_code: gridCode,
  household_id: householdId.nullable(),
  explanation,
  replay: replayCheck,
});
export type CurrentAnswer = z.infer<typeof currentAnswer>;

/** A decision that was logged, explained by the version that made it and compared with what that version says today. */
export const loggedAnswer = currentAnswer.omit({ household_id: true }).extend({
  decision_id: z.uuid(),
  strategy: strategyName,
  decided_at: z.iso.datetime(),
  is_what_if: z.boolean(),
});
export type LoggedAnswer = z.infer<typeof loggedAnswer>;

// ── whitelist ────────────────────────────────────────────────────────────────

const oneOrMore = <T extends z.ZodType>(item: T) =>
  z
    .union([item, z.array(item).max(20)])
    .transform((value) => (Array.isArray(value) ? value : [value]) as z.output<T>[])
    .optional();

export const whitelistSorts = ['grid', 'limit', 'rate', 'score'] as const;
export const whitelistFilter = z.object({
  strategy: strategyName.default('retail'),
  grid: gridCode.optional(),
  outcome: oneOrMore(outcome),
  segment: oneOrMore(segment),
  reason: reasonCode.optional(),
  limit_from: fen.optional(),
  limit_to: fen.optional(),
  rate_from: z.coerce.number().int().min(0).max(1_000_000).optional(),
  rate_to: z.coerce.number().int().min(0).max(1_000_000).optional(),
});
export type WhitelistFilter = z.infer<typeof whitelistFilter>;
export const whitelistQuery = whitelistFilter.extend({
  sort: z.enum(whitelistSorts).default('grid'),
  direction: z.enum(['asc', 'desc']).default('asc'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(512).optional(),
});
export type WhitelistQuery = z.infer<typeof whitelistQuery>;

export const whitelistRow = z.object({
  person_id: personId,
  household_id: householdId.nullable(),
  grid_code: gridCode,
  name: z.string(),
  sex: z.enum(['M', 'F']).nullable(),
  age: z.int().nullable(),
  phone_masked: z.string().nullable(),
  place: z.string(),
  segment,
  outcome,
  /** Decided for the person alone, with the whole room of the household before them. */
  limit_fen: fen.nullable(),
  /** What the household's room leaves to an approved person beside its other approved members; null = not approved, or the room is unknown. */
  allocated_fen: fen.nullable(),
  /** Why less than the limit is allocated, or why nothing is known; null where the whole limit is. */
  allocation_note: text.nullable(),
  rate_ppm: z.int().nullable(),
  score: z.int().nullable(),
  reasons: z.array(reasonCode),
});
export type WhitelistRow = z.infer<typeof whitelistRow>;
/** `total` is exact when the counts were prepared (grid, outcome, segment, whole bands), else counted up to `exactTotalLimit` and marked. */
export const whitelist = z.object({
  items: z.array(whitelistRow),
  total: z.int(),
  total_is_estimate: z.boolean(),
  next_cursor: z.string().nullable(),
  as_of: day.nullable(),
  strategy_version: strategyVersion.nullable(),
});
export type Whitelist = z.infer<typeof whitelist>;
export const exactTotalLimit = 10_000;

/** Half-open bars `[from, to)`; the last one is open. Limits in yuan bands of 10,000, rates in steps of 0.25 percentage points. */
export const limitBandFen = 1_000_000n;
export const rateBandPpm = 2_500;
const bar = z.object({ from: z.number(), to: z.number().nullable(), people: z.int(), limit_fen: fen });
export const whitelistSummaryQuery = z.object({
  strategy: strategyName.default('retail'),
  grid: gridCode.optional(),
  outcome: outcome.optional(),
  segment: segment.optional(),
});
export type WhitelistSummaryQuery = z.infer<typeof whitelistSummaryQuery>;
export const whitelistSummary = z.object({
  as_of: day.nullable(),
  strategy_version: strategyVersion.nullable(),
  people: z.int(),
  /** Sums of `limit_fen` are of people taken singly: two members of a household may stand in them with the same room. */
  limit_fen: fen,
  /** What can be lent together to the approved: each household's room counted once; null when the screening was published before rooms were shared. */
  allocated_fen: fen.nullable(),
  /** Mean over people with a limit; null when there are none. */
  mean_limit_fen: fen.nullable(),
  outcomes: z.array(z.object({ outcome, people: z.int(), limit_fen: fen })),
  segments: z.array(z.object({ segment, people: z.int(), approved: z.int(), limit_fen: fen, allocated_fen: fen.nullable() })),
  /** `from` and `to` in fen. */
  limits: z.array(bar),
  /** `from` and `to` in ppm. */
  rates: z.array(bar),
  /** Most frequent first. */
  reasons: z.array(z.object({ code: reasonCode, effect: reasonEffect, staff: text, people: z.int() })),
});
export type WhitelistSummary = z.infer<typeof whitelistSummary>;

// ── strategies ───────────────────────────────────────────────────────────────

export const finding = z.object({
  severity: z.enum(['error', 'warning', 'info']),
  code: z.string(),
  element: z.string().nullable(),
  line: z.int().nullable(),
  message: text,
});
export type StrategyFinding = z.infer<typeof finding>;

export const strategyVersionRow = z.object({
  version: strategyVersion,
  effective_from: day,
  state: z.enum(['proposed', 'current', 'retired']),
  published_at: z.iso.datetime().nullable(),
  published_by: z.string().nullable(),
  rules: z.int(),
  limit_models: z.int(),
  price_models: z.int(),
});
export const strategySummary = z.object({
  name: strategyName,
  title: text,
  current_version: strategyVersion.nullable(),
  versions: z.int(),
  screened_as_of: day.nullable(),
});
export const strategyList = z.object({ items: z.array(strategySummary), total: z.int(), total_is_estimate: z.literal(false) });
export type StrategyList = z.infer<typeof strategyList>;
export const strategyPage = strategySummary.extend({
  /** The version shown: the one asked for, else the current one. */
  version: strategyVersion,
  effective_from: day,
  versions_list: z.array(strategyVersionRow),
  dmn_file: z.string(),
  dmn: z.string(),
  reasons: z.array(reason.extend({ family: z.string().nullable(), rule: text.nullable(), stage })),
  inputs: z.array(z.object({ name: z.string(), label: text, unit: z.string().nullable(), type: z.string() })),
  findings: z.array(finding),
});
export type StrategyPage = z.infer<typeof strategyPage>;
export const strategyPageQuery = z.object({ version: strategyVersion.optional() });

/** The whole folder as text; nothing takes effect until a second person approves the proposal. */
export const publishRequest = z.object({
  files: z.object({ 'strategy.yaml': z.string().max(200_000), 'reasons.yaml': z.string().max(500_000), dmn: z.string().max(4_000_000) }),
  comment: z.string().trim().min(4).max(500),
});
export type PublishRequest = z.infer<typeof publishRequest>;
export const publishAnswer = z.object({ proposal_id: z.string(), version: strategyVersion, findings: z.array(finding) });
export type PublishAnswer = z.infer<typeof publishAnswer>;

// ── refusals ─────────────────────────────────────────────────────────────────

/** Code → HTTP status and wording. A person that does not exist and one out of scope give the same answer. */
export const refusals = {
  strategy_unknown: { status: 404, zh: '没有这个策略', en: 'There is no such strategy' },
  strategy_version_unknown: { status: 404, zh: '没有这个策略版本', en: 'There is no such version of the strategy' },
  strategy_not_current: { status: 409, zh: '该策略还没有生效的版本', en: 'The strategy has no version in force' },
  strategy_invalid: {
    status: 422,
    zh: '策略文件有错，请按位置改正',
    en: 'The strategy files have errors; correct them at the places named',
  },
  entity_ambiguous: { status: 400, zh: '有多个法人，请指明其一', en: 'There are several legal entities; name one' },
  strategy_version_exists: { status: 409, zh: '该版本号已用过，请提高版本号', en: 'This version number was used; raise it' },
  person_unknown: {
    status: 404,
    zh: '没有这个人，或不在您的管辖范围内',
    en: 'There is no such person, or the person is outside your scope',
  },
  decision_unknown: {
    status: 404,
    zh: '没有这笔决策，或不在您的管辖范围内',
    en: 'There is no such decision, or it is outside your scope',
  },
  decision_none: { status: 404, zh: '此人还没有批量决策结果', en: 'This person has not been screened yet' },
  inputs_unknown: { status: 400, zh: '输入项名称不在策略中', en: 'An input is not one the strategy reads' },
  inputs_type: { status: 400, zh: '输入值的类型不对', en: 'An input value has the wrong type' },
  indicators_missing: { status: 409, zh: '该日的指标尚未计算', en: 'Indicators have not been computed for that day' },
  range_invalid: { status: 400, zh: '下限不能大于上限', en: 'The lower bound may not exceed the upper' },
  cursor_invalid: { status: 400, zh: '翻页标记无效，请从第一页重新打开', en: 'The cursor is not valid; open the first page again' },
  export_too_large: { status: 413, zh: '导出超过 100,000 行，请缩小范围', en: 'The export exceeds 100,000 rows; narrow the filter' },
} as const;
export type RefusalCode = keyof typeof refusals;

/** Permissions the routes ask for. */
export const permissions = {
  read: 'strategy.read',
  decide: 'strategy.decide',
  whitelist: 'whitelist.read',
  export: 'whitelist.export',
  propose: 'strategy.propose',
} as const;

// ── addresses ────────────────────────────────────────────────────────────────

export const addresses = {
  decide: '/api/v1/decisions',
  current: '/api/v1/decisions/current/:personId',
  logged: '/api/v1/decisions/:decisionId',
  whitelist: '/api/v1/whitelist',
  whitelistSummary: '/api/v1/whitelist/summary',
  whitelistExport: '/api/v1/whitelist/export.csv',
  strategies: '/api/v1/strategies',
  strategy: '/api/v1/strategies/:name',
  propose: '/api/v1/strategies/:name/proposals',
} as const;
