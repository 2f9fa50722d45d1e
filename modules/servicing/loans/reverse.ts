import type { Loan, Movement } from '#core/loan/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { openDay } from '../business-day.ts';
import { refusals } from '../contract.ts';
import { post } from '../ledger/post.ts';
import { followUse, standingLoan } from './act.ts';
import { insertEvent } from './event.ts';
import { updateLoan } from './loan-row.ts';

interface RepaymentRow {
  event_id: bigint;
  business_date: string;
  amount_fen: bigint;
  detail: unknown;
  before: unknown;
  is_last: boolean;
  reversed_by: bigint | null;
}

/**
 * Puts a loan back as it stood before a repayment of the same business date, by postings the other way. Only the loan's last event can be taken
 * back: what came after it was decided on what it left.
 * Refuses: not_open, loan_unknown, event_unknown, not_reversible.
 */
export async function reverseRepayment(
  tx: Tx,
  session: Session,
  loanId: bigint,
  eventId: bigint,
  reason: string,
  at: string,
): Promise<bigint> {
  const day = await openDay(tx, session.entityId);
  const present = await standingLoan(tx, session, loanId, day, at);
  const [event] = await tx.query<RepaymentRow>(
    `select event_id, business_date, amount_fen, detail, before, reversed_by,
       not exists (select from servicing.event later where later.loan_id = e.loan_id and later.event_id > e.event_id) as is_last
     from servicing.event e where entity_id = $1 and loan_id = $2 and event_id = $3 and kind = 'repayment'`,
    [session.entityId, loanId, eventId],
  );
  if (!event) throw refuse(refusals, 'event_unknown');
  // What the core bank took from the borrower's account is given back there or not at all.
  const isCollected = Object(event.detail).collection_id !== undefined;
  if (event.business_date !== day || !event.is_last || event.reversed_by !== null || isCollected) throw refuse(refusals, 'not_reversible');
  const before = revived(event.before) as Loan;
  await updateLoan(tx, present, before);
  const movements = (revived(event.detail) as { movements: Movement[] }).movements;
  const reversal = await insertEvent(tx, {
    entityId: session.entityId,
    businessDate: day,
    kind: 'repayment.reverse',
    facilityId: present.about.facilityId,
    loanId,
    amountFen: -event.amount_fen,
    detail: { reverses: event.event_id, reason },
    actorId: session.actorId,
    at,
  });
  await tx.query('update servicing.event set reversed_by = $2 where event_id = $1', [event.event_id, reversal]);
  await post(tx, { entityId: session.entityId, businessDate: day, number: reversal, loanId }, movements, 'reverse');
  await followUse(tx, present, before);
  return reversal;
}

/** What `insertEvent` wrote, with its amounts as integers again: the names say which they are. */
const revived = (written: unknown): unknown =>
  JSON.parse(JSON.stringify(written), (name, value: unknown) =>
    typeof value === 'string' && /(Fen|Numerator|Ppm)$/.test(name) ? BigInt(value) : value,
  );
