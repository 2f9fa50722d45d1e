/** What screens read: the catalogue with its statistics, one indicator, one person's values, tags of a grid. */
import type { Tx } from '#platform/postgres/index.ts';
import { refuse } from '#platform/http/index.ts';
import { refusals } from './contract.ts';
import type {
  IndicatorDefinition,
  IndicatorList,
  IndicatorPage,
  IndicatorRun,
  IndicatorStatistic,
  IndicatorSummary,
  IndicatorValue,
  PersonIndicators,
  PersonTag,
  TagList,
} from './contract.ts';
import { codesRead } from './derive.ts';
import type { Catalogue, Indicator } from './indicator.ts';
import { namesIn } from './expression.ts';
import { readLine } from './line.ts';
import type { Value } from './line.ts';
import { borrowedColumns } from './source.ts';
import type { Shape } from './statistic.ts';
import type { Tag, Tags } from './tag.ts';

interface RunRow {
  as_of: string;
  finished_at: string;
  persons: number;
  seconds: number;
  catalogue_hash: string;
  codes: string[];
}

const runOf = (row: RunRow | undefined): IndicatorRun | null =>
  row
    ? {
        as_of: row.as_of,
        finished_at: row.finished_at,
        persons: row.persons,
        indicators: row.codes.length,
        seconds: row.seconds,
        catalogue_hash: row.catalogue_hash,
      }
    : null;

interface StatisticRow {
  as_of: string;
  code: string;
  known: number;
  distinct_count: number;
  middle: number | null;
  drift_psi: number | null;
  persons: number;
}

export async function listIndicators(
  tx: Tx,
  catalogue: Catalogue,
  filter: { class?: string | undefined; search?: string | undefined },
): Promise<IndicatorList> {
  const runs = await tx.query<RunRow>(
    'select as_of, finished_at, persons, seconds, catalogue_hash, codes from indicators.run order by as_of desc limit 2',
  );
  const [run, previous] = [runOf(runs[0]), runOf(runs[1])];
  const rows = await tx.query<StatisticRow>(
    `select s.as_of, s.code, s.known, s.distinct_count, s.middle, s.drift_psi, r.persons
     from indicators.statistic s join indicators.run r using (entity_id, as_of) where s.as_of = any ($1::date[])`,
    [runs.map((row) => row.as_of)],
  );
  const shown = (asOf: string | undefined) => new Map(rows.filter((row) => row.as_of === asOf).map((row) => [row.code, row]));
  const [now, before] = [shown(run?.as_of), shown(previous?.as_of)];
  const items = catalogue.indicators
    .map((indicator) => indicator.definition)
    .filter((definition) => matches(definition, filter))
    .map((definition) => summaryOf(definition, now.get(definition.code), before.get(definition.code)));
  return { items, total: items.length, total_is_estimate: false, as_of: run?.as_of ?? null, run, previous, classes: classesOf(catalogue) };
}

function matches(definition: IndicatorDefinition, filter: { class?: string | undefined; search?: string | undefined }): boolean {
  if (filter.class !== undefined && definition.class !== filter.class) return false;
  const text = filter.search?.toLowerCase();
  return !text || [definition.code, definition.name.zh, definition.name.en].some((name) => name.toLowerCase().includes(text));
}

const coverageOf = (row: StatisticRow | undefined): number | null => (row && row.persons > 0 ? row.known / row.persons : null);

function summaryOf(definition: IndicatorDefinition, now: StatisticRow | undefined, before: StatisticRow | undefined): IndicatorSummary {
  const { code, name, class: kind, class_name, type, unit, window, source, sensitivity } = definition;
  const figures = {
    coverage: coverageOf(now),
    coverage_before: coverageOf(before),
    drift_psi: now?.drift_psi ?? null,
    middle: now?.middle ?? null,
  };
  return { code, name, class: kind, class_name, type, unit, window, source, sensitivity, ...figures };
}

function classesOf(catalogue: Catalogue): IndicatorList['classes'] {
  const groups = Map.groupBy(catalogue.indicators, (indicator) => indicator.definition.class);
  return [...groups].map(([name, group]) => ({
    class: name,
    name: group[0]?.definition.class_name ?? { zh: name, en: name },
    indicators: group.length,
  }));
}

export async function readIndicator(tx: Tx, catalogue: Catalogue, tags: Tags, code: string): Promise<IndicatorPage> {
  const indicator = catalogue.byCode.get(code);
  if (!indicator) throw refuse(refusals, 'indicator_unknown', { zh: code, en: code });
  const rows = await tx.query<StatisticRow & { shape: Shape }>(
    `select s.as_of, s.code, s.known, s.distinct_count, s.middle, s.drift_psi, s.shape, r.persons
     from indicators.statistic s join indicators.run r using (entity_id, as_of) where s.code = $1 order by s.as_of desc limit 24`,
    [code],
  );
  const [newest] = rows;
  return {
    definition: indicator.definition,
    lineage: {
      ...lineageOf(indicator, catalogue),
      tags: tags.list.filter(({ tag }) => tags.reads.get(tag)?.includes(code)).map(({ tag }) => tag),
    },
    statistic: newest ? statisticOf(newest) : null,
    history: rows.map((row) => ({
      as_of: row.as_of,
      coverage: coverageOf(row) ?? 0,
      distinct: row.distinct_count,
      middle: row.middle,
      drift_psi: row.drift_psi,
    })),
  };
}

function statisticOf(row: StatisticRow & { shape: Shape }): IndicatorStatistic {
  const { min, max, mean, quantiles, bars } = row.shape;
  const counted = {
    as_of: row.as_of,
    persons: row.persons,
    known: row.known,
    coverage: coverageOf(row) ?? 0,
    distinct: row.distinct_count,
  };
  return { ...counted, min, max, mean, quantiles, bars, drift_psi: row.drift_psi };
}

function lineageOf(indicator: Indicator, catalogue: Catalogue): Omit<IndicatorPage['lineage'], 'tags'> {
  const source = catalogue.sources.get(indicator.definition.source);
  const names = [indicator.expression, indicator.where].flatMap((tree) => (tree ? namesIn(tree) : []));
  const window = indicator.over && 'column' in indicator.over && indicator.over.column !== null ? [indicator.over.column] : [];
  const picked = 'column' in indicator.grain ? [indicator.grain.column] : [];
  const borrowed = source ? borrowedColumns(catalogue.sources, source) : new Map<string, { name: string; field: string }>();
  const columns = [...new Set([...names, ...window, ...picked])].flatMap((name) => source?.columns.get(name) ?? borrowed.get(name) ?? []);
  const { code } = indicator.definition;
  return {
    source: source ? { source: source.source, name: source.name, channel: source.channel } : null,
    columns: columns.map(({ name, field }) => ({ name, field })),
    reads: codesRead(indicator),
    read_by: catalogue.indicators.filter((other) => codesRead(other).includes(code)).map((other) => other.definition.code),
  };
}

export interface PersonValues {
  asOf: string;
  values: Map<string, Value>;
  tags: string[];
}

/** The values of the newest run, in one read by key; null when the person is not there or not in the reader's grid. */
export async function readPerson(tx: Tx, catalogue: Catalogue | Promise<Catalogue>, personId: string): Promise<PersonValues | null> {
  // Codes come as one text, which is read many times faster than an array. Asked for before the catalogue is waited for, it goes with what others ask.
  const [[row], { byCode }] = await Promise.all([
    tx.prepared<{ line: string; tags: string[]; as_of: string; codes: string }>(
      `select p.line, p.tags, o.as_of, array_to_string(o.codes, ',') as codes from indicators.person p join indicators.online o using (entity_id)
       where p.entity_id = (select organization.current_entity()) and p.person_id = $1`,
      [personId],
    ),
    catalogue,
  ]);
  if (!row) return null;
  return { asOf: row.as_of, values: readLine(row.line, row.codes.split(','), (code) => byCode.get(code)?.type), tags: row.tags };
}

/** A person's values as a page shows them: withheld what the reader may not see, with the reason where UNKNOWN. */
export function personPage(
  catalogue: Catalogue,
  tags: Tags,
  personId: string,
  found: PersonValues,
  reader: { restricted: boolean; class?: string | undefined },
): PersonIndicators {
  const items = catalogue.indicators
    .filter(({ definition }) => found.values.has(definition.code) && (reader.class === undefined || definition.class === reader.class))
    .map((indicator) => shownValue(indicator, found.values.get(indicator.definition.code) ?? null, reader.restricted));
  return { person_id: personId, as_of: found.asOf, items, tags: shownTags(catalogue, tags, found.tags, reader.restricted) };
}

/** The tags of one person without their values; null when nothing is computed of anybody of that id in the reader's grid. */
export async function readTagsOf(tx: Tx, personId: string): Promise<string[] | null> {
  const { rows } = await tx.client.query<{ tags: string[] }>({
    name: 'indicators.person_tags',
    text: 'select tags from indicators.person where entity_id = (select organization.current_entity()) and person_id = $1',
    values: [personId],
  });
  return rows[0]?.tags ?? null;
}

/** In words, in the order of the configuration; a tag tells of every indicator it reads, so one restricted indicator withholds it. */
export function shownTags(catalogue: Catalogue, tags: Tags, carried: readonly string[], restricted: boolean): PersonTag[] {
  const isSecret = (tag: string): boolean =>
    (tags.reads.get(tag) ?? []).some((code) => catalogue.byCode.get(code)?.definition.sensitivity === 'restricted');
  return tags.list.filter(({ tag }) => carried.includes(tag) && (restricted || !isSecret(tag))).map(tagOf);
}

function shownValue({ definition }: Indicator, value: Value, restricted: boolean): IndicatorValue {
  const { code, name, class: kind, type, unit } = definition;
  const withheld = definition.sensitivity === 'restricted' && !restricted;
  const shown = withheld ? null : value;
  const label = definition.values?.find((entry) => entry.value === shown)?.name ?? null;
  const reason = !withheld && value === null ? definition.null_meaning : null;
  return { code, name, class: kind, type, unit, value: shown, label, null_meaning: reason, withheld };
}

const tagOf = ({ tag, name, meaning }: Tag): PersonTag => ({ tag, name, meaning });

/** How many persons below a grid node carry each tag; null where nothing has been computed. */
export async function countTags(tx: Tx, tags: Tags, gridCode: string | null): Promise<TagList> {
  const [online] = await tx.query<{ as_of: string }>('select as_of from indicators.online');
  const rows = await tx.query<{ tag: string; people: number }>(
    `select tag, sum(people)::int as people from indicators.tag_count where $1::text is null or grid_code ^@ $1 group by tag`,
    [gridCode],
  );
  const counts = new Map(rows.map((row) => [row.tag, row.people]));
  const count = (tag: string): number | null => (online ? (counts.get(tag) ?? 0) : null);
  return {
    as_of: online?.as_of ?? null,
    grid_code: gridCode,
    items: tags.list.map((tag) => ({ ...tagOf(tag), rule: tag.rule, count: count(tag.tag) })),
  };
}
