/** Visits 走访: somebody of the bank confirms on the spot what the village said. Browser-safe. */
import { z } from 'zod';
import { parts, presences } from '../pool/contract.ts';
import { count, fen, gridCode, householdId, instant, personId, reason, staff } from '../values/contract.ts';

export const visitAddresses = {
  visits: '/api/v1/village/projects/:id/visits',
  visitSheet: '/api/v1/village/projects/:id/households/:household/visit',
  correction: '/api/v1/village/visits/:visit/corrections',
  photo: '/api/v1/village/visits/:visit/photos/:position',
  point: '/api/v1/village/projects/:id/points',
} as const;

/** In the order in which they are looked for. */
export const visitRefusals = {
  household_not_in_pool: { status: 404, zh: '客户池里没有这一户', en: 'There is no such household in the pool' },
  visit_unknown: { status: 404, zh: '没有这次走访', en: 'There is no such visit' },
  photo_unknown: { status: 404, zh: '没有这张照片', en: 'There is no such photo' },
  visit_differs: { status: 409, zh: '同一编号已存了内容不同的走访', en: 'A visit with other content is kept under this id' },
  visit_in_future: { status: 400, zh: '走访还没有结束：时间晚于现在', en: 'The visit ends later than now' },
  second_unknown: {
    status: 400,
    zh: '同行人不是本行在岗人员，或是走访人自己',
    en: 'The second person is not on the staff, or is the visitor',
  },
  person_not_in_household: { status: 400, zh: '此人不是这一户的评议对象', en: 'This person is not evaluated in this household' },
  person_gone: { status: 409, zh: '此人已迁出或已去世', en: 'This person has moved away or died' },
  answers_wrong: { status: 400, zh: '走访表的答案不合要求', en: 'The form cannot be answered so' },
  limit_uneven: { status: 400, zh: '调查额度为整千元', en: 'An investigated limit is in whole thousands of yuan' },
  correction_same: { status: 409, zh: '更正后的内容与现有内容相同，无需更正', en: 'Nothing differs from what the visit says already' },
  photo_changed: { status: 400, zh: '照片与它的校验值不符', en: 'A photo is not what its hash says' },
} as const;

export const photoKinds = ['house', 'trade', 'person', 'signature', 'other'] as const;
export const visitFaults = ['no_place', 'no_point', 'too_far', 'too_short', 'no_photo'] as const;
export type VisitFault = (typeof visitFaults)[number];

/** JPEG or PNG, as the phone made it smaller. */
const picture = z
  .string()
  .max(600_000)
  .regex(/^[A-Za-z0-9+/]+={0,2}$/);
const answers = z.record(z.string().max(40), z.unknown());
const ofPerson = z.object({ person_id: personId, answers, investigated_fen: fen.nullable() });

export const makeVisit = z.object({
  /** Made by the device: the same visit sent again is the same visit. */
  visit_id: z.uuid(),
  household_id: householdId,
  /** Who came along: 双人走访. */
  second_id: z.string().trim().min(1).max(60).optional(),
  started_at: instant,
  seconds: z.int().min(0).max(86_400),
  place: z.object({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) }).nullable(),
  photos: z.array(z.object({ kind: z.enum(photoKinds), hash: z.string().regex(/^[0-9a-f]{64}$/), content: picture })).max(8),
  people: z.array(ofPerson).min(1).max(10),
});
export type MakeVisit = z.output<typeof makeVisit>;
/** Eight pictures and what is said of ten people. */
export const longestVisit = 6 * 1024 * 1024;

export const difference = z.object({ person_id: z.string(), field: z.string(), evaluated: z.unknown(), visited: z.unknown() });
export type Difference = z.infer<typeof difference>;

export const visitMade = z.object({
  visit_id: z.string(),
  is_valid: z.boolean(),
  faults: z.array(z.enum(visitFaults)),
  distance_m: count.nullable(),
  differences: z.array(difference),
});
export type VisitMade = z.infer<typeof visitMade>;

export const correctVisit = z.object({
  person_id: personId,
  answers,
  investigated_fen: fen.nullable(),
  reason,
});
export type CorrectVisit = z.output<typeof correctVisit>;

export const setPoint = z.object({
  /** A village, a group or a household of the project. */
  place: z.union([gridCode, householdId]),
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
});
export type SetPoint = z.output<typeof setPoint>;

export const visitRow = z.object({
  household_id: z.string(),
  household_no: z.string().nullable(),
  head_name: z.string().nullable(),
  address: z.string().nullable(),
  grid_code: z.string(),
  hue: z.int(),
  evaluated_fen: fen.nullable(),
  /** Newest visit; null: nobody has been there. */
  visited_at: instant.nullable(),
  is_valid: z.boolean().nullable(),
  faults: z.array(z.enum(visitFaults)),
  differences: count,
});
export type VisitRow = z.infer<typeof visitRow>;
export const visitQuery = z.object({
  grid_code: gridCode.optional(),
  /** `due`: evaluated and without a visit that counts. */
  state: z.enum(['due', 'done', 'all']).default('due'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
});
export type VisitQuery = z.output<typeof visitQuery>;
/** In the order of the roll. */
export const visitList = z.object({
  items: z.array(visitRow),
  next_cursor: z.string().nullable(),
  counts: z.object({ due: count, done: count }),
});
export type VisitList = z.infer<typeof visitList>;

export const visitedPerson = z.object({
  person_id: z.string(),
  name: z.string(),
  relation: z.string().nullable(),
  sex: z.string().nullable(),
  birth_year: z.int().nullable(),
  trade: z.string().nullable(),
  part: z.enum(parts),
  presence: z.enum(presences),
  is_subject: z.boolean(),
  /** The form may be answered about them: rated and here. */
  is_asked: z.boolean(),
  /** How many reviewers know them, in the round that counts. */
  reviewers: count,
  /** What most of the reviewers said, field by field; a field without a majority is not there. */
  majority: z.record(z.string(), z.unknown()),
  /** Fields in which they said different things, none of them by most. */
  disputed: z.array(z.string()),
  evaluated_fen: fen.nullable(),
});
export type VisitedPerson = z.infer<typeof visitedPerson>;
/** What a visit says of one person. */
const said = z.object({ person_id: z.string(), answers, investigated_fen: fen.nullable() });
export const keptVisit = z.object({
  visit_id: z.string(),
  visited_by: staff,
  second: staff.nullable(),
  started_at: instant,
  seconds: count,
  distance_m: count.nullable(),
  faults: z.array(z.enum(visitFaults)),
  photos: z.array(z.object({ kind: z.enum(photoKinds), hash: z.string() })),
  people: z.array(said),
  differences: z.array(difference),
  corrections: z.array(
    z.object({
      person_id: z.string(),
      before: said,
      after: said,
      reason: z.string(),
      corrected_by: staff,
      corrected_at: instant,
    }),
  ),
});
/** Everything that the person at the door needs. `form` is a form of core/product. */
export const visitSheet = z.object({
  household_id: z.string(),
  household_no: z.string().nullable(),
  head_name: z.string().nullable(),
  address: z.string().nullable(),
  grid_code: z.string(),
  hue: z.int(),
  /** Village and group by name. */
  place: z.string(),
  manager: staff.nullable(),
  is_filed: z.boolean(),
  /** Everybody of the household, the subject first; whoever moved away or died is among them. */
  people: z.array(visitedPerson),
  form: z.record(z.string(), z.unknown()),
  conditions: z.object({ metres: count, seconds: count, photos: count }),
  point: z.object({ latitude: z.number(), longitude: z.number(), of: z.enum(['household', 'group', 'village']) }).nullable(),
  /** Who may come along: staff of the visitor's institution. */
  colleagues: z.array(staff),
  /** Newest first. */
  visits: z.array(keptVisit),
});
export type VisitSheet = z.infer<typeof visitSheet>;
