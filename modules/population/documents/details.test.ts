import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, withOwner } from '#platform/postgres/index.ts';
import type { TestDatabase } from '#platform/postgres/index.ts';
import { partNames, readDetail } from './detail.ts';
import { publishDetails } from './details.ts';
import { refreshGridFigures } from '../publication/refresh.ts';
import type { RefreshDeps } from '../publication/refresh.ts';
import { openSampleBank, writeSampleDecisions } from '../sample/sample-bank.ts';
import type { SampleHouse } from '../sample/sample-bank.ts';
import { sampleBank } from '../sample/sample-county.ts';
import { entity, guiying, hao, liguo, personOf } from '../sample/sample-people.ts';

const folder = mkdtempSync(join(tmpdir(), 'qianmo-details-test-'));
let database: TestDatabase;
let house: SampleHouse;
let deps: RefreshDeps;
beforeAll(async () => {
  database = await createTestDatabase('population');
  house = await openSampleBank(database.db, folder, sampleBank);
  deps = { db: database.db, ...house, clock: { now: () => Temporal.Instant.from('2026-11-21T01:00:00Z') } };
  await publishDetails(deps, entity, house.manifest);
  await refreshGridFigures(deps, entity);
});
afterAll(async () => {
  house.warehouse.close();
  await database.drop();
  rmSync(folder, { recursive: true });
});

const rows = (sql: string) => withOwner(database.db, (tx) => tx.query(sql));
async function detailOf(personId: string) {
  const [row] = await rows(`select document from population.person_detail where person_id = '${personId}'`);
  return readDetail(String(row?.['document']));
}

describe('documents', () => {
  test('every part comes out of its source for someone', async () => {
    const all = await rows('select document from population.person_detail');
    const details = all.map((row) => readDetail(String(row['document'])));
    const empty = partNames.filter((part) => details.every((detail) => detail[part].length === 0));
    expect(empty).toEqual([]);
  });

  test.each([
    ['accounts', liguo, [{ type: 'demand', open_day: '2015-05-01', status: 'active', controlled: false, balance: 2_461_840 }]],
    ['vehicles', liguo, [{ value: 6_000_000 }]],
    ['property', liguo, [{ kind: 'village_house', grade: 'good', area: 120.5, value: 38_000_000, mortgaged: false, sealed: null }]],
    [
      'enterprises',
      guiying,
      [
        {
          name: '桂英超市',
          role: 'owner',
          kind: 'individual',
          status: 'open',
          industry: null,
          founded: '2019-01-01',
          share: 100,
          tax: 120_000,
          invoices: null,
        },
      ],
    ],
    ['consents', liguo, [{ purpose: 'pboc', from: '2026-05-01', to: '2027-05-01' }]],
    ['civil', liguo, [{ marital: 'married', allowance: false, capacity: 'full' }]],
    [
      'dpd',
      hao,
      [
        { month: 202609, dpd: 0, balance: 7_000_000 },
        { month: 202610, dpd: 12, balance: 6_200_000 },
      ],
    ],
    ['pay', hao, [{ month: 202610, salary: 486_000, subsidy: null }]],
    ['logins', liguo, [{ month: 202610, count: 14 }]],
    ['farm', guiying, []],
  ] as const)('%s', async (part, someone, expected) => {
    expect((await detailOf(personOf(someone)))[part]).toEqual(expected);
  });

  test('thirteen months of flows, oldest first', async () => {
    const { deposit } = await detailOf(personOf(liguo));
    expect(deposit.map((row) => row.month)).toEqual([
      202510, 202511, 202512, 202601, 202602, 202603, 202604, 202605, 202606, 202607, 202608, 202609, 202610,
    ]);
    expect(deposit[0]).toEqual({ month: 202510, average: 1_000_000, in: 500, out: 400 });
  });

  test('publishing again gives the same documents', async () => {
    const state = async () => {
      const all = await rows('select person_id, document from population.person_detail order by person_id');
      return all.map((row) => [row['person_id'], readDetail(String(row['document']))]);
    };
    const before = await state();
    expect(await publishDetails(deps, entity, house.manifest)).toBe(before.length);
    expect(await state()).toEqual(before);
  });

  test.each([
    ['not JSON', 'x'],
    ['a list', '[]'],
    ['a part in another shape', '{"loans":[["L1"]]}'],
    ['an amount that is text', '{"vehicles":[["100"]]}'],
  ])('a document of another shape is refused: %s', (_what, document) => {
    expect(() => readDetail(document)).toThrow();
  });

  test('parts nobody knows are passed over', () => {
    expect(readDetail('{"horoscope":[["leo"]]}')).toEqual(readDetail('{}'));
  });
});

describe('lists and figures', () => {
  test('making them again changes nothing', async () => {
    const tables = ['roster', 'household_roster', 'grid_figure'];
    const sums = () =>
      Promise.all(
        tables.map((table) => rows(`select md5(string_agg(t::text, '|' order by t::text)) as sum from population.${table} as t`)),
      );
    const before = await sums();
    expect(await refreshGridFigures(deps, entity)).toEqual({ persons: 68, households: 64, nodes: 10 });
    expect(await sums()).toEqual(before);
  });

  test('every level sums to the one above', async () => {
    const wrong = await rows(`
      select parent.grid_code from population.grid_figure as parent
      join population.grid_node as node on node.parent_code = parent.grid_code
      join population.grid_figure as child on child.grid_code = node.grid_code
      group by parent.grid_code, parent.people, parent.households, parent.deposit_fen, parent.limit_fen, parent.filed
      having (sum(child.people), sum(child.households), sum(child.deposit_fen), sum(child.limit_fen), sum(child.filed))
        is distinct from (parent.people, parent.households, parent.deposit_fen, parent.limit_fen, parent.filed)`);
    expect(wrong).toEqual([]);
  });

  test('a later screening takes the place of the earlier one', async () => {
    const version = '1.0.1+aaaaaaaaaaaa';
    const decision = {
      person_id: personOf(hao),
      segment: 'resident',
      outcome: 'approve',
      limit_fen: 2_000_000,
      rate_ppm: 60_000,
      score: 500,
    };
    await house.warehouse.session((session) =>
      writeSampleDecisions(session, house.lake, entity, {
        asOf: '2026-11-21',
        rows: [{ ...decision, reasons: [], strategy_version: version }],
      }),
    );
    await refreshGridFigures(deps, entity);
    expect(await rows("select person_id, limit_fen, reasons from population.roster where outcome = 'approve'")).toEqual([
      { person_id: personOf(hao), limit_fen: 2_000_000n, reasons: null },
    ]);
    expect(await rows('select strategy, strategy_version, decisions_as_of, as_of from population.reading')).toEqual([
      { strategy: 'retail', strategy_version: version, decisions_as_of: '2026-11-21', as_of: '2026-11-20' },
    ]);
  });

  test('an entity without a publication has nothing to refresh', async () => {
    expect(await refreshGridFigures(deps, '999999')).toBeNull();
  });
});
