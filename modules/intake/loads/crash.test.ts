import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, withOwner, type TestDatabase } from '#platform/postgres/index.ts';
import { openLake } from '#platform/warehouse/index.ts';
import { deliver, row } from '../deliveries/sample-delivery.ts';

/** The process is killed as soon as it says the words; what it was doing then is left as it lies. */
const stages = [
  ['while files are read', /reading and validating/],
  ['while persons are resolved', /resolving persons/],
  ['while tables and manifest are exchanged', /publishing/],
] as const;

interface Installation {
  folder: string;
  database: TestDatabase;
}

const installations: Installation[] = [];
const open = async (): Promise<Installation> => {
  const installation = { folder: mkdtempSync(join(tmpdir(), 'qianmo-crash-')), database: await createTestDatabase() };
  installations.push(installation);
  return installation;
};

const delivery = mkdtempSync(join(tmpdir(), 'qianmo-delivery-'));
const second = mkdtempSync(join(tmpdir(), 'qianmo-delivery-'));
let undisturbed: Awaited<ReturnType<typeof published>>;

/** Runs `load` in a process of its own; `killAt` sends SIGKILL when stderr matches. Answers the exit code, null when killed. */
async function load(installation: Installation, folder: string, killAt?: RegExp): Promise<number | null> {
  const child = spawn(process.execPath, [resolve('apps/cli/main.ts'), 'load', folder, '--json'], {
    env: { ...process.env, QIANMO_DATA: installation.folder, DATABASE_URL: installation.database.url },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (killAt?.test(said)) child.kill('SIGKILL');
  });
  const { promise, resolve: end } = Promise.withResolvers<number | null>();
  child.once('close', end);
  const code = await promise;
  if (code !== 0 && code !== null) throw new Error(said);
  return code;
}

/** What readers see: tables without the number of the publication, and the rows of the manifest's files. */
async function published({ folder, database }: Installation) {
  const tables = ['person', 'household', 'relation', 'customer', 'alias', 'grid_node'];
  const rows = await withOwner(database.db, async (tx) => {
    const found: Record<string, unknown> = {};
    for (const table of tables) found[table] = await tx.query(`select t::text as row from population.${table} t order by 1`);
    found['quarantine'] = await tx.query('select file, row_number, field, code, state from intake.quarantine order by 1, 2');
    return found;
  });
  const manifest = await openLake(folder).manifest('320723');
  return { rows, files: manifest?.files.map(({ source, date, rows: count, md5 }) => [source, date, count, md5]), asOf: manifest?.as_of };
}

beforeAll(async () => {
  const people = Array.from({ length: 300 }, (_, index) => index + 1);
  deliver(delivery, { source: 'grid_roll', date: '2026-11-19', rows: [...people.map((n) => row('grid_roll', n)), '320723,cut'] });
  deliver(delivery, { source: 'customer', date: '2026-11-19', rows: people.filter((n) => n % 2 === 0).map((n) => row('customer', n)) });
  deliver(second, { source: 'grid_roll', date: '2026-11-20', rows: people.slice(0, 290).map((n) => row('grid_roll', n)) });
  const calm = await open();
  // Identifiers depend on the installation's key: all share the first one's.
  await load(calm, delivery);
  await load(calm, second);
  undisturbed = await published(calm);
}, 300_000);
afterAll(async () => {
  for (const { folder, database } of installations) {
    await database.drop();
    rmSync(folder, { recursive: true });
  }
  for (const folder of [delivery, second]) rmSync(folder, { recursive: true });
});

describe('a load that is killed', () => {
  it.each(stages)('%s leaves the last published state, and the next run finishes', async (_name, killAt) => {
    const installation = await open();
    const { cpSync } = await import('node:fs');
    cpSync(join(installations[0]?.folder ?? '', 'keys'), join(installation.folder, 'keys'), { recursive: true });
    await load(installation, delivery);
    const before = await published(installation);
    expect(await load(installation, second, killAt)).toBeNull();
    const after = await published(installation);
    // Killed before the commit nothing has changed; killed after it, everything of it holds.
    expect([before.rows, undisturbed.rows]).toContainEqual(after.rows);
    await load(installation, second);
    expect(await published(installation)).toEqual(undisturbed);
    const states = await withOwner(installation.database.db, (tx) =>
      tx.query<{ state: string }>('select state from intake.load order by load_no'),
    );
    expect(states.map(({ state }) => state)).toEqual([
      'published',
      expect.stringMatching(/interrupted|published/),
      expect.stringMatching(/published|unchanged/),
    ]);
  });
});
