import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSampleBank } from '#modules/population/sample/sample-bank.ts';
import type { Row, SampleHouse } from '#modules/population/sample/sample-bank.ts';
import { sampleBank } from '#modules/population/sample/sample-county.ts';
import { entity, liguo, personOf, sampleAsOf } from '#modules/population/sample/sample-people.ts';
import { customerNo } from '#modules/population/sample/sample-sources.ts';
import { createTestDatabase } from '#platform/postgres/index.ts';
import type { TestDatabase } from '#platform/postgres/index.ts';
import { ownAccounts } from '../apps/own-accounts.ts';

let folder = '';
let database: TestDatabase;
let house: SampleHouse;

const account = (number: string, more: Row = {}): Row => ({
  account_no: number,
  customer_no: customerNo(liguo),
  account_type: 'demand',
  open_date: '2015-05-01',
  status: 'active',
  control_flag: false,
  balance: 100,
  ...more,
});
const rows: readonly Row[] = [
  account('62303200000001'),
  account('62303200000002', { balance: 900, control_flag: null, close_date: '9999-12-31' }),
  account('62303200000003', { account_type: 'term' }),
  account('62303200000004', { status: 'frozen' }),
  account('62303200000005', { control_flag: true }),
  account('62303200000006', { close_date: '2026-01-01' }),
  account('62303200000007', { customer_no: 'somebody-else' }),
  account('X-62303200000008'),
];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'qianmo-accounts-'));
  database = await createTestDatabase();
  const sources = { ...sampleBank.sources, deposit_account: [{ date: sampleAsOf, rows }] };
  house = await openSampleBank(database.db, join(folder, entity), { ...sampleBank, sources });
});
afterAll(async () => {
  house.warehouse.close();
  await database.drop();
  rmSync(folder, { recursive: true });
});

test('own current accounts that are open and free, most money first, until another load', async () => {
  const accountsOf = ownAccounts({ db: database.db, ...house });
  const known = ['62303200000002', '62303200000001'];
  expect(await accountsOf(entity, personOf(liguo))).toEqual(known);
  expect(await accountsOf(entity, 'P0000000000000000')).toEqual([]);
  expect(await accountsOf('320799', personOf(liguo))).toEqual([]);
  await house.lake.writeManifest({ ...house.manifest, publication: 2, files: [] });
  expect(await accountsOf(entity, personOf(liguo))).toEqual([]);
});
