import { z } from 'zod';
import type { HttpFault, Simulator, SimulatorSettings, Startable } from '#platform/simulator/index.ts';

export { startSimulator } from '#platform/simulator/index.ts';

export interface BureauSimulator extends Simulator<HttpFault> {
  /** How many queries about a person the bureau has counted. */
  queriesOf(idNo: string): Promise<number>;
}

/** What the bureau takes as a rule. */
export const usualPaceMs = [1_000, 3_000] as const;

/** `own`: `operators` with their passwords, `truth` the hidden truth of a synthetic county. */
export function bureauSimulator(settings: SimulatorSettings = {}): Startable<BureauSimulator> {
  return {
    file: new URL('./bureau.ts', import.meta.url),
    settings,
    handle: (simulator) => ({
      ...simulator,
      queriesOf: async (idNo) => z.number().parse(await simulator.tell({ queries_of: idNo })),
    }),
  };
}
