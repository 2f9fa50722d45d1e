import { divide } from '#core/money/index.ts';
import { yearBasis } from '#core/calendar/index.ts';
import type { LoanPage } from '#modules/servicing/contract.ts';

/** What may be asked for about a loan, in the order in which it is offered. */
export const loanActions = ['rate', 'extension', 'restructuring', 'renewal', 'waiver', 'misuse', 'cost', 'write_off', 'recovery'] as const;
export type LoanAction = (typeof loanActions)[number];

export const isLoanAction = (word: string | undefined): word is LoanAction => loanActions.some((action) => action === word);

/** Who may ask for it. */
export const permissionFor = (action: LoanAction): 'servicing.repay' | 'servicing.amend' =>
  action === 'recovery' ? 'servicing.repay' : 'servicing.amend';

/** Why the loan does not permit it today. */
export type Block = 'overdue' | 'interest_unpaid' | 'after_maturity' | 'no_penalty' | 'all_recovered';

const fen = BigInt;
const isLate = (loan: LoanPage): boolean => loan.instalments.some((line) => line.state === 'billed' && line.due_date < loan.business_date);
const isOver = (loan: LoanPage): boolean => loan.business_date >= loan.maturity;

/** The server asks the same rules again; here they only keep people from typing in vain. */
const blocks: Record<LoanAction, (loan: LoanPage) => Block | null> = {
  rate: (loan) => (isOver(loan) ? 'after_maturity' : null),
  extension: (loan) => (isLate(loan) ? 'overdue' : isOver(loan) ? 'after_maturity' : null),
  restructuring: (loan) =>
    fen(loan.due_interest_fen) + fen(loan.penalty_fen) + fen(loan.compound_fen) + fen(loan.costs_fen) > 0n ? 'interest_unpaid' : null,
  renewal: (loan) =>
    isLate(loan) || loan.overdue_principal_fen !== '0'
      ? 'overdue'
      : loan.payoff_fen === loan.normal_principal_fen
        ? null
        : 'interest_unpaid',
  waiver: (loan) => (fen(loan.penalty_fen) + fen(loan.compound_fen) === 0n ? 'no_penalty' : null),
  misuse: () => null,
  cost: () => null,
  write_off: () => null,
  recovery: (loan) => (claimFen(loan) === 0n ? 'all_recovered' : null),
};

export interface Offered {
  readonly action: LoanAction;
  readonly block: Block | null;
}

/** What the state of the loan leaves to ask for: a settled loan nothing, a written-off one only its recovery. */
export function offered(loan: LoanPage, may: (permission: string) => boolean): Offered[] {
  const byState = loanActions.filter((action) =>
    loan.state === 'active' ? action !== 'recovery' : loan.state === 'written_off' && action === 'recovery',
  );
  return byState.filter((action) => may(permissionFor(action))).map((action) => ({ action, block: blocks[action](loan) }));
}

/** Everything that is still claimed of a written-off loan. */
export const claimFen = (loan: LoanPage): bigint =>
  fen(loan.overdue_principal_fen) + fen(loan.due_interest_fen) + fen(loan.penalty_fen) + fen(loan.compound_fen) + fen(loan.costs_fen);

/**
 * The markup for misuse in ppm of the rate, as far as the loan page tells: beyond the highest penalty only misuse can be the heavier. Null: none can be
 * seen.
 */
export function misuseSeen(loan: LoanPage): number | null {
  const markup = loan.rate_ppm === 0 ? 0 : ((loan.overdue_rate_ppm - loan.rate_ppm) / loan.rate_ppm) * 1_000_000;
  return markup > 500_001 ? Math.round(markup) : null;
}

/** What one more night adds when nothing is paid, with a day of thirty in a month: interest, penalty and compound interest by the rules of the night. */
export function nightlyFen(loan: LoanPage): bigint {
  const day = loan.business_date;
  // What falls due today and stays unpaid is overdue principal this very night.
  const today = loan.instalments.find((line) => line.state === 'billed' && line.due_date === day);
  const normal = fen(loan.normal_principal_fen) - fen(today?.unpaid_principal_fen ?? 0);
  const normalRate = misuseSeen(loan) === null ? loan.rate_ppm : loan.overdue_rate_ppm;
  const compoundRate = BigInt(isOver(loan) ? loan.overdue_rate_ppm : loan.rate_ppm);
  let numerator = normal * BigInt(normalRate);
  for (const line of loan.instalments) {
    if (line.state !== 'billed' || line.due_date > day) continue;
    if (day < graceEnds(line.due_date, loan.grace_days)) {
      numerator += fen(line.unpaid_principal_fen) * BigInt(normalRate);
    } else {
      numerator += fen(line.unpaid_principal_fen) * BigInt(loan.overdue_rate_ppm) + fen(line.unpaid_interest_fen) * compoundRate;
    }
  }
  return divide(numerator, yearBasis[loan.day_count] * 1_000_000n, 'half_up');
}

const graceEnds = (due: string, graceDays: number): string =>
  graceDays === 0 ? due : Temporal.PlainDate.from(due).add({ days: graceDays }).toString();
