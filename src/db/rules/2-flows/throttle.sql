-- Limits that hold however many requests come at once: one row for each subject, whose lock puts them in a line. What
-- is over a limit is not counted, so trying on makes nobody wait longer. Many wait for a network's row, so a flow takes it
-- as late as it can, and ends. Lock order: user, organisation, rows; throttle (whoever invites, the organization, an
-- address, a network); an account's attempts; but invites after those that are counted for them.

-- Seconds until there is room for one more, with `_limit` within any `_window_ms`; null: there is. Locks nothing. Small
-- limits are kept to the millisecond, others by the fifteenth of their window: a row stays small whatever the limit, and a
-- window is never shorter than it says.
create function app.seconds_to_wait(_subject text, _limit integer, _window_ms bigint) returns integer
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _grain_ms constant bigint := app.grain_of(_limit, _window_ms);
  _now constant bigint := app.now_ms();
begin
  return (
    -- `newer`: how many there were since; the newest slot with a full number of them has to pass.
    select greatest(1, ceil((max(slot) + _grain_ms + _window_ms - _now) / 1000.0))
    from (
      select slot, sum(n) over (order by slot desc) as newer
      from throttle, unnest(slots, counts) entry (slot, n)
      where subject = _subject and slot + _grain_ms > _now - _window_ms
    ) recent
    where newer >= _limit
    having max(slot) is not null);
end $$;

create function app.grain_of(_limit integer, _window_ms bigint) returns bigint
language sql immutable
as $$ select case when _limit <= 20 then 1 else _window_ms / 15 end $$;

-- Counts one more, if there is room. Returns null, or the seconds until there is.
create function app.count_one(_subject text, _limit integer, _window_ms bigint) returns integer
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _grain_ms constant bigint := app.grain_of(_limit, _window_ms);
  _now bigint;
  _slot bigint;
  _wait integer;
begin
  loop
    perform from throttle where subject = _subject for update;
    exit when found;
    insert into throttle (subject) values (_subject) on conflict do nothing;
  end loop;
  _wait := app.seconds_to_wait(_subject, _limit, _window_ms);
  if _wait is not null then
    return _wait;
  end if;
  _now := app.now_ms();
  _slot := _now - _now % _grain_ms;
  update throttle t
  set expires_at = _slot + _grain_ms + _window_ms, (slots, counts) = (
    select array_agg(slot order by slot), array_agg(n order by slot)
    from (
      select slot, sum(n) as n from (
        select slot, n from unnest(t.slots, t.counts) entry (slot, n) where slot + _grain_ms > _now - _window_ms
        union all
        select _slot, 1
      ) entry group by slot
    ) recent)
  where subject = _subject;
  return null;
end $$;

-- One that was counted by `_at`, and not long before, does not count after all.
create function app.take_back(_subject text, _at bigint) returns void
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _slots bigint[];
  _counts integer[];
  _mine bigint;
begin
  select slots, counts into _slots, _counts from throttle where subject = _subject for update;
  _mine := (select max(slot) from unnest(_slots) slot where slot <= _at);
  if _mine is null then
    return;
  end if;
  select coalesce(array_agg(slot order by slot), '{}'), coalesce(array_agg(n order by slot), '{}') into _slots, _counts
  from (select slot, n - (slot = _mine)::integer as n from unnest(_slots, _counts) entry (slot, n)) remaining
  where n > 0;
  update throttle set slots = _slots, counts = _counts where subject = _subject;
end $$;

-- Where the client's network is counted. A limit of a thousand and more is counted in sixteen parts, by the account's
-- address: a network that large would wait for itself. There are never more than the limit, and a little fewer when
-- the parts fill unevenly. Null: nothing is counted.
create function app.network_subject(_what text, _email text) returns text
language sql stable
as $$
  select _what || ' from ' || app.network() || case when app.limit_of(_what) < 1000 then ''
    else ', part ' || (get_byte(sha256(convert_to(lower(_email), 'UTF8')), 0) & 15) end
$$;

create function app.network_limit(_what text) returns integer
language sql stable
as $$ select case when app.limit_of(_what) < 1000 then app.limit_of(_what) else app.limit_of(_what) / 16 end $$;

-- One more of `_what` from the client's network, about this address. Refuses with 429 too_many_requests.
create function app.count_from_network(_what text, _email text, _window_ms bigint) returns void
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _subject constant text := app.network_subject(_what, _email);
  _wait integer;
begin
  if _subject is not null then
    _wait := app.count_one(_subject, app.network_limit(_what), _window_ms);
  end if;
  if _wait is not null then
    perform app.refuse(429, 'too_many_requests', _wait);
  end if;
end $$;

-- The same without counting: before work that would only be undone.
create function app.require_room_for_network(_what text, _email text, _window_ms bigint) returns void
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _wait constant integer :=
    app.seconds_to_wait(app.network_subject(_what, _email), app.network_limit(_what), _window_ms);
begin
  if _wait is not null then
    perform app.refuse(429, 'too_many_requests', _wait);
  end if;
end $$;

-- One more mail to an address that may be a stranger's. `_kind`:
--   confirmations  links to confirm it, and
--   invitations    so many in an hour; apart, so that signing up with an address does not keep it from being invited
--   resets   half as many in the half hour that such a link works: who gets none has one that works. Nothing else counts
--            here, so that nobody's way back in can be used up by other mails
--   resets of nobody   those that are asked for while nobody has the address, and that send nothing: as many, apart
--   notices  of what was done
-- Returns null, or the seconds until there is room again.
create function app.count_mail(_kind text, _email text) returns integer
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _hour constant bigint := 60 * 60 * 1000;
  _limit constant integer := app.limit_of(case _kind when 'notices' then 'notices' else 'mails' end);
begin
  return case when _limit is null then null
    when _kind like 'resets%' then app.count_one(_kind || ' to ' || app.address_hash(_email), _limit / 2, _hour / 2)
    else app.count_one(_kind || ' to ' || app.address_hash(_email), _limit, _hour) end;
end $$;

-- Somebody reads the mails of this address, and has followed one. (A row that is being counted in is left as it is.)
create function app.forget_mails(_email text) returns void
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
begin
  delete from throttle where subject = any (array(
    select subject from throttle
    where subject in ('confirmations to ' || app.address_hash(_email), 'invitations to ' || app.address_hash(_email),
      'resets to ' || app.address_hash(_email))
    for update skip locked));
end $$;

-- One more invitation: by the caller, whatever organizations they make for it, of the organization (of a website of it
-- apart: its guests do not use up what the organization has), and to the address.
-- Refuses with 429 too_many_requests.
create function app.count_invitation(_org_id integer, _website_id integer, _email text) returns void
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _hour constant bigint := 60 * 60 * 1000;
  _limit constant integer := app.limit_of('invites');
  _wait integer;
begin
  if _limit is not null then
    _wait := coalesce(app.count_one('invites by ' || app.me(), _limit, _hour),
      app.count_one('invites of ' || _org_id || coalesce(' website ' || _website_id, ''), _limit, _hour));
  end if;
  _wait := coalesce(_wait, app.count_mail('invitations', _email));
  if _wait is not null then
    perform app.refuse(429, 'too_many_requests', _wait);
  end if;
end $$;
