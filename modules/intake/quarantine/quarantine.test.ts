import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Session } from '#platform/postgres/index.ts';
import { stateQuery } from '#platform/warehouse/index.ts';
import { deliver, openSampleBank, residentId, row, templateContract, type SampleBank } from '../deliveries/sample-delivery.ts';
import type { LoadSummary } from '../index.ts';
import { maskLine } from '../rows/line-check.ts';

let bank: SampleBank;
let loaded: LoadSummary;
const day = '2026-11-19';
const analyst: Session = { entityId: '320723', actorId: 'A001', roles: [], scopes: ['320723'] };
const stranger: Session = { ...analyst, entityId: '320799', actorId: 'Z001' };

beforeAll(async () => {
  bank = await openSampleBank(['320723', '320799']);
  deliver(bank.delivery, {
    source: 'customer',
    date: day,
    rows: [
      row('customer', 1),
      row('customer', 2, { open_date: '20261399' }),
      row('customer', 3, { phone: '12' }),
      row('customer', 4, { sex: 'X' }),
    ],
  });
  deliver(bank.delivery, { source: 'customer', date: '2026-11-20', mode: 'I', rows: [row('customer', 9)] });
  loaded = await bank.intake.runLoad(bank.delivery);
});
afterAll(() => bank.close());

const list = (session = analyst, query = {}) => bank.intake.quarantine(session, loaded.load, { limit: 50, offset: 0, ...query });
const line = (number: number, change = {}) =>
  templateContract('customer')
    .columns.map((column) => row('customer', number, change)[column.as] ?? '')
    .join('|@|');

describe('quarantine', () => {
  it('lists rows with place and reason, numbers masked', async () => {
    const { items, total } = await list();
    expect(total).toBe(3);
    expect(items.map((item) => [item.row_number, item.field, item.code])).toEqual([
      [2, 'OPEN_DT', 'date'],
      [3, 'MOBILE', 'phone'],
      [4, 'SEX', 'code'],
    ]);
    expect(items.every((item) => !/\d{11}/.test(item.raw_masked))).toBe(true);
    expect((await list(analyst, { code: 'phone' })).total).toBe(1);
    expect((await list(analyst, { offset: 2 })).items).toHaveLength(1);
  });

  it('is not there for another legal entity', async () => {
    await expect(list(stranger)).rejects.toMatchObject({ code: 'not_found' });
    const [first] = (await list()).items;
    await expect(bank.intake.reveal(stranger, loaded.load, first!.id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(bank.intake.correct(stranger, loaded.load, first!.id, line(2))).rejects.toMatchObject({ code: 'not_found' });
  });

  it('reveals one line with its fields', async () => {
    const [first] = (await list()).items;
    const revealed = await bank.intake.reveal(analyst, loaded.load, first!.id);
    expect(revealed.raw_line).toContain(residentId(2));
    expect(revealed.fields?.find((field) => field.field === 'OPEN_DT')).toMatchObject({ value: '20261399', required: true, type: 'date' });
  });

  it('downloads all lines; spreadsheets find no formula', async () => {
    const parts: string[] = [];
    const requestId = 'c0ffee00-1234-4abc-8def-000000000000';
    for await (const part of bank.intake.quarantineCsv(analyst, loaded.load, { language: 'en', requestId })) parts.push(part);
    const lines = parts.join('').split('\r\n');
    expect(lines[0]).toMatch(/^\uFEFFfile,row,field,code,reason,state,raw line,Export number,/);
    expect(lines).toHaveLength(5);
    expect(lines[1]).toContain(',OPEN_DT,date,');
    expect(lines.slice(1, 4).filter((one) => !one.includes(',EC0FFEE0012,A001,'))).toEqual([]);
    expect(parts.join('')).not.toMatch(/(^|,)"?[=+@-]/m);
  });

  it('judges a correction on the spot and keeps only a valid one', async () => {
    const [first] = (await list()).items;
    expect(await bank.intake.correct(analyst, loaded.load, first!.id, line(2, { open_date: '20200230', sex: 'Q' }))).toMatchObject({
      valid: false,
      findings: [
        { field: 'SEX', code: 'code' },
        { field: 'OPEN_DT', code: 'date' },
      ],
    });
    expect(await bank.intake.correct(analyst, loaded.load, first!.id, line(2, { entity_id: '320799' }))).toMatchObject({
      valid: false,
      findings: [{ code: 'entity' }],
    });
    expect((await list(analyst, { state: 'open' })).total).toBe(3);
    expect(await bank.intake.correct(analyst, loaded.load, first!.id, line(2))).toMatchObject({ valid: true, findings: [] });
    expect((await list(analyst, { state: 'corrected' })).items).toMatchObject([{ id: first!.id, corrected_by: 'A001' }]);
    expect(await bank.query("select action, actor_id, subject_id from audit.entry where action = 'quarantine.correct'")).toEqual([
      { action: 'quarantine.correct', actor_id: 'A001', subject_id: first!.id },
    ]);
  });

  it('publishes corrected rows as of the day of their file, once', async () => {
    const [, second] = (await list()).items;
    await bank.intake.correct(analyst, loaded.load, second!.id, line(1)); // repeats a published key
    const reloaded = await bank.intake.runReload(analyst, loaded.load);
    expect(reloaded).toMatchObject({
      state: 'published',
      as_of: '2026-11-20',
      rows_in: 2,
      published: 1,
      merged: 1,
      quarantined: 0,
      persons: 3,
    });
    const manifest = await bank.lake.manifest('320723');
    const query = stateQuery(bank.lake, manifest!, 'customer', day);
    const rows = await bank.warehouse.session((session) =>
      session.rows<{ customer_no: string; file_row: bigint }>(`select customer_no, file_row from (${query}) order by 1`),
    );
    expect(rows).toEqual([
      { customer_no: '320600000001', file_row: 1n },
      { customer_no: '320600000002', file_row: 2n },
    ]);
    const [first] = (await list(analyst, { state: 'reloaded' })).items;
    await expect(bank.intake.correct(analyst, loaded.load, first!.id, line(2))).rejects.toMatchObject({ code: 'row_closed' });
    await expect(bank.intake.runReload(analyst, loaded.load)).rejects.toMatchObject({ code: 'nothing_corrected' });
    await expect(bank.intake.startReload(analyst, loaded.load)).rejects.toMatchObject({ code: 'nothing_corrected' });
  });

  it('keeps reloaded rows when the same files come again', async () => {
    expect(await bank.intake.runLoad(bank.delivery)).toMatchObject({ state: 'unchanged', persons: 3 });
  });
});

describe('loads from the console', () => {
  beforeAll(() => bank.startJobs());
  const ended = (id: string) =>
    vi.waitFor(
      async () => {
        const report = await bank.intake.load(analyst, id);
        expect(report.state).not.toMatch(/waiting|running/);
        return report;
      },
      { timeout: 20_000 },
    );
  it.each([
    ['../..', 'directory_outside'],
    ['/etc', 'directory_outside'],
    ['a/../../work', 'directory_outside'],
    ['nowhere', 'directory_missing'],
  ])('refuses the folder %s as %s', async (directory, code) => {
    await expect(bank.intake.startLoad(analyst, directory, undefined)).rejects.toMatchObject({ code });
  });

  it('runs a folder of the inbox and reports', async () => {
    deliver(`${bank.dataFolder}/inbox/today/in`, {
      source: 'name_list',
      date: '2026-11-20',
      rows: [row('name_list', 1), row('name_list', 2, { kind: 'purple' })],
    });
    expect(await bank.intake.inbox()).toMatchObject({ folders: [{ directory: 'today', files: 1 }] });
    const { id } = await bank.intake.startLoad(analyst, 'today', undefined);
    const report = await ended(id);
    expect(report).toMatchObject({
      state: 'published',
      directory: 'today',
      started_by: 'A001',
      rows_in: 2,
      published: 1,
      quarantined: 1,
      progress: { stage: 'done' },
    });
    expect(report.reasons).toMatchObject([{ code: 'code', rows: 1 }]);
    expect(report.file_reports).toMatchObject([{ source: 'name_list', state: 'published', refusal: null }]);
    expect((await bank.intake.loads(analyst, { limit: 1, offset: 0 })).items).toMatchObject([{ id }]);
  });

  it('says why a load could not begin', async () => {
    const { mkdirSync } = await import('node:fs');
    mkdirSync(`${bank.dataFolder}/inbox/empty`, { recursive: true });
    const { id } = await bank.intake.startLoad(analyst, 'empty', undefined);
    expect(await ended(id)).toMatchObject({
      state: 'failed',
      message: { en: expect.stringContaining('no file to load') },
    });
    await expect(bank.intake.load(stranger, 'L999')).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('sources', () => {
  it('show their contract, version and last day', async () => {
    const { items } = await bank.intake.sources(analyst);
    expect(items.find((source) => source.source === 'customer')).toMatchObject({
      version: 1,
      latest: '2026-11-20',
      encodings: ['GB18030'],
      modes: ['full', 'delta'],
      key: ['customer_no'],
    });
    expect(items.find((source) => source.source === 'visit')?.latest).toBeNull();
    expect((await bank.intake.sourceText(analyst, 'visit')).yaml).toContain('VIL_VISIT_');
  });
  it('by day: a day without a file has no cell', async () => {
    const { days, rows } = await bank.intake.matrix(analyst, { from: day, to: day });
    expect(days).toEqual([day]);
    expect(rows.find((each) => each.source === 'customer')?.cells).toMatchObject([{ day, state: 'published', files: 1 }]);
    expect(rows.find((each) => each.source === 'visit')?.cells).toEqual([]);
  });
});

it.each([
  ['320799198001010011', '320799********0011'],
  ['320799800101001', '320799*****1001'],
  ['13800001234', '138****1234'],
  ['6228000000000001', '62************01'],
  ['20261119', '20****19'],
  ['100.50', '100.50'],
])('masks %s as %s', (text, masked) => {
  expect(maskLine(`a|@|${text}|@|王`)).toBe(`a|@|${masked}|@|王`);
});
