-- A person sees themselves and, with member:read, the people of their organizations; changes only themselves.
-- The columns say the rest: no password, no platform_admin, no status or address through a table.
alter table "user" enable row level security;

create policy user_read on "user" for select to app_tenant using (
  id = (select app.me())
  or exists (
    select from member m
    where m.user_id = "user".id and m.org_id in (select app.my_orgs('member:read')))
);
create policy user_change on "user" for update to app_tenant
  using (id = (select app.me())) with check (id = (select app.me()));

grant select (id, email, profile, status, settings, email_verified_at, created_at, updated_at), update (profile, settings)
  on "user" to app_tenant;
