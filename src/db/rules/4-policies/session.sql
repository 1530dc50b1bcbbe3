-- A person sees their own sessions and ends those that live: an ended one never lives again.
alter table session enable row level security;

create policy session_read on session for select to app_tenant using (user_id = (select app.me()));
create policy session_end on session for update to app_tenant
  using (user_id = (select app.me()) and ended_at is null) with check (user_id = (select app.me()));

grant select, update (ended_at, end_reason) on session to app_tenant;
