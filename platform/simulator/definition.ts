import type { Server } from 'node:net';
import { z } from 'zod';
import { clockFrom, systemClock } from '#platform/clock/index.ts';
import type { Clock } from '#platform/clock/index.ts';
import { controlServer } from './control.ts';
import { calm, Faults, faultSchema } from './faults.ts';
import { listen } from './program.ts';
import { unit } from './random.ts';

/** What a simulated system is given. */
export interface World<Fault extends string> {
  faults: Faults<Fault>;
  seed: number;
  clock: Clock;
  /** Milliseconds that an answer takes, of the question alone. */
  paceMs(subject: string): number;
  /** One line for people, without personal data. */
  say(line: string): void;
}

export interface Peer {
  server: Server;
  /** Commands over the control port that only this system understands. */
  obey: (asked: unknown) => unknown;
}

export interface Definition<Fault extends string, Own> {
  name: string;
  faults: readonly Fault[];
  /** Settings that only this system has. */
  own: z.ZodType<Own>;
  open(world: World<Fault>, own: Own): Peer | Promise<Peer>;
}

export const simulatorSettings = z.strictObject({
  port: z.int().default(0),
  control_port: z.int().default(0),
  seed: z.int().default(calm.seed),
  rates: z.record(z.string(), z.number()).default({}),
  delay_ms: z.int().default(calm.delay_ms),
  /** How long answers take; at once unless given. */
  pace_ms: z.tuple([z.int().min(0), z.int().min(0)]).default([0, 0]),
  /** Its clock shows that now and runs on; the machine's clock unless given. A peer whose clock differs by minutes is not believed. */
  at: z.iso.datetime().optional(),
  own: z.unknown().optional(),
});
export type SimulatorSettings = z.input<typeof simulatorSettings>;

export interface Ports {
  port: number;
  control_port: number;
}

/** A definition whose own types nobody needs to know any more. */
export interface SimulatedSystem {
  name: string;
  listen(settings: SimulatorSettings): Promise<Ports>;
}

export function defineSimulator<const Fault extends string, Own>(definition: Definition<Fault, Own>): SimulatedSystem {
  const { name } = definition;
  return {
    name,
    async listen(given) {
      const {
        seed,
        rates,
        delay_ms,
        pace_ms: [from, to],
        at,
        ...settings
      } = simulatorSettings.parse(given);
      const faults = new Faults(definition.faults, faultSchema(definition.faults).parse({ seed, rates, delay_ms }));
      const world: World<Fault> = {
        faults,
        seed,
        clock: at === undefined ? systemClock : clockFrom(at),
        paceMs: (subject) => from + Math.floor(unit(`${seed}|pace|${subject}`) * (to - from + 1)),
        say: (line) => void process.stderr.write(`${name}: ${line}\n`),
      };
      const { server, obey } = await definition.open(world, definition.own.parse(settings.own ?? {}));
      const port = await listen(server, settings.port);
      return { port, control_port: await listen(controlServer({ faults, obey }), settings.control_port) };
    },
  };
}
