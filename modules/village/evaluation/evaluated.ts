/** What answers come to, written down: made anew for some people whenever an answer, a weight, a panel or a settlement changes. As owner. */
import type { Tx } from '#platform/postgres/index.ts';
import { readDetail } from '#modules/population/index.ts';
import { recordLimits } from '../limits/record.ts';
import { refreshStages } from '../progress/stages.ts';
import type { VillageDeps } from '../deps.ts';
import type { Project } from '../projects/open-project.ts';
import { comeTo, isHardOnRecord } from './aggregate.ts';
import type { ComesTo, Vote } from './aggregate.ts';

interface PersonRow {
  person_id: string;
  household_id: string;
  grid_code: string;
  before: string | null;
  settled_as: 'cleared' | 'excluded' | null;
  settled_votes: number | null;
}

interface VoteRow {
  person_id: string;
  reviewer_id: bigint;
  round: number;
  knows: Vote['knows'];
  suggested_fen: bigint | null;
  kinds: string[];
  reliability: string | null;
}

/** Reads the votes of these people that count, decides, and writes evaluated rows, limits and stages in the caller's transaction. */
export async function renewEvaluated(
  { clock }: Pick<VillageDeps, 'clock'>,
  tx: Tx,
  project: Project,
  persons: readonly string[],
  by: string,
): Promise<void> {
  if (persons.length === 0) return;
  const people = await readPeople(tx, project.project_id, persons);
  const votes = Map.groupBy(await readVotes(tx, project.project_id, persons), (row) => row.person_id);
  const open = await readOpen(tx, project.project_id, persons);
  const records = await readRecords(tx, project, votes);
  const made = people.flatMap((person) => {
    const given = votes.get(person.person_id) ?? [];
    // Nobody has said anything, and nobody ever had: there is nothing to write down.
    if (given.length === 0 && person.before === null) return [];
    const cast = given.map((row) => voteOf(project, row));
    const newest = Math.max(1, ...cast.map((vote) => vote.round));
    const settled = person.settled_as === null ? null : { as: person.settled_as, votes: person.settled_votes ?? 0 };
    const asked = { votes: cast, open: open.get(`${person.person_id} ${newest}`) ?? 0, hasRecord: records.has(person.person_id), settled };
    return [{ person, come: comeTo(project.rules, asked) }];
  });
  if (made.length === 0) return;
  const at = clock.now().toString();
  await writeEvaluated(tx, project, made, at);
  await recordLimits(
    tx,
    made.flatMap(({ person, come }) => limitOf(project, person, come)),
    by,
    at,
  );
  await refreshStages(
    tx,
    project.project_id,
    [...new Set(made.map(({ person }) => person.household_id))],
    clock.today().toString(),
    'answers',
  );
}

const readPeople = (tx: Tx, projectId: bigint, persons: readonly string[]): Promise<PersonRow[]> =>
  tx.prepared<PersonRow>(
    `select m.person_id, m.household_id, h.grid_code, e.outcome as before, e.settled_as, e.settled_votes
     from village.member m join village.household h using (project_id, household_id)
     left join village.evaluated e on e.project_id = m.project_id and e.person_id = m.person_id
     where m.project_id = $1 and m.person_id = any ($2::text[]) order by m.person_id`,
    [projectId, persons],
  );

const readVotes = (tx: Tx, projectId: bigint, persons: readonly string[]): Promise<VoteRow[]> =>
  tx.prepared<VoteRow>(
    `select e.person_id, e.reviewer_id, e.round, e.knows, e.suggested_fen, e.kinds, q.reliability
     from village.evaluation e
     join village.group_round g on g.project_id = e.project_id and g.round = e.round and g.grid_code = e.grid_code and g.attempt = e.attempt
     left join village.reviewer_quality q on q.project_id = e.project_id and q.reviewer_id = e.reviewer_id
     where e.project_id = $1 and e.person_id = any ($2::text[])`,
    [projectId, persons],
  );

async function readOpen(tx: Tx, projectId: bigint, persons: readonly string[]): Promise<Map<string, number>> {
  const rows = await tx.prepared<{ person_id: string; round: number; n: number }>(
    `select s.person_id, s.round, count(*)::int as n from village.sheet_row s
     join village.group_round g on g.project_id = s.project_id and g.round = s.round and g.grid_code = s.grid_code and g.attempt = s.attempt
     where s.project_id = $1 and s.person_id = any ($2::text[]) and g.state = 'rating' and s.answered_at is null and s.recusal is null
     group by 1, 2`,
    [projectId, persons],
  );
  return new Map(rows.map((row) => [`${row.person_id} ${row.round}`, row.n]));
}

/** Where the project weighs its reviewers, an answer of one who fell below the line counts as much as the reviewer is believed. */
function voteOf({ rules: { settings } }: Project, row: VoteRow): Vote {
  const reliability = row.reliability === null ? 1 : Number(row.reliability);
  const isBelow = settings.weighs_reviewers && reliability * 1000 < settings.quality.reliability_under;
  return {
    reviewerId: String(row.reviewer_id),
    round: row.round,
    knows: row.knows,
    suggestedFen: row.suggested_fen,
    kinds: row.kinds,
    weight: isBelow ? Math.max(reliability, 0.001) : 1,
  };
}

/** People about whom a reviewer named a kind that a public record bears out. */
async function readRecords(tx: Tx, { entity_id, rules }: Project, votes: ReadonlyMap<string, readonly VoteRow[]>): Promise<Set<string>> {
  const wanted = new Map<string, Set<string>>();
  for (const [person, rows] of votes) {
    const kinds = rows.flatMap((row) => row.kinds).map((kind) => rules.exclusions[kind]);
    const records = kinds.flatMap((kind) => (kind !== undefined && isHardOnRecord(kind) ? kind.records : []));
    if (records.length > 0) wanted.set(person, new Set(records));
  }
  if (wanted.size === 0) return new Set();
  const rows = await tx.query<{ person_id: string; document: string }>(
    'select person_id, document from population.person_detail where entity_id = $1 and person_id = any ($2::text[])',
    [entity_id, [...wanted.keys()]],
  );
  const found = rows.filter((row) => recordsIn(row.document).some((record) => wanted.get(row.person_id)?.has(record)));
  return new Set(found.map((row) => row.person_id));
}

/** Entries of the bank's black and grey lists, and of the court's file: penalties whenever they were, all else while it is open. */
function recordsIn(document: string): string[] {
  const { lists, court } = readDetail(document);
  const listed = lists.filter((entry) => entry.kind !== 'aml').map((entry) => `list_${entry.type}`);
  const judged = court
    .filter((entry) => entry.status === 'open' || entry.kind.startsWith('penalty_'))
    .map((entry) => `court_${entry.kind}`);
  return [...listed, ...judged];
}

interface Made {
  readonly person: PersonRow;
  readonly come: ComesTo;
}

const limitOf = (project: Project, person: PersonRow, come: ComesTo) => {
  const isThere = come.outcome === 'evaluated' && come.evaluatedFen !== null;
  if (!isThere && person.before !== 'evaluated') return [];
  return [
    {
      projectId: project.project_id,
      personId: person.person_id,
      entityId: project.entity_id,
      gridCode: person.grid_code,
      kind: 'evaluated' as const,
      amountFen: isThere ? come.evaluatedFen : null,
      source: { round: come.round, valid: come.valid, method: come.method, outcome: come.outcome },
    },
  ];
};

async function writeEvaluated(tx: Tx, project: Project, made: readonly Made[], at: string): Promise<void> {
  await tx.prepared(
    `insert into village.evaluated (project_id, person_id, household_id, entity_id, grid_code, round, answers, valid, evaluated_fen, dispersion,
       outcome, kinds, inputs, steps, computed_at)
     select $1, m.person_id, m.household_id, $2, m.grid_code, m.round, m.answers, m.valid, m.evaluated_fen, m.dispersion, m.outcome, m.kinds, m.inputs,
       m.steps, $3
     from unnest($4::text[], $5::text[], $6::text[], $7::smallint[], $8::smallint[], $9::smallint[], $10::bigint[], $11::numeric[], $12::text[],
       $13::jsonb[], $14::jsonb[], $15::jsonb[])
       as m (person_id, household_id, grid_code, round, answers, valid, evaluated_fen, dispersion, outcome, kinds, inputs, steps)
     on conflict (project_id, person_id) do update set household_id = excluded.household_id, grid_code = excluded.grid_code, round = excluded.round,
       answers = excluded.answers, valid = excluded.valid, evaluated_fen = excluded.evaluated_fen, dispersion = excluded.dispersion,
       outcome = excluded.outcome, kinds = excluded.kinds, inputs = excluded.inputs, steps = excluded.steps, computed_at = excluded.computed_at`,
    [
      project.project_id,
      project.entity_id,
      at,
      made.map(({ person }) => person.person_id),
      made.map(({ person }) => person.household_id),
      made.map(({ person }) => person.grid_code),
      made.map(({ come }) => come.round),
      made.map(({ come }) => come.answers),
      made.map(({ come }) => come.valid),
      made.map(({ come }) => (come.outcome === 'evaluated' ? come.evaluatedFen : null)),
      made.map(({ come }) => come.dispersion),
      made.map(({ come }) => come.outcome),
      made.map(({ come }) => JSON.stringify(come.kinds)),
      made.map(({ come }) => JSON.stringify(come.inputs)),
      made.map(({ come }) => JSON.stringify(come.steps)),
    ],
  );
}
