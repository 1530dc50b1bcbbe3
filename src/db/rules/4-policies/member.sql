-- Memberships are seen by those who may read members; one's own by oneself. A token for one organization, or
-- `authorize`, narrows both.
alter table member enable row level security;

create policy member_read on member for select to app_tenant using (
  org_id in (select app.my_orgs('member:read'))
  or (user_id = (select app.me()) and org_id = coalesce((select app.org_id()), org_id))
);

grant select on member to app_tenant;
