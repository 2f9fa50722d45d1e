import { createHash } from 'node:crypto';
import { Kysely, PostgresDialect } from 'kysely';
import { Pool, TypeOverrides, types } from 'pg';
import type { ClientBase, CustomTypesConfig, PoolClient } from 'pg';

/** What a request may do: the legal entity it works for, who asks, with which roles, and the grid-code prefixes that person may see. */
export interface Session {
  entityId: string;
  actorId: string;
  roles: string[];
  scopes: string[];
}

/** Tables are described by the module that owns them: `tx.kysely.withTables<{ 'population.person': PersonRow }>()`. */
export type Tables = object;

/** One open transaction. `query` and `prepared` are for plain SQL with `$1` parameters, `kysely` for typed SQL, `client` for COPY. */
export interface Tx {
  readonly kysely: Kysely<Tables>;
  readonly client: ClientBase;
  query<Row extends object = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /**
   * For a text that never varies and finds its rows by key: PostgreSQL plans it once a connection, where planning costs several times the running.
   * A text put together at run time goes by `query`: every one that is prepared stays with the connection.
   */
  prepared<Row extends object = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

export interface Database {
  readonly url: string;
  readonly kysely: Kysely<Tables>;
  readonly pool: Pool;
  close(): Promise<void>;
}

/** The role every request runs as: it owns nothing, so row-level security always applies to it. */
export const appRole = 'qianmo_app';

/**
 * Opens a pool. Values arrive as: int8 → bigint, date → 'YYYY-MM-DD', timestamptz → ISO text in UTC ('2026-11-20T08:00:00.5Z'),
 * numeric → text, json → parsed. Parameters are given in the same forms.
 */
export function openDatabase(options: { url: string; max?: number; applicationName?: string }): Database {
  const pool = new Pool({
    connectionString: options.url,
    max: options.max ?? 10,
    types: valueTypes(),
    application_name: options.applicationName ?? 'qianmo',
    options: '-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=iso_8601',
    connectionTimeoutMillis: 10_000,
  });
  // A connection that breaks while idle has left the pool already; the next query opens another and reports its own failure.
  pool.on('error', () => undefined);
  // So does one that breaks between two statements of a transaction; without a listener it would end the whole process.
  pool.on('connect', (client) => void client.on('error', () => undefined));
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return { url: options.url, kysely, pool, close: () => pool.end() };
}

/** Runs `work` in one transaction as `qianmo_app`, seeing only what `session` may see. Every request uses it. */
export async function withSession<Result>(db: Database, session: Session, work: (tx: Tx) => Promise<Result>): Promise<Result> {
  return inTransaction(db, work, {
    role: appRole,
    'qianmo.entity': session.entityId,
    'qianmo.actor': session.actorId,
    'qianmo.roles': session.roles.join(','),
    'qianmo.scopes': session.scopes.join(','),
  });
}

/**
 * Runs `work` in one transaction as the owner of the tables: migrations, loads, jobs, sign-in. Never on behalf of a request's filters.
 * With `repeatable read` a row that another transaction changed meanwhile fails the write with SQLSTATE 40001 instead of being waited for and read anew.
 */
export async function withOwner<Result>(
  db: Database,
  work: (tx: Tx) => Promise<Result>,
  { isolation = 'read committed' }: { isolation?: Isolation } = {},
): Promise<Result> {
  return inTransaction(db, work, { 'qianmo.owner': 'on' }, isolation);
}

export type Isolation = 'read committed' | 'repeatable read';

async function inTransaction<Result>(
  db: Database,
  work: (tx: Tx) => Promise<Result>,
  settings: Record<string, string>,
  isolation: Isolation = 'read committed',
): Promise<Result> {
  const client = await db.pool.connect();
  let broken = false;
  try {
    const local = Object.entries(settings).map(([name, value]) => `set local ${name} = ${client.escapeLiteral(value)}`);
    // In one message: of what a small transaction costs, going to the server and back is most.
    await client.query([`begin isolation level ${isolation}`, ...local].join('; '));
    const result = await work(transactionOn(client));
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => {
      broken = true; // The connection itself failed; the first error says why.
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

function transactionOn(client: PoolClient): Tx {
  let kysely: Kysely<Tables> | undefined;
  return {
    client,
    get kysely() {
      kysely ??= new Kysely<Tables>({ dialect: new PostgresDialect({ pool: poolOfOne(client) }) });
      return kysely;
    },
    async query<Row extends object>(text: string, values: readonly unknown[] = []) {
      const result = await client.query<Row>(text, [...values]);
      return result.rows;
    },
    async prepared<Row extends object>(text: string, values: readonly unknown[] = []) {
      const result = await client.query<Row>({ name: nameOf(text), text, values: [...values] });
      return result.rows;
    },
  };
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

/** Kysely takes connections from a pool; inside a transaction there is exactly one, and it is not Kysely's to release. */
function poolOfOne(client: PoolClient) {
  const held = new Proxy(client, {
    get: (target, name) => {
      if (name === 'release') return () => undefined;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { connect: async () => held, end: async () => undefined };
}

function valueTypes(): CustomTypesConfig {
  const parsers = new TypeOverrides();
  parsers.setTypeParser(types.builtins.INT8, (text) => BigInt(text));
  parsers.setTypeParser(types.builtins.DATE, (text) => text);
  parsers.setTypeParser(types.builtins.TIMESTAMP, (text) => text);
  parsers.setTypeParser(types.builtins.TIMESTAMPTZ, (text) => text.replace(' ', 'T').replace(/\+00$/, 'Z'));
  return parsers;
}
