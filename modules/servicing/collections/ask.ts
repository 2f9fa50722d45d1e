import { isRefusal, receive } from '#core/loan/index.ts';
import type { AfterPrepayment } from '#core/loan/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { openDay } from '../business-day.ts';
import { refusals } from '../contract.ts';
import { loanProblems, standingLoan } from '../loans/act.ts';
import { findMandate } from './mandate.ts';
import type { DebitAccount } from './mandate.ts';

/** What a borrower wants to repay now: any amount up to the whole debt. The same key is the same order. */
export interface AskedRepayment {
  readonly key: string;
  readonly amountFen: bigint;
  /** What principal before its day does to the rest; null takes only what is due. */
  readonly prepayment: AfterPrepayment | null;
  /** An account of the borrower's own; the loan's when left out, as long as it may be collected from. */
  readonly account?: DebitAccount;
}

/**
 * Plans the order, for the day that is open: what the loan would not take in today is not asked for at all. One order of a loan is open at a time.
 * Refuses: not_open, loan_unknown, collection_under_way, mandate_unknown, and what `receive` of core/loan refuses.
 */
export async function askCollection(tx: Tx, session: Session, loanId: bigint, asked: AskedRepayment, at: string): Promise<bigint> {
  const day = await openDay(tx, session.entityId);
  const { about, loan } = await standingLoan(tx, session, loanId, day, at);
  const [planned] = await tx.query(`select 1 from servicing.collection where loan_id = $1 and state = 'planned'`, [loanId]);
  if (planned) throw refuse(refusals, 'collection_under_way');
  const account = asked.account ?? (await findMandate(tx, loanId));
  if (!account) throw refuse(refusals, 'mandate_unknown');
  const step = receive(loan, { day, amountFen: asked.amountFen, prepayment: asked.prepayment });
  if (isRefusal(step)) throw refuse(loanProblems, step.refused);
  const [order] = await tx.query<{ collection_id: bigint }>(
    `insert into servicing.collection (entity_id, loan_id, grid_code, business_date, amount_fen, account, account_name, core_sequence, state,
       planned_at, asked_by, prepayment)
     values ($1, $2, $3, $4::date, $5, $6, $7, 'QC' || to_char($4::date, 'YYYYMMDD') || lpad(nextval('servicing.core_sequence')::text, 12, '0'),
       'planned', $8, $9, $10)
     returning collection_id`,
    [session.entityId, loanId, about.gridCode, day, asked.amountFen, account.number, account.name, at, session.actorId, asked.prepayment],
  );
  if (!order) throw new Error(`no collection was planned for loan L${loanId}`);
  return order.collection_id;
}
