/**
 * How fast cases move and work-lists answer with a hundred thousand cases open, before and after a million more that are over. A step is one act of a
 * person through the module; beside it a transaction that updates one row and inserts one, the least that a step can cost.
 */
import { actBody, workQuery } from '#modules/process/contract.ts';
import type { WorkQuery } from '#modules/process/contract.ts';
import { openDatabase, withOwner } from '#platform/postgres/index.ts';
import type { Database, Session } from '#platform/postgres/index.ts';
import type { Figure } from './figure.ts';
import { callerOf, finishedCases, openCase, openProcessGround, processesOn, staff } from './process/ground.ts';

const seconds = Number(process.env['QIANMO_BENCH_SECONDS'] ?? 6);
const asked = Number(process.env['QIANMO_BENCH_READS'] ?? 60);
const beside = `without the ${finishedCases} finished cases`;

export async function run(): Promise<Figure[]> {
  const ground = await openProcessGround();
  try {
    const before = await measureAll(ground.before);
    const after = await measureAll(ground.after);
    return [...after].map(([name, figure]) => {
      const known = before.get(name)?.value;
      return { name, ...figure, ...(known === undefined ? {} : { peer: beside, peer_value: known }) };
    });
  } finally {
    await ground.close();
  }
}

type Measured = Map<string, Omit<Figure, 'name'>>;

async function measureAll(url: string): Promise<Measured> {
  const measured: Measured = new Map();
  await measureLists(url, measured);
  for (const connections of [2, 4, 8]) await measureSteps(url, connections, measured);
  await measureServices(url, 4, measured);
  return measured;
}

// ── steps ────────────────────────────────────────────────────────────────────

async function measureSteps(url: string, connections: number, measured: Measured): Promise<void> {
  const db = openDatabase({ url, max: connections });
  try {
    const floor = rateOf(await drive(connections, await bareStep(db)));
    const steps = await drive(connections, await oneStep(db));
    const name = `process.steps, ${connections} connections`;
    measured.set(`${name}.floor`, { value: floor, unit: 'transactions/s that update one row and insert one' });
    measured.set(name, { value: rateOf(steps), unit: 'steps/s', limit: 'wanted', limit_value: 800 });
    measured.set(`${name}.p95`, { value: shareOf(steps, 0.95), unit: 'ms' });
  } finally {
    await db.close();
  }
}

/** Runs `work` on so many workers for a second to warm up and then for the measured time; answers the milliseconds each took. */
async function drive(workers: number, work: () => Promise<void>): Promise<number[]> {
  const took: number[] = [];
  const begin = performance.now() + 1_000;
  const end = begin + seconds * 1_000;
  await Promise.all(
    Array.from({ length: workers }, async () => {
      for (let start = performance.now(); start < end; start = performance.now()) {
        await work();
        if (start >= begin) took.push(performance.now() - start);
      }
    }),
  );
  return took;
}

const rateOf = (took: readonly number[]): number => Math.round(took.length / seconds);

function shareOf(took: readonly number[], share: number): number {
  const sorted = took.toSorted((a, b) => a - b);
  return Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(2));
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

async function measureServices(url: string, connections: number, measured: Measured): Promise<void> {
  const db = openDatabase({ url, max: connections });
  try {
    const processes = processesOn(db);
    const cases: bigint[] = [];
    for (let number = 0; number < 600; number += 1) cases.push(await openCase(db, processes, `S${Date.now()}.${number}`));
    const begin = performance.now();
    const left = [...cases];
    const work = async (): Promise<void> => {
      for (let caseId = left.pop(); caseId !== undefined; caseId = left.pop()) await processes.proceed(caseId);
    };
    await Promise.all(Array.from({ length: connections }, work));
    const value = Math.round((cases.length * 3_000) / (performance.now() - begin));
    measured.set(`process.service_steps, ${connections} connections`, { value, unit: 'services and decisions/s' });
  } finally {
    await db.close();
  }
}

// ── work-lists ───────────────────────────────────────────────────────────────

interface List {
  readonly name: string;
  readonly readers: readonly Session[];
  readonly view: WorkQuery['view'];
}

const of = (prefix: string, gridCode?: (home: string) => string): Session[] =>
  staff
    .filter(({ staffId }) => staffId.startsWith(prefix))
    .map(({ staffId, gridCode: home }) => callerOf(staffId, gridCode?.(home)).session);

const lists: readonly List[] = [
  { name: 'mine', view: 'mine', readers: [...of('inv-'), ...of('apv-')] },
  { name: 'pool', view: 'pool', readers: of('apv-') },
  { name: 'scope of a village', view: 'scope', readers: of('mgr-', (home) => `${home}007`) },
  { name: 'scope of a branch', view: 'scope', readers: of('bra-') },
  { name: 'scope of the head office', view: 'scope', readers: of('drw-') },
  { name: 'done', view: 'done', readers: [...of('inv-'), ...of('apv-')] },
];

const filters: readonly (readonly [string, Record<string, string>])[] = [
  ['first page', {}],
  ['of one product', { product: '种植贷' }],
  ['of large amounts', { amount_from: '30800000' }],
  ['due within a day', { due_within: '1440' }],
  ['all three', { product: '种植贷', amount_from: '20000000', due_within: '1440' }],
];

async function measureLists(url: string, measured: Measured): Promise<void> {
  const db = openDatabase({ url, max: 2 });
  try {
    const { work } = processesOn(db);
    for (const { name, readers, view } of lists) {
      for (const [narrowed, filter] of filters) {
        const query = workQuery.parse({ view, ...filter });
        tell(measured, `process.list ${name}, ${narrowed}`, await askEach(readers, (reader) => work(reader, query)));
      }
      // Each reader has walked down before anything is measured; six of them are enough.
      const few = readers.slice(0, 6);
      const deep = new Map<Session, WorkQuery>();
      for (const reader of few) deep.set(reader, await deepPage(work, reader, view));
      const read = (reader: Session) => work(reader, deep.get(reader) ?? workQuery.parse({ view }));
      tell(measured, `process.list ${name}, deep page`, await askEach(few, read));
    }
  } finally {
    await db.close();
  }
}

/** As far down as ten pages of two hundred go. */
async function deepPage(work: ReturnType<typeof processesOn>['work'], reader: Session, view: WorkQuery['view']): Promise<WorkQuery> {
  let query = workQuery.parse({ view, limit: 200 });
  for (let page = 0; page < 10; page += 1) {
    const { next_cursor } = await work(reader, query);
    if (next_cursor === null) break;
    query = workQuery.parse({ view, limit: 200, cursor: next_cursor });
  }
  return { ...query, limit: 50 };
}

async function askEach(readers: readonly Session[], read: (reader: Session) => Promise<unknown>): Promise<number[]> {
  const took: number[] = [];
  for (let turn = 0; turn < asked; turn += 1) {
    const reader = readers[(turn * 7) % readers.length];
    if (!reader) throw new Error('nobody reads');
    const begin = performance.now();
    await read(reader);
    took.push(performance.now() - begin);
  }
  return took;
}

function tell(measured: Measured, name: string, took: readonly number[]): void {
  measured.set(`${name}, p95`, { value: shareOf(took, 0.95), unit: 'ms', limit: 'p95', limit_value: 100 });
  measured.set(`${name}, p50`, { value: shareOf(took, 0.5), unit: 'ms' });
  measured.set(`${name}, p99`, { value: shareOf(took, 0.99), unit: 'ms' });
}
