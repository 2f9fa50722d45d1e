import type { Catalogue, Value } from '#modules/indicators/index.ts';
import type { Clock } from '#platform/clock/index.ts';
import { bankTimeZone } from '#platform/clock/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { Database, Tx } from '#platform/postgres/index.ts';
import type { Vault } from '#platform/vault/index.ts';
import type { Unavailable } from '#platform/wire/index.ts';
import { consentFor, stateOf } from '../consents/consent.ts';
import { placeOf, readConsents } from '../consents/store.ts';
import type { Ports, SourceAnswer, SourceQuestion } from '../sources/connect.ts';
import type { InquiryLibrary, Source } from '../sources/source-text.ts';
import { valuesOf } from '../values/answer-values.ts';
import {
  askedToday,
  insertAnswer,
  insertInquiry,
  lockBreaker,
  lockPerson,
  note,
  numberQuestion,
  openQuestion,
  questionNoOf,
  readInquiry,
  runningFlight,
  validAnswer,
  writeBreaker,
} from './book.ts';
import type { Asker, KeptAnswer } from './book.ts';
import { admit, settle } from './breaker.ts';
import type { BreakerSettings } from './breaker.ts';
import { judge } from './judge.ts';
import type { AskRefusal } from './judge.ts';
import { pauseBefore } from './pause.ts';

export interface AskDeps {
  db: Database;
  clock: Clock;
  vault: Vault;
  library: InquiryLibrary;
  catalogue: Catalogue;
  ports: Ports;
  /** From 0 to 1, anew each time. */
  chance: () => number;
  pause: (ms: number) => Promise<void>;
}

export interface AskRequest {
  source: string;
  personId: string;
  identity: { name: string; idNo: string };
  purpose: string;
  /** What it is for: `application A12`. */
  subject: string;
  /** Who asks: staff, or the person's own session. */
  actorId: string;
  /** Of a face capture. */
  sessionToken?: string;
}

export interface KnownAnswer {
  inquiryId: bigint;
  /** By codes of the catalogue and names of the strategy; null is UNKNOWN. */
  values: Readonly<Record<string, Value>>;
  asOf: string;
  knownAt: string;
  validUntil: string;
}

export type Asked =
  | ({ outcome: 'answered' | 'cached' } & KnownAnswer)
  /** Nothing is known, and nothing follows from that. */
  | { outcome: 'unavailable'; inquiryId: bigint; reason: string }
  | { outcome: 'refused'; inquiryId: bigint; code: AskRefusal };

/** Between two looks at a question that another server is asking. */
const lookMs = 100;
/** Beyond all attempts: what a busy machine may take to write them down. */
const slackMs = 30_000;

/** Asks a source about a person once, or says why not. Refuses nothing by throwing: every end is an inquiry in the book. */
export async function askSource(deps: AskDeps, entityId: string, request: AskRequest): Promise<Asked> {
  const asker: Asker = { entityId, ...request };
  for (let waitedFor: bigint | null = null; ;) {
    const decided = await withOwner(deps.db, (tx) => decide(deps, tx, asker, waitedFor));
    if (decided.kind === 'done') return decided.asked;
    if (decided.kind === 'ask') return askAndKeep(deps, asker, decided, request);
    await untilFinished(deps, decided.inquiryId);
    waitedFor = decided.inquiryId;
  }
}

async function untilFinished({ db, clock, pause }: AskDeps, inquiryId: bigint): Promise<void> {
  for (;;) {
    const { state, give_up_at: giveUpAt } = await withOwner(db, (tx) => readInquiry(tx, inquiryId));
    const isLost = giveUpAt !== null && Temporal.Instant.compare(giveUpAt, clock.now()) <= 0;
    if (state !== 'asking' || isLost) return;
    await pause(lookMs);
  }
}

interface ToAsk {
  kind: 'ask';
  source: Source;
  inquiryId: bigint;
  consentId: bigint;
  questionNo: string;
  gridCode: string;
  keepUntil: string;
}
type Decided = { kind: 'done'; asked: Asked } | { kind: 'wait'; inquiryId: bigint } | ToAsk;

/** Loads, judges, and writes down what follows, in one transaction. */
async function decide(deps: AskDeps, tx: Tx, asker: Asker, waitedFor: bigint | null): Promise<Decided> {
  await lockPerson(tx, asker);
  const { clock, library } = deps;
  const now = clock.now();
  const at = now.toString();
  const source = library.sources.get(asker.source);
  const gridCode = await placeOf(tx, asker.entityId, asker.personId);
  const row = {
    gridCode,
    at,
    on: clock.today().toString(),
    keepUntil: clock
      .today()
      .add(source?.keep ?? 'P5Y')
      .toString(),
  };
  const consents = await readConsents(tx, asker.entityId, asker.personId, asker.source);
  const consent = consentFor(consents, { source: asker.source, purpose: asker.purpose, isSensitive: source?.sensitive ?? true }, now);
  const answer = source ? await validAnswer(tx, asker, at) : null;
  const running = source ? await runningFlight(tx, asker, at) : null;
  const breaker = source ? await lockBreaker(tx, asker.entityId, asker.source) : null;
  const admitted = source && breaker ? admit(breaker, now.epochMilliseconds, breakerOf(source)) : null;
  const verdict = judge({
    isKnown: source !== undefined,
    isAllowedPurpose: source?.purposes.includes(asker.purpose) ?? false,
    consent,
    hasAnswer: answer !== null,
    isAnswerOfUsedConsent: consents.some(
      (one) => one.consentId === answer?.consent_id && one.purpose === asker.purpose && stateOf(one, now) === 'used',
    ),
    flight: await flightOf(tx, running, waitedFor),
    askedToday: await askedToday(tx, asker, row.on),
    quotaPerDay: source?.quota_per_day ?? 0,
    isOfficeHour: source ? isOfficeHour(source, now) : false,
    isConnected: source ? deps.ports[source.connector] !== undefined : false,
    isBreakerOpen: admitted === null,
  });
  const consentId = typeof consent === 'string' ? null : consent.consentId;
  if (verdict.kind === 'refuse') {
    const inquiryId = await insertInquiry(tx, asker, { ...row, state: 'refused', reason: verdict.code, consentId });
    return { kind: 'done', asked: { outcome: 'refused', inquiryId, code: verdict.code } };
  }
  if (verdict.kind === 'reuse' && answer) {
    const inquiryId = await insertInquiry(tx, asker, {
      ...row,
      state: 'cached',
      consentId: consentId ?? answer.consent_id,
      answerOf: answer.inquiry_id,
    });
    return { kind: 'done', asked: { outcome: 'cached', ...knownAnswer(answer), inquiryId } };
  }
  if (verdict.kind === 'wait' && running !== null) return { kind: 'wait', inquiryId: running };
  if (verdict.kind === 'hold') {
    const inquiryId = await insertInquiry(tx, asker, { ...row, state: 'unavailable', reason: verdict.reason, consentId });
    return { kind: 'done', asked: { outcome: 'unavailable', inquiryId, reason: verdict.reason } };
  }
  if (!source || !admitted || consentId === null) throw new Error('a question was let through without source, breaker or consent');
  await writeBreaker(tx, asker.entityId, asker.source, admitted);
  const giveUpAt = now.add({ milliseconds: longestMs(source) + slackMs }).toString();
  const earlier = source.leaves_trace ? await openQuestion(tx, asker, consentId) : null;
  const inquiryId = await insertInquiry(tx, asker, { ...row, state: 'asking', consentId, giveUpAt });
  const questionNo = earlier ?? questionNoOf(inquiryId);
  await numberQuestion(tx, inquiryId, questionNo);
  return { kind: 'ask', source, inquiryId, consentId, questionNo, gridCode, keepUntil: row.keepUntil };
}

/** Whoever waited for a question that failed does not ask it once more: many who wait would keep a source that is down busy. */
async function flightOf(tx: Tx, running: bigint | null, waitedFor: bigint | null): Promise<'none' | 'running' | 'failed_while_waiting'> {
  if (running !== null) return 'running';
  if (waitedFor === null) return 'none';
  return (await readInquiry(tx, waitedFor)).state === 'unavailable' ? 'failed_while_waiting' : 'none';
}

const knownAnswer = (answer: KeptAnswer): KnownAnswer => ({
  inquiryId: answer.inquiry_id,
  values: answer.values,
  asOf: answer.as_of,
  knownAt: answer.known_at,
  validUntil: answer.valid_until,
});

function isOfficeHour({ office_hours: hours }: Source, now: Temporal.Instant): boolean {
  if (hours === null) return true;
  const time = now.toZonedDateTimeISO(bankTimeZone).toPlainTime().toString({ smallestUnit: 'minute' });
  return hours.from <= time && time < hours.to;
}

const millisecondsOf = (duration: string): number => Temporal.Duration.from(duration).total('milliseconds');

/** All attempts at their time limits, and the pauses between them at their longest. */
function longestMs({ attempts, timeout_ms: timeout, pause_ms: pause }: Source): number {
  const pauses = Array.from({ length: attempts - 1 }, (_, index) => pauseBefore(index + 1, pause, 1));
  return attempts * timeout + pauses.reduce((sum, each) => sum + each, 0);
}

const breakerOf = (source: Source): BreakerSettings => ({
  failures: source.breaker.failures,
  withinMs: millisecondsOf(source.breaker.within),
  openMs: millisecondsOf(source.breaker.open_for),
  tryMs: longestMs(source) + slackMs,
});

/** Ends of attempts that another attempt may mend. The others are the source's word, or ours. */
const passing: ReadonlySet<string> = new Set([
  'not_reached',
  'timeout',
  'connection_lost',
  'unreadable_answer',
  'contradictory_answer',
  'try_later',
]);

interface Tried {
  answer: SourceAnswer | { outcome: 'withdrawn' };
  attempts: number;
  mayHaveLeft: boolean;
}

async function askAndKeep(deps: AskDeps, asker: Asker, toAsk: ToAsk, request: AskRequest): Promise<Asked> {
  const started = performance.now();
  try {
    const tried = await attempt(deps, toAsk, request);
    return await withOwner(deps.db, (tx) => keep(deps, tx, asker, toAsk, { ...tried, tookMs: Math.round(performance.now() - started) }));
  } catch (error) {
    const tookMs = Math.round(performance.now() - started);
    const answer: Unavailable = { outcome: 'unavailable', reason: 'unreadable_answer', detail: 'fault' };
    await withOwner(deps.db, (tx) => keep(deps, tx, asker, toAsk, { answer, attempts: 1, mayHaveLeft: true, tookMs }));
    throw error;
  }
}

/** Until answered, or until nothing speaks for another attempt. Consent is looked at before each of them. */
async function attempt(deps: AskDeps, { source, consentId, questionNo }: ToAsk, request: AskRequest): Promise<Tried> {
  let mayHaveLeft = false;
  for (let number = 1; ; number += 1) {
    if (number > 1 && !(await isStillEffective(deps, consentId)))
      return { answer: { outcome: 'withdrawn' }, attempts: number - 1, mayHaveLeft };
    const question: SourceQuestion = {
      questionNo,
      attempt: number,
      consentNo: `C${consentId}`,
      purpose: request.purpose,
      ...request.identity,
      sessionToken: request.sessionToken,
      today: deps.clock.today(),
    };
    const answer = await askWithin(deps, source, question);
    mayHaveLeft ||= answer.outcome === 'answered' || answer.reason !== 'not_reached';
    const isLast = answer.outcome === 'answered' || number === source.attempts || !passing.has(answer.reason);
    if (isLast) return { answer, attempts: number, mayHaveLeft };
    await deps.pause(pauseBefore(number, source.pause_ms, deps.chance()));
  }
}

async function askWithin({ ports }: AskDeps, source: Source, question: SourceQuestion): Promise<SourceAnswer> {
  const port = ports[source.connector];
  if (!port) throw new Error(`${source.connector} is not connected`);
  const signal = AbortSignal.timeout(source.timeout_ms);
  const answer = await port(source, question, { signal });
  return answer.outcome === 'unavailable' && answer.reason === 'cancelled' && signal.aborted ? { ...answer, reason: 'timeout' } : answer;
}

async function isStillEffective({ db, clock }: AskDeps, consentId: bigint): Promise<boolean> {
  const [row] = await withOwner(db, (tx) =>
    tx.query('select 1 from inquiry.consent where consent_id = $1 and withdrawn_at is null and (valid_until is null or valid_until > $2)', [
      consentId,
      clock.now().toString(),
    ]),
  );
  return row !== undefined;
}

async function keep(deps: AskDeps, tx: Tx, asker: Asker, toAsk: ToAsk, tried: Tried & { tookMs: number }): Promise<Asked> {
  const { source, inquiryId, consentId } = toAsk;
  const { answer } = tried;
  const now = deps.clock.now();
  const hasReached = answer.outcome !== 'unavailable' || answer.reason === 'refused';
  const breaker = await lockBreaker(tx, asker.entityId, asker.source);
  await writeBreaker(tx, asker.entityId, asker.source, settle(breaker, hasReached, now.epochMilliseconds, breakerOf(source)));
  const isCharged = answer.outcome === 'answered' || (source.charged === 'question' && tried.mayHaveLeft);
  const costFen = isCharged ? BigInt(source.cost_fen) : 0n;
  const state = answer.outcome === 'withdrawn' ? 'refused' : answer.outcome;
  const reason = answer.outcome === 'withdrawn' ? 'consent_withdrawn' : answer.outcome === 'unavailable' ? answer.reason : undefined;
  const open = await tx.query(
    `update inquiry.inquiry set state = $2, reason = $3, attempts = $4, may_have_left = $5, cost_fen = $6, took_ms = $7, finished_at = $8
     where inquiry_id = $1 and state = 'asking' returning 1`,
    [inquiryId, state, reason ?? null, tried.attempts, tried.mayHaveLeft, costFen, tried.tookMs, now.toString()],
  );
  // Given up by another server meanwhile, and perhaps asked again: what comes late is not kept beside it.
  if (open.length === 0) return { outcome: 'unavailable', inquiryId, reason: 'interrupted' };
  await note(tx, asker, inquiryId, { outcome: state, reason, consentId, costFen });
  if (answer.outcome === 'withdrawn') return { outcome: 'refused', inquiryId, code: 'consent_withdrawn' };
  if (answer.outcome === 'unavailable') return { outcome: 'unavailable', inquiryId, reason: answer.reason };
  if (source.single_use)
    await tx.query('update inquiry.consent set used_at = $2 where consent_id = $1 and used_at is null', [consentId, now.toString()]);
  const values = valuesOf(source, answer, deps.catalogue, deps.clock.today());
  const kept = {
    asker,
    inquiryId,
    gridCode: toAsk.gridCode,
    raw: answer.raw,
    values,
    asOf: answer.asOf.toString(),
    at: now,
    source,
    keepUntil: toAsk.keepUntil,
  };
  const validUntil = await insertAnswer(tx, deps.vault, kept);
  return { outcome: 'answered', inquiryId, values, asOf: answer.asOf.toString(), knownAt: now.toString(), validUntil };
}
