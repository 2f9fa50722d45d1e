import type { Catalogue, Value } from '#modules/indicators/index.ts';
import type { Clock } from '#platform/clock/index.ts';
import { bankTimeZone } from '#platform/clock/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { Database, Tx } from '#platform/postgres/index.ts';
import type { Vault } from '#platform/vault/index.ts';
import { consentFor, stateOf } from '../consents/consent.ts';
import type { Consent } from '../consents/consent.ts';
import type { Ports, SourceAnswer, SourceQuestion } from '../sources/connect.ts';
import type { InquiryLibrary, Source } from '../sources/source-text.ts';
import { valuesOf } from '../values/answer-values.ts';
import { endInquiry, insertInquiries, lockBreaker, noteOf, readInquiry, readKnown, writeBreaker } from './book.ts';
import type { AgreedTo, Asker, Ended, KeptAnswer, Known, NewInquiry } from './book.ts';
import { admit, isSame, settle } from './breaker.ts';
import type { Breaker, BreakerSettings } from './breaker.ts';
import { judge } from './judge.ts';
import type { AskRefusal, Standing } from './judge.ts';
import { pauseBefore } from './pause.ts';
import { isOfficeHour } from './reach.ts';

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

/**
 * Asks sources about a person, each once, or says why not. Refuses nothing by throwing: every end is an inquiry in the book. The requests are about one
 * person, and each about another source; they are decided on together and then go their own ways.
 */
export async function askSources(deps: AskDeps, entityId: string, requests: readonly AskRequest[]): Promise<Asked[]> {
  const leave = await withOwner(deps.db, (tx) => decideToAsk(deps, tx, entityId, requests));
  return leave();
}

/**
 * Decides in the caller's transaction (as owner) and writes down what was decided, the last that it does. What it answers asks, and must be called once that is committed: nothing
 * leaves whose number is not kept. A question that is never asked after all is given up in time like one that was cut off.
 */
export async function decideToAsk(
  deps: AskDeps,
  tx: Tx,
  entityId: string,
  requests: readonly AskRequest[],
): Promise<() => Promise<Asked[]>> {
  const askers = requests.map((request): Asker => ({ entityId, ...request }));
  const decided = await decide(deps, tx, askers, null);
  return () => Promise.all(requests.map(async (request, index) => follow(deps, present(askers[index]), request, present(decided[index]))));
}

/** What every question of a person's agreement has in common. */
export type AskAgreed = Omit<AskRequest, 'source' | 'sessionToken'> & Pick<AgreedTo, 'except'>;

/** The same for every source that the person agrees, now, to be asked about for the purpose. Answers what came of each, by source. */
export async function decideToAskAgreed(
  deps: AskDeps,
  tx: Tx,
  entityId: string,
  { except, ...about }: AskAgreed,
): Promise<() => Promise<Map<string, Asked>>> {
  const moment = momentOf(deps);
  const known = await readKnown(tx, { entityId, ...about }, { purpose: about.purpose, except }, textOf(moment));
  const requests = [...known.keys()].toSorted().map((source): AskRequest => ({ source, ...about }));
  const askers = requests.map((request): Asker => ({ entityId, ...request }));
  const decided = await decideOn(deps, tx, askers, { known, moment, waitedFor: null });
  const each = async (request: AskRequest, index: number): Promise<[string, Asked]> => [
    request.source,
    await follow(deps, present(askers[index]), request, present(decided[index])),
  ];
  return async () => new Map(await Promise.all(requests.map(each)));
}

async function follow(deps: AskDeps, asker: Asker, request: AskRequest, first: Decided): Promise<Asked> {
  for (let decided = first; ;) {
    if (decided.kind === 'done') return decided.asked;
    if (decided.kind === 'ask') return askAndKeep(deps, asker, decided, request);
    const waitedFor = decided.inquiryId;
    await untilFinished(deps, waitedFor);
    const [next] = await withOwner(deps.db, (tx) => decide(deps, tx, [asker], waitedFor));
    decided = present(next);
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
}
type Answered = Extract<SourceAnswer, { outcome: 'answered' }>;
type Decided = { kind: 'done'; asked: Asked } | { kind: 'wait'; inquiryId: bigint } | ToAsk;

interface Moment {
  readonly now: Temporal.Instant;
  readonly today: Temporal.PlainDate;
}

const momentOf = ({ clock }: AskDeps): Moment => ({ now: clock.now(), today: clock.today() });
const textOf = ({ now, today }: Moment) => ({ at: now.toString(), on: today.toString() });

/** Loads, judges, and writes down what follows, in one transaction. */
async function decide(deps: AskDeps, tx: Tx, askers: readonly Asker[], waitedFor: bigint | null): Promise<Decided[]> {
  const [first] = askers;
  if (!first) return [];
  const sources = askers.map(({ source }) => source);
  const moment = momentOf(deps);
  return decideOn(deps, tx, askers, { known: await readKnown(tx, first, sources, textOf(moment)), moment, waitedFor });
}

async function decideOn(
  deps: AskDeps,
  tx: Tx,
  askers: readonly Asker[],
  { known, moment, waitedFor }: { known: ReadonlyMap<string, Known>; moment: Moment; waitedFor: bigint | null },
): Promise<Decided[]> {
  const followed: Following[] = [];
  for (const asker of askers) {
    const looked = await look(deps, tx, { asker, known: present(known.get(asker.source)), ...moment, waitedFor });
    followed.push(await followOf(tx, asker, looked));
  }
  const written = followed.flatMap(({ row }) => (row ? [row] : []));
  const made = written.length === 0 ? [] : await insertInquiries(tx, written);
  return followed.map(({ row, becomes }) => becomes(row ? present(made[written.indexOf(row)]) : null));
}

interface Looked {
  now: Temporal.Instant;
  source: Source | undefined;
  /** What every row of this question has. */
  row: { asker: Asker; gridCode: string; at: string; on: string; keepUntil: string };
  consentId: bigint | null;
  answer: KeptAnswer | null;
  running: bigint | null;
  /** The breaker once the question has been let through; null when it is not. */
  admitted: Breaker | null;
  standing: Standing;
}

interface About extends Moment {
  asker: Asker;
  known: Known;
  waitedFor: bigint | null;
}

async function look(deps: AskDeps, tx: Tx, { asker, known, now, today, waitedFor }: About): Promise<Looked> {
  const source = deps.library.sources.get(asker.source);
  const { consents, answer, running, gridCode } = known;
  const keepUntil = today.add(source?.keep ?? 'P5Y').toString();
  const consent = consentFor(consents, { source: asker.source, purpose: asker.purpose, isSensitive: source?.sensitive ?? true }, now);
  const breaker = source ? await breakerToAsk(tx, asker, known.breaker) : null;
  const admitted = source && breaker ? admit(breaker, now.epochMilliseconds, breakerOf(source)) : null;
  const isOfUsed = (one: Consent): boolean =>
    one.consentId === answer?.consent_id && one.purpose === asker.purpose && stateOf(one, now) === 'used';
  const standing: Standing = {
    isKnown: source !== undefined,
    isAllowedPurpose: source?.purposes.includes(asker.purpose) ?? false,
    consent,
    hasAnswer: answer !== null,
    isAnswerOfUsedConsent: consents.some(isOfUsed),
    flight: await flightOf(tx, running, waitedFor),
    askedToday: known.askedToday,
    quotaPerDay: source?.quota_per_day ?? 0,
    isOfficeHour: source ? isOfficeHour(source, now) : false,
    isConnected: source ? deps.ports[source.connector] !== undefined : false,
    isBreakerOpen: admitted === null,
  };
  const row = { asker, gridCode, at: now.toString(), on: today.toString(), keepUntil };
  return { now, source, row, consentId: typeof consent === 'string' ? null : consent.consentId, answer, running, admitted, standing };
}

/** What is written down of a verdict, and what it becomes once it has its number. */
interface Following {
  row: NewInquiry | null;
  becomes: (made: { inquiryId: bigint; questionNo: string } | null) => Decided;
}

async function followOf(tx: Tx, asker: Asker, looked: Looked): Promise<Following> {
  const { row, consentId } = looked;
  const verdict = judge(looked.standing);
  switch (verdict.kind) {
    case 'ask':
      return begin(tx, asker, looked);
    case 'reuse':
      return reuse(looked);
    case 'wait': {
      const inquiryId = present(looked.running);
      return { row: null, becomes: () => ({ kind: 'wait', inquiryId }) };
    }
    case 'refuse': {
      const { code } = verdict;
      const becomes: Following['becomes'] = (made) => ({
        kind: 'done',
        asked: { outcome: 'refused', inquiryId: present(made).inquiryId, code },
      });
      return { row: { ...row, state: 'refused', reason: code, consentId }, becomes };
    }
    case 'hold': {
      const { reason } = verdict;
      const becomes: Following['becomes'] = (made) => ({
        kind: 'done',
        asked: { outcome: 'unavailable', inquiryId: present(made).inquiryId, reason },
      });
      return { row: { ...row, state: 'unavailable', reason, consentId }, becomes };
    }
  }
}

/** Whoever finds it closed asks at once; one that is open is held, so that a single question tries it. */
const breakerToAsk = async (tx: Tx, { entityId, source }: Asker, seen: Breaker): Promise<Breaker> =>
  seen.state === 'closed' ? seen : lockBreaker(tx, entityId, source);

/** Written only where the answer changes it: questions to a source that is well do not wait for one another. */
async function settleBreaker(
  { db }: AskDeps,
  { entityId, source }: Asker,
  seen: Breaker,
  after: (breaker: Breaker) => Breaker,
): Promise<void> {
  if (isSame(seen, after(seen))) return;
  await withOwner(db, async (tx) => writeBreaker(tx, entityId, source, after(await lockBreaker(tx, entityId, source))));
}

/** What the verdict says is there. */
function present<Given>(value: Given | null | undefined): Given {
  if (value === null || value === undefined) throw new Error('a verdict without what it rests on');
  return value;
}

function reuse(looked: Looked): Following {
  const answer = present(looked.answer);
  return {
    row: { ...looked.row, state: 'cached', consentId: looked.consentId ?? answer.consent_id, answerOf: answer.inquiry_id },
    becomes: (made) => ({ kind: 'done', asked: { outcome: 'cached', ...knownAnswer(answer), inquiryId: present(made).inquiryId } }),
  };
}

/** Everything that must outlive a crash is written before anything leaves. */
async function begin(tx: Tx, asker: Asker, looked: Looked): Promise<Following> {
  const { now, row } = looked;
  const [source, consentId] = [present(looked.source), present(looked.consentId)];
  const admitted = present(looked.admitted);
  if (admitted.state !== 'closed') await writeBreaker(tx, asker.entityId, asker.source, admitted);
  const giveUpAt = now.add({ milliseconds: longestMs(source) + slackMs }).toString();
  return {
    row: { ...row, state: 'asking', consentId, giveUpAt, leavesTrace: source.leaves_trace },
    becomes: (made) => ({ kind: 'ask', source, consentId, ...present(made) }),
  };
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
  /** `interrupted`: something of ours failed on the way; what the source knows of the question is not known. */
  answer: SourceAnswer | { outcome: 'withdrawn' | 'interrupted' };
  attempts: number;
  mayHaveLeft: boolean;
}

async function askAndKeep(deps: AskDeps, asker: Asker, toAsk: ToAsk, request: AskRequest): Promise<Asked> {
  const started = performance.now();
  try {
    const tried = await attempt(deps, toAsk, request);
    return await keep(deps, asker, toAsk, { ...tried, tookMs: Math.round(performance.now() - started) });
  } catch (error) {
    const tookMs = Math.round(performance.now() - started);
    const tried: Tried = { answer: { outcome: 'interrupted' }, attempts: 1, mayHaveLeft: true };
    await keep(deps, asker, toAsk, { ...tried, tookMs });
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
    tx.prepared(
      'select 1 from inquiry.consent where consent_id = $1 and withdrawn_at is null and (valid_until is null or valid_until > $2)',
      [consentId, clock.now().toString()],
    ),
  );
  return row !== undefined;
}

/** The end with its line in one message; what it means for the source comes after, in a transaction of its own: it is rare, and nobody's answer waits for it. */
async function keep(deps: AskDeps, asker: Asker, toAsk: ToAsk, tried: Tried & { tookMs: number }): Promise<Asked> {
  const { source, inquiryId, consentId } = toAsk;
  const { answer } = tried;
  const now = deps.clock.now();
  const end = endOf(answer);
  const isCharged = answer.outcome === 'answered' || (source.charged === 'question' && tried.mayHaveLeft);
  const costFen = isCharged ? BigInt(source.cost_fen) : 0n;
  const told = answer.outcome === 'answered' ? tellOf(deps, source, answer, now) : null;
  const note = noteOf(asker, inquiryId, { outcome: end.state, reason: end.reason, consentId, costFen });
  const { isEnded, breaker } = await withOwner(deps.db, (tx) =>
    endInquiry(tx, deps.vault, asker, note, {
      inquiryId,
      state: end.state,
      reason: end.reason ?? null,
      attempts: tried.attempts,
      mayHaveLeft: tried.mayHaveLeft,
      costFen,
      tookMs: tried.tookMs,
      at: now.toString(),
      answer: told,
    }),
  );
  await settleBreaker(deps, asker, breaker, (one) => settle(one, end.hasReached, now.epochMilliseconds, breakerOf(source)));
  // Given up by another server meanwhile, and perhaps asked again.
  if (!isEnded) return { outcome: 'unavailable', inquiryId, reason: 'interrupted' };
  if (answer.outcome === 'withdrawn') return { outcome: 'refused', inquiryId, code: 'consent_withdrawn' };
  if (told === null) return { outcome: 'unavailable', inquiryId, reason: end.reason ?? answer.outcome };
  const { values, asOf, validUntil } = told;
  return { outcome: 'answered', inquiryId, values, asOf, knownAt: now.toString(), validUntil };
}

const tellOf = (deps: AskDeps, source: Source, answer: Answered, at: Temporal.Instant): NonNullable<Ended['answer']> => ({
  raw: answer.raw,
  values: valuesOf(source, answer, deps.catalogue, deps.clock.today()),
  asOf: answer.asOf.toString(),
  validUntil: at.toZonedDateTimeISO(bankTimeZone).add(source.valid_for).toInstant().toString(),
  usesConsent: source.single_use,
});

/** How the row ends, and whether the source is alive for the breaker: it is when it speaks, be it to refuse. */
function endOf(answer: Tried['answer']): {
  state: 'answered' | 'unavailable' | 'refused';
  reason: string | undefined;
  hasReached: boolean;
} {
  switch (answer.outcome) {
    case 'answered':
      return { state: 'answered', reason: undefined, hasReached: true };
    case 'unavailable':
      return { state: 'unavailable', reason: answer.reason, hasReached: answer.reason === 'refused' };
    case 'withdrawn':
      return { state: 'refused', reason: 'consent_withdrawn', hasReached: false };
    case 'interrupted':
      return { state: 'unavailable', reason: 'interrupted', hasReached: false };
  }
}
