/** Limits of a county take minutes: they are taken anew, and determined as taken, in the background where there are jobs. */
import type { Session } from '#platform/postgres/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { JobProgress } from '#platform/jobs/index.ts';
import type { VillageDeps } from '../deps.ts';
import { openProject } from '../projects/open-project.ts';
import type { LimitWork, LimitWorks } from './contract.ts';
import { countReady, determineAsTaken, markUnder, mustCover } from './determine.ts';
import type { Determined } from './determine.ts';
import { countDue, settleTaken } from './settle.ts';
import type { LimitDeps } from './settle.ts';

export type LimitWorkDeps = LimitDeps & Pick<VillageDeps, 'jobs'>;

const retakeTask = 'village.retake';
const determineTask = 'village.determine';
const retakeKey = (projectId: bigint): string => `village.retake.V${projectId}`;
/** A node at a time: the same asked again while it waits is the same work. */
const determineKey = (projectId: bigint, gridCode: string): string => `village.determine.V${projectId}.${gridCode}`;

interface RetakePayload {
  projectId: string;
}
interface DeterminePayload extends RetakePayload {
  gridCode: string;
  /** Who spoke for the branch, whose scope was looked at when it was asked. */
  actorId: string;
  requestId: string | null;
}

/** Cut off, both go on with who still waits: what was done stands in their own tables, and a chunk is a transaction. */
export function registerLimitWork(deps: LimitWorkDeps): void {
  deps.jobs?.register<RetakePayload>(retakeTask, async ({ entityId, payload, report }) => {
    const projectId = BigInt(payload.projectId);
    const waiting = await withOwner(deps.db, (tx) => countDue(tx, projectId));
    await settleTaken(deps, entityId, projectId, (done) => report({ done, people: Math.max(waiting, done) }));
  });
  deps.jobs?.register<DeterminePayload>(determineTask, async ({ entityId, payload, report }) => {
    const { gridCode, actorId, requestId } = payload;
    const projectId = BigInt(payload.projectId);
    const session: Session = { entityId, actorId, roles: [], scopes: [gridCode] };
    const ready = await withOwner(deps.db, (tx) => countReady(tx, session, projectId, gridCode));
    await determineAsTaken(deps, session, projectId, gridCode, {
      requestId: requestId ?? undefined,
      report: ({ people }) => report({ done: people, people: Math.max(ready.people, people) }),
    });
  });
}

/** Answers how many wait, or were taken where nobody takes jobs. Refuses: project_unknown, project_not_open, grid_outside. */
export async function retakeUnder(deps: LimitWorkDeps, session: Session, projectId: bigint, gridCode: string): Promise<number> {
  const waiting = await withOwner(deps.db, async (tx) => {
    await openProject(tx, session.entityId, projectId);
    mustCover(session, gridCode);
    await markUnder(tx, projectId, gridCode);
    const payload: RetakePayload = { projectId: String(projectId) };
    await deps.jobs?.enqueue(tx, { task: retakeTask, jobKey: retakeKey(projectId), entityId: session.entityId, payload });
    return countDue(tx, projectId);
  });
  return deps.jobs ? waiting : settleTaken(deps, session.entityId, projectId);
}

/** More wait than a request works out: the work is asked for, unless it is under way. */
export async function askToRetake({ db, jobs }: LimitWorkDeps, entityId: string, projectId: bigint): Promise<void> {
  const jobKey = retakeKey(projectId);
  const job = await jobs?.progress(entityId, jobKey);
  if (job?.state === 'waiting' || job?.state === 'running') return;
  const payload: RetakePayload = { projectId: String(projectId) };
  await withOwner(db, async (tx) => jobs?.enqueue(tx, { task: retakeTask, jobKey, entityId, payload }));
}

/** Answers who waits for it, or was determined where nobody takes jobs. Refuses: project_unknown, project_not_open, grid_outside. */
export async function askToDetermine(
  deps: LimitWorkDeps,
  session: Session,
  projectId: bigint,
  gridCode: string,
  requestId?: string,
): Promise<Determined> {
  const { db, jobs } = deps;
  if (!jobs) return determineAsTaken(deps, session, projectId, gridCode, { requestId });
  return withOwner(db, async (tx) => {
    const ready = await countReady(tx, session, projectId, gridCode);
    const payload: DeterminePayload = { projectId: String(projectId), gridCode, actorId: session.actorId, requestId: requestId ?? null };
    await jobs.enqueue(tx, { task: determineTask, jobKey: determineKey(projectId, gridCode), entityId: session.entityId, payload });
    return ready;
  });
}

/** How far both are; null where nobody ever asked. Refuses: grid_outside. */
export async function readLimitWork({ jobs }: LimitWorkDeps, session: Session, projectId: bigint, gridCode: string): Promise<LimitWorks> {
  mustCover(session, gridCode);
  const read = async (jobKey: string): Promise<LimitWork | null> => workOf((await jobs?.progress(session.entityId, jobKey)) ?? null);
  return { retake: await read(retakeKey(projectId)), determine: await read(determineKey(projectId, gridCode)) };
}

const countOf = (value: unknown): number => (typeof value === 'number' ? value : 0);
const workOf = (job: JobProgress | null): LimitWork | null =>
  job && { state: job.state, done: countOf(job.progress['done']), people: countOf(job.progress['people']) };
