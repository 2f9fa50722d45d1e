/** What a case does by itself: services and decisions that it asked for, timers that are due. Every call is a row of the case's own transaction. */
import type { Event, Variables } from '#core/bpmn/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { Database, Going, Tx } from '#platform/postgres/index.ts';
import type { ServiceAnswer } from '../registry.ts';
import type { ActDeps } from '../tasks/act.ts';
import { takeStep } from './step.ts';
import { lockCase } from './store.ts';
import type { CaseRow } from './store.ts';
import type { Line } from './write.ts';

export interface RunDeps extends ActDeps {
  readonly db: Database;
  readonly now: () => Temporal.Instant;
  /** Told of a call that failed by a fault; it will be tried again. */
  readonly onFault: (error: unknown, about: { caseId: bigint; service: string; tries: number }) => void;
}

/** A call that was taken up, with what its service is told. */
export interface TakenCall {
  case_id: bigint;
  entity_id: string;
  token: number;
  node: string;
  kind: 'service' | 'decision';
  service: string;
  tries: number;
  subject_kind: string;
  subject_id: string;
  variables: Variables;
}

/** Whoever takes a call up holds it this long; when they die, it is taken up again after it. */
const leaseSeconds = 60;
/** Tries of a call whose service breaks down, each after twice the time of the last; then the case is stuck and a person looks. */
const mostTries = 8;
/** A process that asks for one service after another without an end is stopped here and goes on at the next sweep. */
const mostCalls = 200;

/** Who acts when no person does. */
export const systemActor = 'system';

/** Runs what the case waits for of services, one after another, until it waits for somebody or something else. */
export async function proceed(deps: RunDeps, caseId: bigint): Promise<void> {
  const taken = await withOwner(deps.db, async (tx) => takeUp(deps, tx, caseId));
  await runOn(deps, taken);
}

/** Runs the call that was taken up, if there was one, and what follows from it. */
export async function runOn(deps: RunDeps, taken: Going<TakenCall>): Promise<void> {
  let [call] = await taken.rows();
  for (let calls = 0; call && calls < mostCalls; calls += 1) call = await runCall(deps, call);
}

/** The first call of the case that is due and that nobody holds is held by this server once the transaction is committed. */
export function takeUp({ now }: RunDeps, tx: Tx, caseId: bigint): Going<TakenCall> {
  const at = now();
  return tx.along<TakenCall>(
    `with due as (
       select case_id, token from process.service_call
       where case_id = $1 and state = 'waiting' and next_try <= $3 order by token limit 1 for update skip locked
     )
     update process.service_call s set tries = tries + 1, next_try = $2 from due join process.case_state c using (case_id)
     where (s.case_id, s.token) = (due.case_id, due.token) and c.status in ('open', 'stuck')
     returning s.case_id, s.entity_id, s.token, s.node, s.kind, s.service, s.tries, c.subject_kind, c.subject_id, c.state -> 'variables' as variables`,
    [caseId, at.add({ seconds: leaseSeconds }).toString(), at.toString()],
  );
}

/** Answers the next call of the case, taken up in the transaction in which this one was told. */
async function runCall(deps: RunDeps, call: TakenCall): Promise<TakenCall | undefined> {
  const registered = (call.kind === 'service' ? deps.registry.services : deps.registry.decisions).get(call.service);
  if (!registered) throw new Error(`${call.kind} ${call.service} is not registered`);
  const work = {
    entityId: call.entity_id,
    caseId: call.case_id,
    subject: { kind: call.subject_kind, id: call.subject_id },
    variables: call.variables,
    key: `C${call.case_id}.${call.token}`,
  };
  try {
    return await finishCall(deps, call, await registered.run(work));
  } catch (error) {
    deps.onFault(error, { caseId: call.case_id, service: call.service, tries: call.tries });
    return putOff(deps, call, error);
  }
}

/** Tells the case what came of a call, once: whoever comes second finds it done. */
async function finishCall(deps: RunDeps, call: TakenCall, answer: ServiceAnswer): Promise<TakenCall | undefined> {
  const failed = 'error' in answer ? answer.error : null;
  const next = await withOwner(deps.db, async (tx) => {
    const [row, settled] = await Promise.all([lockCase(tx, call.entity_id, call.case_id), settle(tx, call, failed, deps.now())]);
    if (row.status === 'suspended') return postpone(tx, call, deps.now());
    if (settled.length === 0) return undefined;
    await answer.keep?.(tx);
    const line: Line = { verb: failed === null ? 'served' : 'refused', node: call.node, taskId: null, reason: failed };
    await goOn(deps, tx, row, eventOf(call, answer), line);
    return takeUp(deps, tx, call.case_id);
  });
  return (await next?.rows())?.[0];
}

/** Answers a row when the call was still waited for, by a case that goes on. Asked for with the case, and done when its row is held. */
const settle = (tx: Tx, call: TakenCall, failed: string | null, at: Temporal.Instant): Promise<object[]> =>
  tx.prepared(
    `update process.service_call s set state = $3, done_at = $4, error = $5 from process.case_state c
     where s.case_id = $1 and s.token = $2 and s.state = 'waiting' and c.case_id = s.case_id and c.status <> 'suspended' returning 1`,
    [call.case_id, call.token, failed === null ? 'done' : 'failed', at.toString(), failed],
  );

function eventOf({ kind, token }: TakenCall, answer: ServiceAnswer): Event {
  const given = answer.variables ? { variables: answer.variables } : {};
  if ('error' in answer) return { type: 'service_failed', token, error: answer.error, ...given };
  return { type: kind === 'service' ? 'service_done' : 'decided', token, ...given };
}

/** What a suspended case asked for is done; the case is told when it goes on. The service is asked again then, under the same key. */
function postpone(tx: Tx, call: TakenCall, at: Temporal.Instant): undefined {
  tx.along('update process.service_call set next_try = $3 where case_id = $1 and token = $2', [
    call.case_id,
    call.token,
    at.add({ seconds: leaseSeconds }).toString(),
  ]);
}

async function putOff(deps: RunDeps, call: TakenCall, error: unknown): Promise<TakenCall | undefined> {
  const message = error instanceof Error ? error.message : String(error);
  if (call.tries >= mostTries) return finishCall(deps, call, { error: 'fault' });
  const nextTry = deps.now().add({ seconds: 2 ** call.tries });
  await withOwner(deps.db, (tx) =>
    tx.query(`update process.service_call set next_try = $3, error = $4 where case_id = $1 and token = $2 and state = 'waiting'`, [
      call.case_id,
      call.token,
      nextTry.toString(),
      message.slice(0, 500),
    ]),
  );
  // Another branch of the case may ask for something else meanwhile.
  const taken = await withOwner(deps.db, async (tx) => takeUp(deps, tx, call.case_id));
  return (await taken.rows())[0];
}

async function goOn(deps: RunDeps, tx: Tx, row: CaseRow, event: Event, line: Line): Promise<CaseRow> {
  const { definition } = await deps.versions.get(tx, row.entity_id, row.process, row.version);
  return takeStep(deps, tx, row, definition, event, line, { actorId: systemActor, at: deps.now() });
}

/** What happened outside, to a case that waits for it. Refuses: case_unknown, case_over, case_suspended, not_awaited. */
export async function sendMessage(
  deps: RunDeps,
  tx: Tx,
  entityId: string,
  told: { caseId: bigint; message: string; variables: Variables },
  actorId: string,
): Promise<CaseRow> {
  const row = await lockCase(tx, entityId, told.caseId);
  const { definition } = await deps.versions.get(tx, entityId, row.process, row.version);
  const line: Line = { verb: 'message', node: null, taskId: null, reason: null, detail: { message: told.message } };
  return takeStep(deps, tx, row, definition, { type: 'message_received', message: told.message, variables: told.variables }, line, {
    actorId,
    at: deps.now(),
  });
}

export interface Swept {
  timers: number;
  calls: number;
  overdue: number;
}

/** Timers that are due, calls that nobody holds, tasks whose time is over. Safe from several servers at once. */
export async function sweep(deps: RunDeps, most = 200): Promise<Swept> {
  const at = deps.now().toString();
  const due = await withOwner(deps.db, (tx) =>
    tx.query<{ entity_id: string; case_id: bigint; token: number }>(
      `select t.entity_id, t.case_id, t.token from process.timer t join process.case_state c using (case_id)
       where t.due_at <= $1 and c.status in ('open', 'stuck') order by t.due_at limit $2`,
      [at, most],
    ),
  );
  for (const timer of due) {
    await each(deps, timer.case_id, async () => {
      await fire(deps, timer);
      await proceed(deps, timer.case_id);
    });
  }
  const waiting = await withOwner(deps.db, (tx) =>
    tx.query<{ case_id: bigint }>(
      `select distinct s.case_id from process.service_call s join process.case_state c using (case_id)
       where s.state = 'waiting' and s.next_try <= $1 and c.status in ('open', 'stuck') limit $2`,
      [at, most],
    ),
  );
  for (const { case_id } of waiting) await each(deps, case_id, () => proceed(deps, case_id));
  return { timers: due.length, calls: waiting.length, overdue: await escalate(deps, at, most) };
}

/** A case that cannot go on does not hold up the others; it is told of and looked at again in the next round. */
async function each(deps: RunDeps, caseId: bigint, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    deps.onFault(error, { caseId, service: 'sweep', tries: 0 });
  }
}

async function fire(deps: RunDeps, timer: { entity_id: string; case_id: bigint; token: number }): Promise<void> {
  await withOwner(deps.db, async (tx) => {
    const row = await lockCase(tx, timer.entity_id, timer.case_id);
    const [gone] = await tx.query<{ node: string }>('delete from process.timer where case_id = $1 and token = $2 returning node', [
      timer.case_id,
      timer.token,
    ]);
    if (!gone) return;
    const line: Line = { verb: 'timer', node: gone.node, taskId: null, reason: null };
    await goOn(deps, tx, row, { type: 'timer_fired', token: timer.token }, line);
  });
}

/** Marks once what is late, in its own history, so that whoever supervises finds it. Cases are held first, as everybody does. */
async function escalate({ db }: RunDeps, at: string, most: number): Promise<number> {
  return withOwner(db, async (tx) => {
    const late = await tx.query(
      `with late as (
         select t.task_id from process.task t join process.case_state c using (case_id)
         where t.state = 'open' and t.due_at <= $1 and t.escalated_at is null order by t.due_at limit $2 for no key update of c skip locked
       ), marked as (
         update process.task t set escalated_at = $1 from late
         where t.task_id = late.task_id and t.state = 'open' and t.escalated_at is null returning t.case_id, t.task_id, t.node
       ), counted as (
         update process.case_state c set acts = acts + n from (select case_id, count(*) as n from marked group by case_id) m
         where c.case_id = m.case_id returning c.case_id, c.entity_id, c.grid_code, c.acts - m.n as before
       )
       insert into process.history (entity_id, case_id, number, at, actor_id, verb, node, task_id, grid_code)
       select entity_id, case_id, before + row_number() over (partition by case_id order by task_id), $1, $3, 'overdue', node, task_id, grid_code
       from marked join counted using (case_id) returning 1`,
      [at, most, systemActor],
    );
    return late.length;
  });
}
