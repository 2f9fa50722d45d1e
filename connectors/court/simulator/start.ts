import type { HttpFault, Simulator, SimulatorSettings, Startable } from '#platform/simulator/index.ts';
import type { WireRecords } from '../wire.ts';

export { startSimulator } from '#platform/simulator/index.ts';

export interface CourtSimulator extends Simulator<HttpFault> {
  /** What the court knows about a person; lists that are not given are empty. */
  put(idNo: string, records: Partial<WireRecords>): Promise<void>;
}

/** What a court's interface takes as a rule. */
export const usualPaceMs = [300, 1_200] as const;

/** `own`: `callers` by name with their keys, `truth` the hidden truth of a synthetic county. */
export function courtSimulator(settings: SimulatorSettings = {}): Startable<CourtSimulator> {
  return {
    file: new URL('./court.ts', import.meta.url),
    settings,
    handle: (simulator) => ({
      ...simulator,
      put: async (idNo, records) => void (await simulator.tell({ put: { id_no: idNo, records } })),
    }),
  };
}
