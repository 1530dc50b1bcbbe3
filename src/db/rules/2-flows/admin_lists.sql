-- Organizations and people of the whole service, for its platform admins. The policies are not asked: they know tenants
-- only, so the caller's right is asked first, here. Never shown: settings, profiles, hashes.

create function app.organization_listed(_org_id integer) returns jsonb
language plpgsql stable
as $$
begin
  return (
    select jsonb_build_object('id', id, 'name', name, 'status', status, 'personal', personal,
      'created_at', created_at, 'updated_at', updated_at)
    from organisation where id = _org_id);
end $$;

create function app.user_listed(_user_id integer) returns jsonb
language plpgsql stable
as $$
begin
  return (
    select jsonb_build_object('id', id, 'email', email, 'name', left(profile ->> 'name', 200),
      'email_verified', email_verified_at is not null, 'status', status, 'platform_admin', platform_admin,
      'created_at', created_at, 'updated_at', updated_at)
    from "user" where id = _user_id);
end $$;

-- The id that somebody may have meant who typed digits, or null.
create function app.id_sought(_q text) returns integer
language sql immutable
as $$ select case when _q ~ '^[1-9][0-9]{0,9}$' and _q::bigint <= 2147483647 then _q::integer end $$;

-- Organizations by status and a part of the name, in the order of their ids: a search that no index serves, so it reads
-- a bounded number of them and says where to go on (0: from the beginning). Digits find the id too: that one stands on
-- the first page, however far away it is, and on no other.
-- Returns {rows: [as organization_listed], resume_after: id | null}.
create function app.find_organizations(_q text, _status integer, _after integer, _limit integer) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp set plan_cache_mode = force_custom_plan
as $$
declare
  _chunk constant integer := case when _q is null and _status is null then _limit + 1 else 1000 end;
  _most constant integer := 20000;
  _pattern constant text := lower(_q);
  _id constant integer := app.id_sought(_q);
  _from integer := coalesce(_after, 0);
  _examined integer := 0;
  _first integer[] := '{}';
  _hits integer[] := '{}';
  _some integer[];
  _last integer;
  _count integer;
  _room integer;
begin
  perform app.require_platform_admin();
  if _after is null and _id is not null then
    _first := array(select id from organisation where id = _id and status = coalesce(_status, status));
  end if;
  _room := _limit - cardinality(_first);
  loop
    with chunk as materialized (
      select id, status, name from organisation where id > _from order by id limit _chunk
    )
    select count(*), max(id), array_agg(id order by id) filter (where id is distinct from _id
      and (_status is null or status = _status) and (_pattern is null or position(_pattern in lower(name)) > 0))
    into _count, _last, _some from chunk;
    _hits := _hits || _some;
    _examined := _examined + _count;
    exit when cardinality(_hits) > _room or _count < _chunk or _examined >= _most;
    _from := _last;
  end loop;
  return jsonb_build_object(
    'rows', (
      select coalesce(jsonb_agg(app.organization_listed(id) order by id), '[]')
      from unnest(_first || _hits[1:_room]) id),
    'resume_after', case when cardinality(_hits) > _room then coalesce(_hits[_room], 0)
      when _count = _chunk then _last end);
end $$;

-- The same of people, by status and a part of address or name. A whole address finds that person alone, at once.
create function app.find_users(_q text, _status integer, _after integer, _limit integer) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp set plan_cache_mode = force_custom_plan
as $$
declare
  _chunk constant integer := case when _q is null and _status is null then _limit + 1 else 1000 end;
  _most constant integer := 20000;
  _pattern constant text := lower(_q);
  _id integer := app.id_sought(_q);
  _addressee integer;
  -- Profiles may be large, and take long to look through.
  _until constant timestamptz := clock_timestamp() + interval '1 second';
  _from integer := coalesce(_after, 0);
  _examined integer := 0;
  _first integer[] := '{}';
  _hits integer[] := '{}';
  _some integer[];
  _last integer;
  _count integer := 0;
  _room integer;
begin
  perform app.require_platform_admin();
  if _pattern like '%_@_%' then
    _addressee := (select id from "user" where lower(email) = _pattern);
    _id := _addressee;
  end if;
  if _after is null and _id is not null then
    _first := array(select id from "user" where id = _id and status = coalesce(_status, status));
  end if;
  _room := _limit - cardinality(_first);
  while _addressee is null loop
    with chunk as materialized (
      select id, status, email, profile from "user" where id > _from order by id limit _chunk
    )
    select count(*), max(id), array_agg(id order by id) filter (where id is distinct from _id
      and (_status is null or status = _status)
      and (_pattern is null or position(_pattern in lower(email)) > 0
        or position(_pattern in lower(left(profile ->> 'name', 200))) > 0))
    into _count, _last, _some from chunk;
    _hits := _hits || _some;
    _examined := _examined + _count;
    exit when cardinality(_hits) > _room or _count < _chunk or _examined >= _most or clock_timestamp() > _until;
    _from := _last;
  end loop;
  return jsonb_build_object(
    'rows', (
      select coalesce(jsonb_agg(app.user_listed(id) order by id), '[]') from unnest(_first || _hits[1:_room]) id),
    'resume_after', case when cardinality(_hits) > _room then coalesce(_hits[_room], 0)
      when _count = _chunk then _last end);
end $$;

grant execute on function app.find_organizations, app.find_users to app_tenant;
