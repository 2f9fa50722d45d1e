/** Indicators computed from other indicators: of the same person, or of all members of the household, the village, the village's trade. */
import type { Grouping } from './aggregate.ts';
import { groupScope } from './aggregate.ts';
import type { Grain, Indicator } from './indicator.ts';
import type { Expression } from './expression.ts';
import { ExpressionError, namesIn } from './expression.ts';
import { translate } from './translate.ts';
import type { Scope, Typed, ValueType } from './translate.ts';
import { nameLiteral } from '#platform/warehouse/index.ts';

const valueType = (indicator: Indicator): ValueType => (indicator.type === 'ratio' ? 'decimal' : indicator.type);

/** Facts of the person that need no scan: columns `about_…` of the table of persons, alias `b`. */
export const populationColumns: Readonly<Record<string, { type: ValueType; values: readonly string[] | null }>> = {
  birth_date: { type: 'date', values: null },
  sex: { type: 'code', values: ['M', 'F'] },
  education: { type: 'code', values: ['primary', 'junior', 'senior', 'college'] },
  phone_known: { type: 'flag', values: null },
};

export function populationScope(asOf: string): Scope {
  return {
    asOf,
    name(name, at) {
      const found = Object.hasOwn(populationColumns, name) ? populationColumns[name] : undefined;
      if (found) return { sql: `b.${nameLiteral(`about_${name}`)}`, ...found };
      const columns = Object.keys(populationColumns).join(', ');
      throw new ExpressionError(at, `population 没有列 ${name}，只有 ${columns}`, `population has no column ${name}; it has ${columns}`);
    },
    call: () => null,
  };
}

/** Codes as columns of the alias `b`. */
export function codeScope(asOf: string, byCode: ReadonlyMap<string, Indicator>): Scope {
  return {
    asOf,
    name(name, at) {
      const found = byCode.get(name);
      if (!found) throw new ExpressionError(at, `没有指标 ${name}`, `there is no indicator ${name}`);
      const values = found.definition.values?.map((entry) => entry.value) ?? null;
      return { sql: `b.${nameLiteral(name)}`, type: valueType(found), values };
    },
    call: () => null,
  };
}

/** Gathers the aggregates of one grouping (household, village …) so that indicators share them. */
export class Gathering {
  readonly columns = new Map<string, string>();
  readonly #table: string;
  readonly #scope: Scope;

  constructor(table: string, asOf: string, byCode: ReadonlyMap<string, Indicator>) {
    this.#table = table;
    this.#scope = codeScope(asOf, byCode);
  }

  add(indicator: Indicator): Typed {
    if (!indicator.expression) throw new ExpressionError(0, '缺少 expression', 'expression is missing');
    const grouping: Grouping = {
      rows: this.#scope,
      filter: null,
      primitive: (sql) => {
        const known = this.columns.get(sql) ?? `${this.#table}.p${this.columns.size}`;
        this.columns.set(sql, known);
        return known;
      },
      tie: 'b.pid',
      monthNumber: null,
      days: null,
      strict: true,
    };
    const aggregates = groupScope(grouping);
    const scope: Scope = {
      ...aggregates,
      call: (node) => (node.name === 'any_other' ? this.#anyOther(node, grouping, indicator.grain) : aggregates.call(node)),
    };
    return translate(indicator.expression, scope);
  }

  /** any_other(FLAG): whether it holds for another member of the household; UNKNOWN for a person whose household is not known. */
  #anyOther(node: Expression & { kind: 'call' }, grouping: Grouping, grain: Grain): Typed {
    const [member] = node.arguments;
    if (grain.kind !== 'household' || member?.kind !== 'name' || node.arguments.length !== 1) {
      throw new ExpressionError(
        node.at,
        'any_other 只用于户粒度，参数是一个指标代码',
        'any_other takes one indicator code and is for the grain household',
      );
    }
    const own = this.#scope.name(member.name, member.at);
    if (own.type !== 'flag') throw new ExpressionError(member.at, `${member.name} 不是是否型`, `${member.name} is not a flag`);
    const [members, known, hits] = [`count(*)`, `count(${own.sql})`, `count(*) FILTER (WHERE ${own.sql})`].map((sql) =>
      grouping.primitive(sql),
    );
    const others = `${hits} - CASE WHEN ${own.sql} THEN 1 ELSE 0 END > 0`;
    return { sql: `CASE WHEN b.household_id IS NOT NULL AND ${known} = ${members} THEN ${others} END`, type: 'flag', values: null };
  }
}

/** The codes an indicator reads; those of `any_other` and of the grouping count too. */
export function codesRead(indicator: Indicator): string[] {
  if (indicator.definition.source !== 'indicators' || !indicator.expression) return [];
  const names = namesIn(indicator.expression);
  return indicator.grain.kind === 'village_trade' && !names.includes('TRADE') ? [...names, 'TRADE'] : names;
}

/** How many steps after the scans each indicator can be computed; throws with the circle when one depends on itself. */
export function levelsOf(byCode: ReadonlyMap<string, Indicator>): Map<string, number> {
  const levels = new Map<string, number>();
  const visit = (code: string, path: readonly string[]): number => {
    const known = levels.get(code);
    if (known !== undefined) return known;
    if (path.includes(code)) throw new CircleError([...path.slice(path.indexOf(code)), code]);
    const indicator = byCode.get(code);
    const reads = indicator ? codesRead(indicator).filter((read) => byCode.has(read)) : [];
    const derived = indicator?.definition.source === 'indicators';
    const level = derived ? 1 + Math.max(0, ...reads.map((read) => visit(read, [...path, code]))) : 0;
    levels.set(code, level);
    return level;
  };
  for (const code of byCode.keys()) visit(code, []);
  return levels;
}

export class CircleError extends Error {
  readonly circle: readonly string[];
  constructor(circle: readonly string[]) {
    super(circle.join(' → '));
    this.name = 'CircleError';
    this.circle = circle;
  }
}
