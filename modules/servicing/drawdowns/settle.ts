import type { Tx } from '#platform/postgres/index.ts';
import type { DrawdownState, LoanTermsRequest } from '../contract.ts';
import { insertMandate } from '../collections/mandate.ts';
import { nextRepricing } from '../day-end/reprice.ts';
import { openDay } from '../business-day.ts';
import { post } from '../ledger/post.ts';
import { catchUp } from '../loans/act.ts';
import { insertEvent } from '../loans/event.ts';
import { insertLoan } from '../loans/loan-row.ts';
import { mayBecome } from './drawdown.ts';
import type { DrawdownAct } from './drawdown.ts';
import { firstStep } from './request.ts';

export interface DrawdownRow {
  drawdown_id: bigint;
  entity_id: string;
  facility_id: bigint;
  grid_code: string;
  amount_fen: bigint;
  terms: LoanTermsRequest;
  account: string;
  account_name: string;
  purpose: string;
  auto_debit: boolean;
  core_sequence: string;
  state: DrawdownState;
  reason: string | null;
  core_reference: string | null;
  loan_id: bigint | null;
  requested_on: string;
  /** Since when it is not sent again, because its facility pays nothing out; null while it may be. */
  stopped_on: string | null;
  requested_at: string;
  requested_by: string;
  settled_at: string | null;
}

export async function lockDrawdown(tx: Tx, entityId: string, drawdownId: bigint): Promise<DrawdownRow> {
  const [row] = await tx.query<DrawdownRow>(
    'select * from servicing.drawdown where entity_id = $1 and drawdown_id = $2 for no key update',
    [entityId, drawdownId],
  );
  if (!row) throw new Error(`drawdown D${drawdownId} is not there`);
  return row;
}

/** Moves a drawdown that is not settled; false when its state does not allow it any more, which is how a second answer to one payment ends. */
export async function markDrawdown(
  tx: Tx,
  row: DrawdownRow,
  act: Extract<DrawdownAct, 'send' | 'lose'>,
  reason: string | null,
  stoppedOn: string | null = act === 'send' ? null : row.stopped_on,
): Promise<boolean> {
  if (!mayBecome(act, row.state)) return false;
  const state: DrawdownState = act === 'send' ? 'sent' : 'unknown';
  await tx.query('update servicing.drawdown set state = $2, reason = $3, stopped_on = $4 where drawdown_id = $1', [
    row.drawdown_id,
    state,
    reason,
    stoppedOn,
  ]);
  return true;
}

/** The payment will not happen: the promise is given back. */
export async function failDrawdown(tx: Tx, row: DrawdownRow, reason: string, at: string): Promise<boolean> {
  if (!mayBecome('fail', row.state)) return false;
  await tx.query('select 1 from servicing.facility where facility_id = $1 for no key update', [row.facility_id]);
  await tx.query(`update servicing.drawdown set state = 'failed', reason = $2, settled_at = $3 where drawdown_id = $1`, [
    row.drawdown_id,
    reason,
    at,
  ]);
  await tx.query('update servicing.facility set reserved_fen = reserved_fen - $2 where facility_id = $1', [
    row.facility_id,
    row.amount_fen,
  ]);
  await insertEvent(tx, {
    entityId: row.entity_id,
    businessDate: await openDay(tx, row.entity_id),
    kind: 'drawdown.fail',
    facilityId: row.facility_id,
    amountFen: row.amount_fen,
    detail: { drawdown_id: row.drawdown_id, reason },
    actorId: 'core_bank',
    at,
  });
  return true;
}

/**
 * The money has left on the core bank's date: the promise becomes use, and the loan begins on that date, however late the news is. Answers the
 * loan's id, or null when the drawdown was settled before.
 */
export async function confirmDrawdown(
  tx: Tx,
  row: DrawdownRow,
  paid: { coreReference: string; coreDate: string },
  at: string,
): Promise<bigint | null> {
  if (!mayBecome('confirm', row.state)) return null;
  const { entity_id: entityId, facility_id: facilityId, amount_fen: amountFen } = row;
  const day = await openDay(tx, entityId);
  const [facility] = await tx.query<{ person_id: string; product: string }>(
    'select person_id, product from servicing.facility where facility_id = $1',
    [facilityId],
  );
  if (!facility) throw new Error(`facility F${facilityId} is not there`);
  const step = firstStep(row.terms, amountFen, paid.coreDate);
  if ('refused' in step) throw new Error(`drawdown D${row.drawdown_id} was paid and has no plan: ${step.refused}`);
  const repriceEvery = row.terms.reprice_every;
  const loanId = await insertLoan(
    tx,
    {
      entityId,
      facilityId,
      personId: facility.person_id,
      gridCode: row.grid_code,
      product: facility.product,
      origin: '01',
      previousLoanId: null,
      principalFen: amountFen,
      lprSpreadPpm: row.terms.lpr_spread_ppm ?? null,
      repriceEvery,
      repriceOn: nextRepricing({ repriceEvery }, paid.coreDate, paid.coreDate),
      subsidyPpm: row.terms.subsidy_ppm,
    },
    step.loan,
    at,
  );
  await insertMandate(tx, {
    entityId,
    loanId,
    gridCode: row.grid_code,
    account: row.account,
    accountName: row.account_name,
    isOn: row.auto_debit,
  });
  await tx.query(
    `update servicing.drawdown set state = 'confirmed', reason = null, loan_id = $2, core_reference = $3, settled_at = $4 where drawdown_id = $1`,
    [row.drawdown_id, loanId, paid.coreReference, at],
  );
  const eventId = await insertEvent(tx, {
    entityId,
    businessDate: day,
    kind: 'drawdown.confirm',
    facilityId,
    loanId,
    amountFen,
    detail: { drawdown_id: row.drawdown_id, core_reference: paid.coreReference, core_date: paid.coreDate },
    actorId: 'core_bank',
    at,
  });
  await post(tx, { entityId, businessDate: day, number: eventId, loanId }, step.movements);
  await catchUp(tx, { entityId, loanId }, { from: paid.coreDate, to: day, openDay: day }, at);
  // Last, as in every act on a loan: the loan, the borrower's year of subsidies, the facility.
  await tx.query('update servicing.facility set reserved_fen = reserved_fen - $2, used_fen = used_fen + $2 where facility_id = $1', [
    facilityId,
    amountFen,
  ]);
  return loanId;
}
