/** Rules of contracts: changed only by two people, renewed into one loan, priced by the LPR, subsidised once and within bounds. */
import { yearlyCapFen } from '#modules/servicing/day-end/subsidise.ts';
import type { Rule } from './rule.ts';

export const contractRules: readonly Rule[] = [
  {
    name: 'change_was_approved',
    sql: `select 'E' || e.event_id || ' ' || e.kind || ': proposal ' || coalesce(p.proposal_id || ' ' || p.state, 'none') as detail
      from simulation.new_event e left join change.proposal p on p.entity_id = e.entity_id and p.proposal_id = e.detail ->> 'proposal_id'
        and p.subject = 'L' || e.loan_id and p.kind = replace(e.kind, 'amend.', 'servicing.')
      where e.kind like 'amend.%' and (p.state is distinct from 'applied' or p.maker_id is not distinct from p.decider_id)`,
  },
  {
    name: 'loan_is_as_agreed',
    sql: `select 'L' || l.loan_id || ': spread ' || coalesce(l.lpr_spread_ppm::text, 'none') || ', repriced ' || l.reprice_every || ', subsidy ' || l.subsidy_ppm
        || ', agreed ' || coalesce(agreed.terms::text, 'nothing') as detail
      from simulation.loan_scope join servicing.loan l using (loan_id) left join servicing.drawdown d on d.loan_id = l.loan_id
      left join change.proposal p on p.entity_id = l.entity_id and p.kind = 'servicing.renewal' and p.subject = 'L' || l.previous_loan_id and p.state = 'applied'
      left join lateral (select a.after from change.proposal a where a.entity_id = l.entity_id and a.subject = 'L' || l.loan_id and a.state = 'applied'
        and a.kind in ('servicing.rate', 'servicing.restructuring') and a.after ? 'lpr_spread_ppm' order by a.decided_at desc, a.proposal_id desc limit 1) amended on true
      cross join lateral (select coalesce(d.terms, p.after) || case when amended.after is null then '{}'
        else jsonb_build_object('lpr_spread_ppm', amended.after -> 'lpr_spread_ppm') end as terms) agreed
      where (l.method, l.day_count, l.due_day, l.grace_days, l.lpr_spread_ppm::text, l.reprice_every, l.subsidy_ppm, l.prepayment_fee_ppm, l.interest_anchor)
        is distinct from (agreed.terms ->> 'method', agreed.terms ->> 'day_count', (agreed.terms ->> 'due_day')::int, (agreed.terms ->> 'grace_days')::int,
          agreed.terms ->> 'lpr_spread_ppm', agreed.terms ->> 'reprice_every', (agreed.terms ->> 'subsidy_ppm')::int,
          coalesce((agreed.terms ->> 'prepayment_fee_ppm')::int, 0), coalesce(agreed.terms ->> 'interest_anchor', 'start'))`,
  },
  {
    name: 'renewal_is_one_loan',
    sql: `select 'E' || e.event_id || ' L' || e.loan_id || ': ' || e.amount_fen || ', other side ' || coalesce(other.amount_fen::text, 'none') as detail
      from simulation.new_event e
      left join servicing.loan fresh on fresh.loan_id = substr(coalesce(e.detail ->> 'renewed_by', 'L' || e.loan_id), 2)::bigint
      left join servicing.loan old on old.loan_id = fresh.previous_loan_id
      left join servicing.event other on other.kind = 'renewal' and other.loan_id = case when e.loan_id = fresh.loan_id then old.loan_id else fresh.loan_id end
        and (other.detail ->> 'renewed_by' = 'L' || fresh.loan_id or other.detail ->> 'renews' = 'L' || old.loan_id)
      where e.kind = 'renewal' and ((e.amount_fen, fresh.principal_fen, old.state, fresh.origin, fresh.facility_id)
        is distinct from (other.amount_fen, e.amount_fen, 'settled', '05', old.facility_id)
        or not exists (select from change.proposal p where p.entity_id = e.entity_id and p.kind = 'servicing.renewal' and p.subject = 'L' || old.loan_id and p.state = 'applied'))`,
  },
  {
    name: 'reprice_is_not_missed',
    sql: `select 'L' || l.loan_id || ': ' || l.reprice_every || ' repricing on ' || l.reprice_on || ', stands at ' || l.accrued_to as detail
      from simulation.loan_scope join servicing.loan l using (loan_id)
      where l.state = 'active' and l.reprice_on is not null and (l.reprice_on <= l.accrued_to or l.reprice_on > l.accrued_to + 366
        or case l.reprice_every when 'january' then to_char(l.reprice_on, 'MMDD') <> '0101'
          else l.reprice_on <> (l.start_date + make_interval(years => (extract(year from l.reprice_on) - extract(year from l.start_date))::int))::date end)`,
  },
  {
    // The spread of an event is the one of its day; that it is the agreed one is seen by `loan_is_as_agreed`, on every day.
    // A loan that is brought up to its day after that day's LPR was published may know it or not.
    name: 'rate_is_lpr_and_spread',
    sql: `select 'E' || e.event_id || ' L' || l.loan_id || ' on ' || e.business_date || ': ' || (e.detail ->> 'to_ppm') || ', spread ' || (e.detail ->> 'spread_ppm') as detail
      from simulation.new_event e join servicing.loan l using (loan_id)
      where e.kind = 'reprice' and not exists (
        select from servicing.lpr r where r.entity_id = l.entity_id and r.published_on <= e.business_date
          and not exists (select from servicing.lpr n where n.entity_id = l.entity_id and n.published_on > r.published_on and n.published_on < e.business_date)
          and (e.detail ->> 'to_ppm')::int = (e.detail ->> 'spread_ppm')::int
            + case when l.start_date + interval '5 years' < l.first_maturity then r.five_year_ppm else r.one_year_ppm end)`,
  },
  {
    name: 'subsidy_is_the_treasurys_part',
    values: [yearlyCapFen],
    sql: `select 'L' || s.loan_id || ' line ' || s.number || ': ' || s.amount_fen || ' of ' || i.interest_fen || ', in the year ' || year.fen
        || ', event ' || coalesce(e.amount_fen::text, 'none') as detail
      from simulation.mark join servicing.subsidy s on s.granted_on > mark.closed_to - 40 join servicing.loan l using (loan_id)
      left join servicing.instalment i using (loan_id, number)
      left join servicing.event e on e.event_id = s.event_id and e.kind = 'subsidy' and e.loan_id = s.loan_id and e.detail ->> 'number' = s.number::text
      cross join lateral (select sum(o.amount_fen) as fen from servicing.subsidy o where o.entity_id = s.entity_id and o.person_id = s.person_id
        and date_trunc('year', o.granted_on) = date_trunc('year', s.granted_on)) year
      where e.amount_fen is distinct from s.amount_fen or s.amount_fen > i.interest_fen or year.fen > $2 or s.granted_on <> i.due_date or s.person_id <> l.person_id`,
  },
  {
    name: 'subsidy_is_not_lost',
    values: [yearlyCapFen],
    sql: `select 'L' || l.loan_id || ' line ' || i.number || ' due ' || i.due_date || ': no subsidy of ' || l.subsidy_ppm || ' ppm on ' || i.interest_fen as detail
      from simulation.loan_scope join servicing.loan l using (loan_id) join servicing.instalment i on i.loan_id = l.loan_id and i.due_date = l.accrued_to and i.state <> 'planned'
      where l.state = 'active' and l.subsidy_ppm > 0 and l.is_accruing and l.rate_ppm > 0 and i.interest_fen * least(l.subsidy_ppm, l.rate_ppm) >= l.rate_ppm
        and not exists (select from servicing.subsidy s where s.loan_id = i.loan_id and s.number = i.number)
        and coalesce((select sum(o.amount_fen) from servicing.subsidy o where o.entity_id = l.entity_id and o.person_id = l.person_id
          and date_trunc('year', o.granted_on) = date_trunc('year', l.accrued_to)), 0) < $2`,
  },
];
