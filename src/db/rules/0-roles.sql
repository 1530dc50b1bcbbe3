-- Two roles, neither of which owns or bypasses anything.
--   app_login   the Worker's login: reads `version`, calls the flow functions, may step into app_tenant
--   app_tenant  what an entered request acts as: tables through policies, columns by grant
-- `npm run db:setup` gives app_login its password; until then it cannot log in.
do $$
declare
  _role text;
begin
  foreach _role in array array['app_tenant', 'app_login'] loop
    if not exists (select from pg_roles where rolname = _role) then
      execute format('create role %I nologin noinherit', _role);
    end if;
  end loop;
exception
  -- Roles belong to the cluster: another database of it made them a moment ago.
  when duplicate_object or unique_violation then null;
end $$;

do $$
begin
  if not exists (
    select from pg_auth_members
    where roleid = 'app_tenant'::regrole and member = 'app_login'::regrole and set_option and not inherit_option
  ) then
    grant app_tenant to app_login with inherit false, set true;
  end if;
end $$;

-- A request looks rows up and never has a reason to read a table from its beginning, whatever the planner makes of
-- tables that are small, young or full of one organization; nor are its statements worth compiling.
do $$
begin
  execute format('alter role app_login in database %I set enable_seqscan = off', current_database());
  execute format('alter role app_login in database %I set jit = off', current_database());
exception
  -- The login was made by somebody else: without this it only plans less well.
  when insufficient_privilege then null;
end $$;

revoke create on schema public from public;
grant usage on schema public to app_login, app_tenant;

-- Holds functions only, no data: it is dropped and rebuilt from these files whenever one of them changes.
create schema app;
grant usage on schema app to app_login, app_tenant;
