-- Roles are seen by the organization's active members, roles for websites by its guests, one's own role by oneself;
-- made, changed and deleted by those who hold that permission. `system` is no column of the tenants'.
alter table role enable row level security;

create policy role_read on role for select to app_tenant using (
  org_id in (select app.my_orgs())
  or (scope = 'website' and org_id in (select app.my_guest_orgs()))
  or exists (
    select from member m where m.org_id = role.org_id and m.role_id = role.id and m.user_id = (select app.me()))
  or exists (
    select from website_member w
    where w.org_id = role.org_id and w.role_id = role.id and w.user_id = (select app.me()))
);
create policy role_make on role for insert to app_tenant
  with check (org_id in (select app.my_open_orgs('role:create')));
create policy role_change on role for update to app_tenant
  using (org_id in (select app.my_open_orgs('role:update')));
create policy role_delete on role for delete to app_tenant
  using (org_id in (select app.my_open_orgs('role:delete')));

grant select, insert (org_id, name, description, scope, permissions), update (name, description, scope, permissions),
  delete on role to app_tenant;
