-- Histories of many organizations in a database made for them (see histories.ts): first a clock that can be set.
create schema history;

create or replace function app.now_ms() returns bigint
language sql volatile
as $$ select current_setting('history.now')::bigint $$;

alter table member alter created_at set default app.now_ms();
alter table website_member alter created_at set default app.now_ms();
alter table audit_event alter created_at set default app.now_ms();

-- Each step at its time, in a transaction of its own. What the rules refuse is not done.
create procedure history.play(_ats bigint[], _steps text[])
language plpgsql
as $$
begin
  for i in 1 .. cardinality(_ats) loop
    perform set_config('history.now', _ats[i]::text, false);
    perform history.attempt(_steps[i]);
    commit;
  end loop;
end $$;

create function history.attempt(_step text) returns void
language plpgsql
as $$
begin
  execute 'select history.' || _step;
exception
  when others then
    if sqlstate not like 'TN%' and sqlstate <> '23505' then
      raise;
    end if;
end $$;

create function history.forget() returns void
language plpgsql
as $$
begin
  perform set_config('history.now', '0', false), set_config('history.bystander', '', false);
  delete from organisation;
  delete from "user";
  delete from member_change;
  delete from growth_tally;
  delete from past_member;
  delete from gone_members;
  delete from audit_event;
  delete from outbox;
  -- From one again: a history is the same whatever was before it.
  perform setval(pg_get_serial_sequence(format('%I', name), 'id'), 1, false)
  from unnest(array['organisation', 'user', 'session', 'role', 'member', 'website', 'website_member']) name;
end $$;
