import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { afterAll, expect, it } from 'vitest';
import { openSampleBank, residentId, row, templateContract, write } from '../deliveries/sample-delivery.ts';
import { landWorkbook } from './land-workbook.ts';

const folder = mkdtempSync(join(tmpdir(), 'qianmo-workbook-'));
afterAll(() => rmSync(folder, { recursive: true }));
const contract = templateContract('grid_roll');
const headings = contract.columns.map((column) => column.field);
const format = { format: 'xlsx', pattern: 'A_{date}.xlsx', sheet: 1, header: true, control: 'none' } as const;

async function workbook(rows: ExcelJS.CellValue[][]): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  const sheet = book.addWorksheet('名册');
  for (const [index, cells] of rows.entries()) if (cells.length > 0) sheet.getRow(index + 1).values = cells;
  return Buffer.from(await book.xlsx.writeBuffer());
}

const cells = (number: number, change = {}): ExcelJS.CellValue[] =>
  contract.columns.map((column) => row('grid_roll', number, change)[column.as] ?? '');

it('a roll in a workbook loads like one in text, with the rows of the sheet as row numbers', async () => {
  const bank = await openSampleBank();
  try {
    const date = cells(2);
    date[headings.indexOf('ROLL_DATE')] = new Date('2026-11-01T00:00:00Z');
    const sheet = await workbook([
      headings,
      cells(1),
      date,
      [],
      cells(3, { id_no: '320799198001040099' }),
      cells(4, { name: { richText: [{ text: '王' }, { text: '海燕' }] } }),
    ]);
    write(bank.delivery, 'GRID_ROLL_320723103_20261119_F.xlsx', sheet, { rows: 4, date: '2026-11-19', encoding: 'xlsx' });
    const loaded = await bank.intake.runLoad(bank.delivery);
    expect(loaded).toMatchObject({ rows_in: 4, published: 3, merged: 0, quarantined: 1, persons: 3 });
    expect(await bank.query('select row_number, field, code from intake.quarantine')).toEqual([
      { row_number: 5n, field: 'ID_NO', code: 'resident_id_check' },
    ]);
    expect(await bank.query("select 1 from population.person where name = '王海燕'")).toHaveLength(1);
    const session = { entityId: '320723', actorId: 'A001', roles: [], scopes: ['320723'] };
    const [bad] = (await bank.intake.quarantine(session, loaded.load, { limit: 1, offset: 0 })).items;
    const line = (await bank.intake.reveal(session, loaded.load, bad!.id)).raw_line;
    expect(await bank.intake.correct(session, loaded.load, bad!.id, line.replace('320799198001040099', residentId(3)))).toMatchObject({
      valid: true,
    });
    expect(await bank.intake.runReload(session, loaded.load)).toMatchObject({ published: 1, persons: 4 });
  } finally {
    await bank.close();
  }
});

it.each([
  ['another heading', [['X', ...headings.slice(1)], cells(1)], 'header'],
  ['an empty sheet', [], 'header'],
] as const)('refuses %s', async (_name, rows, code) => {
  const path = join(folder, 'a.xlsx');
  const { writeFileSync } = await import('node:fs');
  writeFileSync(path, await workbook(rows.map((each) => [...each])));
  expect(await landWorkbook(path, join(folder, 'out'), format, headings, () => undefined)).toMatchObject({ code });
});

it('shows a cell with a line break in one landed line', async () => {
  const path = join(folder, 'b.xlsx');
  const { writeFileSync } = await import('node:fs');
  writeFileSync(
    path,
    await workbook([
      ['A', 'B'],
      ['x\ny', 12],
    ]),
  );
  await landWorkbook(path, join(folder, 'out'), format, ['A', 'B'], () => undefined);
  expect(readFileSync(join(folder, 'out'), 'utf8').split('\n')).toHaveLength(3);
});
