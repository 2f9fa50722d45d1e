import { refuse } from '#platform/http/index.ts';
import type { Work } from '#platform/jobs/index.ts';
import { withOwner, type Session, type Tx } from '#platform/postgres/index.ts';
import { refusals } from '../contract.ts';
import { findInInbox } from '../deliveries/inbox.ts';
import type { IntakeDeps } from '../deps.ts';
import { announceLoad, finishPublished, loadLock, type AskedTry, type LoadOrder, type LoadSummary } from './conduct.ts';
import { LoadFault } from './load-fault.ts';
import { loadFrom } from './load.ts';
import { runReload } from './reload.ts';
import { registeredEntities } from './store.ts';

/** Loads that people ask for. They run as jobs, so that one whose server died goes on with the next one's start, and one server runs each. */

const task = 'intake.load';

/** What the job is to do; all else stands in the row of the load. */
export type Asked =
  | { loadNo: number; kind: 'folder'; directory: string; asOf: string | null; startedBy: string }
  | { loadNo: number; kind: 'reload'; of: number; startedBy: string };

/** An order without the number that its load is given. */
export type Order = Asked extends infer Each ? (Each extends Asked ? Omit<Each, 'loadNo'> : never) : never;

export function registerLoads(deps: IntakeDeps): void {
  deps.jobs?.register<Asked>(task, (work) => runAsked(deps, work));
}

/** Writes down the load and asks for it in one transaction; answers its number. It is for the asking person's legal entity only. */
export async function askForLoad(deps: IntakeDeps, session: Session, order: Order): Promise<number> {
  const { jobs } = deps;
  if (!jobs) throw new Error('loads cannot be asked for without jobs');
  return withOwner(deps.db, async (tx) => {
    await refuseWhileBusy(tx);
    const now = deps.clock.now().toString();
    const loadNo = await announceLoad(tx, orderOf(order, session.entityId), await registeredEntities(tx), now);
    const payload: Asked = { ...order, loadNo };
    await jobs.enqueue(tx, { task, jobKey: `${task} L${loadNo}`, entityId: session.entityId, payload });
    return loadNo;
  });
}

function orderOf(order: Order, entityId: string): LoadOrder {
  const directory = order.kind === 'folder' ? order.directory : `L${order.of}`;
  return { kind: order.kind, directory, entities: [entityId], startedBy: order.startedBy };
}

/** Keeps two people from asking at the same moment. */
const askLock = 7_110_021;

async function refuseWhileBusy(tx: Tx): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1)', [askLock]);
  const [busy] = await tx.query<{ busy: boolean }>(
    `select exists (select 1 from intake.load where state = 'waiting' or (state = 'running' and (tries_left > 0 or ${lockIsHeld}))) as busy`,
  );
  if (busy?.busy) throw refuse(refusals, 'load_running');
}

/** SQL: whether a load is under way in some process. */
export const lockIsHeld = `exists (select 1 from pg_locks where locktype = 'advisory' and granted and objid = ${loadLock}
  and database = (select oid from pg_database where datname = current_database()))`;

/**
 * One try. What was asked or delivered wrongly is the load's outcome and stands in its row; only faults of the machine are thrown, for the job
 * to be tried again.
 */
async function runAsked(deps: IntakeDeps, { payload, entityId, triesLeft }: Work<Asked>): Promise<void> {
  const [load] = await withOwner(deps.db, (tx) =>
    tx.query<{ state: string }>('select state from intake.load where load_no = $1', [payload.loadNo]),
  );
  if (load?.state === 'published') return finishPublished(deps);
  if (load?.state !== 'waiting' && load?.state !== 'running') return;
  try {
    await runOrder(deps, payload, entityId, { loadNo: payload.loadNo, triesLeft });
  } catch (error) {
    const fault = LoadFault.from(error, deps.dataFolder);
    if (fault.isOfMachine) throw fault;
  }
}

async function runOrder(deps: IntakeDeps, order: Asked, entityId: string, asked: AskedTry): Promise<LoadSummary> {
  const { startedBy } = order;
  if (order.kind === 'reload') return runReload(deps, { of: order.of, entityId, startedBy, asked });
  const find = () => {
    const found = findInInbox(deps.dataFolder, order.directory);
    return 'path' in found ? found.path : null;
  };
  const { directory: label, asOf } = order;
  return loadFrom(deps, find, { asOf: asOf ?? undefined, entities: [entityId], startedBy, asked, label });
}
