import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clusterPaths, findRunning, isAlive } from './cluster.ts';
import { connectDatabase } from './connect.ts';
import { useEmbeddedPostgres } from './embedded.ts';
import type { EmbeddedPostgres } from './embedded.ts';
import { chooseLauncher } from './launch.ts';
import type { Launcher } from './launch.ts';
import { testSettings as settings } from './testing.ts';

let folder: string;
let launcher: Launcher;
const held: EmbeddedPostgres[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'qianmo-embedded-'));
  launcher = await chooseLauncher();
});
afterEach(async () => {
  for (const share of held.splice(0)) await share.release();
  rmSync(folder, { recursive: true, force: true });
});

async function use(): Promise<EmbeddedPostgres> {
  const share = await useEmbeddedPostgres({ folder, settings, launcher });
  held.push(share);
  return share;
}
async function release(share: EmbeddedPostgres): Promise<void> {
  held.splice(held.indexOf(share), 1);
  await share.release();
}
const paths = () => clusterPaths(folder, launcher);
async function ask(url: string, text: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(text);
  await client.end();
  return rows;
}

describe('one server for all who use the folder', () => {
  test('three that start at once share it, and the last to leave stops it', async () => {
    const shares = await Promise.all([use(), use(), use()]);
    const pid = findRunning(paths())?.pid ?? 0;
    expect(new Set(shares.map((share) => share.url)).size).toBe(1);
    const [first, second, last] = shares;
    await release(first);
    await release(second);
    expect(isAlive(pid)).toBe(true);
    await release(last);
    expect(findRunning(paths())).toBeNull();
  });

  test('what was committed is there at the next start', async () => {
    const first = await use();
    await ask(first.url, 'create table kept as select 7 as value');
    await release(first);
    expect(await ask((await use()).url, 'select value from kept')).toEqual([{ value: 7 }]);
  });
});

describe('after a crash', () => {
  test('of PostgreSQL, the next start recovers what was committed', async () => {
    const first = await use();
    await ask(first.url, 'create table kept as select 7 as value');
    const pid = findRunning(paths())?.pid ?? 0;
    process.kill(pid, 'SIGKILL');
    held.length = 0;
    await expect.poll(() => isAlive(pid)).toBe(false);
    expect(await ask((await use()).url, 'select value from kept')).toEqual([{ value: 7 }]);
  });

  test('of PostgreSQL, whoever had not noticed yet lets go without a complaint', async () => {
    const share = await use();
    const pid = String(findRunning(paths())?.pid ?? 0);
    const serving = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    process.kill(Number(pid), 'SIGKILL');
    // Waited for without returning to the event loop: it would tell that the connection has ended.
    const gone = 'for p in "$@"; do while grep -qs postgres "/proc/$p/cmdline"; do :; done; done';
    spawnSync('sh', ['-c', gone, 'sh', pid, ...serving]);
    await expect(release(share)).resolves.toBeUndefined();
  });

  test('of the whole machine, a note that names a process of somebody else does not stand in the way', async () => {
    await release(await use());
    const stranger = spawn('sleep', ['60']);
    writeFileSync(join(paths().cluster, 'postmaster.pid'), `${stranger.pid}\n${paths().cluster}\n0\n5432\n\n127.0.0.1\n0 0\nready\n`);
    expect(await ask((await use()).url, 'select 1 as value')).toEqual([{ value: 1 }]);
    stranger.kill();
  });

  test('of its user, the server that was left running is taken over and stopped in the end', async () => {
    const program = `import { useEmbeddedPostgres } from '#platform/postgres/index.ts';
      console.log((await useEmbeddedPostgres({ folder: process.argv[1] })).url);
      setInterval(() => {}, 1000);`;
    const user = spawn(process.execPath, ['--input-type=module-typescript', '-e', program, folder], {
      cwd: join(import.meta.dirname, '../..'),
    });
    const url = await new Promise<string>((done) => user.stdout.once('data', (text: Buffer) => done(text.toString().trim())));
    user.kill('SIGKILL');
    const share = await use();
    expect(share.url).toBe(url);
    await expect.poll(() => ask(share.url, `select count(*)::int as n from pg_locks where locktype = 'advisory'`)).toEqual([{ n: 1 }]);
    await release(share);
    expect(findRunning(paths())).toBeNull();
  });
});

test('the password and the log are for this user alone, and the server listens on this machine alone', async () => {
  const { url } = await use();
  expect(readFileSync(paths().password, 'utf8')).toHaveLength(32);
  expect(await ask(url, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
  const wrong = new Client({ connectionString: url.replace(/:[^:@]+@/, ':wrong@') });
  await expect(wrong.connect()).rejects.toMatchObject({ code: '28P01' });
});

test('threads that begin at once in new folders read one whole password each time', async () => {
  const places = Array.from({ length: 200 }, (_, place) => join(folder, String(place), 'password'));
  const program = `
    import { parentPort, workerData } from 'node:worker_threads';
    import { clusterPassword } from ${JSON.stringify(new URL('./cluster.ts', import.meta.url).href)};
    const { places, gate } = workerData;
    Atomics.add(gate, 0, 1);
    while (Atomics.load(gate, 0) < 4);
    parentPort.postMessage(places.map((password) => clusterPassword({ cluster: '', log: '', password })));`;
  const gate = new Int32Array(new SharedArrayBuffer(4));
  const read = Array.from({ length: 4 }, async (): Promise<string[]> => {
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(program)}`), { workerData: { places, gate } });
    const [passwords] = await once(worker, 'message');
    return passwords;
  });
  const [first, ...others] = await Promise.all(read);
  expect(first?.filter((password) => password.length === 32)).toHaveLength(places.length);
  for (const other of others) expect(other).toEqual(first);
});

test("it is reached by a socket that is this user's alone, where the path of one is short enough", async () => {
  const share = await use();
  const way = `select inet_client_addr()::text as address, current_setting('unix_socket_permissions') as mode`;
  expect(await ask(share.url, way)).toEqual([{ address: null, mode: '0700' }]);
  expect(statSync(paths().cluster).mode & 0o777).toBe(0o700);
  const far = join(folder, 'far'.repeat(40));
  const long = await useEmbeddedPostgres({ folder: far, settings });
  expect(await ask(long.url, way)).toMatchObject([{ address: '127.0.0.1/32' }]);
  await long.release();
});

test('a cluster of another major version is named, not touched', async () => {
  await release(await use());
  writeFileSync(join(paths().cluster, 'PG_VERSION'), '15\n');
  await expect(use()).rejects.toThrow(/was written by PostgreSQL 15/);
  writeFileSync(join(paths().cluster, 'PG_VERSION'), '18\n');
});

test.runIf(process.getuid?.() === 0)('without user namespaces root runs it as another user, in a folder that user can reach', async () => {
  const other = await chooseLauncher({ namespaces: false });
  expect(other.identity?.uid).toBeGreaterThan(0);
  const share = await useEmbeddedPostgres({ folder, settings, launcher: other });
  expect(await ask(share.url, 'select 1 as value')).toEqual([{ value: 1 }]);
  await share.release();
  rmSync(clusterPaths(folder, other).cluster, { recursive: true, force: true });
});

describe('DATABASE_URL', () => {
  test.each([
    ['nonsense', 'must look like postgres://'],
    ['postgres://localhost', 'must look like postgres://'],
    ['mysql://localhost/x', 'must look like postgres://'],
    ['postgres://u:p@127.0.0.1:1/x', 'cannot be reached'],
    ['postgres://u:p@no-such-host.invalid/x', 'does not resolve'],
  ])('%s is refused in one line', async (databaseUrl, words) => {
    const refusal = await connectDatabase({ dataFolder: folder, databaseUrl }).catch((error: unknown) => error);
    expect(String(refusal)).toContain(words);
    expect(String(refusal)).not.toContain(':p@');
  });

  test('a wrong password and a missing database are told apart', async () => {
    const { url } = await use();
    await expect(connectDatabase({ dataFolder: folder, databaseUrl: url.replace(/:[^:@]+@/, ':wrong@') })).rejects.toThrow('not accepted');
    await expect(connectDatabase({ dataFolder: folder, databaseUrl: url.replace(/qianmo$/, 'nowhere') })).rejects.toThrow('does not exist');
    const connection = await connectDatabase({ dataFolder: folder, databaseUrl: url });
    expect(connection.isEmbedded).toBe(false);
    await connection.close();
  });
});
