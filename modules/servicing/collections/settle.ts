import { dueFen, isRefusal, receive } from '#core/loan/index.ts';
import type { AfterPrepayment, Loan } from '#core/loan/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { openDay } from '../business-day.ts';
import { catchUp, perform } from '../loans/act.ts';
import { findLoan } from '../loans/loan-row.ts';
import type { StoredLoan } from '../loans/loan-row.ts';
import { isUnderWay, mayBecome } from './collection.ts';
import type { CollectionState } from './contract.ts';
import { isCollected } from './mandate.ts';

export interface CollectionRow {
  collection_id: bigint;
  entity_id: string;
  loan_id: bigint;
  business_date: string;
  amount_fen: bigint;
  account: string;
  account_name: string;
  core_sequence: string;
  state: CollectionState;
  attempts: number;
  /** Who wants it taken; null for what the day's plan takes. */
  asked_by: string | null;
  prepayment: AfterPrepayment | null;
}

const columns = `collection_id, entity_id, loan_id, business_date, amount_fen, account, account_name, core_sequence, state, attempts, asked_by,
  prepayment`;

export async function readCollection(tx: Tx, entityId: string, collectionId: bigint): Promise<CollectionRow> {
  const [row] = await tx.query<CollectionRow>(`select ${columns} from servicing.collection where entity_id = $1 and collection_id = $2`, [
    entityId,
    collectionId,
  ]);
  if (!row) throw new Error(`collection C${collectionId} is not there`);
  return row;
}

/** A collection and its loan under their locks, in the order in which all acts take them: the day, the loan, then the order. */
export interface Held {
  readonly row: CollectionRow;
  readonly stored: StoredLoan;
  readonly day: string;
}

export async function holdCollection(tx: Tx, entityId: string, collectionId: bigint): Promise<Held> {
  const day = await openDay(tx, entityId);
  const { loan_id: loanId } = await readCollection(tx, entityId, collectionId);
  const stored = await findLoan(tx, entityId, loanId, 'lock');
  const [row] = await tx.query<CollectionRow>(`select ${columns} from servicing.collection where collection_id = $1 for no key update`, [
    collectionId,
  ]);
  if (!stored || !row) throw new Error(`collection C${collectionId} or its loan L${loanId} is not there`);
  return { row, stored, day };
}

/**
 * Notes that an order leaves, before it does. A first attempt leaves on its own day only, for what the loan takes in at that moment; afterwards the
 * order is the same for good. Null when nothing is to leave.
 */
export async function markSent(tx: Tx, held: Held, wasAskedAbout: boolean, at: string): Promise<CollectionRow | null> {
  const { row } = held;
  if (!mayBecome('send', row.state)) return null;
  if (row.state !== 'planned') return wasAskedAbout ? send(tx, row, row.amount_fen) : null;
  const leaving = row.asked_by === null ? await dueNow(tx, held) : askedNow(held);
  if (typeof leaving === 'bigint') return send(tx, row, leaving);
  await markFailed(tx, row, leaving, at);
  return null;
}

/** What was due when it was planned and is due still, or why nothing leaves. */
async function dueNow(tx: Tx, { row, stored, day }: Held): Promise<bigint | string> {
  if (row.business_date !== day) return 'not_sent_on_its_day';
  const amountFen = least(row.amount_fen, stored.loan.state === 'active' ? dueFen(stored.loan) : 0n);
  if (amountFen === 0n) return 'nothing_due';
  return (await isCollected(tx, row.loan_id)) ? amountFen : 'auto_debit_off';
}

/** All that was asked for, or why the loan does not take it in any more: somebody may have paid meanwhile. */
function askedNow({ row, stored, day }: Held): bigint | string {
  if (row.business_date !== day) return 'not_sent_on_its_day';
  const step = receive(stored.loan, { day, amountFen: row.amount_fen, prepayment: row.prepayment });
  return isRefusal(step) ? step.refused : row.amount_fen;
}

async function send(tx: Tx, row: CollectionRow, amountFen: bigint): Promise<CollectionRow> {
  await tx.query(
    `update servicing.collection set state = 'sent', attempts = attempts + 1, amount_fen = $2, reason = null where collection_id = $1`,
    [row.collection_id, amountFen],
  );
  return { ...row, state: 'sent', attempts: row.attempts + 1, amount_fen: amountFen };
}

/** Its answer is lost: the loan waits until the core bank has been asked. */
export async function markLost(tx: Tx, { row }: Held, reason: string): Promise<void> {
  if (!mayBecome('lose', row.state)) return;
  await tx.query(`update servicing.collection set state = 'unknown', reason = $2 where collection_id = $1`, [row.collection_id, reason]);
}

/** The only attempt surely left nothing at the core bank: as if it had not been made. */
export async function keepForLater(tx: Tx, held: Held, reason: string, at: string): Promise<void> {
  const { row, day } = held;
  if (!mayBecome('keep', row.state)) return;
  if (row.business_date !== day) return failCollection(tx, held, 'not_sent_on_its_day', at);
  await tx.query(`update servicing.collection set state = 'planned', attempts = 0, reason = $2 where collection_id = $1`, [
    row.collection_id,
    reason,
  ]);
}

/** Nothing was taken: the nights that waited for the answer pass. */
export async function failCollection(tx: Tx, { row, stored, day }: Held, reason: string, at: string): Promise<void> {
  if (!mayBecome('fail', row.state)) return;
  await markFailed(tx, row, reason, at);
  if (isUnderWay(row.state)) await catchUp(tx, stored.about, { from: stored.loan.accruedTo, to: day, openDay: day }, at);
}

async function markFailed(tx: Tx, row: CollectionRow, reason: string, at: string): Promise<void> {
  await tx.query(`update servicing.collection set state = 'failed', reason = $2, settled_at = $3 where collection_id = $1`, [
    row.collection_id,
    reason,
    at,
  ]);
}

/**
 * The money has left the borrower's account on the core bank's date: it becomes a repayment that counts on that date, however late the news is. The
 * loan has waited there; the nights since pass after it, and everything is posted on the day that is open. A core date before the day at which the
 * loan waits, or one that is not open yet, counts as the nearest day that the loan can stand at. What a borrower asked for counts on the day of its
 * quote, at which the loan has waited: whoever was told what settles the loan has settled it, though the core may have booked it after midnight.
 */
export async function bookCollection(tx: Tx, held: Held, paid: { coreReference: string; coreDate: string }, at: string): Promise<void> {
  const { row, stored, day } = held;
  if (!mayBecome('book', row.state)) return;
  // Before anything is closed: a night does not pass over a loan whose order is under way.
  await tx.query(
    `update servicing.collection set state = 'collected', reason = null, core_reference = $2, core_date = $3, settled_at = $4 where collection_id = $1`,
    [row.collection_id, paid.coreReference, paid.coreDate, at],
  );
  const { accruedTo } = stored.loan;
  const valueDate = row.asked_by === null ? between(accruedTo, paid.coreDate, day) : accruedTo;
  await catchUp(tx, stored.about, { from: accruedTo, to: valueDate, openDay: day }, at);
  const standing = await findLoan(tx, row.entity_id, row.loan_id);
  if (!standing) throw new Error(`loan L${row.loan_id} vanished under its lock`);
  const acted = await perform(
    tx,
    { entityId: row.entity_id, actorId: 'core_bank' },
    { before: standing, day },
    {
      kind: 'repayment',
      amountFen: row.amount_fen,
      detail: {
        payer: row.asked_by === null ? 'scheduled' : 'borrower',
        prepayment: row.prepayment,
        collection_id: row.collection_id,
        value_date: valueDate,
        ...paid,
      },
      at,
    },
    (loan) => taken(loan, row),
  );
  await tx.query('update servicing.collection set event_id = $2 where collection_id = $1', [row.collection_id, acted.eventId]);
  await catchUp(tx, stored.about, { from: valueDate, to: day, openDay: day }, at);
}

/** What the loan took in when the order left it takes in still: nothing else is done to it meanwhile. */
function taken(loan: Loan, { amount_fen: amountFen, prepayment }: CollectionRow) {
  const step = receive(loan, { day: loan.accruedTo, amountFen, prepayment });
  if (isRefusal(step)) throw new Error(`a collection of ${amountFen} fen cannot be taken in on ${loan.accruedTo}: ${step.refused}`);
  return step;
}

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const between = (first: string, day: string, last: string): string => (day < first ? first : day > last ? last : day);
