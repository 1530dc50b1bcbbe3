-- A website is seen by members of its organization who hold a permission on websites, and by its own guests; changed and
-- deleted by those of them who may. It is made by a flow.
alter table website enable row level security;

create policy website_read on website for select to app_tenant using (
  org_id in (select app.my_orgs('website:*')) or id in (select app.my_websites('website:*'))
);
create policy website_change on website for update to app_tenant
  using (org_id in (select app.my_open_orgs('website:update')) or id in (select app.my_websites('website:update')));
create policy website_delete on website for delete to app_tenant
  using (org_id in (select app.my_open_orgs('website:delete')) or id in (select app.my_websites('website:delete')));

grant select, update (name, url, settings), delete on website to app_tenant;
