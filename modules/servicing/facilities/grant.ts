/** Limits that are granted before anybody has signed: opened by the thousand, activated by the signature, or taken back. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '#platform/files/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { openDay } from '../business-day.ts';
import { refusals } from '../contract.ts';
import { insertEvent } from '../loans/event.ts';
import { lockFacility } from './store.ts';

export interface GrantFacility {
  /** One for each grant: asked again it is the same facility. */
  readonly key: string;
  readonly personId: string;
  readonly gridCode: string;
  readonly product: string;
  readonly kind: 'revolving' | 'single_use';
  readonly limitFen: bigint;
  readonly validFrom: string;
  readonly validTo: string;
}

interface Granted {
  key: string;
  input_hash: string;
  answer: { facility_id: string };
}

/**
 * Opens thousands in one statement, each exactly once under its key, however often the same are asked for; nothing can be drawn before the signature.
 * Answers the facility of each key. Whoever was granted one that ran out unsigned gets a new one, and the old one is closed. As owner.
 * Refuses: not_open, key_reused, dates_reversed.
 */
export async function grantFacilities(
  tx: Tx,
  by: { readonly entityId: string; readonly actorId: string; readonly at: string },
  asked: readonly GrantFacility[],
): Promise<Map<string, bigint>> {
  if (asked.length === 0) return new Map();
  if (asked.some(({ validFrom, validTo }) => validTo <= validFrom)) throw refuse(refusals, 'dates_reversed');
  const day = await openDay(tx, by.entityId);
  await closeLapsed(tx, by, asked, day);
  const hashes = new Map(asked.map((grant) => [grant.key, hashOf(grant)]));
  const rows = await tx.query<Granted>(grantSql, [
    by.entityId,
    by.actorId,
    by.at,
    day,
    asked.map(({ key }) => key),
    asked.map(({ key }) => hashes.get(key)),
    asked.map(({ personId }) => personId),
    asked.map(({ gridCode }) => gridCode),
    asked.map(({ product }) => product),
    asked.map(({ kind }) => kind),
    asked.map(({ limitFen }) => limitFen),
    asked.map(({ validFrom }) => validFrom),
    asked.map(({ validTo }) => validTo),
  ]);
  for (const { key, input_hash } of rows) if (input_hash !== hashes.get(key)) throw refuse(refusals, 'key_reused', { zh: key, en: key });
  return new Map(rows.map(({ key, answer }) => [key, BigInt(answer.facility_id.slice(1))]));
}

const hashOf = (grant: GrantFacility): string =>
  createHash('sha256')
    .update(canonicalJson({ grant: { ...grant, limitFen: String(grant.limitFen) } }))
    .digest('hex');

/** The key is taken first, as `once` takes it; only whose key was free is opened. A key taken by another transaction is waited for and read anew. */
const grantSql = `
  with asked as materialized (
    select a.*, nextval(pg_get_serial_sequence('servicing.facility', 'facility_id')) as facility_id
    from unnest($5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::bigint[], $12::date[], $13::date[])
      as a (key, input_hash, person_id, grid_code, product, kind, limit_fen, valid_from, valid_to)
    order by a.key),
  taken as (
    insert into servicing.request as r (entity_id, key, input_hash, answer, at)
    select $1, key, input_hash, jsonb_build_object('facility_id', 'F' || facility_id), $3 from asked
    on conflict (entity_id, key) do update set at = r.at
    returning key, input_hash, answer),
  fresh as (select asked.* from asked join taken on taken.key = asked.key and taken.answer ->> 'facility_id' = 'F' || asked.facility_id),
  opened as (
    insert into servicing.facility
      (facility_id, entity_id, person_id, grid_code, product, kind, limit_fen, valid_from, valid_to, state, opened_at, opened_by)
    overriding system value
    select facility_id, $1, person_id, grid_code, product, kind, limit_fen, valid_from, valid_to, 'granted', $3, $2 from fresh),
  noted as (
    insert into servicing.event (entity_id, business_date, kind, facility_id, amount_fen, actor_id, at)
    select $1, $4::date, 'facility.grant', facility_id, limit_fen, $2, $3 from fresh)
  select key, input_hash, answer from taken`;

/** Granted once, never signed, and out of date: it gives way. */
async function closeLapsed(
  tx: Tx,
  by: { readonly entityId: string; readonly actorId: string; readonly at: string },
  asked: readonly GrantFacility[],
  day: string,
): Promise<void> {
  await tx.query(
    `with lapsed as (
       update servicing.facility f set state = 'closed' from unnest($2::text[], $3::text[]) as a (person_id, product)
       where f.entity_id = $1 and f.person_id = a.person_id and f.product = a.product and f.state = 'granted' and f.valid_to < $4::date
       returning f.facility_id)
     insert into servicing.event (entity_id, business_date, kind, facility_id, detail, actor_id, at)
     select $1, $4::date, 'facility.change', facility_id, '{"state": "closed", "reason": "lapsed unsigned"}', $5, $6 from lapsed`,
    [by.entityId, asked.map(({ personId }) => personId), asked.map(({ product }) => product), day, by.actorId, by.at],
  );
}

/** What was signed for; never more than what was granted. */
export interface ActivateFacility {
  readonly key: string;
  readonly facilityId: bigint;
  readonly limitFen: bigint;
  readonly validTo: string;
}

/**
 * The signature makes a granted limit one to draw on, from the open day. As owner.
 * Refuses: not_open, facility_unknown, facility_not_granted, facility_out_of_date, over_limit.
 */
export async function activateFacility(tx: Tx, session: Session, signed: ActivateFacility, at: string): Promise<void> {
  const day = await openDay(tx, session.entityId);
  const facility = await lockFacility(tx, session, signed.facilityId);
  if (facility.state !== 'granted') throw refuse(refusals, 'facility_not_granted');
  if (day > facility.valid_to || signed.validTo <= day) throw refuse(refusals, 'facility_out_of_date');
  if (signed.limitFen > facility.limit_fen) throw refuse(refusals, 'over_limit');
  await tx.query(`update servicing.facility set state = 'active', limit_fen = $2, valid_from = $3, valid_to = $4 where facility_id = $1`, [
    signed.facilityId,
    signed.limitFen,
    day,
    signed.validTo,
  ]);
  await insertEvent(tx, {
    entityId: session.entityId,
    businessDate: day,
    kind: 'facility.sign',
    facilityId: signed.facilityId,
    amountFen: signed.limitFen,
    detail: { granted_fen: facility.limit_fen, granted_from: facility.valid_from, granted_to: facility.valid_to },
    actorId: session.actorId,
    at,
  });
}

/** Takes a granted limit back before anybody signed. As owner. Refuses: not_open, facility_unknown, facility_not_granted. */
export async function withdrawGrant(tx: Tx, session: Session, facilityId: bigint, reason: string, at: string): Promise<void> {
  const day = await openDay(tx, session.entityId);
  const facility = await lockFacility(tx, session, facilityId);
  if (facility.state !== 'granted') throw refuse(refusals, 'facility_not_granted');
  await tx.query(`update servicing.facility set state = 'closed' where facility_id = $1`, [facilityId]);
  await insertEvent(tx, {
    entityId: session.entityId,
    businessDate: day,
    kind: 'facility.withdraw',
    facilityId,
    amountFen: facility.limit_fen,
    detail: { reason },
    actorId: session.actorId,
    at,
  });
}
