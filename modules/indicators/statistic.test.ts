import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWarehouse, writeParquet } from '#platform/warehouse/index.ts';
import type { Warehouse } from '#platform/warehouse/index.ts';
import { readCatalogue } from './catalogue.ts';
import type { Catalogue } from './indicator.ts';
import { driftOf, statisticsOf } from './statistic.ts';
import type { Shape, Statistic } from './statistic.ts';

let folder: string;
let warehouse: Warehouse;
let catalogue: Catalogue;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qianmo-statistic-'));
  warehouse = await openWarehouse({ threads: 1, tempFolder: folder });
  catalogue = await readCatalogue('banks/template');
});
afterAll(async () => {
  warehouse.close();
  await rm(folder, { recursive: true, force: true });
});

async function statistic(code: string, values: string, before?: Shape): Promise<Statistic> {
  count += 1;
  const file = join(folder, `${count}.parquet`);
  const indicators = catalogue.indicators.filter((indicator) => indicator.definition.code === code);
  const earlier = new Map(before ? [[code, before]] : []);
  return warehouse.session(async (session) => {
    await writeParquet(session, `select v as "${code}" from (values ${values}) t(v)`, file);
    const [found] = await statisticsOf(session, file, indicators, earlier);
    if (!found) throw new Error(`no statistic of ${code}`);
    return found;
  });
}

const tenths = '(10::BIGINT), (20), (30), (40), (50), (60), (70), (80), (90), (100), (NULL), (NULL)';

test('numbers: exact quantiles, and bars that hold every known value once', async () => {
  const found = await statistic('DEP_BAL_CUR', tenths);
  expect(found).toMatchObject({ known: 10, distinct_count: 10, middle: 50, drift_psi: null });
  expect(found.shape).toMatchObject({ persons: 12, min: 10, max: 100, mean: 55, quantiles: [10, 10, 10, 30, 50, 80, 90, 100, 100] });
  expect(found.shape.bars.map(({ from, to, count: bars }) => [from, to, bars])).toEqual([
    [null, 10, 0],
    [10, 20, 1],
    [20, 30, 1],
    [30, 40, 1],
    [40, 50, 1],
    [50, 60, 1],
    [60, 70, 1],
    [70, 80, 1],
    [80, 90, 1],
    [90, null, 2],
  ]);
});

test('a value that most have does not make empty bars', async () => {
  const found = await statistic('LN_CNT_ACT', '(0::BIGINT), (0), (0), (0), (0), (0), (0), (0), (0), (3)');
  expect(found.shape.bars).toEqual([
    { from: null, to: 0, value: null, count: 0, before: null },
    { from: 0, to: null, value: null, count: 10, before: null },
  ]);
});

test('dates stand as days', async () => {
  const found = await statistic('ID_EXPIRY', "(DATE '2026-01-01'), (DATE '2026-01-01'), (NULL)");
  expect(found).toMatchObject({ known: 2, middle: null });
  expect(found.shape.bars.at(-1)).toEqual({ from: '2026-01-01', to: null, value: null, count: 2, before: null });
});

test('flags show the share of true, codes the most frequent first', async () => {
  expect(await statistic('BL_HIT', '(true), (false), (false), (false), (NULL)')).toMatchObject({
    known: 4,
    middle: 0.25,
    distinct_count: 2,
  });
  const codes = await statistic('TRADE', "('farm'), ('wage'), ('wage'), (NULL)");
  expect(codes.shape.bars.map(({ value, count: people }) => [value, people])).toEqual([
    ['wage', 2],
    ['farm', 1],
  ]);
});

test('nobody known', async () => {
  expect(await statistic('DEP_BAL_CUR', '(NULL::BIGINT), (NULL)')).toMatchObject({
    known: 0,
    distinct_count: 0,
    middle: null,
    drift_psi: null,
    shape: { persons: 2, min: null, quantiles: null, bars: [] },
  });
});

describe('drift', () => {
  test('uses the bars of the run before; the same values have none', async () => {
    const before = await statistic('DEP_BAL_CUR', tenths);
    const again = await statistic('DEP_BAL_CUR', tenths, before.shape);
    expect(again.drift_psi).toBe(0);
    expect(again.shape.bars.map((bar) => bar.before)).toEqual(before.shape.bars.map((bar) => bar.count));
    const moved = await statistic('DEP_BAL_CUR', '(1000::BIGINT), (1000), (1000), (10)', before.shape);
    expect(moved.drift_psi).toBeGreaterThan(0.25);
    expect(moved.shape.bars.map((bar) => [bar.from, bar.to])).toEqual(before.shape.bars.map((bar) => [bar.from, bar.to]));
  });

  test('a code that came or went moves it', async () => {
    const before = await statistic('TRADE', "('farm'), ('farm'), ('wage')");
    const after = await statistic('TRADE', "('shop'), ('farm'), ('farm')", before.shape);
    expect(after.shape.bars).toEqual([
      { from: null, to: null, value: 'farm', count: 2, before: 2 },
      { from: null, to: null, value: 'shop', count: 1, before: 0 },
      { from: null, to: null, value: null, count: 0, before: 1 },
    ]);
    expect(after.drift_psi).toBeGreaterThan(0.25);
  });

  test.each([
    // (0.6−0.5)·ln(0.6÷0.5) + (0.4−0.5)·ln(0.4÷0.5)
    { now: [6, 4], before: [5, 5], psi: 0.040547 },
    { now: [5, 5], before: [5, 5], psi: 0 },
    { now: [0, 0], before: [5, 5], psi: null },
    { now: [5, 5], before: [0, 0], psi: null },
  ])('of $now against $before is $psi', ({ now, before, psi }) => {
    const bars = now.map((people, index) => ({ from: null, to: null, value: String(index), count: people, before: before[index] ?? 0 }));
    expect(driftOf(bars)).toBe(psi);
  });
});
