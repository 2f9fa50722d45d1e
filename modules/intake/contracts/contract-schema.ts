import { LineCounter, parseDocument, type Document, type Node } from 'yaml';
import { z } from 'zod';
import { channels, dataClasses } from '../contract.ts';
import { patternFault } from './file-name.ts';

const identifier = z.string().regex(/^[a-z][a-z0-9_]{0,40}$/, '小写字母、数字和下划线 / lower-case letters, digits and underscores');
const wording = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });
const bound = z.number();
const base = {
  field: z.string().min(1).max(64),
  as: identifier,
  required: z.boolean().default(false),
};

/** Types a column may have; each lists the settings it understands. Unknown settings are refused. */
const column = z.discriminatedUnion('type', [
  z.strictObject({ ...base, type: z.literal('text'), pattern: z.string().optional() }),
  z.strictObject({ ...base, type: z.literal('entity') }),
  z.strictObject({ ...base, type: z.literal('person_name') }),
  z.strictObject({ ...base, type: z.literal('resident_id') }),
  z.strictObject({ ...base, type: z.literal('uscc') }),
  z.strictObject({ ...base, type: z.literal('phone') }),
  z.strictObject({ ...base, type: z.literal('code'), values: z.array(z.union([z.string(), z.number().transform(String)])).min(1) }),
  z.strictObject({
    ...base,
    type: z.literal('date'),
    format: z.enum(['yyyyMMdd', 'yyyy-MM-dd']),
    open_end: z.string().optional(),
    check: z.literal('not_future').optional(),
  }),
  z.strictObject({ ...base, type: z.literal('money'), min: bound.optional(), max: bound.optional() }),
  z.strictObject({ ...base, type: z.literal('rate_percent'), min: bound.optional(), max: bound.optional() }),
  z.strictObject({ ...base, type: z.literal('integer'), min: bound.optional(), max: bound.optional() }),
  z.strictObject({ ...base, type: z.literal('decimal'), min: bound.optional(), max: bound.optional() }),
  z.strictObject({ ...base, type: z.literal('flag') }),
]);

const pattern = z.string().superRefine((text, context) => {
  const fault = patternFault(text);
  if (fault !== null) context.addIssue({ code: 'custom', message: fault });
});
/** Characters that frame a landed line (see `landed-line.ts`) or end one can separate nothing. */
const delimiter = z
  .string()
  .min(1)
  .max(4)
  .refine(
    (text) => !/[\r\n"\uFDD0-\uFDEF]/.test(text),
    '不能含引号、换行或保留字符 / may hold no quotation mark, line break or reserved character',
  );
const fileFormat = z.discriminatedUnion('format', [
  z.strictObject({
    format: z.literal('delimited'),
    pattern,
    encoding: z.enum(['UTF-8', 'GB18030']),
    delimiter,
    header: z.boolean(),
    quote: z.enum(['none', 'double']),
    control: z.enum(['ok', 'none']),
  }),
  z.strictObject({
    format: z.literal('xlsx'),
    pattern,
    sheet: z.int().min(1),
    header: z.boolean(),
    control: z.enum(['ok', 'none']),
  }),
]);

const sourceContractSchema = z
  .strictObject({
    source: identifier,
    class: z.enum(dataClasses),
    name: wording,
    channel: z.enum(channels),
    subject: z.enum(['person', 'customer', 'account', 'loan', 'household', 'enterprise', 'village', 'outlet']),
    priority: z.int().min(0).max(100),
    files: z.array(fileFormat).min(1),
    load: z.strictObject({
      modes: z.array(z.enum(['full', 'delta'])).min(1),
      /** `month`: each full file stands for its own month and none replaces another. */
      period: z.enum(['state', 'month']).default('state'),
      key: z.array(identifier).min(1),
    }),
    columns: z.array(column).min(1),
  })
  .superRefine((contract, context) => {
    const seen = new Map<string, number>();
    for (const [index, entry] of contract.columns.entries()) {
      for (const name of [`as ${entry.as}`, `field ${entry.field}`]) {
        if (seen.has(name))
          context.addIssue({ code: 'custom', path: ['columns', index], message: `列名重复 / a column named twice: ${name}` });
        seen.set(name, index);
      }
      if (entry.type === 'text' && entry.pattern !== undefined && !isPattern(entry.pattern)) {
        context.addIssue({
          code: 'custom',
          path: ['columns', index, 'pattern'],
          message: '正则表达式无效 / not a valid regular expression',
        });
      }
      if (entry.as === 'file_row' || entry.as === 'person_id') {
        context.addIssue({ code: 'custom', path: ['columns', index, 'as'], message: `保留列名 / a reserved name: ${entry.as}` });
      }
    }
    for (const [index, name] of contract.load.key.entries()) {
      const entry = contract.columns.find((candidate) => candidate.as === name);
      if (!entry) context.addIssue({ code: 'custom', path: ['load', 'key', index], message: `没有这一列 / no such column: ${name}` });
      else if (!entry.required) {
        context.addIssue({
          code: 'custom',
          path: ['load', 'key', index],
          message: `主键列必须 required: true / a key column must be required: ${name}`,
        });
      }
    }
    if (contract.columns.filter((entry) => entry.type === 'entity' && entry.required).length !== 1) {
      context.addIssue({
        code: 'custom',
        path: ['columns'],
        message: '必须恰有一列 type: entity 且 required / exactly one required column of type entity is needed',
      });
    }
  });

/** What is agreed with the sender of one kind of file. */
export type SourceContract = z.infer<typeof sourceContractSchema>;
export type ContractColumn = SourceContract['columns'][number];
export type ContractFile = SourceContract['files'][number];

/** Where a contract text is wrong; line and column count from 1. */
export interface ContractFinding {
  line: number;
  column: number;
  path: string;
  zh: string;
  en: string;
}

export class ContractError extends Error {
  readonly file: string;
  readonly findings: ContractFinding[];
  constructor(file: string, findings: ContractFinding[]) {
    const lines = findings.map(
      (found) => `${file}:${found.line}:${found.column} ${found.path ? `${found.path}: ` : ''}${found.zh} / ${found.en}`,
    );
    super(lines.join('\n'));
    this.name = 'ContractError';
    this.file = file;
    this.findings = findings;
  }
}

/** Reads a contract; throws ContractError naming every fault with its place in the text. */
export function parseContract(text: string, fileName: string): SourceContract {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, uniqueKeys: true });
  const place = (offset: number) => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  if (document.errors.length > 0) {
    throw new ContractError(
      fileName,
      document.errors.map((error) => ({
        ...place(error.pos[0]),
        path: '',
        zh: 'YAML 语法有误',
        en: error.message.split('\n', 1)[0] ?? error.code,
      })),
    );
  }
  const parsed = sourceContractSchema.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  const findings = parsed.error.issues.flatMap((issue) => {
    const extra = issue.code === 'unrecognized_keys' ? issue.keys : [null];
    return extra.map((key) => {
      const path = key === null ? issue.path : [...issue.path, key];
      return { ...place(offsetOf(document, path)), path: pathText(path), ...explain(issue.code, issue.message) };
    });
  });
  throw new ContractError(fileName, findings);
}

function explain(code: string, message: string): { zh: string; en: string } {
  const [zh, en] = message.split(' / ', 2);
  if (zh !== undefined && en !== undefined) return { zh, en };
  return { zh: code === 'unrecognized_keys' ? '不认识的设置' : '取值不符合约定格式', en: message };
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : String(part)))
    .join('.')
    .replaceAll('.[', '[');
}

/** The deepest node of the path that exists: a missing key is shown at the map it is missing from. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as Node | undefined;
    const offset = node?.range?.[0];
    if (offset !== undefined) return offset;
  }
  return 0;
}

/** Patterns run in DuckDB (RE2); what JavaScript also reads with the u flag is a safe common part once look-around and back-references are out. */
function isPattern(text: string): boolean {
  if (/\(\?[=!<]|\\[1-9k]/.test(text)) return false;
  try {
    return new RegExp(text, 'u').source.length > 0;
  } catch {
    return false;
  }
}
