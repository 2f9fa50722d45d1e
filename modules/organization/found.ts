import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Tx } from '#platform/postgres/index.ts';
import { gridCode, login, staffId } from './contract.ts';
import { roles } from './roles.ts';
import { writePassword } from './sign-in.ts';
import { writeSettings } from './staff.ts';

const role = z.enum(Object.keys(roles));
const member = z.strictObject({
  staff_id: staffId,
  login,
  name: z.string().min(1).max(60),
  institution_id: z.string(),
  roles: z.array(role),
  grid_codes: z.array(gridCode).default([]),
  /** Left out, one is made up and told once. */
  password: z.string().min(10).optional(),
  /** False only where passwords are published, as in a demonstration. */
  must_change_password: z.boolean().default(true),
});
const institution = z.strictObject({
  institution_id: z.string(),
  parent_id: z.string().nullable(),
  kind: z.enum(['head_office', 'branch']),
  name: z.string(),
});

/** A bank's legal entities, their institutions (parents first) and the first staff, as read from a file. */
export const foundationFile = z.strictObject({
  entities: z
    .array(
      z.strictObject({
        entity_id: z.string().regex(/^\w{1,20}$/),
        name: z.string(),
        short_name: z.string(),
        root_grid_code: gridCode,
        institutions: z.array(institution).min(1),
        staff: z.array(member),
      }),
    )
    .min(1),
});
export type Foundation = z.infer<typeof foundationFile>;
type Entity = Foundation['entities'][number];

/** Who was added, and the first password of those for whom one was made up. */
export interface Founded {
  staff: { login: string; password: string | null }[];
}

/** Owner only. May be run again: what exists is left as it is, so that nobody's password or post is reset. */
export async function foundBank(tx: Tx, foundation: Foundation): Promise<Founded> {
  const staff: Founded['staff'] = [];
  for (const entity of foundation.entities) {
    await tx.query(
      'insert into organization.entity (entity_id, name, short_name, root_grid_code) values ($1, $2, $3, $4) on conflict do nothing',
      [entity.entity_id, entity.name, entity.short_name, entity.root_grid_code],
    );
    for (const { institution_id, parent_id, kind, name } of entity.institutions) {
      await tx.query(
        'insert into organization.institution (entity_id, institution_id, parent_id, kind, name) values ($1, $2, $3, $4, $5) on conflict do nothing',
        [entity.entity_id, institution_id, parent_id, kind, name],
      );
    }
    for (const person of entity.staff) staff.push(...(await addStaff(tx, entity, person)));
  }
  return { staff };
}

async function addStaff(tx: Tx, entity: Entity, person: Entity['staff'][number]): Promise<Founded['staff']> {
  const outside = person.grid_codes.find((code) => !code.startsWith(entity.root_grid_code));
  if (outside)
    throw new Error(
      `${person.login}: 网格 ${outside} 不属于 ${entity.entity_id} / the grid ${outside} is outside ${entity.root_grid_code}`,
    );
  const added = await tx.query(
    `insert into organization.staff (entity_id, staff_id, institution_id, name, login, roles) values ($1, $2, $3, $4, $5, $6)
     on conflict do nothing returning staff_id`,
    [entity.entity_id, person.staff_id, person.institution_id, person.name, person.login, person.roles],
  );
  if (added.length === 0) return [];
  const who = { entityId: entity.entity_id, staffId: person.staff_id };
  await writeSettings(tx, who, { roles: person.roles, grid_codes: person.grid_codes, is_active: true });
  const madeUp = person.password === undefined ? randomBytes(12).toString('base64url') : null;
  await writePassword(tx, who, person.password ?? madeUp ?? '', { mustChange: person.must_change_password });
  return [{ login: person.login, password: madeUp }];
}
