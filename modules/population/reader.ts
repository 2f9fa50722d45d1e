import type { Session } from '#platform/postgres/index.ts';

/** A signed-in person who reads: what may be seen (rows) and what may be done or shown (permissions). */
export interface Reader {
  session: Session;
  permissions: ReadonlySet<string>;
}
