/** The borrower's loans, and paying early: two real schedules side by side. */
import { refusals as servicingRefusals } from '#modules/servicing/contract.ts';
import type { LoanPage, LoanSummary, RepayPreviewed } from '#modules/servicing/contract.ts';
import { refuse } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { ApplicationRow } from '../applications/store.ts';
import type { LendingDeps } from '../deps.ts';
import { portalRefusals } from '../portal/contract.ts';
import type { PortalLoans, PortalRepay, PortalRepayPreview } from '../portal/contract.ts';
import type { PortalSession } from '../portal/session.ts';
import { borrowing, servicingSession } from './borrowing.ts';
import type { Borrowing } from './borrowing.ts';

type PortalLoan = PortalLoans['items'][number];

/** Loans of the facility, and draws whose money has not come yet. Refuses: signed_out, no_contract. */
export async function listLoans(deps: LendingDeps, session: PortalSession): Promise<PortalLoans> {
  return loansOf(deps, await borrowing(deps, session));
}

async function loansOf(deps: LendingDeps, { row, facilityId }: Borrowing): Promise<PortalLoans> {
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
async function ownLoan(deps: LendingDeps, session: PortalSession, loanId: bigint): Promise<{ place: Borrowing; loan: LoanPage }> {
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
  return sidesOf(loan, preview);
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
export function sidesOf(loan: Pick<LoanPage, 'instalments'>, preview: RepayPreviewed): PortalRepayPreview {
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

/**
 * Pays early. The money is taken first and booked after, each once: after anything in between, the same key goes on where it was.
 * Refuses: no_contract, loan_unknown, key_reused, repayment_unavailable, repayment_refused, and what a repayment refuses.
 */
export async function repay(deps: LendingDeps, session: PortalSession, loanId: bigint, given: PortalRepay): Promise<PortalLoans> {
  const { place } = await ownLoan(deps, session, loanId);
  if (!deps.collect) throw refuse(portalRefusals, 'repayment_unavailable');
  const known = await findRepayment(deps, place, loanId, given);
  if (known?.state === 'booked') return loansOf(deps, place);
  // What would not be booked is not taken.
  if (known === null) await deps.servicing.previewRepayment(servicingSession(place.row), loanId, { ...given, payer: 'borrower' });
  const kept = known ?? (await keepRepayment(deps, place, loanId, given));
  const outcome = await settle(deps, deps.collect, place.row, kept);
  if (outcome === 'refused') throw refuse(portalRefusals, 'repayment_refused');
  if (outcome === 'unknown') throw refuse(portalRefusals, 'repayment_unavailable');
  return loansOf(deps, place);
}

interface RepaymentRow {
  repayment_id: bigint;
  loan_id: string;
  amount_fen: bigint;
  prepayment: PortalRepay['prepayment'];
  state: 'asked' | 'taken' | 'booked' | 'refused';
}
const repaymentColumns = 'repayment_id, loan_id, amount_fen, prepayment, state';

async function findRepayment(deps: LendingDeps, { row }: Borrowing, loanId: bigint, given: PortalRepay): Promise<RepaymentRow | null> {
  const [found] = await withOwner(deps.db, (tx) =>
    tx.query<RepaymentRow>(`select ${repaymentColumns} from lending.repayment where application_id = $1 and key = $2`, [
      row.application_id,
      given.key,
    ]),
  );
  if (!found) return null;
  const isSame = found.loan_id === `L${loanId}` && String(found.amount_fen) === given.amount_fen && found.prepayment === given.prepayment;
  if (!isSame) throw refuse(servicingRefusals, 'key_reused', { zh: given.key, en: given.key });
  return found;
}

async function keepRepayment(deps: LendingDeps, place: Borrowing, loanId: bigint, given: PortalRepay): Promise<RepaymentRow> {
  const { row } = place;
  await withOwner(deps.db, (tx) =>
    tx.query(
      `insert into lending.repayment (entity_id, application_id, grid_code, loan_id, key, amount_fen, prepayment, asked_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (application_id, key) do nothing`,
      [
        row.entity_id,
        row.application_id,
        row.grid_code,
        `L${loanId}`,
        given.key,
        given.amount_fen,
        given.prepayment,
        deps.clock.now().toString(),
      ],
    ),
  );
  const kept = await findRepayment(deps, place, loanId, given);
  if (!kept) throw new Error(`repayment ${given.key} of A${row.application_id} vanished`);
  return kept;
}

/** Takes a repayment as far as it goes now. */
async function settle(
  deps: LendingDeps,
  collect: NonNullable<LendingDeps['collect']>,
  row: Pick<ApplicationRow, 'entity_id' | 'grid_code'>,
  kept: RepaymentRow,
): Promise<'booked' | 'refused' | 'unknown'> {
  const [key, loanId] = [`lending.repayment.${kept.repayment_id}`, BigInt(kept.loan_id.slice(1))];
  if (kept.state === 'refused') return 'refused';
  if (kept.state === 'asked') {
    const taken = await collect(row.entity_id, { key, loanId, amountFen: kept.amount_fen });
    if (taken === 'unknown') return 'unknown';
    await markRepayment(deps, kept, taken);
    if (taken === 'refused') return 'refused';
  }
  await deps.servicing.repay(servicingSession(row), loanId, {
    key,
    amount_fen: String(kept.amount_fen),
    prepayment: kept.prepayment,
    payer: 'borrower',
  });
  await markRepayment(deps, kept, 'booked');
  return 'booked';
}

const markRepayment = async (deps: LendingDeps, { repayment_id: id }: RepaymentRow, state: RepaymentRow['state']): Promise<void> =>
  void (await withOwner(deps.db, (tx) => tx.query('update lending.repayment set state = $2 where repayment_id = $1', [id, state])));

/** Takes every repayment whose end is not known one step on: nothing that was taken stays unbooked. What breaks down is told, and the next one goes on. */
export async function settleRepayments(deps: LendingDeps, entityId: string): Promise<void> {
  const { collect } = deps;
  if (!collect) return;
  const open = await withOwner(deps.db, (tx) =>
    tx.query<RepaymentRow & { entity_id: string; grid_code: string }>(
      `select ${repaymentColumns}, entity_id, grid_code from lending.repayment where entity_id = $1 and state in ('asked', 'taken') order by repayment_id`,
      [entityId],
    ),
  );
  for (const one of open) {
    try {
      await settle(deps, collect, one, one);
    } catch (error) {
      deps.onFault(error, `repayment of ${one.loan_id}`);
    }
  }
}
