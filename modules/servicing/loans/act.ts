import { isRefusal } from '#core/loan/index.ts';
import type { Loan, LoanRefusal, Movement, Step } from '#core/loan/index.ts';
import { loanRefusals } from '#core/loan/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { openDay } from '../business-day.ts';
import { refusals } from '../contract.ts';
import { closeRange } from '../day-end/close.ts';
import { repriceOne } from '../day-end/reprice.ts';
import { post } from '../ledger/post.ts';
import { insertEvent } from './event.ts';
import { findLoan, updateLoan } from './loan-row.ts';
import type { StoredLoan } from './loan-row.ts';

export interface Acted {
  readonly eventId: bigint;
  readonly day: string;
  readonly before: StoredLoan;
  readonly after: Loan;
  readonly movements: readonly Movement[];
}

/**
 * Does one thing to one loan: locks it, brings it to the open day, asks the pure rule, writes loan, event and postings.
 * Refuses: not_open, loan_unknown, and what the rule refuses.
 */
export async function act(
  tx: Tx,
  session: Session,
  loanId: bigint,
  about: { kind: string; amountFen?: bigint; detail?: unknown; at: string },
  rule: (loan: Loan, day: string) => Step | LoanRefusal,
): Promise<Acted> {
  const day = await openDay(tx, session.entityId);
  const before = await standingLoan(tx, session, loanId, day, about.at);
  const step = rule(before.loan, day);
  if (isRefusal(step)) throw refuse(loanProblems, step.refused);
  await updateLoan(tx, before, step.loan);
  const eventId = await insertEvent(tx, {
    entityId: session.entityId,
    businessDate: day,
    kind: about.kind,
    loanId,
    facilityId: before.about.facilityId,
    amountFen: about.amountFen ?? null,
    detail: { ...Object(about.detail), movements: step.movements },
    before: before.loan,
    actorId: session.actorId,
    at: about.at,
  });
  await post(tx, { entityId: session.entityId, businessDate: day, number: eventId, loanId }, step.movements);
  await followUse(tx, before, step.loan);
  return { eventId, day, before, after: step.loan, movements: step.movements };
}

/** What core/loan refuses, as an answer over HTTP: the loan is there and the request is well formed, but the loan's state does not allow it. */
export const loanProblems = Object.fromEntries(
  Object.entries(loanRefusals).map(([code, wording]) => [code, { status: code === 'amount_not_positive' ? 400 : 409, ...wording }]),
) as { [Code in keyof typeof loanRefusals]: { status: number; zh: string; en: string } };

/**
 * The loan as it stands on the open day, locked. A loan that the running end of day has not come to is closed here first, so that business need
 * not wait for it.
 */
export async function standingLoan(tx: Tx, session: Session, loanId: bigint, day: string, at: string): Promise<StoredLoan> {
  const found = await findLoan(tx, session.entityId, loanId, 'lock');
  if (!found || !session.scopes.some((scope) => found.about.gridCode.startsWith(scope))) throw refuse(refusals, 'loan_unknown');
  if (found.loan.state !== 'active') return { ...found, loan: { ...found.loan, accruedTo: day } };
  const isRepriced = found.about.repriceOn === null || found.about.repriceOn > day;
  if (found.loan.accruedTo === day && isRepriced) return found;
  await catchUp(tx, session.entityId, loanId, found.loan.accruedTo, day, at);
  const caughtUp = await findLoan(tx, session.entityId, loanId, 'lock');
  if (!caughtUp) throw new Error(`loan L${loanId} vanished under its lock`);
  return caughtUp;
}

/** Closes the days from `from` up to the open day for one loan. Nights of days that are closed for the bank are posted on the open day. */
export async function catchUp(tx: Tx, entityId: string, loanId: bigint, from: string, day: string, at: string): Promise<void> {
  const [running] = await tx.query<{ business_date: string }>(
    `select business_date from servicing.day_end where entity_id = $1 and state = 'running' order by business_date limit 1`,
    [entityId],
  );
  for (let date = from; date < day; date = Temporal.PlainDate.from(date).add({ days: 1 }).toString()) {
    const postedOn = date === running?.business_date ? date : day;
    await closeRange(tx, entityId, date, { from: loanId, to: loanId + 1n }, postedOn);
    const next = Temporal.PlainDate.from(date).add({ days: 1 }).toString();
    const [due] = await tx.query(`select 1 from servicing.loan where loan_id = $1 and reprice_on <= $2 and state = 'active'`, [
      loanId,
      next,
    ]);
    if (due) await repriceOne(tx, entityId, loanId, next, at);
  }
}

/** A revolving limit is used by what is owed of principal; a single-use one by what was ever drawn. */
export async function followUse(tx: Tx, before: StoredLoan, after: Loan): Promise<void> {
  const principal = (loan: Loan): bigint => (loan.state === 'written_off' ? 0n : loan.normalPrincipalFen + loan.overduePrincipalFen);
  const change = principal(after) - principal(before.loan);
  if (change === 0n) return;
  await tx.query(`update servicing.facility set used_fen = used_fen + $2 where facility_id = $1 and kind = 'revolving'`, [
    before.about.facilityId,
    change,
  ]);
}
