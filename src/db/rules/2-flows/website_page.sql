-- A page of an organization's websites that the caller may read, by id: all of them for its members, for a guest those
-- where they have a role.
create function app.website_page(_org_id integer, _after integer, _limit integer) returns setof integer
language plpgsql stable security definer set search_path = public, pg_temp rows 50
as $$
begin
  if exists (select from app.my_orgs('website:read') mine where mine = _org_id) then
    return query
      select id from website where (org_id, id) > (_org_id, _after) and org_id <= _org_id
      order by org_id, id limit _limit;
  else
    return query
      select mine from app.my_websites('website:read') mine
      where mine > _after and (select w.org_id from website w where w.id = mine) = _org_id
      order by mine limit _limit;
  end if;
end $$;

grant execute on function app.website_page to app_tenant;
