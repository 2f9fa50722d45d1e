import type { Tx } from '#platform/postgres/index.ts';

/** Whose limit is to be worked out again: these people, or everybody of these households. */
export type Whose = { readonly personIds: readonly string[] } | { readonly householdIds: readonly string[] };

/**
 * To be called in the transaction that changes what a limit follows from: a limit of the three, a split, a merge, a marriage, a divorce, a death, a
 * facility. It only writes down who; `settleTaken` works it out before anybody reads it. As owner of the tables.
 */
export async function retake(tx: Tx, projectId: bigint, whose: Whose): Promise<void> {
  const ids = 'personIds' in whose ? whose.personIds : whose.householdIds;
  if (ids.length === 0) return;
  await tx.query(
    `insert into village.retake_due (project_id, person_id, entity_id)
     select distinct m.project_id, m.person_id, m.entity_id from village.member m
     where m.project_id = $1 and ${'personIds' in whose ? sameHousehold : 'm.household_id = any($2::text[])'}
     on conflict do nothing`,
    [projectId, ids],
  );
}

/** What is owed by one counts for all of a household. */
const sameHousehold = `m.household_id in (select household_id from village.member where project_id = $1 and person_id = any($2::text[]))`;
