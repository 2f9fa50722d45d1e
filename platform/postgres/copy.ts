import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyInto } from 'pg-copy-streams';

/**
 * COPY … FROM STDIN in CSV form, inside whatever transaction `client` is in. Unquoted empty field = NULL.
 * Answers the number of rows taken.
 */
export async function copyFrom(client: pg.ClientBase, table: string, columns: readonly string[], source: Readable): Promise<number> {
  const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;
  const target = table.split('.').map(quote).join('.');
  const stream = client.query(copyInto(`copy ${target} (${columns.map(quote).join(', ')}) from stdin with (format csv)`));
  await pipeline(source, stream);
  return stream.rowCount;
}
