-- Memberships are seen by those who hold a permission on members, one's own by oneself; changed and removed by those who
-- may; one's own is given up by oneself. Nobody is put in through the table. A token for one organization, or
-- `authorize`, narrows all of it.
alter table member enable row level security;

create policy member_read on member for select to app_tenant using (
  (user_id = (select app.me()) and org_id = coalesce((select app.org_id()), org_id))
  or org_id in (select app.my_orgs('member:*'))
);
create policy member_change on member for update to app_tenant
  using (org_id in (select app.my_open_orgs('member:update')));
create policy member_remove on member for delete to app_tenant using (
  org_id in (select app.my_open_orgs('member:remove'))
  or (user_id = (select app.me()) and org_id in (select app.my_open_orgs()))
);

grant select, update (role_id, status, settings), delete on member to app_tenant;
