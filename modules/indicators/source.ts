/** What the catalogue needs to know of the sources: their columns, keys and to whom their rows belong. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { ValueType } from './translate.ts';

const contractText = z.object({
  source: z.string(),
  name: z.object({ zh: z.string(), en: z.string() }),
  channel: z.string(),
  subject: z.enum(['person', 'customer', 'account', 'loan', 'household', 'enterprise', 'village', 'outlet']),
  load: z.object({ key: z.array(z.string()), period: z.enum(['state', 'month']).default('state') }),
  columns: z.array(
    z.object({
      field: z.string(),
      as: z.string(),
      type: z.string(),
      values: z.array(z.union([z.string(), z.number()]).transform(String)).optional(),
    }),
  ),
});

export interface SourceColumn {
  name: string;
  /** Its name in the file. */
  field: string;
  type: ValueType;
  values: readonly string[] | null;
}

export type Subject = z.infer<typeof contractText>['subject'];

export interface Source {
  source: string;
  name: { zh: string; en: string };
  channel: string;
  subject: Subject;
  key: readonly string[];
  /** `month`: each file stands for its own month end. */
  period: 'state' | 'month';
  columns: ReadonlyMap<string, SourceColumn>;
}

/** Types of the lake; names, numbers and identifiers of people are text there and read as codes without a list of values. */
const valueTypes: Record<string, ValueType> = {
  money: 'money',
  integer: 'integer',
  rate_percent: 'integer',
  decimal: 'decimal',
  flag: 'flag',
  date: 'date',
};

export function sourceOf(text: string): Source {
  const contract = contractText.parse(parse(text));
  const columns = contract.columns.map((column): [string, SourceColumn] => [
    column.as,
    { name: column.as, field: column.field, type: valueTypes[column.type] ?? 'code', values: column.values ?? null },
  ]);
  return {
    source: contract.source,
    name: contract.name,
    channel: contract.channel,
    subject: contract.subject,
    key: contract.load.key,
    period: contract.load.period,
    columns: new Map(columns),
  };
}

/** Every contract of a folder; the contracts themselves were checked when they were adopted. */
export async function readSources(folder: string): Promise<Map<string, Source>> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).toSorted();
  const sources = await Promise.all(files.map(async (file) => sourceOf(await readFile(join(folder, file), 'utf8'))));
  return new Map(sources.map((source) => [source.source, source]));
}

/**
 * The source whose rows tell to whom the rows of a subject belong; null when the rows name the person themselves. An outlet is there for every
 * village.
 */
export const owningSource: Record<Subject, string | null> = {
  person: null,
  customer: 'customer',
  account: 'deposit_account',
  loan: 'loan_account',
  household: 'grid_roll',
  enterprise: 'enterprise_person',
  village: 'grid_roll',
  outlet: 'village',
};

/** Every source that must be loaded for the rows of `source` to find their persons, itself first. */
export function neededSources(sources: ReadonlyMap<string, Source>, source: string): string[] {
  const found = sources.get(source);
  if (!found) return [source];
  const owner = owningSource[found.subject];
  return owner === null ? [source] : [source, ...neededSources(sources, owner)];
}

const borrowing: readonly Subject[] = ['account', 'loan', 'enterprise', 'outlet'];

/** What stands in the rows beside their own columns: an account month has its account's kind, an outlet the village it is looked at from. */
export function borrowedColumns(sources: ReadonlyMap<string, Source>, source: Source): ReadonlyMap<string, SourceColumn> {
  if (!borrowing.includes(source.subject)) return new Map();
  const owner = sources.get(owningSource[source.subject] ?? '');
  return new Map([...(owner?.columns ?? [])].filter(([name]) => !source.columns.has(name)));
}
