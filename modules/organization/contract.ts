/**
 * Sign-in, the signed-in person, staff and the audit trail as the console sees them. Browser-safe: only zod.
 *
 * Instants are ISO text in UTC, days `YYYY-MM-DD`. The session itself is an HttpOnly cookie; `csrf` goes into the header `x-qianmo-csrf` of every write.
 */
import { z } from 'zod';

const instant = z.iso.datetime();
const day = z.iso.date();
export const wording = z.object({ zh: z.string(), en: z.string() });
export type Wording = z.infer<typeof wording>;
export const gridCode = z.string().regex(/^\d{6}(\d{3}(\d{3}(\d{2})?)?)?$/);
export const login = z.string().regex(/^[a-z0-9][a-z0-9._-]{1,62}$/);
export const staffId = z.string().regex(/^[A-Za-z0-9_-]{1,40}$/);

// ── sign-in ──────────────────────────────────────────────────────────────────

export const signInBody = z.object({ login: z.string().trim().toLowerCase().min(1).max(64), password: z.string().min(1).max(200) });

/** At least twelve characters, or ten with three of: lower, upper, digit, other (JR/T 0068 asks for length and mixture). */
export const newPassword = z.string().max(200);
export const changePasswordBody = z.object({ current: z.string().min(1).max(200), next: newPassword });

export const me = z.object({
  staff_id: staffId,
  login: z.string(),
  name: z.string(),
  entity: z.object({ entity_id: z.string(), name: z.string(), short_name: z.string() }),
  institution: z.object({ institution_id: z.string(), name: z.string() }),
  roles: z.array(z.object({ role: z.string(), name: wording })),
  permissions: z.array(z.string()),
  /** Grid codes whose subtrees may be seen. */
  scopes: z.array(z.string()),
  /** Where the grid opens: the first of the scopes, or null for posts without one. */
  home: z.string().nullable(),
  csrf: z.string(),
  must_change_password: z.boolean(),
  /** Today by the calendar of the bank's time. */
  today: day,
  /** The date that is open for lending; it may be behind today. Null before lending has begun. */
  business_date: day.nullable(),
  /** The session ends here whatever happens; earlier after `idle_minutes` without a request. */
  expires_at: instant,
  idle_minutes: z.int(),
  /** Whether the bank is the invented one of a first start. */
  demonstration: z.boolean(),
});
export type Me = z.infer<typeof me>;

/** Sign-ins of the demonstration bank; empty in any other. */
export const demonstrationSignIns = z.object({
  items: z.array(z.object({ login: z.string(), password: z.string(), name: z.string(), post: wording })),
});
export type DemonstrationSignIns = z.infer<typeof demonstrationSignIns>;

// ── staff ────────────────────────────────────────────────────────────────────

export const staffMember = z.object({
  staff_id: staffId,
  login: z.string(),
  name: z.string(),
  institution: z.object({ institution_id: z.string(), name: z.string() }),
  roles: z.array(z.object({ role: z.string(), name: wording })),
  grid_codes: z.array(z.string()),
  is_active: z.boolean(),
});
export type StaffMember = z.infer<typeof staffMember>;
export const staffQuery = z.object({
  grid: gridCode.optional(),
  search: z.string().trim().max(50).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  offset: z.coerce.number().int().min(0).max(100_000).default(0),
});
export const staffList = z.object({ items: z.array(staffMember), total: z.int(), total_is_estimate: z.boolean(), as_of: instant });

/** Roles, grids and whether the person may sign in; takes effect when a second person approves. */
export const proposeStaffBody = z.object({
  roles: z.array(z.string().max(40)).max(10),
  grid_codes: z.array(gridCode).max(200),
  is_active: z.boolean(),
  reason: z.string().trim().min(4).max(500),
});
export const staffProposed = z.object({ proposal_id: z.string() });

export const roleList = z.object({ items: z.array(z.object({ role: z.string(), name: wording, permissions: z.array(z.string()) })) });

// ── saved views ──────────────────────────────────────────────────────────────

/** The list a view belongs to, as the console calls it: `persons`, `whitelist` … */
export const listName = z.string().regex(/^[a-z][a-z_]{0,31}$/);
/** A whole resident ID or phone number is no name. */
export const viewName = z
  .string()
  .trim()
  .regex(/^(?!.*\d{11})[^\p{C}]{1,30}$/u);
/** Filters and order as they stand in the address. Codes, amounts and days: no text in which a name, an ID or a place could be. */
const filterWord = z.string().regex(/^[a-z][a-z_]{0,31}$/);
const filterValue = z.string().regex(/^(?!.*\d{11})[A-Za-z0-9_.:-]{1,40}$/);
export const viewBody = z.object({
  name: viewName,
  /** Read by the people of the owner's institution; only its owner changes or removes a view. */
  is_shared: z.boolean(),
  filters: z.record(filterWord, filterValue).refine((filters) => Object.keys(filters).length <= 20),
  /** Shown columns; null = those the list has anyway. */
  columns: z.array(filterWord).min(1).max(40).nullable(),
});
export type ViewBody = z.infer<typeof viewBody>;
export const addViewBody = viewBody.extend({ list: listName });
export const savedView = z.object({
  view_id: z.uuid(),
  list: listName,
  name: z.string(),
  is_shared: z.boolean(),
  filters: z.record(z.string(), z.string()),
  columns: z.array(z.string()).nullable(),
  owner: z.object({ staff_id: staffId, name: z.string() }),
  is_own: z.boolean(),
  saved_at: instant,
});
export type SavedView = z.infer<typeof savedView>;
export const viewQuery = z.object({ list: listName });
/** One's own first, then those of colleagues. */
export const viewList = z.object({ items: z.array(savedView) });
export const viewsPerList = 50;

// ── audit trail ──────────────────────────────────────────────────────────────

export const auditEntry = z.object({
  /** Position in the entity's chain, from 1; null until it has been chained (a moment). */
  position: z.string().nullable(),
  at: instant,
  actor_id: z.string(),
  actor_name: z.string().nullable(),
  /** `person.view`, `person.reveal`, `change.approve` … */
  action: z.string(),
  subject_kind: z.string(),
  subject_id: z.string(),
  reason: z.string().nullable(),
  request_id: z.string().nullable(),
});
export type AuditEntry = z.infer<typeof auditEntry>;
export const auditQuery = z.object({
  actor: z.string().max(64).optional(),
  action: z.string().max(64).optional(),
  subject: z.string().max(64).optional(),
  from: day.optional(),
  to: day.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** `next` of the page before. */
  cursor: z.string().max(40).optional(),
});
export const auditList = z.object({ items: z.array(auditEntry), next: z.string().nullable() });

// ── refusals, permissions, addresses ─────────────────────────────────────────

export const refusals = {
  sign_in_failed: { status: 401, zh: '工号或密码不正确', en: 'The login or the password is not right' },
  locked: { status: 429, zh: '连续输错，账号暂时锁定', en: 'Too many wrong passwords; the login is locked for a while' },
  password_weak: {
    status: 422,
    zh: '新密码至少 12 位，或至少 10 位且含大写、小写、数字、符号中的三种；不能含工号',
    en: 'A new password has at least 12 characters, or 10 with three of upper case, lower case, digits and signs; it may not contain the login',
  },
  password_same: { status: 422, zh: '新密码不能与原密码相同', en: 'The new password must differ from the present one' },
  staff_unknown: { status: 404, zh: '没有这位员工', en: 'There is no such member of staff' },
  role_unknown: { status: 422, zh: '没有这个角色', en: 'There is no such role' },
  grid_outside: { status: 422, zh: '网格不属于本机构', en: 'The grid is outside this bank' },
  view_unknown: {
    status: 404,
    zh: '没有这个视图，或不再与您共用',
    en: 'There is no such view, or it is no longer shared with you',
  },
  view_of_colleague: {
    status: 403,
    zh: '视图是同事的，只有本人能改或删除；可以另存为自己的',
    en: "The view is a colleague's and only they change or remove it; save it as your own",
  },
  view_name_taken: {
    status: 409,
    zh: '您在这个名单上已有同名的视图，请换一个名称',
    en: 'You have a view of this name on this list; choose another name',
  },
  view_limit: {
    status: 409,
    zh: `一个名单最多保存 ${viewsPerList} 个视图，请先删除不用的`,
    en: `A list keeps at most ${viewsPerList} of your views; remove one first`,
  },
  cursor_invalid: { status: 400, zh: '翻页标记无效，请从第一页重新打开', en: 'The cursor is not valid; open the first page again' },
} as const;
export type RefusalCode = keyof typeof refusals;

export const permissions = {
  read: 'organization.read',
  manage: 'organization.manage',
  approve: 'organization.approve',
  audit: 'audit.read',
} as const;

export const addresses = {
  session: '/api/v1/session',
  password: '/api/v1/session/password',
  demonstration: '/api/v1/session/demonstration',
  staff: '/api/v1/staff',
  staffProposals: '/api/v1/staff/:id/proposals',
  roles: '/api/v1/roles',
  views: '/api/v1/views',
  view: '/api/v1/views/:id',
  audit: '/api/v1/audit',
} as const;
