import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { describe, expect, test } from 'vitest';
import { sheetsOf } from './index.ts';

const columns = 12;
const bytesOf = async (book: ExcelJS.Workbook): Promise<Buffer> => Buffer.from(await book.xlsx.writeBuffer());
function bookOf(...sheets: [name: string, rows: ExcelJS.CellValue[][]][]): ExcelJS.Workbook {
  const book = new ExcelJS.Workbook();
  for (const [name, rows] of sheets) book.addWorksheet(name).addRows(rows);
  return book;
}
async function read(source: string | Buffer, mostBytes?: number): Promise<ExcelJS.CellValue[][][]> {
  const sheets: ExcelJS.CellValue[][][] = [];
  for await (const sheet of sheetsOf(source, mostBytes === undefined ? {} : { mostBytes })) {
    const rows: ExcelJS.CellValue[][] = [];
    for await (const { values } of sheet) rows.push((values as ExcelJS.CellValue[]).slice(1));
    sheets.push(rows);
  }
  return sheets;
}
const rowsOf = (count: number): string[][] =>
  Array.from({ length: count }, (_, row) => Array.from({ length: columns }, (_column, column) => `第 ${row} 行 ${column}`));

describe('a workbook', () => {
  // By the package itself one file in a hundred lost its last parts, and characters were spoilt where two pieces of a large one meet.
  test.each([1, 20, 3_000])('of %i rows is read the same every time', async (count) => {
    const rows = rowsOf(count);
    const file = await bytesOf(bookOf(['名册', rows]));
    for (let time = 0; time < Math.max(3, 600 / count); time += 1) expect(await read(file)).toEqual([rows]);
  });

  test('gives its sheets as people see them, from a file as from its content', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'workbook-'));
    try {
      const book = bookOf(['一', [['a']]], ['二', [['b']]], ['三', [['c']]]);
      for (const [sheet, orderNo] of book.worksheets.map((one, index) => [one, [2, 3, 1][index]] as const))
        Object.assign(sheet, { orderNo });
      const file = await bytesOf(book);
      writeFileSync(join(folder, 'a.xlsx'), file);
      expect(await read(join(folder, 'a.xlsx'))).toEqual([[['c']], [['a']], [['b']]]);
      expect(await read(file)).toEqual([[['c']], [['a']], [['b']]]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('gives numbers, dates, truths and text', async () => {
    const row = [12.5, new Date('2026-11-23T00:00:00Z'), true, '王秀英'];
    expect(await read(await bytesOf(bookOf(['表', [row]])))).toEqual([[row]]);
  });

  test('is left before its end', async () => {
    const file = await bytesOf(bookOf(['一', rowsOf(3_000)], ['二', [['x']]]));
    for await (const sheet of sheetsOf(file)) {
      for await (const row of sheet) {
        expect(row.getCell(1).value).toBe('第 0 行 0');
        break;
      }
      break;
    }
  });
});

describe('no workbook', () => {
  const good = async (): Promise<Buffer> => bytesOf(bookOf(['表', rowsOf(50)]));
  /** The same archive whose directory says that its strings are of another size. */
  const saying = (file: Buffer, bytes: number): Buffer => {
    const changed = Buffer.from(file);
    // Of a record in the directory, the name is the forty-seventh byte and the size the twenty-fifth.
    changed.writeUInt32LE(bytes, file.lastIndexOf('xl/sharedStrings.xml') - 46 + 24);
    return changed;
  };
  const renamed = (file: Buffer): Buffer => Buffer.from(file.toString('latin1').replaceAll('xl/workbook.xml', 'xl/wirkbook.xml'), 'latin1');

  test.each<[string, () => Promise<Buffer>, RegExp]>([
    ['an empty file', async () => Buffer.alloc(0), /end of central directory/i],
    ['text', async () => Buffer.from('姓名,证件号\n'), /end of central directory/i],
    ['one that is cut in half', async () => (await good()).subarray(0, 2_000), /end of central directory/i],
    ['an archive of something else', async () => renamed(await good()), /no xl\/workbook\.xml/],
    ['one that says it is too large', async () => saying(await good(), 512 * 2 ** 20), /more than 200000000/],
    ['one that is larger than it says', async () => saying(await good(), 10), /too many bytes|not match|size/i],
  ])('%s', async (_what, file, says) => {
    await expect(read(await file(), 200_000_000)).rejects.toThrow(says);
  });
});
