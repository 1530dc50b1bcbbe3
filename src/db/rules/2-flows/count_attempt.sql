-- Counts a password check before the password is looked at: at most 10 within any 15 minutes for one address,
-- known or not, however many arrive in parallel (the row lock of the upsert puts them in a line), and as many from one
-- network as the configuration says. Returns {attempt_at} when the check may go on, {retry_after_seconds} when the
-- account has to pause; refuses with 429 when the network has. A blocked try is not counted, so it does not lengthen the
-- pause. A check that finds the right password takes its own entry back.
create function app.count_attempt(_email text) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _limit constant integer := 10;
  _window_ms constant bigint := 15 * 60 * 1000;
  _subject text;
  _now bigint;
  _recent bigint[];
begin
  -- First: a network that tries one address after the other leaves no rows of them.
  perform app.count_from_network('wrong_passwords', _email, _window_ms);
  _subject := app.attempt_subject(_email);
  insert into attempt (subject, attempted_at, last_at) values (_subject, '{}', app.now_ms())
  on conflict (subject) do update set last_at = attempt.last_at
  returning attempted_at into _recent;
  _now := app.now_ms();
  _recent := array(select a from unnest(_recent) a where a > _now - _window_ms order by a);
  if cardinality(_recent) >= _limit then
    perform app.take_back(app.network_subject('wrong_passwords', _email), _now);
    return jsonb_build_object('retry_after_seconds', ceil((_recent[1] + _window_ms - _now) / 1000.0)::integer);
  end if;
  update attempt
  set attempted_at = _recent || _now,
    last_at = case when subject = app.address_hash(_email) then _now else last_at end
  where subject = _subject;
  return jsonb_build_object('attempt_at', _now);
end $$;

-- Where the client's tries at an address are counted: with everybody's, or apart from them, for a quarter of an hour after
-- the account's owner set another password from this network.
create function app.attempt_subject(_email text) returns text
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _owners constant text := app.owners_subject(_email);
begin
  return coalesce((
    select subject from attempt where subject = _owners and last_at > app.now_ms() - 15 * 60 * 1000
  ), app.address_hash(_email));
end $$;

create function app.owners_subject(_email text) returns text
language sql stable
as $$ select encode(sha256(convert_to(lower(_email) || ' ' || app.network(), 'UTF8')), 'hex') $$;

create function app.forget_attempt(_email text, _attempt_at bigint) returns void
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _subject text;
begin
  perform app.take_back(app.network_subject('wrong_passwords', _email), _attempt_at);
  _subject := app.attempt_subject(_email);
  update attempt a
  set attempted_at = a.attempted_at[:array_position(a.attempted_at, _attempt_at) - 1]
    || a.attempted_at[array_position(a.attempted_at, _attempt_at) + 1:]
  where subject = _subject and _attempt_at = any (a.attempted_at);
end $$;

-- All of them: of an account that got another password. From where it got it, its owner has ten tries that nobody else can
-- use up: whoever goes on guessing does not keep them out.
create function app.forget_attempts(_email text) returns void
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
begin
  delete from attempt where subject = app.address_hash(_email);
  insert into attempt (subject, attempted_at, last_at)
  select app.owners_subject(_email), '{}', app.now_ms() where app.network() is not null
  on conflict (subject) do update set attempted_at = '{}', last_at = excluded.last_at;
end $$;
