/** Who does how much of the work: statements and transactions by act, and processor time of this process and of PostgreSQL. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { readFile } from 'node:fs/promises';
import type { ClientBase } from 'pg';
import type { Database } from '#platform/postgres/index.ts';
import { withOwner } from '#platform/postgres/index.ts';

export interface Spent {
  /** Milliseconds of processor time, which another load on the machine does not change much. */
  readonly nodeMs: number;
  readonly postgresMs: number;
}

export interface ActCount {
  statements: number;
  transactions: number;
  calls: number;
}

/** The act that is under way; whoever holds it may rename it for what goes on after the answer. */
export interface Act {
  name: string;
}

export interface Ledger {
  readonly acts: ReadonlyMap<string, ActCount>;
  during<Result>(act: Act, work: () => Promise<Result>): Promise<Result>;
  spent(): Promise<Spent>;
  forget(): void;
}

/** Counts what goes over every connection that the pool opens from now on. */
export async function openLedger(db: Database): Promise<Ledger> {
  const acts = new Map<string, ActCount>();
  const present = new AsyncLocalStorage<Act>();
  const countOf = (name: string): ActCount => {
    const known = acts.get(name);
    if (known) return known;
    const begun = { statements: 0, transactions: 0, calls: 0 };
    acts.set(name, begun);
    return begun;
  };
  db.pool.on('connect', (client: ClientBase) =>
    watch(client, (text) => {
      const count = countOf(present.getStore()?.name ?? 'other');
      count.statements += 1;
      if (text.startsWith('begin')) count.transactions += 1;
    }),
  );
  const postmaster = await postmasterOf(db);
  const begun = { node: process.cpuUsage(), postgres: await processorMsOf(postmaster) };
  return {
    acts,
    during: (act, work) => {
      countOf(act.name).calls += 1;
      return present.run(act, work);
    },
    async spent() {
      const { user, system } = process.cpuUsage(begun.node);
      return { nodeMs: (user + system) / 1000, postgresMs: (await processorMsOf(postmaster)) - begun.postgres };
    },
    forget: () => acts.clear(),
  };
}

function watch(client: ClientBase, told: (text: string) => void): void {
  const query: unknown = Reflect.get(client, 'query');
  if (typeof query !== 'function') throw new Error('a connection without queries');
  Object.assign(client, {
    query(...given: unknown[]): unknown {
      const [first] = given;
      const text: unknown = typeof first === 'object' && first !== null ? Reflect.get(first, 'text') : first;
      told(typeof text === 'string' ? text : '');
      return Reflect.apply(query, client, given);
    },
  });
}

async function postmasterOf(db: Database): Promise<number> {
  const [row] = await withOwner(db, (tx) => tx.query<{ pid: number }>('select pg_backend_pid() as pid'));
  if (!row) throw new Error('PostgreSQL did not tell its process');
  return (await readStat(row.pid)).parent;
}

/** Of the server with all its children, those that have ended included. */
async function processorMsOf(postmaster: number): Promise<number> {
  const children = (await readFile(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8')).split(' ').filter(Boolean).map(Number);
  const ended = await readStat(postmaster);
  // A child may end between the list and the look at it; the postmaster then has its time.
  const running = await Promise.all(children.map((pid) => readStat(pid).catch(() => ({ own: 0 }))));
  return running.reduce((sum, { own }) => sum + own, ended.own + ended.ofChildren);
}

const tickMs = 10;

async function readStat(pid: number): Promise<{ parent: number; own: number; ofChildren: number }> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  // After the name, which may hold blanks: state, parent, … user, system, children's user, children's system in ticks.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const at = (index: number): number => Number(fields[index]);
  return { parent: at(1), own: (at(11) + at(12)) * tickMs, ofChildren: (at(13) + at(14)) * tickMs };
}
