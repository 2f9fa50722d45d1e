import ExcelJS from 'exceljs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSamplePanel } from './sample-panel.ts';
import type { SamplePanel } from './sample-panel.ts';

let panel: SamplePanel;
let reviewer = 0n;
beforeAll(async () => {
  panel = await openSamplePanel();
  [reviewer = 0n] = panel.reviewers;
  await panel.sample.villages.evaluation.setPanel(panel.sample.session('head'), panel.place, { reviewers: panel.reviewers, dueOn: null });
}, 120_000);
afterAll(() => panel.close());

const evaluation = () => panel.sample.villages.evaluation;
const manager = () => panel.sample.session('manager');
const heads = (sheet: ExcelJS.Worksheet): string[] => {
  const row = sheet.getRow(2);
  return Array.from({ length: row.cellCount }, (_, index) => row.getCell(index + 1).text);
};

async function blank(): Promise<ExcelJS.Workbook> {
  const book = new ExcelJS.Workbook();
  const file = await evaluation().paperFile(manager(), reviewer, 1);
  await book.xlsx.load(new Uint8Array(file).buffer);
  return book;
}

async function handIn(book: ExcelJS.Workbook) {
  const file = Buffer.from(await book.xlsx.writeBuffer());
  return evaluation().takePaper(manager(), reviewer, { round: 1, file });
}

function fill(sheet: ExcelJS.Worksheet, row: number, values: Record<string, string | number>): void {
  const names = heads(sheet);
  for (const [name, value] of Object.entries(values)) sheet.getCell(row, names.indexOf(name) + 1).value = value;
}

const good = { 是否了解: '知道', 靠什么: '种养', 年收入: '5–10', 住房: '楼房', 欠外债: '没有', '建议额度（万元）': 5 };

test('a blank sheet names everybody who is still asked about, with the words to choose from', async () => {
  const sheet = (await blank()).worksheets[0];
  if (!sheet) throw new Error('no sheet');
  expect(sheet.getCell('A1').text).toContain('王主任');
  expect(sheet.rowCount - 2).toBe((await panel.asked(reviewer)).length);
  expect(sheet.getCell(3, heads(sheet).indexOf('住房') + 1).dataValidation.formulae).toEqual(['"平房,楼房,城里房,没有房"']);
});

test('what is right is taken, what is wrong is named by its cell; handed in again nothing is taken twice', async () => {
  const book = await blank();
  const [sheet] = book.worksheets;
  if (!sheet) throw new Error('no sheet');
  const column = (name: string): string => sheet.getCell(1, heads(sheet).indexOf(name) + 1).address.replace(/\d+/, '');
  fill(sheet, 3, good);
  fill(sheet, 4, { ...good, 住房: '宫殿', '建议额度（万元）': 5.5 });
  fill(sheet, 5, { 是否了解: '不知道' });
  fill(sheet, 6, { ...good, 年收入: '' });
  const first = await handIn(book);
  expect([first.rows, first.taken]).toEqual([4, 2]);
  expect(first.faults.map((one) => one.place)).toEqual([`${column('住房')}4`, `${column('建议额度（万元）')}4`, `${column('年收入')}6`]);
  expect(await handIn(book)).toEqual(first);
  const counts = await evaluation().channels(manager(), panel.place.projectId, undefined);
  expect(counts).toMatchObject({ paper: 2, app: 0 });
  fill(sheet, 3, { ...good, '建议额度（万元）': 8 });
  const changed = await handIn(book);
  expect(changed.faults.map((one) => one.place)).toContain('A3');
  // As printed by an earlier version.
  sheet.getCell(2, heads(sheet).indexOf('建议额度（万元）') + 1).value = '建议额度(万元)';
  expect(await handIn(book)).toEqual(changed);
});

test.each([
  ['somebody who is not a person', { 人员编号: '张三', ...good }, '人员编号', '人员编号不对'],
  ['a word nobody knows', { ...good, 是否了解: '也许' }, '是否了解', '请填'],
  ['kinds that are no codes', { ...good, 情形代码: '赌博' }, '情形代码', '第二张表'],
])('a row with %s is not taken', async (_name, values, column, words) => {
  const book = await blank();
  const [sheet] = book.worksheets;
  if (!sheet) throw new Error('no sheet');
  fill(sheet, 4, values);
  const { taken, faults } = await handIn(book);
  expect(taken).toBe(0);
  expect(faults).toEqual([
    { place: sheet.getCell(4, heads(sheet).indexOf(column) + 1).address, zh: expect.stringContaining(words), en: expect.any(String) },
  ]);
});

test.each([
  ['no workbook', Buffer.from('hello')],
  ['nothing', Buffer.alloc(0)],
])('%s is not read', async (_name, file) => {
  await expect(evaluation().takePaper(manager(), reviewer, { round: 1, file })).rejects.toMatchObject({ code: 'file_unreadable' });
});

test('nor is another workbook', async () => {
  const book = new ExcelJS.Workbook();
  book.addWorksheet('x').addRow(['姓名']);
  await expect(handIn(book)).rejects.toMatchObject({ code: 'file_unreadable' });
});
