import type { Simulator, SimulatorSettings, Startable } from '#platform/simulator/index.ts';
import type { IdentityFault } from './faults.ts';

export { startSimulator } from '#platform/simulator/index.ts';

export interface IdentitySimulator extends Simulator<IdentityFault> {
  /** Who has a number; a name of null for nobody. Whoever is not put there has the name that is asked about. */
  put(idNo: string, person: { name: string | null; photo?: boolean }): Promise<void>;
}

/** What the register takes as a rule. */
export const usualPaceMs = [300, 1_000] as const;

export function identitySimulator(settings: SimulatorSettings = {}): Startable<IdentitySimulator> {
  return {
    file: new URL('./register.ts', import.meta.url),
    settings,
    handle: (simulator) => ({
      ...simulator,
      put: async (idNo, person) => void (await simulator.tell({ put: { id_no: idNo, person } })),
    }),
  };
}
