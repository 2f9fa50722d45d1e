/** Signing, drawing and repaying happen in servicing: what has happened there since the last look is followed to the households it is about. */
import { withOwner } from '#platform/postgres/index.ts';
import type { Database, Tx } from '#platform/postgres/index.ts';
import { lapseUnsigned } from '../grants/lapse.ts';
import { refreshStages } from './stages.ts';

/**
 * Refreshes the households whose facilities or loans something happened to since the last look, and after an end of day all that were granted
 * anything: a number that was given out earlier may be committed later, and a night leaves nothing behind. A new day is also past the last one of
 * limits that nobody signed: their lines lapse first. Answers how many households.
 */
export async function followServicing(db: Database, entityId: string, on: string): Promise<number> {
  const { mark, news } = await withOwner(db, (tx) => readNews(tx, entityId));
  if (!news) return 0;
  const isNewDay = mark?.business_date !== news.business_date;
  if (isNewDay) await withOwner(db, (tx) => lapseUnsigned(tx, entityId));
  const households = await withOwner(db, (tx) =>
    isNewDay ? everyGranted(tx, entityId, mark?.business_date ?? null) : touched(tx, entityId, mark?.event_id ?? 0n, news.event_id),
  );
  // A village at a time: whoever evaluates in another one is not kept waiting.
  for (const { project_id, ids } of households) await withOwner(db, (tx) => refreshStages(tx, project_id, ids, on, 'grant'));
  await withOwner(db, (tx) =>
    tx.query(
      `insert into village.progress_mark (entity_id, event_id, business_date) values ($1, $2, $3)
       on conflict (entity_id) do update set event_id = excluded.event_id, business_date = excluded.business_date`,
      [entityId, news.event_id, news.business_date],
    ),
  );
  return households.reduce((sum, { ids }) => sum + ids.length, 0);
}

interface Mark {
  event_id: bigint;
  business_date: string;
}

/** Null news: nothing has happened, or servicing has not begun. */
async function readNews(tx: Tx, entityId: string): Promise<{ mark: Mark | undefined; news: Mark | null }> {
  const [mark] = await tx.query<Mark>('select event_id, business_date from village.progress_mark where entity_id = $1', [entityId]);
  const [now] = await tx.query<Mark>(
    `select coalesce((select max(event_id) from servicing.event), 0)::bigint as event_id, open_date as business_date
     from servicing.business_day where entity_id = $1`,
    [entityId],
  );
  if (!now) return { mark, news: null };
  const isSame = mark?.event_id === now.event_id && mark.business_date === now.business_date;
  return { mark, news: isSame ? null : now };
}

interface OfVillage {
  project_id: bigint;
  ids: string[];
}

/** With those whose limit lapsed since the day of the last look. */
const everyGranted = (tx: Tx, entityId: string, since: string | null): Promise<OfVillage[]> =>
  tx.query<OfVillage>(
    `select member.project_id, array_agg(distinct member.household_id) as ids
     from village.project project
     join village.batch_line line on line.project_id = project.project_id and (line.state = 'granted'
       or line.state = 'lapsed' and exists (
         select from servicing.facility facility where facility.facility_id = line.facility_id and facility.valid_to >= coalesce($2::date, '-infinity')))
     join village.member member on member.project_id = line.project_id and member.person_id = line.person_id
     where project.entity_id = $1 and project.state = 'open' group by member.project_id, left(member.grid_code, 12)`,
    [entityId, since],
  );

const touched = (tx: Tx, entityId: string, after: bigint, upTo: bigint): Promise<OfVillage[]> =>
  tx.query<OfVillage>(
    `with news as (
       select coalesce(event.facility_id, loan.facility_id) as facility_id
       from servicing.event event left join servicing.loan loan on loan.loan_id = event.loan_id
       where event.entity_id = $1 and event.event_id > $2 and event.event_id <= $3)
     select member.project_id, array_agg(distinct member.household_id) as ids
     from news join servicing.facility facility using (facility_id)
     join village.project project on project.entity_id = $1 and project.state = 'open'
     join village.member member on member.project_id = project.project_id and member.person_id = facility.person_id
     group by member.project_id, left(member.grid_code, 12)`,
    [entityId, after, upTo],
  );
