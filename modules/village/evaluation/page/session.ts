/** Sessions of reviewers: handed over by staff, or opened with a one-time code. They reach the reviewer's own routes and nothing else. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { refuse } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import type { VillageDeps } from '../../deps.ts';
import { codeRules, hashOfCode } from '../reviewers.ts';
import { reviewRefusals } from './contract.ts';

/** A tablet that lies about ends by itself; an evening's work does not outlast the day. */
const idleMinutes = 30;
const longestHours = 8;

export interface ReviewSession {
  readonly reviewerId: bigint;
  readonly projectId: bigint;
  readonly entityId: string;
  readonly csrf: string;
  readonly openedBy: string | null;
  readonly expiresAt: string;
  /** No role, no part of the grid: what it sees it sees by the policies named own_rows. */
  readonly session: Session;
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

export interface Opening {
  readonly entityId: string;
  readonly reviewerId: bigint;
  readonly projectId: bigint;
  readonly openedBy: string | null;
}

/** The token itself is nowhere stored. */
export async function openReviewSession(
  tx: Tx,
  { entityId, reviewerId, projectId, openedBy }: Opening,
  at: Temporal.Instant,
): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await tx.query('delete from village.reviewer_session where expires_at < $1', [at.toString()]);
  await tx.query(
    `insert into village.reviewer_session (token_hash, csrf_token, entity_id, reviewer_id, project_id, opened_by, created_at, seen_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $7, $8)`,
    [
      hashOf(token),
      randomBytes(24).toString('base64url'),
      entityId,
      reviewerId,
      projectId,
      openedBy,
      at.toString(),
      at.add({ hours: longestHours }).toString(),
    ],
  );
  return token;
}

interface Row {
  reviewer_id: bigint;
  project_id: bigint;
  entity_id: string;
  csrf_token: string;
  opened_by: string | null;
  expires_at: string;
  is_stale: boolean;
}

/** Refuses: review_signed_out, also once the reviewer was dismissed; review_csrf when `csrf` is asked for and another came. */
export async function useReviewSession(
  { db, clock }: Pick<VillageDeps, 'db' | 'clock'>,
  token: string | undefined,
  csrf: { given: string | undefined } | null,
): Promise<ReviewSession> {
  if (token === undefined) throw refuse(reviewRefusals, 'review_signed_out');
  const now = clock.now();
  const row = await withOwner(db, async (tx) => {
    const [found] = await tx.prepared<Row>(
      `select s.reviewer_id, s.project_id, s.entity_id, s.csrf_token, s.opened_by, s.expires_at, s.seen_at < $3::timestamptz - interval '1 minute' as is_stale
       from village.reviewer_session s join village.reviewer r using (reviewer_id)
       where s.token_hash = $1 and s.expires_at > $3 and s.seen_at > $2 and r.state <> 'dismissed'`,
      [hashOf(token), now.subtract({ minutes: idleMinutes }).toString(), now.toString()],
    );
    if (found?.is_stale) {
      await tx.query('update village.reviewer_session set seen_at = $2 where token_hash = $1', [hashOf(token), now.toString()]);
    }
    return found;
  });
  if (!row) throw refuse(reviewRefusals, 'review_signed_out');
  if (csrf !== null && csrf.given !== row.csrf_token) throw refuse(reviewRefusals, 'review_csrf');
  return {
    reviewerId: row.reviewer_id,
    projectId: row.project_id,
    entityId: row.entity_id,
    csrf: row.csrf_token,
    openedBy: row.opened_by,
    expiresAt: Temporal.Instant.from(row.expires_at).toString(),
    session: { entityId: row.entity_id, actorId: `reviewer:${row.reviewer_id}`, roles: [], scopes: [] },
  };
}

export async function closeReviewSession(tx: Tx, token: string | undefined): Promise<void> {
  if (token !== undefined) await tx.query('delete from village.reviewer_session where token_hash = $1', [hashOf(token)]);
}

/** The session of whoever types the code that staff gave, which is used up by it. Refuses: code_wrong, whatever is wrong, and after too many wrong ones. */
export async function enterByCode({ db, clock }: Pick<VillageDeps, 'db' | 'clock'>, reviewerId: bigint, code: string): Promise<string> {
  const now = clock.now();
  const token = await withOwner(db, async (tx) => {
    const [row] = await tx.query<{ entity_id: string; project_id: bigint; code_hash: string | null }>(
      `select entity_id, project_id, code_hash from village.reviewer
       where reviewer_id = $1 and state <> 'dismissed' and code_until > $2 and code_tries < $3 for no key update`,
      [reviewerId, now.toString(), codeRules.tries],
    );
    if (!row || row.code_hash === null) return null;
    if (!timingSafeEqual(Buffer.from(row.code_hash), Buffer.from(hashOfCode(reviewerId, code)))) {
      await tx.query('update village.reviewer set code_tries = code_tries + 1 where reviewer_id = $1', [reviewerId]);
      return null;
    }
    await tx.query('update village.reviewer set code_hash = null where reviewer_id = $1', [reviewerId]);
    return openReviewSession(tx, { entityId: row.entity_id, reviewerId, projectId: row.project_id, openedBy: null }, now);
  });
  // Thrown outside the transaction: the counted try must stay.
  if (token === null) throw refuse(reviewRefusals, 'code_wrong');
  return token;
}
