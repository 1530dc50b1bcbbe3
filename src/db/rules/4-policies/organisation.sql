-- An organization is seen by its active members, and changed or deleted by those who hold that permission.
-- Its status is the operator's, and no column of the tenants'.
alter table organisation enable row level security;

create policy organisation_read on organisation for select to app_tenant
  using (id in (select app.my_orgs()));
create policy organisation_change on organisation for update to app_tenant
  using (id in (select app.my_open_orgs('organization:update')));
create policy organisation_delete on organisation for delete to app_tenant
  using (id in (select app.my_open_orgs('organization:delete')));

grant select, update (name, personal, settings), delete on organisation to app_tenant;
