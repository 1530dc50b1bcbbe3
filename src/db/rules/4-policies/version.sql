-- Public knowledge: which releases this database has seen.
grant select on "version" to app_login, app_tenant;
