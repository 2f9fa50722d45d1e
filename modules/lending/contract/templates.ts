/** The texts of papers as a bank writes them: data with a fixed set of words in braces. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

/** Every word that a paper may have filled in. */
const everywhere = [
  'contract_number',
  'product',
  'bank',
  'borrower',
  'resident_id',
  'phone',
  'limit',
  'limit_words',
  'rate',
  'limit_until',
  'made_on',
] as const;
const ofContract = [
  'facility_kind',
  'draw_min',
  'months',
  'methods',
  'reprice',
  'day_count',
  'purposes',
  'forbidden',
  'entrusted',
  'prepayment',
  'grace_days',
  'penalty',
] as const;
const ofDisclosure = ['example_principal', 'example_months', 'example_method', 'cost_total', 'cost_yearly'] as const;
const ofSpouse = ['spouse', 'spouse_resident_id'] as const;

export type Filled = (typeof everywhere | typeof ofContract | typeof ofDisclosure | typeof ofSpouse)[number];

export const paperNames = ['contract', 'disclosure', 'spouse'] as const;
export type PaperName = (typeof paperNames)[number];

interface Rule {
  readonly may: readonly Filled[];
  /** Without these the paper says nothing: what is signed for, and by whom. */
  readonly must: readonly Filled[];
  readonly mustTables: readonly TableName[];
}

const rules: Readonly<Record<PaperName, Rule>> = {
  contract: {
    may: [...everywhere, ...ofContract],
    must: [
      'contract_number',
      'bank',
      'borrower',
      'resident_id',
      'limit',
      'limit_words',
      'rate',
      'limit_until',
      'purposes',
      'forbidden',
      'entrusted',
    ],
    mustTables: [],
  },
  disclosure: {
    may: [...everywhere, ...ofDisclosure],
    must: ['contract_number', 'borrower', 'rate', 'cost_total', 'cost_yearly'],
    mustTables: ['cost_items', 'late_items'],
  },
  spouse: {
    may: [...everywhere, ...ofSpouse],
    must: ['contract_number', 'borrower', 'spouse', 'spouse_resident_id', 'limit'],
    mustTables: [],
  },
};

const wording = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });
const line = z.string().min(1).max(2000);
const tableNames = ['cost_items', 'late_items'] as const;
export type TableName = (typeof tableNames)[number];

const part = z.union([
  z.strictObject({ facts: z.array(z.tuple([line, line])).min(1) }),
  z.strictObject({ clause: line, lines: z.array(line).min(1) }),
  z.strictObject({ text: z.array(line).min(1) }),
  z.strictObject({ table: z.enum(tableNames) }),
]);
export type TemplatePart = z.infer<typeof part>;

const shape = z.strictObject({
  paper: z.enum(paperNames),
  version: z.int().min(1),
  title: wording,
  /** How long it must have been open before it can be confirmed. */
  reading_seconds: z.int().min(0).max(600),
  parts: z.array(part).min(1),
});
export type Template = z.infer<typeof shape>;
export type Templates = Readonly<Record<PaperName, Template>>;

const templateFolder = join(import.meta.dirname, '../../../banks/template/contracts');

/** The three papers of a bank. @throws Error naming file and place */
export async function readTemplates(folder: string = templateFolder): Promise<Templates> {
  const read = async (name: PaperName): Promise<Template> => {
    const file = join(folder, `${name}.yaml`);
    return readTemplate(file, name, await readFile(file, 'utf8'));
  };
  const [contract, disclosure, spouse] = await Promise.all([read('contract'), read('disclosure'), read('spouse')]);
  return { contract, disclosure, spouse };
}

/** @throws Error naming file and place: a form that is not kept, a word that cannot be filled in, one that must be there and is not */
export function readTemplate(file: string, name: PaperName, text: string): Template {
  const read = shape.safeParse(parse(text));
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new Error(`${file} ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  const template = read.data;
  if (template.paper !== name) throw new Error(`${file} paper: 应为 ${name} / must be ${name}`);
  const [words, rule] = [wordsOf(template), rules[name]];
  const strange = [...words].find((word) => !rule.may.some((known) => known === word));
  if (strange !== undefined)
    throw new Error(
      `${file}: 没有可填的 {${strange}}，可用 ${rule.may.join('、')} / {${strange}} cannot be filled in; use ${rule.may.join(', ')}`,
    );
  const missing = rule.must.find((word) => !words.has(word));
  if (missing !== undefined) throw new Error(`${file}: 缺少 {${missing}} / {${missing}} is missing`);
  const tables = template.parts.flatMap((one) => ('table' in one ? [one.table] : []));
  const gone = rule.mustTables.find((table) => !tables.includes(table));
  if (gone !== undefined) throw new Error(`${file}: 缺少表 ${gone} / the table ${gone} is missing`);
  return template;
}

/** Everything in braces, closed or not: what is not a word is not let through either. */
function wordsOf({ parts }: Template): Set<string> {
  const lines = parts.flatMap((one) => {
    if ('facts' in one) return one.facts.flat();
    if ('clause' in one) return [one.clause, ...one.lines];
    return 'text' in one ? one.text : [];
  });
  return new Set(lines.flatMap((text) => text.match(/\{[^{}]*\}?|\}/g) ?? []).map((found) => /^\{(\w+)\}$/.exec(found)?.[1] ?? found));
}
