import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { giveCommand } from './control.ts';
import type { SimulatorSettings } from './definition.ts';
import type { PlannedFault } from './faults.ts';
import { startProgram } from './program.ts';
import type { Program } from './program.ts';

const host = fileURLToPath(new URL('./main.ts', import.meta.url));
const readyLine = z.array(z.object({ name: z.string(), port: z.int(), control_port: z.int() }));

/** One simulated system that runs. */
export interface Simulator<Fault extends string = string> {
  readonly name: string;
  readonly port: number;
  readonly controlPort: number;
  readonly pid: number;
  /** What is not given stays as it was. */
  setFaults(faults: { seed?: number; rates?: Partial<Record<Fault, number>>; delay_ms?: number }): Promise<void>;
  /** The next request that fits each is struck by it. */
  plan(...faults: PlannedFault<Fault>[]): Promise<void>;
  /** A command of its own. */
  tell(asked: object): Promise<unknown>;
  /** Ends the process, and whatever else runs in it. */
  stop(): Promise<void>;
  kill(): Promise<void>;
}

/** What to start: the file that defines the system, its settings, and the handle that its callers like. */
export interface Startable<Handle> {
  file: URL;
  settings: SimulatorSettings;
  handle(simulator: Simulator): Handle;
}

/** In a process of its own. */
export async function startSimulator<Handle>(startable: Startable<Handle>): Promise<Handle> {
  const [simulator] = await startProcess([startable]);
  if (!simulator) throw new Error('no simulator');
  return startable.handle(simulator);
}

/** Many in one process, for where memory counts. Answers them in their order; stopping one stops all. */
export async function startTogether(startables: readonly Startable<unknown>[]): Promise<Simulator[]> {
  return startProcess(startables);
}

async function startProcess(startables: readonly Startable<unknown>[]): Promise<Simulator[]> {
  const args = startables.map(({ file, settings }) => JSON.stringify({ ...settings, file: fileURLToPath(file) }));
  const program = await startProgram(host, args);
  return readyLine.parse(program.ready).map(({ name, port, control_port: controlPort }) => handleOf(program, name, port, controlPort));
}

function handleOf({ pid, stop, kill }: Program, name: string, port: number, controlPort: number): Simulator {
  return {
    name,
    port,
    controlPort,
    pid,
    setFaults: async (faults) => void (await giveCommand(controlPort, { faults })),
    plan: async (...plan) => void (await giveCommand(controlPort, { plan })),
    tell: (asked) => giveCommand(controlPort, { do: asked }),
    stop,
    kill,
  };
}
