import type { Logger } from 'pino';
import type { AuditChain } from '#platform/audit/index.ts';

const everyMilliseconds = 1000;

/** Chains new audit entries every second; answers how to stop, which chains what is left. */
export function keepSealing(chain: AuditChain, log: Logger): () => Promise<void> {
  let running: Promise<unknown> = Promise.resolve();
  let idle = true;
  const timer = setInterval(() => {
    if (!idle) return;
    idle = false;
    running = chain
      .seal()
      // Nothing is lost: the entries stay unchained and the next round takes them.
      .catch((error: unknown) => log.error({ err: error }, 'chaining the audit trail failed'))
      .finally(() => (idle = true));
  }, everyMilliseconds);
  return async () => {
    clearInterval(timer);
    await running;
    await chain.seal();
  };
}
