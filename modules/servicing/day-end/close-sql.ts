import { nonAccrualDays } from '#core/loan/index.ts';
import type { Act, Balance } from '#core/loan/index.ts';
import { underWaySql } from '../collections/collection.ts';
import { pairsOf } from '../ledger/postings.ts';

/**
 * `closeDay` of core/loan over all active loans of an entity that stand at a day, in one statement: marks, accrues, bills, counts and posts.
 * A loan moves from the day to the next exactly once, because only loans that stand at the day are taken and the same statement moves them on.
 *
 * A loan with a collection under way stays where it is: its money may have left the borrower's account on this day and then counts on it.
 *
 * The day stands behind `offset 0`: the statistics of accrued_to are a day old by nature, and a planner that looked the day up in them would expect
 * no rows and join them one by one.
 *
 * $1 entity · $2 from loan (inclusive) · $3 to loan (exclusive) · $4 the day · $5 the next day · $6 and $7 the next day's index by 30/360 and by
 * actual days · $8 voucher · $9 the business date of the postings. Answers loans, postings.
 */
export const closeSql = `
with line as (
  select i.loan_id,
    coalesce(sum(i.unpaid_principal_fen) filter (where i.due_date = $4::date), 0)::bigint as newly_overdue,
    coalesce(sum(i.unpaid_principal_fen) filter (where i.due_date + l.grace_days <= $4::date), 0)::bigint as penalised,
    coalesce(sum(i.unpaid_principal_fen) filter (where i.due_date + l.grace_days > $4::date), 0)::bigint as in_grace,
    coalesce(sum(i.unpaid_interest_fen) filter (where i.due_date + l.grace_days <= $4::date), 0)::bigint as compounding,
    min(i.due_date) as since
  from servicing.instalment i
  join servicing.loan l using (loan_id)
  where i.entity_id = $1 and i.loan_id >= $2 and i.loan_id < $3 and i.state = 'billed' and i.due_date <= $4::date
  group by i.loan_id
), standing as (
  select l.*, coalesce(o.newly_overdue, 0) as newly_overdue, coalesce(o.penalised, 0) as penalised, coalesce(o.in_grace, 0) as in_grace,
    coalesce(o.compounding, 0) as compounding, o.since,
    l.running_due = $5::date as bills,
    case when l.day_count = 'actual/365' then 365000000 else 360000000 end::bigint as denominator,
    case when l.running_due is null then l.elapsed_days
         when l.running_due <= $5::date then l.running_days
         else least(case when l.day_count = '30/360' then $6::integer else $7::integer end - l.running_start_index, l.running_days) end as elapsed
  from servicing.loan l
  cross join (select $4::date as day offset 0) today
  left join line o using (loan_id)
  where l.entity_id = $1 and l.loan_id >= $2 and l.loan_id < $3 and l.accrued_to = today.day and l.state = 'active'
    and not ${underWaySql('l.loan_id')}
), grown as (
  select s.*,
    s.normal_principal_fen - s.newly_overdue as normal_after,
    s.interest_numerator + (s.normal_principal_fen - s.newly_overdue) * s.rate_ppm * (s.elapsed - s.elapsed_days) as interest_after,
    s.penalty_numerator + s.penalised * s.overdue_rate_ppm + s.in_grace * (s.rate_ppm + s.misuse_rate_ppm)
      + (s.normal_principal_fen - s.newly_overdue) * s.misuse_rate_ppm as penalty_after,
    s.compound_numerator + s.compounding * case when $4::date < s.maturity then s.rate_ppm else s.overdue_rate_ppm end as compound_after
  from standing s
), night as (
  select g.*,
    (2 * g.interest_after + g.denominator) / (2 * g.denominator) as accrued,
    (2 * g.penalty_after + g.denominator) / (2 * g.denominator) as penalty,
    (2 * g.compound_after + g.denominator) / (2 * g.denominator) as compound,
    coalesce($4::date - g.since, 0) as past_due,
    case when g.is_accruing then coalesce($4::date - g.since, 0) <= ${nonAccrualDays} else g.since is null and g.penalty_fen + g.compound_fen = 0 end as accruing_after
  from grown g
), closing as (
  select n.*,
    case when n.bills then servicing.billed(n.loan_id, n.running_number, n.accrued, n.running_interest_fen) else 0 end as billed,
    n.accruing_after and not n.is_accruing as resumes,
    n.is_accruing and not n.accruing_after as suspends,
    i.number as next_number, i.start_date as next_start, i.due_date as next_due, i.days as next_days, i.interest_fen as next_interest
  from night n left join servicing.instalment i on n.bills and i.loan_id = n.loan_id and i.number = n.running_number + 1
), switching as (
  select * from closing where suspends or resumes
), billing as (
  update servicing.instalment i
  set state = case when c.billed = 0 and i.unpaid_principal_fen = 0 then 'paid' else 'billed' end, unpaid_interest_fen = c.billed
  from closing c where c.bills and i.loan_id = c.loan_id and i.number = c.running_number
), moving as (
  update servicing.loan l
  set accrued_to = $5::date,
    normal_principal_fen = c.normal_after,
    overdue_principal_fen = c.overdue_principal_fen + c.newly_overdue,
    elapsed_days = case when c.bills then 0 else c.elapsed end,
    interest_numerator = case when c.bills then 0 else c.interest_after end,
    accrued_interest_fen = c.accrued - c.billed,
    due_interest_fen = c.due_interest_fen + c.billed,
    penalty_numerator = c.penalty_after, penalty_fen = c.penalty,
    compound_numerator = c.compound_after, compound_fen = c.compound,
    days_past_due = c.past_due, is_accruing = c.accruing_after,
    running_number = case when c.bills then c.next_number else c.running_number end,
    running_start_index = case when c.bills then servicing.day_index(c.next_start, c.day_count) else c.running_start_index end,
    running_due = case when c.bills then c.next_due else c.running_due end,
    running_days = case when c.bills then c.next_days else c.running_days end,
    running_interest_fen = case when c.bills then c.next_interest else c.running_interest_fen end
  from closing c where l.loan_id = c.loan_id
  returning l.loan_id
), posting as (
  insert into servicing.posting (entity_id, business_date, voucher, loan_id, act, debit, credit, amount_fen)
  ${postingSelects().join('\n  union all\n  ')}
  returning 1
)
select (select count(*) from moving)::int as loans, (select count(*) from posting)::int as postings`;

interface Moved {
  act: Act;
  balance: Balance;
  /** When it happens, beside the side of the balance sheet. */
  applies: string;
  amount: string;
}

/** The same movements as `closeDay` gives, each with its accounts on and off the balance sheet. */
function postingSelects(): string[] {
  const moved: Moved[] = [
    { act: 'overdue', balance: 'normal_principal', applies: 'true', amount: 'c.newly_overdue' },
    { act: 'accrue', balance: 'accrued_interest', applies: 'true', amount: 'c.accrued - c.accrued_interest_fen' },
    { act: 'accrue', balance: 'penalty', applies: 'true', amount: 'c.penalty - c.penalty_fen' },
    { act: 'accrue', balance: 'compound', applies: 'true', amount: 'c.compound - c.compound_fen' },
    { act: 'bill', balance: 'accrued_interest', applies: 'c.bills', amount: 'c.billed' },
    ...(['suspend', 'resume'] as const).flatMap((act) => [
      { act, balance: 'accrued_interest' as const, applies: `c.${act}s`, amount: 'c.accrued - c.billed' },
      { act, balance: 'due_interest' as const, applies: `c.${act}s`, amount: 'c.due_interest_fen + c.billed' },
      { act, balance: 'penalty' as const, applies: `c.${act}s`, amount: 'c.penalty' },
      { act, balance: 'compound' as const, applies: `c.${act}s`, amount: 'c.compound' },
    ]),
  ];
  return moved.flatMap(({ act, balance, applies, amount }) => {
    const rows = act === 'suspend' || act === 'resume' ? 'switching' : 'closing';
    const on = pairsOf({ act, balance, isOffBalance: false });
    const off = pairsOf({ act, balance, isOffBalance: true });
    return on.map((pair, index) => {
      const other = off[index] ?? pair;
      const side = (name: 'debit' | 'credit'): string =>
        pair[name] === other[name] ? `'${pair[name]}'` : `case when c.is_accruing then '${pair[name]}' else '${other[name]}' end`;
      return `select $1::text, $9::date, $8::bigint, c.loan_id, '${act}', ${side('debit')}, ${side('credit')}, ${amount} from ${rows} c where ${applies} and ${amount} > 0`;
    });
  });
}
