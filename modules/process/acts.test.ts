import fc from 'fast-check';
import type { PoolClient } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Problem } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import { actBody } from './contract.ts';
import { allSignDrawing, loanDrawing, voteDrawing } from './sample-drawings.ts';
import { entityId, openSampleOffice, people, village } from './sample-office.ts';
import type { SampleOffice } from './sample-office.ts';
import { verbNames } from './tasks/verbs.ts';

/* Whatever people do, in whatever order, with whatever tasks: refusals apart, what the rows say stays whole. */

let office: SampleOffice;
beforeAll(async () => {
  office = await openSampleOffice({ rosterMs: 3_600_000 });
  await office.publish('loan', loanDrawing);
  await office.publish('all_sign', allSignDrawing);
  await office.publish('vote', voteDrawing);
  office.answers.set('admit', async () => ({ variables: { verdict: 'refer' } }));
}, 120_000);
afterAll(() => office.close());

const staffId = fc.constantFrom(...people.map(([id]) => id));
const anyAct = fc.record({
  verb: fc.constantFrom(...verbNames, 'complete', 'complete', 'complete', 'complete'),
  /** Mostly whoever has the task. */
  actor: fc.option(staffId, { freq: 2 }),
  place: fc.nat(),
  ofCase: fc.boolean(),
  body: fc.record({
    reason: fc.constant('原因'),
    outcome: fc.constantFrom('submit', 'agree', 'refuse', 'done'),
    node: fc.constantFrom('investigate', 'approve', 'release', 'vote'),
    staff_id: staffId,
    resume: fc.boolean(),
  }),
});

interface Open {
  task_id: bigint;
  case_id: bigint;
  assignee: string | null;
}

async function act(
  caseIds: readonly bigint[],
  { verb, actor, place, ofCase, body }: typeof anyAct extends fc.Arbitrary<infer Act> ? Act : never,
) {
  const tasks = await ask<Open>(
    'select task_id, case_id, assignee from process.task where case_id = any($1) order by state desc, task_id',
    caseIds,
  );
  const task = tasks[place % tasks.length];
  if (!task) return;
  const caller = office.caller(actor ?? task.assignee ?? 'bh', actor === null ? [] : ['risk_head']);
  const { actOnCase, act: onTask } = office.processes;
  const outcome = await (
    ofCase && ['urge', 'suspend', 'resume', 'retry', 'jump', 'cancel'].includes(verb)
      ? actOnCase(caller, task.case_id, verb, actBody.parse(body))
      : onTask(caller, task.task_id, verb, actBody.parse(body))
  ).catch((error: unknown) => error);
  if (outcome instanceof Error && !(outcome instanceof Problem)) throw outcome;
}

const ask = <Row extends object>(text: string, caseIds: readonly bigint[]): Promise<Row[]> =>
  withOwner(office.database.db, (tx) => tx.query<Row>(text, [caseIds]));

/** Rows that must not be there; each query answers the cases that break its rule. */
const broken: Record<string, string> = {
  'a task is open on a case that is over': `select case_id from process.case_state c join process.task t using (case_id)
    where case_id = any($1) and c.status in ('ended', 'cancelled') and t.state = 'open'`,
  'a call or a timer waits on a case that is over': `select case_id from process.case_state c where case_id = any($1) and status in ('ended', 'cancelled')
    and (exists (select from process.timer t where t.case_id = c.case_id)
      or exists (select from process.service_call s where s.case_id = c.case_id and s.state = 'waiting'))`,
  'two tasks of one token are open': `select case_id from process.task where case_id = any($1) and state = 'open' group by case_id, token having count(*) > 1`,
  'an open task has no token in the state': `select t.case_id from process.task t join process.case_state c using (case_id)
    where case_id = any($1) and t.state = 'open' and not c.state -> 'tokens' @> jsonb_build_array(jsonb_build_object('id', t.token))`,
  'the numbers of the history have a gap': `select case_id from process.history join process.case_state using (case_id)
    where case_id = any($1) group by case_id, acts having count(*) <> max(number) or min(number) <> 1 or max(number) <> acts`,
  'one person holds two posts': `select t.case_id from process.task t
    join lateral (values (coalesce(t.done_by, t.assignee)), (t.owner)) h (holder) on h.holder is not null
    where case_id = any($1) and t.state <> 'cancelled' and t.post is not null group by t.case_id, h.holder having count(distinct t.post) > 1`,
  'a line of an assignment names no task': `select case_id from process.history where case_id = any($1) and verb = 'assigned' and task_id is null`,
};

test('random acts of random people leave every case whole', { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyAct, { minLength: 5, maxLength: 30 }), async (acts) => {
      const caseIds = [await office.open('loan', { amount: 1 })];
      for (const process of ['all_sign', 'vote']) caseIds.push(await office.open(process, { signers: ['ab', 'ac', 'ad'] }));
      for (const one of acts) await act(caseIds, one);
      for (const [rule, text] of Object.entries(broken)) expect([rule, await ask(text, caseIds)]).toEqual([rule, []]);
      await rosterAgrees(caseIds);
    }),
    { numRuns: 40, seed: 20_261_127 },
  );
});

/** What was counted act by act is what the tasks say. */
async function rosterAgrees(caseIds: readonly bigint[]): Promise<void> {
  const open = await ask<Open>(`select task_id, case_id, assignee from process.task where case_id = any($1) and state = 'open'`, caseIds);
  const counted = await withOwner(office.database.db, (tx) =>
    tx.query<{ assignee: string; tasks: number }>(
      `select assignee, count(*)::int as tasks from process.task where state = 'open' and assignee is not null group by assignee`,
    ),
  );
  const tasksOf = new Map(counted.map(({ assignee, tasks }) => [assignee, tasks]));
  for (const { task_id } of open) {
    const { items } = await office.processes.candidates(office.caller('ib').session, task_id);
    for (const { staff_id, open_tasks } of items) expect([staff_id, open_tasks]).toEqual([staff_id, tasksOf.get(staff_id) ?? 0]);
  }
}

/** How often a connection of the office asked the server and waited, while the work was done. */
async function tripsOf(work: () => Promise<unknown>): Promise<number> {
  const { pool } = office.database.db;
  let trips = 0;
  const count = (): void => void (trips += 1);
  const heard = new Set<{ off(event: 'drain', listener: () => void): unknown }>();
  const listen = (client: PoolClient): void => {
    if (!heard.has(client)) client.on('drain', count);
    heard.add(client);
  };
  pool.on('acquire', listen);
  await work();
  pool.off('acquire', listen);
  for (const client of heard) client.off('drain', count);
  return trips;
}

test('a step goes to the server twice: to hold its case, and with all that it writes and the commit', async () => {
  const caseId = await withOwner(office.database.db, (tx) =>
    office.processes.start(tx, entityId, {
      process: 'loan',
      subject: { kind: 'sample', id: 'trips' },
      gridCode: village,
      variables: { amount: 1 },
      actorId: 'ma',
    }),
  );
  // Taken up: once. Each of the two calls told: twice, and the second makes a task, for which the tasks of the case are read.
  expect(await tripsOf(() => office.processes.proceed(caseId))).toBe(6);
  const tripsFor = async (verb: 'put_back' | 'claim' | 'complete', actor?: string): Promise<number> => {
    const [open] = await ask<Open>(`select task_id, case_id, assignee from process.task where case_id = any($1) and state = 'open'`, [
      caseId,
    ]);
    const body = actBody.parse(verb === 'complete' ? { outcome: 'submit' } : {});
    return tripsOf(() => office.processes.act(office.caller(actor ?? open?.assignee ?? ''), open?.task_id ?? 0n, verb, body));
  };
  expect([await tripsFor('put_back'), await tripsFor('claim', 'ib'), await tripsFor('complete')]).toEqual([2, 2, 2]);
});
