/** Rules of limits, payments and requests: nothing promised twice, paid twice, lost, or done without having been asked for. */
import type { Rule } from './rule.ts';

const openStates = `('reserved', 'sent', 'unknown')`;

export const moneyRules: readonly Rule[] = [
  {
    name: 'used_is_owed',
    sql: `select 'F' || f.facility_id || ' (' || f.kind || '): used ' || f.used_fen || ', owed or drawn ' || used.fen as detail
      from servicing.facility f cross join lateral (select case f.kind
        when 'revolving' then (select coalesce(sum(l.normal_principal_fen + l.overdue_principal_fen), 0) from servicing.loan l
          where l.facility_id = f.facility_id and l.state = 'active')
        else (select coalesce(sum(d.amount_fen), 0) from servicing.drawdown d where d.facility_id = f.facility_id and d.state = 'confirmed') end as fen) used
      where f.facility_id in (select facility_id from simulation.facility_scope) and f.used_fen <> used.fen`,
  },
  {
    name: 'reserved_is_under_way',
    sql: `select 'F' || f.facility_id || ': reserved ' || f.reserved_fen || ', under way ' || coalesce(d.fen, 0) as detail
      from servicing.facility f left join (
        select facility_id, sum(amount_fen) as fen from servicing.drawdown where state in ${openStates} group by 1) d using (facility_id)
      where f.facility_id in (select facility_id from simulation.facility_scope) and f.reserved_fen <> coalesce(d.fen, 0)`,
  },
  {
    // A limit cut below its use, and a repayment that is taken back, leave a facility over its limit; a draw never does.
    name: 'limit_holds',
    sql: `select 'F' || f.facility_id || ': used ' || f.used_fen || ' and reserved ' || f.reserved_fen || ' of ' || f.limit_fen as detail
      from simulation.facility_scope join servicing.facility f using (facility_id) where f.used_fen + f.reserved_fen > f.limit_fen
        and not exists (select from servicing.event e where e.facility_id = f.facility_id and e.kind in ('facility.change', 'repayment.reverse')
          and e.event_id > (select max(r.event_id) from servicing.event r where r.facility_id = f.facility_id and r.kind = 'drawdown.reserve'))`,
  },
  {
    name: 'loan_is_its_drawdown',
    sql: `select 'D' || d.drawdown_id || ' / L' || l.loan_id || ': drawn ' || coalesce(d.amount_fen::text, 'nothing') || ', lent ' || coalesce(l.principal_fen::text, 'nothing') as detail
      from (select d.* from simulation.drawdown_scope join servicing.drawdown d using (drawdown_id) where state = 'confirmed'
        union select d.* from simulation.loan_scope join servicing.drawdown d using (loan_id)) d
      full join (select l.* from simulation.loan_scope join servicing.loan l using (loan_id) where previous_loan_id is null) l on l.loan_id = d.loan_id
      where (d.amount_fen, d.facility_id, d.requested_on, d.entity_id) is distinct from (l.principal_fen, l.facility_id, l.start_date, l.entity_id)`,
  },
  {
    name: 'confirmed_is_paid',
    sql: `select 'D' || d.drawdown_id || ' ' || d.core_sequence || ': confirmed ' || d.amount_fen || ', paid by the core ' || coalesce(c.amount_fen::text, 'nothing') as detail
      from simulation.drawdown_scope join servicing.drawdown d using (drawdown_id) left join simulation.core_payment c on (c.sequence, c.kind) = (d.core_sequence, 'pay')
      where d.state = 'confirmed' and d.amount_fen is distinct from c.amount_fen`,
  },
  {
    name: 'paid_is_a_drawdown',
    sql: `select c.sequence || ': paid by the core ' || c.amount_fen || ', drawdown ' || coalesce(d.state, 'unknown') as detail
      from simulation.core_day join simulation.core_payment c using (core_date) left join servicing.drawdown d on d.core_sequence = c.sequence
      where c.kind = 'pay' and (d.state is null or d.state = 'failed')`,
  },
  {
    name: 'event_was_asked_for',
    sql: `with done as (
        select e.*, case e.kind when 'facility.open' then 'F' || e.facility_id when 'drawdown.reserve' then 'D' || (e.detail ->> 'drawdown_id')
          else 'E' || e.event_id end as reference
        from simulation.new_event e where e.kind in ('repayment', 'recovery', 'facility.open', 'drawdown.reserve') and not e.detail ? 'collection_id')
      select d.kind || ' ' || d.reference || ': no request' as detail
      from done d left join simulation.new_request r using (entity_id, reference) where r.key is null`,
  },
  {
    name: 'request_is_done',
    sql: `select r.key || ': ' || coalesce(r.reference, 'no answer') as detail from simulation.new_request r
      where r.reference is null or (r.reference like 'E%' and not exists (
        select from servicing.event e where e.event_id = substr(r.reference, 2)::bigint and e.entity_id = r.entity_id))`,
  },
  {
    name: 'told_is_done',
    sql: `select coalesce(t.kind, e.kind) || ' E' || coalesce(t.event_id, e.event_id) || ': told ' || coalesce(t.amount_fen::text, 'nothing')
        || ', done ' || coalesce(e.amount_fen::text, 'nothing') as detail
      from (select told.* from simulation.mark join simulation.told on told.event_id > mark.event_id) t
      full join (select * from simulation.new_event where kind in ('repayment', 'repayment.reverse', 'recovery') and not detail ? 'collection_id') e on e.event_id = t.event_id
      where (t.kind, t.loan_id, t.amount_fen) is distinct from (e.kind, e.loan_id, e.amount_fen)`,
  },
];
