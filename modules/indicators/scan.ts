/** Indicators of one source and grain, fused into one scan: each becomes a value over the few columns that scan yields. */
import type { Grain, Indicator, Over } from './indicator.ts';
import type { Grouping } from './aggregate.ts';
import { countRows, groupScope } from './aggregate.ts';
import { ExpressionError } from './expression.ts';
import { borrowedColumns, owningSource } from './source.ts';
import type { Source, SourceColumn } from './source.ts';
import { dateLiteral, flag, translate } from './translate.ts';
import type { Scope, Typed } from './translate.ts';
import type { Window } from './window.ts';
import { nameLiteral } from '#platform/warehouse/index.ts';

/** The value of an indicator in terms of the scan's primitives, alias `t`. */
export interface ScannedValue {
  indicator: Indicator;
  value: Typed;
  /** SQL that tells whether any row counted; where not, the indicator is `absent`. */
  present: string;
}

export type ScanKey = 'pid' | 'hid' | 'village';

export interface Scan {
  source: string;
  grain: Grain;
  /** Name of the table the scan fills. */
  table: string;
  /** Whom one row of the table stands for. */
  key: ScanKey;
  values: ScannedValue[];
  /** Aggregate SQL → column, in two steps when rows are first gathered by month. */
  inner: ReadonlyMap<string, string>;
  outer: ReadonlyMap<string, string>;
  /** Month end of a row; null where rows have none. */
  month: string | null;
  /** Columns read, by the source they stand in. */
  used: ReadonlyMap<string, ReadonlySet<string>>;
  /** The earliest window; rows at or before this day are not needed. Null = all. */
  after: string | null;
}

export interface ScanContext {
  asOf: string;
  sources: ReadonlyMap<string, Source>;
  /** Null = the window is not loaded, the indicator UNKNOWN for everybody. */
  window(source: string, over: Over): Window | null;
}

/** Months counted on, so that sums over them are of integers. */
const monthNumber = (month: string): string => `datediff('month', DATE '2000-01-31', ${month})`;

/** Rows are read under the alias `r`. */
const column = (name: string): string => `r.${nameLiteral(name)}`;

export class ScanBuilder {
  readonly inner = new Map<string, string>();
  readonly outer = new Map<string, string>();
  readonly used = new Map<string, Set<string>>();
  readonly #context: ScanContext;
  readonly #source: Source;

  constructor(context: ScanContext, source: Source) {
    this.#context = context;
    this.#source = source;
  }

  /** Null when the window of the indicator is not loaded. Throws ExpressionError for what cannot be read. */
  add(indicator: Indicator): ScannedValue | null {
    const { over, grain } = indicator;
    const window = over ? this.#context.window(this.#source.source, over) : null;
    if (over && !window) return null;
    if (!indicator.expression) throw new ExpressionError(0, '缺少 expression', 'expression is missing');
    const rows = this.#rows(over);
    if (grain.kind === 'latest' || grain.kind === 'each') rows.name(grain.column, 0);
    if (grain.kind === 'one' || grain.kind === 'latest' || grain.kind === 'household') return this.#single(indicator, rows);
    const filter = [
      ...(indicator.where ? [flag(indicator.where, rows).sql] : []),
      ...(over && window ? [this.#inside(over, window, rows)] : []),
    ];
    const month = this.#month(over);
    const grouping: Grouping = {
      rows,
      filter: filter.length > 0 ? filter.join(' AND ') : null,
      primitive: (sql) => this.#column(isTwoStep(grain) ? this.inner : this.outer, sql),
      tie: this.#tie(),
      monthNumber: month === null ? null : monthNumber(month),
      days: over?.kind === 'month_ends' && window ? { row: `day(${month})`, window: window.days } : null,
      strict: false,
    };
    const outer =
      grain.kind === 'person_month' ? this.#acrossMonths(grouping) : grain.kind === 'each' ? this.#acrossParts(grouping) : grouping;
    const value = translate(indicator.expression, groupScope(outer));
    return { indicator, value, present: `coalesce(${countRows(outer)}, 0) > 0` };
  }

  #single(indicator: Indicator, rows: Scope): ScannedValue {
    if (indicator.where || indicator.over || !indicator.expression) {
      throw new ExpressionError(0, '每人一行的粒度不能有 where 或 over', 'a grain of one row a person takes neither where nor over');
    }
    const value = translate(indicator.expression, rows);
    const found = this.#column(this.outer, value.sql);
    return { indicator, value: { ...value, sql: found }, present: 't.key IS NOT NULL' };
  }

  /** Rows of one person and month are gathered first; the outer aggregate then runs over months that have any. */
  #acrossMonths(months: Grouping): Grouping {
    const gathered = countRows(months);
    return {
      rows: groupScope(months),
      filter: `${gathered} > 0`,
      primitive: (sql) => this.#column(this.outer, sql),
      tie: 'm.month_end',
      monthNumber: monthNumber('m.month_end'),
      days: months.days ? { row: 'day(m.month_end)', window: months.days.window } : null,
      strict: false,
    };
  }

  /** The same over parts that are no months: nothing of time can be asked of them. */
  #acrossParts(parts: Grouping): Grouping {
    return { ...this.#acrossMonths(parts), tie: 'm.part', monthNumber: null, days: null };
  }

  #column(columns: Map<string, string>, sql: string): string {
    const prefix = columns === this.inner ? 'm.i' : 't.p';
    const known = columns.get(sql) ?? `${prefix}${columns.size}`;
    columns.set(sql, known);
    return known;
  }

  #rows(over: Over | null): Scope {
    const borrowed = borrowedColumns(this.#context.sources, this.#source);
    return {
      asOf: this.#context.asOf,
      name: (name, at) => {
        if (name === 'month_end' && !this.#source.columns.has(name)) {
          const month = this.#month(over);
          if (month !== null) return { sql: month, type: 'date', values: null };
        }
        const own = this.#source.columns.get(name);
        const found = own ?? borrowed.get(name);
        if (!found) throw unknownColumn(name, at, this.#source, borrowed);
        this.#use(own ? this.#source.source : (owningSource[this.#source.subject] ?? ''), name);
        return { sql: column(name), type: found.type, values: found.values };
      },
      call: () => null,
    };
  }

  #use(source: string, name: string): void {
    const columns = this.used.get(source) ?? new Set<string>();
    columns.add(name);
    this.used.set(source, columns);
  }

  #month(over: Over | null): string | null {
    if (this.#source.columns.has('month_end')) {
      this.#use(this.#source.source, 'month_end');
      return column('month_end');
    }
    if (over?.kind !== 'month_ends' || over.column === null) return null;
    this.#use(this.#source.source, over.column);
    return `last_day(${column(over.column)})`;
  }

  #inside(over: Over, window: Window, rows: Scope): string {
    const day = over.kind === 'month_ends' ? this.#month(over) : rows.name(over.column, 0).sql;
    if (day === null)
      throw new ExpressionError(
        0,
        `${this.#source.source} 没有 month_end，请写 of <日期列>`,
        `${this.#source.source} has no month_end: add of <date column>`,
      );
    return `${day} > ${dateLiteral(window.after)} AND ${day} <= ${dateLiteral(window.until)}`;
  }

  /** What decides between rows of the same day: the source's key, so the same on every run. */
  #tie(): string {
    for (const name of this.#source.key) this.#use(this.#source.source, name);
    return this.#source.key.map(column).join(', ');
  }
}

function unknownColumn(name: string, at: number, source: Source, borrowed: ReadonlyMap<string, SourceColumn>): ExpressionError {
  const columns = [...source.columns.keys(), ...borrowed.keys()].join(', ');
  return new ExpressionError(
    at,
    `${source.source} 没有列 ${name}，只有 ${columns}`,
    `${source.source} has no column ${name}; it has ${columns}`,
  );
}

/** Whether rows are gathered by month or part before they are gathered by person. */
const isTwoStep = ({ kind }: Grain): boolean => kind === 'person_month' || kind === 'each';

export const grainText = (grain: Grain): string => ('column' in grain ? `${grain.kind} ${grain.column}` : grain.kind);

/** One scan a source and grain, in the order of the catalogue. Indicators whose window is not loaded are left out: they are UNKNOWN. */
export function scansOf(indicators: readonly Indicator[], context: ScanContext): Scan[] {
  const groups = Map.groupBy(indicators, (indicator) => `${indicator.definition.source} ${grainText(indicator.grain)}`);
  return [...groups.values()].flatMap((group, index) => {
    const [first] = group;
    const source = first ? context.sources.get(first.definition.source) : undefined;
    if (!first || !source) return [];
    const table = `s${index}`;
    const builder = new ScanBuilder(context, source);
    const values = group.flatMap((indicator) => builder.add(indicator) ?? []);
    if (values.length === 0) return [];
    const key = keyOf(first.grain);
    const { inner, outer, used } = builder;
    return [
      {
        source: source.source,
        grain: first.grain,
        table,
        key,
        values,
        inner,
        outer,
        used,
        month: monthOf(source, group),
        after: earliest(group, context),
      },
    ];
  });
}

function keyOf({ kind }: Grain): ScanKey {
  if (kind === 'household') return 'hid';
  return kind === 'village' ? 'village' : 'pid';
}

function monthOf(source: Source, group: readonly Indicator[]): string | null {
  if (source.columns.has('month_end')) return column('month_end');
  const [day] = group.flatMap(({ over }) => (over?.kind === 'month_ends' && over.column !== null ? [over.column] : []));
  return day === undefined ? null : `last_day(${column(day)})`;
}

function earliest(group: readonly Indicator[], context: ScanContext): string | null {
  let after: string | null = null;
  for (const { over, definition } of group) {
    if (over?.kind !== 'month_ends') return null;
    const window = context.window(definition.source, over);
    if (window && (after === null || window.after < after)) after = window.after;
  }
  return after;
}

/** The aggregates of a scan as a select list; aliases lose the table they will be read from. */
export const aggregateList = (columns: ReadonlyMap<string, string>): string =>
  [...columns].map(([sql, alias]) => `${sql} AS ${alias.slice(alias.indexOf('.') + 1)}`).join(', ');
