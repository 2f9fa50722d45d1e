import { refuse } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { openDay } from '../business-day.ts';
import { refusals } from '../contract.ts';
import { loanProblems } from '../loans/act.ts';
import { insertEvent } from '../loans/event.ts';
import { findLoan } from '../loans/loan-row.ts';

export interface Mandate {
  readonly entityId: string;
  readonly loanId: bigint;
  readonly gridCode: string;
  readonly account: string;
  readonly accountName: string;
  readonly isOn: boolean;
}

/** Keeps with a new loan the account that its money went to. */
export async function insertMandate(tx: Tx, { entityId, loanId, gridCode, account, accountName, isOn }: Mandate): Promise<void> {
  await tx.query(
    'insert into servicing.mandate (entity_id, loan_id, grid_code, account, account_name, is_on) values ($1, $2, $3, $4, $5, $6)',
    [entityId, loanId, gridCode, account, accountName, isOn],
  );
}

/** A renewed loan is collected as the one before it was. */
export async function inheritMandate(tx: Tx, from: bigint, to: bigint): Promise<void> {
  await tx.query(
    `insert into servicing.mandate (entity_id, loan_id, grid_code, account, account_name, is_on)
     select entity_id, $2, grid_code, account, account_name, is_on from servicing.mandate where loan_id = $1`,
    [from, to],
  );
}

/** An account that money is taken from, and whose it is. */
export interface DebitAccount {
  readonly number: string;
  readonly name: string;
}

/** The account that the loan may be collected from; null without one, or while collecting is off. */
export async function findMandate(tx: Tx, loanId: bigint): Promise<DebitAccount | null> {
  const [found] = await tx.query<DebitAccount>(
    'select account as number, account_name as name from servicing.mandate where loan_id = $1 and is_on',
    [loanId],
  );
  return found ?? null;
}

export async function isCollected(tx: Tx, loanId: bigint): Promise<boolean> {
  const [row] = await tx.query<{ is_on: boolean }>('select is_on from servicing.mandate where loan_id = $1', [loanId]);
  return row?.is_on ?? false;
}

/**
 * Switches the collecting of a loan. Switched off, an order that has not left never does; one that may have left comes to its end.
 * Refuses: not_open, loan_unknown, not_active, mandate_unknown.
 */
export async function switchMandate(tx: Tx, session: Session, loanId: bigint, isOn: boolean, reason: string, at: string): Promise<void> {
  const day = await openDay(tx, session.entityId);
  const found = await findLoan(tx, session.entityId, loanId, 'lock');
  if (!found || !session.scopes.some((scope) => found.about.gridCode.startsWith(scope))) throw refuse(refusals, 'loan_unknown');
  if (found.loan.state !== 'active') throw refuse(loanProblems, 'not_active');
  const changed = await tx.query('update servicing.mandate set is_on = $2 where loan_id = $1 returning 1', [loanId, isOn]);
  if (changed.length === 0) throw refuse(refusals, 'mandate_unknown');
  await insertEvent(tx, {
    entityId: session.entityId,
    businessDate: day,
    kind: isOn ? 'auto_debit.on' : 'auto_debit.off',
    facilityId: found.about.facilityId,
    loanId,
    detail: { reason },
    actorId: session.actorId,
    at,
  });
}
