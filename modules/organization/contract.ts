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
  /** Today at the bank. */
  business_day: day,
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
  locked: { status: 429, zh: '连续输错,账号暂时锁定', en: 'Too many wrong passwords; the login is locked for a while' },
  password_weak: {
    status: 422,
    zh: '新密码至少 12 位,或至少 10 位且含大写、小写、数字、符号中的三种;不能含工号',
    en: 'A new password has at least 12 characters, or 10 with three of upper case, lower case, digits and signs; it may not contain the login',
  },
  password_same: { status: 422, zh: '新密码不能与原密码相同', en: 'The new password must differ from the present one' },
  staff_unknown: { status: 404, zh: '没有这位员工', en: 'There is no such member of staff' },
  role_unknown: { status: 422, zh: '没有这个角色', en: 'There is no such role' },
  grid_outside: { status: 422, zh: '网格不属于本机构', en: 'The grid is outside this bank' },
  cursor_invalid: { status: 400, zh: '翻页标记无效,请从第一页重新打开', en: 'The cursor is not valid; open the first page again' },
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
  audit: '/api/v1/audit',
} as const;
