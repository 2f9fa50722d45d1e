import { z } from 'zod';
import type { Simulator, SimulatorSettings, Startable } from '#platform/simulator/index.ts';
import type { SmsFault } from './faults.ts';

export { startSimulator } from '#platform/simulator/index.ts';

export interface SmsSimulator extends Simulator<SmsFault> {
  /** Texts that a phone has, oldest first. */
  inbox(phone: string): Promise<readonly string[]>;
  /** A message from a phone. */
  reply(phone: string, text: string): Promise<void>;
}

/** What a gateway takes as a rule. */
export const usualPaceMs = [50, 300] as const;

/** `own`: `accounts` of six characters with their secrets. */
export function smsSimulator(settings: SimulatorSettings = {}): Startable<SmsSimulator> {
  return {
    file: new URL('./gateway.ts', import.meta.url),
    settings,
    handle: (simulator) => ({
      ...simulator,
      inbox: async (phone) => z.array(z.string()).parse(await simulator.tell({ inbox: phone })),
      reply: async (phone, text) => void (await simulator.tell({ reply: { phone, text } })),
    }),
  };
}
