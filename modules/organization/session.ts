import { createHash, randomBytes } from 'node:crypto';
import type { Tx } from '#platform/postgres/index.ts';

/** Idle time after which a session is over, and its length whatever happens. */
export const idleMinutes = 30;
export const absoluteHours = 10;

export interface StoredSession {
  entity_id: string;
  staff_id: string;
  csrf_token: string;
  expires_at: string;
}

/** The token itself is nowhere stored: who reads the table cannot sign in with what is found there. */
export async function openSession(tx: Tx, who: { entityId: string; staffId: string }, now: Temporal.Instant): Promise<{ token: string }> {
  const token = randomBytes(32).toString('base64url');
  await tx.query('delete from organization.session where expires_at < $1', [now.toString()]);
  await tx.query(
    `insert into organization.session (token_hash, csrf_token, entity_id, staff_id, created_at, seen_at, expires_at)
     values ($1, $2, $3, $4, $5, $5, $6)`,
    [
      hashOf(token),
      randomBytes(24).toString('base64url'),
      who.entityId,
      who.staffId,
      now.toString(),
      now.add({ hours: absoluteHours }).toString(),
    ],
  );
  return { token };
}

/** The living session behind a token, or null when it is unknown, idle too long, over, or its owner was switched off. */
export async function useSession(tx: Tx, token: string, now: Temporal.Instant): Promise<StoredSession | null> {
  const [session] = await tx.query<StoredSession & { is_stale: boolean }>(
    `select s.entity_id, s.staff_id, s.csrf_token, s.expires_at, s.seen_at < $2::timestamptz - interval '1 minute' as is_stale
     from organization.session s join organization.staff using (entity_id, staff_id)
     where s.token_hash = $1 and staff.is_active and s.expires_at > $2 and s.seen_at > $3`,
    [hashOf(token), now.toString(), now.subtract({ minutes: idleMinutes }).toString()],
  );
  // Noted to the minute: a write for every request would cost more than the request.
  if (session?.is_stale)
    await tx.query('update organization.session set seen_at = $2 where token_hash = $1', [hashOf(token), now.toString()]);
  return session ?? null;
}

export async function closeSession(tx: Tx, token: string): Promise<void> {
  await tx.query('delete from organization.session where token_hash = $1', [hashOf(token)]);
}

/** All of a person's sessions but one: after a password change the others may be somebody else's. */
export async function closeOtherSessions(tx: Tx, who: { entityId: string; staffId: string }, kept: string | null): Promise<void> {
  await tx.query('delete from organization.session where entity_id = $1 and staff_id = $2 and token_hash is distinct from $3', [
    who.entityId,
    who.staffId,
    kept && hashOf(kept),
  ]);
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');
