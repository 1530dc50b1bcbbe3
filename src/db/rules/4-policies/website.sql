-- A website is seen by members of its organization who may read websites, and by its own guests.
alter table website enable row level security;
alter table website_member enable row level security;

create policy website_read on website for select to app_tenant using (
  org_id in (select app.my_orgs('website:read'))
  or exists (
    select from website_member w
    where w.website_id = website.id and w.user_id = (select app.me()) and w.status = 0)
);
create policy website_member_read on website_member for select to app_tenant using (
  user_id = (select app.me()) and org_id = coalesce((select app.org_id()), org_id)
);

grant select on website, website_member to app_tenant;
