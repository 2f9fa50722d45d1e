import type { Change } from '#modules/change/index.ts';
import { refuse } from '#platform/http/index.ts';
import { withSession, type Session } from '#platform/postgres/index.ts';
import { refusals, type QuarantineQuery } from './contract.ts';
import { contractChange, proposeContract } from './contracts/change-contract.ts';
import { listSources, readSourceText } from './contracts/sources.ts';
import { listInbox, requireInInbox } from './deliveries/inbox.ts';
import { readMatrix } from './deliveries/matrix.ts';
import type { IntakeDeps } from './deps.ts';
import { decideCandidate, listCandidates } from './identity/candidates.ts';
import { askForLoad, registerLoads } from './loads/asked.ts';
import type { LoadSummary } from './loads/conduct.ts';
import { runLoad, type LoadOptions } from './loads/load.ts';
import { runReload } from './loads/reload.ts';
import { listLoads, loadNumber, readLoad } from './loads/views.ts';
import { correctRow, listQuarantine, quarantineCsv, requireLoad, revealLine, waitingCorrections } from './quarantine/quarantine.ts';

export type { IntakeDeps } from './deps.ts';
export type { LoadSummary } from './loads/conduct.ts';
export type { LoadOptions } from './loads/load.ts';
export { LoadFault } from './loads/load-fault.ts';
export { templateFolder } from './contracts/source-contracts.ts';
export { addRoutes } from './routes.ts';

export type Intake = ReturnType<typeof createIntake>;

/**
 * Source contracts, loads, quarantine and identity. `change` lets contracts be published by a second person; without it they cannot be changed.
 * `jobs` runs the loads that people ask for.
 */
export function createIntake(deps: IntakeDeps & { change?: Change }) {
  deps.change?.register(contractChange(deps.clock));
  registerLoads(deps);

  return {
    /** Loads a folder on the spot. Throws LoadFault. */
    runLoad: (folder: string, options: LoadOptions = {}): Promise<LoadSummary> => runLoad(deps, folder, options),
    /** Publishes the corrected rows of a load on the spot. Throws LoadFault. */
    runReload: (session: Session, loadId: string): Promise<LoadSummary> =>
      runReload(deps, { of: loadNumber(loadId), entityId: session.entityId, startedBy: session.actorId }),

    inbox: async () => ({ folders: await listInbox(deps.dataFolder) }),
    /** Asks for a load of an inbox folder, for the asking person's legal entity; answers at once. Refuses: directory_outside, directory_missing, load_running. */
    async startLoad(session: Session, directory: string, asOf: string | undefined): Promise<{ id: string }> {
      requireInInbox(deps.dataFolder, directory);
      const loadNo = await askForLoad(deps, session, { kind: 'folder', directory, asOf: asOf ?? null, startedBy: session.actorId });
      return { id: `L${loadNo}` };
    },
    /** Asks for the publication of corrected rows. Refuses: not_found, nothing_corrected, load_running. */
    async startReload(session: Session, loadId: string): Promise<{ id: string; rows: number }> {
      const of = loadNumber(loadId);
      await withSession(deps.db, session, (tx) => requireLoad(tx, of));
      const rows = [...(await waitingCorrections(deps, of, session.entityId)).values()].flat().length;
      if (rows === 0) throw refuse(refusals, 'nothing_corrected');
      const loadNo = await askForLoad(deps, session, { kind: 'reload', of, startedBy: session.actorId });
      return { id: `L${loadNo}`, rows };
    },

    loads: (session: Session, page: { limit: number; offset: number }) => listLoads(deps.db, session, page),
    load: (session: Session, loadId: string) => readLoad(deps.db, session, loadNumber(loadId), deps.clock.now()),
    quarantine: (session: Session, loadId: string, query: QuarantineQuery) => listQuarantine(deps, session, loadNumber(loadId), query),
    quarantineCsv: (session: Session, loadId: string, request: { language: 'zh' | 'en'; requestId: string }) =>
      quarantineCsv(deps, session, loadNumber(loadId), request),
    reveal: (session: Session, loadId: string, id: string) => revealLine(deps, session, loadNumber(loadId), id),
    correct: (session: Session, loadId: string, id: string, line: string, requestId?: string) =>
      correctRow(deps, session, loadNumber(loadId), id, line, requestId),

    sources: (session: Session) => listSources(deps.db, session),
    sourceText: (session: Session, source: string) => readSourceText(deps.db, session, source),
    matrix: (session: Session, range: { from?: string | undefined; to?: string | undefined }) => readMatrix(deps.db, session, range),
    async proposeContract(
      session: Session,
      proposal: { source: string; yaml: string; reason: string; requestId?: string },
    ): Promise<{ proposal_id: string }> {
      const { change } = deps;
      if (!change) throw new Error('contracts cannot be proposed without the change module');
      return { proposal_id: await proposeContract({ db: deps.db, change }, session, proposal) };
    },

    candidates: (session: Session, query: Parameters<typeof listCandidates>[2]) => listCandidates(deps, session, query),
    decideCandidate: (session: Session, id: string, decision: 'same' | 'different', requestId?: string) =>
      decideCandidate(deps, session, id, decision, requestId),
  };
}
