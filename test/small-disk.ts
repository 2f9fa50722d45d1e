import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';

/** A real file system of a few megabytes: as root by a mount, else in a user namespace of our own. */
export interface SmallDisk {
  /** Runs a program where the disk is to be seen; answers its exit code and what it said. */
  run(program: string, args: readonly string[], env?: Record<string, string>): Outcome;
  /** How to start a program there. */
  line(program: string, args: readonly string[]): [string, string[]];
  /** Leaves this much room. */
  fill(kibibytes: number): void;
  makeRoom(): void;
  close(): Promise<void>;
}

export interface Outcome {
  code: number | null;
  out: string;
  err: string;
}

export type Way = 'mount' | 'namespace';
const namespace = ['--user', '--map-root-user', '--mount'];

/** How this machine lets us have a disk of our own; null = not at all. */
export function wayToMount(): Way | null {
  const tried = 'd=$(mktemp -d) && mount -t tmpfs -o size=1m tmpfs "$d" && umount "$d" && rmdir "$d"';
  if (process.getuid?.() === 0 && spawnSync('sh', ['-c', tried]).status === 0) return 'mount';
  return spawnSync('unshare', [...namespace, 'sh', '-c', tried]).status === 0 ? 'namespace' : null;
}

/** Mounts `megabytes` at `folder`. */
export async function openSmallDisk(way: Way, folder: string, megabytes: number): Promise<SmallDisk> {
  mkdirSync(folder, { recursive: true });
  const mount = ['mount', '-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'tmpfs', folder];
  const place = way === 'mount' ? mountHere(mount, folder) : await mountInside(mount);
  const run: SmallDisk['run'] = (program, args, env = {}) => {
    const [command, rest] = place.line(program, args);
    const { status, stdout, stderr } = spawnSync(command, rest, {
      encoding: 'utf8',
      env: { ...process.env, ...env },
      maxBuffer: 64 << 20,
    });
    return { code: status, out: stdout, err: stderr };
  };
  const shell = (script: string): void => {
    const { code, err } = run('sh', ['-c', script, 'sh', folder]);
    if (code !== 0) throw new Error(err);
  };
  return {
    run,
    line: place.line,
    fill: (kibibytes) => shell(fillingScript(kibibytes)),
    makeRoom: () => shell('rm -f "$1/filler"'),
    close: place.close,
  };
}

/** Shell: leaves `kibibytes` of room on the disk named by its first argument. `head` may find less room than was reported; then it has done what it was for. */
export function fillingScript(kibibytes: number): string {
  const room = `$(($(df -Pk "$1" | awk 'NR == 2 { print $4 }') - ${kibibytes}))`;
  return `rm -f "$1/filler"; size=${room}; [ "$size" -le 0 ] || head -c "\${size}k" /dev/zero > "$1/filler" || [ -s "$1/filler" ]`;
}

type Place = Pick<SmallDisk, 'line' | 'close'>;

function mountHere([program = '', ...args]: readonly string[], folder: string): Place {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return {
    line: (command, rest) => [command, [...rest]],
    async close() {
      const unmounted = spawnSync('umount', [folder], { encoding: 'utf8' });
      if (unmounted.status !== 0) throw new Error(unmounted.stderr);
    },
  };
}

/** The mount lives as long as a process inside: one waits for its input to end, and everything else enters where it is. */
async function mountInside(mount: readonly string[]): Promise<Place> {
  const keep = ['sh', '-c', '"$@" && echo ready && exec cat', 'sh', ...mount];
  const keeper = spawn('unshare', [...namespace, ...keep], { stdio: ['pipe', 'pipe', 'inherit'] });
  await Promise.race([once(keeper.stdout, 'data'), failureOf(keeper)]);
  const inside = ['--target', String(keeper.pid), '--user', '--mount', '--preserve-credentials', `--wd=${process.cwd()}`];
  return {
    line: (command, rest) => ['nsenter', [...inside, command, ...rest]],
    async close() {
      const ended = once(keeper, 'close');
      keeper.stdin.end();
      await ended;
    },
  };
}

async function failureOf(keeper: ReturnType<typeof spawn>): Promise<never> {
  const [code] = await once(keeper, 'close');
  throw new Error(`unshare ended with ${String(code)}`);
}
