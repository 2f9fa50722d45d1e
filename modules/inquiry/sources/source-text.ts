/** What a bank states about its outside sources and the texts people agree to: YAML beside the other configuration, checked when it is read. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';

const words = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });
const name = z.string().regex(/^[a-z][a-z0-9_]{1,31}$/);
const duration = z.string().refine(isDuration, '应为 ISO 时长，如 P30D、PT30S / an ISO duration such as P30D');
const hour = z.string().regex(/^([01]\d|2[0-4]):[0-5]\d$/);

function isDuration(text: string): boolean {
  try {
    return Temporal.Duration.from(text).sign > 0;
  } catch {
    return false;
  }
}

/** Systems that a source can be asked through; `sources/connect.ts` has one port for each. */
export const connectors = ['credit_bureau', 'identity_check', 'government_data', 'court', 'face'] as const;
export type ConnectorName = (typeof connectors)[number];

export const sourceText = z
  .strictObject({
    source: name,
    name: words,
    connector: z.enum(connectors),
    /** What the platform is asked about, for systems that answer on several things. */
    topic: z.string().optional(),
    /** Purposes for which it may be asked at all; a consent must name one of them. */
    purposes: z.array(name).min(1),
    /** Sensitive personal information (PIPL 28, 29): its consent is given apart from all others. */
    sensitive: z.boolean(),
    /** A consent answers one question and no more. */
    single_use: z.boolean(),
    /** Asking is known to others or charged; a question that may have left is asked again under its own number only. */
    leaves_trace: z.boolean(),
    /** The file source whose rows an answer stands for, and the catalogue's indicators that it can tell whole. */
    rows: name.optional(),
    indicators: z.array(z.string().regex(/^[A-Z][A-Z0-9_]{1,31}$/)),
    /** From so many points of 1,000 liveness counts as passed. */
    liveness_from: z.int().min(0).max(1000).optional(),
    valid_for: duration,
    cost_fen: z.int().min(0),
    charged: z.enum(['answer', 'question']),
    /** Questions a day about one person, cached answers not counted. */
    quota_per_day: z.int().min(1),
    timeout_ms: z.int().min(100).max(60_000),
    attempts: z.int().min(1).max(5),
    /** Before the second attempt; doubled before each further one, with half of it left to chance. */
    pause_ms: z.int().min(1).max(10_000),
    breaker: z.strictObject({ failures: z.int().min(1), within: duration, open_for: duration }),
    office_hours: z.strictObject({ from: hour, to: hour }).nullable(),
    keep_raw: duration,
    keep: duration,
  })
  .refine(({ rows, indicators }) => indicators.length === 0 || rows !== undefined, 'indicators 需要 rows / indicators need rows')
  .refine(({ office_hours: hours }) => hours === null || hours.from < hours.to, '营业时间颠倒 / office hours end before they begin');
export type Source = z.output<typeof sourceText>;

const consentText = z.strictObject({
  text: name,
  version: z.int().min(1),
  purpose: name,
  sources: z.array(name).min(1),
  /** Asked for in an act of its own. */
  separate: z.boolean(),
  /** How long a consent counts; until withdrawn when left out. */
  valid_for: duration.optional(),
  title: words,
  /** Plain words: who asks whom for what, what for, how long it is kept, how to take it back. */
  body: z.string().min(50),
  /** What becomes of the application without it. */
  refusing: words,
});
export interface ConsentText extends z.output<typeof consentText> {
  /** SHA-256 of `content`. */
  hash: string;
  /** The file, byte for byte. */
  content: string;
}

export interface InquiryLibrary {
  sources: ReadonlyMap<string, Source>;
  /** By `<code>@<version>`. Every version that was ever shown stays. */
  texts: ReadonlyMap<string, ConsentText>;
}

export const templateFolder = resolve(import.meta.dirname, '../../../banks/template/inquiries');

/** Throws with file, line and reason of the first fault. */
export async function readLibrary(folder: string): Promise<InquiryLibrary> {
  const sources = (await readYaml(folder)).map(({ file, text }) => parseAs(sourceText, file, text));
  const texts = (await readYaml(join(folder, 'texts'))).map(({ file, text }): ConsentText => {
    const hash = createHash('sha256').update(text).digest('hex');
    return { ...parseAs(consentText, file, text), hash, content: text };
  });
  const library = { sources: keyed(sources, ({ source }) => source), texts: keyed(texts, textKey) };
  for (const text of texts) checkText(text, library.sources);
  return library;
}

export const textKey = ({ text, version }: { text: string; version: number }): string => `${text}@${version}`;

async function readYaml(folder: string): Promise<{ file: string; text: string }[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).toSorted();
  return Promise.all(files.map(async (file) => ({ file: join(folder, file), text: await readFile(join(folder, file), 'utf8') })));
}

function keyed<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item> {
  const map = new Map(items.map((item) => [keyOf(item), item]));
  if (map.size === items.length) return map;
  const twice = items.map(keyOf).find((key, index, all) => all.indexOf(key) !== index);
  throw new Error(`banks/…/inquiries: ${twice} 定义了两次 / is defined twice`);
}

function parseAs<Schema extends z.ZodType>(schema: Schema, file: string, text: string): z.output<Schema> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken) throw new Error(`${file}:${lines.linePos(broken.pos[0]).line} ${broken.message}`);
  const parsed = schema.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path.filter((part) => typeof part !== 'symbol') ?? [];
  const node = path.length > 0 ? document.getIn(path, true) : null;
  const range = node !== null && typeof node === 'object' && 'range' in node && Array.isArray(node.range) ? Number(node.range[0]) : 0;
  throw new Error(`${file}:${lines.linePos(range).line} ${path.join('.')}: ${issue?.message}`);
}

/** A text covers sources that there are, for a purpose that they allow, and is separate where one of them is sensitive. */
function checkText(text: ConsentText, sources: ReadonlyMap<string, Source>): void {
  for (const each of text.sources) {
    const source = sources.get(each);
    const fault = !source
      ? `没有来源 ${each} / there is no source ${each}`
      : !source.purposes.includes(text.purpose)
        ? `来源 ${each} 不允许用途 ${text.purpose} / the source may not be asked for this purpose`
        : source.sensitive && !(text.separate && text.sources.length === 1)
          ? `来源 ${each} 为敏感信息，须单独同意且只涉及该来源 / the source is sensitive: its text must be separate and about nothing else`
          : null;
    if (fault) throw new Error(`${textKey(text)}: ${fault}`);
  }
}
