/** Strategies: what they decide about one person and about everybody, which version is in force, and what was decided. */
import { join } from 'node:path';
import type { Change } from '#modules/change/index.ts';
import type { Indicators } from '#modules/indicators/index.ts';
import { record } from '#platform/audit/index.ts';
import type { Clock } from '#platform/clock/index.ts';
import { refuse } from '#platform/http/index.ts';
import { withOwner, withSession } from '#platform/postgres/index.ts';
import type { Database, Session, Tx } from '#platform/postgres/index.ts';
import { bankTimeZone } from '#platform/clock/index.ts';
import type { Lake, Warehouse } from '#platform/warehouse/index.ts';
import type { z } from 'zod';
import { refusals } from './contract.ts';
import type {
  CurrentAnswer,
  DecisionAnswer,
  decisionRequest,
  LoggedAnswer,
  PublishAnswer,
  PublishRequest,
  StrategyList,
  StrategyPage,
  Text,
  Whitelist,
  WhitelistFilter,
  WhitelistQuery,
  WhitelistSummary,
  WhitelistSummaryQuery,
} from './contract.ts';
import { decideApplication, decideNow, decider, explainCurrent, explainLogged } from './decisions/decide-person.ts';
import type { Application, ApplicationDecision, Decider } from './decisions/decide-person.ts';
import { openStrategy, templateFolder } from './definition/library.ts';
import { findIndicators } from './screening/indicator-file.ts';
import { publishScreening } from './screening/publish.ts';
import { acceptFiles, installVersion, releaseChange, releaseKind, versionInForce } from './versions/release.ts';
import { decidingEntities, replayDecisions } from './decisions/replay.ts';
import type { Replayed } from './decisions/replay.ts';
import { meanScores } from './explanation/score-mean.ts';
import { screen } from './screening/screen.ts';
import { listStrategies, readStrategyPage } from './versions/strategy-page.ts';
import { addVersion, CompiledVersions, currentVersion } from './versions/versions.ts';
import { describePeople } from './whitelist/views.ts';
import { countWhitelist, readWhitelist } from './whitelist/whitelist.ts';
import { exportLimit, exportWhitelist } from './whitelist/whitelist-export.ts';
import { summariseWhitelist } from './whitelist/whitelist-summary.ts';

export { stage } from './contract.ts';
export { checkInputs, isDay } from './definition/inputs.ts';
export { checkStrategy } from './definition/check.ts';
export { explain, tracerOf } from './explanation/explain.ts';
export { openStrategy, templateFolder } from './definition/library.ts';
export { addRoutes } from './routes.ts';
export { noMeans } from './explanation/score-mean.ts';
export { findIndicators, readPerson } from './screening/indicator-file.ts';
export { screen } from './screening/screen.ts';
export { StrategyError } from './definition/strategy-error.ts';
export { screenedInputs, withScene } from './definition/strategy.ts';
export { openStoredStrategy } from './versions/stored-strategy.ts';
export type { Replayed } from './decisions/replay.ts';
export type { IndicatorFile } from './screening/indicator-file.ts';
export type { Application, ApplicationDecision, Decider } from './decisions/decide-person.ts';
export type { Inputs, Strategy } from './definition/strategy.ts';

export interface StrategiesDeps {
  db: Database;
  lake: Lake;
  warehouse: Warehouse;
  clock: Clock;
  change: Change;
  /** Values by id for online decisions; without it they are read from the indicator file. */
  indicators?: Pick<Indicators, 'valuesOf'>;
  /** What a person's household may draw and owes beside the loan files, fen, as the transaction's reader may see it; without it nothing. */
  facilityExposure?: (tx: Tx, personId: string) => Promise<bigint>;
  /** Told after a screening was published, so that earlier modules' reading side can follow. */
  onScreened?: (entityId: string, strategy: string) => Promise<void>;
}

export interface Screened {
  strategy: string;
  strategy_version: string;
  as_of: string;
  people: number;
  file: string;
}

export type Strategies = ReturnType<typeof createStrategies>;

export function createStrategies(deps: StrategiesDeps) {
  const { db, lake, warehouse, clock, change } = deps;
  const versions = new CompiledVersions();
  const deciding = { db, lake, warehouse, clock, versions, indicators: deps.indicators, facilityExposure: deps.facilityExposure };
  const now = (): string => clock.now().round('millisecond').toString();
  change.register(releaseChange(clock));

  return {
    /** At bank set-up: the template's version comes into force unless the entity has one already. Answers whether it did. */
    async install(entityId: string, name: string, folder: string = templateFolder): Promise<boolean> {
      const strategy = await openStrategy(folder, name);
      return withOwner(db, (tx) => installVersion(tx, entityId, strategy, { by: 'installation', at: now() }));
    },

    /**
     * Screens everybody of an entity with the version in force and publishes the result. `asOf`: by default the newest indicators.
     * @throws Problem strategy_unknown, strategy_not_current, indicators_missing
     */
    async screenAndPublish(entityId: string, name: string, asOf?: string): Promise<Screened> {
      const strategy = await withOwner(db, async (tx) => versions.get(tx, entityId, name, await currentVersion(tx, entityId, name)));
      const indicators = await findIndicators(lake, { entityId, asOf });
      const file = join(lake.folder(entityId), 'decisions', name, `as_of=${indicators.asOf}`, 'decisions.parquet');
      const input = { strategy, indicators: indicators.path, asOf: indicators.asOf };
      const means = await warehouse.session(async (session) => {
        await screen(session, { ...input, out: file });
        return meanScores(session, strategy, indicators.path, indicators.asOf);
      });
      const people = await publishScreening(db, warehouse, {
        entityId,
        strategy,
        asOf: indicators.asOf,
        screenedAt: now(),
        decisions: file,
        indicators: indicators.path,
        means,
      });
      await deps.onScreened?.(entityId, name);
      return { strategy: name, strategy_version: strategy.version, as_of: indicators.asOf, people, file };
    },

    /** @throws Problem strategy_unknown, strategy_not_current, inputs_unknown, inputs_type */
    decideApplication: (entityId: string, application: Application): Promise<ApplicationDecision> =>
      decideApplication(deciding, entityId, application),
    /** The version in force as it stands in the transaction, to decide by on values that are read along with it. */
    decider: (tx: Tx, entityId: string, name: string): Promise<Decider> => decider(deciding, tx, entityId, name),

    decide: (session: Session, request: z.output<typeof decisionRequest>): Promise<DecisionAnswer> => decideNow(deciding, session, request),
    current: (session: Session, personId: string, name: string): Promise<CurrentAnswer> =>
      explainCurrent(deciding, session, personId, name),
    /** @throws Problem decision_unknown */
    logged: (session: Session, decisionId: string): Promise<LoggedAnswer> => explainLogged(deciding, session, decisionId),

    /** Legal entities that can have decided. */
    entities: (): Promise<string[]> => withOwner(db, decidingEntities),
    /** Logged decisions of a day of the bank (all when left out), made again. Runs as the owner. */
    replay: (entityId: string, day?: string): Promise<Replayed> =>
      replayDecisions(deciding, entityId, day === undefined ? { from: '-infinity', to: 'infinity' } : dayRange(day)),

    whitelist: (session: Session, query: WhitelistQuery): Promise<Whitelist> =>
      withSession(db, session, async (tx) => {
        const [screening] = await tx.query<{ as_of: string; strategy_version: string }>(
          'select as_of, strategy_version from strategy.screening where strategy = $1',
          [query.strategy],
        );
        const { rows, nextCursor } = await readWhitelist(tx, session, query);
        const isWhole = query.cursor === undefined && nextCursor === null;
        const total = isWhole ? { total: rows.length, isEstimate: false } : await countWhitelist(tx, session, query);
        const asOf = screening?.as_of ?? null;
        return {
          items: await describePeople(tx, rows, asOf ?? clock.today().toString()),
          total: total.total,
          total_is_estimate: total.isEstimate,
          next_cursor: nextCursor,
          as_of: asOf,
          strategy_version: screening?.strategy_version ?? null,
        };
      }),

    summary: (session: Session, query: WhitelistSummaryQuery): Promise<WhitelistSummary> =>
      withSession(db, session, async (tx) => {
        const [screening] = await tx.query<{ as_of: string; strategy_version: string; is_allocated: boolean }>(
          'select as_of, strategy_version, is_allocated from strategy.screening where strategy = $1',
          [query.strategy],
        );
        const distribution = await summariseWhitelist(tx, session, query, screening?.is_allocated ?? false);
        if (!screening) return { as_of: null, strategy_version: null, ...distribution, reasons: [] };
        const strategy = await versions.get(tx, session.entityId, query.strategy, screening.strategy_version);
        const reasons = distribution.reasons.map(({ code, people }) => {
          const [wording, effect] = [strategy.wording.get(code), strategy.effectOf.get(code)];
          if (!wording || !effect) throw new Error(`reason ${code} is not one of ${strategy.version}`);
          return { code, effect, staff: wording.staff, people };
        });
        const { as_of, strategy_version } = screening;
        return { as_of, strategy_version, ...distribution, reasons };
      }),

    /** @throws Problem export_too_large */
    async exportWhitelist(
      session: Session,
      filter: WhitelistFilter,
      exporting: { language: keyof Text; requestId: string },
    ): Promise<AsyncGenerator<string>> {
      const total = await withSession(db, session, (tx) => countWhitelist(tx, session, filter));
      if (total.total > exportLimit) throw refuse(refusals, 'export_too_large');
      return exportWhitelist(db, session, filter, { ...exporting, at: clock.now() });
    },

    list: (session: Session): Promise<StrategyList> => withSession(db, session, (tx) => listStrategies(tx, session.entityId)),
    page: (session: Session, name: string, version: string | undefined): Promise<StrategyPage> =>
      withSession(db, session, (tx) => readStrategyPage(tx, session.entityId, name, version, versions)),

    /** @throws Problem strategy_unknown, strategy_invalid, strategy_version_exists, subject_pending */
    propose: (session: Session, name: string, request: PublishRequest, requestId?: string): Promise<PublishAnswer> =>
      withOwner(db, async (tx) => {
        const before = await versionInForce(tx, session.entityId, name);
        if (before === null) throw refuse(refusals, 'strategy_unknown', { zh: name, en: name });
        const { strategy, findings } = acceptFiles(request.files, name);
        await addVersion(tx, session.entityId, strategy.definition, { by: session.actorId, at: now() });
        const proposalId = await change.propose(tx, session, {
          kind: releaseKind,
          subject: `${name} ${strategy.definition.description.version}`,
          before: { version: before },
          after: { name, version: strategy.version },
          reason: request.comment,
          ...(requestId === undefined ? {} : { requestId }),
        });
        await record(tx, {
          entityId: session.entityId,
          actorId: session.actorId,
          action: 'strategy.propose',
          subjectKind: 'strategy',
          subjectId: name,
          detail: { version: strategy.version },
          requestId,
        });
        return { proposal_id: proposalId, version: strategy.version, findings };
      }),
  };
}

/** Midnight to midnight at the bank. */
function dayRange(day: string): { from: string; to: string } {
  const start = Temporal.PlainDate.from(day);
  const at = (date: Temporal.PlainDate): string => date.toZonedDateTime(bankTimeZone).toInstant().toString();
  return { from: at(start), to: at(start.add({ days: 1 })) };
}
