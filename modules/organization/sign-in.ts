import { record } from '#platform/audit/index.ts';
import { refuse } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { Database, Tx } from '#platform/postgres/index.ts';
import { refusals } from './contract.ts';
import { afterFailure, isLocked } from './lockout.ts';
import type { Attempts } from './lockout.ts';
import { hashPassword, isPassword, isStrong, spendAsMuchTime } from './password.ts';
import { closeOtherSessions, openSession } from './session.ts';

interface Credential {
  entity_id: string;
  staff_id: string;
  login: string;
  is_active: boolean;
  password_hash: string;
  failures: number;
  locked_until: string | null;
}

type Outcome = { token: string } | { refused: 'sign_in_failed' } | { refused: 'locked'; until: Temporal.Instant };

/** Answers the new session's token. Refuses: locked, sign_in_failed; an unknown login, a wrong password and a switched-off person look alike. */
export async function signIn(
  db: Database,
  given: { login: string; password: string; requestId?: string },
  now: Temporal.Instant,
): Promise<{ token: string }> {
  const outcome = await withOwner(db, async (tx): Promise<Outcome> => {
    const credential = await findCredential(tx, given.login);
    if (!credential) {
      await spendAsMuchTime(given.password);
      return { refused: 'sign_in_failed' };
    }
    return tryPassword(tx, credential, given, now);
  });
  if ('token' in outcome) return outcome;
  // Thrown outside the transaction: the counted failure must stay.
  if (outcome.refused === 'locked') throw refuse(refusals, 'locked', waitingTime(outcome.until, now));
  throw refuse(refusals, 'sign_in_failed');
}

async function findCredential(tx: Tx, login: string): Promise<Credential | null> {
  const [credential] = await tx.query<Credential>(
    `select staff.entity_id, staff.staff_id, staff.login, staff.is_active, password_hash, failures, locked_until
     from organization.staff join organization.credential using (entity_id, staff_id) where login = $1 for update of credential`,
    [login],
  );
  return credential ?? null;
}

async function tryPassword(
  tx: Tx,
  credential: Credential,
  given: { password: string; requestId?: string },
  now: Temporal.Instant,
): Promise<Outcome> {
  const who = { entityId: credential.entity_id, staffId: credential.staff_id };
  const attempts = attemptsOf(credential);
  if (isLocked(attempts, now) && attempts.lockedUntil) return { refused: 'locked', until: attempts.lockedUntil };
  const isRight = await isPassword(given.password, credential.password_hash);
  const isAdmitted = isRight && credential.is_active;
  await writeAttempts(tx, who, isRight ? { failures: 0, lockedUntil: null } : afterFailure(attempts, now));
  const action = isAdmitted ? 'session.open' : 'session.refuse';
  await record(tx, {
    entityId: who.entityId,
    actorId: who.staffId,
    action,
    subjectKind: 'staff',
    subjectId: who.staffId,
    requestId: given.requestId,
  });
  return isAdmitted ? openSession(tx, who, now) : { refused: 'sign_in_failed' };
}

/** Refuses: sign_in_failed (the present password is wrong), password_same, password_weak. Ends the person's other sessions. */
export async function changePassword(
  db: Database,
  who: { entityId: string; staffId: string },
  given: { current: string; next: string; token: string },
  now: Temporal.Instant,
): Promise<void> {
  const wasRight = await withOwner(db, async (tx) => {
    const [row] = await tx.query<Credential>(
      `select staff.login, credential.* from organization.staff join organization.credential using (entity_id, staff_id)
       where entity_id = $1 and staff_id = $2 for update of credential`,
      [who.entityId, who.staffId],
    );
    if (!row) throw new Error(`${who.staffId} is signed in without a credential`);
    if (isLocked(attemptsOf(row), now)) return false;
    if (!(await isPassword(given.current, row.password_hash))) {
      await writeAttempts(tx, who, afterFailure(attemptsOf(row), now));
      return false;
    }
    if (given.next === given.current) throw refuse(refusals, 'password_same');
    if (!isStrong(given.next, row.login)) throw refuse(refusals, 'password_weak');
    await writePassword(tx, who, given.next, { mustChange: false });
    await closeOtherSessions(tx, who, given.token);
    await record(tx, {
      entityId: who.entityId,
      actorId: who.staffId,
      action: 'password.change',
      subjectKind: 'staff',
      subjectId: who.staffId,
    });
    return true;
  });
  if (!wasRight) throw refuse(refusals, 'sign_in_failed');
}

export async function writePassword(
  tx: Tx,
  who: { entityId: string; staffId: string },
  password: string,
  how: { mustChange: boolean },
): Promise<void> {
  await tx.query(
    `insert into organization.credential (entity_id, staff_id, password_hash, must_change) values ($1, $2, $3, $4)
     on conflict (entity_id, staff_id) do update
       set password_hash = excluded.password_hash, must_change = excluded.must_change, failures = 0, locked_until = null, changed_at = now()`,
    [who.entityId, who.staffId, await hashPassword(password), how.mustChange],
  );
}

async function writeAttempts(tx: Tx, who: { entityId: string; staffId: string }, attempts: Attempts): Promise<void> {
  await tx.query('update organization.credential set failures = $3, locked_until = $4 where entity_id = $1 and staff_id = $2', [
    who.entityId,
    who.staffId,
    attempts.failures,
    attempts.lockedUntil?.toString() ?? null,
  ]);
}

const attemptsOf = (row: { failures: number; locked_until: string | null }): Attempts => ({
  failures: row.failures,
  lockedUntil: row.locked_until === null ? null : Temporal.Instant.from(row.locked_until),
});

function waitingTime(until: Temporal.Instant, now: Temporal.Instant): { zh: string; en: string } {
  const minutes = Math.max(1, Math.ceil(until.since(now).total('minutes')));
  return { zh: `请 ${minutes} 分钟后再试`, en: `try again in ${minutes} minute${minutes === 1 ? '' : 's'}` };
}
