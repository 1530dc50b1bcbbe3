-- The calendar's days, weeks (from Monday) or months of a time zone between two instants (epoch ms): where each begins, and
-- which part of it lies between. A day begins at the earlier midnight where the clock strikes it twice, and after the gap
-- where it never does; one that a zone has skipped is none.
create function app.calendar(_interval text, _tz text, _from bigint, _to bigint)
returns table (starts bigint, begins bigint, ends bigint)
language plpgsql stable rows 100 security definer set search_path = public, pg_temp
as $$
declare
  _one constant interval := ('1 ' || _interval)::interval;
  _first constant timestamp := date_trunc(_interval, app.instant_of(_from) at time zone _tz);
  _last constant timestamp := date_trunc(_interval, app.instant_of(_to - 1) at time zone _tz);
begin
  if _from >= _to then
    return;
  end if;
  return query
    select d.at, greatest(d.at, _from), least(d.next_at, _to)
    from (
      select app.ms_of(begun) as at, lead(app.ms_of(begun)) over (order by midnight) as next_at
      from generate_series(_first, _last + _one, _one) midnight,
        -- Of two midnights AT TIME ZONE takes the later one, of none the moment after the gap …
        lateral (select midnight at time zone _tz as usual) a,
        -- … and by the offset of the day before, the first of two is found.
        lateral (select usual - interval '24 hours' as before offset 0) b,
        lateral (
          select (midnight - (before at time zone _tz - before at time zone 'UTC')) at time zone 'UTC' as earlier offset 0) c,
        lateral (
          select case when earlier < usual and earlier at time zone _tz = midnight then earlier else usual end as begun) d
    ) d
    where d.at < d.next_at
    order by 1;
end $$;

-- By hours, which are the same in the time zone of any session.
create function app.instant_of(_ms bigint) returns timestamptz
language sql immutable
as $$ select timestamptz '1970-01-01 00:00:00+00' + _ms / 3600000 * interval '1 hour' + _ms % 3600000 * interval '1 millisecond' $$;

-- Before everything: who asks for what came later may use the indexes that are for statistics alone.
create function app.beginning() returns bigint
language sql immutable
as $$ select -1000000000000000000 $$;

create function app.ms_of(_at timestamptz) returns bigint
language sql immutable
as $$ select (extract(epoch from _at) * 1000)::bigint $$;

-- The Worker has asked its own list of time zones, which may be newer.
create function app.require_time_zone(_tz text) returns void
language plpgsql stable
as $$
begin
  perform now() at time zone _tz;
exception
  when invalid_parameter_value then
    perform app.refuse(422, 'time_zone_unknown');
end $$;
