-- An organization is seen by its active members.
alter table organisation enable row level security;

create policy organisation_read on organisation for select to app_tenant
  using (id in (select app.my_orgs()));

grant select on organisation to app_tenant;
