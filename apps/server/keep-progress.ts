import type { Logger } from 'pino';
import type { Servicing } from '#modules/servicing/index.ts';
import type { Villages } from '#modules/village/index.ts';

/** How often servicing is looked at for limits that were signed, drawn on or repaid, and for days that were closed. */
const everyMilliseconds = 15_000;

interface Kept {
  readonly servicing: Pick<Servicing, 'entities'>;
  readonly villages: { readonly progress: Pick<Villages['progress'], 'follow'> };
}

/** Takes what happens in servicing into the progress of whole-village credit until it is stopped; a look never overlaps the one before. */
export function keepProgress({ servicing, villages }: Kept, log: Logger): () => Promise<void> {
  const look = async (): Promise<void> => {
    for (const entityId of await servicing.entities()) await villages.progress.follow(entityId);
  };
  let looking: Promise<void> | null = null;
  const timer = setInterval(() => {
    // What was not followed is found by the next look: the mark moves on only when all of it was.
    looking ??= look()
      .catch((error: unknown) => log.error({ err: error }, 'following servicing into the progress failed'))
      .finally(() => (looking = null));
  }, everyMilliseconds);
  return async () => {
    clearInterval(timer);
    await looking;
  };
}
