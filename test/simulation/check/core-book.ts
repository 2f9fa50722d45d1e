import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readReconciliationFile } from '#connectors/core-bank/index.ts';
import type { CoreRow } from '#connectors/core-bank/index.ts';
import type { Simulator } from '#connectors/core-bank/simulator/start.ts';
import type { Tx } from '#platform/postgres/index.ts';

/** What the core paid and collected and did not take back, day by day, from its own reconciliation files. */
export async function noteCorePayments(tx: Tx, core: Pick<Simulator, 'writeDay'>, days: readonly string[]): Promise<void> {
  await tx.query('insert into simulation.core_day select * from unnest($1::date[])', [days]);
  await tx.query('analyze simulation.core_day');
  if (days.length === 0) return;
  const folder = mkdtempSync(join(tmpdir(), 'qianmo-core-days-'));
  try {
    for (const day of days) await noteDay(tx, day, await rowsOf(core, Temporal.PlainDate.from(day), folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Days whose payments may look otherwise than at the last check. */
export async function changedCoreDays(tx: Tx): Promise<string[]> {
  const rows = await tx.query<{ day: string }>(
    `select d.requested_on as day from simulation.drawdown_scope join servicing.drawdown d using (drawdown_id)
     union select c.business_date from simulation.mark, simulation.collection_scope join servicing.collection c using (collection_id)
     where c.business_date >= mark.closed_to or c.state in ('sent', 'unknown')
       or c.event_id in (select event_id from simulation.new_event where detail ? 'collection_id') order by 1`,
  );
  return rows.map((row) => row.day);
}

async function rowsOf(core: Pick<Simulator, 'writeDay'>, day: Temporal.PlainDate, folder: string): Promise<CoreRow[]> {
  const file = await readReconciliationFile(await core.writeDay(day, folder));
  if (file.outcome === 'refused') throw new Error(`${day.toString()}: ${file.detail}`);
  return file.rows;
}

async function noteDay(tx: Tx, day: string, rows: readonly CoreRow[]): Promise<void> {
  const paid = rows.filter(({ kind, reversed }) => kind !== 'reverse' && !reversed);
  await tx.query('delete from simulation.core_payment where core_date = $1', [day]);
  await tx.query(
    `insert into simulation.core_payment (sequence, kind, entity_id, core_date, amount_fen)
     select s, k, e, $3, a from unnest($1::text[], $2::text[], $4::bigint[], $5::text[]) u (s, e, a, k)`,
    [
      paid.map(({ sequence }) => sequence),
      paid.map(({ entityId }) => entityId),
      day,
      paid.map(({ amountFen }) => amountFen),
      paid.map(({ kind }) => kind),
    ],
  );
}
