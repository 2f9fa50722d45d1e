/** Evaluation 评议: reviewers, panels, sheets, answers, what they come to, settling, quality, acceptance; and the reviewer's own page. */
import { refuse } from '#platform/http/index.ts';
import { record } from '#platform/audit/index.ts';
import { withOwner, withSession } from '#platform/postgres/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import type { VillageDeps } from '../deps.ts';
import { openProject, readProject } from '../projects/open-project.ts';
import type { Project } from '../projects/open-project.ts';
import { decideAcceptance, drawAcceptance, readAcceptance } from './acceptance.ts';
import { takeAnswers } from './answer.ts';
import { evaluationRefusals } from './contract.ts';
import type { Acceptance, Answer, AnswersTaken, DecideAcceptance, Outcome, PaperTaken, RegisterReviewer } from './contract.ts';
import { renewEvaluated } from './evaluated.ts';
import { countChannels, listEvaluated, listGroups, listReviewers, readFees, readWhoSaid } from './lists.ts';
import { createReviewPage } from './page/index.ts';
import type { ReviewSheet } from './page/contract.ts';
import { readSheetForStaff } from './page/page.ts';
import { openReviewSession } from './page/session.ts';
import { cellOf, readPaper, writePaper } from './paper.ts';
import type { PaperRow } from './paper.ts';
import { askMore, renewSheet, setPanel } from './panel.ts';
import type { Place } from './panel.ts';
import { isWithin } from './place.ts';
import { renewQuality } from './quality.ts';
import { dismissReviewer, findWorking, giveCode, hashOfOath, registerReviewer, sayRecusal, swearIn } from './reviewers.ts';
import { settle } from './settle.ts';

export type Evaluation = ReturnType<typeof createEvaluation>;
interface Paging {
  readonly grid?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export function createEvaluation(deps: VillageDeps) {
  const { db } = deps;
  const owner = <Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> => withOwner(db, work);
  /** A list of one project, read as the reader. Refuses: project_unknown. */
  const reading = <Result>(session: Session, projectId: bigint, read: (tx: Tx, project: Project) => Promise<Result>): Promise<Result> =>
    withSession(db, session, async (tx) => read(tx, await readProject(tx, session.entityId, projectId)));
  /** Whoever is on the group's sheet: a row more or less changes what their answers come to. */
  const renewGroup = async (tx: Tx, session: Session, project: Project, gridCode: string): Promise<void> =>
    renewEvaluated(deps, tx, project, await evaluatedIn(tx, project.project_id, gridCode), session.actorId);

  return {
    page: createReviewPage(deps),

    reviewers: (session: Session, projectId: bigint, paging: Paging) =>
      reading(session, projectId, async (tx, project) => ({
        ...(await listReviewers(tx, project, paging)),
        oath: project.rules.settings.oath,
        oath_hash: hashOfOath(project.rules.settings),
      })),
    qualifications: (session: Session, projectId: bigint) =>
      reading(session, projectId, async (_tx, { rules }) => ({
        items: Object.entries(rules.settings.qualifications).map(([code, name]) => ({ code, name })),
      })),
    fees: (session: Session, projectId: bigint, grid: string | undefined) =>
      reading(session, projectId, (tx, project) => readFees(tx, project, grid)),
    channels: (session: Session, projectId: bigint, grid: string | undefined) =>
      reading(session, projectId, (tx, project) => countChannels(tx, project, grid)),
    groups: (session: Session, projectId: bigint, round: number, paging: Paging) =>
      reading(session, projectId, async (tx, project) => {
        const { reviewers, least_outside_committee, households_per_reviewer } = project.rules.settings.panel;
        const panel = { reviewers, least_outside_committee, households_per_reviewer };
        return { ...(await listGroups(tx, project, round, paging)), panel, rounds: project.rounds };
      }),
    evaluated: (session: Session, projectId: bigint, paging: Paging & { outcome?: Outcome | undefined }) =>
      reading(session, projectId, (tx, project) => listEvaluated(tx, project, paging)),
    /** Refuses: project_unknown, person_unknown. */
    whoSaid: (session: Session, projectId: bigint, personId: string) =>
      reading(session, projectId, (tx, project) => readWhoSaid(tx, project, personId)),

    /** Refuses: what `registerReviewer` refuses. */
    register: (session: Session, projectId: bigint, body: RegisterReviewer): Promise<bigint> =>
      owner((tx) => registerReviewer(deps, tx, session, projectId, body)),
    /** In front of staff. Refuses: reviewer_unknown, reviewer_dismissed, project_not_open, oath_changed. */
    swearIn: (session: Session, reviewerId: bigint, textHash: string): Promise<void> =>
      owner(async (tx) => swearIn(deps, tx, await findWorking(tx, session, reviewerId), textHash)),
    /** Refuses: reviewer_unknown, reviewer_dismissed, project_not_open. */
    dismiss: (session: Session, reviewerId: bigint, reason: string): Promise<void> =>
      owner(async (tx) => {
        const reviewer = await findWorking(tx, session, reviewerId);
        const project = await openProject(tx, session.entityId, reviewer.project_id);
        await renewEvaluated(deps, tx, project, await dismissReviewer(tx, reviewer, reason), session.actorId);
      }),
    /** Refuses: reviewer_unknown, reviewer_dismissed, project_not_open, household_elsewhere. */
    sayRecusal: (session: Session, reviewerId: bigint, said: { householdId: string; why: string }): Promise<void> =>
      owner(async (tx) => {
        const reviewer = await findWorking(tx, session, reviewerId);
        const project = await openProject(tx, session.entityId, reviewer.project_id);
        await renewEvaluated(deps, tx, project, await sayRecusal(deps, tx, session, reviewer, said), session.actorId);
      }),
    /** Refuses: reviewer_unknown, reviewer_dismissed. */
    giveCode: (session: Session, reviewerId: bigint) => owner(async (tx) => giveCode(deps, tx, await findWorking(tx, session, reviewerId))),

    /**
     * The device passes from staff to a reviewer: the session of staff ends before the reviewer's begins, so that no way leads back but signing in.
     * Refuses: reviewer_unknown, reviewer_dismissed, project_not_open.
     */
    async handOver(session: Session, staffToken: string, reviewerId: bigint): Promise<string> {
      const reviewer = await owner(async (tx) => {
        const found = await findWorking(tx, session, reviewerId);
        await openProject(tx, session.entityId, found.project_id);
        return found;
      });
      await deps.endStaffSession(staffToken);
      return owner(async (tx) => {
        const opening = { entityId: session.entityId, reviewerId, projectId: reviewer.project_id, openedBy: session.actorId };
        await record(tx, {
          entityId: session.entityId,
          actorId: session.actorId,
          action: 'reviewer.hand_over',
          subjectKind: 'reviewer',
          subjectId: `R${reviewerId}`,
        });
        return openReviewSession(tx, opening, deps.clock.now());
      });
    },

    /** Refuses: what `setPanel` refuses. */
    setPanel: (session: Session, place: Place, panel: { reviewers: readonly bigint[]; dueOn: string | null }) =>
      owner(async (tx) => {
        const { project, ...made } = await setPanel(deps, tx, session, place, panel);
        await renewGroup(tx, session, project, place.gridCode);
        return made;
      }),
    /** Refuses: what `renewSheet` refuses. */
    renewSheet: (session: Session, place: Place) =>
      owner(async (tx) => {
        const { project, ...made } = await renewSheet(tx, session, place);
        await renewGroup(tx, session, project, place.gridCode);
        return made;
      }),
    /** Refuses: what `askMore` refuses. */
    askMore: (session: Session, place: Place, asked: { reviewerId: bigint; persons: readonly string[] }) =>
      owner(async (tx) => {
        const { project, ...made } = await askMore(tx, session, place, asked);
        await renewEvaluated(deps, tx, project, asked.persons, session.actorId);
        return made;
      }),

    /** What a reviewer said at a meeting or on the phone. Refuses: what `takeAnswers` refuses. */
    keyAnswers: (
      session: Session,
      reviewerId: bigint,
      said: { channel: 'meeting' | 'phone'; items: readonly Answer[]; place?: string; heldAt?: string },
    ): Promise<AnswersTaken> => {
      const { channel, place, heldAt } = said;
      const items = said.items.map((item) => ({ ...item, ...(heldAt === undefined ? {} : { answered_at: item.answered_at ?? heldAt }) }));
      return takeAnswers(deps, session, { reviewerId, channel, takenBy: session.actorId, place, items });
    },
    /** What the reviewer is asked, for whoever types it in. Refuses: reviewer_unknown, reviewer_dismissed, project_not_open. */
    keyedSheet: async (session: Session, reviewerId: bigint): Promise<ReviewSheet> => {
      const reviewer = await owner((tx) => findWorking(tx, session, reviewerId));
      return readSheetForStaff(deps, session, { projectId: reviewer.project_id, reviewerId });
    },

    /** A blank sheet to be filled in on paper. Refuses: reviewer_unknown, reviewer_dismissed, project_unknown. */
    paperFile: (session: Session, reviewerId: bigint, round: number): Promise<Buffer> => writePaperOf(deps, session, reviewerId, round),
    /** Refuses: reviewer_unknown, reviewer_dismissed, file_unreadable, and what `takeAnswers` refuses. */
    takePaper: (session: Session, reviewerId: bigint, given: { round: number; file: Buffer }): Promise<PaperTaken> =>
      takePaper(deps, session, reviewerId, given),

    /** Refuses: what `settle` refuses. */
    settle: (session: Session, who: { projectId: bigint; personId: string }, given: { as: 'cleared' | 'excluded'; evidence: string }) =>
      owner((tx) => settle(deps, tx, session, who, given)),

    /** Refuses: project_unknown, project_not_open, group_unknown. */
    renewQuality: (session: Session, projectId: bigint, village: string) =>
      owner(async (tx) => {
        const project = await openProject(tx, session.entityId, projectId);
        if (!isWithin(session, village)) throw refuse(evaluationRefusals, 'group_unknown', { zh: village, en: village });
        return renewQuality(deps, tx, project, village, session.actorId);
      }),

    /** Reviewers are looked at with the sample. Refuses: what `drawAcceptance` refuses. */
    drawAcceptance: (session: Session, place: Place): Promise<bigint> =>
      owner(async (tx) => {
        const id = await drawAcceptance(deps, tx, session, place);
        const project = await openProject(tx, session.entityId, place.projectId);
        await renewQuality(deps, tx, project, place.gridCode.slice(0, 12), session.actorId);
        return id;
      }),
    /** Refuses: acceptance_unknown. */
    acceptance: (session: Session, acceptanceId: bigint): Promise<Acceptance> =>
      withSession(db, session, (tx) => readAcceptance(tx, (id) => readProject(tx, session.entityId, id), acceptanceId)),
    /** Refuses: what `decideAcceptance` refuses. */
    decideAcceptance: (session: Session, acceptanceId: bigint, body: DecideAcceptance): Promise<'passed' | 'failed'> =>
      owner((tx) => decideAcceptance(deps, tx, session, acceptanceId, body)),
  };
}

async function evaluatedIn(tx: Tx, projectId: bigint, gridCode: string): Promise<string[]> {
  const rows = await tx.query<{ person_id: string }>(
    'select person_id from village.evaluated where project_id = $1 and grid_code = $2 order by 1',
    [projectId, gridCode],
  );
  return rows.map((row) => row.person_id);
}

/** As the reader sees the sheet: rows the reviewer steps aside for are left out, and so are those answered already. */
async function writePaperOf({ db, clock }: VillageDeps, session: Session, reviewerId: bigint, round: number): Promise<Buffer> {
  const reviewer = await withOwner(db, (tx) => findWorking(tx, session, reviewerId));
  return withSession(db, session, async (tx) => {
    const project = await readProject(tx, session.entityId, reviewer.project_id);
    const rows = await tx.query<PaperRow>(
      `select s.person_id, s.household_id, s.name, s.sex, s.relation from village.sheet_row s
       join village.group_round g using (project_id, round, grid_code, attempt)
       where s.reviewer_id = $1 and s.round = $2 and g.state = 'rating' and s.recusal is null and s.answered_at is null order by s.grid_code, s.position`,
      [reviewerId, round],
    );
    const head = { reviewer: `${reviewer.name} R${reviewerId}`, place: reviewer.grid_code, round, day: clock.today().toString() };
    return writePaper(project.rules, head, rows);
  });
}

const itemsAtOnce = 200;

async function takePaper(
  deps: VillageDeps,
  session: Session,
  reviewerId: bigint,
  { round, file }: { round: number; file: Buffer },
): Promise<PaperTaken> {
  const { rules } = await withOwner(deps.db, async (tx) => {
    const reviewer = await findWorking(tx, session, reviewerId);
    return openProject(tx, session.entityId, reviewer.project_id);
  });
  const { rows, answers, faults } = await readPaper(rules, { reviewerId, round }, file);
  const rowOf = new Map(answers.map(({ row, answer }) => [answer.evaluation_id, row]));
  let taken = 0;
  for (let at = 0; at < answers.length; at += itemsAtOnce) {
    const items = answers.slice(at, at + itemsAtOnce).map(({ answer }) => answer);
    const { accepted, refused } = await takeAnswers(deps, session, { reviewerId, channel: 'paper', takenBy: session.actorId, items });
    taken += accepted.length;
    for (const { evaluation_id, places, zh, en } of refused) {
      const row = rowOf.get(evaluation_id) ?? 0;
      const named =
        places.length === 0 ? [{ place: `A${row}`, zh, en }] : places.map((one) => ({ ...one, place: cellOf(rules, row, one.place) }));
      faults.push(...named);
    }
  }
  return { rows, taken, faults };
}
