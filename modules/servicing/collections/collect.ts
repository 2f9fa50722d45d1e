import { withOwner } from '#platform/postgres/index.ts';
import type { Database } from '#platform/postgres/index.ts';
import type { PayingDeps, PaymentAnswer, PaymentOrder } from '../drawdowns/pay.ts';
import type { CollectionState } from './contract.ts';
import { bookCollection, failCollection, holdCollection, keepForLater, markLost, markSent, readCollection } from './settle.ts';
import type { CollectionRow } from './settle.ts';

/**
 * Takes a collection one step toward its end. An order that may have left is asked about before it is sent again, always under its own sequence and
 * with the same content, so that the core bank takes it once or not at all. Safe to call at any time, from several places at once.
 */
export async function collectOne(deps: PayingDeps, entityId: string, collectionId: bigint): Promise<CollectionState> {
  const row = await withOwner(deps.db, (tx) => readCollection(tx, entityId, collectionId));
  if (row.state === 'collected' || row.state === 'failed') return row.state;
  const known = row.state === 'planned' ? null : await deps.payments.query(row.core_sequence);
  if (known && known.outcome !== 'not_found') return take(deps, row, known, 'query');
  const ready = await withOwner(deps.db, async (tx) =>
    markSent(tx, await holdCollection(tx, entityId, collectionId), known !== null, deps.now()),
  );
  if (ready) return take(deps, ready, await deps.payments.collect(orderOf(ready)), 'collect');
  return (await withOwner(deps.db, (tx) => readCollection(tx, entityId, collectionId))).state;
}

const orderOf = (row: CollectionRow): PaymentOrder => ({
  sequence: row.core_sequence,
  businessDate: Temporal.PlainDate.from(row.business_date),
  amountFen: row.amount_fen,
  account: row.account,
  accountName: row.account_name,
  purpose: `贷款还款 L${row.loan_id}`,
});

/** Writes what the core bank said. Whoever comes second with an answer changes nothing. */
async function take(
  { db, now }: PayingDeps,
  asked: CollectionRow,
  answer: PaymentAnswer,
  asking: 'query' | 'collect',
): Promise<CollectionState> {
  return withOwner(db, async (tx) => {
    const held = await holdCollection(tx, asked.entity_id, asked.collection_id);
    const said = meaningOf(answer);
    const isOnly = asking === 'collect' && asked.attempts === 1 && held.row.attempts === 1;
    switch (said.kind) {
      case 'taken':
        await bookCollection(tx, held, said, now());
        break;
      case 'refused':
        await failCollection(tx, held, said.reason, now());
        break;
      case 'not_now':
        if (isOnly) await keepForLater(tx, held, said.reason, now());
        else await markLost(tx, held, said.reason);
        break;
      case 'open':
        await markLost(tx, held, said.reason);
    }
    return (await readCollection(tx, asked.entity_id, asked.collection_id)).state;
  });
}

type Meaning =
  | { kind: 'taken'; coreReference: string; coreDate: string }
  /** Never will be taken. */
  | { kind: 'refused'; reason: string }
  /** This attempt was surely not taken; an earlier one may have been. */
  | { kind: 'not_now'; reason: string }
  | { kind: 'open'; reason: string };

function meaningOf(answer: PaymentAnswer): Meaning {
  switch (answer.outcome) {
    case 'done':
      if (answer.reversedBy !== null) return { kind: 'refused', reason: `reversed by ${answer.reversedBy}` };
      return { kind: 'taken', coreReference: answer.coreReference, coreDate: answer.coreDate.toString() };
    case 'rejected': {
      const reason = `${answer.code}: ${answer.message}`;
      if (answer.code === 'day_end') return { kind: 'not_now', reason };
      // Another order has the sequence, and may be the one that was asked for: only the core's book can tell.
      return { kind: answer.code === 'sequence_reused' ? 'open' : 'refused', reason };
    }
    case 'not_found':
      return { kind: 'open', reason: 'not_found' };
    case 'not_sent':
      return { kind: 'not_now', reason: `${answer.reason}: ${answer.detail}` };
    case 'unknown':
      return { kind: 'open', reason: `${answer.reason}: ${answer.detail}` };
  }
}

/** Collections whose end is not known, oldest first. */
export async function openCollections(db: Database, entityId: string): Promise<bigint[]> {
  const rows = await withOwner(db, (tx) =>
    tx.query<{ collection_id: bigint }>(
      `select collection_id from servicing.collection where entity_id = $1 and state in ('planned', 'sent', 'unknown') order by collection_id`,
      [entityId],
    ),
  );
  return rows.map((row) => row.collection_id);
}

/** Orders under way at once: the core answers each in its own time, over one connection. */
const lanes = 8;
/** So many in a row without an answer, and the core bank or the database is taken to be away until the next round: an end of day does not wait for it. */
const patience = 16;

/**
 * One step for every collection in `ids`, as long as the core bank answers. One that cannot be taken on does not hold up the others.
 * Errors: an AggregateError of theirs, when all have been looked at.
 */
export async function collectEach(ids: readonly bigint[], one: (collectionId: bigint) => Promise<CollectionState>): Promise<void> {
  const faults: unknown[] = [];
  let silent = 0;
  const left = ids.values();
  const work = async (): Promise<void> => {
    for (const id of left) {
      const state = await one(id).catch((fault: unknown) => void faults.push(fault));
      silent = state === undefined || state === 'unknown' || state === 'planned' ? silent + 1 : 0;
      if (silent >= patience) return;
    }
  };
  await Promise.all(Array.from({ length: lanes }, work));
  if (faults.length > 0) throw new AggregateError(faults, `${faults.length} of ${ids.length} collections could not be taken a step on`);
}
