/** Who is on a list, how much, and who is not and why: one reading for the preview, for the approval and for the day. */
import { detailParts } from '#modules/population/index.ts';

type Column = Extract<keyof (typeof detailParts)['lists'], string>;
const at = (column: Column): number => Object.keys(detailParts.lists).indexOf(column);
const row = (column: Column): string => `(entry ->> ${at(column)})`;

/** On a list of the bank as of the day: black, fraud, or money laundering rated high. */
const isListed = `exists (
  select from population.person_detail d, jsonb_array_elements(coalesce(d.document::jsonb -> 'lists', '[]')) entry
  where d.entity_id = m.entity_id and d.person_id = m.person_id
    and (${row('kind')} in ('black', 'fraud') or ${row('kind')} = 'aml' and ${row('type')} = 'high')
    and ${row('from')} <= $3::text and (${row('to')} is null or ${row('to')} >= $3::text))`;

/**
 * An offer of the product stands, is accepted or being signed, or its signature has not become a facility yet: what was offered without a grant opens a
 * facility of its own. Two reads, each by its own index.
 */
const isApplying = `(exists (
  select from lending.application a
  where a.entity_id = m.entity_id and a.person_id = m.person_id collate "default" and a.product = v.product and a.closed_at is null
    and a.state in ('offered', 'accepted', 'signing', 'signed'))
  or exists (
  select from lending.application a
  where a.entity_id = m.entity_id and a.person_id = m.person_id collate "default" and a.product = v.product and a.closed_at is not null
    and a.state = 'signed' and a.facility_id is null))`;

/**
 * A facility's person has the database's collation and ours has none: without saying so its index is not used, and every line reads every facility.
 *
 * Columns: person_id, household_id, grid_code, name, limit_fen, rate_ppm, before_fen, reasons.
 * $1 project, $2 entity, $3 day, $4 product as facilities name it, $5 strategy, $6 price floor, $7 price cap, $8 batch (its own lines do not count against
 * it). `whose`: a condition on member m.
 */
export const listSql = (whose: string): string => `
  select m.person_id, m.household_id, m.grid_code, m.name, coalesce(w.determined_fen, 0) as limit_fen,
    least(greatest(coalesce(d.rate_ppm, $7::int), $6::int), $7::int) as rate_ppm, l.limit_fen as before_fen,
    array_remove(array[
      case when w.determined_fen is null then 'not_determined' end,
      case when w.determined_fen = 0 then 'determined_zero' end,
      case when w.taken_fen is distinct from t.taken_fen and w.determined_fen is not null or t.outcome = 'excluded' and w.determined_fen > 0
        then 'determination_moved' end,
      case when w.determined_fen > t.cap_fen then 'over_cap' end,
      case when d.outcome = 'decline' then 'declined' end,
      case when ${isListed} then 'listed' end,
      case when m.presence <> 'present' or h.state <> 'in_pool' or coalesce(p.deceased, false) then 'gone' end,
      case when f.state in ('active', 'frozen') then 'has_limit' end,
      case when f.state = 'granted' then 'already_granted' end,
      case when f.state is null and exists (
        select from village.batch_line b join village.batch o using (batch_id)
        where b.project_id = $1 and b.person_id = m.person_id and b.batch_id <> $8 and b.state = 'waiting' and o.state in ('proposed', 'granting'))
        then 'in_other_batch' end,
      case when ${isApplying} then 'applying' end,
      case when exists (
        select from village.objection o where o.project_id = $1 and o.person_id = m.person_id
          and (o.outcome is null or o.outcome = 'upheld' and o.answered_at >= coalesce(w.determined_at, '-infinity'))) then 'objection' end
    ], null) as reasons
  from village.member m
  join village.project v using (project_id)
  join village.household h using (project_id, household_id)
  join village.taken t using (project_id, person_id)
  left join lateral (
    select n.determined_fen, n.taken_fen, n.determined_at from village.determination n
    where n.project_id = m.project_id and n.person_id = m.person_id order by n.determination_id desc limit 1) w on true
  left join lateral (
    select n.limit_fen from village.batch_line n
    where n.project_id = m.project_id and n.person_id = m.person_id and n.batch_id <> $8 and n.state in ('granted', 'reversed', 'withdrawn', 'lapsed')
    order by n.batch_id desc limit 1) l on true
  left join lateral (
    select n.state from servicing.facility n
    where n.entity_id = m.entity_id and n.person_id = m.person_id collate "default" and n.product = $4 and n.state <> 'closed'
      -- In servicing a day lasts until its night is over: until then a granted limit can still be signed, and no other one stands beside it.
      and n.valid_to >= least($3::date, (select open_date from servicing.business_day where entity_id = $2))
    order by n.state = 'granted' desc limit 1) f on true
  left join strategy.decision_current d on d.entity_id = m.entity_id and d.person_id = m.person_id and d.strategy = $5
  left join population.person p on p.entity_id = m.entity_id and p.person_id = m.person_id
  where m.project_id = $1 and m.entity_id = $2 and m.part = 'subject' and ${whose}`;

/** What was seen: the same lines give the same hash, whatever order they are read in. */
export const hashOfLines = (from: string): string =>
  `encode(sha256(convert_to(coalesce(string_agg(
     concat_ws('|', person_id, limit_fen, rate_ppm, before_fen, array_to_string(reasons, ',')), E'\\n' order by person_id), ''), 'UTF8')), 'hex')
   from ${from}`;
