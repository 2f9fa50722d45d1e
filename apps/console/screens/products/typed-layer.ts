/** A layer as it stands in the fields of the screen, and what can be said of it before anybody else has seen it. */
import {
  fieldOf,
  readLayer,
  resolve,
  unknownCodes,
  dictionary,
  type FieldName,
  type Finding,
  type Layer,
  type LayerVersion,
  type Resolution,
} from '#core/product/index.ts';
import type { ProductPage, ProductWords } from '#modules/product/contract.ts';
import { fenTyped, ppmTyped } from '../../parts/typed-amount.ts';

export interface TypedLayer {
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  readonly from: string;
  readonly to: string;
  /** What is stated: a text that is still to be read, or the value itself. */
  readonly terms: Readonly<Partial<Record<FieldName, unknown>>>;
}

/** Fields that are typed as one text. */
export const isTyped = (name: FieldName): boolean =>
  ['fen', 'ppm', 'days', 'months', 'grids'].includes(fieldOf(name).unit) && name !== 'interest_every';

/** What is typed for a value: amounts in yuan, rates in percent. */
export function textOf(name: FieldName, value: unknown): string {
  const { unit } = fieldOf(name);
  if (unit === 'fen') return String(BigInt(String(value)) / 100n);
  if (unit === 'ppm')
    return `${Math.trunc(Number(value) / 10_000)}.${String(Number(value) % 10_000)
      .padStart(4, '0')
      .replace(/0{1,2}$/, '')}`;
  return Array.isArray(value) ? value.join(' ') : String(value);
}

/** The value of a typed text; the text itself where it is none, so that the check names it. */
export function valueOf(name: FieldName, text: string): unknown {
  const { unit } = fieldOf(name);
  const trimmed = text.trim();
  if (unit === 'fen') return trimmed === '0' ? '0' : (fenTyped(trimmed)?.toString() ?? trimmed);
  if (unit === 'ppm') return ppmTyped(trimmed) ?? trimmed;
  if (unit === 'grids') return trimmed === '' ? [] : trimmed.split(/[\s,，、]+/);
  return /^\d{1,4}$/.test(trimmed) ? Number(trimmed) : trimmed;
}

/** Null for an empty field, so that an end that is left out is none. */
const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());

export function layerOf(typed: TypedLayer, kind: Layer['layer'], parent: string | null): unknown {
  const terms = Object.fromEntries(Object.entries(typed.terms).map(([name, value]) => [name, value]));
  return {
    layer: kind,
    code: typed.code.trim(),
    from: parent,
    name: { zh: typed.zh.trim(), en: typed.en.trim() },
    effective_from: typed.from,
    effective_to: orNull(typed.to),
    terms,
  };
}

export interface Judged {
  readonly layer: Layer | null;
  readonly resolution: Resolution | null;
  readonly findings: readonly Finding[];
}

/** The layers above, as the pure rule takes them. */
export function chainOf(page: ProductPage): LayerVersion[] {
  return page.chain.flatMap(({ layer, version }) => {
    const read = readLayer(layer);
    return 'layer' in read ? [{ layer: read.layer, version }] : [];
  });
}

/** The same judgement as the bank's own, but for what stands below and on later days, which is looked at when it is proposed. */
export function judge(written: unknown, above: readonly LayerVersion[], version: number, words: ProductWords): Judged {
  const read = readLayer(written);
  if ('findings' in read) return { layer: null, resolution: null, findings: read.findings };
  const { layer } = read;
  if (layer.layer === 'base') return { layer, resolution: null, findings: [] };
  const answer = resolve([...above, { layer, version }], Temporal.PlainDate.from(layer.effective_from));
  if ('findings' in answer) return { layer, resolution: null, findings: answer.findings };
  const known = dictionary.safeParse(words.dictionary);
  const findings = known.success ? unknownCodes(known.data, layer.code, answer.resolution.terms) : [];
  return { layer, resolution: answer.resolution, findings };
}
