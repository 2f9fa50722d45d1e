/** One project of whole-village credit in the demonstration: some villages, opened by two people, their pool filled and partly given to its managers. */
import { permissionsOf } from '#modules/organization/index.ts';
import type { Caller } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { Bank } from '../bank.ts';
import { demonstrationBank, demonstrationCounty } from './demonstration-bank.ts';

const { entity, townships } = demonstrationCounty;
const [town] = townships;
const batchNo = '2026-01';
const [head, second] = ['B101', 'A002'];
const managers = ['M101', 'M102'];
/** As many as a branch begins with. */
const villagesAtFirst = 6;

/** Every step leaves either nothing or its whole result and is left out when it was done. Answers the project. */
export async function openDemonstrationVillage(bank: Bank): Promise<bigint> {
  const { projects } = bank.villages;
  const projectId = await projectOf(bank);
  const { state, opening } = await projects.one(callerOf(head).session, projectId);
  if (state === 'draft') {
    const proposal = opening ?? (await projects.proposeOpening(callerOf(head).session, projectId, '按年度计划推进', 'demonstration'));
    await bank.change.approve(callerOf(second), proposal, '');
  }
  await projects.fill(entity, projectId);
  for (const manager of managers) await giveTo(bank, projectId, manager);
  return projectId;
}

async function projectOf({ villages, db, clock }: Bank): Promise<bigint> {
  const [known] = await withOwner(db, (tx) =>
    tx.query<{ project_id: bigint }>('select project_id from village.project where entity_id = $1 and batch_no = $2', [entity, batchNo]),
  );
  if (known) return known.project_id;
  return villages.projects.setUp(callerOf(head).session, {
    name: '侍庄街道首批村',
    batch_no: batchNo,
    grid_codes: await firstVillages(db),
    ends_on: clock.today().add({ months: 6 }).toString(),
  });
}

/** Those of the managers, and then by their codes. */
async function firstVillages(db: Bank['db']): Promise<string[]> {
  const rows = await withOwner(db, (tx) =>
    tx.query<{ grid_code: string }>(
      "select grid_code from population.grid_node where entity_id = $1 and level = 'village' and grid_code ^@ $2 order by grid_code",
      [entity, town],
    ),
  );
  const own = managers.flatMap((id) => staffOf(id).grid_codes);
  return [...new Set([...own, ...rows.map(({ grid_code }) => grid_code)])].slice(0, villagesAtFirst);
}

/** The households of a manager's village, as many as a request may carry at a time. */
async function giveTo({ villages }: Bank, projectId: bigint, manager: string): Promise<void> {
  const act = { caller: callerOf(head), projectId, requestId: 'demonstration' };
  const grid = staffOf(manager).grid_codes[0];
  for (;;) {
    const query = { manager: 'none', state: 'in_pool', limit: 200, ...(grid === undefined ? {} : { grid }) } as const;
    const { items } = await villages.pool.list(act.caller.session, projectId, query);
    if (items.length === 0) return;
    await villages.pool.assign(act, items, manager);
  }
}

function staffOf(id: string) {
  const found = demonstrationBank.entities.flatMap(({ staff }) => staff).find(({ staff_id }) => staff_id === id);
  if (!found) throw new Error(`the demonstration bank has no ${id}`);
  return found;
}

export function callerOf(id: string): Caller {
  const { staff_id, roles, grid_codes } = staffOf(id);
  const session = { entityId: entity, actorId: staff_id, roles, scopes: grid_codes };
  return { session, permissions: permissionsOf(roles), csrf: '', mustChangePassword: false };
}
