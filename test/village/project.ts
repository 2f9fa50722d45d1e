/** A project with its panels, set up by the bank's people, ready for reviewers; and what came of their answers beside what was true. */
import { withOwner } from '#platform/postgres/index.ts';
import type { Caller } from '#platform/http/index.ts';
import type { Bank } from '#apps/bank.ts';
import type { Reviewing } from './evaluating.ts';
import type { Seat, World } from './world.ts';

export const seatsOfGroup = 3;

export interface People {
  /** Sets up: a branch head of everything that the project holds. */
  readonly head: Caller;
  /** Opens. */
  readonly second: Caller;
}

/** @returns the project, open; its pool is filled once `isFilled` says so. */
export async function openProjectOf(
  bank: Bank,
  { head, second }: People,
  given: { batch: string; grids: string[]; endsOn: string },
): Promise<bigint> {
  const { projects } = bank.villages;
  const projectId = await projects.setUp(head.session, {
    name: `整村授信 ${given.batch}`,
    batch_no: given.batch,
    grid_codes: given.grids,
    weighs_reviewers: true,
    ends_on: given.endsOn,
  });
  const proposalId = await projects.proposeOpening(head.session, projectId, '按年度计划推进', given.batch);
  await bank.change.approve(second, proposalId, '已核对');
  return projectId;
}

/** Groups whose pool is in place, in order. */
export async function groupsOf(bank: Bank, projectId: bigint): Promise<string[]> {
  const rows = await withOwner(bank.db, (tx) =>
    tx.query<{ grid_code: string }>('select distinct grid_code from village.household where project_id = $1 order by 1', [projectId]),
  );
  return rows.map(({ grid_code }) => grid_code);
}

/** Registers three reviewers for a group and names them its panel, unless they sit there already; gives each a code for the own phone. */
export async function seatPanel(bank: Bank, { head }: People, projectId: bigint, group: string, world: World): Promise<Reviewing[]> {
  const { evaluation } = bank.villages;
  const seats = Array.from({ length: seatsOfGroup }, (_, index) => world.seat(group, index));
  const seated = await seatedIn(bank, projectId, group);
  const ids = seated.length === seatsOfGroup ? seated : await registerPanel(bank, head, projectId, group, seats);
  const reviewing: Reviewing[] = [];
  for (const [index, seat] of seats.entries()) {
    const id = ids[index] ?? 0n;
    const { code } = await evaluation.giveCode(head.session, id);
    reviewing.push({ reviewerId: `R${id}`, code, seat });
  }
  return reviewing;
}

/** In the order of their seats. */
async function seatedIn(bank: Bank, projectId: bigint, group: string): Promise<bigint[]> {
  const rows = await withOwner(bank.db, (tx) =>
    tx.query<{ reviewer_id: bigint }>('select reviewer_id from village.panel where project_id = $1 and grid_code = $2 order by 1', [
      projectId,
      group,
    ]),
  );
  return rows.map(({ reviewer_id }) => reviewer_id);
}

async function registerPanel(bank: Bank, head: Caller, projectId: bigint, group: string, seats: readonly Seat[]): Promise<bigint[]> {
  const { evaluation } = bank.villages;
  const ids: bigint[] = [];
  for (const [index, { key }] of seats.entries()) {
    ids.push(
      await evaluation.register(head.session, projectId, {
        grid_code: group.slice(0, 12),
        person_id: null,
        name: `评议员${key}`,
        phone: null,
        qualification: index === 0 ? 'group_head' : 'party_member',
        is_committee: index === 0,
      }),
    );
  }
  await evaluation.setPanel(head.session, { projectId, round: 1, gridCode: group }, { reviewers: ids, dueOn: null });
  return ids;
}

export interface Found {
  /** Of the planted reviewers who answered enough to be judged, those with an alert; and of those with an alert, the planted ones. */
  readonly recall: number;
  readonly precision: number;
  readonly planted: number;
  readonly alerted: number;
}

/** Bad reviewers as the bank sees them beside those that were planted. */
export async function foundReviewers(bank: Bank, projectId: bigint, seats: ReadonlyMap<string, Seat>): Promise<Found> {
  const rows = await withOwner(bank.db, (tx) =>
    tx.query<{ reviewer: string; is_alerted: boolean }>(
      `select 'R' || reviewer_id as reviewer, cardinality(alerts) > 0 as is_alerted from village.reviewer_quality
       where project_id = $1 and valid >= 20`,
      [projectId],
    ),
  );
  const judged = rows.flatMap(({ reviewer, is_alerted }) => {
    const seat = seats.get(reviewer);
    return seat ? [{ is_alerted, isPlanted: seat.kind !== 'honest' }] : [];
  });
  const planted = judged.filter(({ isPlanted }) => isPlanted).length;
  const alerted = judged.filter(({ is_alerted }) => is_alerted).length;
  const both = judged.filter(({ is_alerted, isPlanted }) => is_alerted && isPlanted).length;
  return { planted, alerted, recall: both / planted, precision: both / alerted };
}

export interface Distance {
  readonly people: number;
  /** Mean of |ln(limit / truth)|: 0.10 is a tenth off. */
  readonly evaluated: number;
  readonly rawMean: number;
}

/** How far evaluated limits are from the truth, beside the plain mean of the same people's answers. */
export async function distanceFromTruth(bank: Bank, projectId: bigint, world: World): Promise<Distance> {
  const rows = await withOwner(bank.db, (tx) =>
    tx.query<{ person_id: string; evaluated: number; mean: number }>(
      `select v.person_id, v.evaluated_fen::float8 as evaluated, avg(e.suggested_fen)::float8 as mean
       from village.evaluated v join village.evaluation e using (project_id, person_id)
       where v.project_id = $1 and v.evaluated_fen > 0 and e.knows = 'yes' group by 1, 2 having avg(e.suggested_fen) > 0`,
      [projectId],
    ),
  );
  const off = (fen: number, person: string): number => Math.abs(Math.log(fen / world.truth(person).fen));
  const mean = (of: (row: (typeof rows)[number]) => number): number => rows.reduce((sum, row) => sum + of(row), 0) / rows.length;
  return {
    people: rows.length,
    evaluated: mean((row) => off(row.evaluated, row.person_id)),
    rawMean: mean((row) => off(row.mean, row.person_id)),
  };
}

export interface Kept {
  readonly answers: number;
  readonly people: number;
  readonly suggestedFen: bigint;
  /** People and reviewers with two rows. */
  readonly twice: number;
}

/** What the bank keeps, counted from the answers themselves. */
export async function keptAnswers(bank: Bank, projectId: bigint): Promise<Kept> {
  const [row] = await withOwner(bank.db, (tx) =>
    tx.query<{ answers: number; people: number; suggested: string; twice: number }>(
      `select count(*)::int as answers, count(distinct person_id)::int as people, coalesce(sum(suggested_fen), 0)::text as suggested,
         (count(*) - count(distinct (person_id, reviewer_id)))::int as twice
       from village.evaluation where project_id = $1`,
      [projectId],
    ),
  );
  if (!row) throw new Error('a count always answers');
  return { answers: row.answers, people: row.people, suggestedFen: BigInt(row.suggested), twice: row.twice };
}
