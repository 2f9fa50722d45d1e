import type { Clock } from '#platform/clock/index.ts';
import type { Caller } from '#platform/http/index.ts';
import { withOwner, withSession } from '#platform/postgres/index.ts';
import type { Database, Session } from '#platform/postgres/index.ts';
import { listAudit } from './audit-list.ts';
import type { AuditFilter } from './audit-list.ts';
import type { AuditEntry, Me, SavedView, StaffMember, ViewBody } from './contract.ts';
import { describeMe } from './me.ts';
import { isRole, permissionsOf, roles } from './roles.ts';
import { addView, listViews, removeView, replaceView } from './saved-views.ts';
import { closeSession, useSession } from './session.ts';
import { changePassword, signIn } from './sign-in.ts';
import { foundBank } from './found.ts';
import type { Foundation, Founded } from './found.ts';
import { proposeStaff } from './change-staff.ts';
import type { ProposePort } from './change-staff.ts';
import { findStaff, listStaff } from './staff.ts';
import type { StaffFilter, StaffRow, StaffSettings } from './staff.ts';

export type { Foundation, Founded } from './found.ts';
export { foundationFile } from './found.ts';
export { permissionsOf, roles } from './roles.ts';
export { staffChange } from './change-staff.ts';

export interface OrganizationDeps {
  db: Database;
  clock: Clock;
  /** Whether this is the invented bank of a first start; its passwords are published. */
  isDemonstration: boolean;
  /** The open business date of a legal entity, which another module keeps; null before it has one. */
  businessDate?: (entityId: string) => Promise<string | null>;
}

export type Organization = ReturnType<typeof createOrganization>;

/** Who works at the bank, for which part of the grid, and who is signed in. */
export function createOrganization({ db, clock, isDemonstration, businessDate = async () => null }: OrganizationDeps) {
  return {
    /** Answers the token for the cookie. Refuses: locked, sign_in_failed. */
    signIn: (given: { login: string; password: string; requestId?: string }) => signIn(db, given, clock.now()),

    /** The caller behind a cookie; null when the session is not alive. */
    async authenticate(token: string): Promise<Caller | null> {
      return withOwner(db, async (tx) => {
        const stored = await useSession(tx, token, clock.now());
        if (!stored) return null;
        const who = { entityId: stored.entity_id, staffId: stored.staff_id };
        const staff = await findStaff(tx, who);
        if (!staff) return null;
        const [credential] = await tx.query<{ must_change: boolean }>(
          'select must_change from organization.credential where entity_id = $1 and staff_id = $2',
          [who.entityId, who.staffId],
        );
        return {
          session: { entityId: who.entityId, actorId: who.staffId, roles: staff.roles, scopes: staff.grid_codes },
          permissions: permissionsOf(staff.roles),
          csrf: stored.csrf_token,
          mustChangePassword: credential?.must_change ?? false,
        };
      });
    },

    signOut: (token: string): Promise<void> => withOwner(db, (tx) => closeSession(tx, token)),

    /** Refuses: sign_in_failed, password_same, password_weak. */
    changePassword: (session: Session, given: { current: string; next: string; token: string }): Promise<void> =>
      changePassword(db, { entityId: session.entityId, staffId: session.actorId }, given, clock.now()),

    me: (caller: Caller, token: string): Promise<Me> => describeMe({ db, clock, isDemonstration, businessDate }, caller, token),

    async staff(session: Session, filter: StaffFilter): Promise<{ items: StaffMember[]; total: number }> {
      const found = await withSession(db, session, (tx) => listStaff(tx, filter));
      return { total: found.total, items: found.items.map(memberOf) };
    },

    /** Refuses: staff_unknown, role_unknown, grid_outside; takes effect when a second person approves. */
    proposeStaff: (change: ProposePort, session: Session, id: string, next: StaffSettings & { reason: string }): Promise<string> =>
      proposeStaff(db, change, session, id, next),

    now: (): string => clock.now().round('millisecond').toString(),

    views: (session: Session, list: string): Promise<SavedView[]> => withSession(db, session, (tx) => listViews(tx, session, list)),

    /** Refuses: view_limit, view_name_taken. */
    addView: (session: Session, list: string, body: ViewBody): Promise<SavedView> =>
      withSession(db, session, (tx) => addView(tx, session, list, body, clock.now())),

    /** Refuses: view_unknown, view_of_colleague, view_name_taken. */
    replaceView: (session: Session, viewId: string, body: ViewBody): Promise<SavedView> =>
      withSession(db, session, (tx) => replaceView(tx, session, viewId, body, clock.now())),

    /** Refuses: view_unknown, view_of_colleague. */
    removeView: (session: Session, viewId: string): Promise<void> => withSession(db, session, (tx) => removeView(tx, session, viewId)),

    /** Refuses: cursor_invalid. */
    audit: (session: Session, filter: AuditFilter): Promise<{ items: AuditEntry[]; next: string | null }> =>
      withSession(db, session, (tx) => listAudit(tx, filter)),

    /** Writes a bank's entities, institutions and first staff; those that exist stay as they are. */
    found: (foundation: Foundation): Promise<Founded> => withOwner(db, (tx) => foundBank(tx, foundation)),

    /** Whether any bank stands here. */
    isFounded: (): Promise<boolean> =>
      withOwner(db, async (tx) => (await tx.query('select 1 from organization.entity limit 1')).length > 0),
  };
}

function memberOf(row: StaffRow): StaffMember {
  return {
    staff_id: row.staff_id,
    login: row.login,
    name: row.name,
    institution: { institution_id: row.institution_id, name: row.institution_name },
    roles: row.roles.map((role) => ({ role, name: isRole(role) ? roles[role].name : { zh: role, en: role } })),
    grid_codes: row.grid_codes,
    is_active: row.is_active,
  };
}
