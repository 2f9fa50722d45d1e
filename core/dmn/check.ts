/** What is wrong or doubtful in a model before anybody relies on it. */
import type { DmnError } from '#core/feel/error.ts';
import type { SlotValue } from '#core/feel/ir.ts';
import { findGap, overlappingRules, unreachableRules, type Witness } from '#core/feel/lower/coverage.ts';
import type { LoweredTable } from '#core/feel/lower/lowering.ts';
import { listedValues } from '#core/feel/lower/table.ts';
import type { Span } from '#core/feel/syntax/source.ts';
import { isoDay } from '#core/feel/values/calendar.ts';
import { lowerModel, type CompileOptions } from './compile.ts';
import type { DmnModel } from './model.ts';

export type FindingCode =
  | 'overlap'
  | 'gap'
  | 'unreachable'
  | 'unknown_name'
  | 'type_clash'
  | 'inexact'
  | 'outside_profile'
  | 'structure'
  | 'syntax';

export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly code: FindingCode;
  readonly place: {
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly element: string;
    readonly expression?: string;
  };
  readonly zh: string;
  readonly en: string;
}

/** Pairs of overlapping rules shown for one table. */
const shownPairs = 20;

/** Findings in the order of the model. An empty list means: nothing found, and every decision can be compiled. */
export function checkDmn(model: DmnModel, options: CompileOptions = {}): Finding[] {
  const { refused, tables } = lowerModel(model, options);
  return [...unique([...refused.values()]).map(refusalFinding), ...tables.flatMap(tableFindings)];
}

/** A decision that needs a refused one carries the same error. */
function unique(errors: readonly DmnError[]): DmnError[] {
  return [...new Set(errors)];
}

function refusalFinding(error: DmnError): Finding {
  const { file, line, column, element, expression, zh, en, code } = error;
  return {
    severity: code === 'outside_profile' ? 'warning' : 'error',
    code,
    place: { file, line, column, element, ...(expression !== undefined && { expression }) },
    zh,
    en,
  };
}

function tableFindings(table: LoweredTable): Finding[] {
  const { policy } = table.tree;
  return [...(policy === 'U' ? overlaps(table) : []), ...unreachable(table), ...(['U', 'A', 'F', 'P'].includes(policy) ? gaps(table) : [])];
}

function overlaps(table: LoweredTable): Finding[] {
  return overlappingRules(table)
    .slice(0, shownPairs)
    .map(([left, right]) =>
      finding(
        'error',
        'overlap',
        table.tree.rules[right]?.at ?? table.tree.at,
        `第 ${left + 1} 条与第 ${right + 1} 条规则可能同时命中，UNIQUE 表不允许`,
        `rules ${left + 1} and ${right + 1} can hold together, which a UNIQUE table forbids`,
      ),
    );
}

function unreachable(table: LoweredTable): Finding[] {
  return unreachableRules(table, table.tree.policy === 'F').map((rule) =>
    finding(
      'warning',
      'unreachable',
      table.tree.rules[rule]?.at ?? table.tree.at,
      `第 ${rule + 1} 条规则永远轮不到`,
      `rule ${rule + 1} can never apply`,
    ),
  );
}

function gaps(table: LoweredTable): Finding[] {
  const { tree } = table;
  if (tree.outputs.some((output) => output.otherwise)) return [];
  const allowed = tree.inputs.map((input) => (input.values ? listedValues(input.values) : []));
  const gap = findGap(table, (column, value) => {
    const values = allowed[column] ?? [];
    return value === null || values.length === 0 || values.some((each) => each === value);
  });
  if (!gap) return [];
  const witness = describe(gap, table);
  return [finding('warning', 'gap', tree.at, `没有规则覆盖：${witness}`, `no rule covers: ${witness}`)];
}

function describe(witness: Witness, table: LoweredTable): string {
  const parts = witness.flatMap((value, column) =>
    value === undefined ? [] : [`${table.tree.inputs[column]?.label ?? ''} = ${valueText(value, table.columns[column]?.type.kind)}`],
  );
  return parts.length === 0 ? '-' : parts.join(', ');
}

function valueText(value: SlotValue, kind: string | undefined): string {
  if (typeof value === 'number' && kind === 'date') return isoDay(value);
  if (typeof value === 'string') return value === '' || value.endsWith('\u0001') ? '其他/other' : `"${value}"`;
  return String(value);
}

function finding(severity: Finding['severity'], code: FindingCode, at: Span, zh: string, en: string): Finding {
  return { severity, code, place: { file: at.source.file, ...at.source.origin(at.from), element: at.source.element }, zh, en };
}
