/** The whole computation of one legal entity as of one day, as a list of DuckDB statements and one final query. */
import { nameLiteral, stateFiles } from '#platform/warehouse/index.ts';
import type { Catalogue, Over } from './indicator.ts';
import { Layers, scanTable } from './layers.ts';
import { firstOfEach, ownerStep, peopleSteps, rowsOf } from './people.ts';
import type { PeopleInput, Step } from './people.ts';
import { aggregateList, scansOf } from './scan.ts';
import type { Scan } from './scan.ts';
import { neededSources } from './source.ts';
import { windowOf } from './window.ts';

export interface PlanInput extends Omit<PeopleInput, 'sources'> {
  catalogue: Catalogue;
}

export interface Plan {
  steps: Step[];
  /** Tables that only led to others; dropped before the wide rows need the memory. */
  passing: string[];
  /** Counts, as `apart`, persons for whom the tables do not stand in the same row; anything but 0 would mix people up. */
  check: string;
  /** One row a person: person_id, household_id, grid_code, then a column a code in the order of the catalogue. Sorted by grid_code, person_id. */
  query: string;
  /** Sources that had come by the day. */
  loaded: string[];
  scans: number;
  /** Columns the scans read, by source. */
  reads: Map<string, string[]>;
}

export function planComputation(input: PlanInput): Plan {
  const { catalogue, manifest, asOf } = input;
  const people: PeopleInput = { lake: input.lake, manifest, sources: catalogue.sources, asOf };
  const loaded = new Set([...catalogue.sources.keys()].filter((source) => isLoaded(people, source)));
  const scanned = catalogue.indicators.filter((indicator) => catalogue.sources.has(indicator.definition.source));
  const usable = scanned.filter((indicator) =>
    neededSources(catalogue.sources, indicator.definition.source).every((source) => loaded.has(source)),
  );
  const months = monthsLoaded(people);
  const window = (source: string, over: Over) => windowOf(over, asOf, months(source));
  const scans = scansOf(usable, { asOf, sources: catalogue.sources, window });
  const layers = new Layers(catalogue, asOf, scans);
  const steps = [
    ...peopleSteps(people, columnsUsed(scans, 'grid_roll')),
    ...ownerSteps(people, scans),
    ...scans.map((scan) => scanStep(people, scan)),
    ...layers.groupingSteps(),
  ];
  const codes = catalogue.indicators.map((indicator) => indicator.definition.code);
  const columns = ['person_id', 'household_id', 'grid_code', ...codes].map((name) => `b.${nameLiteral(name)}`);
  const query = `SELECT ${columns.join(', ')} FROM (${layers.select(codes)}) b`;
  const tables = layers.tables();
  const apart = ['false', ...tables.map((name) => `b.pid IS DISTINCT FROM ${name}_pid`)].join(' OR ');
  const check = `SELECT count(*) AS apart FROM spine b${tables.map((name) => ` POSITIONAL JOIN ${name}`).join('')} WHERE ${apart}`;
  const kept = new Set(['spine', ...tables]);
  return {
    steps,
    passing: steps.map((step) => step.table).filter((table) => !kept.has(table)),
    check,
    query,
    loaded: [...loaded].toSorted(),
    scans: scans.length,
    reads: readsOf(scans),
  };
}

function isLoaded(people: PeopleInput, source: string): boolean {
  const { full, deltas } = stateFiles(people.manifest, source, people.asOf);
  return full.length + deltas.length > 0;
}

/** Month ends of which a source's file had come by the day. */
function monthsLoaded(people: PeopleInput): (source: string) => ReadonlySet<string> {
  const bySource = Map.groupBy(people.manifest.files, (file) => file.source);
  return (source) => new Set((bySource.get(source) ?? []).filter((file) => file.date <= people.asOf).map((file) => monthOfFile(file.date)));
}

/** A month file carries its month end; one that is dated a day early or late still stands for the month it is dated in. */
function monthOfFile(date: string): string {
  const day = Temporal.PlainDate.from(date);
  return day.with({ day: day.daysInMonth }).toString();
}

function readsOf(scans: readonly Scan[]): Map<string, string[]> {
  const sources = new Set(scans.flatMap((scan) => [...scan.used.keys()]));
  return new Map([...sources].map((source) => [source, [...columnsUsed(scans, source)].toSorted()]));
}

function columnsUsed(scans: readonly Scan[], source: string): Set<string> {
  return new Set(scans.flatMap((scan) => [...(scan.used.get(source) ?? [])]));
}

/** Owners in order of dependence: an account finds its person through the customer. */
function ownerSteps(people: PeopleInput, scans: readonly Scan[]): Step[] {
  const needed = new Set(scans.flatMap((scan) => ownersOf(people, scan.source)));
  const order = ['customer', 'deposit_account', 'loan_account', 'enterprise_person'].filter((owner) => needed.has(owner));
  return order.flatMap((name) => {
    const source = people.sources.get(name);
    const step = source ? ownerStep(people, source, columnsUsed(scans, name)) : null;
    return step ?? [];
  });
}

function ownersOf(people: PeopleInput, source: string): string[] {
  return neededSources(people.sources, source)
    .slice(1)
    .filter((name) => name !== 'grid_roll');
}

function scanStep(people: PeopleInput, scan: Scan): Step {
  const source = people.sources.get(scan.source);
  const rows = source ? rowsOf(people, source, scan.used, scan.after) : null;
  if (rows === null) throw new Error(`no rows for ${scan.source}, though it is loaded`);
  return {
    name: `${scan.source} (${scan.grain.kind})`,
    table: scan.table,
    query: scanTable(scan, scanQuery(scan, rows, source?.key ?? [])),
  };
}

function scanQuery(scan: Scan, rows: string, key: readonly string[]): string {
  const { grain } = scan;
  const by = `r.${scan.key}`;
  if (grain.kind === 'one' || grain.kind === 'latest' || grain.kind === 'household') {
    const newest = grain.kind === 'latest' ? [`${nameLiteral(grain.column)} DESC NULLS LAST`] : [];
    const order = [...newest, ...key.map((name) => `${nameLiteral(name)} DESC`)].join(', ');
    return `SELECT ${by} AS key, ${aggregateList(scan.outer)} FROM (${firstOfEach(rows, scan.key, order)}) r`;
  }
  if (grain.kind === 'person_month') {
    const monthly = `SELECT ${by} AS key, ${scan.month ?? 'NULL'} AS month_end, ${aggregateList(scan.inner)} FROM (${rows}) r GROUP BY ALL`;
    return `SELECT m.key, ${aggregateList(scan.outer)} FROM (${monthly}) m GROUP BY m.key`;
  }
  if (grain.kind === 'each') {
    const alone = key.map((name) => `r.${nameLiteral(name)}`).join(', ');
    const part = `coalesce(CAST(r.${nameLiteral(grain.column)} AS VARCHAR), concat_ws(' ', ${alone}))`;
    const parts = `SELECT ${by} AS key, ${part} AS part, ${aggregateList(scan.inner)} FROM (${rows}) r GROUP BY ALL`;
    return `SELECT m.key, ${aggregateList(scan.outer)} FROM (${parts}) m GROUP BY m.key`;
  }
  return `SELECT ${by} AS key, ${aggregateList(scan.outer)} FROM (${rows}) r GROUP BY ${by}`;
}
