import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, withSession } from '#platform/postgres/index.ts';
import type { Session, TestDatabase } from '#platform/postgres/index.ts';
import { readCatalogue } from './catalogue.ts';
import { indicatorList, indicatorPage, permissions, personIndicators, tagList } from './contract.ts';
import { createIndicators } from './index.ts';
import type { ComputeReport, Indicators } from './index.ts';
import { ahua, bai, chen, er, sampleDay, sampleFiles, samplePersons } from './sample-people.ts';
import { writeSampleLake } from './sample-lake.ts';

const entityId = '320723';
const session = (scopes: string[], entity = entityId): Session => ({ entityId: entity, actorId: 'S1', roles: [], scopes });
const county = session(['320723']);
const village = session(['320723001001']);
const nextVillage = session(['320723001002']);

let folder: string;
let database: TestDatabase;
let indicators: Indicators;
let report: ComputeReport;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qianmo-indicators-'));
  database = await createTestDatabase();
  const { sources } = await readCatalogue('banks/template');
  const lake = await writeSampleLake({ dataFolder: folder, entityId, sources, files: sampleFiles, persons: samplePersons });
  indicators = createIndicators({ db: database.db, lake, clock: { now: () => Temporal.Instant.from('2026-11-20T12:00:00Z') } });
  await indicators.compute(entityId, '2026-10-31');
  report = await indicators.compute(entityId, sampleDay);
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

test('a run says what it did', () => {
  expect(report).toMatchObject({ entity_id: entityId, as_of: sampleDay, persons: 5, indicators: 168, online: true });
  expect(report.sources).toContain('deposit_month');
});

describe('values online', () => {
  test('come back as they were computed, UNKNOWN with its meaning', async () => {
    const page = personIndicators.parse(await indicators.personPage(county, ahua, { restricted: true }));
    const value = (code: string) => page.items.find((item) => item.code === code);
    expect(page.as_of).toBe(sampleDay);
    expect(page.items).toHaveLength(168);
    expect(value('DEP_AVG_3M')).toMatchObject({ value: '636957', null_meaning: null });
    expect(value('LN_UTIL')).toMatchObject({ value: 0.6 });
    expect(value('LN_CNT_ACT')).toMatchObject({ value: 2 });
    expect(value('EMPLOYEE')).toMatchObject({ value: false });
    expect(value('LN_CLASS5')).toMatchObject({ value: 'special_mention', label: { zh: '关注', en: 'Special mention' } });
    expect(value('CR_REPORT_DT')).toMatchObject({ value: '2026-11-01' });
    expect(value('GRD_DIST_BR')).toMatchObject({ value: 11.1, null_meaning: null });
    expect(value('GRD_PEER_INC_P50')).toMatchObject({
      value: null,
      null_meaning: { zh: '本人行业未知、不在名册，或同村同业收入已知者不足 5 人时未知。' },
    });
  });

  test('restricted ones are withheld from who may not see them, which is not UNKNOWN', async () => {
    const page = await indicators.personPage(county, er, { restricted: false });
    expect(page.items.find((item) => item.code === 'BL_HIT')).toMatchObject({ value: null, withheld: true, null_meaning: null });
    expect(page.items.find((item) => item.code === 'LN_BAL_CUR')).toMatchObject({ value: '1000000', withheld: false });
    expect(page.tags.map((tag) => tag.tag)).not.toContain('thin_credit');
  });

  test.each([
    { name: 'the county', reader: county, sees: [true, true, true] },
    { name: 'the village', reader: village, sees: [true, true, false] },
    { name: 'the next village', reader: nextVillage, sees: [false, false, false] },
    { name: 'another legal entity', reader: session(['320723'], '320724'), sees: [false, false, false] },
    { name: 'nobody', reader: session([]), sees: [false, false, false] },
  ])('$name sees its own people only', async ({ reader, sees }) => {
    const found = await Promise.all([ahua, er, chen].map((person) => indicators.valuesOf(reader, person)));
    expect(found.map((values) => values !== null)).toEqual(sees);
  });

  test('a person out of reach is refused as not found', async () => {
    await expect(indicators.personPage(nextVillage, ahua, { restricted: true })).rejects.toMatchObject({
      code: 'indicators_person_not_found',
    });
  });
});

describe('tags', () => {
  const everything = new Set<string>(Object.values(permissions));
  const namesOf = async (reader: Session, personId: string, held: ReadonlySet<string> = everything): Promise<string[] | null> =>
    (await withSession(database.db, reader, (tx) => indicators.tagsOf(tx, personId, held)))?.map(({ tag }) => tag) ?? null;

  test('are those whose rule is true; UNKNOWN carries none', async () => {
    expect(await namesOf(county, ahua)).toEqual([
      'payroll_customer',
      'public_payroll',
      'new_farm_business',
      'borrower',
      'guarantor',
      'active_merchant',
      'business_owner',
      'mobile_active',
      'town_property',
    ]);
    expect(await namesOf(county, er)).toEqual(['thin_credit', 'borrower', 'do_not_contact']);
  });

  test.each([
    { who: 'may not see restricted values', reader: county, held: [permissions.read], sees: ['borrower', 'do_not_contact'] },
    { who: 'may read no indicators', reader: county, held: [permissions.restricted], sees: null },
    { who: 'looks after another village', reader: nextVillage, held: [...everything], sees: null },
  ])('told to a reader who $who: $sees', async ({ reader, held, sees }) => {
    expect(await namesOf(reader, er, new Set(held))).toEqual(sees);
  });

  test.each([
    { reader: county, grid: null, borrowers: 2 },
    { reader: county, grid: '32072300100101', borrowers: 2 },
    { reader: county, grid: '320723000000', borrowers: 0 },
    { reader: nextVillage, grid: null, borrowers: 0 },
  ])('are counted below $grid', async ({ reader, grid, borrowers }) => {
    const list = tagList.parse(await indicators.tagCounts(reader, grid));
    expect(list.items.find((item) => item.tag === 'borrower')?.count).toBe(borrowers);
  });
});

describe('statistics', () => {
  test('show coverage, and the run before beside it', async () => {
    const list = indicatorList.parse(await indicators.list(county));
    expect(list).toMatchObject({ total: 168, as_of: sampleDay, run: { persons: 5 }, previous: { as_of: '2026-10-31' } });
    expect(list.items.find((item) => item.code === 'SS_FLAG')).toMatchObject({ coverage: 0.6, middle: expect.closeTo(2 / 3, 6) });
    expect(list.classes.map((each) => each.class)).toContain('pboc');
    expect((await indicators.list(county, { search: '黑名单' })).items.map((item) => item.code)).toEqual([
      'BL_HIT',
      'BL_TYPE',
      'BL_HH_HIT',
    ]);
  });

  test('count every known person once, and name the columns read', async () => {
    const page = indicatorPage.parse(await indicators.statistics(county, 'DEP_BAL_CUR'));
    expect(page.statistic).toMatchObject({ persons: 5, known: 5, coverage: 1, distinct: 3, min: 0, max: 6_000_000 });
    expect(page.statistic?.bars.reduce((sum, bar) => sum + bar.count, 0)).toBe(5);
    expect(page.lineage).toMatchObject({
      source: { source: 'deposit_account', channel: 'provincial_ods' },
      read_by: [],
      tags: ['dormant', 'first_loan_prospect'],
    });
    expect(page.lineage.columns.map((column) => column.field)).toEqual(['BAL', 'ACCT_TYPE', 'STATUS']);
    expect(page.history.map((run) => run.as_of)).toEqual([sampleDay, '2026-10-31']);
  });

  test('an unknown code is refused', async () => {
    await expect(indicators.statistics(county, 'NO_SUCH')).rejects.toMatchObject({ code: 'indicator_unknown' });
  });

  test('another legal entity sees no run', async () => {
    expect(await indicators.list(session(['320724'], '320724'))).toMatchObject({ run: null, as_of: null });
  });
});

test('an earlier day does not take the place of newer values', async () => {
  expect(await indicators.compute(entityId, '2026-09-30')).toMatchObject({ online: false });
  expect((await indicators.valuesOf(county, bai))?.asOf).toBe(sampleDay);
});

test.each([
  { entity: entityId, asOf: '2026-13-01', code: 'indicators_as_of_invalid' },
  { entity: entityId, asOf: '2026-02-30', code: 'indicators_as_of_invalid' },
  { entity: entityId, asOf: 'today', code: 'indicators_as_of_invalid' },
  { entity: '999999', asOf: sampleDay, code: 'indicators_no_data' },
])('$entity as of $asOf is refused: $code', async ({ entity, asOf, code }) => {
  await expect(indicators.compute(entity, asOf)).rejects.toMatchObject({ code });
});
