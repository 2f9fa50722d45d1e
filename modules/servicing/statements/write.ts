import type { Tx } from '#platform/postgres/index.ts';
import type { LoanRange } from '../day-end/close.ts';
import type { AccountCode } from '../ledger/chart.ts';
import { balanceAccounts, feeIncome, settlement } from '../ledger/postings.ts';
import { endsPeriod, periodBefore } from './period.ts';

/** Parts of a statement with the loan's columns that make them, and the accounts whose credit means that less is owed. */
const parts = {
  principal: { columns: ['normal_principal_fen', 'overdue_principal_fen'], balances: ['normal_principal', 'overdue_principal'] },
  interest: { columns: ['accrued_interest_fen', 'due_interest_fen'], balances: ['accrued_interest', 'due_interest'] },
  penalty: { columns: ['penalty_fen'], balances: ['penalty'] },
  compound: { columns: ['compound_fen'], balances: ['compound'] },
  costs: { columns: ['costs_fen'], balances: ['costs'] },
} as const;
type Part = keyof typeof parts;
const names = ['principal', 'interest', 'penalty', 'compound', 'costs'] as const satisfies readonly Part[];
const accruing = ['interest', 'penalty', 'compound'] as const satisfies readonly Part[];

function accountsOf(part: Part, meant: readonly ('on' | 'off' | 'income')[]): string {
  const accounts = parts[part].balances.flatMap((balance) => {
    const all: { on: AccountCode; off?: AccountCode; income?: AccountCode } = balanceAccounts[balance];
    return meant.flatMap((which) => all[which] ?? []);
  });
  return `(${[...new Set(accounts)].map((account) => `'${account}'`).join(', ')})`;
}

/** Paid into the settlement account; a reversal posts the other way. Interest that is off the balance sheet is income when it is paid. */
const paid = (act: string, accounts: string): string => `coalesce(sum(case
    when p.act = '${act}' and p.debit = '${settlement}' and p.credit in ${accounts} then p.amount_fen
    when p.act = '${act}' and p.credit = '${settlement}' and p.debit in ${accounts} then -p.amount_fen end), 0)::bigint`;
const relieved = (accounts: string): string =>
  `coalesce(sum(p.amount_fen) filter (where p.act in ('subsidise', 'waive', 'write_off') and p.credit in ${accounts}), 0)::bigint`;
const debited = (act: string): string => `coalesce(sum(p.amount_fen) filter (where p.act = '${act}'), 0)::bigint`;

const closing = (part: Part): string =>
  `case when l.state = 'active' then ${parts[part].columns.map((column) => `l.${column}`).join(' + ')} else 0 end`;

const each = <Name extends Part>(of: readonly Name[], text: (name: Name) => string): string => of.map(text).join(', ');

/**
 * Statements of the loans of a range for the period that ends on a day, in one statement: of active loans that have just passed the day, and of
 * others that something happened to in the period. Once a loan and period. Runs in the transaction that moves the loans past the day, so that what they
 * owe is what they owed at its end; what they accrued is the rest of the sum.
 * $1 entity · $2 from loan (inclusive) · $3 to loan (exclusive) · $4 the day · $5 the end of the period before · $6 the last business date of events of
 * loans that no night moves.
 */
export const statementSql = `
insert into servicing.statement (entity_id, loan_id, number, period_from, period_to, ${each(names, (part) => `opening_${part}_fen`)},
  drawn_fen, ${each(accruing, (part) => `accrued_${part}_fen`)}, charged_costs_fen, fee_fen, ${each(names, (part) => `paid_${part}_fen`)},
  ${each(names, (part) => `relieved_${part}_fen`)}, ${each(names, (part) => `closing_${part}_fen`)}, last_event)
select l.entity_id, l.loan_id, coalesce(before.number, 0) + 1, coalesce(before.period_to + 1, l.start_date), $4::date,
  ${each(names, (part) => `coalesce(before.closing_${part}_fen, 0)`)},
  moved.drawn,
  ${each(accruing, (part) => `${closing(part)} - coalesce(before.closing_${part}_fen, 0) + moved.paid_${part} + moved.relieved_${part}`)},
  moved.charged, moved.fee, ${each(names, (part) => `moved.paid_${part}`)}, ${each(names, (part) => `moved.relieved_${part}`)},
  ${each(names, closing)}, coalesce(moved.last_event, before.last_event, 0)
from servicing.loan l
left join lateral (
  select * from servicing.statement s where s.loan_id = l.loan_id order by s.period_to desc limit 1
) before on true
cross join lateral (
  select max(p.voucher) as last_event, ${debited('disburse')} as drawn, ${debited('charge')} as charged,
    ${paid('fee', `('${feeIncome}')`)} as fee,
    ${each(names, (part) => `${paid('pay', accountsOf(part, ['on', 'income']))} as paid_${part}`)},
    ${each(names, (part) => `${relieved(accountsOf(part, ['on', 'off']))} as relieved_${part}`)}
  from servicing.posting p
  where p.loan_id = l.loan_id and p.voucher > 0 and p.voucher > coalesce(before.last_event, 0)
    and p.business_date > coalesce(before.period_to, '-infinity'::date) and (l.state = 'active' or p.business_date <= $6::date)
    and p.act <> 'recover'
) moved
where l.entity_id = $1 and l.loan_id >= $2 and l.loan_id < $3 and l.start_date <= $4::date
  and coalesce(before.period_to < $4::date, true)
  and case when l.state = 'active' then l.accrued_to = $4::date + 1 else l.accrued_to > $5::date and moved.last_event is not null end
on conflict do nothing`;

/**
 * Writes what ends with `day`; nothing when no period does. `seenTo`: business dates of events that have happened to loans which are settled or written
 * off, the day itself at the end of day, the open day for a loan that is brought up later.
 */
export async function writeStatements(tx: Tx, entityId: string, day: string, { from, to }: LoanRange, seenTo = day): Promise<void> {
  if (!endsPeriod(day)) return;
  await tx.query(statementSql, [entityId, from, to, day, periodBefore(day), seenTo]);
}
