/** The module's door on a real PostgreSQL and DuckDB: publishing, listing, deciding, replaying, governing. */
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createChange } from '#modules/change/index.ts';
import type { Change } from '#modules/change/index.ts';
import { householdCapFen } from '#modules/population/contract.ts';
import { settableClock } from '#platform/clock/index.ts';
import type { Caller } from '#platform/http/index.ts';
import { createTestDatabase, withOwner } from '#platform/postgres/index.ts';
import type { Session, TestDatabase } from '#platform/postgres/index.ts';
import { openLake, openWarehouse, textLiteral } from '#platform/warehouse/index.ts';
import type { Warehouse } from '#platform/warehouse/index.ts';
import { decisionRequest, refusals, whitelistQuery, whitelistSummaryQuery } from './contract.ts';

import { createStrategies, findIndicators, openStrategy, templateFolder } from './index.ts';
import type { Strategies } from './index.ts';
import { allocate } from './screening/allocation.ts';
import { samplePeople, writeSamplePeople } from './definition/sample-people.ts';

const entity = '320723';
const asOf = '2026-11-20';
const people = 600;
const places = ['32072300120001', '32072300120002', '32072300120101', '32072310320001', '320723000000'];
const placeOf = (index: number): string => places[index % places.length] ?? '';

const as = (scopes: string[], actorId = 'A1', entityId = entity): Session => ({ entityId, actorId, roles: [], scopes });
const headOffice = as([entity]);
const manager = as(['320723001200'], 'M1');
const caller = (session: Session): Caller => ({
  session,
  permissions: new Set(['change.approve', 'change.read']),
  csrf: '',
  mustChangePassword: false,
});

let database: TestDatabase;
let warehouse: Warehouse;
let folder: string;
let change: Change;
let strategies: Strategies;
let ids: string[];
let exposures: Map<string, bigint | null>;
/** What every household may draw beside the loan files. */
let besideFen = 0n;
const clock = settableClock('2026-11-21T01:14:07Z');

beforeAll(async () => {
  database = await createTestDatabase();
  warehouse = await openWarehouse();
  folder = await mkdtemp(join(tmpdir(), 'strategies-'));
  change = createChange({ db: database.db, clock });
  strategies = createStrategies({
    db: database.db,
    lake: openLake(folder),
    warehouse,
    clock,
    change,
    facilityExposure: async () => besideFen,
  });
  await writeIndicators();
  await withOwner(database.db, async (tx) => {
    await tx.query(`create table population.person_test partition of population.person for values in ('${entity}')`);
    for (const [index, id] of ids.entries())
      await tx.query(
        'insert into population.person (entity_id, person_id, grid_code, name, is_head, birth_date, phone_masked, as_of) values ($1, $2, $3, $4, true, $5, $6, $7)',
        [entity, id, placeOf(index), index === 0 ? '=张三丰' : `李${index}`, '1980-05-01', '138****0001', asOf],
      );
  });
  expect(await strategies.install(entity, 'retail')).toBe(true);
  await strategies.screenAndPublish(entity, 'retail');
});
afterAll(async () => {
  warehouse.close();
  await database.drop();
  await rm(folder, { recursive: true });
});

async function writeIndicators(): Promise<void> {
  const strategy = await openStrategy(templateFolder, 'retail');
  const sample = [...samplePeople(strategy, { count: people, seed: 31, changedShare: 0.01, unknownShare: 0.002, asOf })];
  ids = sample.map((person) => person.person_id);
  exposures = new Map(sample.map(({ person_id, HH_EXPOSURE: fen = null }) => [person_id, fen === null ? null : BigInt(fen)]));
  const target = join(folder, 'lake', entity, 'indicators', `as_of=${asOf}`, 'indicators.parquet');
  await mkdir(dirname(target), { recursive: true });
  await warehouse.session(async (session) => {
    const plain = join(folder, 'plain.parquet');
    await writeSamplePeople(session, strategy, sample, plain);
    // Four people a household, in one place.
    const household = `'H320723001200-' || ((row_number() over () - 1) // 20 * 5 + (row_number() over () - 1) % 5)`;
    const place = `case (row_number() over () - 1) % ${places.length} ${places.map((code, index) => `when ${index} then '${code}'`).join(' ')} end`;
    await session.run(
      `copy (select *, ${household} as household_id, ${place} as grid_code from read_parquet(${textLiteral(plain)})) to ${textLiteral(target)} (format parquet)`,
    );
  });
}

const exporting = { language: 'zh', requestId: '3f9a0c2b-7d10-4e11-8000-000000000000' } as const;
const ask = (query: Record<string, unknown>) => whitelistQuery.parse(query);
const everything = async (session: Session, query: Record<string, unknown>) => {
  const items = [];
  let cursor: string | undefined;
  do {
    const page = await strategies.whitelist(session, ask({ ...query, limit: 37, cursor }));
    items.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return items;
};

test('setting up twice installs once, and screening twice publishes the same', async () => {
  expect(await strategies.install(entity, 'retail')).toBe(false);
  const before = await everything(headOffice, {});
  const again = await strategies.screenAndPublish(entity, 'retail', asOf);
  expect(again).toMatchObject({ people, as_of: asOf });
  expect(await everything(headOffice, {})).toEqual(before);
  const [partitions] = await withOwner(database.db, (tx) =>
    tx.query<{ n: bigint }>("select count(*) as n from pg_class where relname like 'decision_current_%' and relkind = 'r'"),
  );
  expect(partitions?.n).toBe(1n);
});

test.each(['grid', 'limit', 'rate', 'score'].flatMap((sort) => ['asc', 'desc'].map((direction) => ({ sort, direction }))))(
  'walking the whitelist by $sort $direction meets everybody once and in order',
  async ({ sort, direction }) => {
    const items = await everything(headOffice, { sort, direction });
    expect(items.map((item) => item.person_id).toSorted()).toEqual(ids.toSorted());
    const column = { grid: 'grid_code', limit: 'limit_fen', rate: 'rate_ppm', score: 'score' }[sort] as 'limit_fen';
    const known = items.map((item) => item[column]).filter((value) => value !== null);
    const order = (a: string, b: string): number => (sort === 'grid' ? (a < b ? -1 : a > b ? 1 : 0) : Number(a) - Number(b));
    expect(known).toEqual(known.toSorted(direction === 'asc' ? order : (a, b) => order(b, a)));
    // Unknown values come last.
    expect(items.slice(0, known.length).map((item) => item[column])).toEqual(known);
  },
);

test("the scope is the database's: a manager sees one village, another entity nothing", async () => {
  const own = await everything(manager, {});
  expect(own.length).toBe(ids.filter((_, index) => placeOf(index).startsWith('320723001200')).length);
  expect(own.every((item) => item.grid_code.startsWith('320723001200'))).toBe(true);
  expect((await strategies.whitelist(manager, ask({ grid: '320723103' }))).total).toBe(0);
  expect((await strategies.whitelist(as([entity], 'X', '320799'), ask({}))).items).toEqual([]);
  expect((await strategies.summary(as([entity], 'X', '320799'), whitelistSummaryQuery.parse({}))).people).toBe(0);
});

test.each([
  {},
  { outcome: 'approve' },
  { outcome: ['refer', 'decline'], segment: 'villager' },
  { limit_from: '5000000', limit_to: '10000000' },
  { limit_from: '5500000' },
  { rate_from: 40_000, rate_to: 60_000, outcome: 'approve' },
  { reason: 'C07' },
  { reason: 'C07', limit_from: '3000000' },
  { grid: '320723001200' },
  { grid: '320723000000', outcome: 'approve' },
])('totals and rows agree for %o', async (filter) => {
  const page = await strategies.whitelist(headOffice, ask({ ...filter, limit: 1 }));
  const items = await everything(headOffice, filter);
  expect(page.total).toBe(items.length);
  expect(page.total_is_estimate).toBe(false);
  const wanted = 'outcome' in filter ? [filter.outcome].flat() : null;
  if (wanted) expect(items.every((item) => wanted.includes(item.outcome))).toBe(true);
  if ('reason' in filter) expect(items.every((item) => item.reasons.includes(filter.reason ?? ''))).toBe(true);
});

test.each([
  { grid: undefined, session: headOffice },
  { grid: '320723001', session: headOffice },
  { grid: '320723001200', session: headOffice },
  { grid: undefined, session: manager },
  { grid: undefined, session: as(['320723001200', '320723103', '320723000000']) },
])('distributions of $grid count the same people as the list', async ({ grid, session }) => {
  const summary = await strategies.summary(session, whitelistSummaryQuery.parse({ grid }));
  const items = await everything(session, { grid });
  const granted = items.filter((item) => item.limit_fen !== null);
  expect(summary.people).toBe(items.length);
  expect(summary.limit_fen).toBe(String(granted.reduce((sum, item) => sum + BigInt(item.limit_fen ?? 0), 0n)));
  expect(summary.limits.reduce((sum, bar) => sum + bar.people, 0)).toBe(granted.length);
  for (const { outcome, people: count } of summary.outcomes) expect(count).toBe(items.filter((item) => item.outcome === outcome).length);
  for (const { code, people: count } of summary.reasons)
    expect([code, count]).toEqual([code, items.filter((item) => item.reasons.includes(code)).length]);
});

test("approved members of a household share its room, and the whitelist's money counts it once", async () => {
  const approved = await everything(headOffice, { outcome: 'approve' });
  const households = Map.groupBy(approved, (item) => item.household_id);
  const expected = [...households.values()].flatMap((items) => {
    const rooms = items.flatMap((item) => {
      const exposure = exposures.get(item.person_id) ?? null;
      return exposure === null ? [] : [householdCapFen - exposure];
    });
    const roomFen = rooms.toSorted((a, b) => Number(a - b))[0] ?? null;
    const members = items.map((item) => ({ personId: item.person_id, score: item.score, limitFen: BigInt(item.limit_fen ?? 0) }));
    return allocate(members, { roomFen, leastFen: 500_000n });
  });
  const shares = new Map(expected.map(({ personId, allocatedFen, sharedBy }) => [personId, { allocatedFen, sharedBy }]));
  for (const item of approved) {
    const { allocatedFen, sharedBy } = shares.get(item.person_id) ?? {};
    expect([item.person_id, item.allocated_fen]).toEqual([item.person_id, String(allocatedFen)]);
    expect(item.allocation_note?.zh ?? null).toBe(sharedBy === null ? null : `户额度由 ${sharedBy} 人共用`);
  }
  expect(approved.filter((item) => item.allocation_note !== null).length).toBeGreaterThan(10);
  const total = approved.reduce((sum, item) => sum + BigInt(item.allocated_fen ?? 0), 0n);
  const summary = await strategies.summary(headOffice, whitelistSummaryQuery.parse({}));
  expect(summary.allocated_fen).toBe(String(total));
  expect(summary.segments.reduce((sum, each) => sum + BigInt(each.allocated_fen ?? 0), 0n)).toBe(total);
  expect(total).toBeLessThan(approved.reduce((sum, item) => sum + BigInt(item.limit_fen ?? 0), 0n));
  const village = approved.filter((item) => item.grid_code.startsWith('320723001200'));
  const counted = await strategies.summary(headOffice, whitelistSummaryQuery.parse({ grid: '320723001200' }));
  expect(counted.allocated_fen).toBe(String(village.reduce((sum, item) => sum + BigInt(item.allocated_fen ?? 0), 0n)));
  const others = await everything(headOffice, { outcome: ['refer', 'decline'] });
  expect(others.every((item) => item.allocated_fen === null && item.allocation_note === null)).toBe(true);
});

test('a strategy that knows no household allocates whole limits, beside the other strategy', async () => {
  const before = await everything(headOffice, {});
  const copy = join(folder, 'strategies');
  await cp(templateFolder, copy, { recursive: true });
  const file = join(copy, 'retail', 'strategy.yaml');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('name: retail', 'name: single').replace(/^household: .*$/m, ''));
  await rename(join(copy, 'retail'), join(copy, 'single'));
  await strategies.install(entity, 'single', copy);
  expect(await strategies.screenAndPublish(entity, 'single')).toMatchObject({ strategy: 'single', people });
  const alone = await everything(headOffice, { strategy: 'single' });
  expect(alone.every((item) => item.allocated_fen === (item.outcome === 'approve' ? item.limit_fen : null))).toBe(true);
  expect(await everything(headOffice, {})).toEqual(before);
  await withOwner(database.db, async (tx) => {
    for (const table of ['decision_current', 'decision_count', 'reason_count', 'screening', 'version'])
      await tx.query(`delete from strategy.${table} where ${table === 'version' ? 'name' : 'strategy'} = 'single'`);
  });
});

test('what was published before rooms were shared says so', async () => {
  const set = (isAllocated: boolean) =>
    withOwner(database.db, (tx) => tx.query("update strategy.screening set is_allocated = $1 where strategy = 'retail'", [isAllocated]));
  await set(false);
  const { allocated_fen: allocated, segments } = await strategies.summary(headOffice, whitelistSummaryQuery.parse({}));
  expect([allocated, ...segments.map((each) => each.allocated_fen)].every((amount) => amount === null)).toBe(true);
  await set(true);
});

test('the present decision is explained and comes out the same again', async () => {
  for (const id of ids.slice(0, 20)) {
    const { decision, explanation, replay } = await strategies.current(headOffice, id, 'retail');
    expect(replay).toMatchObject({ same: true, differences: [] });
    expect(explanation.reasons.map((reason) => reason.code)).toEqual(decision.reasons);
    expect(explanation.score?.mean_score).toEqual(expect.any(Number));
  }
});

test('online decisions are logged, and replay finds whatever was tampered with', async () => {
  const decide = (body: Record<string, unknown>) => strategies.decide(headOffice, decisionRequest.parse(body));
  const plain = await decide({ person_id: ids[1] });
  const current = await strategies.current(headOffice, ids[1] ?? '', 'retail');
  expect(plain.decision).toEqual(current.decision);
  const whatIf = await decide({ person_id: ids[1], inputs: { AGE: 17 } });
  expect(whatIf.decision.reasons[0]).toBe('B01');
  const stated = await decide({ inputs: { AGE: 40 }, as_of: asOf });
  expect(stated).toMatchObject({ decision_id: null, decision: { person_id: null, outcome: 'refer' } });
  const told = await strategies.logged(manager, plain.decision_id ?? '');
  expect(told).toMatchObject({ strategy: 'retail', is_what_if: false, decision: plain.decision, explanation: plain.explanation });
  expect(told.replay).toMatchObject({ same: true, differences: [] });
  expect(await strategies.replay(entity, '2026-11-21')).toEqual({ decisions: 2, differences: [] });
  expect(await strategies.replay(entity, '2026-11-20')).toEqual({ decisions: 0, differences: [] });
  await withOwner(database.db, (tx) => tx.query('update strategy.decision set inputs = inputs || \'{"AGE": 16}\' where is_what_if'));
  const { differences } = await strategies.replay(entity);
  expect(differences.map(({ decision_id: id }) => id)).toEqual([whatIf.decision_id]);
  expect(differences[0]?.differences.map(({ field }) => field)).toEqual(['trace_hash']);
});

test('a decision about a person counts what the household may draw beside the loan files, now and not as of an earlier day', async () => {
  const known = ids.find((id) => exposures.get(id) === 0n) ?? '';
  const decide = (body: object) => strategies.decide(headOffice, decisionRequest.parse({ person_id: known, ...body }));
  const reasonsOf = async (body: object): Promise<string[]> => (await decide(body)).decision.reasons;
  expect(await reasonsOf({})).not.toContain('D07');
  besideFen = 30_000_001n;
  try {
    expect(await reasonsOf({})).toContain('D07');
    expect(await reasonsOf({ as_of: asOf })).not.toContain('D07');
    expect(await reasonsOf({ inputs: { HH_EXPOSURE: 0 } })).not.toContain('D07');
  } finally {
    besideFen = 0n;
  }
});

test('a version comes into force when a second person approves it', async () => {
  const files = await templateFiles();
  const next = { ...files, 'strategy.yaml': files['strategy.yaml'].replace(/^version: .*$/m, 'version: 9.0.0') };
  const maker = as([entity], 'maker');
  const { proposal_id: id, version } = await strategies.propose(maker, 'retail', { files: next, comment: '调整说明' });
  const before = await strategies.page(headOffice, 'retail', undefined);
  await expect(change.approve(caller(maker), id, '')).rejects.toMatchObject({ code: 'own_proposal' });
  await change.approve(caller(as([entity], 'second')), id, '');
  const after = await strategies.page(headOffice, 'retail', undefined);
  expect([before.version, after.version]).toEqual([before.current_version, version]);
  expect(after.versions_list.map(({ state, published_by: by }) => [state, by])).toEqual([
    ['current', 'second'],
    ['retired', 'installation'],
  ]);
  expect(after.findings).toEqual([]);
  // What was screened with the old version is still explained with the old version.
  expect((await strategies.current(headOffice, ids[0] ?? '', 'retail')).replay.same).toBe(true);
  expect((await strategies.list(headOffice)).items).toMatchObject([
    { name: 'retail', title: { en: 'Retail credit strategy' }, current_version: version, versions: 2 },
  ]);
});

test('the export is masked, safe for spreadsheets, scoped, and says on every row who took it', async () => {
  const exported = await strategies.exportWhitelist(manager, ask({}), exporting);
  const lines = (await Array.fromAsync(exported)).join('').trimEnd().split('\r\n');
  expect(lines[0]).toBe(
    '\uFEFF姓名,性别,年龄,手机,网格,网格编码,客群,决策,额度（元）,户内分配额度（元）,分配说明,年利率（%）,评分,原因代码,客户标识,导出编号,导出人,导出时间,导出范围',
  );
  expect(lines.length - 1).toBe((await everything(manager, {})).length);
  const first = lines.find((line) => line.includes(ids[0] ?? ''));
  expect(first).toMatch(/^'=\*+丰,,46,138\*\*\*\*0001,/);
  expect(lines.slice(1).every((line) => line.endsWith(',E3F9A0C2B7D,M1,2026-11-21 09:14:07,320723001200'))).toBe(true);
});

async function templateFiles() {
  const read = (file: string): Promise<string> => readFile(join(templateFolder, 'retail', file), 'utf8');
  return { 'strategy.yaml': await read('strategy.yaml'), 'reasons.yaml': await read('reasons.yaml'), dmn: await read('retail.dmn') };
}

const refusing: Record<keyof typeof refusals, () => Promise<unknown>> = {
  strategy_unknown: () => strategies.page(headOffice, 'absent', undefined),
  strategy_version_unknown: () => strategies.page(headOffice, 'retail', '9.9.9+000000000000'),
  entity_ambiguous: async () => {
    await mkdir(join(folder, 'lake', '320799'), { recursive: true });
    await writeFile(join(folder, 'lake', '320799', 'manifest.json'), '{}');
    await writeFile(join(folder, 'lake', entity, 'manifest.json'), '{}');
    return findIndicators(openLake(folder), {});
  },
  strategy_not_current: async () => {
    await withOwner(database.db, (tx) =>
      tx.query(`insert into strategy.version (entity_id, name, version, effective_from, state, files, created_at, created_by)
        select entity_id, 'draft', version, effective_from, 'proposed', files, created_at, created_by from strategy.version limit 1`),
    );
    return strategies.screenAndPublish(entity, 'draft');
  },
  strategy_invalid: async () => {
    const files = await templateFiles();
    return strategies.propose(headOffice, 'retail', {
      files: { ...files, dmn: files.dmn.replace('AGE + (if', 'AGEE + (if') },
      comment: '错误',
    });
  },
  strategy_version_exists: async () => {
    const files = await templateFiles();
    const changed = { ...files, 'reasons.yaml': `${files['reasons.yaml']}# changed\n` };
    return strategies.propose(headOffice, 'retail', { files: changed, comment: '同号不同文' });
  },
  person_unknown: () => strategies.decide(manager, decisionRequest.parse({ person_id: ids[3] })),
  decision_unknown: async () => {
    const elsewhere = await strategies.decide(headOffice, decisionRequest.parse({ person_id: ids[3] }));
    return strategies.logged(manager, elsewhere.decision_id ?? '');
  },
  decision_none: () => strategies.current(manager, ids[3] ?? '', 'retail'),
  inputs_unknown: () => strategies.decide(headOffice, decisionRequest.parse({ inputs: { NO_SUCH: 1 } })),
  inputs_type: () => strategies.decide(headOffice, decisionRequest.parse({ inputs: { AGE: 'forty' } })),
  indicators_missing: () => strategies.decide(headOffice, decisionRequest.parse({ person_id: ids[1], as_of: '2020-01-01' })),
  range_invalid: () => strategies.whitelist(headOffice, ask({ limit_from: '2', limit_to: '1' })),
  cursor_invalid: () => strategies.whitelist(headOffice, ask({ cursor: 'bm90IG91cnM' })),
  export_too_large: async () => {
    await withOwner(database.db, (tx) => tx.query('update strategy.decision_count set people = people * 1000'));
    return strategies.exportWhitelist(headOffice, ask({}), exporting);
  },
};

test.each(Object.keys(refusals) as (keyof typeof refusals)[])('refuses: %s', async (code) => {
  await expect(refusing[code]()).rejects.toMatchObject({ code, refusal: { status: refusals[code].status } });
});
