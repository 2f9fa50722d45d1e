import { afterAll, beforeAll, expect, test } from 'vitest';
import { Problem } from '#platform/http/index.ts';
import { withOwner, withSession } from '#platform/postgres/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { workQuery } from '../contract.ts';
import type { TaskSummary, WorkQuery } from '../contract.ts';
import { loanDrawing } from '../sample-drawings.ts';
import { entityId, hours, openSampleOffice } from '../sample-office.ts';
import type { SampleOffice } from '../sample-office.ts';
import { readWorkList } from './work-list.ts';

/* Twenty thousand open tasks in two hundred villages and as many that are done: what one reader asks must not cost what everybody has. */

let office: SampleOffice;
const copies = 20_000;
const villageOf = (number: number): string => `32072310${Math.floor(number / 20)}${String(number % 20).padStart(3, '0')}`;
beforeAll(async () => {
  office = await openSampleOffice();
  await office.publish('loan', loanDrawing);
  office.answers.set('admit', async () => ({ variables: { verdict: 'refer' } }));
  const caseId = await office.open('loan', { amount: 1 });
  await withOwner(office.database.db, async (tx) => {
    await copy(tx, 'case_state', ['case_id', 'subject_id', 'grid_code'], `100 + n, 'C' || n, ${villageSql}`, caseId);
    const open = `100 + n, 100 + n, ${villageSql}, 'staff' || n % 100, timestamptz '2026-11-23T00:00:00Z' + n * interval '1 second', 'open', null, null`;
    await copy(tx, 'task', taskColumns, open, caseId);
    const done = `100000 + n, 100 + n, ${villageSql}, null, null, 'done', now() - n * interval '1 minute', 'staff' || n % 100`;
    await copy(tx, 'task', taskColumns, done, caseId);
    await tx.query(`update process.task set product = '种植贷', amount_fen = task_id where task_id % 10 = 0`);
    await tx.query('update process.task set assignee = null where task_id % 50 = 1 and state = $1', ['open']);
    await tx.query('analyze process.task');
    await tx.query('analyze process.case_state');
  });
}, 120_000);
afterAll(() => office.close());

const villageSql = `'32072310' || (n % 200) / 20 || lpad((n % 20)::text, 3, '0')`;
const taskColumns = ['task_id', 'case_id', 'grid_code', 'assignee', 'due_at', 'state', 'done_at', 'done_by'];

async function copy(tx: Tx, table: string, changed: readonly string[], values: string, caseId: bigint): Promise<void> {
  const columns = await tx.query<{ name: string }>(
    `select quote_ident(attname) as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`,
    [`process.${table}`],
  );
  const same = columns.flatMap(({ name }) => (changed.includes(name) ? [] : [name])).join(', ');
  await tx.query(
    `insert into process.${table} (${changed.join(', ')}, ${same}) overriding system value
     select ${values}, ${same} from (select * from process.${table} where case_id = $1 limit 1) one, generate_series(0, ${copies - 1}) n`,
    [caseId],
  );
}

const reader = (scope: string, actorId = 'nobody', roles = ['investigator']): Session => ({ entityId, actorId, roles, scopes: [scope] });

/** How PostgreSQL goes about what a list asks of the tasks. */
async function plansOf(session: Session, query: Record<string, unknown>): Promise<string[]> {
  return withSession(office.database.db, session, async (tx) => {
    const asked: { text: string; values: readonly unknown[] }[] = [];
    const listening: Tx = {
      along: (text, values) => tx.along(text, values),
      client: tx.client,
      kysely: tx.kysely,
      prepared: (text, values) => listening.query(text, values),
      last: (text, values) => listening.query(text, values),
      query: (text, values = []) => {
        asked.push({ text, values });
        return tx.query(text, values);
      },
    };
    await readWorkList(listening, session, workQuery.parse(query), office.clock.now(), hours);
    const plans: string[] = [];
    for (const { text, values } of asked) {
      const lines = await tx.query<{ 'QUERY PLAN': string }>(`explain (analyze, buffers off, costs off) ${text}`, values);
      plans.push(lines.map((line) => line['QUERY PLAN']).join('\n'));
    }
    return plans;
  });
}

test.each([
  ['mine', reader('320723', 'staff7'), { view: 'mine' }, /task_own/],
  ['mine of one product', reader('320723', 'staff7'), { view: 'mine', product: '种植贷', amount_from: '500' }, /task_own/],
  ['the pool', reader('320723'), { view: 'pool' }, /task_(pool|open)/],
  ['a village', reader(villageOf(37)), { view: 'scope' }, /task_grid/],
  ['the head office', reader('320723'), { view: 'scope' }, /task_open/],
  ['the head office, due soon', reader('320723'), { view: 'scope', due_within: 60 }, /task_open/],
  ['what is done', reader('320723', 'staff7'), { view: 'done' }, /task_done/],
] as const)('%s is a range of its own index', async (_name, session, query, index) => {
  const [page = '', ...rest] = await plansOf(session, query);
  expect(page).toMatch(index);
  expect([page, ...rest].join('\n')).not.toContain('Seq Scan on task');
  // What row-level security or a filter leaves out is hardly read. A pool of one in fifty is found as fast in the list of all as in its own.
  const removed = [...page.matchAll(/Rows Removed by Filter: (\d+)/g)].map(([, rows]) => Number(rows));
  expect(removed.filter((rows) => rows > (query.view === 'pool' ? 4_000 : 400))).toEqual([]);
  expect(rest.join('\n')).not.toContain('Seq Scan on case_state');
});

test.each([
  ['of large amounts', { amount_from: '500' }, 'amount_fen >='],
  ['in a village', { grid: villageOf(37) }, 'grid_code >='],
])('what is done %s passes over the rest within its index, and its count reads no row', async (_name, narrowed, condition) => {
  const [page = '', ...rest] = await plansOf(reader('320723', 'staff7'), { view: 'done', ...narrowed });
  expect(page).toMatch(new RegExp(`task_done.*\\n *Index Cond: .*${condition}`));
  expect(rest.at(-1)).toMatch(/Index Only Scan using task_done/);
});

async function walk(session: Session, query: Partial<WorkQuery>): Promise<TaskSummary[]> {
  const seen: TaskSummary[] = [];
  let cursor: string | undefined;
  do {
    const page = await office.processes.work(
      session,
      workQuery.parse({ ...query, limit: 70, ...(cursor === undefined ? {} : { cursor }) }),
    );
    seen.push(...page.items);
    cursor = page.next_cursor ?? undefined;
    // Pages are read as time goes by.
    office.clock.advance({ seconds: 1 });
  } while (cursor !== undefined);
  return seen;
}

test.each([
  ['mine', { view: 'mine' }],
  ['due within days', { view: 'mine', due_within: 10_000 }],
  ['done', { view: 'done' }],
] as const)('%s: every page follows the last, each task once', async (_name, query) => {
  const session = reader('320723', 'staff7');
  const items = await walk(session, query);
  expect(items).toHaveLength(copies / 100);
  expect(new Set(items.map(({ task_id }) => task_id)).size).toBe(items.length);
  const [first] = items;
  expect(first).toMatchObject({ process: 'loan', subject_kind: 'sample', title: '客户S1' });
});

test('counts are of the view, and a cursor of another list is refused', async () => {
  const session = reader('320723', 'staff7');
  const { counts, next_cursor } = await office.processes.work(session, workQuery.parse({ product: '种植贷' }));
  expect(counts.all).toBe(copies / 100);
  const other = await office.processes.work(session, workQuery.parse({ limit: 1 }));
  expect(next_cursor).toBeNull();
  const query = workQuery.parse({ due_within: 5, cursor: other.next_cursor ?? '' });
  const refused = await office.processes.work(session, query).catch((error: unknown) => error);
  expect(refused instanceof Problem && refused.code).toBe('cursor_invalid');
});

test('what the subject’s owner tells of it narrows the list at once', async () => {
  const caseId = await office.open('loan', { amount: 1 });
  await withOwner(office.database.db, (tx) =>
    office.processes.describe(tx, caseId, { title: '新名', product: '养殖贷', amountFen: 7n, proposedFen: null, note: null }),
  );
  const { items } = await office.processes.work(office.caller('ib').session, workQuery.parse({ view: 'scope', product: '养殖贷' }));
  expect(items.map(({ case_id, title, amount_fen }) => [case_id, title, amount_fen])).toEqual([[`C${caseId}`, '新名', '7']]);
});

test('what is done keeps the time that was left when it was done', async () => {
  const done = workQuery.parse({ view: 'done', limit: 5 });
  const session = reader('320723', 'staff7');
  await withOwner(office.database.db, (tx) =>
    tx.query(`update process.task set due_at = done_at + interval '70 days' where done_by = 'staff7' and task_id % 3 = 0`),
  );
  const leftOf = async () => (await office.processes.work(session, done)).items.map(({ seconds_left }) => seconds_left);
  const before = await leftOf();
  expect(before.some((left) => left !== null && left > 0)).toBe(true);
  office.clock.advance({ hours: 400 * 24 });
  expect(await leftOf()).toEqual(before);
});
