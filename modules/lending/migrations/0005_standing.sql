-- Who comes by a code may have applied before: found by the phone, and by the person once that is known. Closed applications only grow in number.
create index application_of_phone on lending.application (entity_id, phone_key, product);
create index application_of_person on lending.application (entity_id, person_id, product);
drop index lending.application_history;
