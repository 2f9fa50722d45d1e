import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readReconciliationFile } from '#connectors/core-bank/index.ts';
import type { CoreRow } from '#connectors/core-bank/index.ts';
import type { Simulator } from '#connectors/core-bank/simulator/start.ts';
import type { Tx } from '#platform/postgres/index.ts';

/** What the core paid and did not take back, day by day, from its own reconciliation files. */
export async function noteCorePayments(tx: Tx, core: Pick<Simulator, 'writeDay'>, days: readonly string[]): Promise<void> {
  if (days.length === 0) return;
  const folder = mkdtempSync(join(tmpdir(), 'qianmo-core-days-'));
  try {
    for (const day of days) await noteDay(tx, day, await rowsOf(core, Temporal.PlainDate.from(day), folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Days whose payments may look otherwise than at the last check. */
export async function changedCoreDays(tx: Tx, entityId: string): Promise<string[]> {
  const rows = await tx.query<{ day: string }>(
    `select distinct d.requested_on as day from simulation.mark join servicing.drawdown d on d.entity_id = $1
     where d.state in ('reserved', 'sent', 'unknown') or d.requested_on >= mark.closed_to or d.settled_at >= mark.closed_to order by 1`,
    [entityId],
  );
  return rows.map((row) => row.day);
}

async function rowsOf(core: Pick<Simulator, 'writeDay'>, day: Temporal.PlainDate, folder: string): Promise<CoreRow[]> {
  const file = await readReconciliationFile(await core.writeDay(day, folder));
  if (file.outcome === 'refused') throw new Error(`${day.toString()}: ${file.detail}`);
  return file.rows;
}

async function noteDay(tx: Tx, day: string, rows: readonly CoreRow[]): Promise<void> {
  const paid = rows.filter(({ kind, reversed }) => kind === 'pay' && !reversed);
  await tx.query('delete from simulation.core_payment where core_date = $1', [day]);
  await tx.query(
    'insert into simulation.core_payment (sequence, core_date, amount_fen) select s, $2, a from unnest($1::text[], $3::bigint[]) u (s, a)',
    [paid.map(({ sequence }) => sequence), day, paid.map(({ amountFen }) => amountFen)],
  );
}
