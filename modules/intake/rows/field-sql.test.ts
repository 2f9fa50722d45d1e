import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maskPhone, parsePhone, parseResidentId, parseUscc, residentIdCheckCharacter } from '#core/identifiers/index.ts';
import { openWarehouse, textLiteral, type Warehouse } from '#platform/warehouse/index.ts';
import type { ContractColumn } from '../contracts/contract-schema.ts';
import { row, templateContract } from '../deliveries/sample-delivery.ts';
import { definePersonFunctions } from '../identity/resolve.ts';
import { defineFieldFunctions, fieldSql } from './field-sql.ts';
import { checkLine } from './line-check.ts';

const setting = { fileDate: '2026-11-20', entities: ['320723'] };
let warehouse: Warehouse;
const folder = mkdtempSync(join(tmpdir(), 'qianmo-field-'));

beforeAll(async () => {
  warehouse = await openWarehouse({ memoryLimit: '300MB' });
  await warehouse.session(defineFieldFunctions);
  await warehouse.session(definePersonFunctions);
});
afterAll(() => {
  warehouse.close();
  rmSync(folder, { recursive: true });
});

/** First fault and typed value of cells of one column. */
async function judge(column: ContractColumn, cells: readonly string[]): Promise<{ value: unknown; fault: string | null }[]> {
  const field = fieldSql(column, 'raw', 'value', setting);
  const faults = field.faults.map(({ code, when }) => `when ${when} then '${code}'`).join(' ');
  writeFileSync(join(folder, 'cells.json'), JSON.stringify(cells.map((cell, index) => ({ index, cell }))));
  return warehouse.session((session) =>
    session.rows(`select value, ${faults === '' ? 'null' : `case ${faults} end`} as fault from (select *, ${field.typed} as value from (
      select index, nullif(trim(cell), '') as raw from read_json(${textLiteral(join(folder, 'cells.json'))}, columns = {index: 'bigint', cell: 'varchar'}))) order by index`),
  );
}

const column = (settings: Record<string, unknown>): ContractColumn =>
  ({ field: 'F', as: 'f', required: false, ...settings }) as ContractColumn;

describe('field types', () => {
  it.each<[string, Record<string, unknown>, string, unknown, string | null]>([
    ['money', { type: 'money', min: 0 }, '123.45', 12345n, null],
    ['money without decimals', { type: 'money' }, '7', 700n, null],
    ['money with one decimal', { type: 'money' }, '-0.5', -50n, null],
    ['money with three decimals', { type: 'money' }, '1.005', null, 'money'],
    ['money with a thousands separator', { type: 'money' }, '1,000', null, 'money'],
    ['money in exponent form', { type: 'money' }, '1e5', null, 'money'],
    ['money below its bound', { type: 'money', min: 0 }, '-0.01', -1n, 'range'],
    ['a rate', { type: 'rate_percent' }, '5.10', 51000n, null],
    ['a rate with five decimals', { type: 'rate_percent' }, '5.12345', null, 'rate'],
    ['an integer', { type: 'integer', min: 1, max: 24 }, '24', 24n, null],
    ['an integer above its bound', { type: 'integer', min: 1, max: 24 }, '25', 25n, 'range'],
    ['an integer with a decimal point', { type: 'integer' }, '2.0', null, 'integer'],
    ['a decimal', { type: 'decimal', min: 0 }, '12.5', 12.5, null],
    ['a decimal that is none', { type: 'decimal' }, 'NaN', null, 'decimal'],
    ['a flag Y', { type: 'flag' }, 'Y', true, null],
    ['a flag 0', { type: 'flag' }, '0', false, null],
    ['a flag that is none', { type: 'flag' }, 'T', null, 'flag'],
    ['a compact date', { type: 'date', format: 'yyyyMMdd' }, '20240229', '2024-02-29', null],
    ['a day that does not exist', { type: 'date', format: 'yyyyMMdd' }, '20230229', null, 'date'],
    ['eight characters that are no digits', { type: 'date', format: 'yyyyMMdd' }, '2024 229', null, 'date'],
    ['a sign in a date', { type: 'date', format: 'yyyyMMdd' }, '+2024022', null, 'date'],
    ['an exponent as a date', { type: 'date', format: 'yyyyMMdd' }, '2.0240e7', null, 'date'],
    ['a dashed date', { type: 'date', format: 'yyyy-MM-dd' }, '2024-02-29', '2024-02-29', null],
    ['a date in the other form', { type: 'date', format: 'yyyy-MM-dd' }, '20240229', null, 'date'],
    ['a date before 1900', { type: 'date', format: 'yyyyMMdd' }, '00010101', '0001-01-01', 'date'],
    ['an open end', { type: 'date', format: 'yyyyMMdd', open_end: '99991231' }, '99991231', '9999-12-31', null],
    [
      'an open end under not_future',
      { type: 'date', format: 'yyyyMMdd', open_end: '99991231', check: 'not_future' },
      '99991231',
      '9999-12-31',
      null,
    ],
    ['the day of the file', { type: 'date', format: 'yyyyMMdd', check: 'not_future' }, '20261120', '2026-11-20', null],
    ['the day after the file', { type: 'date', format: 'yyyyMMdd', check: 'not_future' }, '20261121', '2026-11-21', 'future_date'],
    ['a code', { type: 'code', values: ['M', 'F'] }, 'M', 'M', null],
    ['a code in small letters', { type: 'code', values: ['M', 'F'] }, 'm', 'm', 'code'],
    ['a registered entity', { type: 'entity' }, '320723', '320723', null],
    ['an unknown entity', { type: 'entity' }, '320724', '320724', 'entity'],
    ['a text that fits its pattern', { type: 'text', pattern: '^[0-9]{2}$' }, '01', '01', null],
    ['a text that does not', { type: 'text', pattern: '^[0-9]{2}$' }, '1', '1', 'pattern'],
    ['a text that is too long', { type: 'text' }, '长'.repeat(501), '长'.repeat(501), 'text'],
    ['a name', { type: 'person_name' }, '王秀兰', '王秀兰', null],
    ['a name with a space inside', { type: 'person_name' }, '王 秀　兰', '王秀兰', null],
    ['a minority name with another dot', { type: 'person_name' }, '买买提•艾力', '买买提·艾力', null],
    ['a rare character beyond the basic plane', { type: 'person_name' }, '王\u{20087}', '王\u{20087}', null],
    ['a name with a question mark', { type: 'person_name' }, '王?兰', '王?兰', 'person_name'],
    ['a name with a replacement character', { type: 'person_name' }, '王\uFFFD', '王\uFFFD', 'person_name'],
    ['a name of one character', { type: 'person_name' }, '王', '王', 'person_name'],
    ['an empty cell that must not be', { type: 'money', required: true }, '', null, 'required'],
    ['an empty cell that may be', { type: 'money', min: 0 }, '', null, null],
  ])('%s', async (_name, settings, cell, value, fault) => {
    expect(await judge(column(settings), [cell])).toEqual([{ value, fault }]);
  });
});

describe('identifiers in SQL are those of core/identifiers', () => {
  const digits = (length: number) =>
    fc.array(fc.constantFrom(...'0123456789'), { minLength: length, maxLength: length }).map((list) => list.join(''));
  const born = fc
    .date({ min: new Date('1890-01-01'), max: new Date('2030-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10).replaceAll('-', ''));
  const first17 = fc
    .tuple(fc.constantFrom('320799', '110101', '990101', '830000'), fc.oneof(born, digits(8)), digits(3))
    .map((parts) => parts.join(''));
  const id = fc.oneof(
    first17.map((text) => text + residentIdCheckCharacter(text)),
    first17.map((text) => (text + residentIdCheckCharacter(text)).toLowerCase()),
    fc.tuple(first17, fc.constantFrom(...'0123456789X')).map(([text, last]) => text + last),
    fc.tuple(fc.constantFrom('320799', '990101'), digits(9)).map((parts) => parts.join('')),
    fc.constantFrom('', '3207991980010101', '32079919800101001Y', '３２０７９９198001010011'),
  );

  it('resident IDs', async () => {
    const cells = fc.sample(id, { numRuns: 4000, seed: 7 });
    const judged = await judge(column({ type: 'resident_id' }), cells);
    for (const [index, cell] of cells.entries()) {
      const expected = parseResidentId(cell, setting.fileDate);
      const found = judged[index];
      if (cell.trim() === '') expect(found?.fault).toBeNull();
      else {
        expect([cell, found?.fault === null]).toEqual([cell, expected.ok]);
        if (expected.ok) expect(found?.value).toBe(expected.id18);
      }
    }
    expect(judged.filter((found) => found.fault === null).length).toBeGreaterThan(500);
  });

  it.each([
    ['320799198001010011', 'resident_id_check'],
    ['32079919800101001', 'resident_id_format'],
    ['990799198001010011', 'resident_id_province'],
    ['320799198002300011', 'resident_id_date'],
    ['320799202712010011', 'resident_id_date'],
  ])('%s is refused as %s', async (cell, code) => {
    expect((await judge(column({ type: 'resident_id' }), [cell]))[0]?.fault).toBe(code);
  });

  it('social credit codes', async () => {
    const good = '91320723MA1MUAPW7N'.slice(0, 8);
    const text = fc
      .array(fc.constantFrom(...'0123456789ABCDEFGHJKLMNPQRTUWXYIO'), { minLength: 10, maxLength: 10 })
      .map((list) => good + list.join(''));
    const cells = ['91350100M000100Y43', '911101080514345580', ...fc.sample(text, { numRuns: 3000, seed: 7 })];
    const judged = await judge(column({ type: 'uscc' }), cells);
    for (const [index, cell] of cells.entries()) expect([cell, judged[index]?.fault === null]).toEqual([cell, parseUscc(cell).ok]);
    const codes = await judge(column({ type: 'uscc' }), ['91350100M000100Y44', '91350100M000100Y4']);
    expect(codes.map((found) => found.fault)).toEqual(['uscc_check', 'uscc_format']);
  });

  it('phones', async () => {
    const text = fc.oneof(
      digits(11),
      fc.tuple(fc.constantFrom('1', '+86 1', '861', '0086-1', '0518-', '010', '400-'), digits(10)).map((parts) => parts.join('')),
      digits(8),
    );
    const cells = ['138 0000 1234', '+8613800001234', '0518-88880000', '12345', ...fc.sample(text, { numRuns: 3000, seed: 7 })];
    const judged = await judge(column({ type: 'phone' }), cells);
    for (const [index, cell] of cells.entries()) {
      const expected = parsePhone(cell);
      expect([cell, judged[index]?.fault, judged[index]?.value]).toEqual([
        cell,
        expected.ok ? null : 'phone',
        expected.ok ? expected.phone : null,
      ]);
    }
  });

  it('phone masks', async () => {
    const phones = ['13800001234', '051888880000', '1234567', '12345678'];
    const masked = await warehouse.session((session) =>
      session.rows<{ m: string }>(`select intake_mask_phone(p) as m from unnest([${phones.map(textLiteral).join(', ')}]) t(p)`),
    );
    expect(masked.map(({ m }) => m)).toEqual(phones.map(maskPhone));
  });
});

describe('one corrected line', () => {
  const contract = templateContract('deposit_account');
  const format = contract.files[0]!;
  const line = (change: Record<string, string>) =>
    contract.columns.map((each) => row('deposit_account', 1, change)[each.as] ?? '').join('|@|');
  const check = (text: string) =>
    warehouse.session((session) =>
      checkLine(session, text, { contract, format, fileDate: '2026-11-19', entityId: '320723', scratch: folder }),
    );

  it('tells every fault at once', async () => {
    expect(await check(line({ balance: 'x', status: 'gone', open_date: '20261301' }))).toEqual([
      { field: 'OPEN_DT', code: 'date' },
      { field: 'STATUS', code: 'code' },
      { field: 'BAL', code: 'money' },
    ]);
  });
  it.each([
    ['sound', line({}), []],
    ['of another entity', line({ entity_id: '320799' }), ['entity']],
    ['cut off', line({}).slice(0, 40), ['column_count']],
    ['empty', '', ['blank_line']],
    ['with a control character', line({ branch_no: '\u0001' }), ['control_character']],
    ['of two lines', `${line({})}\n${line({})}`, ['control_character']],
  ])('%s', async (_name, text, codes) => {
    expect((await check(text)).map((fault) => fault.code)).toEqual(codes);
  });
});
