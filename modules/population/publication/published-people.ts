/** The published people as tables of a DuckDB session, numbered in the order of the roll, so that joins run on small integers. */
import { join } from 'node:path';
import { textLiteral } from '#platform/warehouse/index.ts';
import type { Lake, Manifest, WarehouseSession } from '#platform/warehouse/index.ts';

/** A file of the last published population; absent only when nothing was published. */
export function resolvedFile(lake: Lake, manifest: Manifest, name: string): string {
  const path = manifest.resolved[name];
  if (path === undefined) {
    throw new Error(
      `${join(lake.folder(manifest.entity_id), 'manifest.json')}: 缺少 resolved.${name}，请重新装载 / resolved.${name} is missing; load again`,
    );
  }
  return `read_parquet(${textLiteral(lake.path(manifest.entity_id, path))})`;
}

/**
 * Makes `people(p, person_id, grid_code, household_id)`, `by_person_id(person_id, p)` which also knows merged ids, and
 * `by_customer_no(customer_no, p)`.
 */
export async function tabulatePeople(session: WarehouseSession, lake: Lake, manifest: Manifest): Promise<void> {
  await session.run(`create temp table people as
    select (row_number() over (order by grid_code, household_id, member_no, person_id))::integer as p, person_id, grid_code, household_id
    from ${resolvedFile(lake, manifest, 'persons')}`);
  await session.run(`create temp table by_person_id as
    select person_id, p from people
    union all
    select alias.person_id, p from ${resolvedFile(lake, manifest, 'aliases')} as alias
      join people on people.person_id = alias.canonical_person_id
      where alias.person_id not in (select person_id from people)`);
  await session.run(`create temp table by_customer_no as
    select customer_no, p from ${resolvedFile(lake, manifest, 'customers')} join by_person_id using (person_id)`);
}
