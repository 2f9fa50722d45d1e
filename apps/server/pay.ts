import type { Logger } from 'pino';
import type { Lending } from '#modules/lending/index.ts';
import type { Servicing } from '#modules/servicing/index.ts';

/** How often drawdowns and collections are looked for whose end is not known. A new drawdown is taken at once and waits for no round. */
const everyMilliseconds = 15_000;

export interface Payer {
  /** Takes the open drawdowns of an entity one step on, as soon as what is under way has ended. */
  ask(entityId: string): void;
  /** Begins nothing more, and resolves when what is under way has ended. */
  stop(): Promise<void>;
}

export interface Paying {
  readonly servicing: Pick<Servicing, 'entities' | 'payOpen' | 'collectOpen'>;
  readonly lending: Pick<Lending, 'settleRepayments'>;
}

/**
 * Pays out and collects what is open: a drawdown after its request, and both again and again for what an end of day planned or the core bank left
 * unanswered; after a round of collections, what borrowers asked to repay has its end noted. Of each one entity at a time, never twice at once; a drawdown does not wait for the day's collections.
 */
export function keepPaying({ servicing, lending }: Paying, log: Logger): Payer {
  // What fails keeps its state: the next round asks the core bank about it.
  const paying = oneByOne((entityId) =>
    servicing.payOpen(entityId).catch((error: unknown) => log.error({ err: error, entityId }, 'paying out failed')),
  );
  const collecting = oneByOne((entityId) =>
    servicing
      .collectOpen(entityId)
      .catch((error: unknown) => log.error({ err: error, entityId }, 'collecting failed'))
      .then(() => lending.settleRepayments(entityId))
      .catch((error: unknown) => log.error({ err: error, entityId }, 'noting what was collected failed')),
  );
  const round = async (): Promise<void> => {
    for (const entityId of await servicing.entities()) {
      paying.ask(entityId);
      collecting.ask(entityId);
    }
  };
  const timer = setInterval(() => {
    round().catch((error: unknown) => log.error({ err: error }, 'looking for open drawdowns and collections failed'));
  }, everyMilliseconds);
  return {
    ask: (entityId) => paying.ask(entityId),
    async stop() {
      clearInterval(timer);
      await Promise.all([paying.stop(), collecting.stop()]);
    },
  };
}

/** Does `work` for what is asked, one after the other; what is asked again while it is done is done once more. `work` does not throw. */
function oneByOne(work: (entityId: string) => Promise<void>): Payer {
  const wanted = new Set<string>();
  let running: Promise<void> | null = null;
  const run = async (): Promise<void> => {
    for (const entityId of wanted) {
      wanted.delete(entityId);
      await work(entityId);
    }
    running = null; // In the same step as the loop's end, so that nothing asked for meanwhile is overlooked.
  };
  return {
    ask(entityId) {
      wanted.add(entityId);
      running ??= run();
    },
    async stop() {
      wanted.clear();
      await running;
    },
  };
}
