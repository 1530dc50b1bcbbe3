-- A website's people are seen by whoever sees the website, one's own row by oneself; changed and removed by those who may
-- invite to it; one's own is given up by oneself. Nobody is put in through the table.
alter table website_member enable row level security;

create policy website_member_read on website_member for select to app_tenant using (
  (user_id = (select app.me()) and org_id = coalesce((select app.org_id()), org_id))
  or org_id in (select app.my_orgs('website:*'))
  or website_id in (select app.my_websites('website:*'))
);
create policy website_member_change on website_member for update to app_tenant
  using (org_id in (select app.my_open_orgs('website:invite')) or website_id in (select app.my_websites('website:invite')));
create policy website_member_remove on website_member for delete to app_tenant using (
  org_id in (select app.my_open_orgs('website:invite'))
  or website_id in (select app.my_websites('website:invite'))
  or (user_id = (select app.me())
    and (org_id in (select app.my_open_orgs()) or website_id in (select app.my_websites())))
);

grant select, update (role_id, status, settings), delete on website_member to app_tenant;
