import { costOf } from '#core/schedule/index.ts';
import type { Cost, Flow } from '#core/schedule/index.ts';
import { mostEvents, type LoanPage } from '#modules/servicing/contract.ts';
import type { PlanLine } from '../../parts/plan-chart.tsx';

type Instalment = LoanPage['instalments'][number];

/**
 * The lines of a loan's plan as they are drawn. What was repaid early is in no line: it has left the principal before the lines that are still planned.
 */
export function planLinesOf({
  instalments,
  principal_fen,
  business_date,
}: Pick<LoanPage, 'instalments' | 'principal_fen' | 'business_date'>): PlanLine[] {
  let past = BigInt(principal_fen);
  let ahead = instalments.reduce((sum, line) => (line.state === 'planned' ? sum + BigInt(line.principal_fen) : sum), 0n);
  return instalments.map((line) => {
    const principalFen = BigInt(line.principal_fen);
    if (line.state === 'planned') ahead -= principalFen;
    else past -= principalFen;
    return {
      number: line.number,
      due: line.due_date,
      principalFen,
      interestFen: BigInt(line.interest_fen),
      balanceFen: line.state === 'planned' ? ahead : past,
      state: line.state,
      isOverdue: line.state === 'billed' && line.due_date < business_date,
    };
  });
}

/** The instalment that falls due next after the business date; null after the last. */
export function nextInstalment(instalments: readonly Instalment[], businessDate: string): Instalment | null {
  return instalments.find((line) => line.state === 'planned' && line.due_date > businessDate) ?? null;
}

export interface LoanCost {
  /** Interest of every kind: what was paid, and what is still to be paid when all goes as planned from now on. */
  readonly interestFen: bigint;
  readonly paidInterestFen: bigint;
  /** A year; null when there are too many payments to know them all, or no single rate. */
  readonly yearly: Cost | null;
}

/**
 * What the loan costs from the first day to the last: payments as they were made, then everything due today, then the plan. Null when not every payment
 * is known.
 */
export function costOfLoan(loan: LoanPage): LoanCost | null {
  if (loan.events.length >= mostEvents || loan.state === 'written_off') return null;
  const paid = loan.events.filter((event) => event.kind === 'repayment' && !event.is_reversed && event.amount_fen !== null);
  const paidFen = paid.reduce((sum, event) => sum + BigInt(event.amount_fen ?? 0), 0n);
  const principalFen = BigInt(loan.principal_fen);
  const leftFen = BigInt(loan.normal_principal_fen) + BigInt(loan.overdue_principal_fen);
  const coming = comingFlows(loan);
  const comingFen = coming.reduce((sum, flow) => sum - flow.amountFen, 0n);
  const paidInterestFen = paidFen - (principalFen - leftFen);
  const yearly = costOf([
    { date: Temporal.PlainDate.from(loan.start_date), amountFen: principalFen },
    ...paid.map((event): Flow => ({ date: Temporal.PlainDate.from(event.business_date), amountFen: -BigInt(event.amount_fen ?? 0) })),
    ...coming,
  ]);
  return { interestFen: paidInterestFen + comingFen - leftFen, paidInterestFen, yearly: 'refused' in yearly ? null : yearly };
}

function comingFlows(loan: LoanPage): Flow[] {
  const today = Temporal.PlainDate.from(loan.business_date);
  const due = BigInt(loan.due_fen);
  const planned = loan.instalments.filter((line) => line.state === 'planned');
  return [
    ...(due === 0n ? [] : [{ date: today, amountFen: -due }]),
    ...planned.map((line) => ({
      date: Temporal.PlainDate.from(line.due_date),
      amountFen: -(BigInt(line.principal_fen) + BigInt(line.interest_fen)),
    })),
  ];
}
