/** Rules of statements: what they close with is what the ledger holds, one follows on the other, and none is missing. Looked at when a month has ended. */
import type { Balance } from '#core/loan/index.ts';
import { balanceAccounts } from '#modules/servicing/ledger/postings.ts';
import type { Rule } from './rule.ts';

/** Parts of a statement with the balances that make them. */
const parts = {
  principal: ['normal_principal', 'overdue_principal'],
  interest: ['accrued_interest', 'due_interest'],
  penalty: ['penalty'],
  compound: ['compound'],
  costs: ['costs'],
} as const satisfies Record<string, readonly Balance[]>;
type Part = keyof typeof parts;
const names = Object.keys(parts) as Part[];

function accountsOf(part: Part): string {
  const accounts = parts[part].flatMap((balance) => {
    const { on, ...other } = balanceAccounts[balance];
    return 'off' in other ? [on, other.off] : [on];
  });
  return accounts.map((account) => `'${account}'`).join(', ');
}

/**
 * What came onto the accounts of a part by the postings that a statement covers: events after the last one of the statement before up to its own, and
 * the nights of its days. The statement before was looked at in its turn.
 */
const posted = (part: Part): string =>
  `coalesce(sum(p.amount_fen) filter (where p.debit in (${accountsOf(part)})), 0)
     - coalesce(sum(p.amount_fen) filter (where p.credit in (${accountsOf(part)})), 0)`;

const all = (text: (part: Part) => string, between = ', '): string => names.map(text).join(between);

/** Months that ended since the last look, and the statements about them; a loan that waited has its statement up to some weeks later. */
const ended = `ended as (
    select min(business_date) as first, max(business_date) as last from simulation.new_day where extract(day from business_date + 1) = 1
  ), told as (
    select s.* from ended join servicing.statement s on s.period_to > ended.first - 40 join simulation.loan_scope using (loan_id))`;

export const statementRules: readonly Rule[] = [
  {
    name: 'statement_is_the_ledger',
    sql: `with ${ended}
      select 'L' || t.loan_id || ' to ' || t.period_to || ': statement ' || concat_ws('/', ${all((part) => `t.closing_${part}_fen`)})
        || ', ledger ' || concat_ws('/', ${all((part) => `ledger.${part}`)}) as detail
      from told t left join servicing.statement b on b.loan_id = t.loan_id and b.number = t.number - 1
      cross join lateral (
        select ${all((part) => `coalesce(b.closing_${part}_fen, 0) + ${posted(part)} as ${part}`)} from servicing.posting p
        where p.loan_id = t.loan_id and p.business_date > t.period_from - 40 and p.business_date < t.period_to + 40
          and (p.voucher > coalesce(b.last_event, 0) and p.voucher <= t.last_event
            or p.voucher between -to_char(t.period_to, 'YYYYMMDD')::bigint and -to_char(t.period_from, 'YYYYMMDD')::bigint)) ledger
      where (${all((part) => `t.closing_${part}_fen`)}) <> (${all((part) => `ledger.${part}`)})`,
  },
  {
    name: 'statement_follows_the_last',
    sql: `with ${ended}
      select 'L' || t.loan_id || ' number ' || t.number || ' from ' || t.period_from || ' to ' || t.period_to as detail
      from told t left join servicing.statement b on b.loan_id = t.loan_id and b.number = t.number - 1
      where (t.period_from, t.number, ${all((part) => `t.opening_${part}_fen`)}) is distinct from (
          coalesce(b.period_to + 1, (select start_date from servicing.loan l where l.loan_id = t.loan_id)), coalesce(b.number + 1, 1),
          ${all((part) => `coalesce(b.closing_${part}_fen, 0)`)})
        or ${all(
          (
            part,
          ) => `t.opening_${part}_fen + ${part === 'principal' ? 't.drawn_fen' : part === 'costs' ? 't.charged_costs_fen' : `t.accrued_${part}_fen`}
          - t.paid_${part}_fen - t.relieved_${part}_fen <> t.closing_${part}_fen`,
          ' or ',
        )}`,
  },
  {
    // A loan that still waits for the core on a day of the month has no statement of it yet.
    name: 'statement_is_not_lost',
    sql: `with ${ended}
      select 'L' || l.loan_id || ' (' || l.state || '): the last statement is to ' || coalesce(last.period_to::text, 'no day') || ', a month ended on ' || ended.last as detail
      from ended join simulation.loan_scope on ended.last is not null join servicing.loan l using (loan_id)
      left join lateral (select period_to, last_event from servicing.statement s where s.loan_id = l.loan_id order by period_to desc limit 1) last on true
      where l.start_date <= ended.last and case when l.state = 'active' then l.accrued_to > ended.last and last.period_to is distinct from ended.last
        else exists (select from servicing.posting p where p.loan_id = l.loan_id and p.voucher > coalesce(last.last_event, 0) and p.business_date <= ended.last
          and p.act <> 'recover') end`,
  },
];
