/** Rules of what the bank collects from accounts: taken once at the core and booked once here, or neither. */
import type { Rule } from './rule.ts';

export const collectionRules: readonly Rule[] = [
  {
    name: 'collected_is_taken',
    sql: `select 'C' || o.collection_id || ' ' || o.core_sequence || ': collected ' || o.amount_fen || ', taken by the core ' || coalesce(c.amount_fen::text, 'nothing') as detail
      from simulation.collection_scope join servicing.collection o using (collection_id)
      left join simulation.core_payment c on (c.sequence, c.kind) = (o.core_sequence, 'collect')
      where o.state = 'collected' and (o.amount_fen, o.core_date) is distinct from (c.amount_fen, c.core_date)`,
  },
  {
    name: 'taken_is_a_collection',
    sql: `select c.sequence || ': taken by the core ' || c.amount_fen || ', collection ' || coalesce(o.state, 'unknown') as detail
      from simulation.core_day join simulation.core_payment c using (core_date) left join servicing.collection o on o.core_sequence = c.sequence
      where c.kind = 'collect' and (o.state is null or o.state in ('planned', 'failed'))`,
  },
  {
    name: 'collection_is_one_repayment',
    sql: `select 'C' || o.collection_id || ' E' || e.event_id || ': collected ' || coalesce(o.amount_fen::text, 'nothing')
        || ', repaid ' || coalesce(e.amount_fen::text, 'nothing') as detail
      from (select o.* from simulation.collection_scope join servicing.collection o using (collection_id) where o.state = 'collected'
        union select o.* from simulation.new_event n join servicing.collection o on o.collection_id = (n.detail ->> 'collection_id')::bigint) o
      full join (select e.* from simulation.new_event n join servicing.event e using (event_id) where n.kind = 'repayment' and n.detail ? 'collection_id'
        union select e.* from simulation.collection_scope join servicing.collection o using (collection_id) join servicing.event e using (event_id)) e
        on e.event_id = o.event_id and e.detail ->> 'collection_id' = o.collection_id::text
      where (o.state, o.loan_id, o.amount_fen, o.entity_id) is distinct from ('collected', e.loan_id, e.amount_fen, e.entity_id)`,
  },
  {
    name: 'collected_on_its_day',
    sql: `select 'C' || o.collection_id || ' of ' || o.business_date || ': taken by the core on ' || o.core_date || ', counts on ' || (e.detail ->> 'value_date') as detail
      from simulation.collection_scope join servicing.collection o using (collection_id) join servicing.event e using (event_id)
      where o.state = 'collected' and (e.detail ->> 'value_date', o.business_date) is distinct from (o.core_date::text, o.core_date)`,
  },
];
