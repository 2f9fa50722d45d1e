import { z } from 'zod';
import { openTraits } from '#platform/simulator/index.ts';
import type { HttpFault, Simulator, SimulatorSettings, Startable } from '#platform/simulator/index.ts';

import type { CreditReport } from '../report.ts';
import { makeReport } from './make-report.ts';

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

/** What a bureau of this seed, without a hidden truth, is going to say about a person: for who chooses people by it. Nothing is asked, so no query is left behind. */
export async function reportToCome(
  seed: number,
  { name, idNo }: { name: string; idNo: string },
  now: Temporal.PlainDateTime,
): Promise<CreditReport> {
  const nobody = { id: '', organisation: '', operator: '', password: '', consentNo: '', sentAt: now.toString() };
  const risk = (await openTraits(seed, null)).of(idNo);
  return makeReport({ ...nobody, name, idNo, idType: '10', reason: '02' }, { seed, risk, now }, []);
}
