/** What an indicator is once its definition has been read, and what can be wrong with one. */
import type { IndicatorDefinition, IndicatorType } from './contract.ts';
import type { Expression, ExpressionError } from './expression.ts';
import type { Source } from './source.ts';

export type Grain =
  | { kind: 'person' | 'person_month' | 'one' | 'household' | 'village' | 'village_trade' }
  | { kind: 'latest'; column: string }
  /** Rows that agree in `column` are gathered first, a row without a value alone; then those gatherings of a person. */
  | { kind: 'each'; column: string };

export type Over =
  /** The last `count` month ends; `upTo` takes what of them is loaded. `column` gives a row's month where the source has no month_end. */
  | { kind: 'month_ends'; count: number; upTo: boolean; column: string | null }
  /** Rows whose `column` lies in (as-of − length, as-of]. */
  | { kind: 'months' | 'days'; count: number; column: string };

export interface Indicator {
  definition: IndicatorDefinition;
  type: IndicatorType;
  grain: Grain;
  expression: Expression | null;
  where: Expression | null;
  over: Over | null;
  file: string;
  /** Line of a part of it in the file, from 1. */
  lineOf(part: string): number;
}

export interface Catalogue {
  indicators: readonly Indicator[];
  byCode: ReadonlyMap<string, Indicator>;
  sources: ReadonlyMap<string, Source>;
  /** Changes whenever a definition does. */
  hash: string;
}

export interface CatalogueFinding {
  file: string;
  line: number;
  place: string;
  zh: string;
  en: string;
}

export class CatalogueError extends Error {
  readonly code = 'catalogue_invalid';
  readonly findings: readonly CatalogueFinding[];
  constructor(findings: readonly CatalogueFinding[]) {
    super(findings.map((found) => `${found.file}:${found.line} ${found.place}: ${found.zh} / ${found.en}`).join('\n'));
    this.name = 'CatalogueError';
    this.findings = findings;
  }
}

export function findingOf(error: ExpressionError, file: string, line: number, place: string): CatalogueFinding {
  return { file, line, place: `${place} 第 ${error.at + 1} 字 / character ${error.at + 1}`, zh: error.zh, en: error.en };
}
