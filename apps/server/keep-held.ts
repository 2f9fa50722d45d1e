import type { Logger } from 'pino';
import type { Lending } from '#modules/lending/index.ts';

/** How often those who wait for a source are looked at: one that is well again is asked within it. How often a source is asked stands in `lending.yaml`. */
const everyMilliseconds = 2_000;

/** Asks again for applications that wait for a source, until it is stopped; a round never overlaps the one before. */
export function keepHeld(lending: Pick<Lending, 'askHeld'>, log: Logger): () => Promise<void> {
  let asking: Promise<void> | null = null;
  const round = async (): Promise<void> => {
    const came = await lending.askHeld();
    if (came.tried + came.answered + came.left > 0) log.info({ ...came }, 'asked again for applications that wait for a source');
  };
  const timer = setInterval(() => {
    asking ??= round()
      .catch((error: unknown) => log.error({ err: error }, 'asking for applications that wait failed'))
      .finally(() => (asking = null));
  }, everyMilliseconds);
  return async () => {
    clearInterval(timer);
    await asking;
  };
}
