/** Online decisions: for a person of the population as the reader may see it, or for stated values. */
import { randomUUID } from 'node:crypto';
import type { Indicators, Value } from '#modules/indicators/index.ts';
import type { Clock } from '#platform/clock/index.ts';
import { refuse } from '#platform/http/index.ts';
import { withOwner, withSession } from '#platform/postgres/index.ts';
import type { Database, Session, Tx } from '#platform/postgres/index.ts';
import type { Lake, Warehouse } from '#platform/warehouse/index.ts';
import { refusals } from '../contract.ts';
import type { CurrentAnswer, Decision, DecisionAnswer, decisionRequest, Explanation, LoggedAnswer, ReplayCheck } from '../contract.ts';
import { decisionOf, logDecision, readDecision } from './decision-log.ts';
import { explain, judge } from '../explanation/explain.ts';
import { checkInputs } from '../definition/inputs.ts';
import { screenedInputs } from '../definition/strategy.ts';
import { findIndicators, readPerson } from '../screening/indicator-file.ts';
import { compareDecisions, replayDecision } from './replay.ts';
import { readMeans } from '../explanation/score-mean.ts';
import type { Inputs, Strategy } from '../definition/strategy.ts';
import { currentVersion } from '../versions/versions.ts';
import type { CompiledVersions } from '../versions/versions.ts';
import { listedColumns } from '../whitelist/whitelist.ts';
import type { ListedDecision } from '../whitelist/whitelist.ts';
import type { z } from 'zod';

export interface DecideDeps {
  db: Database;
  lake: Lake;
  warehouse: Warehouse;
  clock: Clock;
  versions: CompiledVersions;
  /** Values of the newest indicator run served by id; without it, and for other days, they are read from the indicator file. */
  indicators?: Pick<Indicators, 'valuesOf'> | undefined;
  /** What a person's household may draw and owes beside the loan files, fen; without it nothing. */
  facilityExposure?: ((tx: Tx, personId: string) => Promise<bigint>) | undefined;
}

/** The input that has the loans and guarantees of a household's files, fen. */
const exposureInput = 'HH_EXPOSURE';

/** @throws Problem strategy_unknown, strategy_not_current, person_unknown, indicators_missing, inputs_unknown, inputs_type */
export async function decideNow(deps: DecideDeps, session: Session, request: z.output<typeof decisionRequest>): Promise<DecisionAnswer> {
  const { db, clock, versions } = deps;
  const { strategy, means, gridCode, besideFen } = await withSession(db, session, async (tx) => {
    const version = await currentVersion(tx, session.entityId, request.strategy);
    return {
      strategy: await versions.get(tx, session.entityId, request.strategy, version),
      means: await readMeans(tx, request.strategy),
      gridCode: request.person_id === undefined ? null : await gridOf(tx, request.person_id),
      besideFen: await facilitiesNow(deps, tx, request),
    };
  });
  const given = checkInputs(strategy, request.inputs ?? {});
  const known =
    request.person_id === undefined
      ? { inputs: {}, asOf: request.as_of ?? clock.today().toString() }
      : await valuesOf(deps, session, strategy, request.person_id, request.as_of);
  const inputs: Inputs = { ...withExposure(known.inputs, besideFen), ...given };
  const { answers, explanation, traceHash } = explain(strategy, inputs, known.asOf, request.stage, means);
  const decidedAt = clock.now().round('millisecond').toString();
  const decision = decisionOf(answers, { personId: request.person_id ?? null, version: strategy.version, asOf: known.asOf });
  if (request.person_id === undefined || gridCode === null) {
    return { decision_id: null, decided_at: decidedAt, decision, explanation };
  }
  const logged = {
    decision_id: randomUUID(),
    entity_id: session.entityId,
    person_id: request.person_id,
    grid_code: gridCode,
    strategy: strategy.name,
    strategy_version: strategy.version,
    stage: request.stage,
    as_of: known.asOf,
    is_what_if: Object.keys(given).length > 0,
    decided_at: decidedAt,
    actor_id: session.actorId,
    inputs,
    result: decision,
    trace_hash: traceHash,
  };
  await withSession(db, session, (tx) => logDecision(tx, logged));
  return { decision_id: logged.decision_id, decided_at: decidedAt, decision, explanation };
}

/** As of an earlier day nobody knows what had been opened by then. */
async function facilitiesNow({ facilityExposure }: DecideDeps, tx: Tx, request: z.output<typeof decisionRequest>): Promise<bigint> {
  const { person_id: personId, as_of: asOf } = request;
  if (facilityExposure === undefined || personId === undefined || asOf !== undefined) return 0n;
  return facilityExposure(tx, personId);
}

/** What is unknown stays so. */
function withExposure(inputs: Inputs, besideFen: bigint): Inputs {
  const { [exposureInput]: known } = inputs;
  if (besideFen === 0n || (typeof known !== 'number' && typeof known !== 'bigint')) return inputs;
  return { ...inputs, [exposureInput]: Number(BigInt(known) + besideFen) };
}

/** What an application is decided on: a person of the population or one whom the bank does not know yet, and what was learned since the last run. */
export interface Application {
  strategy: string;
  personId: string;
  gridCode: string;
  /** Values that the application itself brought or that were asked of sources: they count before the person's indicators; what the strategy does not read is left out. */
  inputs: Record<string, unknown>;
  actorId: string;
}

export interface ApplicationDecision {
  decisionId: string;
  decision: Decision;
  /** Every reason, in order, with what it does and what the person concerned is told. */
  reasons: Explanation['reasons'];
}

/** Values of a person as of the day of their last run, by code. */
export interface KnownValues {
  asOf: string;
  values: ReadonlyMap<string, Value>;
}

/**
 * Decides an application with the version in force, and keeps the decision. Runs as the owner: the borrower has no session here.
 * @throws Problem strategy_unknown, strategy_not_current, inputs_type
 */
export async function decideApplication(deps: DecideDeps, entityId: string, application: Application): Promise<ApplicationDecision> {
  const { personId, gridCode, actorId } = application;
  const online = await deps.indicators?.valuesOf({ entityId, actorId, roles: [], scopes: [gridCode] }, personId);
  return withOwner(deps.db, async (tx) => {
    const decide = await decider(deps, tx, entityId, application.strategy);
    const { keep, ...decided } = decide(application, online ?? null);
    await keep(tx);
    return decided;
  });
}

/** A decision that is made and not yet kept: it counts once `keep` has gone with the transaction (as owner) of what follows from it. */
export interface DecisionMade extends ApplicationDecision {
  readonly keep: (tx: Tx) => Promise<void>;
}
/** Decides on values that have been read already, by the version that was in force when it was made. */
export type Decider = (application: Omit<Application, 'strategy'>, online: KnownValues | null) => DecisionMade;

/** @throws Problem strategy_unknown, strategy_not_current; the decider: inputs_type */
export async function decider({ clock, versions }: DecideDeps, tx: Tx, entityId: string, name: string): Promise<Decider> {
  const strategy = await versions.get(tx, entityId, name, await currentVersion(tx, entityId, name));
  return (application, online) => made({ clock, entityId, strategy, application, online });
}

interface Making {
  readonly clock: Clock;
  readonly entityId: string;
  readonly strategy: Strategy;
  readonly application: Omit<Application, 'strategy'>;
  readonly online: KnownValues | null;
}

function made({ clock, entityId, strategy, application, online }: Making): DecisionMade {
  const { personId, gridCode } = application;
  // Sources tell more than one strategy reads.
  const isRead = new Set(strategy.inputs.map((input) => input.name));
  const given = checkInputs(strategy, Object.fromEntries(Object.entries(application.inputs).filter(([input]) => isRead.has(input))));
  const known = online
    ? checkInputs(strategy, Object.fromEntries(screenedInputs(strategy).map((input) => [input, online.values.get(input) ?? null])))
    : {};
  const asOf = online?.asOf ?? clock.today().toString();
  const inputs: Inputs = { ...known, ...given };
  const { answers, reasons, traceHash } = judge(strategy, inputs, asOf, 'apply');
  const decision = decisionOf(answers, { personId, version: strategy.version, asOf });
  const logged = {
    decision_id: randomUUID(),
    entity_id: entityId,
    person_id: personId,
    grid_code: gridCode,
    strategy: strategy.name,
    strategy_version: strategy.version,
    stage: 'apply' as const,
    as_of: asOf,
    is_what_if: false,
    decided_at: clock.now().round('millisecond').toString(),
    actor_id: application.actorId,
    inputs,
    result: decision,
    trace_hash: traceHash,
  };
  return { decisionId: logged.decision_id, decision, reasons, keep: (tx) => logDecision(tx, logged) };
}

interface Published extends ListedDecision {
  strategy_version: string;
  as_of: string;
}

/**
 * What the last published screening says about a person, explained by deciding again from the same indicators with the same version.
 * @throws Problem decision_none, strategy_version_unknown, indicators_missing
 */
export async function explainCurrent(deps: DecideDeps, session: Session, personId: string, name: string): Promise<CurrentAnswer> {
  const { published, strategy, means } = await withSession(deps.db, session, async (tx) => {
    const [row] = await tx.prepared<Published>(
      `select ${listedColumns}, strategy_version, as_of from strategy.decision_current
       join strategy.screening using (entity_id, strategy) where person_id = $1 and strategy = $2`,
      [personId, name],
    );
    if (!row) throw refuse(refusals, 'decision_none');
    return {
      published: row,
      strategy: await deps.versions.get(tx, session.entityId, name, row.strategy_version),
      means: await readMeans(tx, name),
    };
  });
  const { inputs } = await valuesOf(deps, session, strategy, personId, published.as_of);
  const { answers, explanation } = explain(strategy, inputs, published.as_of, 'screen', means);
  const about = { personId, version: published.strategy_version, asOf: published.as_of };
  const decision: Decision = decisionOf(published, about);
  const differences = compareDecisions(decision, decisionOf(answers, { ...about, version: strategy.version }));
  return {
    decision,
    grid_code: published.grid_code,
    household_id: published.household_id,
    explanation,
    replay: replayed(deps, explanation, differences),
  };
}

const replayed = (deps: DecideDeps, explanation: Explanation, differences: ReplayCheck['differences']): ReplayCheck => ({
  same: differences.length === 0,
  checked_at: deps.clock.now().round('millisecond').toString(),
  rules: explanation.rules.length,
  steps: explanation.limit_steps.length + explanation.rate_steps.length,
  differences,
});

/**
 * A decision that was logged for one person, explained from its own inputs by its own version.
 * @throws Problem decision_unknown
 */
export async function explainLogged(deps: DecideDeps, session: Session, decisionId: string): Promise<LoggedAnswer> {
  const { logged, strategy, means } = await withSession(deps.db, session, async (tx) => {
    const row = await readDecision(tx, decisionId);
    if (!row) throw refuse(refusals, 'decision_unknown');
    return {
      logged: row,
      strategy: await deps.versions.get(tx, session.entityId, row.strategy, row.strategy_version),
      means: await readMeans(tx, row.strategy),
    };
  });
  const { explanation } = explain(strategy, logged.inputs, logged.as_of, logged.stage, means);
  return {
    decision_id: logged.decision_id,
    strategy: logged.strategy,
    decided_at: logged.decided_at,
    is_what_if: logged.is_what_if,
    decision: logged.result,
    grid_code: logged.grid_code,
    explanation,
    replay: replayed(deps, explanation, replayDecision(strategy, logged)),
  };
}

/** Row-level security answers for the scope: who is outside it is not found. */
async function gridOf(tx: Tx, personId: string): Promise<string> {
  const [row] = await tx.prepared<{ grid_code: string }>('select grid_code from population.person where person_id = $1', [personId]);
  if (!row) throw refuse(refusals, 'person_unknown');
  return row.grid_code;
}

async function valuesOf(deps: DecideDeps, session: Session, strategy: Strategy, personId: string, asOf: string | undefined) {
  const online = await deps.indicators?.valuesOf(session, personId);
  if (online && (asOf === undefined || online.asOf === asOf)) {
    // Online amounts are decimal strings; the strategy reads numbers.
    const inputs = checkInputs(
      strategy,
      Object.fromEntries(screenedInputs(strategy).map((name) => [name, online.values.get(name) ?? null])),
    );
    return { inputs, asOf: online.asOf };
  }
  const file = await findIndicators(deps.lake, { entityId: session.entityId, asOf });
  const inputs = await deps.warehouse.session((reading) => readPerson(reading, strategy, file.path, personId));
  return { inputs, asOf: file.asOf };
}
