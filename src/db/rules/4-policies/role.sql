-- Roles are seen by those who may read roles; one's own role by everybody who holds it.
alter table role enable row level security;

create policy role_read on role for select to app_tenant using (
  org_id in (select app.my_orgs('role:read'))
  or exists (select from member m where m.role_id = role.id and m.user_id = (select app.me()))
  or exists (select from website_member w where w.role_id = role.id and w.user_id = (select app.me()))
);

grant select on role to app_tenant;
