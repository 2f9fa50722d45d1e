import { withOwner } from '#platform/postgres/index.ts';
import type { Database, Tx } from '#platform/postgres/index.ts';
import { openDay } from '../business-day.ts';
import type { DrawdownState, FacilityState } from '../contract.ts';
import { confirmDrawdown, failDrawdown, lockDrawdown, markDrawdown } from './settle.ts';
import type { DrawdownRow } from './settle.ts';

/** What servicing asks of the core bank; the connector of the composition root gives it. */
export interface Payments {
  pay(order: PaymentOrder): Promise<PaymentAnswer>;
  collect(order: PaymentOrder): Promise<PaymentAnswer>;
  query(sequence: string): Promise<PaymentAnswer>;
}

export interface PaymentOrder {
  sequence: string;
  businessDate: Temporal.PlainDate;
  amountFen: bigint;
  account: string;
  accountName: string;
  purpose: string;
}

export type PaymentAnswer =
  | { outcome: 'done'; coreReference: string; coreDate: Temporal.PlainDate; reversedBy: string | null }
  | { outcome: 'rejected'; code: string; message: string }
  | { outcome: 'not_found' }
  | { outcome: 'unknown' | 'not_sent'; reason: string; detail: string };

export interface PayingDeps {
  db: Database;
  payments: Payments;
  now: () => string;
}

/** No order is on its way for so long after its last attempt: what the core bank has not found by then it never took. Business dates. */
const daysToArrive = 2;
const after = (day: string, days: number): string => Temporal.PlainDate.from(day).add({ days }).toString();

/** Rejections that say nothing of the order itself: it may be taken later, under the same sequence. */
const passing = new Set(['day_end', 'sequence_reused']);

/**
 * Takes a drawdown one step toward its end. A payment that may have left is asked about before it is sent again, always under its own sequence and
 * with the same content, so that the core bank books it once or not at all. Safe to call at any time, from several places at once.
 */
export async function payOut(deps: PayingDeps, entityId: string, drawdownId: bigint): Promise<DrawdownState> {
  const row = await withOwner(deps.db, (tx) => lockDrawdown(tx, entityId, drawdownId));
  if (row.state === 'confirmed' || row.state === 'failed') return row.state;
  const known = row.state === 'reserved' ? null : await deps.payments.query(row.core_sequence);
  if (known && known.outcome !== 'not_found') return take(deps, row, known);
  const state = await withOwner(deps.db, async (tx) => leave(tx, await lockDrawdown(tx, entityId, drawdownId), deps.now()));
  return state === 'sent' ? take(deps, row, await deps.payments.pay(orderOf(row))) : state;
}

/**
 * Notes that the payment leaves, before it does; what it becomes instead when it may not. A facility that was frozen or closed meanwhile pays nothing out:
 * a promise that never left is given back. What may have left is not sent again; it is asked about, and given back when the core bank still has not found
 * it `daysToArrive` business dates after it was stopped. Called when the core bank does not know the payment.
 */
async function leave(tx: Tx, row: DrawdownRow, at: string): Promise<DrawdownState> {
  const [facility] = await tx.query<{ state: FacilityState }>(
    'select state from servicing.facility where facility_id = $1 for no key update',
    [row.facility_id],
  );
  if (facility?.state === 'active') return (await markDrawdown(tx, row, 'send', null)) ? 'sent' : row.state;
  const day = await openDay(tx, row.entity_id);
  const isOver = row.state === 'reserved' || (row.stopped_on !== null && day >= after(row.stopped_on, daysToArrive));
  if (isOver) return (await failDrawdown(tx, row, 'facility_not_active', at)) ? 'failed' : row.state;
  // No attempt is made from here on, so that from here on the days are counted.
  return (await markDrawdown(tx, row, 'lose', 'facility_not_active', row.stopped_on ?? day)) ? 'unknown' : row.state;
}

const orderOf = (row: DrawdownRow): PaymentOrder => ({
  sequence: row.core_sequence,
  businessDate: Temporal.PlainDate.from(row.requested_on),
  amountFen: row.amount_fen,
  account: row.account,
  accountName: row.account_name,
  purpose: row.purpose,
});

/** Writes what the core bank said. Whoever comes second with an answer changes nothing. */
async function take({ db, now }: PayingDeps, { entity_id, drawdown_id }: DrawdownRow, answer: PaymentAnswer): Promise<DrawdownState> {
  return withOwner(db, async (tx) => {
    const row = await lockDrawdown(tx, entity_id, drawdown_id);
    if (answer.outcome === 'done' && answer.reversedBy === null) {
      await confirmDrawdown(tx, row, { coreReference: answer.coreReference, coreDate: answer.coreDate.toString() }, now());
    } else if (answer.outcome === 'done') {
      await failDrawdown(tx, row, `reversed by ${answer.reversedBy}`, now());
    } else if (answer.outcome === 'rejected' && !passing.has(answer.code)) {
      await failDrawdown(tx, row, `${answer.code}: ${answer.message}`, now());
    } else {
      await markDrawdown(tx, row, 'lose', answer.outcome === 'not_found' ? 'not_found' : reasonOf(answer));
    }
    return (await lockDrawdown(tx, entity_id, drawdown_id)).state;
  });
}

const reasonOf = (answer: Exclude<PaymentAnswer, { outcome: 'done' | 'not_found' }>): string =>
  answer.outcome === 'rejected' ? `${answer.code}: ${answer.message}` : `${answer.reason}: ${answer.detail}`;

/** Drawdowns whose end is not known, oldest first. */
export async function openDrawdowns(db: Database, entityId: string): Promise<bigint[]> {
  const rows = await withOwner(db, (tx) =>
    tx.query<{ drawdown_id: bigint }>(
      `select drawdown_id from servicing.drawdown where entity_id = $1 and state in ('reserved', 'sent', 'unknown') order by drawdown_id`,
      [entityId],
    ),
  );
  return rows.map((row) => row.drawdown_id);
}
