/** Which strategy a command runs: nothing installed, something installed, several legal entities, a version named. */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createChange } from '#modules/change/index.ts';
import { createStrategies, openStrategy, templateFolder } from '#modules/strategy/index.ts';
import { systemClock } from '#platform/clock/index.ts';
import { createTestDatabase } from '#platform/postgres/index.ts';
import type { TestDatabase } from '#platform/postgres/index.ts';
import { openLake, openWarehouse } from '#platform/warehouse/index.ts';
import { openChosenStrategy } from './chosen-strategy.ts';

const [first, second] = ['320723', '320724'];
let folder: string;
let installed: TestDatabase;
let unfinished: TestDatabase;
let template: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chosen-strategy-'));
  [installed, unfinished] = await Promise.all([createTestDatabase(), createTestDatabase('organization')]);
  template = (await openStrategy(templateFolder, 'retail')).version;
  const warehouse = await openWarehouse({ threads: 1 });
  const deps = { db: installed.db, lake: openLake(folder), warehouse, clock: systemClock };
  const strategies = createStrategies({ ...deps, change: createChange(deps) });
  await strategies.install(first, 'retail', await folderWithVersion('7.1.0'));
  await strategies.install(second, 'retail', await folderWithVersion('7.2.0'));
  warehouse.close();
});
afterAll(async () => {
  await Promise.all([installed.drop(), unfinished.drop()]);
  await rm(folder, { recursive: true });
});

async function folderWithVersion(number: string): Promise<string> {
  const copy = join(folder, number);
  await cp(templateFolder, copy, { recursive: true });
  const file = join(copy, 'retail', 'strategy.yaml');
  await writeFile(file, (await readFile(file, 'utf8')).replace(/^version: .*$/m, `version: ${number}`));
  return copy;
}

type Choice = Omit<Parameters<typeof openChosenStrategy>[0], 'name'>;
const choose = (environment: NodeJS.ProcessEnv, choice: Choice) =>
  openChosenStrategy({ name: 'retail', ...choice }, { QIANMO_DATA: join(folder, 'data'), ...environment });
const none = () => ({});
const there = () => ({ DATABASE_URL: installed.url });
const bare = () => ({ DATABASE_URL: unfinished.url });

test.each<[string, () => NodeJS.ProcessEnv, Choice, RegExp]>([
  ['nothing installed', none, {}, /as delivered/],
  ['a database without strategies', bare, {}, /as delivered/],
  ['a legal entity without a strategy', there, { entityId: '999999' }, /as delivered/],
  ['the version in force', there, { entityId: first }, /^retail 7\.1\.0\+[0-9a-f]{12}，法人 320723 生效版本 \/ in force at 320723$/],
  ['that of another legal entity', there, { entityId: second }, /^retail 7\.2\.0\+.* in force at 320724$/],
  ['a number of one legal entity', there, { version: '7.2.0' }, /^retail 7\.2\.0\+/],
  ['the delivered one by name', there, { entityId: first, version: 'template' }, /as delivered/],
  ['the delivered one by name, nothing installed', none, { version: 'template' }, /as delivered/],
])('%s', async (_name, environment, choice, told) => {
  const chosen = await choose(environment(), choice);
  expect(chosen.told).toMatch(told);
  expect(chosen.told).toContain(chosen.strategy.version);
  if (chosen.told.includes('as delivered')) expect(chosen.strategy.version).toBe(template);
});

test.each<[string, () => NodeJS.ProcessEnv, Choice, RegExp]>([
  ['legal entities that disagree', there, {}, /entity_ambiguous: .*--entity 320723 \(7\.1\.0.*--entity 320724 \(7\.2\.0/],
  ['a version that is not stored', there, { entityId: first, version: '7.2.0' }, /strategy_version_unknown: .*7\.2\.0/],
  ['a version where nothing is installed', none, { version: '7.1.0' }, /--version 7\.1\.0: .*--version template/],
])('refuses %s', async (_name, environment, choice, message) => {
  await expect(choose(environment(), choice)).rejects.toThrow(message);
});

test('looking for an installation makes none', async () => {
  await choose({}, {});
  expect(await readdir(folder)).not.toContain('data');
});
