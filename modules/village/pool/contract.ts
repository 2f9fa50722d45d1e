/** The pool 客户池: households of a project, and what people do to them. Browser-safe. */
import { z } from 'zod';
import {
  count,
  day,
  fen,
  gridCode,
  groupCode,
  householdId,
  instant,
  personId,
  projectId,
  reason,
  staff,
  staffId,
} from '../values/contract.ts';

export const shades = ['white', 'grey', 'black'] as const;
export const householdStates = ['in_pool', 'excluded', 'merged'] as const;
export const parts = ['subject', 'rated', 'listed'] as const;
export const presences = ['present', 'moved', 'deceased'] as const;
/** As rolls say it. */
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
const revision = z.int().min(1).max(1_000_000_000);

// ── list ─────────────────────────────────────────────────────────────────────

export const poolQuery = z.object({
  /** A township, village or group. */
  grid: gridCode.optional(),
  shade: z.enum(shades).optional(),
  /** Everything that was not merged into another when left out. */
  state: z.enum(householdStates).optional(),
  /** Of somebody, or `none`: nobody has them. */
  manager: z.union([z.literal('none'), staffId]).optional(),
  filed: z.stringbool().optional(),
  /** How the head's name begins. */
  head: z.string().trim().min(1).max(30).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(512).optional(),
});
export type PoolQuery = z.output<typeof poolQuery>;

export const poolRow = z.object({
  household_id: householdId,
  household_no: z.string().nullable(),
  grid_code: gridCode,
  place: z.string(),
  head: z.object({ person_id: personId.nullable(), name: z.string() }).nullable(),
  members: count,
  hue: z.int().min(0).max(7),
  is_filed: z.boolean(),
  origin: z.enum(['roll', 'found', 'split']),
  shade: z.enum(shades),
  shade_reasons: z.array(z.string()),
  state: z.enum(householdStates),
  excluded_reason: z.string().nullable(),
  merged_into: householdId.nullable(),
  manager: staff.nullable(),
  revision,
  changed_at: instant,
});
export type PoolRow = z.infer<typeof poolRow>;
/** Group by group, in the order of the roll. */
export const poolList = z.object({
  items: z.array(poolRow),
  total: count,
  total_is_estimate: z.boolean(),
  next_cursor: z.string().nullable(),
  /** Today: what people do shows at once. */
  as_of: day,
});
export type PoolList = z.infer<typeof poolList>;

// ── one household ────────────────────────────────────────────────────────────

export const poolMember = z.object({
  person_id: personId,
  name: z.string(),
  sex: z.string().nullable(),
  age: z.int().nullable(),
  relation: z.string().nullable(),
  id_masked: z.string().nullable(),
  trade: z.string().nullable(),
  part: z.enum(parts),
  presence: z.enum(presences),
  shade_reason: z.string().nullable(),
  /** What was evaluated and taken so far; null: nothing yet. */
  evaluated: z.object({ outcome: z.string(), amount_fen: fen.nullable() }).nullable(),
  taken: z.object({ outcome: z.string(), amount_fen: fen.nullable() }).nullable(),
});
export type PoolMember = z.infer<typeof poolMember>;

export const poolActs = [
  'claim',
  'assign',
  'release',
  'exclude',
  'take_back',
  'find',
  'add_member',
  'move',
  'split_off',
  'split',
  'merge',
  'merged_in',
  'presence',
  'roll_in',
] as const;
export const poolEvent = z.object({
  event_id: z.string(),
  act: z.enum(poolActs),
  /** Codes and ids: what stood before and after, other households, the reason. */
  detail: z.record(z.string(), z.unknown()),
  by: staff,
  at: instant,
});

export const poolHousehold = z.object({
  project: z.object({ project_id: projectId, name: z.string(), state: z.string() }),
  household: poolRow.extend({ address: z.string().nullable(), origin_id: householdId.nullable() }),
  members: z.array(poolMember),
  /** Stages reached, by their number, with the day. */
  stages: z.array(z.object({ stage: z.int(), reached_on: day, amount_fen: fen })),
  /** Latest first. */
  history: z.array(poolEvent),
  position: z.object({ index: count, of: count, previous: householdId.nullable(), next: householdId.nullable() }),
});
export type PoolHousehold = z.infer<typeof poolHousehold>;

// ── acts ─────────────────────────────────────────────────────────────────────

const held = z.object({ household_id: householdId, revision });
const many = z.array(held).min(1).max(500);
/** Of many households at once, of all of them or of none. A household that somebody else changed meanwhile is told by its id. */
export const claimBody = z.object({ households: many });
export const releaseBody = z.object({ households: many });
export const assignBody = z.object({ households: many, manager_id: staffId });
export const excludeBody = z.object({ households: many, reason });
export const takeBackBody = z.object({ households: many, reason });
export const actedOn = z.object({ households: z.array(held) });
export type ActedOn = z.infer<typeof actedOn>;

/** Somebody by their resident ID, whom the roll may know; or by what they say of themselves. */
export const newMember = z.object({
  name: z.string().trim().min(1).max(40),
  id_no: z.string().trim().min(15).max(18).optional(),
  sex: z.enum(['M', 'F']).optional(),
  birth_date: day.optional(),
  relation: z.enum(relations),
});
export type NewMember = z.output<typeof newMember>;
/** The first member is the head. */
export const findBody = z.object({
  grid_code: groupCode,
  address: z.string().trim().max(120).optional(),
  members: z.array(newMember).min(1).max(30),
  reason,
});
export type FindBody = z.output<typeof findBody>;
export const addMembersBody = z.object({ revision, members: z.array(newMember).min(1).max(30), reason });
export const moveBody = z.object({ revision, grid_code: groupCode, reason });
/** The first who goes is the head of the new household. */
export const splitBody = z.object({ revision, person_ids: z.array(personId).min(1).max(60), reason });
export const mergeBody = z.object({ revision, into: held, reason });
export const presenceBody = z.object({ revision, presence: z.enum(presences), reason });
export const oneActedOn = held;
export const splitDone = held.extend({ made: held });

// ── group heads ──────────────────────────────────────────────────────────────

export const groupHead = z.object({
  grid_code: groupCode,
  place: z.string(),
  households: count,
  people: count,
  head: z.object({ person_id: personId.nullable(), name: z.string(), phone_masked: z.string().nullable(), set_at: instant }).nullable(),
  /** Who it was before, newest first. */
  past: z.array(z.object({ name: z.string(), phone_masked: z.string().nullable(), set_at: instant, replaced_at: instant })),
});
export type GroupHead = z.infer<typeof groupHead>;
export const groupHeadList = z.object({ items: z.array(groupHead) });
export const setGroupHead = z.object({
  name: z.string().trim().min(1).max(40),
  person_id: personId.nullable().default(null),
  phone: z
    .string()
    .regex(/^1[3-9]\d{9}$/)
    .nullable()
    .default(null),
});
export type SetGroupHead = z.output<typeof setGroupHead>;

/** Whom households may be given to, with how many they have. */
export const managerList = z.object({ items: z.array(staff.extend({ grid_codes: z.array(gridCode), households: count })) });
export type ManagerList = z.infer<typeof managerList>;

// ── rolls as files ───────────────────────────────────────────────────────────

/** The largest file that is taken in, before base64. */
export const largestRoll = 8 * 1024 * 1024;
export const rollQuery = z.object({ grid: gridCode.optional() });
export const rollIn = z.object({ file: z.base64(), is_trial: z.boolean().default(false) });
/** `place` of an error is a cell as spreadsheets name it, such as `名册!E7`. */
export const rolledIn = z.object({ rows: count, households: count, changes: count, is_trial: z.boolean() });
export type RolledIn = z.infer<typeof rolledIn>;

const base = '/api/v1/village/projects/:id';
export const poolAddresses = {
  pool: `${base}/households`,
  poolHousehold: `${base}/households/:household`,
  claim: `${base}/claims`,
  release: `${base}/releases`,
  assign: `${base}/assignments`,
  exclude: `${base}/exclusions`,
  takeBack: `${base}/inclusions`,
  addMembers: `${base}/households/:household/members`,
  presence: `${base}/households/:household/members/:person/presence`,
  move: `${base}/households/:household/move`,
  split: `${base}/households/:household/split`,
  merge: `${base}/households/:household/merge`,
  groupHeads: `${base}/group-heads`,
  groupHead: `${base}/group-heads/:group`,
  managers: `${base}/managers`,
  roll: `${base}/roll.xlsx`,
  rollIn: `${base}/roll`,
} as const;

/** In the order in which they are looked for. */
export const poolRefusals = {
  cursor_invalid: { status: 400, zh: '翻页标记无效，请从第一页重新打开', en: 'The cursor is not valid; open the first page again' },
  household_unknown: { status: 404, zh: '项目的客户池里没有这一户', en: 'There is no such household in the pool of this project' },
  household_merged: { status: 409, zh: '该户已并入另一户', en: 'The household has been merged into another' },
  household_excluded: { status: 409, zh: '该户已剔除，请先恢复', en: 'The household has been excluded; take it back first' },
  household_not_excluded: { status: 409, zh: '该户没有剔除，不用恢复', en: 'The household is not excluded' },
  household_changed: {
    status: 409,
    zh: '该户刚被别人改过，请刷新后再办',
    en: 'Somebody has changed the household meanwhile; reload and do it again',
  },
  household_taken: { status: 409, zh: '该户已有客户经理', en: 'The household has a manager already' },
  not_yours: { status: 403, zh: '该户不是您认领的', en: 'The household is not yours to release' },
  manager_unknown: { status: 422, zh: '没有这位在岗的客户经理', en: 'There is no such manager at work' },
  manager_elsewhere: { status: 422, zh: '客户经理的网格不含该户', en: 'The manager’s grid does not cover the household' },
  group_unknown: { status: 422, zh: '项目里没有这个组，或不在您的网格内', en: 'The project has no such group within your grid' },
  group_same: { status: 422, zh: '该户已在这个组', en: 'The household lies in this group already' },
  members_wrong: { status: 422, zh: '分户要有人分出去，也要有人留下', en: 'Somebody has to go and somebody has to stay' },
  member_unknown: { status: 422, zh: '该户没有这个人', en: 'The household has no such member' },
  merge_same: { status: 422, zh: '不能并入自己', en: 'A household cannot be merged into itself' },
  number_wrong: { status: 422, zh: '身份证号不对', en: 'The resident ID does not hold' },
  name_differs: { status: 422, zh: '姓名与名册不符', en: 'The name is not the one on the roll' },
  person_in_pool: { status: 409, zh: '此人已在项目的另一户', en: 'The person belongs to another household of the project' },
  person_twice: { status: 422, zh: '同一个人写了两次', en: 'A person is named twice' },
  roll_unreadable: {
    status: 422,
    zh: '读不出这个文件，请用导出的名册填写',
    en: 'The file cannot be read; fill in a roll that was exported here',
  },
  roll_of_other: { status: 422, zh: '这是另一个项目的名册', en: 'The roll belongs to another project' },
  roll_wrong: { status: 422, zh: '名册有误，一行也没有导入', en: 'The roll has errors; nothing of it was taken in' },
} as const;
