/** A filled-in roll as rows of cells. What cannot be read as a roll of this project is refused here; what the cells say is judged elsewhere. */
import type ExcelJS from 'exceljs';
import { Problem, refuse } from '#platform/http/index.ts';
import type { Fault } from '#platform/http/index.ts';
import { sheetsOf } from '#platform/workbook/index.ts';
import { poolRefusals } from './contract.ts';
import { headingRow, letterOf, projectMark, rollColumns, sheetName } from './roll-columns.ts';
import type { RollLine } from './roll-columns.ts';

/** One row: its number on the sheet, and the text under each column. A formula is no text. */
export interface FileRow {
  readonly number: number;
  readonly cells: Readonly<Record<keyof RollLine, string>>;
}

/** A township has some thirty thousand people. */
const mostRows = 60_000;
/** What a packed file may become: a roll of that many rows has some 40 MB. */
const mostUnpacked = 200 * 1024 * 1024;
const longestCell = 500;
export const cellAt = (row: number, column: number): string => `${sheetName}!${letterOf(column)}${row}`;

/** @throws Problem roll_unreadable, roll_of_other, roll_wrong with formulas at their cells */
export async function readRoll(file: Buffer, projectId: bigint): Promise<FileRow[]> {
  const rows: FileRow[] = [];
  const faults: Fault[] = [];
  for await (const row of sheetRows(file)) {
    if (row.number === 1) refuseOther(row, projectId);
    else if (row.number === headingRow) refuseHeadings(row);
    else if (row.hasValues) {
      if (rows.length >= mostRows) throw unreadable(`最多 ${mostRows} 行`, `${mostRows} rows at most`);
      const { cells, formulas } = cellsOf(row);
      faults.push(...formulas);
      if (Object.values(cells).some((text) => text !== '')) rows.push({ number: row.number, cells });
    }
  }
  if (rows.length === 0 && faults.length === 0) throw unreadable('没有一行数据', 'it has no rows');
  if (faults.length > 0) throw refuse(poolRefusals, 'roll_wrong', undefined, faults.slice(0, 200));
  return rows;
}

async function* sheetRows(file: Buffer): AsyncGenerator<ExcelJS.Row> {
  let last = 0;
  try {
    for await (const sheet of sheetsOf(file, { mostBytes: mostUnpacked })) {
      for await (const row of sheet) {
        last = row.number;
        yield row;
      }
      break;
    }
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw refuse(poolRefusals, 'roll_unreadable');
  }
  if (last < headingRow) throw unreadable('没有表头', 'it has no headings');
}

function refuseOther(row: ExcelJS.Row, projectId: bigint): void {
  const mark = textOf(row.getCell(1).value) ?? '';
  if (!/^V\d+$/.test(mark)) throw unreadable('第一行应写明项目', 'its first row should name the project');
  if (mark !== projectMark(projectId)) throw refuse(poolRefusals, 'roll_of_other', { zh: mark, en: mark });
}

function refuseHeadings(row: ExcelJS.Row): void {
  const faults = rollColumns.flatMap(({ zh, en }, index): Fault[] => {
    const found = textOf(row.getCell(index + 1).value) ?? '';
    return found === zh ? [] : [{ place: cellAt(headingRow, index + 1), zh: `应为“${zh}”`, en: `should be "${zh}" (${en})` }];
  });
  if (faults.length > 0) throw refuse(poolRefusals, 'roll_unreadable', undefined, faults);
}

function cellsOf(row: ExcelJS.Row): { cells: FileRow['cells']; formulas: Fault[] } {
  const formulas: Fault[] = [];
  const entries = rollColumns.map(({ key }, index): [keyof RollLine, string] => {
    const text = textOf(row.getCell(index + 1).value);
    const place = cellAt(row.number, index + 1);
    if (text === null) formulas.push({ place, zh: '单元格里是公式，请填文字', en: 'The cell holds a formula; write the text' });
    else if (text.length > longestCell) formulas.push({ place, zh: `最多 ${longestCell} 字`, en: `${longestCell} characters at most` });
    return [key, (text ?? '').trim()];
  });
  return { cells: Object.fromEntries(entries) as Record<keyof RollLine, string>, formulas };
}

/** Null for a formula. */
function textOf(value: ExcelJS.CellValue): string | null {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (typeof value !== 'object') return String(value);
  if ('formula' in value || 'sharedFormula' in value) return null;
  if ('richText' in value) return value.richText.map((run) => run.text).join('');
  if ('text' in value) return textOf(value.text);
  return '';
}

function unreadable(zh: string, en: string): ReturnType<typeof refuse> {
  return refuse(poolRefusals, 'roll_unreadable', { zh, en });
}
