import type { PoolClient } from 'pg';
import type { Database } from '#platform/postgres/index.ts';

/**
 * The same database, with every statement that has parameters prepared once a connection: here a hundred days pass in a second, and planning the same
 * statements anew would be the greater part of each.
 */
export function prepared(db: Database): Database {
  const pool = new Proxy(db.pool, {
    get: (target, name) => {
      if (name === 'connect') return async () => preparing(await target.connect());
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { ...db, pool };
}

const names = new Map<string, string>();

function nameOf(text: string): string {
  const name = names.get(text) ?? `s${names.size}`;
  names.set(text, name);
  return name;
}

function preparing(client: PoolClient): PoolClient {
  return new Proxy(client, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (name === 'query')
        return (text: string, values: unknown[] = []) =>
          values.length === 0 ? target.query(text) : target.query({ name: nameOf(text), text, values });
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
