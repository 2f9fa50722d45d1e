-- Legal entities deliver files of the same name on the same day, so the file that stands for a source, day, mode and part is kept for each of
-- them. `entities`: all that the file stood for when it was published. `is_named`: its rows name them; else its folder or the order did.
alter table intake.delivery rename to delivery_before;
create table intake.delivery (
  entity_id        text not null,
  source           text not null,
  file_date        date not null,
  mode             text not null,
  part             text not null,
  file             text not null,
  md5              text not null,
  contract_version integer not null,
  load_no          bigint not null references intake.load,
  entities         text[] not null check (entity_id = any (entities)),
  is_named         boolean not null,
  primary key (entity_id, source, file_date, mode, part)
);
insert into intake.delivery (entity_id, source, file_date, mode, part, file, md5, contract_version, load_no, entities, is_named)
select f.entity_id, d.source, d.file_date, d.mode, d.part, d.file, d.md5, d.contract_version, d.load_no,
  array_agg(f.entity_id) over (partition by f.load_no, f.file order by f.entity_id rows between unbounded preceding and unbounded following),
  sum(f.rows_in) over (partition by f.load_no, f.file) > 0
from intake.delivery_before d join intake.file f using (load_no, file) where f.state = 'published';
drop table intake.delivery_before;

-- What a file's report says beyond counts; `left_out`: a re-sent file no longer names this legal entity, whose earlier rows stand.
alter table intake.file add column note text check (note in ('left_out'));

-- `attempt` counts how often the work was begun: only the last beginner may publish. `tries_left`: how often it goes on by itself when the
-- process dies or a fault stops it. A load that waited before there were tries is begun by nobody.
alter table intake.load add column attempt integer not null default 0, add column tries_left integer not null default 0;
update intake.load set state = 'interrupted', finished_at = now(), message_zh = '进程中断,已发布的数据未变;重新装载即可',
  message_en = 'The process ended; what was published is unchanged; load again' where state = 'waiting';
