import type { Logger } from 'pino';
import type { Processes } from '#modules/process/index.ts';

/** How often timers, calls whose server died, and late tasks are looked for. */
const everyMilliseconds = 1_000;

/** Looks after the cases until it is stopped; a look never overlaps the one before. */
export function keepCases(processes: Pick<Processes, 'sweep'>, log: Logger): () => Promise<void> {
  let looking: Promise<void> | null = null;
  const timer = setInterval(() => {
    looking ??= processes
      .sweep()
      .then(
        () => undefined,
        (error: unknown) => log.error({ err: error }, 'looking after the cases failed'),
      )
      .finally(() => (looking = null));
  }, everyMilliseconds);
  return async () => {
    clearInterval(timer);
    await looking;
  };
}
