/** One transaction on one connection: what goes to the server when, and with what. */
import { Kysely, PostgresDialect } from 'kysely';
import type { ClientBase, PoolClient } from 'pg';
import { Batch, Statement } from './batch.ts';
import type { ParserOf } from './batch.ts';

/** Tables are described by the module that owns them: `tx.kysely.withTables<{ 'population.person': PersonRow }>()`. */
export type Tables = object;

/** One open transaction. `query`, `prepared` and `along` are for plain SQL with `$1` parameters, `kysely` for typed SQL, `client` for COPY. */
export interface Tx {
  readonly kysely: Kysely<Tables>;
  readonly client: ClientBase;
  query<Row extends object = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /**
   * For a text that never varies and finds its rows by key: PostgreSQL plans it once a connection, where planning costs several times the running.
   * A text put together at run time goes by `query`: every one that is prepared stays with the connection. Those asked for at once go in one message.
   */
  prepared<Row extends object = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /**
   * For a prepared text whose answer nobody waits for: it goes with the next statement or with the commit, in its place among the others. When it
   * fails, what it went with fails.
   */
  along<Row extends object = Record<string, unknown>>(text: string, values?: readonly unknown[]): Going<Row>;
  /**
   * A prepared text after which the transaction asks nothing more: the commit goes in the same message. Whatever its rows lead to, the transaction
   * stands; where they may lead to a refusal that takes it back, it is not the last.
   */
  last<Row extends object = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** Rows of a statement that goes along; asked for before it has gone, they send it. */
export interface Going<Row> {
  rows(): Promise<Row[]>;
}

export type Isolation = 'read committed' | 'repeatable read';

/** For the last read of a transaction, whoever makes it: what it asks is the last, and it asks once. */
export const lastOf = (tx: Tx): Tx =>
  Object.create(tx, { prepared: { value: (text: string, values?: readonly unknown[]) => tx.last(text, values) } });

interface Opening {
  readonly isolation: Isolation;
  readonly settings: Readonly<Record<string, string>>;
  /** Statements with values are prepared, whoever asks. */
  readonly preparesAll: boolean;
}

/** Begins with its first statement; one that never asked anything costs nothing. */
export class Transaction {
  readonly tx: Tx;
  readonly #client: PoolClient;
  readonly #parserOf: ParserOf;
  readonly #preparesAll: boolean;
  /** What goes with the next message, in its order: at first what opens the transaction. */
  #waiting: Statement[];
  #isBegun = false;
  #isOver = false;
  #isSending = false;
  #committing: Statement | undefined;
  #held: PoolClient | undefined;
  /** Of the last message that failed. */
  #failure: unknown;

  constructor(client: PoolClient, { isolation, settings, preparesAll }: Opening) {
    this.#client = client;
    this.#preparesAll = preparesAll;
    this.#parserOf = (type) => client.getTypeParser(type, 'text');
    this.#waiting = openingOf(isolation, settings);
    this.tx = this.#open();
  }

  #open(): Tx {
    const held = (): PoolClient => this.#heldClient();
    let kysely: Kysely<Tables> | undefined;
    return {
      get client() {
        return held();
      },
      get kysely() {
        kysely ??= new Kysely<Tables>({
          dialect: new PostgresDialect({ pool: { connect: async () => held(), end: async () => undefined } }),
        });
        return kysely;
      },
      query: async <Row extends object>(text: string, values?: readonly unknown[]) => {
        // Without values a text may be several statements, which only the plain message takes.
        if (values === undefined || values.length === 0) return (await held().query<Row>(text)).rows;
        return this.#ask<Row>(new Statement(text, values, this.#preparesAll));
      },
      prepared: async <Row extends object>(text: string, values: readonly unknown[] = []) =>
        this.#ask<Row>(new Statement(text, values, true)),
      along: <Row extends object>(text: string, values: readonly unknown[] = []) => {
        const statement = new Statement(text, values, true);
        this.#add(statement);
        return { rows: () => this.#rowsOf<Row>(statement) };
      },
      last: async <Row extends object>(text: string, values: readonly unknown[] = []) => {
        const statement = new Statement(text, values, true);
        this.#add(statement);
        this.#end();
        return this.#rowsOf<Row>(statement);
      },
    };
  }

  async commit(): Promise<void> {
    const isUnused = !this.#isBegun && this.#waiting.length <= openingLength;
    if (!isUnused) await (this.#committing ?? this.#end()).answered();
    this.#isOver = true;
  }

  async rollback(): Promise<void> {
    this.#isOver = true;
    // What went with its last statement stands, unless that failed.
    if (this.#committing && (await isDone(this.#committing))) return;
    for (const statement of this.#waiting.splice(0)) statement.reject(new Error('taken back with its transaction'));
    if (this.#isBegun) await this.#client.query('rollback');
  }

  /** What broke the transaction, for an error that only says that it is broken. */
  causeOf(error: unknown): unknown {
    const isAfterwards = error instanceof Error && 'code' in error && error.code === '25P02';
    return isAfterwards ? (this.#failure ?? error) : error;
  }

  /** Everything that waits goes, and the commit after it. */
  #end(): Statement {
    const commit = new Statement('commit', [], true);
    this.#committing = commit;
    this.#add(commit);
    this.#isOver = true;
    this.#send();
    return commit;
  }

  async #ask<Row extends object>(statement: Statement): Promise<Row[]> {
    this.#add(statement);
    if (!this.#isSending) {
      this.#isSending = true;
      // What is asked for at once goes at once.
      queueMicrotask(() => {
        this.#isSending = false;
        this.#send();
      });
    }
    return this.#rowsOf<Row>(statement);
  }

  async #rowsOf<Row extends object>(statement: Statement): Promise<Row[]> {
    if (!this.#isSending && this.#waiting.includes(statement)) this.#send();
    try {
      await statement.answered();
    } catch (error) {
      // From the socket, where the error arrives, no line of its trace would lead to whoever asked.
      if (error instanceof Error) Error.captureStackTrace(error);
      throw error;
    }
    return statement.rows as Row[]; // What columns a text answers with is the word of whoever wrote it.
  }

  #add(statement: Statement): void {
    if (this.#isOver) throw new Error(`the transaction is over: ${statement.text.slice(0, 80)}`);
    this.#waiting.push(statement);
  }

  #send(): void {
    if (this.#waiting.length === 0) return;
    this.#isBegun = true;
    this.#client.query(new Batch(this.#waiting.splice(0), this.#parserOf, (error) => (this.#failure = error)));
  }

  /** The connection for those who use it themselves: what waits goes before what they ask, and it is not theirs to release. */
  #heldClient(): PoolClient {
    const before = (): void => {
      if (this.#isOver) throw new Error('the transaction is over');
      this.#send();
    };
    this.#held ??= new Proxy(this.#client, {
      get: (target, name) => {
        if (name === 'release') return () => undefined;
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        if (name !== 'query') return value.bind(target);
        return (...asked: unknown[]): unknown => {
          before();
          return value.apply(target, asked);
        };
      },
    });
    return this.#held;
  }
}

const isDone = (statement: Statement): Promise<boolean> =>
  statement.answered().then(
    () => true,
    () => false,
  );

const openingLength = 2;

/** The session is that of this transaction alone: what is set in it ends with it. */
function openingOf(isolation: Isolation, settings: Readonly<Record<string, string>>): Statement[] {
  const set = Object.keys(settings).map((_, place) => `set_config($${2 * place + 1}, $${2 * place + 2}, true)`);
  return [
    new Statement(`begin isolation level ${isolation}`, [], true),
    new Statement(`select ${set.join(', ')}`, Object.entries(settings).flat(), true),
  ];
}
