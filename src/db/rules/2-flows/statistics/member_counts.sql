-- How many members hold each role of some organizations, of those who joined from _from until before _to (epoch ms; null:
-- ever) and have a status (null: any). Whole days come from the tallies and what is not folded into them yet; the parts of
-- days at both ends from the members themselves. Roles that nobody holds have no row.
create function app.member_counts(_org_ids integer[], _from bigint, _to bigint, _status integer)
returns table (org_id integer, role_id integer, members bigint)
language plpgsql stable rows 50 security definer set search_path = public, pg_temp set plan_cache_mode = force_custom_plan
as $$
declare
  _day constant bigint := 86400000;
  -- The whole days between: from this one until before that one.
  _first constant bigint := case when _from is not null then app.slot_of(_from - 1, 24) + 1 end;
  _end constant bigint := case when _to is not null then app.slot_of(_to, 24) end;
begin
  if _first > _end then
    return query
      select m.org_id, m.role_id, count(*) from member m
      where m.org_id = any (_org_ids) and m.created_at > app.beginning() and m.created_at >= _from and m.created_at < _to
        and (_status is null or m.status = _status)
      group by 1, 2;
    return;
  end if;
  return query
    select c.org_id, c.role_id, sum(c.members)::bigint from (
      select t.org_id, t.role_id, t.members from member_tally t
      where t.org_id = any (_org_ids) and (_first is null or t.day >= _first) and (_end is null or t.day < _end)
        and (_status is null or t.status = _status)
      union all
      select u.org_id, u.role_id, u.members from member_change u
      where u.org_id = any (_org_ids) and (_first is null or u.at >= _first * _day) and (_end is null or u.at < _end * _day)
        and (_status is null or u.status = _status) and u.members <> 0
      union all
      select m.org_id, m.role_id, 1 from member m
      where m.org_id = any (_org_ids) and m.created_at > app.beginning() and m.created_at >= _from and m.created_at < _first * _day
        and (_status is null or m.status = _status)
      union all
      select m.org_id, m.role_id, 1 from member m
      where m.org_id = any (_org_ids) and m.created_at > app.beginning() and m.created_at >= _end * _day and m.created_at < _to
        and (_status is null or m.status = _status)
    ) c
    group by 1, 2 having sum(c.members) <> 0;
end $$;

-- The same of people with a role on a website: on several websites of an organization one person counts once.
create function app.guest_counts(_org_ids integer[], _from bigint, _to bigint, _status integer)
returns table (org_id integer, role_id integer, users bigint)
language plpgsql stable rows 50 security definer set search_path = public, pg_temp set plan_cache_mode = force_custom_plan
as $$
begin
  return query
    select w.org_id, w.role_id, count(distinct w.user_id) from website_member w
    where w.org_id = any (_org_ids) and w.created_at > app.beginning()
      and (_from is null or w.created_at >= _from) and (_to is null or w.created_at < _to)
      and (_status is null or w.status = _status)
    group by 1, 2;
end $$;

-- Both, by the role's name: one row for each role of each organization that somebody holds.
create function app.role_counts(_org_ids integer[], _from bigint, _to bigint, _status integer)
returns table (org_id integer, role_id integer, role text, scope text, users bigint)
language plpgsql stable rows 50 security definer set search_path = public, pg_temp
as $$
begin
  return query
    select c.org_id, c.role_id, r.name, r.scope, c.members
    from (
      select * from app.member_counts(_org_ids, _from, _to, _status)
      union all
      select * from app.guest_counts(_org_ids, _from, _to, _status)
    ) c, lateral (select * from role where id = c.role_id offset 0) r;  -- One by one: joined, all roles might be read.
end $$;
