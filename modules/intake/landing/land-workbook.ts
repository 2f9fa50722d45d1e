import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type ExcelJS from 'exceljs';
import { sheetsOf } from '#platform/workbook/index.ts';
import type { ContractFile } from '../contracts/contract-schema.ts';
import type { FileFault } from '../deliveries/control-file.ts';
import { compareHeader, type Landed } from './land-text.ts';
import { badLine, holdsReserved, landed, parsedLine } from './landed-line.ts';

type WorkbookFile = Extract<ContractFile, { format: 'xlsx' }>;

/** Reads one sheet row by row; a landed line stands for each row of the sheet, so that row numbers agree with what people see. */
export async function landWorkbook(
  path: string,
  target: string,
  format: WorkbookFile,
  headings: readonly string[],
  onBytes: (count: number) => void,
): Promise<Landed | FileFault> {
  const { bytes, md5 } = await hashFile(path, onBytes);
  const output = await open(target, 'w');
  try {
    const read = await readSheet(path, output, format, headings);
    return typeof read === 'number'
      ? { path: target, bytes, md5, rows: read, framed: true, spaced: true, controls: true, breaks: true }
      : read;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') throw error;
    return { code: 'workbook', detail: error instanceof Error ? error.message.slice(0, 200) : String(error) };
  } finally {
    await output.close();
  }
}

async function readSheet(path: string, output: FileHandle, format: WorkbookFile, headings: readonly string[]): Promise<number | FileFault> {
  let sheetNumber = 0;
  for await (const sheet of sheetsOf(path)) {
    sheetNumber++;
    if (sheetNumber !== format.sheet) continue;
    // Awaited here: leaving the loop closes the workbook.
    return await readRows(sheet, output, format.header, headings);
  }
  return { code: 'workbook', detail: `没有第 ${format.sheet} 个工作表 / there is no sheet ${format.sheet}` };
}

async function readRows(
  sheet: AsyncIterable<ExcelJS.Row>,
  output: FileHandle,
  hasHeader: boolean,
  headings: readonly string[],
): Promise<number | FileFault> {
  let rows = 0;
  let lastRow = 0;
  let lines: string[] = [];
  for await (const row of sheet) {
    for (; lastRow + 1 < row.number; lastRow++) lines.push(landed.skip);
    lastRow = row.number;
    const fields = cellsOf(row, headings.length);
    if (hasHeader && row.number === 1) {
      const fault = compareHeader(fields, headings);
      if (fault) return fault;
      lines.push(landed.skip);
    } else if (fields.every((field) => field === '')) lines.push(landed.skip);
    else {
      rows++;
      lines.push(landedRow(fields));
    }
    if (lines.length >= 2000) {
      await output.write(`${lines.join('\n')}\n`);
      lines = [];
    }
  }
  if (hasHeader && lastRow === 0) return compareHeader([], headings) ?? 0;
  if (lines.length > 0) await output.write(`${lines.join('\n')}\n`);
  return rows;
}

/** A raw workbook row is shown with tabs between its cells. */
function landedRow(fields: readonly string[]): string {
  const raw = fields.join('\t');
  return holdsReserved(raw) || raw.includes('\0') ? badLine('control_character', raw) : parsedLine(fields, raw);
}

/** Empty cells at the end are not stored in a workbook, so short rows are filled up; a row that is too long stays so. */
function cellsOf(row: ExcelJS.Row, width: number): string[] {
  const cells: string[] = [];
  for (let index = 1; index <= Math.max(width, row.cellCount); index++) cells.push(cellText(row.getCell(index).value));
  while (cells.length > width && cells.at(-1) === '') cells.pop();
  return cells;
}

function cellText(value: ExcelJS.CellValue): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (typeof value !== 'object') return String(value);
  if ('richText' in value) return value.richText.map((run) => run.text).join('');
  if ('result' in value) return cellText(value.result);
  if ('text' in value) return cellText(value.text);
  return '';
}

async function hashFile(path: string, onBytes: (count: number) => void): Promise<{ bytes: number; md5: string }> {
  const hash = createHash('md5');
  let bytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
    onBytes(chunk.length);
  }
  return { bytes, md5: hash.digest('hex') };
}
