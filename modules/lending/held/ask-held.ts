/** Asks again for applications that wait because a source did not answer, and lets the machine decide as soon as it has. */
import type { Reach } from '#modules/inquiry/index.ts';
import { bankTimeZone } from '#platform/clock/index.ts';
import { Problem } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { isOver } from '../applications/lifecycle.ts';
import { applicationColumns } from '../applications/store.ts';
import type { ApplicationRow } from '../applications/store.ts';
import { machine } from '../deps.ts';
import type { LendingDeps } from '../deps.ts';
import { askAbout } from '../decision/ask-about.ts';
import { learn, nextOf, pauseAfter } from './hold.ts';
import type { HeldSettings, Hold, Learned, LeftReason, Told } from './hold.ts';
import { claim, endWait, holdBack, lockTry, noteShut, readTurns, waitingEntities, waitOn } from './store.ts';
import type { HeldRow } from './store.ts';

/** What the process waits for beside the investigation. */
const message = 'answered';
/** Of one legal entity in one round; the others have their turn in the next. */
const mostTurns = 50;
/** A try is lost after it: longer than any source may take in all its attempts. */
const lease = { minutes: 3 };

/** What came of one turn: nothing was asked, a try brought nothing, the machine decides on what it brought, or people do without it. */
type Came = 'waits' | 'tried' | 'answered' | 'left';
export type AskedHeld = Readonly<Record<Came, number>>;

const settingsOf = ({ configuration }: LendingDeps): HeldSettings => configuration.held;

/**
 * In the transaction of the decision that refers it: from now on the sources that did not answer are asked again. One that the bank is not connected to
 * is none that anybody could wait for.
 */
export async function hold(deps: LendingDeps, tx: Tx, row: ApplicationRow, unanswered: readonly string[]): Promise<void> {
  const reach = await deps.inquiry.reach(tx, row.entity_id);
  const sources = unanswered.filter((source) => isConnected(reach.get(source)));
  if (sources.length === 0) return;
  const now = deps.clock.now().round('millisecond');
  const settings = settingsOf(deps);
  holdBack(tx, row, {
    sources,
    since: now.toString(),
    nextTry: now.add(pauseAfter(0, settings)).toString(),
    givesUpAt: now.toZonedDateTimeISO(bankTimeZone).add(settings.for).toInstant().toString(),
  });
}

const isConnected = (reach: Reach | undefined): boolean =>
  reach !== undefined && !(reach.is === 'shut' && reach.reason === 'not_connected');

/** One round over everything that waits. Safe from several servers at once: each try is claimed by one of them. */
export async function askHeld(deps: LendingDeps): Promise<AskedHeld> {
  const count: Record<Came, number> = { waits: 0, tried: 0, answered: 0, left: 0 };
  for (const entityId of await withOwner(deps.db, waitingEntities)) {
    for (const row of await turnsOf(deps, entityId)) {
      try {
        count[await take(deps, row)] += 1;
      } catch (error) {
        // The others go on; this one has its turn again after its pause.
        deps.onFault(error, `held application A${row.application_id}`);
      }
    }
  }
  return count;
}

async function turnsOf(deps: LendingDeps, entityId: string): Promise<HeldRow[]> {
  return withOwner(deps.db, async (tx) => {
    const reach = await deps.inquiry.reach(tx, entityId);
    const shut = [...reach].filter(([, { is }]) => is === 'shut').map(([source]) => source);
    await noteShut(tx, entityId, shut);
    return readTurns(tx, entityId, deps.clock.now().toString(), mostTurns);
  });
}

async function take(deps: LendingDeps, row: HeldRow): Promise<Came> {
  const begun = await withOwner(deps.db, (tx) => begin(deps, tx, row));
  if (begun.came !== 'asks') return begun.came;
  const told = (await askAbout(deps, begun.application, begun.sources)).map(({ source, asked }): Told => {
    if (asked.outcome === 'unavailable') return { source, outcome: asked.outcome, why: asked.reason };
    return { source, outcome: asked.outcome, why: asked.outcome === 'refused' ? asked.code : null };
  });
  const { came, caseId } = await withOwner(deps.db, (tx) => conclude(deps, tx, { row, application: begun.application }, told));
  if (caseId !== null) await deps.processes.proceed(caseId);
  return came;
}

type Begun =
  | { readonly came: 'waits' | 'left' }
  | { readonly came: 'asks'; readonly application: ApplicationRow; readonly sources: readonly string[] };

/** Looks whether it is still waited for and whether anything would leave; then the try is claimed, before anything leaves. */
async function begin(deps: LendingDeps, tx: Tx, row: HeldRow): Promise<Begun> {
  const now = deps.clock.now().round('millisecond');
  const application = await readApplication(tx, row.application_id);
  const place = await placeOf(tx, application);
  if (place === 'elsewhere') {
    await waitOn(tx, row.application_id, { ...row, nextTry: now.add(pauseAfter(row.tries, settingsOf(deps))).toString() });
    return { came: 'waits' };
  }
  const reach: ReadonlyMap<string, Reach> = await deps.inquiry.reach(tx, row.entity_id);
  const next = place === 'investigation' ? nextOf(holdOf(row), reach, settingsOf(deps), now) : { do: 'leave' as const, reason: place };
  if (next.do === 'leave') {
    await endWait(tx, row.application_id, { state: 'left', reason: next.reason, at: now.toString() });
    return { came: 'left' };
  }
  if (next.do === 'wait' || !(await claim(tx, row, now.toString(), now.add(lease).toString()))) return { came: 'waits' };
  return { came: 'asks', application, sources: next.sources };
}

const holdOf = ({ sources, tries, next_try: nextTry, gives_up_at: givesUpAt, is_shut: isShut }: HeldRow): Hold => ({
  sources,
  tries,
  nextTry: Temporal.Instant.from(nextTry),
  givesUpAt: Temporal.Instant.from(givesUpAt),
  isShut,
});

/** It is asked while an investigation waits for somebody; not while the borrower is asked for more, nor once people have gone on without it. */
async function placeOf(tx: Tx, { state, case_id: caseId }: ApplicationRow): Promise<'investigation' | 'elsewhere' | LeftReason> {
  if (isOver(state)) return 'application_over';
  if (state === 'deciding' || state === 'supplement') return 'elsewhere';
  const [task] = await tx.prepared(`select 1 from process.task where case_id = $1 and state = 'open' and form = 'lending.investigation'`, [
    caseId,
  ]);
  return state === 'referred' && task ? 'investigation' : 'passed_on';
}

async function readApplication(tx: Tx, applicationId: bigint): Promise<ApplicationRow> {
  const [row] = await tx.prepared<ApplicationRow>(`select ${applicationColumns} from lending.application where application_id = $1`, [
    applicationId,
  ]);
  if (!row) throw new Error(`application A${applicationId} is not there`);
  return row;
}

interface Concluded {
  readonly came: Came;
  /** Goes on once this is committed. */
  readonly caseId: bigint | null;
}

/** What a try brought, in one transaction with the case's step; a server that took too long finds the try given to another. */
async function conclude(
  deps: LendingDeps,
  tx: Tx,
  { row, application }: { row: HeldRow; application: ApplicationRow },
  told: readonly Told[],
): Promise<Concluded> {
  const { case_id: caseId, entity_id: entityId } = application;
  if (caseId === null) throw new Error(`application A${row.application_id} has no case`);
  const [, held] = await Promise.all([deps.processes.hold(tx, entityId, caseId), lockTry(tx, row.application_id, row.tries + 1)]);
  if (!held) return { came: 'waits', caseId: null };
  const learned = learn(held, told);
  const at = deps.clock.now().round('millisecond');
  if (learned.end === null) {
    const { missing, answered, why: reason } = learned;
    await waitOn(tx, held.application_id, { sources: missing, answered, reason, nextTry: nextTryOf(deps, held, learned, at).toString() });
    return { came: 'tried', caseId: null };
  }
  if (learned.end.state === 'left') {
    await endWait(tx, held.application_id, { ...learned.end, at: at.toString() });
    return { came: 'left', caseId: null };
  }
  return decideOn(deps, tx, { held, caseId, learned, at });
}

/** What the day's quota ends is asked again on the next day. */
function nextTryOf(deps: LendingDeps, held: HeldRow, { isUsedUp }: Learned, at: Temporal.Instant): Temporal.Instant {
  const from = isUsedUp ? at.toZonedDateTimeISO(bankTimeZone).add({ days: 1 }).startOfDay().toInstant() : at;
  return from.add(pauseAfter(held.tries, settingsOf(deps)));
}

/** The process takes the message where it is drawn to; a case that does not wait for it any more is with people. */
async function decideOn(
  deps: LendingDeps,
  tx: Tx,
  { held, caseId, learned, at }: { held: HeldRow; caseId: bigint; learned: Learned; at: Temporal.Instant },
): Promise<Concluded> {
  const unavailable = held.sources.filter((source) => !learned.answered.includes(source));
  const refused = await sent(() => deps.processes.send(tx, held.entity_id, { caseId, message, variables: { unavailable } }, machine));
  if (refused === 'case_suspended') {
    await waitOn(tx, held.application_id, { ...held, nextTry: nextTryOf(deps, held, learned, at).toString() });
    return { came: 'waits', caseId: null };
  }
  const end = refused === null ? ({ state: 'answered', reason: null } as const) : ({ state: 'left', reason: 'passed_on' } as const);
  await endWait(tx, held.application_id, { ...end, at: at.toString(), answered: learned.answered });
  return { came: end.state, caseId: refused === null ? caseId : null };
}

const expected: ReadonlySet<string> = new Set(['not_awaited', 'case_over', 'case_suspended']);

/** Null when the case took it, else why not. */
async function sent(send: () => Promise<unknown>): Promise<string | null> {
  try {
    await send();
    return null;
  } catch (error) {
    if (error instanceof Problem && expected.has(error.code)) return error.code;
    throw error;
  }
}
