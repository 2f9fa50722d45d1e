/** What is wrong with a layer before it counts: in itself, and in everything that stands on it. */
import { resolve, unknownCodes } from '#core/product/index.ts';
import type { Finding, Layer, Resolution } from '#core/product/index.ts';
import { chainOn, familyOf, turningDays, versionOn } from '../versions/in-force.ts';
import type { DatedVersion } from '../versions/in-force.ts';
import type { Library } from './library.ts';

/** What a layer may name. */
export interface Surroundings {
  readonly library: Library;
  /** Strategies with a version in force. */
  readonly strategies: ReadonlySet<string>;
}

export interface Checked {
  /** The layer itself on its first day; null for a base, and when it cannot be resolved. */
  readonly resolution: Resolution | null;
  readonly findings: Finding[];
  /** From here on it would count. */
  readonly effectiveFrom: string;
}

/**
 * Resolves the layer and every layer that stands on it, on each day from its first when something turns. So a base that becomes stricter names the
 * products that would be wider than it, and a cap that comes next year is looked at today.
 */
export function checkLayer(standing: readonly DatedVersion[], layer: Layer, today: string, surroundings: Surroundings): Checked {
  const effectiveFrom = layer.effective_from > today ? layer.effective_from : today;
  const candidate: DatedVersion = { layer, version: nextVersion(standing, layer.code), effectiveFrom };
  const versions = [...standing, candidate];
  const ended = layer.effective_to !== null && layer.effective_to <= effectiveFrom;
  if (ended) return { resolution: null, findings: [endedFinding(layer, effectiveFrom)], effectiveFrom };
  const findings = new Map<string, Finding>();
  let resolution: Resolution | null = null;
  const family = familyOf(
    versions.map((one) => one.layer),
    layer.code,
  );
  for (const day of turningDays(linedUp(versions, family), versions, effectiveFrom)) {
    for (const code of family) {
      const judged = judge(versions, code, day, surroundings);
      for (const finding of judged.findings) findings.set(`${finding.code} ${finding.place}`, finding);
      if (code === layer.code && day === effectiveFrom) resolution = judged.resolution;
    }
  }
  return { resolution, findings: [...findings.values()], effectiveFrom };
}

const nextVersion = (standing: readonly DatedVersion[], code: string): number =>
  Math.max(0, ...standing.filter((one) => one.layer.code === code).map((one) => one.version)) + 1;

/** The layers whose days matter: the family and what it stands on. */
function linedUp(versions: readonly DatedVersion[], family: readonly string[]): Layer[] {
  const codes = new Set(family);
  for (const code of codes) for (const { layer } of versions) if (layer.code === code && layer.from !== null) codes.add(layer.from);
  return versions.filter(({ layer }) => codes.has(layer.code)).map(({ layer }) => layer);
}

function judge(
  versions: readonly DatedVersion[],
  code: string,
  day: string,
  surroundings: Surroundings,
): { resolution: Resolution | null; findings: Finding[] } {
  const own = versionOn(versions, code, day);
  if (!own || own.layer.layer === 'base') return { resolution: null, findings: [] };
  const chain = chainOn(versions, code, day);
  if (!chain) return { resolution: null, findings: [orphanFinding(own.layer, day)] };
  const answer = resolve(chain, Temporal.PlainDate.from(day));
  if ('findings' in answer) return { resolution: null, findings: answer.findings };
  return { resolution: answer.resolution, findings: namingFindings(answer.resolution, surroundings) };
}

function namingFindings({ code, terms }: Resolution, { library, strategies }: Surroundings): Finding[] {
  const findings = unknownCodes(library.dictionary, code, terms);
  const missing = (field: string, zh: string, en: string, there: Iterable<string>): void =>
    void findings.push({
      code: 'unknown_code',
      place: `${code}.terms.${field}`,
      zh: `没有${zh}；现有 ${[...there].join('、')}`,
      en: `there is no ${en}; there are ${[...there].join(', ')}`,
    });
  if (!strategies.has(terms.strategy)) missing('strategy', `策略 ${terms.strategy}`, `strategy ${terms.strategy}`, strategies);
  for (const field of ['application_form', 'investigation_form'] as const) {
    const form = terms[field];
    if (form !== null && !library.forms.has(form)) missing(field, `表单 ${form}`, `form ${form}`, library.forms.keys());
  }
  return findings;
}

const endedFinding = ({ code }: Layer, from: string): Finding => ({
  code: 'inconsistent',
  place: `${code}.effective_to`,
  zh: `最早 ${from} 生效，失效日应晚于这一天`,
  en: `it counts from ${from} at the earliest and should end later`,
});

const orphanFinding = ({ code, from }: Layer, day: string): Finding => ({
  code: 'wrong_parent',
  place: `${code}.from`,
  zh: `${from ?? ''} 在 ${day} 不生效，其上不能再有产品`,
  en: `${from ?? ''} does not count on ${day}, so nothing can stand on it`,
});
