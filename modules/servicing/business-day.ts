import { refuse } from '#platform/http/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { refusals } from './contract.ts';

/**
 * The business date that is open, held open until the transaction ends: the end of day waits for it.
 * Refuses: not_open.
 */
export async function openDay(tx: Tx, entityId: string): Promise<string> {
  const [row] = await tx.query<{ open_date: string }>('select open_date from servicing.business_day where entity_id = $1 for share', [
    entityId,
  ]);
  if (!row) throw refuse(refusals, 'not_open');
  return row.open_date;
}

/** Begins servicing for an entity on a day. Nothing happens when it has begun. */
export async function beginServicing(tx: Tx, entityId: string, day: string): Promise<void> {
  await tx.query('call servicing.make_month($1)', [day]);
  await tx.query('insert into servicing.business_day (entity_id, open_date) values ($1, $2) on conflict do nothing', [entityId, day]);
}
