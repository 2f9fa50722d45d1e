import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { forms } from './fields.ts';
import { fileName, fileRefusals, readReconciliationFile } from './reconciliation-file.ts';
import type { FileRefusalCode } from './reconciliation-file.ts';
import { formatRow, parseRow } from './reconciliation-row.ts';
import type { CoreRow } from './reconciliation-row.ts';
import { writeDayFile } from './simulator/day-file.ts';
import { day, entity, order, reversalOf, testGround } from './simulator/testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'qianmo-reconciliation-'));
const ground = testGround();
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await ground.end();
});

const row = (number: number, change: Partial<CoreRow> = {}): CoreRow => ({
  entityId: entity,
  coreDate: day,
  coreReference: `20261120${String(number).padStart(10, '0')}`,
  sequence: `D${number}`,
  kind: 'pay',
  account: '6217000012345678',
  accountName: '买买提·艾力',
  amountFen: 6_800_000n,
  originalSequence: null,
  reversed: false,
  ...change,
});
const rows = [
  row(1),
  row(2, { kind: 'collect', amountFen: 1n, accountName: '𠮷田 秀英' }),
  row(3, { reversed: true }),
  row(4, { kind: 'reverse', originalSequence: 'D3' }),
];

let path: string;
beforeEach(async () => {
  path = await writeDayFile(folder, day, rows);
});

/** Rewrites the file with other content and a control file that fits it, so that only the content is at fault. */
function deliver(text: string | Buffer): void {
  const content = typeof text === 'string' ? iconv.encode(text, 'gb18030') : text;
  writeFileSync(path, content);
  const count = content.reduce((sum, byte) => (byte === 0x0a ? sum + 1 : sum), 0);
  const md5 = createHash('md5').update(content).digest('hex');
  writeFileSync(
    `${path}.ok`,
    `file=${basename(path)}\ndate=2026-11-20\nencoding=GB18030\nbytes=${content.length}\nrows=${count}\nmd5=${md5}\n`,
  );
}
const changeControl = (from: string | RegExp, to: string): void =>
  writeFileSync(`${path}.ok`, readFileSync(`${path}.ok`, 'latin1').replace(from, to));
const text = (of: readonly CoreRow[] = rows): string => of.map((each) => `${formatRow(each)}\n`).join('');

test('is named and written as agreed', () => {
  expect(basename(path)).toBe('CBS_LOANPAY_20261120_F_001.dat');
  expect(iconv.decode(readFileSync(path), 'gb18030').split('\n')[3]).toBe(
    '320723|@|20261120|@|202611200000000004|@|D4|@|REV|@|6217000012345678|@|买买提·艾力|@|68000.00|@|D3|@|N',
  );
  expect(readFileSync(`${path}.ok`, 'latin1')).toMatch(
    /^file=CBS_LOANPAY_20261120_F_001\.dat\ndate=2026-11-20\nencoding=GB18030\nbytes=\d+\nrows=4\nmd5=[0-9a-f]{32}\n$/,
  );
});

test('gives the rows that were written', async () => {
  const file = await readReconciliationFile(path);
  if (file.outcome === 'refused') throw new Error(file.detail);
  expect(file.date.equals(day)).toBe(true);
  expect(file.rows.map(formatRow)).toEqual(rows.map(formatRow));
  expect(file.rows.map(({ amountFen }) => amountFen)).toEqual([6_800_000n, 1n, 6_800_000n, 6_800_000n]);
  expect(file.rows.map(({ reversed, originalSequence }) => [reversed, originalSequence])).toEqual([
    [false, null],
    [false, null],
    [true, null],
    [false, 'D3'],
  ]);
});

test('of a day without bookings has no rows and is read', async () => {
  const empty = await writeDayFile(folder, day.add({ days: 1 }), []);
  expect(await readReconciliationFile(empty)).toMatchObject({ outcome: 'read', rows: [] });
});

/** Days and amounts by their text. */
const shown = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? String(each) : each)));

test('a row comes back as it was', () => {
  const name = fc
    .string({ unit: fc.constantFrom(...'张伟𠮷䶮·|@ A&<'), minLength: 1, maxLength: 20 })
    .filter((value) => forms.name.test(value));
  const amount = fc.bigInt({ min: 1n, max: 999_999_999_999_999n });
  fc.assert(
    fc.property(name, amount, fc.constantFrom('pay', 'collect', 'reverse'), fc.boolean(), (accountName, amountFen, kind, reversed) => {
      const isReversal = kind === 'reverse';
      const written = row(1, {
        accountName,
        amountFen,
        kind,
        reversed: reversed && !isReversal,
        originalSequence: isReversal ? 'D0' : null,
      });
      expect(shown(parseRow(formatRow(written)))).toEqual(shown(written));
    }),
    { numRuns: 2000 },
  );
});

describe('is refused', () => {
  const withRow = (change: Partial<CoreRow>) => () => deliver(text([...rows, row(5, change)]));
  const replaced = (from: string, to: string) => () => deliver(text().replace(from, to));
  const cases: [name: string, code: FileRefusalCode, harm: () => void, place: RegExp][] = [
    ['without its control file', 'control_missing', () => rmSync(`${path}.ok`), /\.dat\.ok/],
    ['when only the control file is there', 'file_missing', () => rmSync(path), /\.dat$/],
    ['with a control file that lacks a key', 'control_format', () => changeControl(/md5=.*\n/, ''), /\.ok/],
    ['with a control file that says more', 'control_format', () => changeControl(/$/, 'sum=1\n'), /\.ok/],
    ['with a control file that says a thing twice', 'control_format', () => changeControl(/md5=.*\n/, 'rows=4\n'), /\.ok/],
    ['with a control file of another file', 'control_file', () => changeControl('F_001', 'F_002'), /F_002.*F_001/],
    ['with a control file of another day', 'control_date', () => changeControl('11-20', '11-21'), /2026-11-21/],
    ['with a control file of another encoding', 'control_encoding', () => changeControl('GB18030', 'UTF-8'), /UTF-8/],
    [
      'with another number of bytes',
      'control_bytes',
      () => writeFileSync(path, readFileSync(path).subarray(1)),
      /control file \d+, found \d+/,
    ],
    ['with another number of rows', 'control_rows', () => changeControl('rows=4', 'rows=5'), /control file 5, found 4/],
    [
      'with one digit changed',
      'control_md5',
      () => writeFileSync(path, iconv.encode(text().replace('68000.00', '68000.01'), 'gb18030')),
      /found [0-9a-f]{32}/,
    ],
    ['in UTF-8', 'wrong_encoding', () => deliver(Buffer.from(text().replace('买买提', '买买'))), /GB18030/],
    ['without its last line feed', 'row_end', () => deliver(text().slice(0, -1)), /line 4/],
    ['with an empty line', 'row_format', () => deliver(`${text()}\n`), /line 5: columns/],
    ['with carriage returns', 'row_format', () => deliver(text().replaceAll('\n', '\r\n')), /line 1: STATUS/],
    ['with a column too many', 'row_format', replaced('|@|N\n', '|@|N|@|\n'), /line 1: columns/],
    ['with a part of a fen', 'row_format', replaced('68000.00', '68000.001'), /line 1: TRAN_AMT/],
    ['with a negative amount', 'row_format', replaced('68000.00', '-68000.00'), /line 1: TRAN_AMT/],
    ['with a day that there is not', 'row_format', replaced('|@|20261120|@|', '|@|20261131|@|'), /line 1: CORE_DATE/],
    ['with an unknown kind', 'row_format', replaced('PAY', 'FEE'), /line 1: TRAN_TYPE/],
    ['with an unknown status', 'row_format', replaced('|@|N\n', '|@|X\n'), /line 1: STATUS/],
    ['with an original on an order', 'row_format', withRow({ originalSequence: 'D1' }), /line 5: OLD_BUSI_SEQ/],
    ['with a reversal of nothing', 'row_format', withRow({ kind: 'reverse' }), /line 5: OLD_BUSI_SEQ/],
    ['with a reversed reversal', 'row_format', withRow({ kind: 'reverse', originalSequence: 'D3', reversed: true }), /line 5: STATUS/],
    ['with a row of another day', 'row_date', withRow({ coreDate: day.add({ days: 1 }) }), /line 5: 2026-11-21/],
    ['with a reference twice', 'row_repeated', withRow({ coreReference: row(1).coreReference }), /line 5: core reference 2026/],
    ['with a sequence twice', 'row_repeated', withRow({ sequence: 'D1' }), /line 5: sequence 320723\/D1/],
    [
      'with a reversal whose original is not reversed',
      'reversal',
      withRow({ kind: 'reverse', originalSequence: 'D1' }),
      /line 5: sequence 320723\/D1/,
    ],
    ['with a second reversal of the same order', 'reversal', withRow({ kind: 'reverse', originalSequence: 'D3' }), /line 5/],
    ['with a reversal of another amount', 'reversal', replaced('68000.00|@|D3', '67000.00|@|D3'), /line 4/],
    ['with a reversed order and no reversal', 'reversal', withRow({ reversed: true }), /sequence 320723\/D5/],
  ];
  test.each(cases)('%s', async (_name, code, harm, place) => {
    harm();
    expect(await readReconciliationFile(path)).toEqual({ outcome: 'refused', code, detail: expect.stringMatching(place) });
  });

  test.each(['CBS_LOANPAY_20261131_F_001.dat', 'CBS_LOANPAY_20261120_I_001.dat', 'CBS_LOANPAY_20261120_F_001.dat.gz'])(
    'under the name %s',
    async (name) => {
      expect(await readReconciliationFile(join(folder, name))).toMatchObject({ outcome: 'refused', code: 'file_name' });
    },
  );

  test('with every code that there is', () => {
    expect(new Set([...cases.map(([, code]) => code), 'file_name'])).toEqual(new Set(Object.keys(fileRefusals)));
  });
});

test('a sequence may stand once in every legal entity', async () => {
  deliver(text([...rows, row(5, { entityId: '320724', sequence: 'D1' })]));
  expect(await readReconciliationFile(path)).toMatchObject({ outcome: 'read' });
});

test('of a simulated day holds its bookings and reversals, and neither rejections nor other days', async () => {
  const simulator = await ground.start();
  const core = ground.open(simulator);
  const [payment, collection, refused] = [order(), order(), order({ account: '99902000001' })];
  const later = order({ businessDate: day.add({ days: 1 }) });
  const reversal = reversalOf(payment);
  await core.pay(payment);
  await core.collect(collection);
  await core.pay(refused);
  await core.pay(later);
  await core.reverse(reversal);
  const found = await ground.rowsOf(simulator);
  expect(found.map(({ kind, sequence, reversed, originalSequence }) => [kind, sequence, reversed, originalSequence])).toEqual([
    ['pay', payment.sequence, true, null],
    ['collect', collection.sequence, false, null],
    ['reverse', reversal.sequence, false, payment.sequence],
  ]);
  expect(found[0]).toMatchObject({ entityId: entity, account: payment.account, accountName: payment.accountName, amountFen: 500_00n });
  expect(fileName(day)).toBe('CBS_LOANPAY_20261120_F_001.dat');
  expect((await ground.rowsOf(simulator, day.add({ days: 1 }))).map(({ sequence }) => sequence)).toEqual([later.sequence]);
});
