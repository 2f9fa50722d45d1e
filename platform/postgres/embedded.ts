import type { ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, DatabaseError } from 'pg';
import {
  clusterPassword,
  clusterPaths,
  clusterUser,
  findRunning,
  freePort,
  initialiseCluster,
  isAlive,
  lastLogLines,
  logSize,
  ranOutOfRoom,
  startCluster,
} from './cluster.ts';
import type { ClusterPaths, Running } from './cluster.ts';
import { chooseLauncher } from './launch.ts';
import type { Launcher } from './launch.ts';

/** A share in the embedded server: every process of this data folder holds one, and the last to let go stops the server. */
export interface EmbeddedPostgres {
  url: string;
  release(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Folder of the cluster, its password and its log; made when missing. */
  folder: string;
  database?: string;
  settings?: Record<string, string>;
  launcher?: Launcher;
}

const startSeconds = 60;
/** Held shared by every user of the server; whoever can take it alone is the last one. */
const usersLock = 7_110_002;

/** Finds the server that another process of this data folder runs, or starts it. Safe when several processes do this at once. */
export async function useEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const launcher = options.launcher ?? (await chooseLauncher());
  const paths = clusterPaths(options.folder, launcher);
  const database = options.database ?? 'qianmo';
  const deadline = Date.now() + startSeconds * 1000;
  const logged = logSize(paths);
  for (;;) {
    await initialiseCluster(paths, launcher, options.settings?.['fsync'] !== 'off');
    const running = findRunning(paths) ?? (await start(paths, launcher, options.settings ?? {}));
    const keeper = running && (await join(paths, running));
    if (running && keeper) {
      await ensureDatabase(keeper, database);
      // Asked again: the server notes its socket after its port.
      return { url: addressOf(paths, findRunning(paths) ?? running, database), release: () => leave(keeper, paths, running.pid) };
    }
    if (Date.now() > deadline || (!keeper && ranOutOfRoom(paths, logged))) {
      throw new Error(`PostgreSQL 未能就绪 / did not become ready: ${lastLogLines(paths, logged)} (${paths.log})`);
    }
    await pause(100); // Another process is starting or stopping it; look again.
  }
}

async function start(paths: ClusterPaths, launcher: Launcher, settings: Record<string, string>): Promise<Running | null> {
  const port = await freePort();
  const logged = logSize(paths);
  const child = startCluster(paths, launcher, { port, settings });
  child.unref();
  const ended = endOf(child);
  for (;;) {
    const outcome = await Promise.race([ended, pause(30, 'running' as const)]);
    const running = findRunning(paths);
    if (outcome === 'running' && running && running.pid === child.pid) return running;
    if (outcome === 'running') continue;
    if (running) return running; // Another process won the start.
    throw startFailure(paths, outcome, logged);
  }
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`exit ${code ?? signal}`));
  });
}

function startFailure(paths: ClusterPaths, outcome: string, logged: number): Error {
  return new Error(`PostgreSQL 无法启动 / could not start (${outcome}): ${lastLogLines(paths, logged)} (${paths.log})`);
}

/** Connects and takes a share; null while the server is not ready, or when it is just being stopped. */
async function join(paths: ClusterPaths, running: Running): Promise<Client | null> {
  const deadline = Date.now() + startSeconds * 1000;
  while (isAlive(running.pid) && Date.now() < deadline) {
    const client = new Client({ connectionString: addressOf(paths, running, 'postgres'), application_name: 'qianmo keeper' });
    client.on('error', () => undefined); // The share ends with the connection; whoever uses the pool sees the failure itself.
    try {
      await client.connect();
      const { rows } = await client.query<{ shared: boolean }>('select pg_try_advisory_lock_shared($1) as shared', [usersLock]);
      if (rows[0]?.shared) return client;
      await client.end();
      return null;
    } catch (error) {
      if (!isNotReady(error)) throw error;
      await pause(50);
    }
  }
  return null;
}

/** Refused connections, a socket that is gone or closed at its other end (EPIPE where TCP says ECONNRESET), and the server's own "starting up" or "shutting down" answers (57P03, 57P01). */
function isNotReady(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return (
    ['57P03', '57P01', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT'].includes(code) || /terminated unexpectedly/.test(error.message)
  );
}

async function ensureDatabase(client: Client, name: string): Promise<void> {
  const found = await client.query('select 1 from pg_database where datname = $1', [name]);
  if (found.rowCount) return;
  try {
    await client.query(`create database ${client.escapeIdentifier(name)}`);
  } catch (error) {
    const code = error instanceof DatabaseError ? error.code : undefined;
    if (code !== '42P04' && code !== '23505') throw error; // 42P04, 23505: another process created it meanwhile.
  }
}

async function leave(keeper: Client, paths: ClusterPaths, pid: number): Promise<void> {
  const isLast = await letGo(keeper);
  if (!isLast) return keeper.end();
  process.kill(pid, 'SIGINT'); // "Fast shutdown": open work is rolled back, the data files are left clean.
  await keeper.end().catch(() => undefined); // The server closes this connection itself, sometimes first.
  const deadline = Date.now() + startSeconds * 1000;
  while (isAlive(pid) && findRunning(paths)?.pid === pid) {
    if (Date.now() > deadline)
      throw new Error(`PostgreSQL (pid ${pid}) 未能停止 / did not stop in ${startSeconds} s: ${lastLogLines(paths)}`);
    await pause(30);
  }
}

/** False also when the server is gone already: then there is nothing to stop. */
async function letGo(keeper: Client): Promise<boolean> {
  try {
    await keeper.query('select pg_advisory_unlock_shared($1)', [usersLock]);
    const { rows } = await keeper.query<{ alone: boolean }>('select pg_try_advisory_lock($1) as alone', [usersLock]);
    return rows[0]?.alone ?? false;
  } catch (error) {
    if (isNotReady(error) || (error instanceof Error && /not queryable|closed/i.test(error.message))) return false;
    throw error;
  }
}

/** By its Unix socket where it has one: a folder in place of the host, as libpq and pg take it. */
function addressOf(paths: ClusterPaths, { port, socketFolder }: Running, database: string): string {
  const host = socketFolder === null ? '127.0.0.1' : encodeURIComponent(socketFolder);
  return `postgres://${clusterUser}:${clusterPassword(paths)}@${host}:${port}/${database}`;
}
