-- How many people hold each role, by its name and scope: in several organizations (or on several websites) one person
-- counts once. Ordered by name and scope, after [_after_role, _after_scope].
-- Returns {rows: [{role, scope, user_count}], one more than _limit if there are more}.
create function app.role_wise_users(
  _org_id integer, _from bigint, _to bigint, _status integer, _after_role text, _after_scope text, _limit integer
) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp set plan_cache_mode = force_custom_plan
as $$
declare
  _org_ids constant integer[] := app.counted_orgs(_org_id);
begin
  return jsonb_build_object('rows', coalesce((
    select jsonb_agg(to_jsonb(u) order by u.role, u.scope)
    from (
      select * from (
        select role, scope, users as user_count from app.role_counts(_org_ids, _from, _to, _status)
        where cardinality(_org_ids) = 1
        union all
        select * from app.users_by_role_name(_org_ids, _from, _to, _status)
        where cardinality(_org_ids) > 1
        union all
        select * from app.all_users_by_role_name(_from, _to, _status)
        where _org_ids is null
      ) everything
      where (role, scope) > (coalesce(_after_role, ''), coalesce(_after_scope, ''))
      order by role, scope limit _limit + 1
    ) u), '[]'));
end $$;

-- Of some organizations. The largest one's members are counted by its tallies, and of the others' those who do not hold the
-- same role there: so an organization of one's own beside a large one costs nothing. The rest is read person by person,
-- from the indexes alone.
create function app.users_by_role_name(_org_ids integer[], _from bigint, _to bigint, _status integer)
returns table (role text, scope text, user_count bigint)
language plpgsql stable rows 50 security definer set search_path = public, pg_temp set plan_cache_mode = force_custom_plan
as $$
declare
  _largest constant integer := (
    select t.org_id from member_tally t where t.org_id = any (_org_ids)
    group by 1 order by sum(t.members) desc, 1 limit 1);
begin
  return query
    select counted.name, 'organization', sum(counted.users)::bigint
    from (
      select r.name, c.members as users
      from app.member_counts(array[_largest], _from, _to, _status) c join role r on r.id = c.role_id
      union all
      select r.name, count(distinct m.user_id)
      from member m join role r on r.id = m.role_id and r.org_id = any (_org_ids)
        left join role there on there.org_id = _largest and there.name = r.name
      where m.org_id = any (array_remove(_org_ids, _largest)) and m.created_at > app.beginning()
        and (_from is null or m.created_at >= _from) and (_to is null or m.created_at < _to)
        and (_status is null or m.status = _status)
        and coalesce((
          select l.role_id from member l
          where l.user_id = m.user_id and l.org_id = _largest
            and (_from is null or l.created_at >= _from) and (_to is null or l.created_at < _to)
            and (_status is null or l.status = _status)), 0) <> coalesce(there.id, -1)
      group by 1
    ) counted
    group by 1
    union all
    select r.name, 'website', count(distinct w.user_id)
    from website_member w join role r on r.id = w.role_id and r.org_id = any (_org_ids)
    where w.org_id = any (_org_ids) and w.created_at > app.beginning()
      and (_from is null or w.created_at >= _from) and (_to is null or w.created_at < _to)
      and (_status is null or w.status = _status)
    group by 1;
end $$;

-- Of all: the system roles, which most people hold and which have the same names everywhere, in the order of an index in
-- which one person's memberships lie side by side; an organization's own roles through their names.
create function app.all_users_by_role_name(_from bigint, _to bigint, _status integer)
returns table (role text, scope text, user_count bigint)
language plpgsql stable rows 50 security definer set search_path = public, pg_temp set plan_cache_mode = force_custom_plan
as $$
begin
  return query
    select s.name, s.scope, counted.users
    from (
      select m.system_role, count(distinct m.user_id) as users from member m
      where m.system_role is not null and (_from is null or m.created_at >= _from) and (_to is null or m.created_at < _to)
        and (_status is null or m.status = _status)
      group by 1
      union all
      select w.system_role, count(distinct w.user_id) from website_member w
      where w.system_role is not null and (_from is null or w.created_at >= _from) and (_to is null or w.created_at < _to)
        and (_status is null or w.status = _status)
      group by 1
    ) counted
      join app.system_roles() s on app.system_role_of(s.name, true) = counted.system_role
    union all
    select own.name, own.scope, count(*)
    from (
      -- By a number for each name, since people are sorted by it.
      select named.id, held.user_id
      from (
        select m.role_id, m.user_id from member m
        where m.system_role is null and (_from is null or m.created_at >= _from) and (_to is null or m.created_at < _to)
          and (_status is null or m.status = _status)
        union all
        select w.role_id, w.user_id from website_member w
        where w.system_role is null and (_from is null or w.created_at >= _from) and (_to is null or w.created_at < _to)
          and (_status is null or w.status = _status)
      ) held join (
        select r.id as role_id, min(r.id) over (partition by r.name, r.scope) as id from role r where not r.system
      ) named using (role_id)
      group by 1, 2
    ) once join role own on own.id = once.id
    group by 1, 2;
end $$;

grant execute on function app.role_wise_users to app_tenant;
