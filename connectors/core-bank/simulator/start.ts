import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { controlReply } from './control.ts';
import type { Command, ControlReply } from './control.ts';
import type { FaultChange, PlannedFault } from './faults.ts';

/** Everything that can go wrong there on demand. */
export { faults } from './faults.ts';

const program = fileURLToPath(new URL('./main.ts', import.meta.url));
const readyLine = z.object({ port: z.int(), control_port: z.int() });

export interface SimulatorSettings {
  /** Where it keeps its book; a second start in the same folder goes on where the first ended. */
  folder: string;
  /** A free one unless given; after a crash, the earlier one. */
  port?: number;
  /** Calm unless given. */
  faults?: FaultChange;
  openingFen?: bigint;
}

export interface Simulator {
  readonly port: number;
  /** When the process has ended, whoever ended it. */
  readonly ended: Promise<void>;
  /** What is not given stays as it was. */
  setFaults(faults: FaultChange): Promise<void>;
  /** The next request that fits each is struck by it. */
  plan(...faults: PlannedFault[]): Promise<void>;
  /** Writes the day's reconciliation file and its control file; answers the file's path. */
  writeDay(date: Temporal.PlainDate, folder: string): Promise<string>;
  /** Null for an account that was never used. */
  balanceFen(entityId: string, account: string): Promise<bigint | null>;
  stop(): Promise<void>;
  /** As a power cut. */
  kill(): Promise<void>;
}

/** Starts it as a process of its own, which ends with this one; resolves when it listens. */
export async function startSimulator(settings: SimulatorSettings): Promise<Simulator> {
  const child = spawn(process.execPath, [program, ...argumentsOf(settings)], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const ended = once(child, 'close').then(() => undefined);
  const { port, control_port: controlPort } = await readyOf(child);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await ended;
  };
  return {
    port,
    ended,
    setFaults: async (faults) => void (await command(controlPort, { faults })),
    plan: async (...plan) => void (await command(controlPort, { plan })),
    writeDay: async (date, folder) => (await command(controlPort, { write_day: date.toString(), folder })).path ?? '',
    balanceFen: async (entityId, account) => {
      const { balance_fen: balance } = await command(controlPort, { balance: { entity_id: entityId, account } });
      return balance === null || balance === undefined ? null : BigInt(balance);
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

function argumentsOf({ folder, port = 0, faults = {}, openingFen }: SimulatorSettings): string[] {
  const rates = Object.entries(faults.rates ?? {}).flatMap(([fault, rate]) => ['--fault', `${fault}=${rate}`]);
  return [
    '--folder',
    folder,
    '--port',
    String(port),
    ...(openingFen === undefined ? [] : ['--opening-fen', String(openingFen)]),
    ...(faults.seed === undefined ? [] : ['--seed', String(faults.seed)]),
    ...(faults.delay_ms === undefined ? [] : ['--delay-ms', String(faults.delay_ms)]),
    ...rates,
  ];
}

/** Its first line; an error with its own words when it ends before that. */
async function readyOf({ stdout, stderr }: ChildProcess) {
  if (!stdout || !stderr) throw new Error('no pipes');
  let said = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-10_000);
  });
  for await (const line of createInterface({ input: stdout })) return readyLine.parse(JSON.parse(line));
  throw new Error(`核心系统模拟器未能启动 / the simulator did not start: ${said.trim()}`);
}

async function command(port: number, asked: Command): Promise<Extract<ControlReply, { ok: true }>> {
  const socket = connect({ port, host: '127.0.0.1' });
  try {
    socket.write(`${JSON.stringify(asked)}\n`);
    for await (const line of createInterface({ input: socket })) {
      const reply = controlReply.parse(JSON.parse(line));
      if ('error' in reply) throw new Error(reply.error);
      return reply;
    }
    throw new Error('模拟器未应答 / the simulator did not answer');
  } finally {
    socket.destroy();
  }
}
