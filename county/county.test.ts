import { createHash } from 'node:crypto';
import { isUtf8 } from 'node:buffer';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import ExcelJS from 'exceljs';
import iconv from 'iconv-lite';
import { parseResidentId } from '#core/identifiers/index.ts';
import { layoutOf } from './contracts.ts';
import { dirtKinds, type DirtKind } from './dirt.ts';
import { parameters } from './parameters.ts';
import { makeCounty, type SmallCounty } from './testing/small-county.ts';
import { filesOf, readExtract, splitLine } from './testing/read-extract.ts';

const people = 16_000;
let county: SmallCounty;

beforeAll(async () => {
  county = await makeCounty({ people, townships: 3 });
});
afterAll(() => county.remove());

const textFiles = () => county.report.files.filter(({ file }) => !file.endsWith('.xlsx'));
const digestOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted()
      .map((path) => [path.slice(folder.length), createHash('sha256').update(readFileSync(path)).digest('hex')]),
  );

/** Bytes of each data line of a text file, its header left out. */
function linesOf(file: string, source: string): Buffer[] {
  const content = readFileSync(join(county.extracts, file));
  const lines: Buffer[] = [];
  for (let from = 0, to = content.indexOf('\n'); to >= 0; from = to + 1, to = content.indexOf('\n', from))
    lines.push(content.subarray(from, to));
  return layoutOf(source).header ? lines.slice(1) : lines;
}

describe('determinism', () => {
  test('the same seed gives the same bytes, on one thread and on two', async () => {
    const again = await makeCounty({ people, townships: 3, workers: 2 });
    expect(digestOf(again.folder)).toEqual(digestOf(county.folder));
    again.remove();
  });

  test('another seed gives other people', async () => {
    const [one, other] = [await makeCounty({ people: 400, seed: 1 }), await makeCounty({ people: 400, seed: 2 })];
    expect(readFileSync(join(one.folder, 'truth.csv'))).not.toEqual(readFileSync(join(other.folder, 'truth.csv')));
    one.remove();
    other.remove();
  });
});

describe('files', () => {
  test('are those of every source contract, with full files, deltas and month files of the right days', () => {
    const sources = new Set(county.report.files.map(({ source }) => source));
    const contracts = readdirSync(new URL('../banks/template/sources/', import.meta.url)).map((name) => name.replace('.yaml', ''));
    expect([...sources].toSorted()).toEqual(contracts.toSorted());
    const count = (source: string) => county.report.files.filter((file) => file.source === source).length;
    expect(['deposit_month', 'loan_month', 'ebank_month', 'qr_month', 'payroll', 'grid_roll', 'customer'].map(count)).toEqual([
      13, 24, 7, 12, 12, 3, 2,
    ]);
    const months = filesOf(county.extracts, 'deposit_month')
      .map((file) => /[0-9]{8}/.exec(file)![0])
      .toSorted();
    expect([months[0], months.at(-1)]).toEqual(['20251031', '20261031']);
    expect(filesOf(county.extracts, 'loan_account').toSorted()).toEqual([
      'ODS_CMS_LOAN_20261119_F_001.dat',
      'ODS_CMS_LOAN_20261120_I_001.dat',
    ]);
  });

  test('have control files that agree with them, but for the one that must not', () => {
    const brokenCount = county.report.broken_files.find(({ fault }) => fault === 'control_rows')!.file;
    for (const file of readdirSync(county.extracts).filter((name) => !name.endsWith('.ok'))) {
      const content = readFileSync(join(county.extracts, file));
      const control = Object.fromEntries(
        readFileSync(join(county.extracts, `${file}.ok`), 'utf8')
          .trimEnd()
          .split('\n')
          .map((line) => line.split('=') as [string, string]),
      );
      expect(control['file']).toBe(file);
      expect(Number(control['bytes'])).toBe(content.length);
      expect(control['md5']).toBe(createHash('md5').update(content).digest('hex'));
      expect(control['date']!.replaceAll('-', '')).toBe(/[0-9]{8}/.exec(file.replace(/ROLL_[0-9]{9}/, ''))![0]);
      if (file.endsWith('.xlsx')) continue;
      const rows = content.toString('latin1').split('\n').length - 1 - (file.endsWith('.csv') ? 1 : 0);
      expect(Number(control['rows']) - rows, file).toBe(file === brokenCount ? 1 : 0);
    }
  });

  test('hold as many rows as the report says', () => {
    for (const { file, source, rows } of textFiles()) expect(linesOf(file, source).length, file).toBe(rows);
    expect(county.report.rows).toBe(county.report.files.reduce((sum, file) => sum + file.rows, 0));
  });

  test('keep to the columns, types and codes of their contracts, dirt aside', () => {
    const faults = textFiles().flatMap(({ file, source, dirt }) => {
      const bad = readExtract(county.extracts, source, file).filter((row) => faultOf(source, row) !== null);
      const known = (dirt.bad_check_digit ?? 0) + (dirt.future_date ?? 0) + (dirt.invalid_bytes ?? 0) + (dirt.other_encoding ?? 0);
      return bad.length > known ? [`${file}: ${faultOf(source, bad[0]!)}`] : [];
    });
    expect(faults).toEqual([]);
  });

  test('repeat no key, duplicates planted aside', () => {
    const keys: Record<string, string[]> = {
      customer: ['customer_no'],
      deposit_account: ['account_no'],
      deposit_month: ['account_no'],
      loan_account: ['loan_no'],
      payroll: ['pay_no'],
      qr_month: ['merchant_no'],
      review: ['review_no'],
      consent: ['consent_no'],
      court_record: ['record_no'],
      name_list: ['list_no'],
      real_estate: ['certificate_no', 'id_no'],
      enterprise: ['uscc'],
      guarantee: ['loan_no', 'id_no'],
      farmer: ['village_code', 'household_no'],
      loan_application: ['application_no'],
      village: ['village_code'],
      outlet: ['outlet_code'],
    };
    for (const { file, source, dirt } of textFiles()) {
      const key = keys[source];
      if (key === undefined) continue;
      const values = readExtract(county.extracts, source, file).map((row) => key.map((column) => row[column]).join('/'));
      expect(values.length - new Set(values).size, file).toBeLessThanOrEqual(dirt.duplicate ?? 0);
    }
  });

  test('explain every month’s change of a balance by its flows', () => {
    const files = filesOf(county.extracts, 'deposit_month').toSorted();
    const balances = new Map<string, bigint>();
    const fen = (yuan: string) => BigInt(yuan.replace('.', ''));
    let checked = 0;
    const wrong: unknown[] = [];
    for (const file of files) {
      const rows = new Map(readExtract(county.extracts, 'deposit_month', file).map((row) => [row['account_no']!, row]));
      for (const [account, row] of rows) {
        const before = balances.get(account);
        balances.set(account, fen(row['balance']!));
        if (before === undefined) continue;
        checked++;
        if (before + fen(row['in_amount']!) - fen(row['out_amount']!) !== fen(row['balance']!)) wrong.push(row);
      }
    }
    const lost = county.report.files.reduce((sum, { source, dirt }) => sum + (source === 'deposit_month' ? (dirt.truncated ?? 0) : 0), 0);
    expect(wrong.length).toBeLessThanOrEqual(lost);
    expect(checked).toBeGreaterThan(people);
  });

  test('send some rolls as workbooks that a spreadsheet reader opens', async () => {
    const [book] = county.report.files.filter(({ file }) => file.endsWith('.xlsx'));
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.readFile(join(county.extracts, book!.file));
    const sheet = workbook.worksheets[0]!;
    const { columns } = layoutOf('grid_roll');
    const rowAt = (number: number) => columns.map((_, i) => sheet.getRow(number).getCell(i + 1).value);
    expect(rowAt(1)).toEqual(columns.map(({ field }) => field));
    expect(sheet.rowCount).toBe(book!.rows + 1);
    expect(rowAt(2)[1]).toMatch(new RegExp(`^${book!.file.slice(10, 19)}[0-9]{3}$`));
    expect(typeof rowAt(2)[5]).toBe('number');
  });
});

/** Why a row breaks its contract, as far as a plain reader can see. */
function faultOf(source: string, row: Record<string, string>): string | null {
  for (const { as, type, required, values, format } of layoutOf(source).columns) {
    const value = row[as]!;
    if (value === '') {
      if (required) return `${as} is empty`;
      continue;
    }
    const forms: Record<string, RegExp> = {
      money: /^-?[0-9]+\.[0-9]{2}$/,
      integer: /^[0-9]+$/,
      decimal: /^[0-9]+(\.[0-9]+)?$/,
      flag: /^[YN]$/,
      phone: /^1[3-9][0-9]{9}$/,
      rate_percent: /^[0-9]\.[0-9]{4}$/,
      entity: /^320723$/,
      uscc: /^[0-9A-Z]{18}$/,
      date: format === 'yyyyMMdd' ? /^(19|20|99)[0-9]{6}$/ : /^(19|20|99)[0-9]{2}-[0-9]{2}-[0-9]{2}$/,
    };
    if (forms[type] !== undefined && !forms[type].test(value)) return `${as} is ${value}`;
    if (values !== undefined && !values.map(String).includes(value)) return `${as} is ${value}`;
    if (type === 'resident_id' && !parseResidentId(value).ok) return `${as} is ${value}`;
  }
  return null;
}

describe('dirt', () => {
  const count = (kind: (typeof dirtKinds)[number]) => county.report.dirt[kind].rows;
  const rowsOf = (sources: readonly string[]) =>
    textFiles()
      .filter(({ source }) => sources.includes(source))
      .flatMap(({ file, source }) => readExtract(county.extracts, source, file));

  test('is counted exactly: lines cut off, and lines that are not in their encoding', () => {
    const truncated: string[] = [];
    const foreign: string[] = [];
    for (const { file, source, dirt } of textFiles()) {
      const layout = layoutOf(source);
      const lines = linesOf(file, source);
      const short = lines.filter((line) => splitLine(line.toString('latin1'), layout).length < layout.columns.length).length;
      if (short !== (dirt.truncated ?? 0)) truncated.push(`${file}: ${short}, not ${dirt.truncated ?? 0}`);
      const wrong = (line: Buffer) =>
        layout.encoding === 'UTF-8' ? !isUtf8(line) : line.includes(0xff) || (isUtf8(line) && /[\u4e00-\u9fff]/.test(line.toString()));
      const found = lines.filter(wrong).length;
      const planted = (dirt.invalid_bytes ?? 0) + (dirt.other_encoding ?? 0);
      if (found !== planted) foreign.push(`${file}: ${found}, not ${planted}`);
    }
    expect(truncated).toEqual([]);
    expect(foreign).toEqual([]);
  });

  test('is counted exactly: wrong check characters, old numbers, missing values, future dates, duplicates', () => {
    for (const { file, source, dirt } of textFiles()) {
      const { columns } = layoutOf(source);
      const rows = readExtract(county.extracts, source, file);
      const found = (holds: (row: Record<string, string>) => boolean) => rows.filter(holds).length;
      const future = columns.filter(({ check }) => check === 'not_future').map(({ as }) => as);
      expect(
        found((row) => (row['id_no'] ?? '').length === 18 && !parseResidentId(row['id_no']!).ok),
        file,
      ).toBe(dirt.bad_check_digit ?? 0);
      expect(
        found((row) => (row['id_no'] ?? '').length === 15),
        file,
      ).toBe(dirt.old_15_digit_id ?? 0);
      expect(
        found((row) => row['birth_date'] === ''),
        file,
      ).toBe(dirt.missing_birth_date ?? 0);
      expect(source === 'grid_roll' ? found((row) => row['id_no'] === '') : 0, file).toBe(dirt.missing_id ?? 0);
      expect(
        found((row) => future.some((as) => row[as]!.startsWith('2099'))),
        file,
      ).toBe(dirt.future_date ?? 0);
      const lines = linesOf(file, source).map((line) => line.toString('latin1'));
      expect(lines.length - new Set(lines).size, file).toBe(dirt.duplicate ?? 0);
    }
  });

  test('writes the same person under another spelling', () => {
    const names = new Map(rowsOf(['customer', 'pboc_report', 'consent']).map((row) => [row['id_no'], row['name']]));
    const respelled = rowsOf(['social_security', 'real_estate', 'civil_status']).filter(
      (row) => names.has(row['id_no']) && names.get(row['id_no']) !== row['name'],
    );
    expect(respelled.length).toBeGreaterThan(50);
    expect(respelled.length).toBeLessThanOrEqual(count('other_spelling') + count('invalid_bytes') + count('other_encoding'));
    expect(respelled.some(({ name }) => /[ 　]/.test(name!))).toBe(true);
    expect(respelled.some(({ name }) => !/[ 　]/.test(name!))).toBe(true);
  });

  /** Three townships have too few villages and outlets to show a share; `coordinates.test.ts` measures theirs over many counties. */
  const ofPlaces: readonly DirtKind[] = ['swapped_coordinates', 'missing_coordinates'];

  test.each(dirtKinds.filter((kind) => !ofPlaces.includes(kind)))('%s comes in the stated proportion', (kind) => {
    const soiled = county.report.files.filter(({ dirt }) => dirt[kind] !== undefined);
    const rows = soiled.reduce(
      (sum, { rows: more, source }) => sum + more * (/_month$|payroll/.test(source) ? parameters.dirtOfMonthFiles : 1),
      0,
    );
    const expected = rows * parameters.dirt[kind].share;
    expect(count(kind)).toBeGreaterThan(0);
    expect(count(kind) / expected).toSatisfy((ratio: number) => ratio > 0.55 && ratio < 1.6);
  });

  test('sends two files again that must be refused, with rows that other files hold too', () => {
    const [recounted, reencoded] = county.report.broken_files;
    expect([recounted!.fault, reencoded!.fault]).toEqual(['control_rows', 'wrong_encoding']);
    const good = new Set(linesOf('ODS_CIF_CUSTOMER_20261119_F_001.dat', 'customer').map((line) => line.toString('latin1')));
    expect(linesOf(recounted!.file, 'customer').every((line) => good.has(line.toString('latin1')))).toBe(true);
    const text = readFileSync(join(county.extracts, reencoded!.file));
    expect(isUtf8(text)).toBe(true);
    expect(iconv.decode(text, 'gb18030')).not.toContain('灌云');
  });
});
