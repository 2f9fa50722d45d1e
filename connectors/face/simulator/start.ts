import { z } from 'zod';
import type { HttpFault, Simulator, SimulatorSettings, Startable } from '#platform/simulator/index.ts';
import type { WireResult } from '../wire.ts';

export { startSimulator } from '#platform/simulator/index.ts';

export interface FaceSimulator extends Simulator<HttpFault> {
  /** A capture as a person's device would have made it; answers its session token. */
  capture(idNo: string, result?: Partial<WireResult>): Promise<string>;
}

/** What a provider takes as a rule. */
export const usualPaceMs = [400, 1_500] as const;

const captured = z.object({ token: z.string() });

/** `own`: `callers` by name with their keys. */
export function faceSimulator(settings: SimulatorSettings = {}): Startable<FaceSimulator> {
  return {
    file: new URL('./face.ts', import.meta.url),
    settings,
    handle: (simulator) => ({
      ...simulator,
      capture: async (idNo, result = {}) => captured.parse(await simulator.tell({ capture: { id_no: idNo, result } })).token,
    }),
  };
}
