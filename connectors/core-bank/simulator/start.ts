import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { giveCommand, startProgram } from '#platform/simulator/index.ts';
import type { Fault, PlannedCoreFault } from './faults.ts';

/** Everything that can go wrong there on demand. */
export { faults } from './faults.ts';

/** What is not given stays as it was. */
export interface FaultChange {
  seed?: number;
  rates?: Partial<Record<Fault, number>>;
  delay_ms?: number;
}

const program = fileURLToPath(new URL('./main.ts', import.meta.url));
const path = z.string();
const digits = z.string().nullable();
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
  plan(...faults: PlannedCoreFault[]): Promise<void>;
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
  const { ready, ended, stop, kill } = await startProgram(program, argumentsOf(settings));
  const { port, control_port: controlPort } = readyLine.parse(ready);
  return {
    port,
    ended,
    setFaults: async (faults) => void (await giveCommand(controlPort, { faults })),
    plan: async (...plan) => void (await giveCommand(controlPort, { plan })),
    writeDay: async (date, folder) => path.parse(await giveCommand(controlPort, { do: { write_day: date.toString(), folder } })),
    balanceFen: async (entityId, account) => {
      const balance = digits.parse(await giveCommand(controlPort, { do: { balance: { entity_id: entityId, account } } }));
      return balance === null ? null : BigInt(balance);
    },
    stop,
    kill,
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
