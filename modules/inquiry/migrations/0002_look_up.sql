/*
 * What the book knows of a person at sources, for whoever decides now whether to ask them; nobody else decides about the same until the transaction ends.
 * One call instead of four, and planned once: how many sources are asked about changes nothing of how they are looked up.
 *
 * The person is held at every source, in one order on all servers. Consents come first and by themselves, held against a withdrawal: waiting for one that
 * a question is just using up, a statement that also looked for the answer would look for it as of before. A question that was cut off is closed as
 * unavailable. An answer is the newest valid one whose consent stands, or stood until it was used or ran out.
 */
create function inquiry.look_up(of_entity text, of_person text, sources text[], moment timestamptz, today date)
returns table (source text, grid_code text, consents jsonb, running bigint, asked_today integer, inquiry_id bigint, consent_id bigint, "values" jsonb,
  as_of date, known_at timestamptz, valid_until timestamptz, state text, failures integer, failing_since timestamptz, until timestamptz)
language plpgsql set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  held jsonb;
begin
  perform pg_advisory_xact_lock(hashtext('inquiry'), hashtext(of_entity || '|' || of_person || '|' || wanted.name))
  from (select name from unnest(sources) as name order by name collate "C") wanted;

  select coalesce(jsonb_agg(c), '[]') into held from (
    select consent_id::text, purpose, source, is_separate, given_at, valid_until, withdrawn_at, used_at from inquiry.consent
    where entity_id = of_entity and person_id = of_person and source = any(sources) order by consent_id for share) c;

  update inquiry.inquiry set state = 'unavailable', reason = 'interrupted', finished_at = moment
  where entity_id = of_entity and person_id = of_person and source = any(sources) and state = 'asking' and give_up_at <= moment;

  return query
  select w.source, coalesce(p.grid_code, left(e.root_grid_code, 6) || '000000'), held,
    (select i.inquiry_id from inquiry.inquiry i where i.entity_id = of_entity and i.person_id = of_person and i.source = w.source and i.state = 'asking'),
    (select count(distinct coalesce(i.question_no, i.inquiry_id::text))::int from inquiry.inquiry i
      where i.entity_id = of_entity and i.person_id = of_person and i.source = w.source and i.asked_on = today and i.may_have_left),
    answer.*, b.state, b.failures, b.failing_since, b.until
  from unnest(sources) as w (source)
  join organization.entity e on e.entity_id = of_entity
  left join population.person p on p.entity_id = of_entity and p.person_id = of_person
  left join inquiry.breaker b on b.entity_id = of_entity and b.source = w.source
  left join lateral (
    select a.inquiry_id, i.consent_id, a.values, a.as_of, a.known_at, a.valid_until
    from inquiry.answer a join inquiry.inquiry i using (inquiry_id) join inquiry.consent c using (consent_id)
    where a.entity_id = of_entity and a.person_id = of_person and a.source = w.source and a.known_at <= moment and a.valid_until > moment
      and (c.withdrawn_at is null or c.withdrawn_at > moment)
    order by a.known_at desc, a.inquiry_id desc limit 1) answer on true;
end $$;
revoke execute on function inquiry.look_up from public;
