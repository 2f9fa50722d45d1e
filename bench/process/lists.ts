/** Work-lists as each reader sees them under row-level security: every view, narrowed in every way, from the top and far down. */
import { workQuery } from '#modules/process/contract.ts';
import type { WorkQuery } from '#modules/process/contract.ts';
import type { Processes } from '#modules/process/index.ts';
import { openDatabase } from '#platform/postgres/index.ts';
import type { Session } from '#platform/postgres/index.ts';
import { pagesTouched } from './cost.ts';
import { callerOf, processesOn, staff } from './ground.ts';
import { shareOf } from './measured.ts';
import type { Measured } from './measured.ts';

const asked = Number(process.env['QIANMO_BENCH_READS'] ?? 60);

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

export async function measureLists(url: string, measured: Measured): Promise<void> {
  const db = openDatabase({ url, max: 1 });
  const { work } = processesOn(db);
  const everything: number[] = [];
  const measure = async (name: string, readers: readonly Session[], read: (reader: Session) => Promise<unknown>): Promise<void> => {
    const before = await pagesTouched(db);
    const took = await askEach(readers, read);
    const pages = (await pagesTouched(db)) - before;
    everything.push(...took);
    measured.set(`${name}, p95`, { value: shareOf(took, 0.95), unit: 'ms', limit: 'p95', limit_value: 100 });
    measured.set(`${name}, p50`, { value: shareOf(took, 0.5), unit: 'ms' });
    measured.set(`${name}, pages`, { value: Math.round(pages / took.length), unit: 'pages of 8 KiB touched a read' });
  };
  try {
    for (const { name, readers, view } of lists) {
      for (const [narrowed, filter] of filters) {
        const query = workQuery.parse({ view, ...filter });
        await measure(`process.list ${name}, ${narrowed}`, readers, (reader) => work(reader, query));
      }
      // Each reader has walked down before anything is measured; six of them are enough.
      const few = readers.slice(0, 6);
      const deep = new Map<Session, WorkQuery>();
      for (const reader of few) deep.set(reader, await deepPage(work, reader, view));
      await measure(`process.list ${name}, deep page`, few, (reader) => work(reader, deep.get(reader) ?? workQuery.parse({ view })));
    }
    measured.set('process.list, all of them, p95', { value: shareOf(everything, 0.95), unit: 'ms', limit: 'p95', limit_value: 100 });
    measured.set('process.list, all of them, p50', { value: shareOf(everything, 0.5), unit: 'ms' });
  } finally {
    await db.close();
  }
}

/** As far down as ten pages of two hundred go. */
async function deepPage(work: Processes['work'], reader: Session, view: WorkQuery['view']): Promise<WorkQuery> {
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
