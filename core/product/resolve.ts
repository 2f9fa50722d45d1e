/** Layers merged into the terms of one product on one day, with where each value comes from. */
import { formatPercent, formatYuan } from '#core/money/index.ts';
import type { Cap, Unit, Wording } from './field.ts';
import { fieldNames, fieldOf, isTerms } from './fields.ts';
import type { FieldName, Terms } from './fields.ts';
import type { Finding } from './finding.ts';
import { standsOn } from './layer.ts';
import type { Layer } from './layer.ts';

/** A layer as it stands in one version. */
export interface LayerVersion {
  readonly layer: Layer;
  readonly version: number;
}

/** Which layer stated a value last; `cap` when a cap in force holds it down. `default`: no layer stated it. */
export type Source =
  | { readonly kind: 'layer'; readonly code: string; readonly version: number; readonly cap?: string }
  | { readonly kind: 'default' };

export interface Resolution {
  readonly code: string;
  /** Versions of the layers from the base down, such as `1.2.1`. */
  readonly version: string;
  readonly on: string;
  readonly terms: Terms;
  readonly provenance: Readonly<Record<FieldName, Source>>;
  /** Of lists and tables, which layer brought each item. */
  readonly items: Readonly<Record<string, Source>>;
}

interface Stated {
  readonly names: ReadonlyMap<string, Wording>;
  readonly values: Map<FieldName, unknown>;
  readonly sources: Map<FieldName, Source>;
  readonly items: Map<string, Source>;
  readonly findings: Finding[];
}

/**
 * `chain`: from the base down to the layer itself. A lower layer that would be wider than what it stands on is a finding, never quietly cut.
 * The day decides which caps hold.
 */
export function resolve(chain: readonly LayerVersion[], on: Temporal.PlainDate): { resolution: Resolution } | { findings: Finding[] } {
  const last = chain.at(-1);
  const order = chainFindings(chain);
  if (!last || order.length > 0) return { findings: order };
  const names = new Map(chain.map(({ layer }) => [layer.code, layer.name]));
  const stated: Stated = { names, values: new Map(), sources: new Map(), items: new Map(), findings: [] };
  for (const one of chain) for (const name of fieldNames) takeField(stated, one, name);
  fillDefaults(stated, last.layer);
  if (stated.findings.length > 0) return { findings: stated.findings };
  holdDown(stated, on);
  const terms = Object.fromEntries(stated.values);
  if (!isTerms(terms)) return { findings: emptyFindings(last.layer, stated.values) };
  const findings = consistencyFindings(last.layer.code, terms);
  if (findings.length > 0) return { findings };
  const resolution: Resolution = {
    code: last.layer.code,
    version: chain.map(({ version }) => version).join('.'),
    on: on.toString(),
    terms,
    provenance: sourcesOf(stated),
    items: Object.fromEntries(stated.items),
  };
  return { resolution };
}

function chainFindings(chain: readonly LayerVersion[]): Finding[] {
  return chain.flatMap(({ layer }, index): Finding[] => {
    const above = chain[index - 1]?.layer ?? null;
    const isRight = (above?.layer ?? null) === standsOn[layer.layer] && (above?.code ?? null) === layer.from;
    if (isRight) return [];
    return [
      {
        code: 'wrong_layer',
        place: `${layer.code}.from`,
        zh: `产品应在基础产品之上，方案应在产品之上；现为 ${layer.from ?? '无'}`,
        en: `a product stands on a base and a programme on a product; here it is ${layer.from ?? 'nothing'}`,
      },
    ];
  });
}

function takeField(stated: Stated, { layer, version }: LayerVersion, name: FieldName): void {
  const value = layer.terms[name];
  if (value === undefined) return;
  const { change } = fieldOf(name);
  const source: Source = { kind: 'layer', code: layer.code, version };
  const upper = stated.values.get(name);
  const finding = upper === undefined ? null : changeFinding(stated, layer, name, upper);
  if (finding) stated.findings.push(finding);
  const merges = change.kind === 'narrow' && change.merge !== undefined;
  const isMerged = upper !== undefined && !finding && merges;
  stated.values.set(name, (isMerged ? change.merge?.(value, upper) : undefined) ?? value);
  stated.sources.set(name, source);
  if (!merges) return;
  // What a list has already stays where it came from; an entry of a table is stated anew.
  for (const item of itemsOf(value)) {
    const place = `${name}.${item}`;
    if (!Array.isArray(value) || !stated.items.has(place)) stated.items.set(place, source);
  }
}

function changeFinding(stated: Stated, layer: Layer, name: FieldName, upper: unknown): Finding | null {
  const { change, name: title, unit } = fieldOf(name);
  const value = layer.terms[name];
  const place = `${layer.code}.terms.${name}`;
  const above = stated.sources.get(name);
  const by = above?.kind === 'layer' ? (stated.names.get(above.code) ?? { zh: above.code, en: above.code }) : { zh: '', en: '' };
  const [said, limit] = [shown(unit, value), shown(unit, upper)];
  if (change.kind === 'fixed' && JSON.stringify(value) !== JSON.stringify(upper)) {
    return {
      code: 'fixed_above',
      place,
      zh: `${title.zh}已由“${by.zh}”定为 ${limit.zh}，不能改写；请删去此项`,
      en: `${title.en} is fixed at ${limit.en} by “${by.en}”; leave it out here`,
    };
  }
  if (change.kind === 'narrow' && !change.isWithin(value, upper)) {
    return {
      code: 'wider_than_above',
      place,
      zh: `${title.zh} ${said.zh} 超出“${by.zh}”的 ${limit.zh}：${change.cure.zh}`,
      en: `${title.en} ${said.en} is wider than ${limit.en} of “${by.en}”: ${change.cure.en}`,
    };
  }
  return null;
}

/** A value in a message: amounts in yuan, rates in percent, anything else as it is written. */
function shown(unit: Unit, value: unknown): Wording {
  if (unit === 'fen' && typeof value === 'string') {
    const yuan = formatYuan(BigInt(value), true);
    return { zh: `${yuan} 元`, en: `${yuan} yuan` };
  }
  const written = unit === 'ppm' && typeof value === 'number' ? `${formatPercent(BigInt(value))} %` : JSON.stringify(value);
  const text = written.length > 120 ? `${written.slice(0, 117)}…` : written;
  return { zh: text, en: text };
}

/** The items of a list or table that have names of their own. */
function itemsOf(value: unknown): string[] {
  if (Array.isArray(value)) {
    return value.map((item: unknown) => (item !== null && typeof item === 'object' && 'id' in item ? String(item.id) : String(item)));
  }
  return value !== null && typeof value === 'object' ? Object.keys(value) : [];
}

function fillDefaults({ values, sources, findings }: Stated, layer: Layer): void {
  for (const name of fieldNames) {
    if (values.has(name)) continue;
    const { fallback, name: title } = fieldOf(name);
    if (fallback === undefined) {
      const place = `${layer.code}.terms.${name}`;
      findings.push({ code: 'not_stated', place, zh: `没有一层写明${title.zh}`, en: `no layer states ${title.en}` });
      continue;
    }
    values.set(name, fallback);
    sources.set(name, { kind: 'default' });
  }
}

/** Caps in force on a day. */
export function capsInForce(caps: readonly Cap[], on: Temporal.PlainDate): Cap[] {
  const day = on.toString();
  return caps.filter((one) => one.effective_from <= day && (one.effective_to === null || day < one.effective_to));
}

/** What a cap says of a value: the value under it, or the same when it lies below anyway. */
function underCap(value: unknown, most: bigint): unknown {
  if (Array.isArray(value)) {
    const kept = value.filter((item) => typeof item === 'number' && BigInt(item) <= most);
    return kept.length === value.length ? value : kept;
  }
  if (typeof value === 'string') return BigInt(value) > most ? most.toString() : value;
  return typeof value === 'number' && BigInt(value) > most ? Number(most) : value;
}

function holdDown({ values, sources }: Stated, on: Temporal.PlainDate): void {
  const caps: unknown = values.get('caps');
  const stated = fieldOf('caps').shape.safeParse(caps);
  if (!stated.success || !Array.isArray(caps)) return;
  for (const one of capsInForce(caps, on)) {
    const value = values.get(one.of);
    const held = underCap(value, BigInt(one.most));
    if (held === value) continue;
    values.set(one.of, held);
    const source = sources.get(one.of);
    if (source?.kind === 'layer') sources.set(one.of, { ...source, cap: one.id });
  }
}

/** After the caps a list may hold nothing any more. */
function emptyFindings(layer: Layer, values: ReadonlyMap<FieldName, unknown>): Finding[] {
  return fieldNames
    .filter((name) => !fieldOf(name).shape.safeParse(values.get(name)).success)
    .map((name) => ({
      code: 'inconsistent',
      place: `${layer.code}.terms.${name}`,
      zh: `上限规定使${fieldOf(name).name.zh}无可取的值；请缩短期限或调整额度`,
      en: `the caps leave no value for ${fieldOf(name).name.en}; state a smaller one`,
    }));
}

function consistencyFindings(code: string, terms: Terms): Finding[] {
  const findings: Finding[] = [];
  const say = (name: FieldName, zh: string, en: string): void =>
    void findings.push({ code: 'inconsistent', place: `${code}.terms.${name}`, zh, en });
  const [least, most] = [BigInt(terms.limit_min_fen), BigInt(terms.limit_max_fen)];
  if (least > most) say('limit_min_fen', '最低额度高于最高额度', 'the least limit is above the highest');
  if (BigInt(terms.draw_min_fen) > most) say('draw_min_fen', '每笔最低用信高于最高额度', 'the least draw is above the highest limit');
  if (terms.price_floor_ppm > terms.price_cap_ppm)
    say('price_floor_ppm', '最低年利率高于最高年利率', 'the lowest rate is above the highest');
  if (terms.methods.includes('revolving') && terms.facility_kind !== 'revolving')
    say('methods', '一次性额度不能随借随还', 'a single-use limit cannot be drawn and repaid at will');
  if (terms.facility_kind === 'revolving' && Math.min(...terms.draw_months) > terms.facility_months)
    say('facility_months', '额度有效期短于最短的用信期限', 'the limit ends before the shortest draw does');
  return findings;
}

function sourcesOf({ sources }: Stated): Record<FieldName, Source> {
  const found: Partial<Record<FieldName, Source>> = Object.fromEntries(sources);
  if (!isWhole(found)) throw new Error('a term has no source');
  return found;
}

const isWhole = (found: Partial<Record<FieldName, Source>>): found is Record<FieldName, Source> =>
  fieldNames.every((name) => found[name] !== undefined);
