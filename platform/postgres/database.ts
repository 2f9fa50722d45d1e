import { Kysely, PostgresDialect } from 'kysely';
import { Pool, TypeOverrides, types } from 'pg';
import type { CustomTypesConfig } from 'pg';
import { Transaction } from './transaction.ts';
import type { Isolation, Tables, Tx } from './transaction.ts';

/** What a request may do: the legal entity it works for, who asks, with which roles, and the grid-code prefixes that person may see. */
export interface Session {
  entityId: string;
  actorId: string;
  roles: string[];
  scopes: string[];
}

export interface Database {
  readonly url: string;
  readonly kysely: Kysely<Tables>;
  readonly pool: Pool;
  readonly preparesAll: boolean;
  close(): Promise<void>;
}

/** The role every request runs as: it owns nothing, so row-level security always applies to it. */
export const appRole = 'qianmo_app';

/**
 * Opens a pool. Values arrive as: int8 → bigint, date → 'YYYY-MM-DD', timestamptz → ISO text in UTC ('2026-11-20T08:00:00.5Z'),
 * numeric → text, json → parsed. Parameters are given in the same forms. `preparesAll`: every statement with values is planned once a connection, for
 * who asks the same few thousands of times.
 */
export function openDatabase(options: { url: string; max?: number; applicationName?: string; preparesAll?: boolean }): Database {
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
  return { url: options.url, kysely, pool, preparesAll: options.preparesAll ?? false, close: () => pool.end() };
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

async function inTransaction<Result>(
  db: Database,
  work: (tx: Tx) => Promise<Result>,
  settings: Record<string, string>,
  isolation: Isolation = 'read committed',
): Promise<Result> {
  const client = await db.pool.connect();
  const transaction = new Transaction(client, { isolation, settings, preparesAll: db.preparesAll });
  let broken = false;
  try {
    const result = await work(transaction.tx);
    await transaction.commit();
    return result;
  } catch (error) {
    await transaction.rollback().catch(() => {
      broken = true; // The connection itself failed; the first error says why.
    });
    throw transaction.causeOf(error);
  } finally {
    client.release(broken);
  }
}

function valueTypes(): CustomTypesConfig {
  const parsers = new TypeOverrides();
  parsers.setTypeParser(types.builtins.INT8, (text) => BigInt(text));
  parsers.setTypeParser(types.builtins.DATE, (text) => text);
  parsers.setTypeParser(types.builtins.TIMESTAMP, (text) => text);
  parsers.setTypeParser(types.builtins.TIMESTAMPTZ, (text) => text.replace(' ', 'T').replace(/\+00$/, 'Z'));
  return parsers;
}
