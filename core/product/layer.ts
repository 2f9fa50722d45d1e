/** One layer of a product as it is written: what it is called and what it changes. */
import { z } from 'zod';
import { wording } from './field.ts';
import type { Wording } from './field.ts';
import { code, fieldNames, fieldOf, isFieldName } from './fields.ts';
import type { FieldName } from './fields.ts';
import type { Finding } from './finding.ts';

export const layerKinds = ['base', 'product', 'programme'] as const;
export type LayerKind = (typeof layerKinds)[number];

/** What each kind of layer may stand on. */
export const standsOn: Record<LayerKind, LayerKind | null> = { base: null, product: 'base', programme: 'product' };

export interface Layer {
  readonly layer: LayerKind;
  readonly code: string;
  /** The layer it stands on; a base stands on none. */
  readonly from: string | null;
  readonly name: Wording;
  readonly effective_from: string;
  readonly effective_to: string | null;
  /** Only what differs. */
  readonly terms: Readonly<Partial<Record<FieldName, unknown>>>;
}

const frame = z.strictObject({
  layer: z.enum(layerKinds),
  code,
  from: code.nullable().default(null),
  name: wording,
  effective_from: z.iso.date(),
  effective_to: z.iso.date().nullable().default(null),
  terms: z.record(z.string(), z.unknown()),
});

/** Reads what somebody wrote. Every fault is found, not only the first. */
export function readLayer(written: unknown): { layer: Layer } | { findings: Finding[] } {
  const read = frame.safeParse(written);
  if (!read.success) return { findings: read.error.issues.map(shapeFinding) };
  const { terms, ...rest } = read.data;
  const findings = [
    ...frameFindings(read.data),
    ...Object.entries(terms).flatMap(([name, value]) => valueFindings(rest.code, name, value)),
  ];
  return findings.length > 0 ? { findings } : { layer: { ...rest, terms } };
}

const shapeFinding = ({ path, message }: z.core.$ZodIssue): Finding => ({
  code: 'wrong_shape',
  place: path.join('.'),
  zh: `此处写法不对：${message}`,
  en: `this is not written as it should be: ${message}`,
});

function frameFindings({ layer, code: own, from, effective_from, effective_to }: z.infer<typeof frame>): Finding[] {
  const findings: Finding[] = [];
  if ((from === null) !== (layer === 'base')) {
    findings.push({
      code: 'wrong_parent',
      place: `${own}.from`,
      zh: layer === 'base' ? '基础产品不在其他层之上，请删去 from' : '请写明所在的上一层',
      en: layer === 'base' ? 'a base stands on nothing; leave out from' : 'name the layer it stands on',
    });
  }
  if (effective_to !== null && effective_to <= effective_from) {
    findings.push({ code: 'inconsistent', place: `${own}.effective_to`, zh: '失效日应晚于生效日', en: 'it should end after it begins' });
  }
  return findings;
}

function valueFindings(layerCode: string, name: string, value: unknown): Finding[] {
  const place = `${layerCode}.terms.${name}`;
  if (!isFieldName(name)) return [{ code: 'unknown_field', place, zh: '没有这一项条款', en: 'there is no such term' }];
  const read = fieldOf(name).shape.safeParse(value);
  if (read.success) return [];
  const { name: title } = fieldOf(name);
  return read.error.issues.slice(0, 1).map(({ path, message }) => ({
    code: 'wrong_value',
    place: [place, ...path].join('.'),
    zh: `${title.zh}的值不合要求：${message}`,
    en: `${title.en} cannot hold this: ${message}`,
  }));
}

/**
 * A layer as text, one term a line, always the same for the same layer: what is proposed, approved and compared. The values are JSON, which YAML reads.
 */
export function writeLayer(layer: Layer): string {
  const head = [
    `layer: ${layer.layer}`,
    `code: ${layer.code}`,
    ...(layer.from === null ? [] : [`from: ${layer.from}`]),
    `name: ${JSON.stringify(layer.name)}`,
    `effective_from: ${JSON.stringify(layer.effective_from)}`,
    ...(layer.effective_to === null ? [] : [`effective_to: ${JSON.stringify(layer.effective_to)}`]),
  ];
  const terms = fieldNames.flatMap((name) => (layer.terms[name] === undefined ? [] : [`  ${name}: ${JSON.stringify(layer.terms[name])}`]));
  return `${[...head, terms.length === 0 ? 'terms: {}' : 'terms:', ...terms].join('\n')}\n`;
}
