/** `replay` as a person asks it: over decisions that were logged, one that was changed afterwards, and what it refuses. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createChange } from '#modules/change/index.ts';
import { createStrategies, openStrategy, templateFolder } from '#modules/strategy/index.ts';
import { decisionRequest } from '#modules/strategy/contract.ts';
import { settableClock } from '#platform/clock/index.ts';
import { createTestDatabase, withOwner } from '#platform/postgres/index.ts';
import type { TestDatabase } from '#platform/postgres/index.ts';
import { openLake, openWarehouse, textLiteral } from '#platform/warehouse/index.ts';
import { run as replay } from './replay.ts';

const entity = '320723';
const asOf = '2026-11-20';
const people = ['P000000000000000', 'P000000000000001', 'P000000000000002'];
let home: string;
let database: TestDatabase;
let decided: string[];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'replay-'));
  database = await createTestDatabase();
  vi.stubEnv('QIANMO_DATA', home);
  vi.stubEnv('DATABASE_URL', database.url);
  const warehouse = await openWarehouse({ threads: 1 });
  try {
    await writeIndicators((sql) => warehouse.session((session) => session.run(sql)));
    decided = await decideAll({ db: database.db, lake: openLake(home), warehouse, clock: settableClock('2026-11-21T01:14:07Z') });
  } finally {
    warehouse.close();
  }
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await database.drop();
  await rm(home, { recursive: true });
});

/** People of whom only the age is known. */
async function writeIndicators(run: (sql: string) => Promise<void>): Promise<void> {
  const { inputs } = await openStrategy(templateFolder, 'retail');
  const types: Record<string, string> = { number: 'bigint', string: 'varchar', boolean: 'boolean', date: 'date' };
  const columns = inputs.map(({ name, type }) => `cast(null as ${types[type.kind]}) as "${name}"`).join(', ');
  const file = join(home, 'lake', entity, 'indicators', `as_of=${asOf}`, 'indicators.parquet');
  await mkdir(dirname(file), { recursive: true });
  await run(`copy (select 'P00000000000000' || i as person_id, * replace (10 + i * 20 as "AGE")
    from range(3) as r(i), (select ${columns}) as unknown) to ${textLiteral(file)} (format parquet)`);
  await writeFile(join(home, 'lake', entity, 'manifest.json'), '{}');
}

async function decideAll(ground: Omit<Parameters<typeof createStrategies>[0], 'change'>): Promise<string[]> {
  const strategies = createStrategies({ ...ground, change: createChange(ground) });
  await withOwner(ground.db, async (tx) => {
    await tx.query(`create table population.person_test partition of population.person for values in ('${entity}')`);
    for (const id of people)
      await tx.query(
        "insert into population.person (entity_id, person_id, grid_code, name, is_head, as_of) values ($1, $2, '32072300120001', '李四', true, $3)",
        [entity, id, asOf],
      );
  });
  await strategies.install(entity, 'retail');
  const session = { entityId: entity, actorId: 'A1', roles: [], scopes: [entity] };
  const ids = [];
  for (const id of people) ids.push((await strategies.decide(session, decisionRequest.parse({ person_id: id }))).decision_id ?? '');
  return ids;
}

async function asked(...args: string[]): Promise<{ code: number; out: string; error: string }> {
  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const error = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const text = (spy: typeof out): string => spy.mock.calls.map(([chunk]) => String(chunk)).join('');
  try {
    const code = await replay(args);
    return { code, out: text(out), error: text(error) };
  } finally {
    out.mockRestore();
    error.mockRestore();
  }
}

test.each([
  [[], 3],
  [['--entity', entity], 3],
  // 01:14 UTC is morning at the bank; the day before has nothing.
  [['--day', '2026-11-21'], 3],
  [['--day', '2026-11-20'], 0],
])('untouched decisions come out the same: %j', async (args, decisions) => {
  const { code, out } = await asked(...args, '--json');
  expect([code, JSON.parse(out)]).toEqual([0, { decisions, differences: [] }]);
});

test.each([
  ['day that the calendar does not have', ['--day', '2026-02-30'], /^replay: .*2026-02-30\n$/],
  ['day of no meaning', ['--day', 'yesterday'], /^replay: .*yesterday\n$/],
  ['legal entity that decides nothing', ['--entity', '999999'], /^replay: .*999999.*320723\n$/],
])('refuses a %s in one line', async (_name, args, message) => {
  const { code, out, error } = await asked(...args);
  expect([code, out]).toEqual([2, '']);
  expect(error).toMatch(message);
});

// Each one is put back before the next.
test.each([
  ['result', `result || '{"outcome": "approve"}'`, [{ field: 'outcome', stored: '"approve"', replayed: '"refer"' }]],
  ['result', `result || '{"note": "x"}'`, [{ field: 'note', stored: '"x"', replayed: 'null' }]],
  ['result', `'null'`, expect.arrayContaining([{ field: 'outcome', stored: 'null', replayed: '"refer"' }])],
  ['inputs', `inputs || '{"AGE": 31}'`, [expect.objectContaining({ field: 'trace_hash' })]],
  ['inputs', `inputs || '{"AGE": 1e300}'`, [expect.objectContaining({ field: 'inputs' })]],
  ['trace_hash', `'0'`, [expect.objectContaining({ field: 'trace_hash', stored: '0' })]],
])('finds a changed %s: %s', async (column, changed, differences) => {
  const id = decided[1];
  const [before] = await withOwner(database.db, (tx) =>
    tx.query<{ kept: string }>(`select ${column}::text as kept from strategy.decision where decision_id = $1`, [id]),
  );
  const set = (value: string, values: unknown[] = []) =>
    withOwner(database.db, (tx) => tx.query(`update strategy.decision set ${column} = ${value} where decision_id = $1`, [id, ...values]));
  await set(changed);
  try {
    const { code, out } = await asked('--json');
    const found = { entity_id: entity, decision_id: id, strategy_version: expect.stringMatching(/^\d+\.\d+\.\d+\+/), differences };
    expect([code, JSON.parse(out)]).toEqual([1, { decisions: 3, differences: [found] }]);
    const told = await asked();
    expect(told.code).toBe(1);
    expect(told.out).toContain(`${entity} ${id}`);
    expect(told.out).toContain('3 条决策 decisions, 1 条不一致 differ');
  } finally {
    await set(column === 'trace_hash' ? '$2' : '$2::jsonb', [before?.kept]);
  }
});
