import type { Tx } from '#platform/postgres/index.ts';
import type { Decided } from './match.ts';
import type { CandidatePair } from './resolve.ts';

/** What a load reads and writes about pairs that may be one person; runs as the owner. */

export async function decidedPairs(tx: Tx, entityId: string): Promise<Decided[]> {
  return tx.query<Decided & Record<string, unknown>>(
    `select left_id, right_id, state from intake.candidate where entity_id = $1 and state <> 'open' order by 1, 2`,
    [entityId],
  );
}

/** The open queue is what the present state leaves in doubt; decisions stay. */
export async function replaceCandidates(tx: Tx, entityId: string, pairs: readonly CandidatePair[]): Promise<void> {
  await tx.query(
    `create temporary table if not exists pair_in (left_id text, right_id text, left_grid text, right_grid text, left_person jsonb, right_person jsonb, agreeing text[], differing text[]) on commit drop`,
  );
  await tx.query('truncate pair_in');
  for (let start = 0; start < pairs.length; start += 5000) {
    await tx.query(
      `insert into pair_in select left_id, right_id, left_grid, right_grid, left_person::jsonb, right_person::jsonb,
         array(select jsonb_array_elements_text(agreeing)), array(select jsonb_array_elements_text(differing))
       from jsonb_to_recordset($1) as row(left_id text, right_id text, left_grid text, right_grid text, left_person text, right_person text, agreeing jsonb, differing jsonb)`,
      [JSON.stringify(pairs.slice(start, start + 5000))],
    );
  }
  await tx.query(
    `delete from intake.candidate c where entity_id = $1 and state = 'open' and not exists (select 1 from pair_in p where (p.left_id, p.right_id) = (c.left_id, c.right_id))`,
    [entityId],
  );
  await tx.query(
    `insert into intake.candidate (entity_id, left_id, right_id, left_grid, right_grid, left_person, right_person, agreeing, differing)
     select $1, left_id, right_id, left_grid, right_grid, left_person, right_person, agreeing, differing from pair_in order by left_id, right_id
     on conflict (entity_id, left_id, right_id) do update set left_grid = excluded.left_grid, right_grid = excluded.right_grid, left_person = excluded.left_person,
       right_person = excluded.right_person, agreeing = excluded.agreeing, differing = excluded.differing where candidate.state = 'open'`,
    [entityId],
  );
}

/** Legal entities in which a decision was made after their last publication. */
export async function entitiesWithDecisions(tx: Tx): Promise<Set<string>> {
  const rows = await tx.query<{ entity_id: string }>(
    `select distinct entity_id from intake.candidate c join population.publication p using (entity_id) where c.decided_at > p.published_at`,
  );
  return new Set(rows.map((row) => row.entity_id));
}
