import type { Tx } from '#platform/postgres/index.ts';

export interface StaffRow {
  entity_id: string;
  staff_id: string;
  login: string;
  name: string;
  roles: string[];
  is_active: boolean;
  institution_id: string;
  institution_name: string;
  grid_codes: string[];
}

const staffColumns = `staff.entity_id, staff.staff_id, staff.login, staff.name, staff.roles, staff.is_active, institution.institution_id,
  institution.name as institution_name,
  array(select grid_code from organization.grid_assignment g where (g.entity_id, g.staff_id) = (staff.entity_id, staff.staff_id) order by 1) as grid_codes`;
const staffTables = 'organization.staff join organization.institution using (entity_id, institution_id)';

export async function findStaff(tx: Tx, who: { entityId: string; staffId: string }): Promise<StaffRow | null> {
  const [row] = await tx.query<StaffRow>(`select ${staffColumns} from ${staffTables} where entity_id = $1 and staff_id = $2`, [
    who.entityId,
    who.staffId,
  ]);
  return row ?? null;
}

export interface StaffFilter {
  grid?: string | undefined;
  search?: string | undefined;
  limit: number;
  offset: number;
}

/** People of the caller's legal entity; `grid` keeps those who look after a part of it or a place around it. */
export async function listStaff(tx: Tx, filter: StaffFilter): Promise<{ items: StaffRow[]; total: number }> {
  const where = `($1::text is null or exists (
      select 1 from organization.grid_assignment g
      where (g.entity_id, g.staff_id) = (staff.entity_id, staff.staff_id) and (g.grid_code ^@ $1 or $1 ^@ g.grid_code)))
    and ($2::text is null or strpos(lower(staff.name || ' ' || staff.login || ' ' || staff.staff_id), lower($2)) > 0)`;
  const values = [filter.grid ?? null, filter.search || null];
  const [count] = await tx.query<{ total: number }>(`select count(*)::int as total from organization.staff where ${where}`, values);
  const items = await tx.query<StaffRow>(
    `select ${staffColumns} from ${staffTables} where ${where} order by institution.institution_id, staff.staff_id limit $3 offset $4`,
    [...values, filter.limit, filter.offset],
  );
  return { items, total: count?.total ?? 0 };
}

/** What a proposal about a member of staff carries. */
export interface StaffSettings {
  roles: string[];
  grid_codes: string[];
  is_active: boolean;
}

export const settingsOf = (row: StaffRow): StaffSettings => ({ roles: row.roles, grid_codes: row.grid_codes, is_active: row.is_active });

/** Owner only. Open sessions end with the switch-off; changed roles and grids hold from the next request. */
export async function writeSettings(tx: Tx, who: { entityId: string; staffId: string }, settings: StaffSettings): Promise<void> {
  const key = [who.entityId, who.staffId];
  await tx.query('update organization.staff set roles = $3, is_active = $4 where entity_id = $1 and staff_id = $2', [
    ...key,
    settings.roles,
    settings.is_active,
  ]);
  await tx.query('delete from organization.grid_assignment where entity_id = $1 and staff_id = $2', key);
  await tx.query('insert into organization.grid_assignment (entity_id, staff_id, grid_code) select $1, $2, unnest($3::text[])', [
    ...key,
    settings.grid_codes,
  ]);
  if (!settings.is_active) await tx.query('delete from organization.session where entity_id = $1 and staff_id = $2', key);
}
