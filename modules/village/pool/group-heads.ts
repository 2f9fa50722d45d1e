import { maskPhone } from '#core/identifiers/index.ts';
import { record } from '#platform/audit/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Vault } from '#platform/vault/index.ts';
import { poolRefusals } from './contract.ts';
import type { SetGroupHead } from './contract.ts';
import type { Acting } from './store.ts';

export const headPhone = 'village.group_head.phone';

/** Who speaks for a group. The phone is kept sealed. @throws Problem group_unknown, member_unknown */
export async function setGroupHead(acting: Acting, vault: Vault, gridCode: string, given: SetGroupHead): Promise<void> {
  const { tx, session, project, at, requestId } = acting;
  const isInScope = session.scopes.some((scope) => gridCode.startsWith(scope));
  const [group] = await tx.query('select 1 from village.household where project_id = $1 and grid_code = $2 limit 1', [
    project.project_id,
    gridCode,
  ]);
  if (!isInScope || !group) throw refuse(poolRefusals, 'group_unknown', { zh: gridCode, en: gridCode });
  if (given.person_id !== null) {
    const [member] = await tx.query('select 1 from village.member where project_id = $1 and person_id = $2 and grid_code ^@ $3', [
      project.project_id,
      given.person_id,
      gridCode.slice(0, 12),
    ]);
    if (!member) throw refuse(poolRefusals, 'member_unknown', { zh: given.person_id, en: given.person_id });
  }
  await tx.query(
    `insert into village.group_head (project_id, entity_id, grid_code, person_id, name, phone_sealed, phone_masked, set_by, set_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (project_id, grid_code) do update set person_id = excluded.person_id, name = excluded.name, phone_sealed = excluded.phone_sealed,
       phone_masked = excluded.phone_masked, set_by = excluded.set_by, set_at = excluded.set_at`,
    [
      project.project_id,
      session.entityId,
      gridCode,
      given.person_id,
      given.name,
      given.phone === null ? null : vault.seal(headPhone, given.phone),
      given.phone === null ? null : maskPhone(given.phone),
      session.actorId,
      at,
    ],
  );
  await record(tx, {
    entityId: session.entityId,
    actorId: session.actorId,
    action: 'village.group_head',
    subjectKind: 'village.group',
    subjectId: gridCode,
    detail: { project: `V${project.project_id}` },
    requestId,
  });
}
