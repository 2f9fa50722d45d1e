import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createChange } from '#modules/change/index.ts';
import { readCatalogue } from '#modules/indicators/catalogue.ts';
import { computeIndicators } from '#modules/indicators/compute.ts';
import { householdListQuery } from '#modules/population/contract.ts';
import { createPopulation } from '#modules/population/index.ts';
import type { Population, Reader } from '#modules/population/index.ts';
import { openSampleBank } from '#modules/population/sample/sample-bank.ts';
import type { Row, SampleHouse } from '#modules/population/sample/sample-bank.ts';
import { sampleBank } from '#modules/population/sample/sample-county.ts';
import { customerNo } from '#modules/population/sample/sample-sources.ts';
import {
  entity,
  everyone,
  groupOf,
  householdOf,
  liguo,
  personOf,
  sampleAsOf,
  sampleKey,
} from '#modules/population/sample/sample-people.ts';
import type { Someone } from '#modules/population/sample/sample-people.ts';
import { createServicing } from '#modules/servicing/index.ts';
import { createTestDatabase, withSession } from '#platform/postgres/index.ts';
import type { TestDatabase } from '#platform/postgres/index.ts';

/*
 * A household's exposure is told on its page, sorted in the lists and read by strategies that give the household's room. The same loans and guarantees
 * are counted three times, over a document, in SQL and by the catalogue; they must come to one figure.
 */

let folder = '';
let database: TestDatabase;
let house: SampleHouse;
let population: Population;
const clock = { now: () => Temporal.Instant.from('2026-11-21T01:00:00Z'), today: () => Temporal.PlainDate.from('2026-11-21') };
const reader: Reader = { session: { entityId: entity, actorId: 'S1', roles: [], scopes: [entity] }, permissions: new Set() };

const loan = (number: string, someone: Someone, more: Row): Row => ({
  loan_no: number,
  customer_no: customerNo(someone),
  product: '流水贷',
  start_date: '2026-03-02',
  end_date: '2029-03-01',
  principal: 80_000_00,
  balance: 0,
  rate: 51_000,
  class5: 'normal',
  status: 'active',
  guarantee_type: 'credit',
  dpd: 0,
  ...more,
});
/** Beside the household's line with two due bills, its car on a mortgage, its settled loan and its guarantee. */
const more: readonly Row[] = [
  loan('X-OVER', liguo, { balance: 9_000_00, limit_amount: 5_000_00 }),
  loan('X-MIXED-1', liguo, { contract_no: 'K8', balance: 7_000_00 }),
  loan('X-MIXED-2', liguo, { contract_no: 'K8', balance: 3_000_00, guarantee_type: 'mortgage' }),
  loan('X-PLEDGE', liguo, { balance: 90_000_00, limit_amount: 100_000_00, guarantee_type: 'pledge' }),
  loan('X-NAMED', liguo, { balance: 1_000_00, guarantee_type: 'guarantee' }),
];

const onRoll = (someone: Someone): Row => ({
  person_id: personOf(someone),
  village_code: someone.village,
  group_no: groupOf(someone).slice(-2),
  household_no: someone.household,
  member_no: someone.member,
  name: someone.name,
  roll_date: sampleAsOf,
});

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'qianmo-exposure-'));
  database = await createTestDatabase();
  const sources = { ...sampleBank.sources };
  sources['loan_account'] = (sources['loan_account'] ?? []).map(({ date, rows }) => ({ date, rows: [...rows, ...more] }));
  // Indicators see people as the roll of the day has them.
  sources['grid_roll'] = [{ date: sampleAsOf, rows: everyone.map(onRoll) }];
  house = await openSampleBank(database.db, join(folder, entity), { ...sampleBank, sources });
  population = createPopulation({ db: database.db, ...house, clock, vault: { installationKey: sampleKey } });
  await population.publishDetails(entity, house.manifest);
  await population.refreshGridFigures(entity);
});
afterAll(async () => {
  house.warehouse.close();
  await database.drop();
  rmSync(folder, { recursive: true });
});

/** HH_EXPOSURE of every person, as digits. */
async function byIndicator(): Promise<Map<string, string | null>> {
  const catalogue = await readCatalogue('banks/template');
  return computeIndicators({ lake: house.lake, catalogue, entityId: entity, asOf: sampleAsOf, threads: 1 }, async (session, { file }) => {
    const rows = await session.rows<{ person_id: string; fen: string | null }>(
      `select person_id, "HH_EXPOSURE"::varchar as fen from read_parquet('${file}')`,
    );
    return new Map(rows.map((row) => [row.person_id, row.fen]));
  });
}

test('page, list and indicator count one exposure of a household', async () => {
  const indicator = await byIndicator();
  const page = await population.household(reader, householdOf(liguo));
  // 120,000 the line of K1 · 9,000 drawn beyond its line · 1,000 on a name · 50,000 guaranteed; nothing of what is mortgaged, pledged, mixed or settled.
  expect(page.exposure.used_fen).toBe('18000000');
  const { items } = await population.households(reader, householdListQuery.parse({ limit: 200 }));
  expect(items.find((item) => item.household_id === householdOf(liguo))?.exposure_fen).toBe('18000000');
  for (const { person } of page.members) expect([person.name, indicator.get(person.person_id)]).toEqual([person.name, '18000000']);
  expect(page.members.map(({ person }) => person.person_id)).toContain(personOf(liguo));
});

test('every other household comes out the same as well', async () => {
  const indicator = await byIndicator();
  const { items } = await population.households(reader, householdListQuery.parse({ limit: 200 }));
  expect(items.length).toBeGreaterThan(3);
  for (const { household_id, exposure_fen } of items) {
    const { exposure, members } = await population.household(reader, household_id);
    // The lists leave out what nobody said anything about; where loans were delivered, that is nothing owed.
    expect([household_id, exposure_fen ?? '0']).toEqual([household_id, exposure.used_fen]);
    const counted = new Set(members.map(({ person }) => indicator.get(person.person_id) ?? 'unknown'));
    expect([household_id, [...counted]]).toEqual([household_id, [exposure.used_fen]]);
  }
});

test('a facility opened here counts on the page of its household and for decisions about any member, until a loan file names it', async () => {
  const { db } = database;
  const servicing = createServicing({ db, clock, change: createChange({ db, clock }) });
  let named: string | null = null;
  const withFacilities = createPopulation({
    db,
    ...house,
    clock,
    vault: { installationKey: sampleKey },
    readFacilities: async (tx, personIds) =>
      (await servicing.openFacilities(tx, personIds)).map((held) => ({
        ...held,
        isSecured: false,
        names: named === null ? held.names : [...held.names, named],
      })),
  });
  await servicing.begin(entity, '2026-11-21');
  await servicing.openFacility(reader.session, {
    key: 'facility-1',
    person_id: personOf(liguo),
    product: '整村授信贷',
    kind: 'revolving',
    limit_fen: '2500000',
    valid_from: '2026-11-21',
    valid_to: '2029-11-21',
  });
  const page = await withFacilities.household(reader, householdOf(liguo));
  expect(page.exposure.used_fen).toBe('20500000');
  const part = { person_id: personOf(liguo), kind: 'loan', product: '整村授信贷', amount_fen: '2500000', used_fen: '0', counted: true };
  expect(page.exposure.parts).toContainEqual(expect.objectContaining(part));
  const beside = (personId: string): Promise<bigint> =>
    withSession(db, reader.session, (tx) => withFacilities.facilityExposure(tx, personId));
  for (const { person } of page.members) expect([person.name, await beside(person.person_id)]).toEqual([person.name, 2_500_000n]);
  const stranger = everyone.find((someone) => householdOf(someone) !== householdOf(liguo));
  if (!stranger) throw new Error('one household only');
  expect(await beside(personOf(stranger))).toBe(0n);
  named = 'X-OVER';
  expect([await beside(personOf(liguo)), (await withFacilities.household(reader, householdOf(liguo))).exposure.used_fen]).toEqual([
    0n,
    '18000000',
  ]);
});
