import { buffer } from 'node:stream/consumers';
import ExcelJS from 'exceljs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Problem } from '#platform/http/index.ts';
import { openSampleVillage } from '../sample/sample-village.ts';
import type { SampleVillage, StaffId } from '../sample/sample-village.ts';
import { columnOf, rollColumns, sheetName } from './roll-columns.ts';
import type { RollLine } from './roll-columns.ts';

let sample: SampleVillage;
beforeAll(async () => {
  sample = await openSampleVillage();
}, 120_000);
afterAll(() => sample.close());

/** The roll as it goes out, opened: a test fills it in. */
async function out(staffId: StaffId = 'operations', grid?: string): Promise<{ book: ExcelJS.Workbook; sheet: ExcelJS.Worksheet }> {
  const stream = await sample.villages.pool.rollOut(
    sample.session(staffId),
    sample.projectId,
    grid,
    'c0ffee00-0000-4000-8000-000000000000',
  );
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(new Uint8Array(await buffer(stream)).buffer);
  const sheet = book.getWorksheet(sheetName);
  if (!sheet) throw new Error('the workbook has the roll on its sheet');
  return { book, sheet };
}
const bytes = async (book: ExcelJS.Workbook): Promise<Buffer> => Buffer.from(await book.xlsx.writeBuffer());
const set = (sheet: ExcelJS.Worksheet, row: number, key: keyof RollLine, value: ExcelJS.CellValue): void =>
  void (sheet.getRow(row).getCell(columnOf(key)).value = value);
const text = (sheet: ExcelJS.Worksheet, row: number, key: keyof RollLine): string => sheet.getRow(row).getCell(columnOf(key)).text;
const take = (file: Buffer, staffId: StaffId = 'operations', isTrial = false, projectId = sample.projectId) =>
  sample.villages.pool.rollIn({ caller: sample.caller(staffId), projectId, requestId: 'request' }, file, isTrial);

async function refusalOf(work: Promise<unknown>): Promise<{ code: string; places: string[] }> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Problem) return { code: error.code, places: error.faults.map(({ place }) => place) };
    throw error;
  }
  return { code: 'taken in', places: [] };
}

describe('out', () => {
  test('everybody in the reader’s grid, numbers masked, marked with who took it', async () => {
    const { sheet } = await out('manager');
    expect(sheet.rowCount - 2).toBe(30);
    expect(sheet.getRow(2).values).toEqual([undefined, ...rollColumns.map(({ zh }) => zh), '导出编号', '导出人', '导出时间', '导出范围']);
    const [first] = sample.households;
    expect(text(sheet, 3, 'person_id')).toBe(first?.members[0]?.personId);
    expect(text(sheet, 3, 'id_masked')).toContain('********');
    expect([text(sheet, 3, 'relation'), text(sheet, 3, 'presence'), text(sheet, 3, 'place')]).toEqual([
      '户主',
      '在户',
      '伊山镇 五福庄村 1组',
    ]);
    expect(sheet.getRow(3).getCell(rollColumns.length + 2).text).toContain('周海涛');
    expect(JSON.stringify(sheet.getSheetValues())).not.toMatch(/\d{17}[\dX]/);
  });

  test('a part of the grid', async () => {
    expect((await out('operations', '32072310300201')).sheet.rowCount - 2).toBe(15);
  });
});

describe('in', () => {
  test('as it went out it changes nothing', async () => {
    const { book } = await out();
    expect(await take(await bytes(book))).toEqual({ rows: 60, households: 0, changes: 0, is_trial: false });
  });

  test('what was filled in is done, and told beforehand by a trial', async () => {
    const { book, sheet } = await out('operations', '32072310300201');
    const household = text(sheet, 3, 'household_id');
    for (const row of [3, 4, 5]) set(sheet, row, 'manager_id', 'manager2');
    set(sheet, 3, 'presence', '去世');
    const file = await bytes(book);
    expect(await take(file, 'operations', true)).toEqual({ rows: 15, households: 1, changes: 2, is_trial: true });
    expect(await take(file)).toEqual({ rows: 15, households: 1, changes: 2, is_trial: false });
    const page = await sample.villages.pool.household(sample.session('head'), sample.projectId, household);
    expect(page.household).toMatchObject({ members: 2, manager: { staff_id: 'manager2' }, revision: 2 });
    expect(page.members.map(({ part }) => part)).toEqual(['listed', 'subject', 'rated']);
    expect(page.history[0]).toMatchObject({ act: 'roll_in', by: { staff_id: 'operations' } });
    // The same file again comes too late: the household has moved on.
    expect(await refusalOf(take(file))).toEqual({ code: 'roll_wrong', places: ['名册!N3', '名册!N4', '名册!N5'] });
  });
});

describe('wrong rolls are told at their cells, and nothing of them is done', () => {
  let book: ExcelJS.Workbook;
  let sheet: ExcelJS.Worksheet;
  beforeEach(async () => {
    ({ book, sheet } = await out('operations', '32072310300101'));
  });

  const wrong: [string, () => void, string[]][] = [
    ['an id that nobody has', () => set(sheet, 3, 'person_id', 'P000000000000000'), ['名册!B3']],
    ['a person twice', () => set(sheet, 4, 'person_id', text(sheet, 3, 'person_id')), ['名册!B4']],
    ['a name beside another’s id', () => set(sheet, 3, 'name', '王他人'), ['名册!F3']],
    ['another household', () => set(sheet, 3, 'household_id', text(sheet, 6, 'household_id')), ['名册!A3']],
    ['a relation that there is not', () => set(sheet, 3, 'relation', '邻居'), ['名册!J3']],
    ['a formula', () => set(sheet, 3, 'relation', { formula: 'J4', date1904: false }), ['名册!J3']],
    ['a manager who is none', () => set(sheet, 17, 'manager_id', 'auditor'), ['名册!L17']],
    ['a manager of another village', () => set(sheet, 17, 'manager_id', 'manager2'), ['名册!L17']],
    ['another manager for one of a household', () => set(sheet, 8, 'manager_id', 'manager'), ['名册!L8']],
    ['a reason too short', () => set(sheet, 3, 'excluded_reason', '不'), ['名册!M3', '名册!M4', '名册!M5']],
    ['two errors at once', () => (set(sheet, 3, 'relation', ''), set(sheet, 4, 'presence', '?')), ['名册!J3', '名册!K4']],
    ['a revision that has passed', () => set(sheet, 3, 'revision', '7'), ['名册!N3']],
    ['a cell that is a book', () => set(sheet, 3, 'excluded_reason', '长'.repeat(600)), ['名册!M3']],
  ];
  test.each(wrong)('%s', async (_what, spoil, places) => {
    spoil();
    set(sheet, 6, 'presence', '迁出');
    const refusal = await refusalOf(take(await bytes(book)));
    expect(refusal.code).toBe('roll_wrong');
    expect(refusal.places).toEqual(expect.arrayContaining(places));
    const person = text(sheet, 6, 'household_id');
    const page = await sample.villages.pool.household(sample.session('head'), sample.projectId, person);
    expect([page.household.revision, page.members.every(({ presence }) => presence === 'present')]).toEqual([1, true]);
  });

  test('of another project', async () => {
    sheet.getRow(1).getCell(1).value = 'V999';
    expect((await refusalOf(take(await bytes(book)))).code).toBe('roll_of_other');
  });

  const unreadable: [string, () => Promise<Buffer>][] = [
    ['no workbook', async () => Buffer.from('姓名,证件号\n')],
    ['an empty file', async () => Buffer.alloc(0)],
    ['an archive cut in half', async () => (await bytes(book)).subarray(0, 2000)],
    ['a workbook of something else', async () => bytes(((sheet.getRow(1).getCell(1).value = '名单'), book))],
    ['headings in another order', async () => bytes(((sheet.getRow(2).getCell(1).value = '人员标识'), book))],
    ['no rows', async () => bytes((emptyFrom(sheet, 3), book))],
    ['one that unpacks to more than a roll can be', async () => inflated(await bytes(book))],
  ];
  test.each(unreadable)('%s', async (_what, file) => {
    expect((await refusalOf(take(await file()))).code).toBe('roll_unreadable');
  });

  test('rows outside the reader’s grid are as unknown as if there were none', async () => {
    const { code, places } = await refusalOf(take(await bytes(book), 'manager2'));
    expect([code, places[0]]).toEqual(['roll_wrong', '名册!B3']);
  });
});

function emptyFrom(sheet: ExcelJS.Worksheet, first: number): void {
  for (let row = first; row <= sheet.rowCount; row += 1) sheet.getRow(row).values = [];
}

/** The same archive whose directory says that its first file is half a gigabyte. */
function inflated(file: Buffer): Buffer {
  const directory = file.readUInt32LE(file.lastIndexOf(Buffer.from('504b0506', 'hex')) + 16);
  const changed = Buffer.from(file);
  changed.writeUInt32LE(512 * 1024 * 1024, directory + 24);
  return changed;
}
