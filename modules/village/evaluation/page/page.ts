/** What a reviewer sees: who they are here, and their sheet. The sheet is read as the reviewer, under row-level security. */
import { withOwner, withSession } from '#platform/postgres/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import type { VillageDeps } from '../../deps.ts';
import { openProject } from '../../projects/open-project.ts';
import type { Project } from '../../projects/open-project.ts';
import { hashOfOath } from '../reviewers.ts';
import type { ReviewSession as Page, ReviewSheet, SheetPerson } from './contract.ts';
import type { ReviewSession } from './session.ts';

type Deps = Pick<VillageDeps, 'db' | 'clock'>;

export async function readSession({ db }: Deps, review: ReviewSession): Promise<Page> {
  return withOwner(db, async (tx) => {
    const { rules } = await openProject(tx, review.entityId, review.projectId);
    const [row] = await tx.query<{ name: string; state: string; village: string | null; bank: string; grid_code: string }>(
      `select r.name, r.state, r.grid_code, n.name as village, e.short_name as bank from village.reviewer r
       join organization.entity e using (entity_id)
       left join population.grid_node n on n.entity_id = r.entity_id and n.grid_code = r.grid_code where r.reviewer_id = $1`,
      [review.reviewerId],
    );
    if (!row) throw new Error(`reviewer ${review.reviewerId} has a session and is not there`);
    return {
      reviewer_id: `R${review.reviewerId}`,
      name: row.name,
      village: row.village ?? row.grid_code,
      bank: row.bank,
      csrf: review.csrf,
      is_handed_over: review.openedBy !== null,
      is_sworn: row.state === 'sworn',
      oath: rules.settings.oath,
      oath_hash: hashOfOath(rules.settings),
      expires_at: review.expiresAt,
    };
  });
}

interface SheetRow {
  person_id: string;
  household_id: string;
  grid_code: string;
  round: number;
  attempt: number;
  hue: number;
  name: string;
  sex: 'M' | 'F' | null;
  birth_year: number | null;
  relation: string | null;
  is_recused: boolean;
  is_answered: boolean;
}

interface RoundRow {
  grid_code: string;
  round: number;
  attempt: number;
  due_on: string | null;
  is_open: boolean;
  place: string;
}

/** The same sheet before a member of staff who types in what the reviewer says. Refuses: project_unknown, project_not_open. */
export async function readSheetForStaff({ db, clock }: Deps, session: Session, reviewer: Asked): Promise<ReviewSheet> {
  const { project, rounds } = await withOwner(db, async (tx) => ({
    project: await openProject(tx, session.entityId, reviewer.projectId),
    rounds: await readRounds(tx, reviewer),
  }));
  // Under the staff member's own scope, which is their grid; the policy of reviewers is not theirs.
  const rows = await withSession(db, session, (tx) => readRows(tx, reviewer));
  return sheetOf(project, rounds, rows, clock.today().year);
}

export async function readSheet({ db, clock }: Deps, review: ReviewSession): Promise<ReviewSheet> {
  const { project, rounds } = await withOwner(db, async (tx) => ({
    project: await openProject(tx, review.entityId, review.projectId),
    rounds: await readRounds(tx, review),
  }));
  const rows = await withSession(db, review.session, (tx) => readRows(tx, review));
  return sheetOf(project, rounds, rows, clock.today().year);
}

function sheetOf(project: Project, rounds: readonly RoundRow[], rows: readonly SheetRow[], year: number): ReviewSheet {
  const groups = rounds.flatMap((round) => {
    const own = rows.filter((row) => row.grid_code === round.grid_code && row.round === round.round && row.attempt === round.attempt);
    if (own.length === 0) return [];
    const households = [...Map.groupBy(own, (row) => row.household_id)].map(([household, people]) => ({
      household,
      hue: people[0]?.hue ?? 0,
      people: people.map((row) => personOf(row, year)),
    }));
    return [
      { grid_code: round.grid_code, place: round.place, round: round.round, due_on: round.due_on, is_open: round.is_open, households },
    ];
  });
  const asked = groups.flatMap((group) => group.households.flatMap(({ people }) => people)).filter((person) => !person.is_recused);
  return { groups, ...wordsOf(project), asked: asked.length, answered: asked.filter((person) => person.is_answered).length };
}

type Asked = Pick<ReviewSession, 'projectId' | 'reviewerId'>;

/** Where the reviewer is asked, without a word about anybody. */
const readRounds = (tx: Tx, review: Asked): Promise<RoundRow[]> =>
  tx.query<RoundRow>(
    `select g.grid_code, g.round, g.attempt, g.due_on, g.state = 'rating' as is_open,
       coalesce(v.name, '') || ' ' || coalesce(n.name, right(g.grid_code, 2)) as place
     from village.group_round g
     left join population.grid_node n on n.entity_id = g.entity_id and n.grid_code = g.grid_code
     left join population.grid_node v on v.entity_id = g.entity_id and v.grid_code = left(g.grid_code, 12)
     where g.project_id = $1 and exists (select from village.sheet_row s where s.project_id = g.project_id and s.round = g.round
       and s.grid_code = g.grid_code and s.attempt = g.attempt and s.reviewer_id = $2)
     order by g.round, g.grid_code`,
    [review.projectId, review.reviewerId],
  );

const columns = `person_id, household_id, grid_code, round, attempt, hue, name, sex, birth_year, relation, recusal is not null as is_recused,
  answered_at is not null as is_answered`;

/** What keeps others' rows away is the policy; the condition leads to the own ones in a county's million. */
const readRows = (tx: Tx, { projectId, reviewerId }: Asked): Promise<SheetRow[]> =>
  tx.query<SheetRow>(
    `select ${columns} from village.sheet_row where project_id = $1 and reviewer_id = $2 order by round, grid_code, position`,
    [projectId, reviewerId],
  );

const personOf = (row: SheetRow, year: number): SheetPerson => ({
  person_id: row.person_id,
  name: row.name,
  sex: row.sex,
  age: row.birth_year === null ? null : year - row.birth_year,
  relation: row.relation,
  seed: row.person_id,
  is_recused: row.is_recused,
  is_answered: row.is_answered,
});

/** Kinds by their everyday wording; what the bank makes of each is not for this page. */
const wordsOf = ({ rules }: Project): Pick<ReviewSheet, 'form' | 'kinds' | 'suggestions_fen'> => ({
  form: rules.forms.evaluation,
  kinds: Object.entries(rules.exclusions).map(([code, { zh, en }]) => ({ code, zh, en })),
  suggestions_fen: rules.settings.suggestions_fen,
});
