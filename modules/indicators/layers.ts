/** Values over the table of persons, level by level: what comes from scans first, then what is computed from other indicators. */
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

const unknown = (indicator: Indicator): string => `CAST(NULL AS ${sqlTypes[indicator.type]})`;

/** An expression of one indicator and the tables it needs beside the table of persons. */
export interface Column {
  sql: string;
  tables: string[];
}

export function scanColumns(scans: readonly Scan[]): Map<string, Column> {
  const entries = scans.flatMap((scan) =>
    scan.values.map(({ indicator, value, present }): [string, Column] => [
      indicator.definition.code,
      { sql: `CASE WHEN ${present} THEN ${stored(indicator, value)} ELSE ${absentLiteral(indicator)} END`, tables: [scan.table] },
    ]),
  );
  return new Map(entries);
}

/** SQL that a grouping of persons goes by; a NULL group gathers nothing. */
const groupings: Partial<Record<Grain['kind'], string>> = {
  household: 'b.hkey',
  village: 'b.village',
  village_trade: `b.village || ' ' || b."TRADE"`,
};

/** Scans first, then level by level what reads them; any subset of codes can be asked for, and then only its scans are joined. */
export class Layers {
  readonly #catalogue: Catalogue;
  readonly #asOf: string;
  readonly #expressions: Map<string, Column>;
  readonly #keys: ReadonlyMap<string, 'pid' | 'hid'>;
  readonly #levels: Map<string, number>;
  readonly #gatherings = new Map<string, { level: number; grain: Grain['kind']; gathering: Gathering; reads: Set<string> }>();

  constructor(catalogue: Catalogue, asOf: string, expressions: Map<string, Column>, keys: ReadonlyMap<string, 'pid' | 'hid'>) {
    this.#catalogue = catalogue;
    this.#asOf = asOf;
    this.#expressions = expressions;
    this.#keys = keys;
    this.#levels = levelsOf(catalogue.byCode);
    for (const indicator of catalogue.indicators) this.#addDerived(indicator);
  }

  #addDerived(indicator: Indicator): void {
    const { code, source } = indicator.definition;
    if (!indicator.expression) return;
    if (source === 'population') {
      const value = translate(indicator.expression, populationScope(this.#asOf));
      this.#expressions.set(code, { sql: stored(indicator, value), tables: [] });
    }
    if (source !== 'indicators') return;
    if (indicator.grain.kind === 'person') {
      const value = translate(indicator.expression, codeScope(this.#asOf, this.#catalogue.byCode));
      this.#expressions.set(code, { sql: stored(indicator, value), tables: [] });
      return;
    }
    const level = this.#levels.get(code) ?? 0;
    const table = `g_${indicator.grain.kind}_${level}`;
    const entry = this.#gatherings.get(table) ?? {
      level,
      grain: indicator.grain.kind,
      gathering: new Gathering(table, this.#asOf, this.#catalogue.byCode),
      reads: new Set<string>(),
    };
    this.#gatherings.set(table, entry);
    for (const read of codesRead(indicator)) entry.reads.add(read);
    this.#expressions.set(code, { sql: stored(indicator, entry.gathering.add(indicator)), tables: [table] });
  }

  gatheringSteps(): Step[] {
    const ordered = [...this.#gatherings].toSorted(([, a], [, b]) => a.level - b.level);
    return ordered.map(([name, { grain, gathering, reads }]) => {
      const by = groupings[grain] ?? 'NULL';
      const rows = this.select([...reads]);
      const query = `SELECT ${by} AS key, ${aggregateList(gathering.columns)} FROM (${rows}) b WHERE ${by} IS NOT NULL GROUP BY 1`;
      return { name, sql: `CREATE OR REPLACE TEMP TABLE ${name} AS ${query}` };
    });
  }

  /** Rows of the table of persons with these codes and what they are computed from. */
  select(codes: readonly string[]): string {
    const needed = this.#closure(codes);
    const top = Math.max(0, ...needed.map((code) => this.#levels.get(code) ?? 0));
    let query = 'SELECT * FROM spine';
    for (let level = 0; level <= top; level += 1) {
      const here = needed.filter((code) => this.#levels.get(code) === level);
      if (here.length > 0) query = this.#layer(query, here);
    }
    return query;
  }

  #layer(below: string, codes: readonly string[]): string {
    const columns = codes.map((code) => {
      const indicator = this.#catalogue.byCode.get(code);
      const sql = this.#expressions.get(code)?.sql ?? (indicator ? unknown(indicator) : 'NULL');
      return `${sql} AS ${nameLiteral(code)}`;
    });
    const tables = new Set(codes.flatMap((code) => this.#expressions.get(code)?.tables ?? []));
    const joins = [...tables].map((name) => ` LEFT JOIN ${name} ON ${name}.key = ${this.#joinedBy(name)}`);
    return `SELECT b.*, ${columns.join(', ')} FROM (${below}) b${joins.join('')}`;
  }

  #joinedBy(table: string): string {
    const gathering = this.#gatherings.get(table);
    if (gathering) return groupings[gathering.grain] ?? 'NULL';
    return `b.${this.#keys.get(table) ?? 'pid'}`;
  }

  #closure(codes: readonly string[]): string[] {
    const found = new Set<string>();
    const visit = (code: string): void => {
      const indicator = this.#catalogue.byCode.get(code);
      if (found.has(code) || !indicator) return;
      found.add(code);
      for (const read of codesRead(indicator)) visit(read);
    };
    for (const code of codes) visit(code);
    return [...found];
  }
}
