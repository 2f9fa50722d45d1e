/** A sheet on paper: printed as a workbook, filled in at a meeting, keyed into the same workbook and handed in. Wrong cells are named by their place. */
import { createHash } from 'node:crypto';
import ExcelJS from 'exceljs';
import { refuse } from '#platform/http/index.ts';
import type { Form, Question } from '#core/product/index.ts';
import type { VillageConfiguration } from '../configuration.ts';
import { evaluationRefusals } from './contract.ts';
import type { Answer, PaperTaken } from './contract.ts';

export interface PaperRow {
  readonly person_id: string;
  readonly household_id: string;
  readonly name: string;
  readonly sex: string | null;
  readonly relation: string | null;
}

export interface PaperHead {
  readonly reviewer: string;
  readonly place: string;
  readonly round: number;
  readonly day: string;
}

/** What stands before the first question. */
const fixed = ['人员编号', '户号', '姓名', '性别', '与户主关系', '是否了解'] as const;
const knowsWords = { 知道: 'yes', 不知道: 'no', 回避: 'recused' } as const;
const headRow = 2;
const amountHead = '建议额度（万元）';
const kindsHead = '情形代码';
const sexWords: Record<string, string> = { M: '男', F: '女' };

interface Column {
  readonly head: string;
  /** What a person may write there, and what it means. */
  readonly words: ReadonlyMap<string, string | boolean>;
  readonly field: string;
}

const flagWords = new Map<string, boolean>([
  ['是', true],
  ['否', false],
]);

/** Questions of choice and yes or no; others cannot be keyed from paper and a form of evaluation has none. */
function questionColumns({ properties }: Form): Column[] {
  return Object.entries(properties).flatMap(([field, one]) => {
    const words = wordsOf(one);
    return words === null ? [] : [{ head: one.title, words, field }];
  });
}

function wordsOf(one: Question): ReadonlyMap<string, string | boolean> | null {
  if (one.type === 'boolean') return flagWords;
  if (one.type === 'string' && 'enum' in one) return new Map(one.enum.map((code) => [one['x-words'][code]?.zh ?? code, code]));
  return null;
}

const amountWords = (steps: readonly string[]): Map<string, string> =>
  new Map(steps.map((step) => [String(Number(step) / 1_000_000), step]));

export async function writePaper(configuration: VillageConfiguration, head: PaperHead, rows: readonly PaperRow[]): Promise<Buffer> {
  const questions = questionColumns(configuration.forms.evaluation);
  const amounts = amountWords(configuration.settings.suggestions_fen);
  const heads = [...fixed, ...questions.map((one) => one.head), amountHead, kindsHead];
  const book = new ExcelJS.Workbook();
  const sheet = book.addWorksheet('评议表', { views: [{ state: 'frozen', xSplit: 3, ySplit: headRow }] });
  sheet.addRow([`评议员：${head.reviewer}　${head.place}　第 ${head.round} 轮　${head.day}`]);
  sheet.addRow(heads).font = { bold: true };
  for (const row of rows) sheet.addRow([row.person_id, row.household_id, row.name, sexWords[row.sex ?? ''] ?? '', row.relation ?? '']);
  const choices: (readonly string[] | null)[] = [
    ...fixed.map((name) => (name === '是否了解' ? Object.keys(knowsWords) : null)),
    ...questions.map((one) => [...one.words.keys()]),
    [...amounts.keys()],
    null,
  ];
  for (let at = headRow + 1; at <= headRow + rows.length; at += 1) {
    choices.forEach((words, index) => {
      if (words !== null)
        sheet.getCell(at, index + 1).dataValidation = { type: 'list', allowBlank: true, formulae: [`"${words.join(',')}"`] };
    });
  }
  sheet.columns.forEach((column, index) => Object.assign(column, { width: index < 2 ? 20 : 12 }));
  const kinds = book.addWorksheet('情形');
  kinds.addRow(['代码', '情形']).font = { bold: true };
  for (const [code, { zh }] of Object.entries(configuration.exclusions)) kinds.addRow([code, zh]);
  return Buffer.from(await book.xlsx.writeBuffer());
}

export interface PaperAnswers {
  readonly rows: number;
  /** With the row of the workbook each stands in. */
  readonly answers: { readonly row: number; readonly answer: Answer }[];
  readonly faults: PaperTaken['faults'];
}

/** What stands in a workbook that was filled in; rows left empty are not answers. Refuses: file_unreadable. */
export async function readPaper(
  configuration: VillageConfiguration,
  { reviewerId, round }: { reviewerId: bigint; round: number },
  file: Buffer,
): Promise<PaperAnswers> {
  const sheet = await firstSheet(file);
  const questions = questionColumns(configuration.forms.evaluation);
  const heads = [...fixed, ...questions.map((one) => one.head), amountHead, kindsHead];
  const isOurs = heads.every((name, index) => folded(textOf(sheet, headRow, index + 1)) === folded(name));
  if (!isOurs) throw refuse(evaluationRefusals, 'file_unreadable');
  const columns = { questions, amounts: amountWords(configuration.settings.suggestions_fen) };
  const read: PaperAnswers = { rows: 0, answers: [], faults: [] };
  let rows = 0;
  for (let at = headRow + 1; at <= sheet.rowCount; at += 1) {
    const row = readRow(sheet, at, columns);
    if (row === null) continue;
    rows += 1;
    if ('faults' in row) read.faults.push(...row.faults);
    else read.answers.push({ row: at, answer: { ...row, evaluation_id: idOf(reviewerId, round, row), round } });
  }
  return { ...read, rows };
}

/** Sheets may be older than the marks in our heads, and people type either width. */
const folded = (head: string): string => head.normalize('NFKC');

async function firstSheet(file: Buffer): Promise<ExcelJS.Worksheet> {
  const book = new ExcelJS.Workbook();
  try {
    // Copied: the library's own types know an older Buffer.
    await book.xlsx.load(new Uint8Array(file).buffer);
  } catch (error) {
    throw Object.assign(refuse(evaluationRefusals, 'file_unreadable'), { cause: error });
  }
  const [sheet] = book.worksheets;
  if (!sheet) throw refuse(evaluationRefusals, 'file_unreadable');
  return sheet;
}

type Read = Omit<Answer, 'evaluation_id' | 'round'>;

function readRow(
  sheet: ExcelJS.Worksheet,
  at: number,
  { questions, amounts }: { questions: readonly Column[]; amounts: ReadonlyMap<string, string> },
): Read | { faults: PaperTaken['faults'] } | null {
  const said = textOf(sheet, at, fixed.length);
  const last = fixed.length + questions.length + 2;
  const isEmpty = Array.from({ length: last - fixed.length + 1 }, (_, index) => textOf(sheet, at, fixed.length + index)).every(
    (text) => text === '',
  );
  if (isEmpty) return null;
  const faults: PaperTaken['faults'] = [];
  const fault = (column: number, zh: string, en: string): void => void faults.push({ place: sheet.getCell(at, column).address, zh, en });
  const person = textOf(sheet, at, 1);
  if (!/^P[0-9a-f]{15}$/.test(person)) fault(1, '人员编号不对，请勿改动前五列', 'not a person; leave the first five columns as they are');
  const knows = isKnows(said) ? knowsWords[said] : null;
  if (knows === null) fault(fixed.length, '请填：知道、不知道或回避', 'write 知道, 不知道 or 回避');
  const answers: Record<string, string | boolean> = {};
  questions.forEach(({ words, field }, index) => {
    const column = fixed.length + index + 1;
    const text = textOf(sheet, at, column);
    if (text === '') return;
    const value = words.get(text);
    if (value === undefined) fault(column, `只能填：${[...words.keys()].join('、')}`, `one of ${[...words.keys()].join(', ')}`);
    else answers[field] = value;
  });
  const amount = textOf(sheet, at, last - 1);
  const suggested = amount === '' ? undefined : amounts.get(amount);
  if (amount !== '' && suggested === undefined) {
    fault(last - 1, `只能填：${[...amounts.keys()].join('、')}`, `one of ${[...amounts.keys()].join(', ')}`);
  }
  const kinds = textOf(sheet, at, last)
    .split(/[、,,;\s]+/)
    .filter((code) => code !== '');
  if (!kinds.every((kind) => /^[A-Z]\d{2}$/.test(kind))) fault(last, '情形代码见第二张表', 'codes are on the second sheet');
  if (faults.length > 0 || knows === null) return { faults };
  return {
    person_id: person,
    knows,
    kinds,
    ...(Object.keys(answers).length > 0 ? { answers } : {}),
    ...(suggested === undefined ? {} : { suggested_fen: suggested }),
  };
}

const isKnows = (text: string): text is keyof typeof knowsWords => Object.hasOwn(knowsWords, text);
const textOf = (sheet: ExcelJS.Worksheet, row: number, column: number): string => sheet.getCell(row, column).text.trim();

/** The same sheet handed in again says the same under the same id; a corrected row is another answer. */
function idOf(reviewerId: bigint, round: number, row: Read): string {
  const hash = createHash('sha256')
    .update(JSON.stringify(['paper', String(reviewerId), round, row]))
    .digest('hex');
  return [hash.slice(0, 8), hash.slice(8, 12), `8${hash.slice(13, 16)}`, `8${hash.slice(17, 20)}`, hash.slice(20, 32)].join('-');
}

/** Where on the sheet a place of an answer stands, for whoever has to mend it. */
export function cellOf(configuration: VillageConfiguration, row: number, place: string): string {
  const questions = questionColumns(configuration.forms.evaluation);
  const index = questions.findIndex((one) => one.field === place);
  const column =
    place === 'suggested_fen'
      ? fixed.length + questions.length + 1
      : place === 'kinds'
        ? fixed.length + questions.length + 2
        : index >= 0
          ? fixed.length + index + 1
          : fixed.length;
  return `${letters(column)}${row}`;
}

const letters = (column: number): string =>
  column <= 26 ? String.fromCharCode(64 + column) : letters(Math.floor((column - 1) / 26)) + letters(((column - 1) % 26) + 1);
