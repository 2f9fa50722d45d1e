import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  openLake,
  openWarehouse,
  stateFiles,
  stateQuery,
  sweepLake,
  writeParquet,
  type LakeFile,
  type Manifest,
  type Warehouse,
} from './index.ts';

const root = mkdtempSync(join(tmpdir(), 'qianmo-lake-'));
const lake = openLake(root);
let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse({ memoryLimit: '300MB', tempFolder: join(root, 'temp') });
});
afterAll(() => {
  warehouse.close();
  rmSync(root, { recursive: true });
});

const file = (source: string, date: string, mode: 'full' | 'delta', part = '001'): LakeFile => ({
  source,
  date,
  mode,
  part,
  path: `typed/${source}/date=${date}/${mode}-${part}.parquet`,
  rows: 0,
  md5: '',
  file: '',
});
const manifest = (files: LakeFile[]): Manifest => ({
  entity_id: '320723',
  publication: 1,
  as_of: '2026-11-20',
  sources: {
    account: { key: ['no'], period: 'state', replaces: 'source' },
    roll: { key: ['no'], period: 'state', replaces: 'part' },
    months: { key: ['no'], period: 'month', replaces: 'source' },
  },
  files,
  resolved: {},
});
const names = (files: LakeFile[]) => files.map((each) => `${each.date.slice(8)}${each.mode[0]}${each.part}`);

describe('which files make up a state', () => {
  const account = [
    file('account', '2026-11-17', 'delta'),
    file('account', '2026-11-18', 'full'),
    file('account', '2026-11-18', 'full', '002'),
    file('account', '2026-11-19', 'delta'),
    file('account', '2026-11-20', 'full'),
    file('account', '2026-11-21', 'delta'),
  ];
  it.each([
    ['2026-11-16', [], []],
    ['2026-11-17', [], ['17d001']],
    ['2026-11-18', ['18f001', '18f002'], []],
    ['2026-11-19', ['18f001', '18f002'], ['19d001']],
    ['2026-11-20', ['20f001'], []],
    ['2026-11-22', ['20f001'], ['21d001']],
  ])('at the end of %s', (day, full, deltas) => {
    const state = stateFiles(manifest(account), 'account', day);
    expect([names(state.full), names(state.deltas)]).toEqual([full, deltas]);
  });
  it('one township’s roll replaces its own, corrections with it', () => {
    const rolls = [
      file('roll', '2026-11-18', 'full', '103'),
      file('roll', '2026-11-18', 'full', '102'),
      file('roll', '2026-11-18', 'full', '102+7'),
      file('roll', '2026-11-19', 'full', '103'),
    ];
    expect(names(stateFiles(manifest(rolls), 'roll', '2026-11-20').full)).toEqual(['18f102', '18f102+7', '19f103']);
  });
  it('months stand side by side', () => {
    const months = [file('months', '2026-09-30', 'full'), file('months', '2026-10-31', 'full')];
    expect(stateFiles(manifest(months), 'months', '2026-10-31').full).toHaveLength(2);
    expect(stateFiles(manifest(months), 'months', '2026-10-30').full).toHaveLength(1);
  });
  it('a source that never came has no state', () => {
    expect(stateQuery(lake, manifest([]), 'account', '2026-11-20')).toBeNull();
  });
});

it('the state is what replaying the files row by row gives', async () => {
  const change = fc.record({ no: fc.integer({ min: 1, max: 8 }), value: fc.integer({ min: 0, max: 99 }) });
  const days = fc.array(
    fc.record({
      mode: fc.constantFrom<'full' | 'delta'>('full', 'delta'),
      rows: fc.uniqueArray(change, { maxLength: 6, selector: (row) => row.no }),
    }),
    { minLength: 1, maxLength: 6 },
  );
  await fc.assert(
    fc.asyncProperty(days, async (given) => {
      const files = given.map(({ mode }, index) => file('account', `2026-11-0${index + 1}`, mode));
      const replayed = new Map<number, number>();
      await warehouse.session(async (session) => {
        for (const [index, { mode, rows }] of given.entries()) {
          const values = rows.map((row, at) => `(${row.no}, ${row.value}, ${at + 1}::bigint)`).join(', ');
          const query =
            rows.length === 0
              ? 'select 0 as no, 0 as value, 0::bigint as file_row where false'
              : `select * from (values ${values}) t(no, value, file_row)`;
          await writeParquet(session, query, lake.path('320723', files[index]?.path ?? ''));
          if (mode === 'full') replayed.clear();
          for (const row of rows) replayed.set(row.no, row.value);
        }
        const state = stateQuery(lake, manifest(files), 'account', '2026-11-30');
        const found = await session.rows<{ no: number; value: number }>(`select no, value from (${state}) order by no`);
        expect(found.map((row) => [row.no, row.value])).toEqual([...replayed].toSorted((a, b) => a[0] - b[0]));
      });
    }),
    // Files are written anew under the same names, some within a tick of the clock: that a cache took them for the old ones showed after forty to a hundred.
    { numRuns: 160, seed: 7 },
  );
});

describe('files of the lake', () => {
  it('appear whole or not at all', async () => {
    const target = join(root, 'whole', 'a.parquet');
    await expect(warehouse.session((session) => writeParquet(session, "select error('no')", target))).rejects.toThrow(/no/);
    expect(readdirSync(dirname(target))).toEqual([]);
    expect(await warehouse.session((session) => writeParquet(session, 'select unnest(range(3)) as n', target))).toBe(3);
    expect(readdirSync(dirname(target))).toEqual(['a.parquet']);
  });
  it('go when no manifest names them', async () => {
    const kept = file('account', '2026-12-01', 'full');
    const dropped = file('account', '2026-12-02', 'full');
    for (const { path } of [kept, dropped]) {
      mkdirSync(dirname(lake.path('320799', path)), { recursive: true });
      writeFileSync(lake.path('320799', path), '');
    }
    expect(await sweepLake(lake, '320799', [{ ...manifest([kept]), entity_id: '320799' }, null])).toBe(1);
    expect(existsSync(lake.path('320799', kept.path))).toBe(true);
    expect(existsSync(dirname(lake.path('320799', dropped.path)))).toBe(false);
  });
  it('the manifest comes back as it was written; folders cannot leave the lake', async () => {
    await lake.writeManifest(manifest([]));
    expect(await lake.manifest('320723')).toEqual(manifest([]));
    expect(await lake.entities()).toEqual(['320723']);
    expect(await lake.manifest('999')).toBeNull();
    expect(() => lake.folder('../x')).toThrow(RangeError);
  });
});
