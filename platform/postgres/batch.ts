/** Statements that go to the server in one message and come back in one answer. */
import { createHash } from 'node:crypto';
import type { Connection, FieldDef, Submittable } from 'pg';
import utils from 'pg/lib/utils.js';
import { Message } from './message.ts';
import type { WireValue } from './message.ts';

export type ParserOf = (type: number) => (text: string) => unknown;

interface Column {
  readonly name: string;
  readonly parse: (text: string) => unknown;
}

type Outcome = { readonly failed: false } | { readonly failed: true; readonly error: unknown };

/** One statement with what it answers. */
export class Statement {
  readonly text: string;
  readonly values: readonly WireValue[];
  /** Planned once a connection, under a name. */
  readonly isPrepared: boolean;
  readonly rows: Record<string, unknown>[] = [];
  #outcome: Outcome | undefined;
  #awaited: PromiseWithResolvers<void> | undefined;

  constructor(text: string, values: readonly unknown[], isPrepared: boolean) {
    this.text = text;
    this.values = values.map((value) => (typeof value === 'string' ? value : utils.prepareValue(value)));
    this.isPrepared = isPrepared;
  }

  /** Settles when the message it was in has been answered. Most of what a transaction says is never asked for. */
  async answered(): Promise<void> {
    if (this.#outcome?.failed) throw this.#outcome.error;
    if (this.#outcome) return;
    this.#awaited ??= Promise.withResolvers<void>();
    await this.#awaited.promise;
  }

  resolve(): void {
    this.#outcome = { failed: false };
    this.#awaited?.resolve();
  }

  reject(error: unknown): void {
    this.#outcome = { failed: true, error };
    this.#awaited?.reject(error);
  }
}

/** What a connection has been told to keep, by text. */
interface Kept {
  /** Undefined until the server has told them, and for a statement that answers with no rows. */
  columns: readonly Column[] | undefined;
}

class KeptStatements {
  readonly #kept = new Map<string, Kept>();
  /** Texts of which nobody knows whether the server still keeps them: they failed. Their name is freed before it is used again. */
  readonly #inDoubt = new Set<string>();

  /** Adds what has to be said before the statement can be bound. */
  prepare(message: Message, text: string): Kept {
    const known = this.#kept.get(text);
    if (known) return known;
    const name = nameOf(text);
    if (this.#inDoubt.delete(text)) message.close(name);
    message.parse(name, text);
    message.describe(name);
    const kept: Kept = { columns: undefined };
    this.#kept.set(text, kept);
    return kept;
  }

  doubt(text: string): void {
    this.#kept.delete(text);
    this.#inDoubt.add(text);
  }
}

const keptBy = new WeakMap<Connection, KeptStatements>();

function keptOn(connection: Connection): KeptStatements {
  const known = keptBy.get(connection);
  if (known) return known;
  const kept = new KeptStatements();
  keptBy.set(connection, kept);
  return kept;
}

/** Given to `client.query`, which sends it in its turn and hands over what the server says. The first failure is that of all statements after it. */
export class Batch implements Submittable {
  readonly #statements: readonly Statement[];
  readonly #parserOf: ParserOf;
  readonly #onFailure: (error: unknown) => void;
  #sent: readonly { readonly statement: Statement; readonly kept: Kept }[] = [];
  #connection: Connection | undefined;
  /** The statement whose answer comes now. */
  #place = 0;
  #unreadable: unknown;

  constructor(statements: readonly Statement[], parserOf: ParserOf, onFailure: (error: unknown) => void) {
    this.#statements = statements;
    this.#parserOf = parserOf;
    this.#onFailure = onFailure;
  }

  /** An error that is answered reaches `handleError`; one that is thrown would leave the connection waiting for ever. */
  submit(connection: Connection): Error | undefined {
    this.#connection = connection;
    const kept = keptOn(connection);
    const message = new Message();
    try {
      this.#sent = this.#statements.map((statement) => ({ statement, kept: add(message, statement, kept) }));
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
    message.sync();
    connection.stream.write(message.bytes());
    return undefined;
  }

  handleRowDescription({ fields }: { fields: readonly FieldDef[] }): void {
    const now = this.#sent[this.#place];
    if (now) now.kept.columns = fields.map(({ name, dataTypeID }) => ({ name, parse: this.#parserOf(dataTypeID) }));
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    const now = this.#sent[this.#place];
    if (!now?.kept.columns || this.#unreadable !== undefined) return;
    try {
      now.statement.rows.push(rowOf(now.kept.columns, fields));
    } catch (error) {
      this.#unreadable = error; // The connection goes on; whoever asked is told.
    }
  }

  handleCommandComplete(): void {
    this.#place += 1;
  }

  handleEmptyQuery(): void {
    this.#place += 1;
  }

  /** Somebody asked for COPY with `query`; there is nothing to copy from. The server has passed over the end of the message meanwhile. */
  handleCopyInResponse(connection: Connection): void {
    const message = new Message();
    message.copyFail('COPY goes by copyFrom');
    message.sync();
    connection.stream.write(message.bytes());
  }

  handleReadyForQuery(): void {
    if (this.#unreadable !== undefined) return this.#fail(this.#unreadable, 0);
    for (const statement of this.#statements) statement.resolve();
  }

  handleError(error: unknown): void {
    this.#fail(error, this.#place);
  }

  #fail(error: unknown, from: number): void {
    this.#onFailure(error);
    const kept = this.#connection && keptOn(this.#connection);
    for (const [place, statement] of this.#statements.entries()) {
      if (place < from) {
        statement.resolve();
        continue;
      }
      if (statement.isPrepared) kept?.doubt(statement.text);
      statement.reject(error);
    }
  }
}

function add(message: Message, { text, values, isPrepared }: Statement, kept: KeptStatements): Kept {
  if (isPrepared) {
    const known = kept.prepare(message, text);
    message.bind(nameOf(text), values);
    message.execute();
    return known;
  }
  message.parse('', text);
  message.describe('');
  message.bind('', values);
  message.execute();
  return { columns: undefined };
}

function rowOf(columns: readonly Column[], fields: readonly (string | null)[]): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const [place, { name, parse }] of columns.entries()) {
    const text = fields[place] ?? null;
    row[name] = text === null ? null : parse(text);
  }
  return row;
}

/** Names by text: as many as the code has texts, and no two texts under one name. */
const names = new Map<string, string>();

function nameOf(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = createHash('sha256').update(text).digest('base64url').slice(0, 24);
  names.set(text, name);
  return name;
}
