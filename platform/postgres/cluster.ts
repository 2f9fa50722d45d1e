import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  closeSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import type { Launcher } from './launch.ts';

/** The files of one embedded cluster. */
export interface ClusterPaths {
  /** PostgreSQL's own data directory. */
  cluster: string;
  password: string;
  log: string;
}

export const clusterUser = 'qianmo';
const majorVersion = '18';

export function clusterPaths(folder: string, launcher: Launcher): ClusterPaths {
  return { cluster: launcher.folderFor(join(folder, 'cluster')), password: join(folder, 'password'), log: join(folder, 'server.log') };
}

/** Makes the cluster once; a process that dies half-way, or two that start together, leave either nothing or a whole cluster. */
export async function initialiseCluster(paths: ClusterPaths, launcher: Launcher, isDurable = true): Promise<boolean> {
  if (existsSync(join(paths.cluster, 'PG_VERSION'))) {
    const found = readFileSync(join(paths.cluster, 'PG_VERSION'), 'utf8').trim();
    if (found === majorVersion) return false;
    throw new Error(
      `${paths.cluster}: 数据由 PostgreSQL ${found} 写成，本版需要 ${majorVersion} / was written by PostgreSQL ${found}, this release needs ${majorVersion}; ` +
        'dump it with the old release and restore it here',
    );
  }
  const draft = `${paths.cluster}.draft-${process.pid}-${randomBytes(4).toString('hex')}`;
  const passwordFile = `${draft}.password`;
  mkdirSync(join(draft, '..'), { recursive: true });
  writeFileSync(passwordFile, clusterPassword(paths), { mode: 0o600 });
  try {
    await prepareDraft(draft, passwordFile, launcher, isDurable);
    renameSync(draft, paths.cluster);
    return true;
  } catch (error) {
    if (existsSync(join(paths.cluster, 'PG_VERSION'))) return false; // Another process was faster.
    throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
    rmSync(passwordFile, { force: true });
  }
}

async function prepareDraft(draft: string, passwordFile: string, launcher: Launcher, isDurable: boolean): Promise<void> {
  mkdirSync(draft, { mode: 0o700 });
  if (launcher.identity) {
    chownSync(draft, launcher.identity.uid, launcher.identity.gid);
    chownSync(passwordFile, launcher.identity.uid, launcher.identity.gid);
  }
  await launcher.run(launcher.binaries.initdb, [
    `--pgdata=${draft}`,
    `--username=${clusterUser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
    ...(isDurable ? [] : ['--no-sync']),
  ]);
}

/**
 * The password never leaves this machine: the server listens on the loopback address only. Written whole before it has its name, so that of several
 * processes that begin at once, or one that dies here, nobody finds it empty.
 */
export function clusterPassword(paths: ClusterPaths): string {
  if (!existsSync(paths.password)) {
    mkdirSync(join(paths.password, '..'), { recursive: true });
    const draft = `${paths.password}.draft-${process.pid}-${randomBytes(4).toString('hex')}`;
    try {
      writeFileSync(draft, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx', flush: true });
      linkSync(draft, paths.password);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    } finally {
      rmSync(draft, { force: true });
    }
  }
  return readFileSync(paths.password, 'utf8').trim();
}

/** What PostgreSQL notes about a running server in `postmaster.pid`. */
export interface Running {
  pid: number;
  port: number;
  /** Folder of its Unix socket; null where it has none, or none yet. */
  socketFolder: string | null;
}

/** The server that runs on this cluster, if one does. A note left behind by a killed server is removed when its process id now belongs to something else. */
export function findRunning(paths: ClusterPaths): Running | null {
  const note = join(paths.cluster, 'postmaster.pid');
  const text = readIfThere(note);
  if (text === null) return null;
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  if (!Number.isInteger(pid) || pid <= 0) return null;
  if (!isPostgres(pid, paths.cluster)) {
    rmSync(note, { force: true });
    return null;
  }
  return Number.isInteger(port) && port > 0 ? { pid, port, socketFolder: lines[4]?.trim() || null } : null;
}

/** A server that is just ending takes its note with it. */
function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Process ids are reused, in containers at once: only a process that was started with this very cluster counts. */
function isPostgres(pid: number, cluster: string): boolean {
  if (!isAlive(pid)) return false;
  const commandLine = `/proc/${pid}/cmdline`;
  if (!existsSync(commandLine)) return process.platform !== 'linux';
  return readFileSync(commandLine, 'utf8').split('\0').includes(cluster);
}

export function startCluster(
  paths: ClusterPaths,
  launcher: Launcher,
  { port, settings }: { port: number; settings: Record<string, string> },
) {
  const log = openSync(paths.log, 'a', 0o600);
  const flags = Object.entries({ ...clusterSettings(), ...socketSettings(paths, port), ...settings }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  try {
    return launcher.start(launcher.binaries.postgres, ['-D', paths.cluster, '-p', String(port), ...flags], log);
  } finally {
    closeSync(log);
  }
}

/** A bank's own server is tuned by its own people; these suit one machine that loads in bulk and keeps no replica. */
function clusterSettings(): Record<string, string> {
  const memoryMiB = Math.floor(totalmem() / 2 ** 20);
  const share = (part: number, most: number) => `${Math.max(64, Math.min(most, Math.floor(memoryMiB * part)))}MB`;
  return {
    listen_addresses: '127.0.0.1',
    max_connections: '80',
    shared_buffers: share(1 / 8, 1024),
    effective_cache_size: share(1 / 2, 16_384),
    work_mem: '32MB',
    maintenance_work_mem: share(1 / 16, 512),
    wal_level: 'minimal',
    max_wal_senders: '0',
    max_wal_size: '4GB',
    checkpoint_timeout: '15min',
    random_page_cost: '1.1',
    jit: 'off',
    log_min_messages: 'warning',
    log_timezone: 'UTC',
    timezone: 'UTC',
    ...(hasRoomForSharedMemory() ? {} : { dynamic_shared_memory_type: 'mmap' }),
  };
}

/** What the kernel takes for the path of a socket. */
const longestSocketPath = 107;

/**
 * A Unix socket beside the data, in the folder that is its owner's alone: a small statement on its way there and back costs half of what it costs by TCP.
 * Where the path is too long or there are no such sockets, TCP stays the only way.
 */
function socketSettings({ cluster }: ClusterPaths, port: number): Record<string, string> {
  const path = join(cluster, `.s.PGSQL.${port}`);
  const fits = process.platform !== 'win32' && Buffer.byteLength(path) <= longestSocketPath && !path.includes(',');
  return { unix_socket_directories: fits ? cluster : '', unix_socket_permissions: '0700' };
}

/** Containers often give /dev/shm only 64 MiB, which parallel queries fill. */
function hasRoomForSharedMemory(): boolean {
  if (!existsSync('/dev/shm')) return process.platform !== 'linux';
  const { bavail, bsize } = statfsSync('/dev/shm');
  return bavail * bsize > 256 * 2 ** 20;
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

/** How long the server's log is now; what follows belongs to the start that is about to be made. */
export const logSize = (paths: ClusterPaths): number => (existsSync(paths.log) ? statSync(paths.log).size : 0);

const logSince = (paths: ClusterPaths, offset: number): string[] =>
  existsSync(paths.log) ? readFileSync(paths.log).subarray(offset).toString('utf8').trim().split('\n') : [];

/** The end of the server's log, and the line before it that says why it ended: what a person needs to see when it does not start. */
export function lastLogLines(paths: ClusterPaths, offset = 0): string {
  const lines = logSince(paths, offset);
  const end = lines.slice(-4);
  const cause = lines.findLast((line) => /\b(PANIC|FATAL): {2}(?!the database system is|terminating)/.test(line));
  return [...(cause !== undefined && !end.includes(cause) ? [cause] : []), ...end].join(' | ');
}

/** Whether the server that was started found the disk full; waiting for it to become ready would be in vain. */
export function ranOutOfRoom(paths: ClusterPaths, offset: number): boolean {
  return logSince(paths, offset).some((line) => /\b(PANIC|FATAL): .*No space left on device/.test(line));
}
