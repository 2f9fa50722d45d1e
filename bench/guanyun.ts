import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** The size of the whole-village credit project that sets the scale: 355 villages, 2,725 groups, 869,554 people. */
export const guanyunPeople = 869_554;

/** What one command of Qianmo did: its JSON answer, how long it took and the most memory it and its children held. */
export interface CommandRun {
  readonly answer: unknown;
  readonly seconds: number;
  readonly peakMiB: number;
}

/** Where benchmarks keep their county and lake between runs: `QIANMO_BENCH`, else `data/bench`. */
export function benchFolder(): string {
  return resolve(process.env['QIANMO_BENCH'] ?? 'data/bench');
}

/** The environment in which benchmark commands run: their own data folder, apart from the bank's. */
export function benchEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, QIANMO_DATA: join(benchFolder(), 'bank') };
}

/** The folder of the Guanyun-size county, made by the command line if it is not there. */
export async function guanyunCounty(): Promise<string> {
  const target = join(benchFolder(), `county-${guanyunPeople}-7`);
  if (existsSync(join(target, 'county.json'))) return target;
  await rm(`${target}.part`, { recursive: true, force: true });
  await mkdir(benchFolder(), { recursive: true });
  await runQianmo(['county', '--people', String(guanyunPeople), '--seed', '7', '--out', `${target}.part`]);
  await rename(`${target}.part`, target);
  return target;
}

/** Runs `qianmo <args> --json` in its own process group and watches the memory of the whole group through /proc. */
export async function runQianmo(args: readonly string[]): Promise<CommandRun> {
  const start = process.hrtime.bigint();
  const child = spawn(process.execPath, [resolve('apps/cli/main.ts'), ...args, '--json'], {
    env: benchEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  const { promise: ended, resolve: end, reject: fail } = Promise.withResolvers<number | null>();
  child.once('error', fail);
  child.once('close', end);
  let peakMiB = 0;
  const look = async (): Promise<void> => {
    peakMiB = Math.max(peakMiB, await residentMiB(child.pid ?? 0));
  };
  const watch = setInterval(() => void look(), 200);
  const code = await ended.finally(() => clearInterval(watch));
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (code !== 0) throw new Error(`qianmo ${args.join(' ')} ended with ${code ?? 'a signal'}`);
  return { answer: JSON.parse(Buffer.concat(output).toString('utf8')), seconds, peakMiB };
}

/** Resident memory of a process and its children, in MiB, counting shared pages once per process group by proportional set size where the kernel tells it. */
export async function residentMiB(pid: number): Promise<number> {
  let total = await proportionalKiB(pid);
  for (const child of await childrenOf(pid)) total += (await residentMiB(child)) * 1024;
  return total / 1024;
}

async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.split(' ').filter(Boolean).map(Number);
}

async function proportionalKiB(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0);
}
