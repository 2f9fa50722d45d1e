/** An act of the borrower: from the session to what the page shows after it, in one transaction. */
import { withOwner } from '#platform/postgres/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import type { ApplicationRow } from '../applications/store.ts';
import type { LendingDeps } from '../deps.ts';
import { look } from './page.ts';
import type { Seen } from './page.ts';
import { visitedApplication } from './session.ts';
import type { Holding } from './session.ts';

export interface Acted {
  /** The application after the act. */
  readonly row: ApplicationRow;
  /** The case that goes on once the act is committed. */
  readonly caseId: bigint | null;
}

/** What a case does by itself after an act: whoever committed the act runs it. */
export interface NextSteps {
  readonly caseId: bigint;
  readonly run: () => Promise<void>;
}

/** An act on an application that is held, with its case where it asks for that. */
export type PortalAct = (tx: Tx, row: ApplicationRow) => Promise<Acted>;

/** Refuses: signed_out, and what the act refuses; a refused act leaves nothing behind. */
export async function visit(
  deps: LendingDeps,
  token: string | undefined,
  act: PortalAct,
  holding: Holding,
): Promise<{ next: NextSteps | null; seen: Seen }> {
  const at = deps.clock.now().round('millisecond');
  return withOwner(deps.db, async (tx) => {
    const visited = await visitedApplication(tx, token, at, holding);
    const { row, caseId } = await act(tx, visited.row);
    const next = caseId === null ? null : { caseId, run: deps.processes.takeUp(tx, caseId) };
    return { next, seen: await look(deps, tx, { row, around: visited.around }) };
  });
}
