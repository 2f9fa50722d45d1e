/** The borrower's loans, and what paying early saves: two real schedules side by side. */
import { refusals as servicingRefusals } from '#modules/servicing/contract.ts';
import type { LoanPage, LoanSummary, RepayPreviewed } from '#modules/servicing/contract.ts';
import { refuse } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { LendingDeps } from '../deps.ts';
import type { PortalLoans, PortalRepay, PortalRepayPreview } from '../portal/contract.ts';
import type { PortalSession } from '../portal/session.ts';
import { maskAccount, ownAccountOf } from './account.ts';
import { borrowing, servicingSession } from './borrowing.ts';
import type { Borrowing } from './borrowing.ts';

type PortalLoan = PortalLoans['items'][number];

/** Loans of the facility, and draws whose money has not come yet. Refuses: signed_out, no_contract. */
export async function listLoans(deps: LendingDeps, session: PortalSession): Promise<PortalLoans> {
  return loansOf(deps, await borrowing(deps, session));
}

export async function loansOf(deps: LendingDeps, { row, facilityId }: Borrowing): Promise<PortalLoans> {
  const reader = servicingSession(row);
  const list = await deps.servicing.loans(reader, { facility_id: `F${facilityId}`, limit: 200 });
  const pages: LoanPage[] = [];
  for (const loan of list.items) pages.push(await deps.servicing.loan(reader, numberOf(loan)));
  const draws = await deps.servicing.drawdowns(reader, facilityId);
  return {
    items: pages.map(loanOf),
    draws: draws
      .filter(({ loan_id: loanId }) => loanId === null)
      .map(({ drawdown_id, amount_fen, state }) => ({ drawdown_id, amount_fen, state })),
    as_of: list.as_of,
  };
}

const numberOf = ({ loan_id: id }: Pick<LoanSummary, 'loan_id'>): bigint => BigInt(id.slice(1));

const loanOf = (loan: LoanPage): PortalLoan => ({
  loan_id: loan.loan_id,
  principal_fen: loan.principal_fen,
  balance_fen: String(BigInt(loan.normal_principal_fen) + BigInt(loan.overdue_principal_fen)),
  rate_ppm: loan.rate_ppm,
  method: loan.method,
  start_date: loan.start_date,
  maturity: loan.maturity,
  due_fen: loan.due_fen,
  next_due: loan.next_due,
  payoff_fen: loan.payoff_fen,
  state: loan.state,
  days_past_due: loan.days_past_due,
});

/** One's own loan. Refuses: no_contract, loan_unknown. */
export async function ownLoan(deps: LendingDeps, session: PortalSession, loanId: bigint): Promise<{ place: Borrowing; loan: LoanPage }> {
  const place = await borrowing(deps, session);
  const loan = await deps.servicing.loan(servicingSession(place.row), loanId);
  if (loan.facility_id !== `F${place.facilityId}`) throw refuse(servicingRefusals, 'loan_unknown');
  return { place, loan };
}

/** What paying today would save; nothing is written. Refuses as a repayment does. */
export async function previewRepay(
  deps: LendingDeps,
  session: PortalSession,
  loanId: bigint,
  given: Omit<PortalRepay, 'key'>,
): Promise<PortalRepayPreview> {
  const { place, loan } = await ownLoan(deps, session, loanId);
  const preview = await deps.servicing.previewRepayment(servicingSession(place.row), loanId, { ...given, payer: 'borrower' });
  const account = await withOwner(deps.db, (tx) => ownAccountOf(deps, tx, place.row, loanId));
  return { ...sidesOf(loan, preview), account_masked: account === null ? null : maskAccount(account) };
}

type Instalments = LoanPage['instalments'];
/** What a line still asks: as planned until it is billed, then what is not paid of it. */
const leftOf = (line: Instalments[number]) => ({
  interestFen: BigInt(line.state === 'planned' ? line.interest_fen : line.unpaid_interest_fen),
  principalFen: BigInt(line.state === 'planned' ? line.principal_fen : line.unpaid_principal_fen),
});
const interestLeft = (lines: Instalments): bigint => lines.reduce((sum, line) => sum + leftOf(line).interestFen, 0n);

/**
 * From today on: what the plan as it is still asks in interest, and what is asked when today's money is paid, the interest that it pays included. The
 * difference is what is saved; a fee stands by itself. Pure.
 */
export function sidesOf(loan: Pick<LoanPage, 'instalments'>, preview: RepayPreviewed): Omit<PortalRepayPreview, 'account_masked'> {
  const sum = (balances: readonly string[]): bigint =>
    preview.allocation.filter(({ balance }) => balances.includes(balance)).reduce((all, { amount_fen: fen }) => all + BigInt(fen), 0n);
  const planned = sum(['due_interest', 'accrued_interest']);
  const toCome = interestLeft(loan.instalments);
  const after = planned + interestLeft(preview.instalments);
  const next = preview.instalments.find(({ state }) => state !== 'paid');
  const nextFen = next ? leftOf(next).principalFen + leftOf(next).interestFen : 0n;
  return {
    pays_fen: preview.amount_fen,
    principal_fen: String(sum(['normal_principal', 'overdue_principal'])),
    interest_fen: String(planned + sum(['penalty', 'compound', 'costs'])),
    fee_fen: String(sum(['prepayment_fee'])),
    interest_to_come_fen: String(toCome),
    interest_after_fen: String(after),
    saved_fen: String(toCome > after ? toCome - after : 0n),
    balance_after_fen: String(BigInt(preview.after.normal_principal_fen) + BigInt(preview.after.overdue_principal_fen)),
    next_due: next ? { date: next.due_date, amount_fen: String(nextFen) } : null,
  };
}
