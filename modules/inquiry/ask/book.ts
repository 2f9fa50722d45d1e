/** Rows of inquiries, answers and breakers. */
import { createHash } from 'node:crypto';
import type { Value } from '#modules/indicators/index.ts';
import { recordEach, recordWhere } from '#platform/audit/index.ts';
import type { AuditNote } from '#platform/audit/index.ts';
import { lastOf } from '#platform/postgres/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import type { Vault } from '#platform/vault/index.ts';
import type { Consent } from '../consents/consent.ts';
import { consentOf, effectiveConsents } from '../consents/store.ts';
import type { ConsentRow } from '../consents/store.ts';
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

/** What the book knows of a person and a source before anything is decided. */
export interface Known {
  gridCode: string;
  consents: Consent[];
  answer: KeptAnswer | null;
  /** The question that is being asked. */
  running: bigint | null;
  /** Questions that may have left today. */
  askedToday: number;
  /** As it stands, held by nobody: a closed breaker lets everybody through at once. */
  breaker: Breaker;
}

interface KnownRow extends BreakerRow {
  source: string;
  grid_code: string;
  consents: ConsentRow[];
  running: bigint | null;
  asked_today: number;
  inquiry_id: bigint | null;
  consent_id: bigint;
  values: Record<string, Value>;
  as_of: string;
  known_at: string;
  valid_until: string;
}

/**
 * By source. From now on decisions about the person and one of these sources are made one after the other, also by servers apart. What is held and looked at
 * in which order stands with the function.
 */
export async function readKnown(
  tx: Tx,
  { entityId, personId }: Pick<Asker, 'entityId' | 'personId'>,
  sources: readonly string[] | AgreedTo,
  { at, on }: { at: string; on: string },
): Promise<Map<string, Known>> {
  const rows = await ('purpose' in sources
    ? tx.prepared<KnownRow>(lookUpAgreed, [entityId, personId, sources.purpose, at, on, sources.except])
    : tx.prepared<KnownRow>('select * from inquiry.look_up($1, $2, $3, $4, $5)', [entityId, personId, sources, at, on]));
  return new Map(rows.map((row) => [row.source, knownOf(row)]));
}

/** Whatever a person agrees to be asked about for a purpose, without some sources. */
export interface AgreedTo {
  readonly purpose: string;
  readonly except: readonly string[];
}

const lookUpAgreed = `select * from inquiry.look_up($1, $2,
  array(select source from (${effectiveConsents}) agreed where source <> all($6) group by source order by source), $4, $5)`;

const knownOf = (row: KnownRow): Known => ({
  gridCode: row.grid_code,
  consents: row.consents.filter(({ source }) => source === row.source).map(consentOf),
  answer: row.inquiry_id === null ? null : { ...row, inquiry_id: row.inquiry_id },
  running: row.running,
  askedToday: row.asked_today,
  breaker: breakerOf(row),
});

export interface NewInquiry {
  asker: Asker;
  gridCode: string;
  state: 'asking' | FinishedState;
  reason?: string;
  consentId: bigint | null;
  answerOf?: bigint;
  giveUpAt?: string;
  /** The source keeps a trace of it: asked again after an end that is not known, a question keeps its number. */
  leavesTrace?: boolean;
  at: string;
  on: string;
  keepUntil: string;
}

/** Of a question (`numbered`): the number of an earlier one that may have reached the source under this consent and was not answered. It must not be asked under another. */
const openQuestion = `
  select case when last.state = 'unavailable' and exists (
    select from inquiry.inquiry i where i.entity_id = last.entity_id and i.person_id = last.person_id and i.source = last.source
      and i.question_no = last.question_no and i.may_have_left) then last.question_no end
  from inquiry.inquiry last
  where (last.entity_id, last.person_id, last.source, last.consent_id) = (numbered.entity, numbered.person, numbered.source, numbered.consent)
    and last.attempts > 0
  order by last.inquiry_id desc limit 1`;

/**
 * In the order given, the last that its transaction does. A question about to be asked has its number, and counts as one that may have left, before anything leaves: a crash in between
 * leaves it so. The others are lines of the audit trail at once.
 */
export async function insertInquiries(tx: Tx, rows: readonly NewInquiry[]): Promise<{ inquiryId: bigint; questionNo: string }[]> {
  const isTold = rows.some(({ state }) => state !== 'asking');
  const made = await (isTold ? tx : lastOf(tx)).prepared<{ inquiry_id: bigint; question_no: string | null }>(
    `with numbered as (
       select nextval(pg_get_serial_sequence('inquiry.inquiry', 'inquiry_id')) as id, asked.*
       from rows from (jsonb_to_recordset($1) as (entity text, person text, grid text, source text, purpose text, subject text, actor text, at timestamptz,
         day date, state text, reason text, consent bigint, answer bigint, trace boolean, give_up timestamptz, keep date))
         with ordinality as asked (entity, person, grid, source, purpose, subject, actor, at, day, state, reason, consent, answer, trace, give_up, keep, n)
     ), asked as (select numbered.*, case when trace then (${openQuestion}) end as question from numbered)
     insert into inquiry.inquiry (inquiry_id, entity_id, person_id, grid_code, source, purpose, subject, asked_by, asked_at, asked_on, state, reason,
       consent_id, answer_of, give_up_at, finished_at, keep_until, question_no, attempts, may_have_left)
     overriding system value
     select id, entity, person, grid, source, purpose, subject, actor, at, day, state, reason, consent, answer, give_up,
       case when state <> 'asking' then at end, keep, case when state = 'asking' then coalesce(question, 'Q' || lpad(id::text, 12, '0')) end,
       case when state = 'asking' then 1 else 0 end, state = 'asking'
     from asked order by n returning inquiry_id, question_no`,
    [JSON.stringify(rows.map(columnsOf))],
  );
  const ordered = made.toSorted((a, b) => (a.inquiry_id < b.inquiry_id ? -1 : 1));
  const ids = rows.map((_, index) => ({
    inquiryId: ordered[index]?.inquiry_id ?? notKept(),
    questionNo: ordered[index]?.question_no ?? '',
  }));
  const ended = rows.flatMap(({ asker, state, reason, consentId }, index) =>
    state === 'asking' ? [] : [noteOf(asker, ids[index]?.inquiryId ?? notKept(), { outcome: state, reason, consentId, costFen: 0n })],
  );
  await recordEach(tx, ended);
  return ids;
}

function notKept(): never {
  throw new Error('an inquiry was not kept');
}

const columnsOf = ({ asker, ...row }: NewInquiry): Record<string, unknown> => ({
  entity: asker.entityId,
  person: asker.personId,
  grid: row.gridCode,
  source: asker.source,
  purpose: asker.purpose,
  subject: asker.subject,
  actor: asker.actorId,
  at: row.at,
  day: row.on,
  state: row.state,
  reason: row.reason ?? null,
  consent: row.consentId === null ? null : String(row.consentId),
  answer: row.answerOf === undefined ? null : String(row.answerOf),
  trace: row.leavesTrace ?? false,
  give_up: row.giveUpAt ?? null,
  keep: row.keepUntil,
});

/** Every inquiry is a line of the audit trail, whatever became of it. */
export function noteOf(
  { entityId, actorId, personId, source, purpose, subject }: Asker,
  inquiryId: bigint,
  what: { outcome: string; reason: string | undefined; consentId: bigint | null; costFen: bigint },
): AuditNote {
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
  return { entityId, actorId, action: 'inquiry.ask', subjectKind: 'person', subjectId: personId, detail };
}

export async function readInquiry(tx: Tx, inquiryId: bigint): Promise<InquiryRow> {
  const [row] = await tx.prepared<InquiryRow>('select inquiry_id, state, reason, give_up_at from inquiry.inquiry where inquiry_id = $1', [
    inquiryId,
  ]);
  if (!row) throw new Error(`inquiry Q${inquiryId} is not there`);
  return row;
}

export interface KeptAnswer {
  inquiry_id: bigint;
  consent_id: bigint;
  values: Record<string, Value>;
  as_of: string;
  known_at: string;
  valid_until: string;
}

export interface Ended {
  inquiryId: bigint;
  state: FinishedState;
  reason: string | null;
  attempts: number;
  mayHaveLeft: boolean;
  costFen: bigint;
  tookMs: number;
  at: string;
  /** What was answered. */
  answer: {
    raw: Uint8Array;
    values: Readonly<Record<string, Value>>;
    asOf: string;
    validUntil: string;
    /** The consent answers one question, and this was it. */
    usesConsent: boolean;
  } | null;
}

/**
 * Writes the end of a question with what was answered and its line in the audit trail, the last that its transaction does. `isEnded` is false where another
 * server has given it up meanwhile: what comes late is not kept beside what was asked again. Answers the breaker of the source as it stands.
 */
export async function endInquiry(
  tx: Tx,
  vault: Vault,
  { entityId, source }: Asker,
  note: AuditNote,
  { answer, ...ended }: Ended,
): Promise<{ isEnded: boolean; breaker: Breaker }> {
  const ending = tx.prepared<BreakerRow & { is_ended: boolean }>(
    `with ended as (
       update inquiry.inquiry set state = $2, reason = $3, attempts = $4, may_have_left = $5, cost_fen = $6, took_ms = $7, finished_at = $8
       where inquiry_id = $1 and state = 'asking' returning inquiry_id, entity_id, person_id, grid_code, source, consent_id, keep_until
     ), used as (
       update inquiry.consent c set used_at = $8 from ended where $9 and c.consent_id = ended.consent_id and c.used_at is null
     ), answered as (
       insert into inquiry.answer (inquiry_id, entity_id, person_id, grid_code, source, keep_until, raw_sealed, raw_sha256, values, as_of, known_at,
         valid_until)
       select inquiry_id, entity_id, person_id, grid_code, source, keep_until, $10, $11, $12::jsonb, $13::date, $8, $14::timestamptz
       from ended where $10::text is not null
     )
     select exists (select from ended) as is_ended, b.state, b.failures, b.failing_since, b.until
     from (select) one left join inquiry.breaker b on b.entity_id = $15 and b.source = $16`,
    [
      ended.inquiryId,
      ended.state,
      ended.reason,
      ended.attempts,
      ended.mayHaveLeft,
      ended.costFen,
      ended.tookMs,
      ended.at,
      answer?.usesConsent ?? false,
      answer ? vault.seal('inquiry.answer.raw', Buffer.from(answer.raw).toString('base64')) : null,
      answer ? createHash('sha256').update(answer.raw).digest('hex') : null,
      answer ? JSON.stringify(answer.values) : null,
      answer?.asOf ?? null,
      answer?.validUntil ?? null,
      entityId,
      source,
    ],
  );
  const endedHere = {
    text: 'select from inquiry.inquiry where inquiry_id = $9 and xmin = pg_current_xact_id()::xid',
    values: [ended.inquiryId],
  };
  const [[row]] = await Promise.all([ending, recordWhere(tx, note, endedHere)]);
  return { isEnded: row?.is_ended ?? false, breaker: row ? breakerOf(row) : closed };
}

interface BreakerRow {
  /** Null for a source that has never failed. */
  state: Breaker['state'] | null;
  failures: number;
  failing_since: string | null;
  until: string | null;
}

const epoch = (text: string | null): number | null => (text === null ? null : Temporal.Instant.from(text).epochMilliseconds);
const instant = (ms: number | null): string | null => (ms === null ? null : Temporal.Instant.fromEpochMilliseconds(ms).toString());

const breakerOf = ({ state, failures, failing_since: since, until }: BreakerRow): Breaker =>
  state === null ? closed : { state, failures, failingSince: epoch(since), until: epoch(until) };

export async function lockBreaker(tx: Tx, entityId: string, source: string): Promise<Breaker> {
  await tx.prepared(
    `insert into inquiry.breaker (entity_id, source, state, failures) values ($1, $2, 'closed', 0) on conflict do nothing`,
    [entityId, source],
  );
  const [row] = await tx.prepared<BreakerRow>(
    'select state, failures, failing_since, until from inquiry.breaker where entity_id = $1 and source = $2 for no key update',
    [entityId, source],
  );
  return row ? breakerOf(row) : closed;
}

/** By source, as they stand, held by nobody; one that has never failed is not among them. */
export async function readBreakers(tx: Tx, entityId: string): Promise<Map<string, Breaker>> {
  const rows = await tx.prepared<BreakerRow & { source: string }>(
    'select source, state, failures, failing_since, until from inquiry.breaker where entity_id = $1',
    [entityId],
  );
  return new Map(rows.map((row) => [row.source, breakerOf(row)]));
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
