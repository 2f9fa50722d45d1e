/** Where villages lie, as the bank's file of villages says. */
import type { Tx } from '#platform/postgres/index.ts';

export type VillagePlace = Readonly<{ code: string; name: string; longitude: number; latitude: number }>;

/** In the place of what was known before. As owner. */
export async function keepPlaces(tx: Tx, entityId: string, places: readonly VillagePlace[]): Promise<void> {
  await tx.query('delete from village.place where entity_id = $1', [entityId]);
  await tx.query(
    `insert into village.place (entity_id, village_code, name, longitude, latitude)
     select $1, code, name, longitude, latitude from unnest($2::text[], $3::text[], $4::float8[], $5::float8[]) as place (code, name, longitude, latitude)`,
    [
      entityId,
      places.map(({ code }) => code),
      places.map(({ name }) => name),
      places.map(({ longitude }) => longitude),
      places.map(({ latitude }) => latitude),
    ],
  );
}
