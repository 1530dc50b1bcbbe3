-- Where the caller may do something, for the policies. SECURITY DEFINER, because a policy on `member` that read `member`
-- itself would recurse. A permission is one of the catalogue, 'member:*' for any on members, or null for membership
-- alone. In a suspended organization its owners hold theirs, for reading, and nobody else any.
-- BETWEEN narrows to one organization by the index, also in a plan that is made for any.

-- The organizations in which the caller is an active member and holds a permission.
create function app.my_orgs(_permission text default null) returns setof integer
language plpgsql stable rows 10 security definer set search_path = public, pg_temp
as $$
declare
  _me integer := app.me();
  _only integer := app.org_id();
begin
  if _permission is null then
    return query
      select m.org_id from member m
      where m.user_id = _me and m.status = 0
        and m.org_id between coalesce(_only, 0) and coalesce(_only, 2147483647);
  else
    return query
      select m.org_id from member m join role r on r.id = m.role_id
      where m.user_id = _me and m.status = 0
        and m.org_id between coalesce(_only, 0) and coalesce(_only, 2147483647)
        and app.grants(r.permissions, _permission)
        and (r.system and r.name = 'owner' or (select o.status from organisation o where o.id = m.org_id) = 0);
  end if;
end $$;

-- The same for changes: no suspended organization is among them. (Asked one by one: joined, the planner likes to read
-- every organization there is.)
create function app.my_open_orgs(_permission text default null) returns setof integer
language plpgsql stable rows 10 security definer set search_path = public, pg_temp
as $$
begin
  return query
    select mine from app.my_orgs(_permission) mine where (select o.status from organisation o where o.id = mine) = 0;
end $$;

-- The caller's websites with their organizations: where they are an active guest and hold a permission, for reading and
-- for changes. A suspended membership of the organization, or a suspended organization, ends it.
create function app.my_visits(_permission text default null) returns table (website_id integer, org_id integer)
language plpgsql stable rows 10 security definer set search_path = public, pg_temp
as $$
declare
  _me integer := app.me();
  _only integer := app.org_id();
begin
  return query
    select w.website_id, w.org_id
    from website_member w
      join organisation o on o.id = w.org_id and o.status = 0
      left join member m on m.org_id = w.org_id and m.user_id = w.user_id
    where w.user_id = _me and w.status = 0 and coalesce(m.status, 0) = 0
      and w.org_id between coalesce(_only, 0) and coalesce(_only, 2147483647)
      and (_permission is null
        or app.grants((select r.permissions from role r where r.id = w.role_id), _permission));
end $$;

create function app.my_websites(_permission text default null) returns setof integer
language plpgsql stable rows 10 security definer set search_path = public, pg_temp
as $$
begin
  return query
    select website_id from app.my_visits(_permission);
end $$;

create function app.my_guest_orgs() returns setof integer
language plpgsql stable rows 10 security definer set search_path = public, pg_temp
as $$
begin
  return query
    select distinct org_id from app.my_visits();
end $$;

create function app.grants(_permissions text[], _permission text) returns boolean
language plpgsql immutable
as $$
begin
  return _permission = any (_permissions) or _permission like '%:*' and exists (
    select from unnest(_permissions) p where starts_with(p, left(_permission, -1)));
end $$;

grant execute on function app.my_orgs, app.my_open_orgs, app.my_websites, app.my_guest_orgs to app_tenant;
