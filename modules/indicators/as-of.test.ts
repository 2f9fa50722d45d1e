import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCatalogue } from './catalogue.ts';
import { computeIndicators } from './compute.ts';
import type { Catalogue } from './indicator.ts';
import { writeSampleLake } from './sample-lake.ts';
import type { Row, SampleFile, SamplePerson } from './sample-lake.ts';
import { ahua, bai, sampleFiles, samplePersons } from './sample-people.ts';

let folder: string;
let catalogue: Catalogue;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qianmo-as-of-'));
  catalogue = await readCatalogue('banks/template');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Rows = Record<string, unknown>[];

async function computed(
  files: readonly SampleFile[],
  asOf: string,
  more: { persons?: readonly SamplePerson[]; aliases?: { person_id: string; canonical_person_id: string }[] } = {},
): Promise<Rows> {
  count += 1;
  const input = {
    dataFolder: join(folder, String(count)),
    entityId: '320723',
    sources: catalogue.sources,
    files,
    persons: more.persons ?? samplePersons,
  };
  const lake = await writeSampleLake(more.aliases ? { ...input, aliases: more.aliases } : input);
  return computeIndicators({ lake, catalogue, entityId: '320723', asOf, threads: 1 }, (session, { file }) =>
    session.rows(`select * from read_parquet('${file}')`),
  );
}
const valueOf = (rows: Rows, person: string, code: string): unknown => rows.find((row) => row['person_id'] === person)?.[code];

test('rows that came after the day never change a value as of the day', async () => {
  const day = '2026-06-30';
  const alone = await computed(sampleFiles.filter((file) => file.date <= day).concat(shiftedTo('2026-06-29')), day);
  await fc.assert(
    fc.asyncProperty(
      fc.subarray(
        sampleFiles.filter((file) => file.date > day),
        { minLength: 1 },
      ),
      fc.integer({ min: 1, max: 400 }),
      async (later, days) => {
        const moved = later.map((file) => ({ ...file, date: Temporal.PlainDate.from(day).add({ days }).toString() }));
        const files = [...sampleFiles.filter((file) => file.date <= day), ...shiftedTo('2026-06-29'), ...moved];
        expect(await computed(files, day)).toEqual(alone);
      },
    ),
    { numRuns: 6 },
  );
});

/** The state files of the sample as an earlier delivery, with half of the rows. */
function shiftedTo(date: string): SampleFile[] {
  return sampleFiles
    .filter((file) => file.date === '2026-11-19')
    .map((file) => ({ ...file, date, rows: file.rows.filter((_, index) => index % 2 === 0) }));
}

test('the same day twice gives the same rows', async () => {
  expect(await computed(sampleFiles, '2026-11-20')).toEqual(await computed(sampleFiles, '2026-11-20'));
});

describe('state as of a day', () => {
  const roll = sampleFiles.filter((file) => file.source === 'grid_roll').map((file) => ({ ...file, date: '2026-11-01' }));
  const customers = sampleFiles.filter((file) => file.source === 'customer').map((file) => ({ ...file, date: '2026-11-01' }));
  const account = (balance: number): Row => ({
    account_no: 'D1',
    customer_no: 'C1',
    account_type: 'demand',
    status: 'active',
    open_date: '2020-01-01',
    balance,
  });
  const files: SampleFile[] = [
    ...roll,
    ...customers,
    { source: 'deposit_account', date: '2026-11-10', rows: [account(100), { ...account(7), account_no: 'D2' }] },
    { source: 'deposit_account', date: '2026-11-12', mode: 'delta', rows: [account(200)] },
    { source: 'deposit_account', date: '2026-11-14', mode: 'delta', rows: [account(300)] },
    { source: 'deposit_account', date: '2026-11-16', rows: [account(400)] },
  ];

  test.each([
    { asOf: '2026-11-09', balance: null },
    { asOf: '2026-11-10', balance: 107n },
    { asOf: '2026-11-12', balance: 207n },
    { asOf: '2026-11-14', balance: 307n },
    { asOf: '2026-11-16', balance: 400n },
    { asOf: '2027-01-01', balance: 400n },
  ])('on $asOf the balance is $balance', async ({ asOf, balance }) => {
    expect(valueOf(await computed(files, asOf), ahua, 'DEP_BAL_CUR')).toEqual(balance);
  });

  test('a person whom no file names by the day is not there', async () => {
    expect((await computed(files, '2026-11-09')).map((row) => row['person_id'])).not.toContain('P00000000000000f');
    expect(await computed(files, '2026-10-01')).toEqual([]);
  });
});

describe('month files', () => {
  test('a missing month makes sums UNKNOWN and leaves means over the months there are', async () => {
    const files = sampleFiles.filter((file) => !(file.source === 'deposit_month' && file.date === '2026-09-30'));
    const rows = await computed(files, '2026-11-20');
    expect(valueOf(rows, ahua, 'DEP_IN_AMT_6M')).toBeNull();
    expect(valueOf(rows, bai, 'DEP_IN_AMT_6M')).toBeNull();
    expect(valueOf(rows, ahua, 'DEP_AVG_3M')).toBe(800_000n); // (200000·31 + 1400000·31) ÷ 62
    expect(valueOf(rows, bai, 'DEP_AVG_3M')).toBe(0n);
  });

  test('values two months old are not passed off as current', async () => {
    const rows = await computed(sampleFiles, '2027-01-05');
    expect(valueOf(rows, ahua, 'DEP_AVG_3M')).toBeNull();
    expect(valueOf(rows, ahua, 'PAY_FLAG')).toBeNull();
  });
});

test('what was known of a merged person’s old id belongs to the one that stays', async () => {
  const old = 'P0000000000000ff';
  const files = sampleFiles.map((file) =>
    file.source === 'vehicle' ? { ...file, rows: [...file.rows, { person_id: old, vehicle_no: 'K9', value: 1_000 }] } : file,
  );
  const rows = await computed(files, '2026-11-20', { aliases: [{ person_id: old, canonical_person_id: ahua }] });
  expect(valueOf(rows, ahua, 'CAR_VALUE')).toBe(7_501_000n);
  expect(rows.map((row) => row['person_id'])).not.toContain(old);
});

test('the median of the village and trade needs five known incomes', async () => {
  const village = '320723001009';
  const person = (index: number): string => `P00000000000001${index}`;
  const persons = Array.from({ length: 6 }, (_, index) => ({
    person_id: person(index),
    household_id: `H${village}-00${index}`,
    grid_code: `${village}01`,
    member_no: 1,
    id_no: `32079919800101${index}01${index}`,
  }));
  const filesOf = (incomes: number): SampleFile[] => [
    {
      source: 'grid_roll',
      date: '2026-11-19',
      rows: persons.map((each, index) => ({
        person_id: each.person_id,
        id_no: each.id_no,
        village_code: village,
        group_no: '01',
        household_no: `00${index}`,
        member_no: 1,
        trade: index === 5 ? 'shop' : 'farm',
        roll_date: '2026-11-19',
      })),
    },
    {
      source: 'farmer',
      date: '2026-11-19',
      rows: persons.slice(0, incomes).map((_, index) => ({
        village_code: village,
        household_no: `00${index}`,
        income_net: (index + 1) * 1_000_000,
        labour_count: 1,
        survey_date: '2026-05-01',
      })),
    },
  ];
  const sourcesLoaded = sampleFiles
    .filter((file) => ['customer', 'payroll', 'social_security', 'qr_month'].includes(file.source))
    .map((file) => ({ ...file, rows: [] }));
  const five = await computed([...filesOf(5), ...sourcesLoaded], '2026-11-20', { persons });
  expect(valueOf(five, person(0), 'GRD_PEER_INC_P50')).toBe(3_000_000n);
  expect(valueOf(five, person(5), 'GRD_PEER_INC_P50')).toBeNull();
  const four = await computed([...filesOf(4), ...sourcesLoaded], '2026-11-20', { persons });
  expect(valueOf(four, person(0), 'GRD_PEER_INC_P50')).toBeNull();
});
