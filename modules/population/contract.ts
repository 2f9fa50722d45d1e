/**
 * What the console may ask about people, households and the grid, and what it gets. Browser-safe: only zod.
 *
 * Conventions: money is fen as a decimal string (`"6800000"`), rates are integer millionths (`ppm`), days are `YYYY-MM-DD`, months `YYYY-MM`.
 * Unknown is `null`, never 0; where a reader would ask why, the value comes as a figure with its as-of day and a reason code.
 * Resident IDs, phones and addresses leave the server masked; the plain value comes only from `reveal`, for a stated reason.
 */
import { z } from 'zod';

// ── words ────────────────────────────────────────────────────────────────────

export const fen = z.string().regex(/^-?\d{1,18}$/);
export const day = z.iso.date();
export const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/);
export const personId = z.string().regex(/^P[0-9a-f]{15}$/);
export const householdId = z.string().regex(/^H\d{12}-[\p{L}\p{N}_.-]{1,32}$/u);
/** County 6, township 9, village 12, group 14 digits; `<county>000000` is the branch pool of people on no roll. */
export const gridCode = z.string().regex(/^(\d{6}|\d{9}|\d{12}|\d{14})$/);

export const gridLevels = ['county', 'township', 'village', 'group', 'pool'] as const;
export const gridLevel = z.enum(gridLevels);
export const sexes = ['M', 'F'] as const;
export const outcomes = ['approve', 'refer', 'decline'] as const;
export const outcome = z.enum(outcomes);
export const segments = ['public_post', 'villager', 'resident', 'micro_owner', 'sole_trader'] as const;
export const segment = z.enum(segments);
export const relations = [
  'head',
  'spouse',
  'son',
  'daughter',
  'father',
  'mother',
  'grandchild',
  'grandparent',
  'sibling',
  'in_law',
  'other',
] as const;
export const trades = [
  'grain',
  'livestock',
  'aquaculture',
  'shop',
  'transport',
  'building',
  'ecommerce',
  'factory',
  'public_post',
  'wage',
  'farm',
  'none',
  'student',
] as const;
const code = z.string().max(64);

/** Why a value is unknown. The wording for people is in `unknownReasonText`. */
export const unknownReasons = [
  'source_missing',
  'not_on_file',
  'not_computed',
  'not_screened',
  'no_denominator',
  'not_granted',
  'too_few_reviews',
  'need_to_know',
] as const;
export const unknownReason = z.enum(unknownReasons);
export type UnknownReason = z.infer<typeof unknownReason>;
export const unknownReasonText: Record<UnknownReason, { zh: string; en: string }> = {
  source_missing: { zh: '该数据源尚未送达', en: 'The source has not been delivered' },
  not_on_file: { zh: '没有登记', en: 'Nothing is on file' },
  not_computed: { zh: '指标尚未计算', en: 'Indicators have not been computed' },
  not_screened: { zh: '尚未批量决策', en: 'Not screened yet' },
  no_denominator: { zh: '没有可比的总数', en: 'There is nothing to divide by' },
  not_granted: { zh: '尚未批量授信', en: 'Not granted yet' },
  too_few_reviews: { zh: '有效评议不足两份', en: 'Fewer than two valid reviews' },
  need_to_know: { zh: '需授权查看', en: 'Needs a permission you do not hold' },
};

/** A count with its as-of day. */
export const countFigure = z.object({ value: z.int().nullable(), as_of: day.nullable(), reason: unknownReason.nullable() });
/** An amount in fen with its as-of day. */
export const moneyFigure = z.object({ value: fen.nullable(), as_of: day.nullable(), reason: unknownReason.nullable() });
/** A rate is always shown with what it was divided from; `ppm` 918000 is 91.8 %. */
export const rateFigure = z.object({
  numerator: z.int().nullable(),
  denominator: z.int().nullable(),
  ppm: z.int().nullable(),
  target_ppm: z.int(),
  as_of: day.nullable(),
  reason: unknownReason.nullable(),
});
export type CountFigure = z.infer<typeof countFigure>;
export type MoneyFigure = z.infer<typeof moneyFigure>;
export type RateFigure = z.infer<typeof rateFigure>;

/** Targets for whole-village credit: filing 90 %, cover 80 %, sign-and-use 50 % (three-year plan from early 2023). */
export const targets = { filing_ppm: 900_000, cover_ppm: 800_000, use_ppm: 500_000 } as const;
/** Unsecured exposure of one household, every member's loans, limits and guarantees together: 300,000 yuan. */
export const householdCapFen = 30_000_000n;

/** A generated picture is drawn from the seed alone; there is no photograph. */
export const portrait = z.object({ seed: z.string(), sex: z.enum(sexes).nullable(), age: z.int().nullable() });
/** Which of the eight household hues; the same household has the same hue on every screen. */
export const hue = z.int().min(0).max(7);
const place = z.object({ code: gridCode, level: gridLevel, name: z.string() });
/** County first. */
const path = z.array(place);

// ── grid ─────────────────────────────────────────────────────────────────────

export const gridFigures = z.object({
  people: countFigure,
  households: countFigure,
  adults: countFigure,
  deposit_fen: moneyFigure,
  loan_fen: moneyFigure,
  ebank_users: countFigure,
  qr_merchants: countFigure,
  social_security: countFigure,
  approved: countFigure,
  referred: countFigure,
  declined: countFigure,
  limit_fen: moneyFigure,
});
export const gridRates = z.object({
  /** 建档率: households whose file is complete (at least 8 of its 10 facts known, see `grid-figures.ts`) ÷ registered households. */
  filing: rateFigure,
  /** 授信覆盖率: households with an approved member ÷ registered households. Before the first batch grant this is pre-approval. */
  cover: rateFigure,
  /** 用信率: households with an approved member and a loan balance ÷ households with an approved member. */
  use: rateFigure,
});
const gridSheet = place.extend({ figures: gridFigures, rates: gridRates });
export const gridNode = gridSheet.extend({ path, children: z.array(gridSheet) });
export type GridNode = z.infer<typeof gridNode>;
export type GridSheet = z.infer<typeof gridSheet>;

// ── lists ────────────────────────────────────────────────────────────────────

const paging = { limit: z.coerce.number().int().min(1).max(200).default(50), cursor: z.string().max(512).optional() };
const namePrefix = z.string().trim().min(1).max(20);
const oneOrMore = <T extends z.ZodType>(item: T) =>
  z
    .union([item, z.array(item).max(20)])
    .transform((value) => (Array.isArray(value) ? value : [value]) as z.output<T>[])
    .optional();

export const personSorts = ['grid', 'name', 'age', 'limit', 'score', 'deposit', 'loan'] as const;
export const personFilter = z.object({
  grid: gridCode.optional(),
  name: namePrefix.optional(),
  sex: z.enum(sexes).optional(),
  age_from: z.coerce.number().int().min(0).max(150).optional(),
  age_to: z.coerce.number().int().min(0).max(150).optional(),
  trade: oneOrMore(z.enum(trades)),
  segment: oneOrMore(segment),
  /** `none` = not screened. */
  outcome: oneOrMore(z.enum([...outcomes, 'none'])),
  sort: z.enum(personSorts).default('grid'),
  direction: z.enum(['asc', 'desc']).default('asc'),
});
export const personListQuery = personFilter.extend(paging);
export type PersonListQuery = z.infer<typeof personListQuery>;

export const personRow = z.object({
  person_id: personId,
  household_id: householdId.nullable(),
  name: z.string(),
  sex: z.enum(sexes).nullable(),
  age: z.int().nullable(),
  relation: z.enum(relations).nullable(),
  trade: z.enum(trades).nullable(),
  id_masked: z.string().nullable(),
  phone_masked: z.string().nullable(),
  grid_code: gridCode,
  /** `杨集镇 五福庄村 3组`. */
  place: z.string(),
  portrait,
  hue: hue.nullable(),
  deposit_fen: fen.nullable(),
  loan_fen: fen.nullable(),
  segment: segment.nullable(),
  outcome: outcome.nullable(),
  limit_fen: fen.nullable(),
  rate_ppm: z.int().nullable(),
  score: z.int().nullable(),
});
export type PersonRow = z.infer<typeof personRow>;

/** `next_cursor` is null on the last page. `total_is_estimate` marks totals above `exactTotalLimit` that were not counted one by one. */
const listOf = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item),
    total: z.int(),
    total_is_estimate: z.boolean(),
    next_cursor: z.string().nullable(),
    as_of: day.nullable(),
  });
export const exactTotalLimit = 10_000;
export const personList = listOf(personRow);
export type PersonList = z.infer<typeof personList>;

/** A full resident ID or mobile number is looked up in a request body, so that it never stands in an address or a log. */
export const personLookup = z.object({ number: z.string().trim().min(11).max(18) });

export const householdSorts = ['grid', 'head', 'members', 'exposure', 'limit'] as const;
export const householdListQuery = z.object({
  grid: gridCode.optional(),
  head: namePrefix.optional(),
  /** At least one member with this outcome; `none` = nobody screened. */
  outcome: z.enum([...outcomes, 'none']).optional(),
  over_cap: z.enum(['true', 'false']).optional(),
  sort: z.enum(householdSorts).default('grid'),
  direction: z.enum(['asc', 'desc']).default('asc'),
  ...paging,
});
export type HouseholdListQuery = z.infer<typeof householdListQuery>;
export const householdRow = z.object({
  household_id: householdId,
  household_no: z.string(),
  grid_code: gridCode,
  place: z.string(),
  hue,
  head: z.object({ person_id: personId, name: z.string(), portrait }).nullable(),
  members: z.int(),
  adults: z.int(),
  deposit_fen: fen.nullable(),
  loan_fen: fen.nullable(),
  guarantee_fen: fen.nullable(),
  /** Loans, undrawn limits and guarantees of all members. */
  exposure_fen: fen.nullable(),
  over_cap: z.boolean().nullable(),
  approved: z.int().nullable(),
  limit_fen: fen.nullable(),
});
export type HouseholdRow = z.infer<typeof householdRow>;
export const householdList = listOf(householdRow);
export type HouseholdList = z.infer<typeof householdList>;

// ── parts shared by the household and the person page ────────────────────────

/** `outside` marks a person beyond the reader's scope: no name, no id to follow. */
export const graphNode = z.object({
  id: z.string(),
  kind: z.enum(['person', 'enterprise', 'outside']),
  label: z.string().nullable(),
  sub_label: z.string().nullable(),
  person_id: personId.nullable(),
  household_id: householdId.nullable(),
  /** Belongs to the household this graph was drawn for. */
  own_household: z.boolean(),
});
export const graphEdge = z.object({
  from: z.string(),
  to: z.string(),
  /** A guarantor edge runs from the guarantor to the borrower, an enterprise edge from the person to the enterprise. */
  kind: z.enum(['family', 'guarantor', 'owner', 'legal_representative', 'shareholder', 'employer', 'shared_phone', 'shared_address']),
  /** For family: what `to` is to `from` (`relations`); for shares: percent. */
  detail: z.string().nullable(),
  amount_fen: fen.nullable(),
});
export const relationGraph = z.object({ nodes: z.array(graphNode), edges: z.array(graphEdge), as_of: day.nullable() });
export type RelationGraph = z.infer<typeof relationGraph>;

export const timelineKinds = [
  'review',
  'visit',
  'contact',
  'application',
  'loan_start',
  'loan_settle',
  'loan_extension',
  'guarantee',
  'pboc_report',
  'court',
  'consent',
  'decision',
  'survey',
] as const;
export const timelineEvent = z.object({
  day,
  kind: z.enum(timelineKinds),
  person_id: personId.nullable(),
  /** A code of the kind: visit result, contact channel, application result, outcome … */
  code: code.nullable(),
  amount_fen: fen.nullable(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});
export type TimelineEvent = z.infer<typeof timelineEvent>;

export const review = z.object({
  /** Reviewers stand as 1, 2, 3 …: who said what stays with those who hold the permission. */
  reviewer: z.int(),
  round: z.int(),
  knows: z.boolean().nullable(),
  limit_fen: fen.nullable(),
  /** Null unless the reader holds `population.sensitive`. */
  exclusion_code: code.nullable(),
  reputation: z.int().nullable(),
  channel: code.nullable(),
  seconds: z.int().nullable(),
  day,
});
/** Valid = knows the person. At least two valid; mean of 3–4, minimum of 2, drop highest and lowest from 5; floored to 1,000 yuan. */
export const reviewSummary = z.object({
  valid: z.int(),
  limit_fen: fen.nullable(),
  /** (highest − lowest) ÷ mean. */
  spread_ppm: z.int().nullable(),
  /** Above 0.6 a third opinion is due. */
  third_opinion: z.boolean().nullable(),
  exclusion_votes: z.int().nullable(),
  reason: unknownReason.nullable(),
});
export const visit = z.object({
  day,
  result: code,
  survey_limit_fen: fen.nullable(),
  gps_distance_m: z.int().nullable(),
  stay_minutes: z.int().nullable(),
  photo_count: z.int().nullable(),
  manager_no: z.string().nullable(),
  /** Within 300 m, with a photo, three minutes or longer; null when one of these is unknown. */
  valid: z.boolean().nullable(),
});
/** Three limits kept apart, and the one that was taken. */
export const limits = z.object({ review: moneyFigure, model: moneyFigure, survey: moneyFigure, taken: moneyFigure });

export const decisionSummary = z.object({
  strategy: z.string(),
  strategy_version: z.string(),
  as_of: day,
  segment: segment.nullable(),
  outcome,
  limit_fen: fen.nullable(),
  rate_ppm: z.int().nullable(),
  score: z.int().nullable(),
  /** Ordered reason codes; their wording is the strategy's. */
  reasons: z.array(code),
});
export type DecisionSummary = z.infer<typeof decisionSummary>;

export const exposurePart = z.object({
  person_id: personId,
  name: z.string(),
  kind: z.enum(['loan', 'guarantee', 'limit']),
  product: code.nullable(),
  /** What counts against the cap: the larger of line and balance for a loan, the open amount for a guarantee, the approved limit not yet granted. */
  amount_fen: fen,
  used_fen: fen.nullable(),
  counted: z.boolean(),
});
/** `used_fen` sums the counted parts; an approved limit that is not granted yet is shown but not counted. */
export const exposure = z.object({
  cap_fen: fen,
  used_fen: fen.nullable(),
  parts: z.array(exposurePart),
  as_of: day.nullable(),
  reason: unknownReason.nullable(),
});

// ── household ────────────────────────────────────────────────────────────────

export const householdMember = z.object({
  person: personRow,
  education: code.nullable(),
  limits,
  reviews: z.array(review),
  review_summary: reviewSummary,
  visits: z.array(visit),
  decision: decisionSummary.nullable(),
});
export const farmSurvey = z.object({
  day,
  land_mu: z.number().nullable(),
  flow_mu: z.number().nullable(),
  crop: code.nullable(),
  stock_head: z.int().nullable(),
  machinery_fen: fen.nullable(),
  insured: z.boolean().nullable(),
  income_net_fen: fen.nullable(),
  expense_fen: fen.nullable(),
  labour: z.int().nullable(),
  size: z.int().nullable(),
  out_work: z.int().nullable(),
  students: z.int().nullable(),
  cooperative: z.boolean().nullable(),
  asset_fen: fen.nullable(),
  debt_fen: fen.nullable(),
});
const neighbour = z.object({ household_id: householdId, head_name: z.string().nullable() }).nullable();
export const householdPage = z.object({
  household: householdRow,
  path,
  address_masked: z.string().nullable(),
  /** Position in the group, 1-based. */
  position: z.object({ index: z.int(), of: z.int(), previous: neighbour, next: neighbour }),
  members: z.array(householdMember),
  exposure,
  farm: farmSurvey.nullable(),
  graph: relationGraph,
  timeline: z.array(timelineEvent),
  as_of: day.nullable(),
});
export type HouseholdPage = z.infer<typeof householdPage>;
export type HouseholdMember = z.infer<typeof householdMember>;

// ── person 360 ───────────────────────────────────────────────────────────────

const line = z.object({ kind: code, label: z.string().nullable(), amount_fen: fen.nullable(), as_of: day.nullable() });
export const balanceSheet = z.object({
  assets: z.array(line),
  liabilities: z.array(line),
  asset_fen: fen.nullable(),
  liability_fen: fen.nullable(),
});
/** Months oldest first; a null is a month without a file or without an account. */
export const monthRow = z.object({
  month,
  deposit_average_fen: fen.nullable(),
  in_fen: fen.nullable(),
  out_fen: fen.nullable(),
  salary_fen: fen.nullable(),
  subsidy_fen: fen.nullable(),
  qr_fen: fen.nullable(),
  qr_count: z.int().nullable(),
  logins: z.int().nullable(),
});
/** 24 cells oldest first: worst days past due of own loans in the month, null = no open loan that month. */
export const creditCell = z.object({ month, dpd: z.int().nullable(), balance_fen: fen.nullable() });
export const pbocSummary = z.object({
  report_day: day,
  thin: z.boolean(),
  loan_fen: fen.nullable(),
  unsecured_fen: fen.nullable(),
  lender_count: z.int().nullable(),
  small_loan_count: z.int().nullable(),
  monthly_due_fen: fen.nullable(),
  card_limit_fen: fen.nullable(),
  card_utilisation: z.number().nullable(),
  overdue_fen: fen.nullable(),
  overdue_max_terms_24m: z.int().nullable(),
  overdue_count_24m: z.int().nullable(),
  overdue_count_60m: z.int().nullable(),
  dpd90_count_24m: z.int().nullable(),
  worst_class5: code.nullable(),
  query_1m: z.int().nullable(),
  query_3m: z.int().nullable(),
  query_6m: z.int().nullable(),
  credit_age_months: z.int().nullable(),
  guarantee_fen: fen.nullable(),
  score: z.int().nullable(),
});
export const loan = z.object({
  loan_no_masked: z.string(),
  product: code,
  start_day: day,
  end_day: day,
  principal_fen: fen,
  balance_fen: fen,
  limit_fen: fen.nullable(),
  rate_ppm: z.int(),
  class5: code,
  status: code,
  guarantee_type: code,
  dpd: z.int().nullable(),
});
export const property = z.object({
  kind: code,
  grade: code.nullable(),
  area_m2: z.number().nullable(),
  value_fen: fen.nullable(),
  mortgaged: z.boolean().nullable(),
  sealed: z.boolean().nullable(),
});
export const enterprise = z.object({
  name: z.string(),
  role: code,
  kind: code,
  status: code,
  industry: z.string().nullable(),
  founded_day: day.nullable(),
  share_percent: z.number().nullable(),
  tax_12m_fen: fen.nullable(),
  invoice_12m_fen: fen.nullable(),
});
/** A hit is a code, never a story. `hits` is null when the reader lacks `population.sensitive`. */
export const listHits = z.object({
  hits: z.array(z.object({ kind: code, type: code, from_day: day, to_day: day.nullable(), active: z.boolean() })).nullable(),
  reason: unknownReason.nullable(),
});
export const personPage = z.object({
  person: personRow,
  path,
  facts: z.object({
    education: code.nullable(),
    occupation: code.nullable(),
    marital: code.nullable(),
    health: code.nullable(),
    reside_type: code.nullable(),
    hukou_local: z.boolean().nullable(),
    address_masked: z.string().nullable(),
    id_expiry: day.nullable(),
    customer_since: day.nullable(),
    social_security: z.object({ type: code, base_fen: fen.nullable(), months_24: z.int().nullable() }).nullable(),
    employer: z.string().nullable(),
    ebank: z.boolean().nullable(),
    qr_merchant: z.boolean().nullable(),
    sunshine_2017: z.object({ limit_fen: fen.nullable(), grade: code.nullable() }).nullable(),
  }),
  balance_sheet: balanceSheet,
  months: z.array(monthRow),
  credit: z.array(creditCell),
  loans: z.array(loan),
  pboc: pbocSummary.nullable(),
  pboc_reason: unknownReason.nullable(),
  lists: listHits,
  properties: z.array(property),
  enterprises: z.array(enterprise),
  reviews: z.array(review),
  review_summary: reviewSummary,
  visits: z.array(visit),
  limits,
  decision: decisionSummary.nullable(),
  decision_reason: unknownReason.nullable(),
  /** Null = indicators have not been computed. */
  tags: z.array(code).nullable(),
  graph: relationGraph,
  timeline: z.array(timelineEvent),
  as_of: day.nullable(),
});
export type PersonPage = z.infer<typeof personPage>;

// ── reveal ───────────────────────────────────────────────────────────────────

export const revealFields = ['id_no', 'phone', 'address'] as const;
export const revealRequest = z.object({ field: z.enum(revealFields), reason: z.string().trim().min(4).max(200) });
export type RevealRequest = z.infer<typeof revealRequest>;
export const revealed = z.object({ field: z.enum(revealFields), value: z.string().nullable() });

// ── search ───────────────────────────────────────────────────────────────────

/** Names, villages, pages, or the last four of a resident ID. Full numbers go to the lookup. */
export const searchQuery = z.object({ q: z.string().trim().min(1).max(40), limit: z.coerce.number().int().min(1).max(20).default(8) });
export const searchHit = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('person'), person_id: personId, title: z.string(), subtitle: z.string(), portrait, hue: hue.nullable() }),
  z.object({ kind: z.literal('household'), household_id: householdId, title: z.string(), subtitle: z.string(), hue }),
  z.object({ kind: z.literal('grid'), code: gridCode, level: gridLevel, title: z.string(), subtitle: z.string() }),
  z.object({ kind: z.literal('page'), page: code, title: z.string(), subtitle: z.string() }),
]);
export type SearchHit = z.infer<typeof searchHit>;
export const searchAnswer = z.object({ hits: z.array(searchHit), as_of: day.nullable() });

// ── refusals ─────────────────────────────────────────────────────────────────

/** Code → HTTP status and wording. An id that does not exist and an id out of scope give the same answer. */
export const refusals = {
  not_found: { status: 404, zh: '没有这条记录,或不在您的管辖范围内', en: 'There is no such record, or it is outside your scope' },
  cursor_invalid: { status: 400, zh: '翻页标记无效,请从第一页重新打开', en: 'The cursor is not valid; open the first page again' },
  number_in_address: {
    status: 400,
    zh: '证件号和手机号不能写在网址里,请改用查号(POST)',
    en: 'Resident IDs and phone numbers may not stand in an address; use the lookup (POST)',
  },
  number_in_reason: { status: 400, zh: '事由中不要写证件号或手机号', en: 'The reason may not hold a resident ID or a phone number' },
  number_invalid: {
    status: 400,
    zh: '请输入 18 位或 15 位身份证号,或 11 位手机号',
    en: 'Give an 18- or 15-digit resident ID or an 11-digit mobile number',
  },
  age_range: { status: 400, zh: '年龄下限不能大于上限', en: 'The lower age may not exceed the upper' },
  reveal_limit: { status: 429, zh: '查看明文过于频繁,请稍后再试', en: 'Too many plain values in a short time; try again later' },
} as const;
export type RefusalCode = keyof typeof refusals;

/** Permissions the routes ask for. */
export const permissions = {
  read: 'population.read',
  reveal: 'population.reveal',
  export: 'population.export',
  /** Exclusion votes and list hits. */
  sensitive: 'population.sensitive',
} as const;

// ── addresses ────────────────────────────────────────────────────────────────

export const addresses = {
  grid: '/api/v1/grid/:code',
  persons: '/api/v1/persons',
  personLookup: '/api/v1/persons/lookup',
  personExport: '/api/v1/persons/export.csv',
  person: '/api/v1/persons/:id',
  reveal: '/api/v1/persons/:id/reveal',
  households: '/api/v1/households',
  household: '/api/v1/households/:id',
  search: '/api/v1/search',
} as const;
