/**
 * What the console may ask about people, households and the grid, and what it gets. Browser-safe: only zod.
 *
 * Conventions: money is fen as a decimal string (`"6800000"`), rates are integer millionths (`ppm`), days are `YYYY-MM-DD`, months `YYYY-MM`.
 * Unknown is `null`, never 0; where a reader would ask why, the value comes as a figure with its as-of day and a reason code.
 * Resident IDs, phones and addresses leave the server masked; the plain value comes only from `reveal`, for a stated reason.
 */
import { z } from 'zod';
import { unknownReasons } from './reasons.ts';

export { refusals, unknownReasons, unknownReasonText, type RefusalCode, type UnknownReason } from './reasons.ts';

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
const words = z.object({ zh: z.string(), en: z.string() });

/** The same schema under several names. */
function each<const Names extends readonly string[], Schema extends z.ZodType>(
  schema: Schema,
  names: Names,
): { [Name in Names[number]]: Schema } {
  return Object.fromEntries(names.map((name) => [name, schema])) as { [Name in Names[number]]: Schema };
}
/** Amounts, counts and codes that may be unknown. */
const amounts = <const Names extends readonly string[]>(...names: Names) => each(fen.nullable(), names);
const counts = <const Names extends readonly string[]>(...names: Names) => each(z.int().nullable(), names);
const codes = <const Names extends readonly string[]>(...names: Names) => each(code.nullable(), names);
const flags = <const Names extends readonly string[]>(...names: Names) => each(z.boolean().nullable(), names);

export const unknownReason = z.enum(unknownReasons);

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
  ...each(countFigure, [
    'people',
    'households',
    'adults',
    'ebank_users',
    'qr_merchants',
    'social_security',
    'approved',
    'referred',
    'declined',
  ]),
  ...each(moneyFigure, ['deposit_fen', 'loan_fen', 'limit_fen']),
});
export const gridRates = z.object({
  /** 建档率: households whose file is complete (at least 8 of its 10 facts known, see `publication/roster-sql.ts`) ÷ registered households. */
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
  relation: z.enum(relations).nullable(),
  trade: z.enum(trades).nullable(),
  ...each(z.string().nullable(), ['id_masked', 'phone_masked']),
  grid_code: gridCode,
  /** `杨集镇 五福庄村 3组`. */
  place: z.string(),
  portrait,
  hue: hue.nullable(),
  segment: segment.nullable(),
  outcome: outcome.nullable(),
  ...amounts('deposit_fen', 'loan_fen', 'limit_fen'),
  ...counts('age', 'rate_ppm', 'score'),
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
  ...each(z.int(), ['members', 'adults']),
  /** Exposure is loans, undrawn lines and guarantees of all members, unsecured ones only. */
  ...amounts('deposit_fen', 'loan_fen', 'guarantee_fen', 'exposure_fen', 'limit_fen'),
  over_cap: z.boolean().nullable(),
  ...counts('approved'),
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
  ...each(z.int(), ['reviewer', 'round']),
  ...flags('knows'),
  ...amounts('limit_fen'),
  /** The exclusion code is null unless the reader holds `population.sensitive`. */
  ...codes('exclusion_code', 'channel'),
  ...counts('reputation', 'seconds'),
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
  ...amounts('survey_limit_fen'),
  ...counts('gps_distance_m', 'stay_minutes', 'photo_count'),
  manager_no: z.string().nullable(),
  /** Within 300 m, with a photo, three minutes or longer; null when one of these is unknown. */
  ...flags('valid'),
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
const stated = { as_of: day.nullable(), reason: unknownReason.nullable() };
export const exposure = z.object({ cap_fen: fen, ...amounts('used_fen'), parts: z.array(exposurePart), ...stated });

// ── household ────────────────────────────────────────────────────────────────

/** How one person was judged: by neighbours, by the manager on the spot, by the strategy. */
const assessed = {
  limits,
  reviews: z.array(review),
  review_summary: reviewSummary,
  visits: z.array(visit),
  decision: decisionSummary.nullable(),
};
export const householdMember = z.object({ person: personRow, ...codes('education'), ...assessed });
export const farmSurvey = z.object({
  day,
  ...each(z.number().nullable(), ['land_mu', 'flow_mu']),
  ...codes('crop'),
  ...counts('stock_head', 'labour', 'size', 'out_work', 'students'),
  ...flags('insured', 'cooperative'),
  ...amounts('machinery_fen', 'income_net_fen', 'expense_fen', 'asset_fen', 'debt_fen'),
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
export const balanceSheet = z.object({ assets: z.array(line), liabilities: z.array(line), ...amounts('asset_fen', 'liability_fen') });
/** Months oldest first; a null is a month without a file or without an account. */
export const monthRow = z.object({
  month,
  ...amounts('deposit_average_fen', 'in_fen', 'out_fen', 'salary_fen', 'subsidy_fen', 'qr_fen'),
  ...counts('qr_count', 'logins'),
});
/** 24 cells oldest first: worst days past due of own loans in the month, null = no open loan that month. */
export const creditCell = z.object({ month, dpd: z.int().nullable(), balance_fen: fen.nullable() });
export const pbocSummary = z.object({
  report_day: day,
  thin: z.boolean(),
  ...amounts('loan_fen', 'unsecured_fen', 'monthly_due_fen', 'card_limit_fen', 'overdue_fen', 'guarantee_fen'),
  ...counts('lender_count', 'small_loan_count', 'overdue_max_terms_24m', 'overdue_count_24m', 'overdue_count_60m', 'dpd90_count_24m'),
  ...counts('query_1m', 'query_3m', 'query_6m', 'credit_age_months', 'score'),
  card_utilisation: z.number().nullable(),
  worst_class5: code.nullable(),
});
export const loan = z.object({
  loan_no_masked: z.string(),
  ...each(code, ['product', 'class5', 'status', 'guarantee_type']),
  ...each(day, ['start_day', 'end_day']),
  ...each(fen, ['principal_fen', 'balance_fen']),
  ...amounts('limit_fen'),
  rate_ppm: z.int(),
  ...counts('dpd'),
});
export const property = z.object({
  kind: code,
  ...codes('grade'),
  area_m2: z.number().nullable(),
  ...amounts('value_fen'),
  ...flags('mortgaged', 'sealed'),
});
export const enterprise = z.object({
  name: z.string(),
  ...each(code, ['role', 'kind', 'status']),
  industry: z.string().nullable(),
  founded_day: day.nullable(),
  share_percent: z.number().nullable(),
  ...amounts('tax_12m_fen', 'invoice_12m_fen'),
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
    ...codes('education', 'occupation', 'marital', 'health', 'reside_type'),
    ...flags('hukou_local', 'ebank', 'qr_merchant'),
    address_masked: z.string().nullable(),
    id_expiry: day.nullable(),
    customer_since: day.nullable(),
    social_security: z.object({ type: code, base_fen: fen.nullable(), months_24: z.int().nullable() }).nullable(),
    employer: z.string().nullable(),
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
  ...assessed,
  decision_reason: unknownReason.nullable(),
  /** Null = indicators have not been computed, or are not for this reader. */
  tags: z.array(z.object({ tag: code, name: words, meaning: words })).nullable(),
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

// ── permissions ──────────────────────────────────────────────────────────────

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
