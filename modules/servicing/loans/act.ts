import { isRefusal } from '#core/loan/index.ts';
import type { Loan, LoanRefusal, Movement, Step } from '#core/loan/index.ts';
import { loanRefusals } from '#core/loan/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { openDay } from '../business-day.ts';
import { refusals } from '../contract.ts';
import { closeRange } from '../day-end/close.ts';
import { repriceOne } from '../day-end/reprice.ts';
import { subsidiseLoan } from '../day-end/subsidise.ts';
import { underWaySql } from '../collections/collection.ts';
import { post } from '../ledger/post.ts';
import { writeStatements } from '../statements/write.ts';
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
 * Refuses: not_open, loan_unknown, collection_under_way, and what the rule refuses.
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
  return perform(tx, session, { before, day }, about, rule);
}

/**
 * `act` on a loan that is locked, on the day it stands at; it is dated and posted on `day`, the open one.
 * Refuses: what the rule refuses.
 */
export async function perform(
  tx: Tx,
  { entityId, actorId }: Pick<Session, 'entityId' | 'actorId'>,
  { before, day }: { before: StoredLoan; day: string },
  about: { kind: string; amountFen?: bigint; detail?: unknown; at: string },
  rule: (loan: Loan, day: string) => Step | LoanRefusal,
): Promise<Acted> {
  const step = rule(before.loan, before.loan.accruedTo);
  if (isRefusal(step)) throw refuse(loanProblems, step.refused);
  await updateLoan(tx, before, step.loan);
  const { loanId } = before.about;
  const eventId = await insertEvent(tx, {
    entityId,
    businessDate: day,
    kind: about.kind,
    loanId,
    facilityId: before.about.facilityId,
    amountFen: about.amountFen ?? null,
    detail: { ...Object(about.detail), movements: step.movements },
    before: before.loan,
    actorId,
    at: about.at,
  });
  await post(tx, { entityId, businessDate: day, number: eventId, loanId }, step.movements);
  await followUse(tx, before, step.loan);
  return { eventId, day, before, after: step.loan, movements: step.movements };
}

/** What core/loan refuses, as an answer over HTTP: the loan is there and the request is well formed, but the loan's state does not allow it. */
export const loanProblems = Object.fromEntries(
  Object.entries(loanRefusals).map(([code, wording]) => [code, { status: code === 'amount_not_positive' ? 400 : 409, ...wording }]),
) as { [Code in keyof typeof loanRefusals]: { status: number; zh: string; en: string } };

/**
 * The loan as it stands on the open day, locked. A loan that the running end of day has not come to is closed here first, and gets what the day
 * brings it, so that business need not wait for it, and what is done here never comes before a rate or a subsidy of this day. While money of the loan may be on its way from the borrower's account, nothing else is done to it: what is due would be paid twice.
 * Refuses: loan_unknown, collection_under_way.
 */
export async function standingLoan(tx: Tx, session: Session, loanId: bigint, day: string, at: string): Promise<StoredLoan> {
  const found = await findLoan(tx, session.entityId, loanId, 'lock');
  if (!found || !session.scopes.some((scope) => found.about.gridCode.startsWith(scope))) throw refuse(refusals, 'loan_unknown');
  const [underWay] = await tx.query(`select 1 where ${underWaySql('$1')}`, [loanId]);
  if (underWay) throw refuse(refusals, 'collection_under_way');
  if (found.loan.state !== 'active') return { ...found, loan: { ...found.loan, accruedTo: day } };
  if (found.loan.accruedTo < day) await catchUp(tx, found.about, { from: found.loan.accruedTo, to: day, openDay: day }, at);
  else if (isOpening(found, day)) await openDayOf(tx, found.about, { day, postedOn: day }, at);
  else return found;
  const caughtUp = await findLoan(tx, session.entityId, loanId, 'lock');
  if (!caughtUp) throw new Error(`loan L${loanId} vanished under its lock`);
  return caughtUp;
}

/**
 * Closes the days from `from` up to `to`, at most the open day, for one loan, with what the end of day does beside. Nights of days that are closed for
 * the bank are posted on the open day.
 */
export async function catchUp(
  tx: Tx,
  { entityId, loanId }: { entityId: string; loanId: bigint },
  { from, to, openDay: day }: { from: string; to: string; openDay: string },
  at: string,
): Promise<void> {
  const [running] = await tx.query<{ business_date: string }>(
    `select business_date from servicing.day_end where entity_id = $1 and state = 'running' order by business_date limit 1`,
    [entityId],
  );
  for (let date = from; date < to; date = Temporal.PlainDate.from(date).add({ days: 1 }).toString()) {
    const postedOn = date === running?.business_date ? date : day;
    const range = { from: loanId, to: loanId + 1n };
    await closeRange(tx, entityId, date, range, postedOn);
    await writeStatements(tx, entityId, date, range, day);
    const next = Temporal.PlainDate.from(date).add({ days: 1 }).toString();
    await openDayOf(tx, { entityId, loanId }, { day: next, postedOn: day }, at);
  }
}

/** Whether the end of day may still bring something to a loan that stands at `day`. */
const isOpening = ({ about, loan }: StoredLoan, day: string): boolean =>
  (about.repriceOn !== null && about.repriceOn <= day) ||
  (about.subsidyPpm > 0 && loan.instalments.some((line) => line.state === 'billed' && line.due === day));

/** What a day brings to a loan that has come to it: a new rate, and the treasury's part of what falls due. Done once, whoever comes first. */
async function openDayOf(
  tx: Tx,
  { entityId, loanId }: { entityId: string; loanId: bigint },
  dates: { day: string; postedOn: string },
  at: string,
): Promise<void> {
  const [brings] = await tx.query<{ is_repriced: boolean; is_subsidised: boolean }>(
    `select coalesce(reprice_on <= $2, false) as is_repriced, subsidy_ppm > 0 as is_subsidised
     from servicing.loan where loan_id = $1 and state = 'active' and accrued_to = $2`,
    [loanId, dates.day],
  );
  if (brings?.is_repriced) await repriceOne(tx, entityId, loanId, dates.day, at);
  if (brings?.is_subsidised) await subsidiseLoan(tx, entityId, loanId, dates, at);
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
