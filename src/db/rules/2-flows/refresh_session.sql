-- Rotates a refresh token. Under the session's row lock the token is read again, so that of fifty parallel
-- requests one spends it and the others are told the same successor (its row keeps issue and expiry, so that a
-- repeat signs the same claims). Within 10 s a repeat is a lost answer; later, or once the successor was used,
-- it is theft (RFC 9700, 4.14.2): the whole session ends, which is why this returns its outcome, not raises it.
-- Returns {outcome: 'refreshed', now, issued_at, refresh_expires_at, user, organization?} | 'session_ended' |
-- 'refresh_token_reused' | 'not_found' | 'member_suspended' | 'organization_suspended'.
create function app.refresh_session(
  _session_id bigint, _user_id integer, _hash text, _successor_hash text, _org_id integer, _refresh_ms bigint
) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _grace_ms constant bigint := 10000;
  _session session;
  _user "user";
  _token refresh_token;
  _successor refresh_token;
  _organization jsonb;
  _now bigint;
begin
  select * into _session from session where id = _session_id and user_id = _user_id for no key update;
  _now := app.now_ms();
  if not found or _session.ended_at is not null or _session.expires_at <= _now then
    return '{"outcome": "session_ended"}';
  end if;
  select * into _user from "user" where id = _user_id and status = 0;
  if not found then
    return '{"outcome": "session_ended"}';
  end if;
  select * into _token from refresh_token where hash = _hash and session_id = _session_id;
  if not found or _token.expires_at <= _now then
    return '{"outcome": "session_ended"}';
  end if;

  select * into _successor from refresh_token where hash = _token.successor_hash;
  if _token.spent_at is not null
    and (_now - _token.spent_at > _grace_ms or _successor.spent_at is not null or _successor.hash is null) then
    update session set ended_at = _now, end_reason = 'refresh_token_reused' where id = _session_id;
    return '{"outcome": "refresh_token_reused"}';
  end if;

  _organization := app.org_access(_user_id, _org_id);
  if _organization ->> 'outcome' <> 'granted' then
    return _organization;
  end if;

  if _token.spent_at is null then
    insert into refresh_token (hash, session_id, issued_at, expires_at)
    values (_successor_hash, _session_id, _now, least(_now + _refresh_ms, _session.expires_at))
    returning * into _successor;
    update refresh_token set spent_at = _now, successor_hash = _successor_hash where hash = _hash;
    update session set last_used_at = _now where id = _session_id;
  end if;
  return jsonb_build_object(
    'outcome', 'refreshed', 'now', _now, 'issued_at', _successor.issued_at, 'refresh_expires_at', _successor.expires_at,
    'user', app.account_of(_user), 'organization', _organization);
end $$;

grant execute on function app.refresh_session to app_login;
