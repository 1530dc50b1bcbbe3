-- The id of an organization's role by its name, or 0, which no role has: comparing texts is not leakproof, so under the
-- policies no index could serve.
create function app.role_named(_org_id integer, _name text) returns integer
language plpgsql stable security definer set search_path = public, pg_temp
as $$
begin
  return coalesce((
    select id from role
    where org_id = _org_id and lower(name) = lower(_name) and _org_id in (select app.my_orgs())), 0);
end $$;

grant execute on function app.role_named to app_tenant;
