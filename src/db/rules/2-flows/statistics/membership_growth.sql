-- Memberships begun and ended in each day, week or month of a time zone between _from and _to (epoch ms; null: 30 of them,
-- and now), and how many there were at its end. _status is the membership's now, or when it ended.
-- Returns {rows: [{start, joined, left, total}]}, all of them, in their order.
create function app.membership_growth(
  _org_id integer, _interval text, _tz text, _from bigint, _to bigint, _status integer
) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp set plan_cache_mode = force_custom_plan
as $$
declare
  _until constant bigint := coalesce(_to, app.now_ms() + 1);
  _org_ids integer[];
  _since bigint;
begin
  perform app.require_time_zone(_tz);
  _org_ids := app.counted_orgs(_org_id);
  if _org_ids = '{}' then
    return '{"rows": []}';
  end if;
  _since := coalesce(_from, app.first_of(_interval, _tz, _until, 30));
  return jsonb_build_object('rows', coalesce((
    with bucket as materialized (
      select * from app.calendar(_interval, _tz, _since, _until)
    ), bound as materialized (
      select begins as at from bucket union all select _until where exists (select from bucket)
    ), before as materialized (
      select * from app.members_before(_org_ids, array(select at from bound), _status)
    )
    select jsonb_agg(jsonb_build_object('start', b.starts, 'joined', e.joined - s.joined, 'left', e.ended - s.ended,
      'total', e.joined - e.ended) order by b.starts)
    from bucket b join before s on s.at = b.begins join before e on e.at = b.ends), '[]'));
end $$;

-- Where the last so many days, weeks or months before an instant begin, the one that it ends included.
create function app.first_of(_interval text, _tz text, _until bigint, _many integer) returns bigint
language plpgsql stable security definer set search_path = public, pg_temp
as $$
begin
  return (
    select starts from app.calendar(_interval, _tz,
      app.ms_of((app.instant_of(_until - 1) at time zone _tz - (_many - 1) * ('1 ' || _interval)::interval) at time zone _tz),
      _until)
    order by starts limit 1);
end $$;

grant execute on function app.membership_growth to app_tenant;
