import type { Logger } from 'pino';
import type { Servicing } from '#modules/servicing/index.ts';

/** How often drawdowns are looked for whose end is not known. A new one is taken at once and waits for no round. */
const everyMilliseconds = 15_000;

export interface Payer {
  /** Takes the open drawdowns of an entity one step on, as soon as what is under way has ended. */
  ask(entityId: string): void;
  /** Begins nothing more, and resolves when what is under way has ended. */
  stop(): Promise<void>;
}

type Paying = Pick<Servicing, 'entities' | 'payOpen'>;

/** Pays out what is open: after each request, and again and again for what the core bank left unanswered. One entity at a time, never twice at once. */
export function keepPaying(servicing: Paying, log: Logger): Payer {
  const wanted = new Set<string>();
  let running: Promise<void> | null = null;
  const work = async (): Promise<void> => {
    for (const entityId of wanted) {
      wanted.delete(entityId);
      // The drawdown keeps its state: the next round asks the core bank about it.
      await servicing.payOpen(entityId).catch((error: unknown) => log.error({ err: error, entityId }, 'paying out failed'));
    }
    running = null; // In the same step as the loop's end, so that nothing asked for meanwhile is overlooked.
  };
  const ask = (entityId: string): void => {
    wanted.add(entityId);
    running ??= work();
  };
  const round = async (): Promise<void> => {
    for (const entityId of await servicing.entities()) ask(entityId);
  };
  const timer = setInterval(() => {
    round().catch((error: unknown) => log.error({ err: error }, 'looking for open drawdowns failed'));
  }, everyMilliseconds);
  return {
    ask,
    async stop() {
      clearInterval(timer);
      wanted.clear();
      await running;
    },
  };
}

/** Servicing whose requests for a drawdown are paid at once: the answer does not wait for the core bank. */
export function payingAtOnce(servicing: Servicing, payer: Payer): Servicing {
  return {
    ...servicing,
    async requestDrawdown(session, facilityId, request) {
      const answer = await servicing.requestDrawdown(session, facilityId, request);
      payer.ask(session.entityId);
      return answer;
    },
  };
}
