-- A write-off freezes its facility since; those written off before it are frozen now, with their event.
with frozen as (
  update servicing.facility f set state = 'frozen'
  where f.state = 'active' and exists (select from servicing.loan l where l.facility_id = f.facility_id and l.state = 'written_off'
    and l.overdue_principal_fen + l.due_interest_fen + l.penalty_fen + l.compound_fen + l.costs_fen > 0)
  returning f.entity_id, f.facility_id, f.limit_fen
)
insert into servicing.event (entity_id, business_date, kind, facility_id, detail, actor_id, at)
select entity_id, b.open_date, 'facility.change', facility_id,
  jsonb_build_object('limit_fen', limit_fen::text, 'state', 'frozen', 'reason', '项下有已核销、尚未收回的贷款'), 'migration', now()
from frozen join servicing.business_day b using (entity_id);
