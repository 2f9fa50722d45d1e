/** Indicators: the catalogue, its computation as of any day, values served by person, statistics and tags. */
import { copyFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { refuse } from '#platform/http/index.ts';
import { withOwner, withSession } from '#platform/postgres/index.ts';
import type { Database, Session, Tx } from '#platform/postgres/index.ts';
import { stateFiles } from '#platform/warehouse/index.ts';
import type { Lake } from '#platform/warehouse/index.ts';
import { readCatalogue } from './catalogue.ts';
import { computeIndicators, IndicatorError, noData } from './compute.ts';
import type { ComputeInput } from './compute.ts';
import { permissions, refusals } from './contract.ts';
import type { IndicatorList, IndicatorPage, PersonIndicators, PersonTag, TagList } from './contract.ts';
import type { Catalogue } from './indicator.ts';
import { planComputation } from './plan.ts';
import { publishRun } from './publish.ts';
import { statisticsOf } from './statistic.ts';
import type { Shape } from './statistic.ts';
import { readTags } from './tag.ts';
import type { Tags } from './tag.ts';
import { countTags, listIndicators, personPage, readIndicator, readPerson, readTagsOf, shownTags } from './views.ts';
import type { PersonValues } from './views.ts';

export { IndicatorError, indicatorFile } from './compute.ts';
export { CatalogueError } from './indicator.ts';
export type { Catalogue } from './indicator.ts';
export { addRoutes } from './routes.ts';
export type { Value } from './line.ts';
export type { PersonValues } from './views.ts';

export interface IndicatorsDeps {
  db: Database;
  lake: Lake;
  clock: { now(): Temporal.Instant };
  /** Folder with `sources/`, `indicators/` and `tags.yaml`; the template when left out. */
  configuration?: string;
}

export interface ComputeOptions {
  onProgress?: ComputeInput['onProgress'];
  /** A copy of the wide file goes here; the lake has it in any case. */
  out?: string | undefined;
  threads?: number | undefined;
  memoryLimit?: string | undefined;
}

export interface ComputeReport {
  entity_id: string;
  as_of: string;
  persons: number;
  indicators: number;
  scans: number;
  /** Sources that had come by the day. */
  sources: string[];
  file: string;
  /** False when values of a later day stay online. */
  online: boolean;
  /** Until the wide file stood; the rest of `seconds` is statistics and publishing. */
  seconds_computing: number;
  seconds: number;
}

export type Indicators = ReturnType<typeof createIndicators>;

export const templateConfiguration = resolve(import.meta.dirname, '../../banks/template');

export function createIndicators(deps: IndicatorsDeps) {
  const folder = deps.configuration ?? templateConfiguration;
  let opened: Promise<{ catalogue: Catalogue; tags: Tags }> | undefined;
  const open = (): Promise<{ catalogue: Catalogue; tags: Tags }> => {
    opened ??= readCatalogue(folder).then(async (catalogue) => ({ catalogue, tags: await readTags(join(folder, 'tags.yaml'), catalogue) }));
    return opened;
  };

  return {
    /** The checked catalogue. Throws CatalogueError. */
    catalogue: async (): Promise<Catalogue> => (await open()).catalogue,

    /** Computes the catalogue as of a day, publishes values and statistics. Throws IndicatorError, CatalogueError. */
    async compute(entityId: string, asOf: string, options: ComputeOptions = {}): Promise<ComputeReport> {
      const { catalogue, tags } = await open();
      requireDay(asOf);
      const started = performance.now();
      const since = (): number => Math.round(performance.now() - started) / 1000;
      return computeIndicators({ lake: deps.lake, catalogue, entityId, asOf, ...options }, async (session, computed) => {
        if (options.out !== undefined) await copyFile(computed.file, options.out);
        const computing = since();
        const before = await earlierShapes(deps.db, entityId, asOf);
        const statistics = () => statisticsOf(session, computed.file, catalogue.indicators, before);
        const run = {
          entityId,
          asOf,
          finishedAt: deps.clock.now().toString(),
          persons: computed.persons,
          seconds: computing,
          catalogue,
          file: computed.file,
        };
        const online = await publishRun(deps.db, session, run, tags, statistics);
        const indicators = catalogue.indicators.length;
        const counts = { persons: computed.persons, indicators, scans: computed.scans, sources: computed.loaded };
        return { entity_id: entityId, as_of: asOf, ...counts, file: computed.file, online, seconds_computing: computing, seconds: since() };
      });
    },

    /** Which columns of which files a computation reads: what it cannot be faster than. */
    async reads(entityId: string, asOf: string): Promise<{ source: string; columns: string[]; files: string[] }[]> {
      const { catalogue } = await open();
      const manifest = await deps.lake.manifest(entityId);
      if (!manifest) throw noData(entityId);
      const plan = planComputation({ lake: deps.lake, manifest, catalogue, asOf });
      return [...plan.reads].map(([source, columns]) => {
        const { full, deltas } = stateFiles(manifest, source, asOf);
        return { source, columns, files: [...full, ...deltas].map((file) => deps.lake.path(entityId, file.path)) };
      });
    },

    /** The legal entities that have published data. */
    entities: (): Promise<string[]> => deps.lake.entities(),

    list: async (session: Session, filter: { class?: string | undefined; search?: string | undefined } = {}): Promise<IndicatorList> => {
      const { catalogue } = await open();
      return withSession(deps.db, session, (tx) => listIndicators(tx, catalogue, filter));
    },

    /** One indicator: definition, lineage, statistics. Refuses `indicator_unknown`. */
    statistics: async (session: Session, code: string): Promise<IndicatorPage> => {
      const { catalogue, tags } = await open();
      return withSession(deps.db, session, (tx) => readIndicator(tx, catalogue, tags, code));
    },

    /** All values of one person in the newest run; null when there is none in the reader's grid. For other modules: nothing is withheld. */
    valuesOf: async (session: Session, personId: string): Promise<PersonValues | null> => {
      const { catalogue } = await open();
      return withSession(deps.db, session, (tx) => readPerson(tx, catalogue, personId));
    },

    /** The same in a transaction of a session that is open already. */
    valuesIn: (tx: Tx, personId: string): Promise<PersonValues | null> =>
      readPerson(
        tx,
        open().then(({ catalogue }) => catalogue),
        personId,
      ),

    /** A person's values as shown to a reader. Refuses `indicators_person_not_found`. */
    personPage: async (
      session: Session,
      personId: string,
      reader: { restricted: boolean; class?: string | undefined },
    ): Promise<PersonIndicators> => {
      const { catalogue, tags } = await open();
      const found = await withSession(deps.db, session, (tx) => readPerson(tx, catalogue, personId));
      if (!found) throw refuse(refusals, 'indicators_person_not_found');
      return personPage(catalogue, tags, personId, found, reader);
    },

    /** The tags a person carries in the newest run, as a holder of `held` may see them; null when unknown or not for this reader. */
    tagsOf: async (tx: Tx, personId: string, held: ReadonlySet<string>): Promise<PersonTag[] | null> => {
      if (!held.has(permissions.read)) return null;
      const { catalogue, tags } = await open();
      const carried = await readTagsOf(tx, personId);
      return carried && shownTags(catalogue, tags, carried, held.has(permissions.restricted));
    },

    tagCounts: async (session: Session, gridCode: string | null): Promise<TagList> => {
      const { tags } = await open();
      return withSession(deps.db, session, (tx) => countTags(tx, tags, gridCode));
    },
  };
}

function requireDay(asOf: string): void {
  if (/^\d{4}-\d{2}-\d{2}$/.test(asOf)) {
    try {
      if (Temporal.PlainDate.from(asOf, { overflow: 'reject' }).year >= 1990) return;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  throw new IndicatorError(
    'indicators_as_of_invalid',
    `${asOf} 不是日期，应为 1990 年以后的 YYYY-MM-DD`,
    `${asOf} is not a day: write YYYY-MM-DD, 1990 or later`,
  );
}

/** Shapes of the run before the day, to compare with. */
async function earlierShapes(db: Database, entityId: string, asOf: string): Promise<Map<string, Shape>> {
  const rows = await withOwner(db, (tx) =>
    tx.query<{ code: string; shape: Shape }>(
      `select code, shape from indicators.statistic where entity_id = $1
         and as_of = (select max(as_of) from indicators.run where entity_id = $1 and as_of < $2)`,
      [entityId, asOf],
    ),
  );
  return new Map(rows.map((row) => [row.code, row.shape]));
}
