/** How work flows: BPMN definitions, the cases that run on them, and who does what until when. Knows nothing of loans. */
import { start } from '#core/bpmn/index.ts';
import type { Variables } from '#core/bpmn/index.ts';
import type { WorkingHours } from '#core/calendar/index.ts';
import type { Change } from '#modules/change/index.ts';
import { roles } from '#modules/organization/index.ts';
import { record } from '#platform/audit/index.ts';
import type { Clock } from '#platform/clock/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Caller } from '#platform/http/index.ts';
import { withOwner, withSession } from '#platform/postgres/index.ts';
import type { Database, Session, Tx } from '#platform/postgres/index.ts';
import { readCasePage } from './cases/case-page.ts';
import { proceed, runOn, sendMessage, sweep, takeUp } from './cases/run.ts';
import type { RunDeps, Swept } from './cases/run.ts';
import { refusedBy, takeStep, writeStep } from './cases/step.ts';
import { describeCase, insertCase, lockCase, readCase } from './cases/store.ts';
import type { CaseRow, Headline } from './cases/store.ts';
import { refusals } from './contract.ts';
import type {
  AbsenceBody,
  AbsenceList,
  ActBody,
  Acted,
  CandidateList,
  CasePage,
  Checked,
  MigrationPreview,
  ProcessList,
  ProcessPage,
  ProposeBody,
  Proposed,
  WorkList,
  WorkQuery,
} from './contract.ts';
import { addAbsence, listAbsences, removeAbsence } from './people/absences.ts';
import { readCandidates } from './people/candidates.ts';
import { Roster } from './people/roster.ts';
import { Registry } from './registry.ts';
import { actOnCase, actOnTask } from './tasks/act.ts';
import type { TaskRow } from './tasks/case-tasks.ts';
import type { VerbName } from './tasks/verbs.ts';
import { readWorkList } from './tasks/work-list.ts';
import { listProcesses, readProcess } from './versions/process-page.ts';
import { planMigration } from './versions/migrate.ts';
import { acceptXml, checkXml, inForce, migrateChange, migrateKind, publishChange, publishKind } from './versions/publish.ts';
import { addVersion, Versions } from './versions/versions.ts';

export { addRoutes } from './routes.ts';
export type { Completion, Form, Service, ServiceAnswer, Subject, SubjectKind, Work } from './registry.ts';
export type { Headline } from './cases/store.ts';
export type { Swept } from './cases/run.ts';

export interface ProcessDeps {
  db: Database;
  clock: Clock;
  change: Change;
  /** When people are at work: time limits run then. */
  hours: WorkingHours;
  /** A service broke down; its call is tried again. */
  onFault: RunDeps['onFault'];
  /** How long facts about who works here are kept; 0 in tests. */
  rosterMs?: number;
}

export interface Opening {
  process: string;
  subject: { kind: string; id: string };
  gridCode: string;
  variables: Variables;
  /** Holds the marketing post of the case when it is a member of staff. */
  actorId: string;
}

export type Processes = ReturnType<typeof createProcesses>;

export function createProcesses({ db, clock, change, hours, onFault, rosterMs }: ProcessDeps) {
  const registry = new Registry();
  const versions = new Versions();
  const roster = new Roster(rosterMs);
  const now = (): Temporal.Instant => clock.now().round('millisecond');
  const deps: RunDeps = { db, registry, versions, roster, hours, now, onFault };
  const roleNames = Object.keys(roles);
  change.register(publishChange(() => now().toString()));
  change.register(migrateChange(versions, () => now().toString()));

  /** One act of a person. What it leaves to do by itself is done before the answer, so that the next task is there when the person looks. */
  const perform = async (work: (tx: Tx) => Promise<CaseRow>): Promise<Acted> => {
    const { row, taken } = await withOwner(db, async (tx) => {
      const after = await work(tx);
      return { row: after, taken: after.asks ? takeUp(deps, tx, after.case_id) : undefined };
    });
    if (!taken) return actedOf(row, await row.tasks.open());
    await runOn(deps, taken);
    return withOwner(db, async (tx) => {
      const after = await readCase(tx, row.entity_id, row.case_id);
      return actedOf(after, await after.tasks.open());
    });
  };
  const askedOf = (verb: VerbName, body: ActBody) => ({
    verb,
    reason: body.reason,
    outcome: body.outcome,
    node: body.node,
    staffId: body.staff_id,
    resume: body.resume,
  });

  return {
    registry,

    /** At bank set-up: a process of the template is in force unless the entity has one of the name already. Refuses: process_invalid. */
    async install(entityId: string, process: string, title: { zh: string; en: string }, xml: string): Promise<boolean> {
      if ((await withOwner(db, (tx) => inForce(tx, entityId, process))) !== null) return false;
      const { definition } = await acceptXml(registry, roleNames, xml);
      return withOwner(db, async (tx) => {
        const by = { actorId: 'installation', at: now().toString(), isPublished: true };
        return (await addVersion(tx, entityId, { process, title, xml, definition }, by)) !== null;
      });
    },

    /**
     * Begins a case in the transaction that makes its subject; `takeUp` runs what it asks for once that is committed.
     * Refuses: process_unknown, subject_has_case.
     */
    async start(tx: Tx, entityId: string, opening: Opening): Promise<bigint> {
      const kind = registry.subjectOf(opening.subject.kind);
      const [version, headline, recused] = await Promise.all([
        versions.current(tx, entityId, opening.process),
        kind.headline(tx, opening.subject.id),
        kind.recused(tx, opening.subject.id),
      ]);
      const at = now();
      const step = start(version.definition, { variables: opening.variables, at: at.toString() });
      if ('refused' in step) throw refusedBy(step);
      const row = await insertCase(tx, {
        entityId,
        process: version.process,
        version: version.version,
        subject: opening.subject,
        gridCode: opening.gridCode,
        headline,
        recused,
        state: step.state,
        actorId: opening.actorId,
        at: at.toString(),
      });
      const line = { verb: 'opened', node: null, taskId: null, reason: null };
      await writeStep(deps, tx, row, version.definition, step, line, { actorId: opening.actorId, at });
      return row.case_id;
    },

    /** Runs what the case waits for of services, until it waits for somebody or something else. */
    proceed: (caseId: bigint): Promise<void> => proceed(deps, caseId),

    /**
     * Takes up what the case asks for in the transaction (as owner) that begins it or takes it further. What it answers runs it and whatever follows, and
     * is called once that is committed; where nobody calls it, the sweep finds the case after a minute.
     */
    takeUp(tx: Tx, caseId: bigint): () => Promise<void> {
      const taken = takeUp(deps, tx, caseId);
      return () => runOn(deps, taken);
    },

    /** Something that the case waits for has happened. Refuses: case_unknown, case_over, case_suspended, not_awaited. */
    send: (tx: Tx, entityId: string, told: { caseId: bigint; message: string; variables: Variables }, actorId: string): Promise<CaseRow> =>
      sendMessage(deps, tx, entityId, told, actorId),

    /**
     * Holds the case for a transaction that changes it and its subject. Everybody holds the case first, or two would wait for each other.
     * Refuses: case_unknown.
     */
    hold: async (tx: Tx, entityId: string, caseId: bigint): Promise<void> => void (await lockCase(tx, entityId, caseId)),

    /** Ends a case in the transaction in which its subject ended otherwise; one that is over stays as it is. */
    async end(tx: Tx, entityId: string, caseId: bigint, by: { actorId: string; reason: string }): Promise<void> {
      const row = await lockCase(tx, entityId, caseId);
      if (row.status === 'ended' || row.status === 'cancelled') return;
      const { definition } = await versions.get(tx, entityId, row.process, row.version);
      const line = { verb: 'withdrawn', node: null, taskId: null, reason: by.reason };
      await takeStep(deps, tx, row, definition, { type: 'cancelled' }, line, { actorId: by.actorId, at: now() });
    },

    /** After the subject has changed what lists show of it. */
    describe: (tx: Tx, caseId: bigint, headline: Headline): Promise<void> => describeCase(tx, caseId, headline),

    /** Timers that are due, calls that nobody holds, tasks that are late. */
    sweep: (): Promise<Swept> => sweep(deps),

    /** Refuses in the order of the contract. What the case then does by itself is done when it answers. */
    act: (caller: Caller, taskId: bigint, verb: VerbName, body: ActBody, requestId?: string): Promise<Acted> =>
      perform(async (tx) => {
        const after = await actOnTask(deps, tx, caller, taskId, askedOf(verb, body), now());
        await recordAct(tx, caller, after, verb, { task_id: `T${taskId}` }, body.reason, requestId);
        return after;
      }),

    actOnCase: (caller: Caller, caseId: bigint, verb: VerbName, body: ActBody, requestId?: string): Promise<Acted> =>
      perform(async (tx) => {
        const after = await actOnCase(deps, tx, caller, caseId, askedOf(verb, body), now());
        await recordAct(tx, caller, after, verb, {}, body.reason, requestId);
        return after;
      }),

    work: (session: Session, query: WorkQuery): Promise<WorkList> =>
      withSession(db, session, (tx) => readWorkList(tx, session, query, now(), hours)),
    one: (caller: Caller, caseId: bigint): Promise<CasePage> => readCasePage(deps, caller, caseId, now()),
    candidates: (session: Session, taskId: bigint): Promise<CandidateList> =>
      withOwner(db, (tx) => readCandidates(deps, tx, session, taskId, now())),

    list: (session: Session): Promise<ProcessList> => withSession(db, session, listProcesses),
    async page(session: Session, process: string, version: number | undefined): Promise<ProcessPage> {
      const page = await withSession(db, session, (tx) => readProcess(tx, process, version, now()));
      return { ...page, findings: (await checkXml(registry, roleNames, page.xml)).findings };
    },
    async check(xml: string): Promise<Checked> {
      const { findings, definition } = await checkXml(registry, roleNames, xml);
      return { findings, is_publishable: definition !== null };
    },

    /** Refuses: process_invalid, process_unchanged, subject_pending. */
    async propose(session: Session, process: string, body: ProposeBody, requestId?: string): Promise<Proposed> {
      const { definition, findings } = await acceptXml(registry, roleNames, body.xml);
      return withOwner(db, async (tx) => {
        const next = { process, title: body.title, xml: body.xml, definition };
        const before = await inForce(tx, session.entityId, process);
        const version = await addVersion(tx, session.entityId, next, {
          actorId: session.actorId,
          at: now().toString(),
          isPublished: false,
        });
        if (version === null) throw refuse(refusals, 'process_unchanged', { zh: process, en: process });
        const proposalId = await change.propose(tx, session, {
          kind: publishKind,
          subject: process,
          before: { version: before },
          after: { process, version },
          reason: body.reason,
          ...(requestId === undefined ? {} : { requestId }),
        });
        return { proposal_id: proposalId, version, findings };
      });
    },

    migration: (session: Session, process: string, from: number, to: number): Promise<MigrationPreview> =>
      withOwner(db, (tx) => planMigration(versions, tx, session.entityId, { process, from, to }, false)),
    /** Refuses: version_unknown, migration_blocked, subject_pending. */
    proposeMigration: (session: Session, process: string, from: number, to: number, reason: string): Promise<{ proposal_id: string }> =>
      withOwner(db, async (tx) => ({
        proposal_id: await change.propose(tx, session, {
          kind: migrateKind,
          subject: `${process} ${from} → ${to}`,
          before: { version: from },
          after: { process, from, to },
          reason,
        }),
      })),

    absences: (session: Session): Promise<AbsenceList> => withSession(db, session, (tx) => listAbsences(tx, now())),
    async addAbsence(caller: Caller, body: AbsenceBody): Promise<{ absence_id: string }> {
      const made = await withOwner(db, (tx) => addAbsence(tx, caller, body, now().toString()));
      roster.forget(caller.session.entityId);
      return made;
    },
    async removeAbsence(caller: Caller, absenceId: bigint): Promise<void> {
      await withOwner(db, (tx) => removeAbsence(tx, caller, absenceId));
      roster.forget(caller.session.entityId);
    },
  };
}

const actedOf = ({ case_id, status }: CaseRow, open: readonly TaskRow[]): Acted => ({
  case_id: `C${case_id}`,
  status,
  open_tasks: open.map(({ task_id }) => `T${task_id}`),
});

async function recordAct(
  tx: Tx,
  caller: Caller,
  row: CaseRow,
  verb: VerbName,
  detail: Record<string, unknown>,
  reason: string | undefined,
  requestId: string | undefined,
): Promise<void> {
  await record(tx, {
    entityId: row.entity_id,
    actorId: caller.session.actorId,
    action: `case.${verb}`,
    subjectKind: row.subject_kind,
    subjectId: row.subject_id,
    reason: reason || undefined,
    detail: { case_id: `C${row.case_id}`, ...detail },
    requestId,
  });
}
