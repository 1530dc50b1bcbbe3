-- Invites are seen by those who may send such ones: to the organization, or to a website. They are made, sent again and
-- withdrawn by flows. The token's hash is no column of the tenants'.
alter table invite enable row level security;

create policy invite_read on invite for select to app_tenant using (
  (website_id is null and org_id in (select app.my_orgs('member:invite')))
  or (website_id is not null and org_id in (select app.my_orgs('website:invite')))
  or website_id in (select app.my_websites('website:invite'))
);

grant select (id, user_id, org_id, website_id, email, role_id, state, expires_at, delivery_state, delivery_error,
  created_at, updated_at) on invite to app_tenant;
