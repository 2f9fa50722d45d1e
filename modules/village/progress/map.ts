/** Villages of a project with where they lie and how far they have come. */
import { refuse } from '#platform/http/index.ts';
import { intersectPrefixes, Where } from '#platform/postgres/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { projectOf } from './project.ts';
import { progressRefusals } from './contract.ts';
import type { MapVillage, ProgressMap } from './contract.ts';
import { readCounters, readKeepers } from './counters.ts';
import { passedOf, ppmOf, tallyOf } from './tally.ts';
import type { Tally } from './tally.ts';

interface Place {
  code: string;
  name: string;
  longitude: number | null;
  latitude: number | null;
}

/** Refuses: project_unknown, place_unknown. */
export async function readProgressMap(
  tx: Tx,
  session: Session,
  projectId: bigint,
  grid: string | undefined,
  today: string,
): Promise<ProgressMap> {
  await projectOf(tx, session.entityId, projectId);
  if (grid !== undefined && intersectPrefixes(session.scopes, grid).length === 0) throw refuse(progressRefusals, 'place_unknown');
  const asked = { projectId, session, grid, today };
  const { units } = tallyOf(await readCounters(tx, asked, 'village', { granted: 1, collected: 1, whole: 0 }));
  const seen = [...units].filter(([, tally]) => tally.households('collected') > 0);
  const ranked = seen
    .map(([code, tally]) => ({ code, tally, granted: ppmOf(tally.households('granted'), tally.households('collected')) ?? 0 }))
    .toSorted((one, other) => other.granted - one.granted || (one.code < other.code ? -1 : 1));
  const managers = await readKeepers(tx, asked);
  const progress = new Map(
    ranked.map(({ code, tally, granted }, index) => [code, standingOf(tally, granted, index + 1, managers.get(code) ?? null)]),
  );
  const places = await readPlaces(tx, grid, [...progress.keys()]);
  const townships = await readTownships(tx, places);
  return {
    as_of: today,
    townships,
    villages: places.map((place) => ({ ...place, township: place.code.slice(0, 9), progress: progress.get(place.code) ?? null })),
  };
}

function standingOf(tally: Tally, granted: number, rank: number, manager: string | null): NonNullable<MapVillage['progress']> {
  const then = ppmOf(tally.before('granted', 1), tally.before('collected', 1)) ?? 0;
  return { stage: passedOf(tally.ladder), rank, households: tally.ladder, granted_ppm: granted, week_change_ppm: granted - then, manager };
}

/** Everything that has a place in the townships of the project, and what has households without one. */
async function readPlaces(tx: Tx, grid: string | undefined, codes: readonly string[]): Promise<Place[]> {
  const townships = [...new Set(codes.map((code) => code.slice(0, 9)))];
  const where = new Where()
    .startsWith('village_code', grid === undefined || grid.length <= 9 ? grid : grid.slice(0, 9))
    .add((place) => `left(village_code, 9) = any(${place(townships)}::text[])`);
  const known = await tx.query<Place>(
    `select village_code as code, name, longitude, latitude from village.place ${where.sql} order by village_code`,
    where.values,
  );
  const placed = new Set(known.map(({ code }) => code));
  const unplaced = await tx.query<Place>(
    `select code, coalesce(node.name, code) as name, null::float8 as longitude, null::float8 as latitude
     from unnest($1::text[]) as code left join population.grid_node node on node.grid_code = code order by code`,
    [codes.filter((code) => !placed.has(code))],
  );
  return [...known, ...unplaced];
}

async function readTownships(tx: Tx, places: readonly Place[]): Promise<ProgressMap['townships']> {
  const codes = [...new Set(places.map(({ code }) => code.slice(0, 9)))];
  return tx.query<{ code: string; name: string }>(
    `select code, coalesce(node.name, code) as name from unnest($1::text[]) as code
     left join population.grid_node node on node.grid_code = code order by code`,
    [codes],
  );
}
