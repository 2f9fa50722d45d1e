import { openLoan, isRefusal } from '#core/loan/index.ts';
import type { LoanTerms, Step } from '#core/loan/index.ts';
import { periodsOf } from '#core/schedule/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { openDay } from '../business-day.ts';
import { loanTerms, refusals } from '../contract.ts';
import type { LoanTermsRequest, RequestDrawdown } from '../contract.ts';
import { refusalOfDraw } from '../facilities/facility.ts';
import type { FacilityRow } from '../facilities/facility.ts';
import { lockFacility } from '../facilities/store.ts';
import { insertEvent } from '../loans/event.ts';

/**
 * Promises part of a facility to a drawdown. The money leaves later, under the core sequence written here.
 * Refuses: not_open, facility_unknown, facility_not_signed, facility_not_active, facility_out_of_date, facility_used, over_limit, plan_impossible.
 */
export async function reserveDrawdown(
  tx: Tx,
  session: Session,
  facilityId: bigint,
  request: Omit<RequestDrawdown, 'key'>,
  { proposalId, at }: { proposalId?: string; at: string },
): Promise<{ drawdownId: bigint; day: string }> {
  const day = await openDay(tx, session.entityId);
  const facility = await refuseDraw(tx, session, facilityId, request, day);
  const amountFen = BigInt(request.amount_fen);
  await tx.query('update servicing.facility set reserved_fen = reserved_fen + $2 where facility_id = $1', [facilityId, amountFen]);
  const [row] = await tx.query<{ drawdown_id: bigint }>(
    `insert into servicing.drawdown (entity_id, facility_id, grid_code, amount_fen, terms, account, account_name, purpose, auto_debit, core_sequence, state, requested_on,
       requested_at, requested_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $13, 'QD' || $9 || lpad(nextval('servicing.core_sequence')::text, 12, '0'), 'reserved', $10, $11, $12)
     returning drawdown_id`,
    [
      session.entityId,
      facilityId,
      facility.grid_code,
      amountFen,
      JSON.stringify(request.terms),
      request.account,
      request.account_name,
      request.purpose,
      day.replaceAll('-', ''),
      day,
      at,
      session.actorId,
      request.auto_debit ?? false,
    ],
  );
  if (!row) throw new Error('a drawdown was not inserted');
  await insertEvent(tx, {
    entityId: session.entityId,
    businessDate: day,
    kind: 'drawdown.reserve',
    facilityId,
    amountFen,
    detail: { drawdown_id: row.drawdown_id, ...(proposalId === undefined ? {} : { proposal_id: proposalId }) },
    actorId: session.actorId,
    at,
  });
  return { drawdownId: row.drawdown_id, day };
}

/**
 * The facility, locked, when this may be drawn from it on `day`.
 * Refuses: facility_unknown, facility_not_signed, facility_not_active, facility_out_of_date, facility_used, over_limit, plan_impossible.
 */
export async function refuseDraw(
  tx: Tx,
  session: Session,
  facilityId: bigint,
  request: Pick<RequestDrawdown, 'amount_fen' | 'terms'>,
  day: string,
): Promise<FacilityRow> {
  const facility = await lockFacility(tx, session, facilityId);
  const amountFen = BigInt(request.amount_fen);
  const refusal = refusalOfDraw(facility, day, amountFen);
  if (refusal) throw refuse(refusals, refusal);
  if (isRefusal(firstStep(request.terms, amountFen, day))) throw refuse(refusals, 'plan_impossible');
  return facility;
}

/** The loan that terms and amount make when the money leaves on `day`. */
export function firstStep(terms: LoanTermsRequest, amountFen: bigint, day: string): Step | { refused: string } {
  const start = Temporal.PlainDate.from(day);
  const agreed = loanTerms.parse(terms);
  const periods = periodsOf({
    startDate: start,
    months: agreed.months,
    dueDay: agreed.due_day,
    dayCount: agreed.day_count,
    method: agreed.method,
    interestEvery: agreed.interest_every,
    interestAnchor: agreed.interest_anchor ?? 'start',
  });
  if ('refused' in periods) return { refused: 'plan_impossible' };
  const maturity = start.add({ months: agreed.months }).toString();
  const loan: LoanTerms = {
    method: agreed.method,
    dayCount: agreed.day_count,
    ratePpm: BigInt(agreed.rate_ppm),
    startDate: day,
    firstMaturity: maturity,
    maturity,
    dueDay: agreed.due_day,
    interestEvery: agreed.interest_every,
    interestAnchor: agreed.interest_anchor ?? 'start',
    graceDays: agreed.grace_days,
    penaltyMarkupPpm: BigInt(agreed.penalty_markup_ppm),
    misuseMarkupPpm: null,
    principalFirstWhenBad: agreed.principal_first,
    prepaymentFeePpm: BigInt(agreed.prepayment_fee_ppm ?? 0),
  };
  return openLoan(loan, amountFen, periods);
}
