import type { HttpFault, Simulator, SimulatorSettings, Startable } from '#platform/simulator/index.ts';
import type { WireContent } from '../wire.ts';

export { startSimulator } from '#platform/simulator/index.ts';

export interface GovernmentSimulator extends Simulator<HttpFault> {
  /** What one register knows about a person. */
  put(idNo: string, content: WireContent): Promise<void>;
}

/** What a province's platform takes as a rule. */
export const usualPaceMs = [400, 2_000] as const;

/** `own`: `callers` by name with their keys. */
export function governmentSimulator(settings: SimulatorSettings = {}): Startable<GovernmentSimulator> {
  return {
    file: new URL('./platform.ts', import.meta.url),
    settings,
    handle: (simulator) => ({
      ...simulator,
      put: async (idNo, content) => void (await simulator.tell({ put: { id_no: idNo, content } })),
    }),
  };
}
