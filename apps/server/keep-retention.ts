import type { Logger } from 'pino';
import type { Inquiry } from '#modules/inquiry/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { Database } from '#platform/postgres/index.ts';

/** What lies past its day is past it for days: an hour more is nothing, and a server that stands still for a night catches up. */
const everyMilliseconds = 3_600_000;

export interface Keeping {
  readonly inquiry: Pick<Inquiry, 'forget'>;
  /** Legal entities of this installation. */
  readonly entities: () => Promise<readonly string[]>;
}

export const legalEntities = (db: Database): Promise<string[]> =>
  withOwner(db, async (tx) => {
    const rows = await tx.query<{ entity_id: string }>('select entity_id from organization.entity order by entity_id');
    return rows.map(({ entity_id: id }) => id);
  });

/** Removes answers, inquiries and consents whose period is over: now, and every hour until it is stopped. A round never overlaps the one before. */
export function keepRetention({ inquiry, entities }: Keeping, log: Logger): () => Promise<void> {
  let running: Promise<void> | null = null;
  const forgetIn = async (entityId: string): Promise<void> => {
    try {
      const removed = await inquiry.forget(entityId);
      const { raw, answers, inquiries, consents } = removed;
      if (raw + answers + inquiries + consents > 0) log.info({ entityId, ...removed }, 'removed what is past its period');
    } catch (error) {
      // Nothing is lost: the next round finds the same rows.
      log.error({ err: error, entityId }, 'removing what is past its period failed');
    }
  };
  const round = async (): Promise<void> => {
    for (const entityId of await entities()) await forgetIn(entityId);
  };
  const begin = (): void => {
    running ??= round()
      .catch((error: unknown) => log.error({ err: error }, 'looking for what is past its period failed'))
      .finally(() => (running = null));
  };
  begin();
  const timer = setInterval(begin, everyMilliseconds);
  return async () => {
    clearInterval(timer);
    await running;
  };
}
