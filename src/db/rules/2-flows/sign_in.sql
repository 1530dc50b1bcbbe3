-- Sign-in, first trip: counts the attempt and hands out what the password is checked against.
-- Returns {attempt_at, user_id, password_hash, credential_version}; of an unknown address only {attempt_at};
-- or {retry_after_seconds}. Refuses with 429 too_many_requests, of the client's network.
create function app.begin_sign_in(_email text) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _counted jsonb := app.count_attempt(_email);
begin
  if _counted ? 'retry_after_seconds' then
    return _counted;
  end if;
  return _counted || coalesce((
    select jsonb_build_object('user_id', id, 'password_hash', password, 'credential_version', credential_version)
    from "user" where lower(email) = lower(_email)), '{}');
end $$;

-- Sign-in, second trip, after the right password: starts the session if the credentials are still those that
-- were checked. The user's row lock makes it wait for a password change, which ends the sessions it can see.
-- Returns {outcome: 'signed_in', session_id, now, issued_at, refresh_expires_at, user, organizations, organization?,
-- mail?} | 'invalid_credentials' | 'user_suspended' | 'not_found' | 'member_suspended' |
-- 'organization_suspended'. Times in epoch ms, durations in ms.
create function app.start_session(
  _user_id integer, _credential_version integer, _new_password_hash text, _attempt_at bigint, _org_id integer,
  _refresh_hash text, _refresh_ms bigint, _session_ms bigint,
  _user_agent text, _ip text, _place text, _alert_params jsonb
) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _user "user";
  _started jsonb;
begin
  select * into _user from "user" where id = _user_id and credential_version = _credential_version
  for no key update;
  if not found then
    return '{"outcome": "invalid_credentials"}';
  end if;
  if _new_password_hash is not null then
    update "user" set password = _new_password_hash where id = _user_id;
  end if;
  _started := app.open_session(
    _user, _org_id, _refresh_hash, _refresh_ms, _session_ms, _user_agent, _ip, _place, _alert_params);
  perform app.forget_attempt(_user.email, _attempt_at);
  return _started;
end $$;

-- What comes of the right password.
create function app.open_session(
  _user "user", _org_id integer, _refresh_hash text, _refresh_ms bigint, _session_ms bigint,
  _user_agent text, _ip text, _place text, _alert_params jsonb
) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _session session;
  _organization jsonb;
begin
  if _user.status <> 0 then
    return '{"outcome": "user_suspended"}';
  end if;
  _organization := app.org_access(_user.id, _org_id);
  if _organization ->> 'outcome' <> 'granted' then
    return _organization;
  end if;

  insert into session (user_id, user_agent, ip, place, expires_at)
  values (_user.id, _user_agent, _ip, _place, app.now_ms() + _session_ms)
  returning * into _session;
  insert into refresh_token (hash, session_id, issued_at, expires_at)
  values (_refresh_hash, _session.id, _session.created_at, _session.created_at + _refresh_ms);

  return jsonb_build_object(
    'outcome', 'signed_in', 'session_id', _session.id, 'now', _session.created_at, 'issued_at', _session.created_at,
    'refresh_expires_at', _session.created_at + _refresh_ms,
    'user', app.account_of(_user), 'organizations', app.organizations_of(_user.id), 'organization', _organization,
    -- Whoever signed up with somebody else's address has the right password too.
    'mail', case when _user.settings -> 'login_alerts' is distinct from 'false' then
      app.post_notice('login-alert', _user.email, _alert_params || jsonb_build_object('at', _session.created_at),
        _user.email_verified_at is null) end);
end $$;

grant execute on function app.begin_sign_in, app.start_session to app_login;
