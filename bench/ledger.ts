/** Who does how much of the work: statements and transactions by act, and processor time of this process and of PostgreSQL. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { readFile } from 'node:fs/promises';
import type { ClientBase, Connection } from 'pg';
import type { Database } from '#platform/postgres/index.ts';
import { withOwner } from '#platform/postgres/index.ts';

export interface Spent {
  /** Milliseconds of processor time, which another load on the machine does not change much. */
  readonly nodeMs: number;
  readonly postgresMs: number;
}

export interface ActCount {
  statements: number;
  /** Messages that went to the server and were waited for; one may hold several statements. */
  trips: number;
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

/** Counts what goes over every connection of the pool. */
export async function openLedger(db: Database): Promise<Ledger> {
  const acts = new Map<string, ActCount>();
  const present = new AsyncLocalStorage<Act>();
  const countOf = (name: string): ActCount => {
    const known = acts.get(name);
    if (known) return known;
    const begun = { statements: 0, trips: 0, transactions: 0, calls: 0 };
    acts.set(name, begun);
    return begun;
  };
  const watched = new WeakSet<ClientBase>();
  db.pool.on('acquire', (client: ClientBase) => {
    countOf(present.getStore()?.name ?? 'other').transactions += 1;
    if (watched.has(client)) return;
    watched.add(client);
    watch(client, (statements) => {
      const count = countOf(present.getStore()?.name ?? 'other');
      count.statements += statements;
      count.trips += 1;
    });
  });
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

function watch(client: ClientBase, told: (statements: number) => void): void {
  const query: unknown = Reflect.get(client, 'query');
  if (typeof query !== 'function') throw new Error('a connection without queries');
  Object.assign(client, {
    query(...given: unknown[]): unknown {
      const [first] = given;
      const submit: unknown = typeof first === 'object' && first !== null ? Reflect.get(first, 'submit') : undefined;
      if (typeof first !== 'object' || first === null || typeof submit !== 'function') told(1);
      else
        Object.assign(first, {
          submit: (connection: Connection) => submitting(connection, () => Reflect.apply(submit, first, [connection]), told),
        });
      return Reflect.apply(query, client, given);
    },
  });
}

/** What writes its own message is counted by what it writes. */
function submitting(connection: Connection, submit: () => unknown, told: (statements: number) => void): unknown {
  const { stream } = connection;
  const write: unknown = Reflect.get(stream, 'write');
  if (typeof write !== 'function') throw new Error('a connection that is not written to');
  Object.assign(stream, {
    write(...given: unknown[]): unknown {
      const [bytes] = given;
      if (bytes instanceof Buffer) told(executed(bytes));
      return Reflect.apply(write, stream, given);
    },
  });
  try {
    return submit();
  } finally {
    Object.assign(stream, { write });
  }
}

/** Statements that a message of PostgreSQL's protocol runs: its parts have a letter and their length before them. */
function executed(bytes: Buffer): number {
  let count = 0;
  for (let place = 0; place + 5 <= bytes.length; place += 1 + bytes.readInt32BE(place + 1)) {
    if (bytes[place] === 'E'.charCodeAt(0)) count += 1;
  }
  return count;
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
