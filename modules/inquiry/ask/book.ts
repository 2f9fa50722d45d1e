/** Rows of inquiries, answers and breakers. */
import { createHash } from 'node:crypto';
import type { Value } from '#modules/indicators/index.ts';
import { record } from '#platform/audit/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import type { Vault } from '#platform/vault/index.ts';
import type { Source } from '../sources/source-text.ts';
import { closed } from './breaker.ts';
import type { Breaker } from './breaker.ts';

export interface Asker {
  entityId: string;
  source: string;
  personId: string;
  purpose: string;
  /** What it is for: `application A12`. */
  subject: string;
  actorId: string;
}

export type FinishedState = 'answered' | 'cached' | 'unavailable' | 'refused';

export interface InquiryRow {
  inquiry_id: bigint;
  state: 'asking' | FinishedState;
  reason: string | null;
  give_up_at: string | null;
}

/** Decisions about one person and source are made one after the other, also by servers apart. */
export const lockPerson = (tx: Tx, { entityId, personId, source }: Asker): Promise<unknown> =>
  tx.prepared(`select pg_advisory_xact_lock(hashtext('inquiry'), hashtext($1))`, [`${entityId}|${personId}|${source}`]);

export async function insertInquiry(
  tx: Tx,
  asker: Asker,
  row: {
    gridCode: string;
    state: 'asking' | FinishedState;
    reason?: string;
    consentId: bigint | null;
    answerOf?: bigint;
    giveUpAt?: string;
    at: string;
    on: string;
    keepUntil: string;
  },
): Promise<bigint> {
  const [kept] = await tx.prepared<{ inquiry_id: bigint }>(
    `insert into inquiry.inquiry (entity_id, person_id, grid_code, source, purpose, subject, asked_by, asked_at, asked_on, state, reason, consent_id, answer_of,
       give_up_at, finished_at, keep_until)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) returning inquiry_id`,
    [
      asker.entityId,
      asker.personId,
      row.gridCode,
      asker.source,
      asker.purpose,
      asker.subject,
      asker.actorId,
      row.at,
      row.on,
      row.state,
      row.reason ?? null,
      row.consentId,
      row.answerOf ?? null,
      row.giveUpAt ?? null,
      row.state === 'asking' ? null : row.at,
      row.keepUntil,
    ],
  );
  if (!kept) throw new Error('an inquiry was not kept');
  if (row.state !== 'asking')
    await note(tx, asker, kept.inquiry_id, { outcome: row.state, reason: row.reason, consentId: row.consentId, costFen: 0n });
  return kept.inquiry_id;
}

/** Every inquiry is a line of the audit trail, whatever became of it. */
export function note(
  tx: Tx,
  { entityId, actorId, personId, source, purpose, subject }: Asker,
  inquiryId: bigint,
  what: { outcome: string; reason: string | undefined; consentId: bigint | null; costFen: bigint },
): Promise<void> {
  const detail = {
    inquiry_id: `Q${inquiryId}`,
    source,
    purpose,
    subject,
    outcome: what.outcome,
    ...(what.reason === undefined ? {} : { reason: what.reason }),
    consent_id: what.consentId === null ? null : `C${what.consentId}`,
    cost_fen: String(what.costFen),
  };
  return record(tx, { entityId, actorId, action: 'inquiry.ask', subjectKind: 'person', subjectId: personId, detail });
}

export const questionNoOf = (inquiryId: bigint): string => `Q${String(inquiryId).padStart(12, '0')}`;

/** The number of an earlier question that may have reached the source under this consent and was not answered: it must not be asked under another. */
export async function openQuestion(tx: Tx, { entityId, personId, source }: Asker, consentId: bigint): Promise<string | null> {
  const [row] = await tx.prepared<{ question_no: string | null }>(
    `select case when state = 'unavailable' and may_have_left then question_no end as question_no from inquiry.inquiry
     where entity_id = $1 and person_id = $2 and source = $3 and consent_id = $4 and attempts > 0 order by inquiry_id desc limit 1`,
    [entityId, personId, source, consentId],
  );
  return row?.question_no ?? null;
}

/** Before anything leaves: a crash in between leaves a question that may have been asked, and its number. */
export const numberQuestion = (tx: Tx, inquiryId: bigint, questionNo: string): Promise<unknown> =>
  tx.prepared('update inquiry.inquiry set question_no = $2, attempts = 1, may_have_left = true where inquiry_id = $1', [
    inquiryId,
    questionNo,
  ]);

/** The one that is being asked; one that was cut off is closed as unavailable first. */
export async function runningFlight(tx: Tx, { entityId, personId, source }: Asker, at: string): Promise<bigint | null> {
  await tx.prepared(
    `update inquiry.inquiry set state = 'unavailable', reason = 'interrupted', finished_at = $4
     where entity_id = $1 and person_id = $2 and source = $3 and state = 'asking' and give_up_at <= $4`,
    [entityId, personId, source, at],
  );
  const [row] = await tx.prepared<{ inquiry_id: bigint }>(
    `select inquiry_id from inquiry.inquiry where entity_id = $1 and person_id = $2 and source = $3 and state = 'asking'`,
    [entityId, personId, source],
  );
  return row?.inquiry_id ?? null;
}

export async function readInquiry(tx: Tx, inquiryId: bigint): Promise<InquiryRow> {
  const [row] = await tx.prepared<InquiryRow>('select inquiry_id, state, reason, give_up_at from inquiry.inquiry where inquiry_id = $1', [
    inquiryId,
  ]);
  if (!row) throw new Error(`inquiry Q${inquiryId} is not there`);
  return row;
}

/** Questions that may have left today. */
export async function askedToday(tx: Tx, { entityId, personId, source }: Asker, on: string): Promise<number> {
  const [row] = await tx.prepared<{ asked: number }>(
    `select count(*)::int as asked from inquiry.inquiry where entity_id = $1 and person_id = $2 and source = $3 and asked_on = $4 and may_have_left`,
    [entityId, personId, source, on],
  );
  return row?.asked ?? 0;
}

export interface KeptAnswer {
  inquiry_id: bigint;
  consent_id: bigint;
  values: Record<string, Value>;
  as_of: string;
  known_at: string;
  valid_until: string;
}

/** The newest valid answer whose consent stands, or stood until it was used or ran out. */
export async function validAnswer(tx: Tx, { entityId, personId, source }: Asker, at: string): Promise<KeptAnswer | null> {
  const [row] = await tx.prepared<KeptAnswer>(
    `select a.inquiry_id, i.consent_id, a.values, a.as_of, a.known_at, a.valid_until
     from inquiry.answer a join inquiry.inquiry i using (inquiry_id) join inquiry.consent c using (consent_id)
     where a.entity_id = $1 and a.person_id = $2 and a.source = $3 and a.known_at <= $4 and a.valid_until > $4
       and (c.withdrawn_at is null or c.withdrawn_at > $4)
     order by a.known_at desc, a.inquiry_id desc limit 1`,
    [entityId, personId, source, at],
  );
  return row ?? null;
}

export async function insertAnswer(
  tx: Tx,
  vault: Vault,
  answer: {
    asker: Asker;
    inquiryId: bigint;
    gridCode: string;
    raw: Uint8Array;
    values: Readonly<Record<string, Value>>;
    asOf: string;
    at: Temporal.Instant;
    source: Source;
    keepUntil: string;
  },
): Promise<string> {
  const { asker, inquiryId, raw, at, source } = answer;
  const validUntil = at.toZonedDateTimeISO('Asia/Shanghai').add(source.valid_for).toInstant().toString();
  await tx.prepared(
    `insert into inquiry.answer (inquiry_id, entity_id, person_id, grid_code, source, raw_sealed, raw_sha256, values, as_of, known_at, valid_until, keep_until)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      inquiryId,
      asker.entityId,
      asker.personId,
      answer.gridCode,
      asker.source,
      vault.seal('inquiry.answer.raw', Buffer.from(raw).toString('base64')),
      createHash('sha256').update(raw).digest('hex'),
      JSON.stringify(answer.values),
      answer.asOf,
      at.toString(),
      validUntil,
      answer.keepUntil,
    ],
  );
  return validUntil;
}

interface BreakerRow {
  state: Breaker['state'];
  failures: number;
  failing_since: string | null;
  until: string | null;
}

const epoch = (text: string | null): number | null => (text === null ? null : Temporal.Instant.from(text).epochMilliseconds);
const instant = (ms: number | null): string | null => (ms === null ? null : Temporal.Instant.fromEpochMilliseconds(ms).toString());

export async function lockBreaker(tx: Tx, entityId: string, source: string): Promise<Breaker> {
  await tx.prepared(
    `insert into inquiry.breaker (entity_id, source, state, failures) values ($1, $2, 'closed', 0) on conflict do nothing`,
    [entityId, source],
  );
  const [row] = await tx.prepared<BreakerRow>(
    'select state, failures, failing_since, until from inquiry.breaker where entity_id = $1 and source = $2 for no key update',
    [entityId, source],
  );
  return row ? { state: row.state, failures: row.failures, failingSince: epoch(row.failing_since), until: epoch(row.until) } : closed;
}

/** As it stands, held by nobody: a closed breaker lets everybody through at once. */
export async function readBreaker(tx: Tx, entityId: string, source: string): Promise<Breaker> {
  const [row] = await tx.prepared<BreakerRow>(
    'select state, failures, failing_since, until from inquiry.breaker where entity_id = $1 and source = $2',
    [entityId, source],
  );
  return row ? { state: row.state, failures: row.failures, failingSince: epoch(row.failing_since), until: epoch(row.until) } : closed;
}

export const writeBreaker = (
  tx: Tx,
  entityId: string,
  source: string,
  { state, failures, failingSince, until }: Breaker,
): Promise<unknown> =>
  tx.prepared('update inquiry.breaker set state = $3, failures = $4, failing_since = $5, until = $6 where entity_id = $1 and source = $2', [
    entityId,
    source,
    state,
    failures,
    instant(failingSince),
    instant(until),
  ]);
