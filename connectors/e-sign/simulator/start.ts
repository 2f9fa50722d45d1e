import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Algorithm } from './authority.ts';
import { controlReply } from './control.ts';
import type { Command } from './control.ts';
import type { FaultChange, PlannedFault } from './faults.ts';

const program = fileURLToPath(new URL('./main.ts', import.meta.url));
const readyLine = z.object({ port: z.int(), control_port: z.int(), root: z.base64() });

export interface SimulatorSettings {
  /** Where it keeps its keys and what it has signed; a second start in the same folder goes on where the first ended. */
  folder: string;
  /** A free one unless given; after a crash, the earlier one. */
  port?: number;
  /** Of the keys that it makes in a new folder. */
  algorithm?: Algorithm;
  /** Its clock begins there and runs on; the machine's clock unless given. */
  at?: string;
  platform?: string;
  secret?: string;
  /** Calm unless given. */
  faults?: FaultChange;
}

export interface Simulator {
  readonly port: number;
  readonly url: string;
  /** DER of its root certificate. */
  readonly root: Buffer;
  readonly ended: Promise<void>;
  setFaults(faults: FaultChange): Promise<void>;
  /** The next request that fits each is struck by it. */
  plan(...faults: PlannedFault[]): Promise<void>;
  stop(): Promise<void>;
  /** As a power cut. */
  kill(): Promise<void>;
}

/** Starts it as a process of its own, which ends with this one; resolves when it listens. */
export async function startSimulator(settings: SimulatorSettings): Promise<Simulator> {
  const child = spawn(process.execPath, [program, ...argumentsOf(settings)], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const ended = once(child, 'close').then(() => undefined);
  const { port, control_port: controlPort, root } = await readyOf(child);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await ended;
  };
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    root: Buffer.from(root, 'base64'),
    ended,
    setFaults: (faults) => command(controlPort, { faults }),
    plan: (...plan) => command(controlPort, { plan }),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

function argumentsOf({ folder, port = 0, algorithm, at, platform, secret, faults = {} }: SimulatorSettings): string[] {
  const given: Record<string, string | number | undefined> = {
    folder,
    port,
    algorithm,
    at,
    platform,
    secret,
    seed: faults.seed,
    'delay-ms': faults.delay_ms,
  };
  const rates = Object.entries(faults.rates ?? {}).flatMap(([fault, rate]) => ['--fault', `${fault}=${rate}`]);
  return [...Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, String(value)])), ...rates];
}

/** Its first line; an error with its own words when it ends before that. */
async function readyOf({ stdout, stderr }: ChildProcess) {
  if (!stdout || !stderr) throw new Error('no pipes');
  let said = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-10_000);
  });
  for await (const line of createInterface({ input: stdout })) return readyLine.parse(JSON.parse(line));
  throw new Error(`电子签名模拟器未能启动 / the simulator did not start: ${said.trim()}`);
}

async function command(port: number, asked: Command): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1' });
  try {
    socket.write(`${JSON.stringify(asked)}\n`);
    for await (const line of createInterface({ input: socket })) {
      const reply = controlReply.parse(JSON.parse(line));
      if ('error' in reply) throw new Error(reply.error);
      return;
    }
    throw new Error('模拟器未应答 / the simulator did not answer');
  } finally {
    socket.destroy();
  }
}
