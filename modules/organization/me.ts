import { withOwner } from '#platform/postgres/index.ts';
import type { Database } from '#platform/postgres/index.ts';
import type { Clock } from '#platform/clock/index.ts';
import type { Caller } from '#platform/http/index.ts';
import type { Me } from './contract.ts';
import { isRole, roles } from './roles.ts';
import { idleMinutes, useSession } from './session.ts';
import { findStaff } from './staff.ts';

/** The signed-in person as the console's frame shows it. */
export async function describeMe(
  deps: { db: Database; clock: Clock; isDemonstration: boolean; businessDate: (entityId: string) => Promise<string | null> },
  caller: Caller,
  token: string,
): Promise<Me> {
  const { entityId, actorId } = caller.session;
  const businessDate = await deps.businessDate(entityId);
  return withOwner(deps.db, async (tx) => {
    const staff = await findStaff(tx, { entityId, staffId: actorId });
    const stored = await useSession(tx, token, deps.clock.now());
    const [entity] = await tx.query<Me['entity']>('select entity_id, name, short_name from organization.entity where entity_id = $1', [
      entityId,
    ]);
    if (!staff || !stored || !entity) throw new Error(`the session of ${actorId} ended while it was being read`);
    return {
      staff_id: actorId,
      login: staff.login,
      name: staff.name,
      entity,
      institution: { institution_id: staff.institution_id, name: staff.institution_name },
      roles: staff.roles.map((role) => ({ role, name: isRole(role) ? roles[role].name : { zh: role, en: role } })),
      permissions: [...caller.permissions].toSorted(),
      scopes: staff.grid_codes,
      home: staff.grid_codes[0] ?? null,
      csrf: caller.csrf,
      must_change_password: caller.mustChangePassword,
      today: deps.clock.today().toString(),
      business_date: businessDate,
      expires_at: stored.expires_at,
      idle_minutes: idleMinutes,
      demonstration: deps.isDemonstration,
    };
  });
}
