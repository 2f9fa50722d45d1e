import { balanceOf, balances, dueFen, isRefusal, payoffFen, receive } from '#core/loan/index.ts';
import type { Loan, Movement } from '#core/loan/index.ts';
import { refuse } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { Database, Session } from '#platform/postgres/index.ts';
import { openDay } from '../business-day.ts';
import type { Repaid, Repay, RepayPreviewed } from '../contract.ts';
import { loanProblems, standingLoan } from './act.ts';
import type { Acted } from './act.ts';
import { instalmentView } from './loan-view.ts';

export function repaidOf(loanId: bigint, amountFen: bigint, { eventId, day, after, movements }: Acted): Repaid {
  return { event_id: `E${eventId}`, ...outcome(loanId, day, amountFen, after, movements) };
}

function outcome(loanId: bigint, day: string, amountFen: bigint, after: Loan, movements: readonly Movement[]) {
  return {
    loan_id: `L${loanId}`,
    business_date: day,
    amount_fen: String(amountFen),
    allocation: movements.map((movement) => ({
      balance: movement.act === 'fee' ? 'prepayment_fee' : movement.balance,
      amount_fen: String(movement.amountFen),
      instalment: movement.instalment ?? null,
    })),
    after: { ...balancesOf(after), state: after.state, due_fen: String(dueFen(after)), payoff_fen: String(payoffFen(after)) },
  };
}

type BalanceField = `${(typeof balances)[number]}_fen`;

export function balancesOf(loan: Loan): Record<BalanceField, string> {
  const entries = balances.map((balance) => [`${balance}_fen`, String(balanceOf(loan, balance))] as const);
  return Object.fromEntries(entries) as Record<BalanceField, string>;
}

/** The same rule on the same loan, in a transaction that is taken back: a preview cannot differ from the repayment. */
export async function previewRepayment(
  db: Database,
  session: Session,
  loanId: bigint,
  request: Omit<Repay, 'key'>,
  at: string,
): Promise<RepayPreviewed> {
  const kept: { preview?: RepayPreviewed } = {};
  const taken = Symbol('the preview is made');
  try {
    await withOwner(db, async (tx) => {
      const day = await openDay(tx, session.entityId);
      const { loan } = await standingLoan(tx, session, loanId, day, at);
      const amountFen = BigInt(request.amount_fen);
      const step = receive(loan, { day, amountFen, prepayment: request.prepayment ?? null });
      if (isRefusal(step)) throw refuse(loanProblems, step.refused);
      kept.preview = {
        ...outcome(loanId, day, amountFen, step.loan, step.movements),
        instalments: step.loan.instalments.map(instalmentView),
      };
      throw taken;
    });
  } catch (error) {
    if (error !== taken || !kept.preview) throw error;
  }
  if (!kept.preview) throw new Error('a preview was not made');
  return kept.preview;
}
