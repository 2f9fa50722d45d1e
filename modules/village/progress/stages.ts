/** How far households have come, worked out again from what really happened to them. */
import type { Tx } from '#platform/postgres/index.ts';

/** As people say them, in their order; the number is what tables hold. */
export const stageNumbers = { collected: 1, filed: 2, evaluated: 3, visited: 4, granted: 5, signed: 6, used: 7 } as const;

export const excludedNumber = 0;
/** Answered in a round of evaluation, and determined by the branch: counted like stages, shown as finer counts. */
export const roundNumber = (round: number): number => 30 + round;
export const determinedNumber = 45;
/** Whom the village has spoken about waits for a visit until one counts: what the list of visits counts. */
export const visitNumbers = { due: 46, done: 47 } as const;

/** What happened to households: only the stages that follow from it are worked out anew. */
export const causes = {
  /** Who is in the pool, who lives there, who keeps it: everything about a household follows from that. */
  pool: null,
  answers: [stageNumbers.evaluated, ...[1, 2, 3, 4, 5].map(roundNumber), ...Object.values(visitNumbers)],
  visit: [stageNumbers.visited, ...Object.values(visitNumbers)],
  determination: [determinedNumber],
  /** A grant, a signature, a draw, a repayment. */
  grant: [stageNumbers.granted, stageNumbers.signed, stageNumbers.used],
} as const satisfies Record<string, readonly number[] | null>;
export type Cause = keyof typeof causes;

/**
 * Works out the stages of these households anew, and with them the counters. Set-based: one household or a county, in one statement.
 * An excluded household has reached nothing but that, and one that was merged into another nothing at all: neither counts among the collected.
 * What a household keeps was reached on the day on which it was first seen to be.
 * As owner of the tables, in the transaction that changed the truth. `on`: the bank's day.
 */
export async function refreshStages(
  tx: Tx,
  projectId: bigint,
  householdIds: readonly string[] | 'all',
  on: string,
  cause: Cause = 'pool',
): Promise<void> {
  if (householdIds === 'all') {
    await tx.prepared(holdOf(cause, ''), [projectId]);
    await tx.prepared(refreshOf(cause, ''), [projectId, on]);
    return;
  }
  if (householdIds.length === 0) return;
  // The lock comes first and by itself: the statement after it sees what the one who held it has committed.
  await tx.prepared(holdOf(cause, 'and household_id = any($2::text[])'), [projectId, householdIds]);
  await tx.prepared(refreshOf(cause, 'and household_id = any($3::text[])'), [projectId, on, householdIds]);
}

/** The village a household lies in; where it may have moved, the one it is still counted in as well. */
const holdOf = (cause: Cause, these: string): string => `
  select village.hold_villages($1, array_agg(grid_code)) from (
    select grid_code from village.household where project_id = $1 ${these}
    ${cause === 'pool' ? `union select grid_code from village.household_stage where project_id = $1 ${these}` : ''}) as place`;

function isVisitedSql(of: 'pool' | 'person'): string {
  return `exists (select from village.visit v where v.project_id = $1 and v.household_id = ${of}.household_id and v.faults = '{}')`;
}

/** What is true, by household: stage, people, amount. */
const truths = {
  pool: `
    select household_id, 0, members, 0 from known where state = 'excluded'
    union all
    select household_id, 1, coalesce(people.living, 0), 0 from pool left join people using (household_id)
    union all
    select household_id, 2, coalesce(people.living, 0), 0 from pool left join people using (household_id) where is_filed`,
  answers: `
    select person.household_id, 30 + answer.round, count(distinct person.person_id), 0
    from person join village.evaluation answer on answer.project_id = $1 and answer.person_id = person.person_id and answer.knows = 'yes'
    left join village.group_round of_group
      on (of_group.project_id, of_group.round, of_group.grid_code) = (answer.project_id, answer.round, answer.grid_code)
    where answer.attempt = coalesce(of_group.attempt, 1)
    group by 1, 2
    union all
    select person.household_id, 3, count(*), 0
    from person join village.evaluated done on done.project_id = $1 and done.person_id = person.person_id
      and done.outcome in ('evaluated', 'manual', 'excluded')
    group by 1`,
  visit: `
    select household_id, 4, coalesce(people.asked, 0), 0 from pool left join people using (household_id)
    where ${isVisitedSql('pool')}`,
  list: `
    select person.household_id, case when ${isVisitedSql('person')} then 47 else 46 end, 1, 0
    from person join village.evaluated word on word.project_id = $1 and word.person_id = person.person_id and word.outcome in ('evaluated', 'manual')
    where person.part = 'subject' and person.presence = 'present'`,
  determination: `
    select household_id, 45, count(*), sum(word.determined_fen)
    from person cross join lateral (
      select determined_fen from village.determination spoken where spoken.project_id = $1 and spoken.person_id = person.person_id
      order by determination_id desc limit 1) as word
    group by 1`,
  grant: `
    select household_id, 5, count(*), sum(limit_fen) from granted group by 1
    union all
    -- Signed for once, whatever became of the limit since.
    select granted.household_id, 6, count(*), sum(facility.limit_fen)
    from granted join servicing.facility facility using (facility_id)
    where facility.state in ('active', 'frozen')
      or exists (select from servicing.event sign where sign.facility_id = facility.facility_id and sign.kind = 'facility.sign')
    group by 1
    union all
    select granted.household_id, 7, count(*), sum(drawn.owed_fen)
    from granted cross join lateral (
      select coalesce(sum(normal_principal_fen + overdue_principal_fen) filter (where state = 'active'), 0) as owed_fen
      from servicing.loan where loan.facility_id = granted.facility_id having count(*) > 0) as drawn
    group by 1`,
} as const;

/** What follows from each cause, as its stages say. */
const following: Readonly<Record<Cause, readonly (keyof typeof truths)[]>> = {
  pool: ['pool', 'answers', 'visit', 'list', 'determination', 'grant'],
  answers: ['answers', 'list'],
  visit: ['visit', 'list'],
  determination: ['determination'],
  grant: ['grant'],
};

const truthOf = (cause: Cause): string => following[cause].map((name) => truths[name]).join('\n    union all');

function refreshOf(cause: Cause, these: string): string {
  const stages = causes[cause];
  const those = stages === null ? '' : `and stage in (${stages.join(', ')})`;
  return `
  with known as materialized (
    select household_id, entity_id, grid_code, coalesce(manager_id, '') as manager_id, is_filed, members, state from village.household
    where project_id = $1 and state <> 'merged' ${these}),
  pool as (select * from known where state = 'in_pool'),
  person as materialized (
    select member.household_id, member.person_id, member.part, member.presence, member.presence <> 'deceased' as is_living
    from village.member member join pool using (household_id) where member.project_id = $1),
  people as (
    select household_id, count(*) filter (where is_living) as living, count(*) filter (where is_living and part <> 'listed') as asked
    from person group by household_id),
  -- The newest grant of a person, whatever batch it came with, unless it was taken back. Person by person: thousands are looked for among a county's
  -- grants at a time, and joined they were found by reading all of them.
  granted as materialized (
    select person.household_id, line.limit_fen, line.facility_id
    from person cross join lateral (
      select limit_fen, facility_id from village.batch_line granted
      where granted.project_id = $1 and granted.person_id = person.person_id and granted.state = 'granted'
      order by batch_id desc limit 1) as line),
  truth (household_id, stage, people, amount_fen) as (${truthOf(cause)}),
  gone as (
    delete from village.household_stage stage where project_id = $1 ${these} ${those}
      and not exists (select from truth where truth.household_id = stage.household_id and truth.stage = stage.stage))
  insert into village.household_stage as stage
    (project_id, household_id, stage, entity_id, grid_code, manager_id, people, amount_fen, reached_on)
  select $1, truth.household_id, truth.stage, known.entity_id, known.grid_code, known.manager_id, truth.people, truth.amount_fen, $2::date
  from truth join known using (household_id)
  on conflict (project_id, household_id, stage) do update set
    grid_code = excluded.grid_code, manager_id = excluded.manager_id, people = excluded.people, amount_fen = excluded.amount_fen
  where (stage.grid_code, stage.manager_id, stage.people, stage.amount_fen)
    is distinct from (excluded.grid_code, excluded.manager_id, excluded.people, excluded.amount_fen)`;
}
