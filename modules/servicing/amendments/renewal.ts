import { isRefusal, owedFen, receive } from '#core/loan/index.ts';
import type { Loan } from '#core/loan/index.ts';
import type { ChangeKind, Proposal } from '#modules/change/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { openDay } from '../business-day.ts';
import { inheritMandate } from '../collections/mandate.ts';
import { loanTerms, permissions, refusals } from '../contract.ts';
import type { LoanTermsRequest } from '../contract.ts';
import { nextRepricing } from '../day-end/reprice.ts';
import { firstStep } from '../drawdowns/request.ts';
import { post } from '../ledger/post.ts';
import { loanProblems, standingLoan } from '../loans/act.ts';
import { insertEvent } from '../loans/event.ts';
import { insertLoan, updateLoan } from '../loans/loan-row.ts';
import type { StoredLoan } from '../loans/loan-row.ts';

/**
 * Why a loan cannot be renewed without repayment (无还本续贷) today, or null: only principal may be left, and none of it past its day.
 * Source: due bills of origin 05 name the one they follow; conditions before maturity and without a bad record (金规〔2024〕13号).
 */
function refusalOfRenewal(loan: Loan, day: string): keyof typeof loanProblems | null {
  if (loan.state !== 'active') return 'not_active';
  if (loan.overduePrincipalFen > 0n || loan.instalments.some((line) => line.state === 'billed' && line.due < day)) return 'overdue';
  return owedFen(loan) === loan.normalPrincipalFen ? null : 'interest_unpaid';
}

/**
 * Renews on the open day: the new loan pays the old one's principal, and no money moves. Both stand in one transaction and one event each.
 * Refuses: not_open, loan_unknown, not_active, overdue, interest_unpaid, plan_impossible.
 */
async function renew(tx: Tx, session: Session, loanId: bigint, terms: unknown, at: string): Promise<bigint> {
  const day = await openDay(tx, session.entityId);
  const old = await standingLoan(tx, session, loanId, day, at);
  const refusal = refusalOfRenewal(old.loan, day);
  if (refusal) throw refuse(loanProblems, refusal);
  const agreed = loanTerms.parse(terms);
  const amountFen = old.loan.normalPrincipalFen;
  const opened = firstStep(agreed, amountFen, day);
  if ('refused' in opened) throw refuse(refusals, 'plan_impossible');
  // Nobody repays early here: no fee for it. The contract's own fee stays in the row.
  const withoutFee: Loan = { ...old.loan, terms: { ...old.loan.terms, prepaymentFeePpm: 0n } };
  const paid = receive(withoutFee, { day, amountFen, prepayment: 'lower' });
  if (isRefusal(paid)) throw new Error(`loan L${loanId} cannot be paid by its renewal: ${paid.refused}`);
  const renewedId = await insertLoan(tx, aboutRenewed(old, agreed, amountFen, day), opened.loan, at);
  await inheritMandate(tx, loanId, renewedId);
  const event = {
    entityId: session.entityId,
    businessDate: day,
    kind: 'renewal',
    facilityId: old.about.facilityId,
    amountFen,
    actorId: session.actorId,
    at,
  };
  const newEvent = await insertEvent(tx, { ...event, loanId: renewedId, detail: { renews: `L${loanId}` } });
  await post(tx, { entityId: session.entityId, businessDate: day, number: newEvent, loanId: renewedId }, opened.movements);
  await updateLoan(tx, old, paid.loan);
  const oldEvent = await insertEvent(tx, { ...event, loanId, detail: { renewed_by: `L${renewedId}`, movements: paid.movements } });
  await post(tx, { entityId: session.entityId, businessDate: day, number: oldEvent, loanId }, paid.movements);
  return renewedId;
}

/** Its borrower, facility and product are the old loan's; its price is what was agreed for it. */
const aboutRenewed = ({ about }: StoredLoan, agreed: LoanTermsRequest, principalFen: bigint, day: string) => ({
  ...about,
  origin: '05',
  previousLoanId: about.loanId,
  principalFen,
  lprSpreadPpm: agreed.lpr_spread_ppm ?? null,
  repriceEvery: agreed.reprice_every,
  repriceOn: nextRepricing({ repriceEvery: agreed.reprice_every }, day, day),
  subsidyPpm: agreed.subsidy_ppm,
});

export function renewalChange(wholeEntity: (proposal: Proposal, actorId: string) => Session, now: () => string): ChangeKind {
  const loanIdOf = ({ subject }: Proposal): bigint => BigInt(subject.slice(1));
  return {
    kind: 'servicing.renewal',
    name: { zh: '无还本续贷', en: 'Renew without repayment' },
    permission: permissions.approve,
    /** Done and taken back: what cannot be renewed is refused before a second person is asked. */
    async validate(tx, proposal) {
      await tx.query('savepoint renewal');
      await renew(tx, wholeEntity(proposal, proposal.makerId), loanIdOf(proposal), proposal.after, now());
      await tx.query('rollback to savepoint renewal');
    },
    apply: async (tx, proposal, decider) =>
      void (await renew(tx, wholeEntity(proposal, decider.actorId), loanIdOf(proposal), proposal.after, now())),
  };
}
