/**
 * Values over the table of persons. Every scan and every grouping becomes a table with one row a person in the order of `spine`, so that the
 * wide row is read by laying the tables side by side (POSITIONAL JOIN). Thirty left joins by key were measured at four times the cost: each
 * tears the vectors of all columns before it into what matched and what did not.
 */
import { nameLiteral, textLiteral } from '#platform/warehouse/index.ts';
import { Gathering, codeScope, codesRead, levelsOf, populationScope } from './derive.ts';
import type { Catalogue, Grain, Indicator } from './indicator.ts';
import type { Step } from './people.ts';
import { aggregateList } from './scan.ts';
import type { Scan } from './scan.ts';
import { translate } from './translate.ts';
import type { Typed } from './translate.ts';

const sqlTypes: Record<Indicator['type'], string> = {
  money: 'BIGINT',
  integer: 'BIGINT',
  decimal: 'DOUBLE',
  ratio: 'DOUBLE',
  flag: 'BOOLEAN',
  code: 'VARCHAR',
  date: 'DATE',
};

/** Money and counts are rounded half away from zero; ratios and decimals keep six places, so that two runs give the same text. */
function stored(indicator: Indicator, value: Typed): string {
  if (indicator.type === 'money' || indicator.type === 'integer') return `CAST(round(${value.sql}) AS BIGINT)`;
  if (indicator.type === 'ratio' || indicator.type === 'decimal') return `round(CAST(${value.sql} AS DOUBLE), 6)`;
  return `CAST(${value.sql} AS ${sqlTypes[indicator.type]})`;
}

function absentLiteral(indicator: Indicator): string {
  const { absent } = indicator.definition;
  if (absent === null) return 'NULL';
  return typeof absent === 'string' ? textLiteral(absent) : String(absent);
}

const named = (sql: string, code: string): string => `${sql} AS ${nameLiteral(code)}`;

/** Rows of `values` (alias t, column key) in the order of `people` (alias b), everyone once. */
function aligned(table: string, columns: readonly string[], people: string, values: string, by: string): string {
  return `SELECT b.pid AS ${table}_pid, ${columns.join(', ')} FROM ${people} b LEFT JOIN (${values}) t ON t.key = ${by} ORDER BY b.pid`;
}

/** The table of a scan: the final values of its indicators. `query` yields the scan's primitives by key. */
export function scanTable(scan: Scan, query: string): string {
  const columns = scan.values.map(({ indicator, value, present }) => {
    const { code } = indicator.definition;
    return named(`CASE WHEN ${present} THEN ${stored(indicator, value)} ELSE ${absentLiteral(indicator)} END`, code);
  });
  return aligned(scan.table, columns, 'spine', query, `b.${scan.key}`);
}

/** SQL that a grouping of persons goes by; a NULL group gathers nothing. */
const groupings: Partial<Record<Grain['kind'], { by: string; reads: readonly string[] }>> = {
  household: { by: 'b.hkey', reads: [] },
  village: { by: 'b.village', reads: [] },
  village_trade: { by: `b.village || ' ' || b."TRADE"`, reads: ['TRADE'] },
};

interface Grouped {
  level: number;
  grain: Grain['kind'];
  gathering: Gathering;
  values: { indicator: Indicator; value: Typed }[];
}

/** Scans first, then level by level what reads them; any subset of codes can be asked for, and then only its tables are read. */
export class Layers {
  readonly #catalogue: Catalogue;
  readonly #levels: Map<string, number>;
  /** Code → the table it stands in. */
  readonly #tables: Map<string, string>;
  /** Code → SQL over the other columns of the person. */
  readonly #expressions = new Map<string, string>();
  readonly #grouped = new Map<string, Grouped>();

  constructor(catalogue: Catalogue, asOf: string, scans: readonly Scan[]) {
    this.#catalogue = catalogue;
    this.#levels = levelsOf(catalogue.byCode);
    this.#tables = new Map(scans.flatMap((scan) => scan.values.map(({ indicator }) => [indicator.definition.code, scan.table])));
    for (const indicator of catalogue.indicators) this.#addDerived(indicator, asOf);
  }

  #addDerived(indicator: Indicator, asOf: string): void {
    const { code, source } = indicator.definition;
    if (!indicator.expression || (source !== 'population' && source !== 'indicators')) return;
    if (indicator.grain.kind !== 'person') {
      this.#addGrouped(indicator, asOf);
      return;
    }
    const scope = source === 'population' ? populationScope(asOf) : codeScope(asOf, this.#catalogue.byCode);
    this.#expressions.set(code, stored(indicator, translate(indicator.expression, scope)));
  }

  #addGrouped(indicator: Indicator, asOf: string): void {
    const level = this.#levels.get(indicator.definition.code) ?? 0;
    const table = `g_${indicator.grain.kind}_${level}`;
    const gathering = this.#grouped.get(table)?.gathering ?? new Gathering('t', asOf, this.#catalogue.byCode);
    const entry = this.#grouped.get(table) ?? { level, grain: indicator.grain.kind, gathering, values: [] };
    entry.values.push({ indicator, value: gathering.add(indicator) });
    this.#grouped.set(table, entry);
    this.#tables.set(indicator.definition.code, table);
  }

  groupingSteps(): Step[] {
    const ordered = [...this.#grouped].toSorted(([, a], [, b]) => a.level - b.level);
    return ordered.map(([name, { grain, gathering, values }]) => {
      const grouping = groupings[grain];
      if (!grouping) throw new Error(`${grain} groups nobody`);
      const people = this.select([...values.flatMap(({ indicator }) => codesRead(indicator)), ...grouping.reads]);
      const query = `SELECT ${grouping.by} AS key, ${aggregateList(gathering.columns)} FROM (${people}) b WHERE ${grouping.by} IS NOT NULL GROUP BY 1`;
      const columns = values.map(({ indicator, value }) => named(stored(indicator, value), indicator.definition.code));
      return { name, table: name, query: aligned(name, columns, `(${people})`, query, grouping.by) };
    });
  }

  /** Every table that is laid beside `spine`, for checking that they stand in the same order. */
  tables(): string[] {
    return [...new Set(this.#tables.values())];
  }

  /** Rows of the table of persons, in its order, with these codes and what they are computed from. */
  select(codes: readonly string[]): string {
    const needed = this.#closure(codes);
    const kept = needed.filter((code) => this.#tables.has(code));
    const tables = [...new Set(kept.flatMap((code) => this.#tables.get(code) ?? []))];
    const columns = ['b.*', ...kept.map((code) => `${this.#tables.get(code)}.${nameLiteral(code)}`)].join(', ');
    let query = `SELECT ${columns} FROM spine b${tables.map((name) => ` POSITIONAL JOIN ${name}`).join('')}`;
    const rest = Map.groupBy(
      needed.filter((code) => !this.#tables.has(code)),
      (code) => this.#levels.get(code) ?? 0,
    );
    for (const [, level] of [...rest].toSorted(([a], [b]) => a - b)) {
      query = `SELECT b.*, ${level.map((code) => named(this.#expression(code), code)).join(', ')} FROM (${query}) b`;
    }
    return query;
  }

  /** What no scan and no expression gives, because its source has not come, is UNKNOWN. */
  #expression(code: string): string {
    const indicator = this.#catalogue.byCode.get(code);
    return this.#expressions.get(code) ?? `CAST(NULL AS ${indicator ? sqlTypes[indicator.type] : 'VARCHAR'})`;
  }

  #closure(codes: readonly string[]): string[] {
    const found = new Set<string>();
    const visit = (code: string): void => {
      const indicator = this.#catalogue.byCode.get(code);
      if (found.has(code) || !indicator) return;
      found.add(code);
      // What stands in a table is not computed again.
      if (!this.#tables.has(code)) for (const read of codesRead(indicator)) visit(read);
    };
    for (const code of codes) visit(code);
    return [...found];
  }
}
