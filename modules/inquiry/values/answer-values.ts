import type { Catalogue, Value } from '#modules/indicators/index.ts';
import type { SourceAnswer } from '../sources/connect.ts';
import type { Source } from '../sources/source-text.ts';
import { valueOf, whyNotComputable } from './evaluate.ts';
import { toldColumns } from './rows.ts';

/** What an answer says, by the catalogue's codes; null is UNKNOWN, also where the register holds nothing about the person. */
export function valuesOf(
  source: Source,
  answer: Pick<Extract<SourceAnswer, { outcome: 'answered' }>, 'rows' | 'named'>,
  catalogue: Catalogue,
  asOf: Temporal.PlainDate,
): Record<string, Value> {
  const { rows, named } = answer;
  if (rows === null) return { ...named };
  const told = source.indicators.map((code): [string, Value] => [code, valueOf(indicatorOf(source, code, catalogue), rows, asOf)]);
  return { ...named, ...Object.fromEntries(told) };
}

/** Throws when the catalogue has no such indicator, has it from another source, or reads what an answer does not tell. */
export function checkIndicators(source: Source, catalogue: Catalogue): void {
  for (const code of source.indicators) {
    const indicator = indicatorOf(source, code, catalogue);
    const strange = whyNotComputable(indicator, toldColumns[source.rows ?? ''] ?? []);
    if (strange !== null)
      throw new Error(`${source.source}: 指标 ${code} 不能由应答得出（${strange}） / the indicator cannot be read out of an answer`);
  }
}

function indicatorOf(source: Source, code: string, catalogue: Catalogue): Catalogue['indicators'][number] {
  const indicator = catalogue.byCode.get(code);
  if (indicator?.definition.source === source.rows && indicator !== undefined) return indicator;
  throw new Error(`${source.source}: 指标 ${code} 不出自 ${source.rows} / the indicator is not computed from ${source.rows}`);
}
