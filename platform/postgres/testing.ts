import { createHash, randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { ModuleName } from '#modules/order.ts';
import { openDatabase } from './database.ts';
import type { Database } from './database.ts';
import { useEmbeddedPostgres } from './embedded.ts';
import { listMigrations, migrate } from './migrate.ts';

export interface TestDatabase {
  db: Database;
  url: string;
  drop(): Promise<void>;
}

/** Set by the test run; one server serves the whole run and its tests start it when the first of them needs it. */
export const testFolderVariable = 'QIANMO_TEST_POSTGRES';

/** Nothing of a test run outlives it, so its server need not wait for the disk. */
export const testSettings = { fsync: 'off', full_page_writes: 'off', shared_buffers: '128MB', max_wal_size: '1GB' };

/** A fresh, migrated, empty database: a clone of a template made once per run. `last`: without the tables of the modules after that one. */
export async function createTestDatabase(last?: ModuleName): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const template = await ensureTemplate(last);
  const admin = await testServerUrl();
  await onServer(admin, (client) => client.query(`create database ${name} template ${template}`));
  const url = withDatabase(admin, name);
  const db = openDatabase({ url, max: 5 });
  return {
    db,
    url,
    async drop() {
      await db.close();
      await onServer(admin, (client) => client.query(`drop database ${name} with (force)`));
    },
  };
}

let server: Promise<string> | undefined;

function testServerUrl(): Promise<string> {
  const folder = process.env[testFolderVariable];
  if (!folder) throw new Error(`${testFolderVariable} is not set: run database tests through vitest with the project's configuration`);
  // The share is never released here: the run's own teardown stops the server after the last worker.
  server ??= useEmbeddedPostgres({ folder, database: 'postgres', settings: testSettings }).then((embedded) => embedded.url);
  return server;
}

const templates = new Map<ModuleName | undefined, Promise<string>>();

function ensureTemplate(last: ModuleName | undefined): Promise<string> {
  const template = templates.get(last) ?? makeTemplate(last);
  templates.set(last, template);
  return template;
}

const templateLock = 7_110_003;

async function makeTemplate(last: ModuleName | undefined): Promise<string> {
  const admin = await testServerUrl();
  const migrations = listMigrations(last);
  const fingerprint = createHash('sha256')
    .update(migrations.map((migration) => migration.checksum).join())
    .digest('hex');
  const name = `template_${fingerprint.slice(0, 12)}`;
  await onServer(admin, async (client) => {
    await client.query('select pg_advisory_lock($1)', [templateLock]);
    const ready = await client.query('select 1 from pg_database where datname = $1 and datistemplate', [name]);
    if (ready.rowCount) return;
    await client.query(`drop database if exists ${name}`);
    await client.query(`create database ${name}`);
    const db = openDatabase({ url: withDatabase(admin, name), max: 1 });
    await migrate(db, migrations).finally(() => db.close());
    await client.query(`alter database ${name} is_template true allow_connections false`);
  });
  return name;
}

async function onServer(url: string, work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await work(client).finally(() => client.end());
}

function withDatabase(url: string, name: string): string {
  const address = new URL(url);
  address.pathname = `/${name}`;
  return address.href;
}
