/** Steps of cases: one act of a person through the module, and what services and decisions answer. */
import { actBody } from '#modules/process/contract.ts';
import { openDatabase, withOwner } from '#platform/postgres/index.ts';
import type { Database } from '#platform/postgres/index.ts';
import { meterOf, spent } from './cost.ts';
import type { Cost, Meter } from './cost.ts';
import { callerOf, openCase, processesOn } from './ground.ts';
import { shareOf } from './measured.ts';
import type { Measured } from './measured.ts';

const seconds = Number(process.env['QIANMO_BENCH_SECONDS'] ?? 6);

export async function measureSteps(url: string, connections: number, measured: Measured): Promise<void> {
  const db = openDatabase({ url, max: connections });
  const meter = meterOf(db);
  const name = `process.steps, ${connections} connections`;
  try {
    const bare = await drive(connections, await bareStep(db), meter);
    const steps = await drive(connections, await oneStep(db), meter);
    measured.set(name, { value: steps.rate, unit: 'steps/s', limit: 'wanted', limit_value: 800 });
    measured.set(`${name}, p95`, { value: shareOf(steps.took, 0.95), unit: 'ms' });
    measured.set(`${name}, bare transactions beside`, { value: bare.rate, unit: 'transactions/s that update one row and insert one' });
    tellCost(measured, name, 'step', steps.cost);
    tellCost(measured, name, 'bare transaction', bare.cost);
  } finally {
    await db.close();
  }
}

/** Two cores that do nothing else carry so many: their time by what Node and PostgreSQL need for one. */
const carried = ({ nodeMs, postgresMs }: Cost): number => Math.round(2_000 / (nodeMs + postgresMs));

function tellCost(measured: Measured, name: string, what: string, cost: Cost): void {
  measured.set(`${name}, node a ${what}`, { value: Number(cost.nodeMs.toFixed(3)), unit: 'ms of processor' });
  measured.set(`${name}, postgres a ${what}`, { value: Number(cost.postgresMs.toFixed(3)), unit: 'ms of processor' });
  measured.set(`${name}, round trips a ${what}`, { value: Number(cost.roundTrips.toFixed(2)), unit: 'round trips' });
  measured.set(`${name}, two cores by the time of a ${what}`, { value: carried(cost), unit: '/s' });
}

interface Driven {
  readonly rate: number;
  readonly took: readonly number[];
  readonly cost: Cost;
}

/** Runs `work` on so many workers for a second to warm up and then for the measured time, with what each took. */
async function drive(workers: number, work: () => Promise<void>, meter: Meter): Promise<Driven> {
  await runFor(workers, 1, work);
  const before = await meter();
  const took = await runFor(workers, seconds, work);
  return { rate: Math.round(took.length / seconds), took, cost: spent(before, await meter(), took.length) };
}

async function runFor(workers: number, time: number, work: () => Promise<void>): Promise<number[]> {
  const took: number[] = [];
  const end = performance.now() + time * 1_000;
  await Promise.all(
    Array.from({ length: workers }, async () => {
      for (let start = performance.now(); start < end; start = performance.now()) {
        await work();
        took.push(performance.now() - start);
      }
    }),
  );
  return took;
}

async function bareStep(db: Database): Promise<() => Promise<void>> {
  await db.pool.query(`drop table if exists public.bare_row, public.bare_line`);
  await db.pool.query(`create table public.bare_row as select n as id, repeat('x', 400) as state from generate_series(1, 100000) n`);
  await db.pool.query('alter table public.bare_row add primary key (id)');
  await db.pool.query('create table public.bare_line (line_id bigint generated always as identity primary key, id integer, what text)');
  let turn = 0;
  return () =>
    withOwner(db, async (tx) => {
      const id = 1 + ((turn += 7_919) % 100_000);
      await tx.query('update public.bare_row set state = $2 where id = $1', [id, String(turn).padEnd(400, 'y')]);
      await tx.query('insert into public.bare_line (id, what) values ($1, $2)', [id, 'complete']);
    });
}

/** The investigator sends to the approver, the approver sends back: the next task is there when the act answers. */
async function oneStep(db: Database): Promise<() => Promise<void>> {
  const processes = processesOn(db);
  const waiting = await withOwner(db, (tx) =>
    tx.query<{ task_id: bigint; node: string; assignee: string }>(
      `select task_id, node, assignee from process.task where state = 'open' and assignee is not null and node in ('investigate', 'approve')
       order by hashint8(task_id) limit 40000`,
    ),
  );
  return async () => {
    const task = waiting.pop();
    if (!task) throw new Error('no task is left to be done');
    const body = actBody.parse({ outcome: task.node === 'approve' ? 'back' : 'submit' });
    const { open_tasks } = await processes.act(callerOf(task.assignee), task.task_id, 'complete', body);
    if (open_tasks.length !== 1) throw new Error(`after T${task.task_id} nothing waits`);
  };
}

/** Two services and a decision a case, for as many new cases as there are. */
const served = 600;

export async function measureServices(url: string, connections: number, measured: Measured): Promise<void> {
  const db = openDatabase({ url, max: connections });
  const meter = meterOf(db);
  const name = `process.services, ${connections} connections`;
  try {
    const processes = processesOn(db);
    const cases: bigint[] = [];
    for (let number = 0; number < served; number += 1) cases.push(await openCase(db, processes, `S${Date.now()}.${number}`));
    const before = await meter();
    const begin = performance.now();
    const work = async (): Promise<void> => {
      for (let caseId = cases.pop(); caseId !== undefined; caseId = cases.pop()) await processes.proceed(caseId);
    };
    await Promise.all(Array.from({ length: connections }, work));
    const value = Math.round((served * 3_000) / (performance.now() - begin));
    measured.set(name, { value, unit: 'services and decisions/s' });
    tellCost(measured, name, 'service', spent(before, await meter(), served * 3));
  } finally {
    await db.close();
  }
}
