/** The reviewer's page: everything a reviewer can do, each by the session of the device. */
import { record } from '#platform/audit/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { VillageDeps } from '../../deps.ts';
import type { Answer, AnswersTaken } from '../contract.ts';
import { takeAnswers } from '../answer.ts';
import { findReviewing, swearIn } from '../reviewers.ts';
import type { ReviewSession as Page, ReviewSheet } from './contract.ts';
import { readSession, readSheet } from './page.ts';
import { closeReviewSession, enterByCode, useReviewSession } from './session.ts';
import type { ReviewSession } from './session.ts';

type Token = string | undefined;

export function createReviewPage(deps: VillageDeps) {
  const read = (token: Token): Promise<ReviewSession> => useReviewSession(deps, token, null);
  const act = (token: Token, csrf: string | undefined): Promise<ReviewSession> => useReviewSession(deps, token, { given: csrf });
  return {
    /** Refuses: code_wrong. */
    async enter(reviewerId: bigint, code: string): Promise<string> {
      const token = await enterByCode(deps, reviewerId, code);
      await note(deps, await read(token), 'reviewer.enter');
      return token;
    },

    /** Refuses: review_signed_out, project_not_open. */
    session: async (token: Token): Promise<Page> => readSession(deps, await read(token)),

    /** Refuses: review_signed_out, review_csrf. */
    async leave(token: Token, csrf: string | undefined): Promise<void> {
      const review = await act(token, csrf);
      await withOwner(deps.db, (tx) => closeReviewSession(tx, token));
      await note(deps, review, 'reviewer.leave');
    },

    /** Refuses: review_signed_out, review_csrf, project_not_open, oath_changed. */
    async swear(token: Token, csrf: string | undefined, textHash: string): Promise<Page> {
      const review = await act(token, csrf);
      await withOwner(deps.db, async (tx) => swearIn(deps, tx, await findReviewing(tx, review.reviewerId), textHash));
      await note(deps, review, 'reviewer.swear');
      return readSession(deps, review);
    },

    /** Refuses: review_signed_out, project_not_open. */
    async sheet(token: Token): Promise<ReviewSheet> {
      const review = await read(token);
      const sheet = await readSheet(deps, review);
      await note(deps, review, 'reviewer.sheet', { people: sheet.asked });
      return sheet;
    },

    /** Refuses: review_signed_out, review_csrf, reviewer_not_sworn, project_not_open; single answers in what is returned. */
    async answer(token: Token, csrf: string | undefined, items: readonly Answer[]): Promise<AnswersTaken> {
      const review = await act(token, csrf);
      return takeAnswers(deps, review.session, { reviewerId: review.reviewerId, channel: 'app', takenBy: null, items });
    },
  };
}

function note({ db }: VillageDeps, review: ReviewSession, action: string, detail?: Record<string, unknown>): Promise<void> {
  const { entityId, session, reviewerId } = review;
  const entry = { entityId, actorId: session.actorId, action, subjectKind: 'reviewer', subjectId: `R${reviewerId}` };
  return withOwner(db, (tx) => record(tx, { ...entry, ...(detail === undefined ? {} : { detail }) }));
}
