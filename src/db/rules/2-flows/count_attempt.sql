-- Counts a password check before the password is looked at: at most 10 within any 15 minutes for one address,
-- known or not, however many arrive in parallel (the row lock of the upsert puts them in a line).
-- Returns {attempt_at} when the check may go on, {retry_after_seconds} when not; a blocked try is not counted,
-- so it does not lengthen the pause. A check that finds the right password takes its own entry back.
create function app.count_attempt(_email text) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _limit constant integer := 10;
  _window_ms constant bigint := 15 * 60 * 1000;
  _subject text := encode(sha256(convert_to(lower(_email), 'UTF8')), 'hex');
  _now bigint;
  _recent bigint[];
begin
  insert into attempt (subject, attempted_at, last_at) values (_subject, '{}', app.now_ms())
  on conflict (subject) do update set last_at = attempt.last_at
  returning attempted_at into _recent;
  _now := app.now_ms();
  _recent := array(select a from unnest(_recent) a where a > _now - _window_ms order by a);
  if cardinality(_recent) >= _limit then
    return jsonb_build_object('retry_after_seconds', ceil((_recent[1] + _window_ms - _now) / 1000.0)::integer);
  end if;
  update attempt set attempted_at = _recent || _now, last_at = _now where subject = _subject;
  return jsonb_build_object('attempt_at', _now);
end $$;

create function app.forget_attempt(_email text, _attempt_at bigint) returns void
language sql volatile security definer set search_path = public, pg_temp
as $$
  update attempt a
  set attempted_at = a.attempted_at[:array_position(a.attempted_at, _attempt_at) - 1]
    || a.attempted_at[array_position(a.attempted_at, _attempt_at) + 1:]
  where subject = encode(sha256(convert_to(lower(_email), 'UTF8')), 'hex') and _attempt_at = any (a.attempted_at)
$$;

-- All of them: of an account that got another password.
create function app.forget_attempts(_email text) returns void
language sql volatile security definer set search_path = public, pg_temp
as $$ delete from attempt where subject = encode(sha256(convert_to(lower(_email), 'UTF8')), 'hex') $$;
