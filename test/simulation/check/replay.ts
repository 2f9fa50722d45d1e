/** The oracle: a loan lived again from what happened to it, by the pure rule alone, must be the loan that is stored, posting for posting. */
import { isDeepStrictEqual } from 'node:util';
import { closeDay, isRefusal, receive, recover, reprice, subsidise } from '#core/loan/index.ts';
import type { AfterPrepayment, Loan, LoanRefusal, Movement, Step } from '#core/loan/index.ts';
import { amendments } from '#modules/servicing/amendments/amendment.ts';
import { amendmentKinds, loanTerms } from '#modules/servicing/contract.ts';
import type { LoanTermsRequest } from '#modules/servicing/contract.ts';
import { voucherOf } from '#modules/servicing/day-end/close.ts';
import { firstStep } from '#modules/servicing/drawdowns/request.ts';
import { pairsOf } from '#modules/servicing/ledger/postings.ts';
import { findLoan } from '#modules/servicing/loans/loan-row.ts';
import type { StoredLoan } from '#modules/servicing/loans/loan-row.ts';
import type { Tx } from '#platform/postgres/index.ts';
import type { Violation } from './rule.ts';

interface EventRow {
  event_id: bigint;
  entity_id: string;
  business_date: string;
  kind: string;
  amount_fen: bigint | null;
  detail: {
    core_date?: string;
    value_date?: string;
    collection_id?: string;
    to_ppm?: number;
    terms?: unknown;
    reverses?: string;
    number?: number;
  };
}

/** What was asked for beside the amount; events do not say it. */
export type PrepaymentOf = (eventId: bigint) => AfterPrepayment | null;

export const lifeRule = 'loan_is_its_life';
const rule = lifeRule;

export async function replayLoan(tx: Tx, loanId: bigint, prepaymentOf: PrepaymentOf): Promise<Violation[]> {
  const events = await tx.query<EventRow>(
    `select event_id, entity_id, business_date, kind, amount_fen, detail - 'movements' as detail from servicing.event where loan_id = $1 order by event_id`,
    [loanId],
  );
  const stored = await findLoan(tx, events[0]?.entity_id ?? '', loanId);
  if (!stored) return [{ rule, detail: `L${loanId} is not there` }];
  const agreed = await agreedOf(tx, stored);
  if (!agreed) return [{ rule, detail: `L${loanId} was never agreed` }];
  const life = live(agreed, stored.about.principalFen, events, stored.loan.accruedTo, prepaymentOf);
  if ('fault' in life) return [{ rule, detail: `L${loanId}: ${life.fault}` }];
  const lines = await tx.query<{ line: string }>(
    `select voucher || ' ' || act || ' ' || debit || ' ' || credit || ' ' || amount_fen as line from servicing.posting where loan_id = $1`,
    [loanId],
  );
  return [
    ...(isDeepStrictEqual(stored.loan, life.loan) ? [] : [{ rule, detail: `L${loanId}: ${firstDifference(stored.loan, life.loan)}` }]),
    ...differences(
      lines.map(({ line }) => line),
      life.postings,
    ).map((detail) => ({ rule, detail: `L${loanId}: ${detail}` })),
  ];
}

/** The terms to which its borrower agreed: when it was drawn, or when it took another's place. */
async function agreedOf(tx: Tx, { about }: StoredLoan): Promise<LoanTermsRequest | null> {
  const { entityId, loanId, previousLoanId } = about;
  const [row] =
    previousLoanId === null
      ? await tx.query<{ terms: unknown }>('select terms from servicing.drawdown where loan_id = $1', [loanId])
      : await tx.query<{ terms: unknown }>(
          `select after as terms from change.proposal where entity_id = $1 and kind = 'servicing.renewal' and subject = $2 and state = 'applied'`,
          [entityId, `L${previousLoanId}`],
        );
  return row ? loanTerms.parse(row.terms) : null;
}

interface Life {
  readonly loan: Loan;
  readonly postings: readonly string[];
}

function live(
  terms: LoanTermsRequest,
  amountFen: bigint,
  events: readonly EventRow[],
  until: string,
  prepaymentOf: PrepaymentOf,
): Life | { fault: string } {
  const [born, ...rest] = events;
  if (born?.kind !== 'drawdown.confirm' && born?.kind !== 'renewal') return { fault: `begins with ${born?.kind ?? 'nothing'}` };
  const first = firstStep(terms, amountFen, born.detail.core_date ?? born.business_date);
  if ('refused' in first) return { fault: `cannot begin: ${first.refused}` };
  const postings = postingsOf(born.event_id, first.movements);
  let { loan } = first;
  const before = new Map<string, { loan: Loan; movements: readonly Movement[] }>();
  const closeTo = (day: string): void => {
    while (loan.accruedTo < day) {
      const step = closeDay(loan);
      postings.push(...postingsOf(voucherOf(loan.accruedTo), step.movements));
      ({ loan } = step);
    }
  };
  for (const event of rest) {
    // Who collects says nothing of what is owed.
    if (event.kind.startsWith('auto_debit.')) continue;
    closeTo(dayOf(event, loan));
    if (event.kind === 'repayment.reverse') {
      const taken = before.get(event.detail.reverses ?? '');
      if (!taken) return { fault: `E${event.event_id} reverses what never was` };
      postings.push(...postingsOf(event.event_id, taken.movements, 'reverse'));
      ({ loan } = taken);
      continue;
    }
    const step = again(loan, event, prepaymentOf);
    if (isRefusal(step)) return { fault: `E${event.event_id} ${event.kind} is refused: ${step.refused}` };
    before.set(String(event.event_id), { loan, movements: step.movements });
    postings.push(...postingsOf(event.event_id, step.movements));
    ({ loan } = step);
  }
  if (loan.state === 'active') closeTo(until);
  return { loan, postings };
}

/** The day that the loan stood at: a loan that waited for the core is brought up afterwards, and what it lived meanwhile is posted on the open day. */
function dayOf({ kind, business_date, detail }: EventRow, loan: Loan): string {
  if (kind === 'subsidy') return loan.instalments.find(({ number }) => number === detail.number)?.due ?? business_date;
  return detail.value_date ?? business_date;
}

function again(loan: Loan, event: EventRow, prepaymentOf: PrepaymentOf): Step | LoanRefusal {
  const { kind, detail, event_id } = event;
  const day = loan.accruedTo;
  const amountFen = event.amount_fen ?? 0n;
  if (kind === 'repayment') return receive(loan, { day, amountFen, prepayment: prepaymentOf(event_id) });
  if (kind === 'recovery') return recover(loan, day, amountFen);
  if (kind === 'renewal') return renewed(loan, day, amountFen);
  if (kind === 'subsidy') return subsidise(loan, day, detail.number ?? 0, amountFen);
  if (kind === 'reprice') return reprice(loan, day, BigInt(detail.to_ppm ?? 0));
  const amendment = amendmentKinds.find((known) => `amend.${known}` === kind);
  if (!amendment) throw new Error(`event E${event_id}: the oracle knows no ${kind}`);
  return amendments[amendment].rule(loan, day, detail.terms);
}

/** Nobody repays early when a loan is renewed: no fee for it, whatever the contract has. */
function renewed(loan: Loan, day: string, amountFen: bigint): Step | LoanRefusal {
  const step = receive({ ...loan, terms: { ...loan.terms, prepaymentFeePpm: 0n } }, { day, amountFen, prepayment: 'lower' });
  return isRefusal(step) ? step : { ...step, loan: { ...step.loan, terms: loan.terms } };
}

function postingsOf(voucher: bigint, movements: readonly Movement[], direction: 'forward' | 'reverse' = 'forward'): string[] {
  return movements.flatMap((movement) =>
    pairsOf(movement).map(({ debit, credit }) => {
      const [to, from] = direction === 'forward' ? [debit, credit] : [credit, debit];
      return `${voucher} ${movement.act} ${to} ${from} ${movement.amountFen}`;
    }),
  );
}

/** What one side has and the other has not, as often as it has it. */
function differences(stored: readonly string[], lived: readonly string[]): string[] {
  const count = new Map<string, number>();
  for (const line of stored) count.set(line, (count.get(line) ?? 0) + 1);
  for (const line of lived) count.set(line, (count.get(line) ?? 0) - 1);
  return [...count].flatMap(([line, more]) => (more === 0 ? [] : [`${more > 0 ? 'posted without reason' : 'not posted'}: ${line}`]));
}

function firstDifference(stored: Loan, lived: Loan): string {
  const fields = Object.keys(stored) as (keyof Loan)[];
  const field = fields.find((name) => !isDeepStrictEqual(stored[name], lived[name]));
  if (field === undefined) return 'fields differ';
  if (field === 'instalments') {
    const index = stored.instalments.findIndex((line, place) => !isDeepStrictEqual(line, lived.instalments[place]));
    return `line ${shown(stored.instalments[index])} lived ${shown(lived.instalments[index])}`;
  }
  return `${field} stored ${shown(stored[field])} lived ${shown(lived[field])}`;
}

const shown = (value: unknown): string =>
  JSON.stringify(value, (_name, item: unknown) => (typeof item === 'bigint' ? String(item) : item)) ?? 'none';
