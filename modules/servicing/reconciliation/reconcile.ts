import type { CoreRow } from '#connectors/core-bank/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { refusals } from '../contract.ts';
import type { Reconciled, ReconciliationPage } from '../contract.ts';
import { compare } from './compare.ts';
import type { OwnOrder } from './compare.ts';

/** Holds the core bank's file of a day against the drawdowns and collections of that day. Run again, it takes open breaks back that are gone; cleared ones stay. */
export async function reconcile(tx: Tx, entityId: string, coreDate: string, rows: readonly CoreRow[], at: string): Promise<Reconciled> {
  const orders = rows.flatMap(({ kind, ...row }) => (row.entityId === entityId && kind !== 'reverse' ? [{ ...row, kind }] : []));
  const { matched, breaks } = compare(orders, await ownOrders(tx, entityId, coreDate));
  await tx.query(
    `delete from servicing.recon_break where entity_id = $1 and core_date = $2 and state = 'open'
       and (kind, core_sequence) not in (select * from unnest($3::text[], $4::text[]))`,
    [entityId, coreDate, breaks.map(({ kind }) => kind), breaks.map(({ sequence }) => sequence)],
  );
  await tx.query(
    `insert into servicing.recon_break (entity_id, core_date, kind, core_sequence, core_amount_fen, own_amount_fen, drawdown_id, collection_id)
     select $1, $2, * from unnest($3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])
     on conflict (entity_id, core_date, kind, core_sequence) do update set core_amount_fen = excluded.core_amount_fen,
       own_amount_fen = excluded.own_amount_fen where recon_break.state = 'open'`,
    [
      entityId,
      coreDate,
      breaks.map(({ kind }) => kind),
      breaks.map(({ sequence }) => sequence),
      breaks.map(({ coreAmountFen }) => coreAmountFen),
      breaks.map(({ ownAmountFen }) => ownAmountFen),
      breaks.map(({ own }) => (own?.kind === 'pay' ? own.id : null)),
      breaks.map(({ own }) => (own?.kind === 'collect' ? own.id : null)),
    ],
  );
  await tx.query(
    `insert into servicing.reconciliation (entity_id, core_date, core_rows, matched, reconciled_at) values ($1, $2, $3, $4, $5)
     on conflict (entity_id, core_date) do update set core_rows = excluded.core_rows, matched = excluded.matched, reconciled_at = excluded.reconciled_at`,
    [entityId, coreDate, orders.length, matched, at],
  );
  return { core_date: coreDate, core_rows: orders.length, matched, breaks: breaks.length };
}

/** A drawdown is of the day it was asked for; a collection of the day on which the core took it, or else of the one it was planned for. */
async function ownOrders(tx: Tx, entityId: string, coreDate: string): Promise<OwnOrder[]> {
  const own = await tx.query<{
    kind: OwnOrder['kind'];
    id: bigint;
    core_sequence: string;
    amount_fen: bigint;
    account: string;
    is_confirmed: boolean;
  }>(
    `select 'pay' as kind, drawdown_id as id, core_sequence, amount_fen, account, state = 'confirmed' as is_confirmed
     from servicing.drawdown where entity_id = $1 and requested_on = $2
     union all
     select 'collect', collection_id, core_sequence, amount_fen, account, state = 'collected'
     from servicing.collection where entity_id = $1 and (core_date = $2 or (core_date is null and business_date = $2))`,
    [entityId, coreDate],
  );
  return own.map((row) => ({
    kind: row.kind,
    id: row.id,
    sequence: row.core_sequence,
    amountFen: row.amount_fen,
    account: row.account,
    isConfirmed: row.is_confirmed,
  }));
}

/** A person says what a break was. Refuses: break_unknown, break_cleared. */
export async function clearBreak(tx: Tx, session: Session, breakId: bigint, reason: string, at: string): Promise<void> {
  const [row] = await tx.query<{ state: string }>(
    'select state from servicing.recon_break where entity_id = $1 and break_id = $2 for no key update',
    [session.entityId, breakId],
  );
  if (!row) throw refuse(refusals, 'break_unknown');
  if (row.state === 'cleared') throw refuse(refusals, 'break_cleared');
  await tx.query(`update servicing.recon_break set state = 'cleared', cleared_by = $2, cleared_at = $3, reason = $4 where break_id = $1`, [
    breakId,
    session.actorId,
    at,
    reason,
  ]);
}

interface BreakRow {
  break_id: bigint;
  core_date: string;
  kind: ReconciliationPage['breaks'][number]['kind'];
  core_sequence: string;
  core_amount_fen: bigint | null;
  own_amount_fen: bigint | null;
  drawdown_id: bigint | null;
  collection_id: bigint | null;
  state: 'open' | 'cleared';
  cleared_by: string | null;
  cleared_at: string | null;
  reason: string | null;
}

/** The last days, and their breaks, open ones first. */
export async function readReconciliations(tx: Tx, { entityId }: Session): Promise<ReconciliationPage> {
  const days = await tx.query<ReconciliationPage['days'][number]>(
    `select core_date, core_rows, matched, reconciled_at from servicing.reconciliation where entity_id = $1 order by core_date desc limit 60`,
    [entityId],
  );
  const breaks = await tx.query<BreakRow>(
    `select break_id, core_date, kind, core_sequence, core_amount_fen, own_amount_fen, drawdown_id, collection_id, state, cleared_by, cleared_at, reason
     from servicing.recon_break where entity_id = $1 order by state desc, core_date desc, break_id desc limit 200`,
    [entityId],
  );
  const digits = (value: bigint | null): string | null => (value === null ? null : String(value));
  return {
    days,
    breaks: breaks.map((row) => ({
      ...row,
      break_id: `B${row.break_id}`,
      core_amount_fen: digits(row.core_amount_fen),
      own_amount_fen: digits(row.own_amount_fen),
      drawdown_id: row.drawdown_id === null ? null : `D${row.drawdown_id}`,
      collection_id: row.collection_id === null ? null : `C${row.collection_id}`,
    })),
  };
}
