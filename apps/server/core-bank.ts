import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openCoreBank } from '#connectors/core-bank/index.ts';
import type { CoreBank } from '#connectors/core-bank/index.ts';
import { startSimulator } from '#connectors/core-bank/simulator/start.ts';
import type { Payments } from '#modules/servicing/index.ts';
import type { Clock } from '#platform/clock/index.ts';

/** Where the core bank listens. */
export interface CorePlace {
  readonly host: string;
  readonly port: number;
}

export interface ConnectedCore {
  /** The core as it serves a legal entity: every message names the entity in its head. */
  readonly paymentsOf: (entityId: string) => Payments;
  close(): Promise<void>;
}

/** Of an order or a question; the core answers in well under a second. */
const timeoutMs = 10_000;
const teller = 'V00001';

/** `CORE_BANK`: host and port, or nothing when no core bank is connected. */
export function readCorePlace(text: string | undefined): CorePlace | null {
  if (text === undefined || text === '') return null;
  const [, host, digits] = /^([\w.-]+|\[[\da-fA-F:]+\]):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (host !== undefined && port > 0 && port < 65_536) return { host: host.replace(/^\[|\]$/g, ''), port };
  throw new Error(`CORE_BANK=${text}: 应为 主机:端口 / should be host:port, such as core.bank.internal:9300`);
}

/** One connection a legal entity, made with its first order. */
export function connectCore({ host, port }: CorePlace, clock: Clock): ConnectedCore {
  const clients = new Map<string, CoreBank>();
  return {
    paymentsOf(entityId) {
      const client =
        clients.get(entityId) ?? openCoreBank({ host, port, timeoutMs, entity: entityId, branch: `${entityId}0001`, teller, clock });
      clients.set(entityId, client);
      return client;
    },
    close: async () => void (await Promise.all([...clients.values()].map((client) => client.close()))),
  };
}

/** The demonstration's core bank: the simulator as a process of its own, its book in the data folder. It ends with this process. */
export async function startStandIn(dataFolder: string): Promise<{ place: CorePlace; stop(): Promise<void> }> {
  const folder = join(dataFolder, 'core-bank');
  mkdirSync(folder, { recursive: true });
  const simulator = await startSimulator({ folder });
  return { place: { host: '127.0.0.1', port: simulator.port }, stop: () => simulator.stop() };
}
