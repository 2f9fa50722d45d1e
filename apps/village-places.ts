import type { VillagePlace } from '#modules/village/index.ts';
import { stateQuery } from '#platform/warehouse/index.ts';
import type { Lake, Manifest, Warehouse } from '#platform/warehouse/index.ts';

/** Where villages lie, as a publication has them; null where no file of villages ever came, none where it says so of nobody. */
export async function readVillagePlaces(
  { lake, warehouse }: { lake: Lake; warehouse: Warehouse },
  manifest: Manifest,
): Promise<VillagePlace[] | null> {
  const state = stateQuery(lake, manifest, 'village', manifest.as_of);
  if (state === null) return null;
  return warehouse.session((session) =>
    session.rows<VillagePlace & Record<string, string | number>>(
      `select village_code as code, village_name as name, village_longitude::double as longitude, village_latitude::double as latitude
       from (${state}) as village where village_longitude is not null and village_latitude is not null order by village_code`,
    ),
  );
}
