/** A strategy folder as text, read and checked: `strategy.yaml`, the reason wording and the decision model it names. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { StrategyError } from './strategy-error.ts';

const wording = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });
const name = z.string().min(1);
const day = z.iso.date();

const limitStep = z.strictObject({
  id: name,
  kind: z.enum(['base', 'adjust', 'subtotal', 'cap', 'round', 'result']),
  value: name,
  note: name.optional(),
  label: wording,
});
const priceStep = z.strictObject({
  id: name,
  kind: z.enum(['base', 'adjust', 'subtotal', 'cap', 'floor', 'result']),
  value: name.optional(),
  points: name.optional(),
  sign: z.union([z.literal(1), z.literal(-1)]).optional(),
  note: name.optional(),
  label: wording,
});
const modelNames = z.record(z.string().regex(/^[A-Z]\d{2}$/), wording);

const description = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]{1,31}$/),
  title: wording,
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  effective_from: day,
  model: z.string().regex(/^[A-Za-z0-9_-]+\.dmn$/),
  reasons: z.literal('reasons.yaml'),
  answers: z.strictObject({ segment: name, outcome: name, limit_fen: name, rate_ppm: name, score: name, reasons: name }),
  effects: z.strictObject({
    decline: z.array(name).min(1),
    refer: z.array(name).min(1),
    wait: z.array(name),
    cap: z.array(name),
    price: z.array(name),
  }),
  application_inputs: z.array(name),
  score: z.strictObject({ band: name, card: name, cards: z.record(z.string(), z.strictObject({ decision: name, name: wording })) }),
  limit: z.strictObject({ model: name, models: modelNames, steps: z.array(limitStep) }),
  /** Decisions that give the room left to a household and the least loan; a strategy without them lends to each person alone. */
  household: z.strictObject({ room: name, least: name }).optional(),
  price: z.strictObject({ model: name, models: modelNames, steps: z.array(priceStep) }),
  changeable: z.array(name),
  words: z.record(z.string(), z.strictObject({ zh: z.string(), en: z.string(), unit: z.string() })),
});
export type StrategyDescription = z.infer<typeof description>;
export type LimitStep = z.infer<typeof limitStep>;
export type PriceStep = z.infer<typeof priceStep>;

const reasonEntry = z.strictObject({ customer: name, staff: wording, unknown: wording.optional(), covers: z.array(name).optional() });
const reasonFile = z.strictObject({
  customer: z.record(z.string(), wording),
  families: z.record(
    z.string(),
    z.strictObject({ name: wording, reasons: z.record(z.string().regex(/^[A-Z]\d{2}[A-Z]?$/, 'a code such as P08'), reasonEntry) }),
  ),
});
export type ReasonFile = z.infer<typeof reasonFile>;

/** The files of a strategy as they are stored and proposed. */
export interface StrategyFiles {
  'strategy.yaml': string;
  'reasons.yaml': string;
  dmn: string;
}

export interface StrategyDefinition {
  /** Folder or other origin, for messages. */
  origin: string;
  files: StrategyFiles;
  description: StrategyDescription;
  reasons: ReasonFile;
  /** `1.0.0+3f9a0c2b7d10` */
  version: string;
}

/**
 * Reads a strategy folder.
 * @throws StrategyError naming file, line and reason when a file is missing or does not fit its schema.
 */
export async function readStrategyFolder(folder: string): Promise<StrategyDefinition> {
  const text = await readPart(folder, 'strategy.yaml');
  const parsed = parseYaml(text, join(folder, 'strategy.yaml'), description);
  const [reasons, dmn] = await Promise.all([readPart(folder, parsed.reasons), readPart(folder, parsed.model)]);
  return defineStrategy({ 'strategy.yaml': text, 'reasons.yaml': reasons, dmn }, folder);
}

/** @throws StrategyError */
export function defineStrategy(files: StrategyFiles, origin: string): StrategyDefinition {
  const parsed = parseYaml(files['strategy.yaml'], join(origin, 'strategy.yaml'), description);
  const reasons = parseYaml(files['reasons.yaml'], join(origin, 'reasons.yaml'), reasonFile);
  return { origin, files, description: parsed, reasons, version: `${parsed.version}+${contentHash(files)}` };
}

function contentHash(files: StrategyFiles): string {
  const hash = createHash('sha256');
  for (const text of [files['strategy.yaml'], files['reasons.yaml'], files.dmn]) hash.update(`${Buffer.byteLength(text)}\n`).update(text);
  return hash.digest('hex').slice(0, 12);
}

async function readPart(folder: string, file: string): Promise<string> {
  return readFile(join(folder, file), 'utf8').catch((cause: unknown) => {
    throw new StrategyError({ file: join(folder, file), line: null }, '读不到文件', 'the file cannot be read', { cause });
  });
}

function parseYaml<Shape extends z.ZodType>(text: string, file: string, shape: Shape): z.output<Shape> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const [broken] = document.errors;
  if (broken)
    throw new StrategyError({ file, line: lines.linePos(broken.pos[0]).line }, `YAML 有错：${broken.message}`, `YAML: ${broken.message}`);
  const result = shape.safeParse(document.toJS());
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = (issue?.path ?? []).map(String);
  const at = path.map((_, index) => document.getIn(path.slice(0, path.length - index), true)).find((node) => hasRange(node));
  const line = hasRange(at) ? lines.linePos(at.range[0]).line : null;
  const place = path.join('.') || '(root)';
  throw new StrategyError({ file, line }, `${place} 不合规定：${issue?.message ?? ''}`, `${place}: ${issue?.message ?? ''}`);
}

function hasRange(node: unknown): node is { range: [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}
