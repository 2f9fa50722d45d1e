/** Who keeps a household, and whether it takes part: claim 认领, assign 分配, release 退回, exclude 剔除, take back 恢复. Of all asked for or of none. */
import { refuse } from '#platform/http/index.ts';
import type { Caller } from '#platform/http/index.ts';
import { permissions } from '../contract.ts';
import { poolRefusals } from './contract.ts';
import type { ActedOn } from './contract.ts';
import { holdHouseholds, naming, sealHouseholds, writeEvents } from './store.ts';
import type { Acting, HeldHousehold } from './store.ts';

type Asked = readonly { household_id: string; revision: number }[];

/** For oneself. @throws Problem household_unknown, household_merged, household_changed, household_excluded, household_taken */
export async function claim(acting: Acting, asked: Asked): Promise<ActedOn> {
  const held = await holdHouseholds(acting, asked);
  refuseWhere(held, 'household_excluded', ({ state }) => state === 'excluded');
  refuseWhere(held, 'household_taken', ({ manager_id }) => manager_id !== null);
  return give(acting, 'claim', held, acting.session.actorId);
}

/** To a manager whose grid covers every one. @throws Problem as claim without household_taken; manager_unknown, manager_elsewhere */
export async function assign(acting: Acting, asked: Asked, managerId: string): Promise<ActedOn> {
  const held = await holdHouseholds(acting, asked);
  refuseWhere(held, 'household_excluded', ({ state }) => state === 'excluded');
  const grids = await gridsOf(acting, managerId);
  refuseWhere(held, 'manager_elsewhere', ({ grid_code }) => !grids.some((grid) => grid_code.startsWith(grid)));
  return give(acting, 'assign', held, managerId);
}

/** One's own; whoever runs the project releases anybody's. @throws Problem household_unknown, household_merged, household_changed, not_yours */
export async function release(acting: Acting, caller: Caller, asked: Asked): Promise<ActedOn> {
  const held = await holdHouseholds(acting, asked);
  if (!caller.permissions.has(permissions.run)) refuseWhere(held, 'not_yours', ({ manager_id }) => manager_id !== acting.session.actorId);
  return give(acting, 'release', held, null);
}

/** @throws Problem household_unknown, household_merged, household_changed, household_excluded */
export async function exclude(acting: Acting, asked: Asked, reason: string): Promise<ActedOn> {
  const held = await holdHouseholds(acting, asked);
  refuseWhere(held, 'household_excluded', ({ state }) => state === 'excluded');
  return turn(acting, 'exclude', held, 'excluded', reason);
}

/** @throws Problem household_unknown, household_merged, household_changed, household_not_excluded */
export async function takeBack(acting: Acting, asked: Asked, reason: string): Promise<ActedOn> {
  const held = await holdHouseholds(acting, asked);
  refuseWhere(held, 'household_not_excluded', ({ state }) => state !== 'excluded');
  return turn(acting, 'take_back', held, 'in_pool', reason);
}

async function give(
  acting: Acting,
  act: 'claim' | 'assign' | 'release',
  held: readonly HeldHousehold[],
  managerId: string | null,
): Promise<ActedOn> {
  await acting.tx.query('update village.household set manager_id = $3 where project_id = $1 and household_id = any($2::text[])', [
    acting.project.project_id,
    held.map(({ household_id }) => household_id),
    managerId,
  ]);
  await writeEvents(
    acting,
    act,
    held.map(({ household_id, grid_code, manager_id }) => ({ household_id, grid_code, detail: { before: manager_id, after: managerId } })),
  );
  return { households: await sealHouseholds(acting, act, idsOf(held)) };
}

async function turn(
  acting: Acting,
  act: 'exclude' | 'take_back',
  held: readonly HeldHousehold[],
  state: 'excluded' | 'in_pool',
  reason: string,
): Promise<ActedOn> {
  await acting.tx.query(
    'update village.household set state = $3, excluded_reason = $4 where project_id = $1 and household_id = any($2::text[])',
    [acting.project.project_id, idsOf(held), state, state === 'excluded' ? reason : null],
  );
  await writeEvents(
    acting,
    act,
    held.map(({ household_id, grid_code, excluded_reason }) => ({ household_id, grid_code, detail: { reason, before: excluded_reason } })),
  );
  return { households: await sealHouseholds(acting, act, idsOf(held), reason) };
}

const idsOf = (held: readonly HeldHousehold[]): string[] => held.map(({ household_id }) => household_id);

function refuseWhere(held: readonly HeldHousehold[], code: keyof typeof poolRefusals, isWrong: (one: HeldHousehold) => boolean): void {
  const wrong = held.filter(isWrong);
  if (wrong.length > 0) throw naming(code, wrong);
}

/** @throws Problem manager_unknown */
export async function gridsOf({ tx, session }: Acting, managerId: string): Promise<string[]> {
  const [row] = await tx.query<{ grid_codes: string[] }>(
    `select array(select grid_code from organization.grid_assignment g where g.entity_id = s.entity_id and g.staff_id = s.staff_id) as grid_codes
     from organization.staff s where s.entity_id = $1 and s.staff_id = $2 and s.is_active and s.roles && $3::text[]`,
    [session.entityId, managerId, keepers],
  );
  if (!row) throw refuse(poolRefusals, 'manager_unknown', { zh: managerId, en: managerId });
  return row.grid_codes;
}

/** Posts that keep households. */
export const keepers = ['manager', 'investigator', 'branch_head'] as const;
