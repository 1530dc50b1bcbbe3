-- Memberships begun and ended before each of some instants, of some or (null) of all organizations: whole days from the
-- tallies, what is not folded into them yet, and what lies between an instant and the midnight (UTC) that is nearest.
create function app.members_before(_org_ids integer[], _at bigint[], _status integer)
returns table (at bigint, joined bigint, ended bigint)
language plpgsql stable rows 100 security definer set search_path = public, pg_temp set plan_cache_mode = force_custom_plan
as $$
declare
  _hour constant bigint := 3600000;
  _last constant bigint := app.slot_of((select max(a) from unnest(_at) a), 1);
begin
  return query
  with event as (
    -- In the order of hours; what begins at an instant is not before it, so of one hour the instants come first. `turn`
    -- tells the two sums apart: of days up to the midnight, and of what is not folded up to the hour.
    select g.slot * 24 as hour, 'days' as turn, null::bigint as at, sum(g.joined) as joined, sum(g.ended) as ended
    from growth_tally g
    where (_org_ids is null and g.org_id is null or g.org_id = any (_org_ids)) and g.hours = 24 and g.slot * 24 <= _last
      and (_status is null or g.status = _status)
    group by 1
    union all
    select app.slot_of(c.at, 1), 'fresh', null, sum(c.joined), sum(c.ended) from member_change c
    where (_org_ids is null or c.org_id = any (_org_ids)) and c.at < _last * _hour
      and (_status is null or c.status = _status)
    group by 1
    union all select b.midnight, 'days', b.at, 0, 0 from app.instants(_at) b
    union all select b.hour, 'fresh', b.at, 0, 0 from app.instants(_at) b
  ), running as (
    select e.at, sum(e.joined) over sofar as joined, sum(e.ended) over sofar as ended
    from event e
    window sofar as (partition by e.turn order by e.hour, e.at is null)
  )
  select e.at, sum(e.joined)::bigint, sum(e.ended)::bigint
  from (
    select * from running where running.at is not null
    union all select * from app.members_near_midnight(_org_ids, _at, _status)
  ) e
  group by 1;
end $$;

-- Instants with their hour, and the hour of the midnight (UTC) that is nearest.
create function app.instants(_at bigint[]) returns table (at bigint, hour bigint, midnight bigint)
language sql immutable
as $$
  select distinct a, app.slot_of(a, 1), app.slot_of(a + 12 * 3600000, 24) * 24 from unnest(_at) a
$$;

-- What to add to the memberships before that midnight for those before the instant (negative where the midnight is the
-- later one): whole hours from the tallies, the part of an hour from the memberships themselves. Few are looked up one by
-- one; of many instants in many organizations, all that lies between the first and the last is read instead.
create function app.members_near_midnight(_org_ids integer[], _at bigint[], _status integer)
returns table (at bigint, joined bigint, ended bigint)
language plpgsql stable rows 100 security definer set search_path = public, pg_temp set plan_cache_mode = force_custom_plan
as $$
declare
  _hour constant bigint := 3600000;
  _most constant integer := 4000;
  _begin bigint;
  _end bigint;
begin
  if _org_ids is null or cardinality(_org_ids) * cardinality(_at) <= _most then
    return query
    select b.at, (sign(b.hour - b.midnight) * g.joined)::bigint, (sign(b.hour - b.midnight) * g.ended)::bigint
    from app.instants(_at) b,
      lateral (
        select coalesce(sum(g.joined), 0) as joined, coalesce(sum(g.ended), 0) as ended from growth_tally g
        where (_org_ids is null and g.org_id is null or g.org_id = any (_org_ids)) and g.hours = 1
          and g.slot >= least(b.midnight, b.hour) and g.slot < greatest(b.midnight, b.hour)
          and (_status is null or g.status = _status)
      ) g
    where b.hour <> b.midnight;
    return query
    select b.at, j.many + f.many + d.many, l.many + e.many
    from app.instants(_at) b,
      lateral (
        select count(*) as many from member m
        where (_org_ids is null or m.org_id = any (_org_ids)) and m.created_at > app.beginning()
          and m.created_at >= b.hour * _hour and m.created_at < b.at and (_status is null or m.status = _status)
      ) j,
      lateral (
        select count(*) as many from past_member p
        where (_org_ids is null or p.org_id = any (_org_ids)) and p.joined_at >= b.hour * _hour and p.joined_at < b.at
          and (_status is null or p.status = _status)
      ) f,
      lateral (
        select count(*) as many from past_member p
        where (_org_ids is null or p.org_id = any (_org_ids)) and p.left_at >= b.hour * _hour and p.left_at < b.at
          and (_status is null or p.status = _status)
      ) l,
      -- Of organizations that are gone, which only the whole service remembers.
      lateral (
        select count(*) as many from gone_members o, unnest(o.joined_at) began
        where _org_ids is null and o.joined_day = app.slot_of(b.at, 24) and began >= b.hour * _hour and began < b.at
          and (_status is null or o.status = _status)
      ) d,
      lateral (
        select coalesce(sum(cardinality(o.joined_at)), 0) as many from gone_members o
        where _org_ids is null and o.left_at >= b.hour * _hour and o.left_at < b.at
          and (_status is null or o.status = _status)
      ) e
    where b.at > b.hour * _hour;
    return;
  end if;
  select min(least(b.hour, b.midnight)), max(greatest(b.hour, b.midnight)) + 1 into _begin, _end from app.instants(_at) b;
  return query
  with bound as materialized (
    select * from app.instants(_at)
  ), near as (
    select b.at, sign(b.hour - b.midnight) * g.joined as joined, sign(b.hour - b.midnight) * g.ended as ended
    from growth_tally g join bound b on b.midnight = app.slot_of((g.slot + 12) * _hour, 24) * 24
      and g.slot >= least(b.midnight, b.hour) and g.slot < greatest(b.midnight, b.hour)
    where g.org_id = any (_org_ids) and g.hours = 1 and g.slot >= _begin and g.slot < _end
      and (_status is null or g.status = _status)
    union all
    select b.at, 1, 0
    from member m join bound b on b.hour = app.slot_of(m.created_at, 1) and m.created_at < b.at
    where m.org_id = any (_org_ids) and m.created_at > app.beginning() and m.created_at >= _begin * _hour and m.created_at < _end * _hour
      and (_status is null or m.status = _status)
    union all
    select b.at, 1, 0
    from past_member p join bound b on b.hour = app.slot_of(p.joined_at, 1) and p.joined_at < b.at
    where p.org_id = any (_org_ids) and p.joined_at >= _begin * _hour and p.joined_at < _end * _hour
      and (_status is null or p.status = _status)
    union all
    select b.at, 0, 1
    from past_member p join bound b on b.hour = app.slot_of(p.left_at, 1) and p.left_at < b.at
    where p.org_id = any (_org_ids) and p.left_at >= _begin * _hour and p.left_at < _end * _hour
      and (_status is null or p.status = _status)
  )
  select n.at, sum(n.joined)::bigint, sum(n.ended)::bigint from near n group by 1;
end $$;
