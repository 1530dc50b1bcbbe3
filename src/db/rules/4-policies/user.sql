-- A person sees themselves, the people of the organizations in which they hold a permission on members, and those of the
-- websites on which they hold one; changes only themselves.
-- The columns say the rest: no password, no platform_admin, no status or address through a table.
alter table "user" enable row level security;

create policy user_read on "user" for select to app_tenant using (
  id = (select app.me())
  or exists (
    select from member m
    where m.user_id = "user".id and m.org_id = any (array(select app.my_orgs('member:*'))))
  or exists (
    select from website_member w
    where w.user_id = "user".id and (
      w.org_id in (select app.my_orgs('website:*')) or w.website_id in (select app.my_websites('website:*'))))
);
create policy user_change on "user" for update to app_tenant
  using (id = (select app.me())) with check (id = (select app.me()));

grant select (id, email, profile, status, settings, email_verified_at, created_at, updated_at), update (profile, settings)
  on "user" to app_tenant;
