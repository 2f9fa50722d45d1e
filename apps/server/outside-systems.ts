/** Stand-ins for the outside systems that a demonstration asks, in one process: alone each would cost 50 MB. */
import { startTogether } from '#platform/simulator/index.ts';
import type { SimulatorSettings } from '#platform/simulator/index.ts';
import { courtSimulator, usualPaceMs as courtPace } from '#connectors/court/simulator/start.ts';
import { bureauSimulator, usualPaceMs as bureauPace } from '#connectors/credit-bureau/simulator/start.ts';
import { faceSimulator, usualPaceMs as facePace } from '#connectors/face/simulator/start.ts';
import { governmentSimulator, usualPaceMs as governmentPace } from '#connectors/government-data/simulator/start.ts';
import { identitySimulator, usualPaceMs as identityPace } from '#connectors/identity-check/simulator/start.ts';
import { smsSimulator, usualPaceMs as smsPace } from '#connectors/sms/simulator/start.ts';

export interface OutsideSettings {
  seed: number;
  /** Whether answers take as long as they would, or come at once. */
  isPaced: boolean;
  /** The hidden truth of the synthetic county; null for chance alone. */
  truth: string | null;
  /** Where their clocks begin; the machine's unless given. */
  at?: string;
}

/** Stopping one stops all. */
export async function startOutsideSystems({ seed, isPaced, truth, at }: OutsideSettings) {
  const paced = ([from, to]: readonly [number, number]): SimulatorSettings => ({
    seed,
    pace_ms: isPaced ? [from, to] : [0, 0],
    ...(at === undefined ? {} : { at }),
  });
  const startables = {
    bureau: bureauSimulator({ ...paced(bureauPace), own: { truth } }),
    identity: identitySimulator(paced(identityPace)),
    government: governmentSimulator(paced(governmentPace)),
    court: courtSimulator({ ...paced(courtPace), own: { truth } }),
    face: faceSimulator(paced(facePace)),
    sms: smsSimulator(paced(smsPace)),
  };
  const [bureau, identity, government, court, face, sms] = await startTogether(Object.values(startables));
  if (!bureau || !identity || !government || !court || !face || !sms) throw new Error('six systems were started');
  return {
    bureau: startables.bureau.handle(bureau),
    identity: startables.identity.handle(identity),
    government: startables.government.handle(government),
    court: startables.court.handle(court),
    face: startables.face.handle(face),
    sms: startables.sms.handle(sms),
    stop: () => bureau.stop(),
  };
}
