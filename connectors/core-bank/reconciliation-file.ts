/** The day's journal as the core hands it over: `CBS_LOANPAY_<yyyymmdd>_F_001.dat` and, written last, `.ok`. Taken whole or refused whole. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { formatDay, parseDay } from './fields.ts';
import { parseRow } from './reconciliation-row.ts';
import type { CoreRow } from './reconciliation-row.ts';

export const fileRefusals = {
  file_name: { zh: '文件名与约定不符', en: 'the file is not named as agreed' },
  file_missing: { zh: '文件不存在', en: 'there is no such file' },
  control_missing: { zh: '控制文件尚未到达', en: 'the control file is not there yet' },
  control_format: { zh: '控制文件格式与约定不符', en: 'the control file is not as agreed' },
  control_file: { zh: '控制文件所记文件名不符', en: 'the control file names another file' },
  control_date: { zh: '控制文件所记日期不符', en: 'the control file states another date' },
  control_encoding: { zh: '控制文件所记编码不符', en: 'the control file states another encoding' },
  control_bytes: { zh: '文件字节数与控制文件不符', en: 'the bytes are not those of the control file' },
  control_md5: { zh: '文件校验值与控制文件不符', en: 'the checksum is not that of the control file' },
  control_rows: { zh: '文件行数与控制文件不符', en: 'the rows are not those of the control file' },
  wrong_encoding: { zh: '文件不是 GB18030 编码', en: 'the file is not GB18030' },
  row_end: { zh: '最后一行没有换行', en: 'the last row has no line feed' },
  row_format: { zh: '行格式与约定不符', en: 'a row is not as agreed' },
  row_date: { zh: '行的核心日期不是文件日期', en: 'a row is of another core date than the file' },
  row_repeated: { zh: '核心流水或业务流水重复', en: 'a core reference or a sequence is repeated' },
  reversal: { zh: '冲正与原交易对不上', en: 'a reversal and its original do not agree' },
} as const;
export type FileRefusalCode = keyof typeof fileRefusals;

export type ReconciliationFile =
  | { outcome: 'read'; date: Temporal.PlainDate; rows: CoreRow[] }
  | { outcome: 'refused'; code: FileRefusalCode; detail: string };

type Refused = Extract<ReconciliationFile, { outcome: 'refused' }>;

export const fileName = (date: Temporal.PlainDate): string => `CBS_LOANPAY_${formatDay(date)}_F_001.dat`;
const namePattern = /^CBS_LOANPAY_(\d{8})_F_001\.dat$/;
const lineFeed = 0x0a;

/** The control file's lines, in the order in which they are compared. */
const promises = ['file', 'date', 'encoding', 'bytes', 'rows', 'md5'] as const;
type Promised = Record<(typeof promises)[number], string>;

const decoder = new TextDecoder('gb18030', { fatal: true, ignoreBOM: true });

/** Rows of all legal entities, in the file's order; refusals name the line and the column. */
export async function readReconciliationFile(path: string): Promise<ReconciliationFile> {
  const name = basename(path);
  const date = parseDay(namePattern.exec(name)?.[1] ?? '');
  if (date === null) return refused('file_name', name);
  const controlText = await readIfThere(`${path}.ok`);
  if (controlText === null) return refused('control_missing', `${name}.ok`);
  const content = await readIfThere(path);
  if (content === null) return refused('file_missing', name);
  const control = parseControl(controlText.toString('latin1'));
  if (control === null) return refused('control_format', `${name}.ok`);
  return checkPromise(control, promiseOf(name, date, content)) ?? readRows(content, date);
}

/** What the control file must say of `content`. */
export function promiseOf(file: string, date: Temporal.PlainDate, content: Buffer): Promised {
  return {
    file,
    rows: String(content.reduce((count, byte) => (byte === lineFeed ? count + 1 : count), 0)),
    bytes: String(content.length),
    date: date.toString(),
    encoding: 'GB18030',
    md5: createHash('md5').update(content).digest('hex'),
  };
}

export function formatControl(promised: Promised): string {
  return promises.map((key) => `${key}=${promised[key]}\n`).join('');
}

/** `key=value` lines, every key once and no other. */
function parseControl(text: string): Promised | null {
  const lines = text.trimEnd().split(/\r?\n/);
  const values = new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  const of = (key: keyof Promised): string => values.get(key) ?? '';
  if (lines.length !== promises.length || promises.some((key) => of(key) === '')) return null;
  return {
    file: of('file'),
    rows: of('rows'),
    bytes: of('bytes'),
    date: of('date'),
    encoding: of('encoding'),
    md5: of('md5').toLowerCase(),
  };
}

/** Bytes before rows and rows before the checksum: the first thing that differs says most about the cause. */
function checkPromise(promised: Promised, found: Promised): Refused | null {
  for (const key of promises) {
    if (promised[key] !== found[key]) {
      return refused(
        `control_${key}`,
        `控制文件 ${promised[key]}，实际 ${found[key]} / control file ${promised[key]}, found ${found[key]}`,
      );
    }
  }
  return null;
}

async function readIfThere(path: string): Promise<Buffer | null> {
  return readFile(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
}

function readRows(content: Buffer, date: Temporal.PlainDate): ReconciliationFile {
  const lines = decodeLines(content);
  if (!Array.isArray(lines)) return lines;
  const rows: CoreRow[] = [];
  for (const [index, line] of lines.entries()) {
    const row = parseRow(line);
    if (typeof row === 'string') return refused('row_format', `${lineAt(index)} ${row}`);
    if (!row.coreDate.equals(date)) return refused('row_date', `${lineAt(index)} ${row.coreDate.toString()}`);
    rows.push(row);
  }
  return checkRepeats(rows) ?? checkReversals(rows) ?? { outcome: 'read', date, rows };
}

function decodeLines(content: Buffer): string[] | Refused {
  if (content.length === 0) return [];
  try {
    const lines = decoder.decode(content).split('\n');
    const rest = lines.pop();
    return rest === '' ? lines : refused('row_end', lineAt(lines.length));
  } catch {
    return refused('wrong_encoding', 'GB18030');
  }
}

function checkRepeats(rows: readonly CoreRow[]): Refused | null {
  const seen = new Set<string>();
  for (const [index, row] of rows.entries()) {
    for (const key of [`core reference ${row.coreReference}`, sequenceKey(row.entityId, row.sequence)]) {
      if (seen.has(key)) return refused('row_repeated', `${lineAt(index)} ${key}`);
      seen.add(key);
    }
  }
  return null;
}

/** Reversals are of the same day, so both sides are in this file: each has an original of its account and amount, and only those are reversed. */
function checkReversals(rows: readonly CoreRow[]): Refused | null {
  const open = new Map(rows.filter((row) => row.reversed).map((row) => [sequenceKey(row.entityId, row.sequence), row]));
  for (const [index, row] of rows.entries()) {
    if (row.originalSequence === null) continue;
    const key = sequenceKey(row.entityId, row.originalSequence);
    const original = open.get(key);
    if (original?.account !== row.account || original.amountFen !== row.amountFen) return refused('reversal', `${lineAt(index)} ${key}`);
    open.delete(key);
  }
  const [left] = open.keys();
  return left === undefined ? null : refused('reversal', left);
}

const sequenceKey = (entityId: string, sequence: string): string => `sequence ${entityId}/${sequence}`;
const lineAt = (index: number): string => `第 ${index + 1} 行 / line ${index + 1}:`;

function refused(code: FileRefusalCode, place: string): Refused {
  const { zh, en } = fileRefusals[code];
  return { outcome: 'refused', code, detail: `${zh} / ${en}: ${place}` };
}
