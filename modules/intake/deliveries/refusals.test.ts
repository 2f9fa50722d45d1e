import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileRefusals, type FileRefusalCode } from '../reasons.ts';
import { deliver, openSampleBank, row, write, type SampleBank } from './sample-delivery.ts';

let bank: SampleBank;
const day = '2026-11-19';
const other = row('customer', 7, { entity_id: '320799' });
beforeAll(async () => {
  bank = await openSampleBank(['320723', '320799']);
  deliver(bank.delivery, { source: 'name_list', date: '2026-11-18', rows: [row('name_list', 1)] });
  deliver(bank.delivery, { source: 'customer', date: '2026-11-17', rows: [other] });
  await bank.intake.runLoad(bank.delivery, { asOf: '2026-11-20' });
});
afterAll(() => bank.close());

describe('files that are refused', () => {
  const sound = { source: 'customer', date: day, rows: [row('customer', 1)] };
  const utf8 = { rows: 1, date: day, encoding: 'UTF-8' };
  const cases: Record<FileRefusalCode, () => string> = {
    unknown_file: () => (write(bank.delivery, 'notes.txt', Buffer.from('x\n'), utf8), 'notes.txt'),
    ambiguous_file: () => 'VIL_VISIT_20261119_F.csv',
    mode: () => 'ODS_CBS_DEPMONTH_20261119_I_001.dat',
    file_date: () => (write(bank.delivery, 'VIL_VISIT_20261331_F.csv', Buffer.from('x\n'), utf8), 'VIL_VISIT_20261331_F.csv'),
    future_file: () => deliver(bank.delivery, { ...sound, date: '2026-12-01' }),
    control_missing: () => deliver(bank.delivery, { ...sound, control: null }),
    control_format: () => deliver(bank.delivery, { ...sound, control: { rows: 'many' } }),
    control_name: () => deliver(bank.delivery, { ...sound, control: { file: 'other.dat' } }),
    control_rows: () => deliver(bank.delivery, { ...sound, control: { rows: '2' } }),
    control_bytes: () => deliver(bank.delivery, { ...sound, control: { bytes: '2' } }),
    control_date: () => deliver(bank.delivery, { ...sound, control: { date: '2026-11-18' } }),
    control_encoding: () => deliver(bank.delivery, { ...sound, control: { encoding: 'UTF-8' } }),
    control_md5: () => deliver(bank.delivery, { ...sound, control: { md5: '0'.repeat(32) } }),
    wrong_encoding: () => deliver(bank.delivery, { ...sound, rows: [1, 2, 3].map((n) => row('customer', n)), encoding: 'UTF-8' }),
    header: () => (write(bank.delivery, 'VIL_VISIT_20261119_F.csv', Buffer.from('A,B\nx,y\n'), utf8), 'VIL_VISIT_20261119_F.csv'),
    workbook: () => (
      write(bank.delivery, 'GRID_ROLL_320723103_20261119_F.xlsx', Buffer.from('no workbook'), utf8),
      'GRID_ROLL_320723103_20261119_F.xlsx'
    ),
    line_length: () => (
      write(bank.delivery, 'ODS_AGT_PAY_20261119_F_001.dat', Buffer.alloc(3 << 20, 'x'), { rows: 1, date: day, encoding: 'GB18030' }),
      'ODS_AGT_PAY_20261119_F_001.dat'
    ),
    other_entity: () => deliver(bank.delivery, { ...sound, rows: [row('customer', 1), other] }),
    mixed_entities: () => deliver(bank.delivery, { ...sound, date: '2026-11-17', rows: [row('customer', 1), other] }),
    entity_unknown: () => {
      deliver(bank.delivery, { ...sound, rows: [other] });
      return deliver(bank.delivery, { source: 'deposit_account', date: day, rows: [] });
    },
    duplicate_file: () => {
      write(bank.delivery, 'GRID_ROLL_320723103_20261119_F.xlsx', Buffer.from('x'), { ...utf8, encoding: 'xlsx' });
      return deliver(bank.delivery, { source: 'grid_roll', date: day, rows: [row('grid_roll', 1)] });
    },
  };
  /** A contract of the bank's own that clashes with the template's, and one that takes full files only. */
  const install = async () => {
    const [visit] = await bank.query<{ yaml: string }>("select yaml from intake.contract where source = 'visit'");
    const [month] = await bank.query<{ yaml: string }>("select yaml from intake.contract where source = 'deposit_month'");
    const now = '2026-11-21T00:00:00Z';
    await bank.query('insert into intake.contract (source, version, yaml, published_at) values ($1, 1, $2, $3) on conflict do nothing', [
      'visit_copy',
      visit?.yaml.replace('source: visit', 'source: visit_copy'),
      now,
    ]);
    await bank.query('insert into intake.contract (source, version, yaml, published_at) values ($1, 2, $2, $3) on conflict do nothing', [
      'deposit_month',
      month?.yaml.replace('_F_{seq}', '_{mode}_{seq}'),
      now,
    ]);
  };

  it.each(Object.keys(fileRefusals) as FileRefusalCode[])('%s: with its reason, and the others go on', async (code) => {
    rmSync(bank.delivery, { recursive: true });
    const good = deliver(bank.delivery, { source: 'name_list', date: '2026-11-18', rows: [row('name_list', 1)] });
    const name = cases[code]();
    if (code === 'ambiguous_file' || code === 'mode') {
      await install();
      write(bank.delivery, name, Buffer.from('x\n'), utf8);
    }
    const entities = code === 'other_entity' ? ['320723'] : [];
    const loaded = await bank.intake.runLoad(bank.delivery, { asOf: '2026-11-20', entities });
    await bank.query("delete from intake.contract where source = 'visit_copy' or version = 2");
    const file = loaded.files.find((each) => each.file === name);
    expect([file?.state, file?.refusal?.code]).toEqual(['refused', code]);
    expect(loaded.files.find((each) => each.file === good)?.state).toBe('unchanged');
  });
});
