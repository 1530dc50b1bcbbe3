-- An organization's name, for whoever sees it or a website of it: all that a guest learns of it.
create function app.organization_name(_org_id integer) returns text
language plpgsql stable security definer set search_path = public, pg_temp
as $$
begin
  return (
    select name from organisation
    where id = _org_id and (id in (select app.my_orgs()) or id in (select app.my_guest_orgs())));
end $$;

-- The names of all organizations of whose websites the caller is a guest, at once.
create function app.guest_org_names() returns table (org_id integer, name text)
language plpgsql stable rows 10 security definer set search_path = public, pg_temp
as $$
begin
  return query
    select o.id, o.name from organisation o where o.id = any (array(select app.my_guest_orgs()));
end $$;

grant execute on function app.organization_name, app.guest_org_names to app_tenant;
