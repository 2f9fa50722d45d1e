/** Rules of loans: each stands at the open day, owes what its plan says, and has accrued what its numerators say. */
import type { Rule } from './rule.ts';

const posted = (numerator: string): string => `floor((2 * l.${numerator}::numeric + den.fen) / (2 * den.fen))`;

export const loanRules: readonly Rule[] = [
  {
    name: 'every_day_is_closed',
    sql: `select b.entity_id || ' ' || d::date || ' is not closed' as detail from simulation.mark, servicing.business_day b,
        lateral generate_series(mark.closed_to + 1, b.open_date - 1, interval '1 day') d
      where b.entity_id = any ($1) and not exists (
        select from servicing.day_end e where e.entity_id = b.entity_id and e.business_date = d::date and e.state = 'closed')`,
  },
  {
    name: 'loan_stands_at_the_open_day',
    // A loan whose money may be on its way from the borrower's account waits on the day of that order, and on no other.
    sql: `select 'L' || l.loan_id || ' stands at ' || l.accrued_to || ', open is ' || b.open_date || coalesce(', order of ' || c.business_date, '') as detail
      from simulation.loan_scope join servicing.loan l using (loan_id) join servicing.business_day b using (entity_id)
      left join servicing.collection c on c.loan_id = l.loan_id and c.state in ('sent', 'unknown')
      where l.state = 'active' and l.accrued_to <> coalesce(c.business_date, b.open_date)`,
  },
  {
    name: 'owed_is_planned',
    sql: `select 'L' || l.loan_id || ': principal ' || l.normal_principal_fen + l.overdue_principal_fen || ' planned ' || p.principal
        || ', overdue ' || l.overdue_principal_fen || ' planned ' || p.overdue || ', interest due ' || l.due_interest_fen || ' planned ' || p.interest as detail
      from simulation.loan_scope join servicing.loan l using (loan_id) cross join lateral (
        select coalesce(sum(i.unpaid_principal_fen), 0) as principal,
          coalesce(sum(i.unpaid_principal_fen) filter (where i.due_date < l.accrued_to), 0) as overdue,
          coalesce(sum(i.unpaid_interest_fen), 0) as interest,
          count(*) filter (where i.state = 'planned' and l.state = 'settled') as left_over,
          count(*) filter (where (i.state = 'paid') <> (i.state <> 'planned' and i.unpaid_principal_fen + i.unpaid_interest_fen = 0)) as misnamed
        from servicing.instalment i where i.loan_id = l.loan_id) p
      where l.state <> 'written_off'
        and ((l.normal_principal_fen + l.overdue_principal_fen, l.overdue_principal_fen, l.due_interest_fen) <> (p.principal, p.overdue, p.interest)
          or p.left_over > 0 or p.misnamed > 0)`,
  },
  {
    name: 'running_line_is_the_plan',
    sql: `select 'L' || l.loan_id || ' runs line ' || coalesce(l.running_number::text, 'none') || ', its plan line ' || coalesce(i.number::text, 'none') as detail
      from simulation.loan_scope join servicing.loan l using (loan_id) left join lateral (
        select * from servicing.instalment i where i.loan_id = l.loan_id and i.state = 'planned' order by i.number limit 1) i on true
      where l.state = 'active'
        and (l.running_number, l.running_start_index, l.running_due, l.running_days, l.running_interest_fen)
          is distinct from (i.number, servicing.day_index(i.start_date, l.day_count), i.due_date, i.days, i.interest_fen)`,
  },
  {
    name: 'interest_is_its_numerator',
    sql: `select 'L' || l.loan_id || ': accrued ' || l.accrued_interest_fen || ', penalty ' || l.penalty_fen || ', compound ' || l.compound_fen as detail
      from simulation.loan_scope join servicing.loan l using (loan_id) cross join lateral (select case when l.day_count = 'actual/365' then 365000000 else 360000000 end::numeric as fen) den
      where l.state = 'active' and (l.accrued_interest_fen, l.penalty_fen, l.compound_fen)
        <> (${posted('interest_numerator')}, ${posted('penalty_numerator')}, ${posted('compound_numerator')})`,
  },
];
