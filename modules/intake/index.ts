import type { Change } from '#modules/change/index.ts';
import { refuse } from '#platform/http/index.ts';
import { withOwner, withSession, type Session } from '#platform/postgres/index.ts';
import { refusals, type QuarantineQuery } from './contract.ts';
import { contractChange, proposeContract } from './contracts/change-contract.ts';
import { listSources, readSourceText } from './contracts/sources.ts';
import { folderInInbox, listInbox } from './deliveries/inbox.ts';
import { readMatrix } from './deliveries/matrix.ts';
import type { IntakeDeps } from './deps.ts';
import { decideCandidate, listCandidates } from './identity/candidates.ts';
import { announceLoad, failAnnounced, type LoadOrder, type LoadSummary } from './loads/conduct.ts';
import { LoadFault } from './loads/load-fault.ts';
import { runLoad, type LoadOptions } from './loads/load.ts';
import { runReload } from './loads/reload.ts';
import { registeredEntities } from './loads/store.ts';
import { listLoads, loadNumber, readLoad } from './loads/views.ts';
import { correctRow, listQuarantine, quarantineCsv, requireLoad, revealLine, waitingCorrections } from './quarantine/quarantine.ts';

export type { IntakeDeps } from './deps.ts';
export type { LoadSummary } from './loads/conduct.ts';
export type { LoadOptions } from './loads/load.ts';
export { LoadFault } from './loads/load-fault.ts';
export { templateFolder } from './contracts/source-contracts.ts';
export { addRoutes } from './routes.ts';

export type Intake = ReturnType<typeof createIntake>;

/** Source contracts, loads, quarantine and identity. `change` lets contracts be published by a second person; without it they cannot be changed. */
export function createIntake(deps: IntakeDeps & { change?: Change }) {
  deps.change?.register(contractChange(deps.clock));
  /** Loads that were asked for and run here. Their outcome stands in their row, which is all that anybody waits for. */
  const running = new Set<Promise<void>>();
  const start = (loadNo: number, work: Promise<LoadSummary>): void => {
    const settled = work.then(
      () => undefined,
      (error: unknown) => failAnnounced(deps, loadNo, LoadFault.from(error)),
    );
    running.add(settled);
    void settled.finally(() => running.delete(settled));
  };
  const announce = (session: Session, order: LoadOrder): Promise<number> =>
    withOwner(deps.db, async (tx) => {
      const [busy] = await tx.query(`select 1 from intake.load where state in ('waiting', 'running')`);
      if (busy && running.size > 0) throw refuse(refusals, 'load_running');
      return announceLoad(tx, order, await registeredEntities(tx), deps.clock.now().toString());
    });

  return {
    /** Loads a folder on the spot. Throws LoadFault. */
    runLoad: (folder: string, options: LoadOptions = {}): Promise<LoadSummary> => runLoad(deps, folder, options),
    /** Publishes the corrected rows of a load on the spot. Throws LoadFault. */
    runReload: (session: Session, loadId: string): Promise<LoadSummary> =>
      runReload(deps, { of: loadNumber(loadId), entityId: session.entityId, startedBy: session.actorId }),
    /** Waits until no load that was asked for is under way. */
    idle: async (): Promise<void> => void (await Promise.all(running)),

    inbox: async () => ({ folders: await listInbox(deps.dataFolder) }),
    /** Begins a load of an inbox folder; answers at once. Refuses: directory_outside, directory_missing, load_running. */
    async startLoad(session: Session, directory: string, asOf: string | undefined): Promise<{ id: string }> {
      const folder = folderInInbox(deps.dataFolder, directory);
      const loadNo = await announce(session, { kind: 'folder', directory, startedBy: session.actorId });
      start(loadNo, runLoad(deps, folder, { asOf, startedBy: session.actorId, loadNo, label: directory }));
      return { id: `L${loadNo}` };
    },
    /** Begins the publication of corrected rows. Refuses: not_found, nothing_corrected, load_running. */
    async startReload(session: Session, loadId: string): Promise<{ id: string; rows: number }> {
      const of = loadNumber(loadId);
      await withSession(deps.db, session, (tx) => requireLoad(tx, of));
      const rows = [...(await waitingCorrections(deps, of, session.entityId)).values()].flat().length;
      if (rows === 0) throw refuse(refusals, 'nothing_corrected');
      const loadNo = await announce(session, { kind: 'reload', directory: loadId, startedBy: session.actorId });
      start(loadNo, runReload(deps, { of, entityId: session.entityId, startedBy: session.actorId, loadNo }));
      return { id: `L${loadNo}`, rows };
    },

    loads: (session: Session, page: { limit: number; offset: number }) => listLoads(deps.db, session, page),
    load: (session: Session, loadId: string) => readLoad(deps.db, session, loadNumber(loadId), deps.clock.now()),
    quarantine: (session: Session, loadId: string, query: QuarantineQuery) => listQuarantine(deps, session, loadNumber(loadId), query),
    quarantineCsv: (session: Session, loadId: string, language: 'zh' | 'en') => quarantineCsv(deps, session, loadNumber(loadId), language),
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
