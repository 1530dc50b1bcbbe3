-- Public knowledge: which releases this database has seen.
alter table "version" enable row level security;

create policy version_read on "version" for select to app_login, app_tenant using (true);

grant select on "version" to app_login, app_tenant;
