import { createHash, randomBytes } from 'node:crypto';
import { refuse } from '#platform/http/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { applicationColumns } from '../applications/store.ts';
import type { ApplicationRow } from '../applications/store.ts';
import { aroundColumns, aroundOf } from './contact.ts';
import type { AroundRow } from './contact.ts';
import { portalRefusals } from './contract.ts';

export const portalCookie = 'qianmo_portal';
/** A borrower may leave and come back within this; every visit begins it anew. */
export const idleMinutes = 30;
const longestHours = 12;

export interface PortalSession {
  entity_id: string;
  phone_key: string;
  phone_sealed: string;
  phone_masked: string;
  channel_id: bigint;
  application_id: bigint | null;
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');
const columns = 'entity_id, phone_key, phone_sealed, phone_masked, channel_id, application_id';

/**
 * The last that its transaction does; the token itself is nowhere stored. Without an application the session is that of the one which the transaction has just begun for the channel and the
 * phone: nobody waits for its number.
 */
export async function openPortalSession(tx: Tx, session: PortalSession, at: Temporal.Instant): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await tx.last(
    `with over as (
       delete from lending.portal_session where token_hash = any(array(
         select token_hash from lending.portal_session where expires_at < $8 order by expires_at limit 20 for update skip locked))
     )
     insert into lending.portal_session (token_hash, ${columns}, created_at, seen_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, coalesce($7, (
       select max(application_id) from lending.application where entity_id = $2 and phone_key = $3 and channel_id = $6 and xmin = pg_current_xact_id()::xid
     )), $8, $8, $9)`,
    [
      hashOf(token),
      session.entity_id,
      session.phone_key,
      session.phone_sealed,
      session.phone_masked,
      session.channel_id,
      session.application_id,
      at.toString(),
      at.add({ hours: longestHours }).toString(),
    ],
  );
  return token;
}

/** Refuses: signed_out. */
export async function usePortalSession(tx: Tx, token: string | undefined, at: Temporal.Instant): Promise<PortalSession> {
  const [session] =
    token === undefined
      ? []
      : await tx.prepared<PortalSession & { is_stale: boolean }>(
          `select ${columns}, seen_at < $3::timestamptz - interval '1 minute' as is_stale from lending.portal_session
           where token_hash = $1 and expires_at > $3 and seen_at > $2`,
          [hashOf(token), at.subtract({ minutes: idleMinutes }).toString(), at.toString()],
        );
  if (!session || token === undefined) throw refuse(portalRefusals, 'signed_out');
  if (session.is_stale) see(tx, token, at);
  return session;
}

const see = (tx: Tx, token: string, at: Temporal.Instant): void =>
  void tx.along('update lending.portal_session set seen_at = $2 where token_hash = $1', [hashOf(token), at.toString()]);

const ofSession = `select ${applicationColumns}, ${aroundColumns}, seen_at < $3::timestamptz - interval '1 minute' as is_stale
  from (select application_id as held, seen_at from lending.portal_session where token_hash = $1 and expires_at > $3 and seen_at > $2) visit
  join lending.application on application_id = held
  cross join ${aroundOf('application', 'manager_id')}`;
const ofSessionHeld = `${ofSession} for no key update of application`;
const seenAndOfSession = `with seen as (
    update lending.portal_session set seen_at = $3 where token_hash = $1 and expires_at > $3 and seen_at > $2 and seen_at < $3::timestamptz - interval '1 minute'
  ) ${ofSession}`;
const holdItsCase = `select 1 from process.case_state where case_id = (
    select a.case_id from lending.portal_session s join lending.application a using (application_id)
    where s.token_hash = $1 and s.expires_at > $3 and s.seen_at > $2
  ) for no key update`;

/** What of an application a visit holds until it is committed. Whoever changes both holds the case first, as the steps of the case do. */
export type Holding = 'application' | 'case and application';

export interface Visited {
  readonly row: ApplicationRow;
  readonly around: AroundRow;
}

type Found = ApplicationRow & AroundRow & { is_stale: boolean };

/** The application of a session with what stands around it, held for whoever acts. Refuses: signed_out. */
export async function visitedApplication(tx: Tx, token: string | undefined, at: Temporal.Instant, holding: Holding): Promise<Visited> {
  const values = valuesOf(token, at);
  // In one message, one after the other: the second sees what is committed once the first holds the case.
  const [, [found]] = await Promise.all([
    holding === 'case and application' ? tx.prepared(holdItsCase, values) : null,
    tx.prepared<Found>(ofSessionHeld, values),
  ]);
  if (found?.is_stale === true && token !== undefined) see(tx, token, at);
  return visitedOf(found);
}

/** The same for whoever only looks, as the last that its transaction asks. Refuses: signed_out. */
export async function lookedAtApplication(tx: Tx, token: string | undefined, at: Temporal.Instant): Promise<Visited> {
  const [found] = await tx.last<Found>(seenAndOfSession, valuesOf(token, at));
  return visitedOf(found);
}

function valuesOf(token: string | undefined, at: Temporal.Instant): string[] {
  if (token === undefined) throw refuse(portalRefusals, 'signed_out');
  return [hashOf(token), at.subtract({ minutes: idleMinutes }).toString(), at.toString()];
}

function visitedOf(found: Found | undefined): Visited {
  if (!found) throw refuse(portalRefusals, 'signed_out');
  const { is_stale: _, bank, staff_name, institution_name, layer_hash, ...row } = found;
  return { row, around: { bank, staff_name, institution_name, layer_hash } };
}

export async function closePortalSession(tx: Tx, token: string | undefined): Promise<void> {
  if (token !== undefined) await tx.prepared('delete from lending.portal_session where token_hash = $1', [hashOf(token)]);
}
