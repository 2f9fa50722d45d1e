/** What a visit is held against: the household, what the village said of its people, and where it stands. As owner, after the scope was checked. */
import { refuse } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { visitRefusals } from './contract.ts';
import { disputedOf, majorityOf } from './judge.ts';
import type { Answers, Place } from './judge.ts';

export interface Household {
  household_id: string;
  grid_code: string;
}

/** Refuses: household_not_in_pool. */
export async function lockHousehold(tx: Tx, session: Session, projectId: bigint, householdId: string): Promise<Household> {
  const [row] = await tx.query<Household>(
    `select household_id, grid_code from village.household
     where project_id = $1 and household_id = $2 and entity_id = $3 and state = 'in_pool' for share`,
    [projectId, householdId, session.entityId],
  );
  if (!row || !session.scopes.some((scope) => row.grid_code.startsWith(scope))) throw refuse(visitRefusals, 'household_not_in_pool');
  return row;
}

/** The household's own point, its group's and its village's, the nearest thing first. */
export async function readPoints(tx: Tx, entityId: string, { household_id, grid_code }: Household): Promise<(Place & { place: string })[]> {
  const rows = await tx.query<{ place: string; latitude: string; longitude: string }>(
    `select place, latitude::text, longitude::text from (
       select place, latitude, longitude from village.point where entity_id = $1 and place = any($2::text[])
       union all
       -- Where the bank's data has the seat of the committee, and nobody has measured the village.
       select p.village_code, latitude::numeric, longitude::numeric from village.place p where p.entity_id = $1 and p.village_code = any($2::text[])
         and not exists (select from village.point m where m.entity_id = $1 and m.place = p.village_code)) known
     order by array_position($2::text[], place)`,
    [entityId, [household_id, grid_code, grid_code.slice(0, 12)]],
  );
  return rows.map(({ place, latitude, longitude }) => ({ place, latitude: Number(latitude), longitude: Number(longitude) }));
}

export interface Said {
  readonly reviewers: number;
  readonly majority: Record<string, unknown>;
  readonly disputed: readonly string[];
}
export const nothingSaid: Said = { reviewers: 0, majority: {}, disputed: [] };

/** What the reviewers said of each person in the round that counts; answers of an attempt that was not accepted do not. */
export async function readSaid(tx: Tx, projectId: bigint, personIds: readonly string[]): Promise<ReadonlyMap<string, Said>> {
  const rows = await tx.query<{ person_id: string; answers: Answers }>(
    `select e.person_id, e.answers from village.evaluation e
     join village.group_round g on g.project_id = e.project_id and g.round = e.round and g.grid_code = e.grid_code and g.attempt = e.attempt
     where e.project_id = $1 and e.person_id = any($2::text[]) and e.knows = 'yes'
       and e.round = (select max(n.round) from village.evaluation n where n.project_id = e.project_id and n.person_id = e.person_id and n.knows = 'yes')`,
    [projectId, personIds],
  );
  const given = Map.groupBy(rows, (row) => row.person_id);
  return new Map(
    [...given].map(([personId, of]) => {
      const answers = of.map((row) => row.answers);
      return [personId, { reviewers: of.length, majority: majorityOf(answers), disputed: disputedOf(answers) }];
    }),
  );
}
