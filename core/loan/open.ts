import { planLines } from '#core/schedule/index.ts';
import type { Period } from '#core/schedule/index.ts';
import type { Loan, LoanTerms, Step } from './loan.ts';
import { instalmentOf } from './replan.ts';
import { refused } from './refusal.ts';
import type { LoanRefusal } from './refusal.ts';

/**
 * A loan on the day its money leaves: principal, plan, nothing accrued.
 * Refuses: amount_not_positive, plan_impossible.
 */
export function openLoan(
  terms: LoanTerms,
  principalFen: bigint,
  periods: readonly Period[],
  principals?: readonly bigint[],
): Step | LoanRefusal {
  if (principalFen <= 0n) return refused('amount_not_positive');
  const { ratePpm, dayCount, method } = terms;
  const plan = planLines({
    balanceFen: principalFen,
    ratePpm,
    dayCount,
    method,
    periods,
    ...(principals ? { principals: [...principals] } : {}),
  });
  if ('refused' in plan) return refused('plan_impossible');
  const loan: Loan = {
    terms,
    state: 'active',
    accruedTo: terms.startDate,
    normalPrincipalFen: principalFen,
    overduePrincipalFen: 0n,
    elapsedDays: 0,
    interestNumerator: 0n,
    accruedInterestFen: 0n,
    dueInterestFen: 0n,
    penaltyNumerator: 0n,
    penaltyFen: 0n,
    compoundNumerator: 0n,
    compoundFen: 0n,
    costsFen: 0n,
    daysPastDue: 0,
    isAccruing: true,
    instalments: plan.map((line, index) => instalmentOf(line, index + 1)),
  };
  return { loan, movements: [{ act: 'disburse', balance: 'normal_principal', amountFen: principalFen, isOffBalance: false }] };
}
