import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWarehouse } from '#platform/warehouse/index.ts';
import type { Warehouse } from '#platform/warehouse/index.ts';
import { readCatalogue } from './catalogue.ts';
import { computeIndicators } from './compute.ts';
import { parseExpression } from './expression.ts';
import type { Catalogue } from './indicator.ts';
import { writeSampleLake } from './sample-lake.ts';
import type { Row, SampleFile } from './sample-lake.ts';
import { ahua, bai, chen, ding, er, sampleFiles, samplePersons } from './sample-people.ts';
import { translate } from './translate.ts';

let folder: string;
let catalogue: Catalogue;
let warehouse: Warehouse;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qianmo-distance-'));
  catalogue = await readCatalogue('banks/template');
  warehouse = await openWarehouse({ threads: 1, tempFolder: join(folder, 'temp') });
});
afterAll(async () => {
  warehouse.close();
  await rm(folder, { recursive: true, force: true });
});

/** Two places: longitude and latitude of each. */
type Leg = readonly [east1: number | null, north1: number | null, east2: number | null, north2: number | null];

const names = ['east1', 'north1', 'east2', 'north2'];

/** What the catalogue's function gives for each leg. */
async function kilometres(legs: readonly Leg[]): Promise<(number | null)[]> {
  const { sql } = translate(parseExpression(`great_circle_km(${names.join(', ')})`), {
    asOf: '2026-11-20',
    name: (name) => ({ sql: name, type: 'decimal', values: null }),
    call: () => null,
  });
  const values = legs.map((leg, index) => `(${index}, ${leg.map((degree) => `CAST(${degree ?? 'NULL'} AS DOUBLE)`).join(', ')})`);
  const query = `SELECT ${sql} AS km FROM (VALUES ${values.join(', ')}) leg(place, ${names.join(', ')}) ORDER BY place`;
  return warehouse.session(async (session) => (await session.rows<{ km: number | null }>(query)).map((row) => row.km));
}

/** The angle between the places' directions from the centre of the Earth, by another way than haversines. */
function checkedKm([east1, north1, east2, north2]: readonly [number, number, number, number]): number {
  const direction = (east: number, north: number): [number, number, number] => {
    const [e, n] = [(east * Math.PI) / 180, (north * Math.PI) / 180];
    return [Math.cos(n) * Math.cos(e), Math.cos(n) * Math.sin(e), Math.sin(n)];
  };
  const [[x1, y1, z1], [x2, y2, z2]] = [direction(east1, north1), direction(east2, north2)];
  const across = Math.hypot(y1 * z2 - z1 * y2, z1 * x2 - x1 * z2, x1 * y2 - y1 * x2);
  return 6371.0088 * Math.atan2(across, x1 * x2 + y1 * y2 + z1 * z2);
}

describe('great_circle_km', () => {
  test.each<{ name: string; leg: Leg; km: number | null }>([
    { name: 'a place and itself', leg: [119.25, 34.3, 119.25, 34.3], km: 0 },
    { name: 'a tenth of a degree north: 111.1951 ÷ 10', leg: [119, 34, 119, 34.1], km: 11.1 },
    { name: 'a tenth of a degree east at 34°: 111.1951 ÷ 10 × cos 34° = 9.2185', leg: [119, 34, 119.1, 34], km: 9.2 },
    { name: 'the same two the other way round', leg: [119.1, 34, 119, 34], km: 9.2 },
    { name: 'a quarter of the equator: 6371.0088 × π ÷ 2', leg: [0, 0, 90, 0], km: 10_007.6 },
    { name: 'the other side of the Earth: 6371.0088 × π', leg: [-61, -34, 119, 34], km: 20_015.1 },
    { name: 'a place without a longitude', leg: [null, 34, 119, 34], km: null },
    { name: 'a place without a latitude', leg: [119, 34, 119, null], km: null },
  ])('$name is $km km', async ({ leg, km }) => {
    expect(await kilometres([leg])).toEqual([km]);
  });

  test('is what the angle between two directions gives, to the nearest 100 m', async () => {
    const leg = fc.tuple(
      fc.double({ min: 73, max: 136, noNaN: true }),
      fc.double({ min: 3, max: 54, noNaN: true }),
      fc.double({ min: 73, max: 136, noNaN: true }),
      fc.double({ min: 3, max: 54, noNaN: true }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(leg, { minLength: 1, maxLength: 60 }), async (legs) => {
        const found = await kilometres(legs);
        for (const [index, each] of legs.entries()) expect(Math.abs((found[index] ?? NaN) - checkedKm(each))).toBeLessThan(0.05 + 1e-6);
      }),
      { numRuns: 20 },
    );
  });
});

describe('the distance to the nearest outlet', () => {
  const day = '2026-11-20';
  const roll = sampleFiles.filter((file) => file.source === 'grid_roll');
  const village = (row: Row): Row => ({ village_code: '320723001001', village_longitude: 119, village_latitude: 34, ...row });
  /** `north` tenths of a degree north of the village: 11.1, 22.2 and 33.4 km. */
  const outlet = (north: number, row: Row = {}): Row => ({
    outlet_code: `O${north}`,
    kind: 'branch',
    outlet_longitude: 119,
    outlet_latitude: 34 + north / 10,
    opened_date: '2001-01-01',
    ...row,
  });
  const unplaced = { outlet_longitude: null, outlet_latitude: null };
  const file = (source: string, rows: readonly Row[], date = '2026-11-19'): SampleFile => ({ source, date, rows });
  const both = (outlets: readonly Row[], villages: readonly Row[] = [village({})]): SampleFile[] => [
    file('village', villages),
    file('outlet', outlets),
  ];

  async function distances(files: readonly SampleFile[], asOf: string): Promise<Map<string, unknown>> {
    count += 1;
    const dataFolder = join(folder, String(count));
    const lake = await writeSampleLake({ dataFolder, entityId: '320723', sources: catalogue.sources, files, persons: samplePersons });
    return computeIndicators({ lake, catalogue, entityId: '320723', asOf, threads: 1 }, async (session, computed) => {
      const rows = await session.rows(`select * from read_parquet('${computed.file}')`);
      return new Map(rows.map((row) => [String(row['person_id']), row['GRD_DIST_BR']]));
    });
  }

  test.each<{ name: string; files: SampleFile[]; asOf?: string; km: number | null }>([
    { name: 'the nearest of several', files: both([outlet(3), outlet(1), outlet(2)]), km: 11.1 },
    { name: 'one that opens today', files: both([outlet(2), outlet(1, { opened_date: day })]), km: 11.1 },
    { name: 'not one that opens tomorrow', files: both([outlet(2), outlet(1, { opened_date: '2026-11-21' })]), km: 22.2 },
    { name: 'that one, tomorrow', files: both([outlet(2), outlet(1, { opened_date: '2026-11-21' })]), asOf: '2026-11-21', km: 11.1 },
    { name: 'one on its last day', files: both([outlet(2), outlet(1, { closed_date: '2026-11-21' })]), km: 11.1 },
    { name: 'not one closed since today', files: both([outlet(2), outlet(1, { closed_date: day })]), km: 22.2 },
    { name: 'one whose closing is open', files: both([outlet(2), outlet(1, { closed_date: '9999-12-31' })]), km: 11.1 },
    { name: 'not one without coordinates', files: both([outlet(1, unplaced), outlet(3)]), km: 33.4 },
    { name: 'UNKNOWN when no outlet has coordinates', files: both([outlet(1, unplaced), outlet(2, { outlet_latitude: null })]), km: null },
    { name: 'UNKNOWN when every outlet has closed', files: both([outlet(1, { closed_date: '2020-01-01' })]), km: null },
    { name: 'UNKNOWN when the bank lists no outlet', files: both([]), km: null },
    {
      name: 'UNKNOWN when the village has no coordinates',
      files: both([outlet(1)], [village({ village_longitude: null, village_latitude: null })]),
      km: null,
    },
    { name: 'UNKNOWN when the village is not listed', files: both([outlet(1)], [village({ village_code: '320723001002' })]), km: null },
    { name: 'UNKNOWN without the file of villages', files: [file('outlet', [outlet(1)])], km: null },
    { name: 'UNKNOWN without the file of outlets', files: [file('village', [village({})])], km: null },
    { name: 'UNKNOWN while the file of outlets has not come', files: both([outlet(1)]), asOf: '2026-11-18', km: null },
    {
      name: 'as the file of the day says, not a later one',
      files: [...both([outlet(2)]), file('outlet', [outlet(1)], '2026-12-01')],
      asOf: '2026-11-30',
      km: 22.2,
    },
    {
      name: 'as the newest file by the day says',
      files: [...both([outlet(2)]), file('outlet', [outlet(1)], '2026-12-01')],
      asOf: '2026-12-01',
      km: 11.1,
    },
  ])('is that of $name', async ({ files, asOf = day, km }) => {
    const rolls = roll.map((each) => ({ ...each, date: '2026-11-01' }));
    const found = await distances([...rolls, ...files], asOf);
    expect([ahua, bai, ding, er].map((person) => found.get(person))).toEqual([km, km, km, km]);
  });

  test('is UNKNOWN for who stands on no roll, and for everybody without one', async () => {
    const customers = sampleFiles.filter((each) => each.source === 'customer');
    const rolled = await distances([...roll, ...customers, ...both([outlet(1)])], day);
    expect([rolled.get(ahua), rolled.get(chen)]).toEqual([11.1, null]);
    const without = await distances([...customers, ...both([outlet(1)])], day);
    expect([without.get(ahua), without.get(chen)]).toEqual([null, null]);
  });
});
