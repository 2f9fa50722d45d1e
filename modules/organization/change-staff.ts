import { z } from 'zod';
import { refuse } from '#platform/http/index.ts';
import { withSession } from '#platform/postgres/index.ts';
import type { Database, Session, Tx } from '#platform/postgres/index.ts';
import { permissions, refusals } from './contract.ts';
import { isRole } from './roles.ts';
import { findStaff, settingsOf, writeSettings } from './staff.ts';
import type { StaffSettings } from './staff.ts';

/** What this module asks of the four-eyes module, which comes after it; the composition root connects the two. */
export interface ProposePort {
  propose(
    tx: Tx,
    session: Session,
    change: { kind: string; subject: string; before: unknown; after: unknown; reason: string },
  ): Promise<string>;
}

const kind = 'organization.staff';
const settings = z.object({ roles: z.array(z.string()), grid_codes: z.array(z.string()), is_active: z.boolean() });

interface Proposal {
  entityId: string;
  subject: string;
  before: unknown;
  after: unknown;
}

/** Roles, grids and sign-in of one person; the four-eyes module is given this when the house is put together. */
export const staffChange = {
  kind,
  name: { zh: '员工角色与网格', en: "A person's roles and grid" },
  permission: permissions.approve,
  /** Refuses: staff_unknown, role_unknown, grid_outside. */
  async validate(tx: Tx, proposal: Proposal): Promise<void> {
    await checkSettings(tx, { entityId: proposal.entityId, staffId: proposal.subject }, settings.parse(proposal.after));
  },
  /** The state the proposal started from, to notice when it has changed since. */
  async present(tx: Tx, proposal: Proposal): Promise<unknown> {
    const staff = await findStaff(tx, { entityId: proposal.entityId, staffId: proposal.subject });
    return staff && settingsOf(staff);
  },
  async apply(tx: Tx, proposal: Proposal): Promise<void> {
    await writeSettings(tx, { entityId: proposal.entityId, staffId: proposal.subject }, settings.parse(proposal.after));
  },
};

/** Refuses: staff_unknown, role_unknown, grid_outside, and what the four-eyes module refuses. */
export function proposeStaff(
  db: Database,
  port: ProposePort,
  session: Session,
  id: string,
  next: StaffSettings & { reason: string },
): Promise<string> {
  const { reason, ...after } = next;
  return withSession(db, session, async (tx) => {
    const who = { entityId: session.entityId, staffId: id };
    await checkSettings(tx, who, after);
    const staff = await findStaff(tx, who);
    return port.propose(tx, session, { kind, subject: id, before: staff && settingsOf(staff), after, reason });
  });
}

async function checkSettings(tx: Tx, who: { entityId: string; staffId: string }, next: StaffSettings): Promise<void> {
  if (!(await findStaff(tx, who))) throw refuse(refusals, 'staff_unknown');
  const unknown = next.roles.find((role) => !isRole(role));
  if (unknown !== undefined) throw refuse(refusals, 'role_unknown', { zh: unknown, en: unknown });
  const [entity] = await tx.query<{ root_grid_code: string }>('select root_grid_code from organization.entity where entity_id = $1', [
    who.entityId,
  ]);
  const outside = next.grid_codes.find((code) => !entity || !code.startsWith(entity.root_grid_code));
  if (outside !== undefined) throw refuse(refusals, 'grid_outside', { zh: outside, en: outside });
}
