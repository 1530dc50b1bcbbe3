-- The caller's own password, first trip: counted like a sign-in, so that a stolen access token cannot guess.
-- Returns {attempt_at, password_hash, credential_version} | {retry_after_seconds}. Refuses as sign-in does.
create function app.begin_password_check() returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _user "user";
  _counted jsonb;
begin
  select * into _user from "user" where id = app.me();
  if not found then
    perform app.refuse(401, 'session_ended');  -- deleted since we entered
  end if;
  _counted := app.count_attempt(_user.email);
  if _counted ? 'retry_after_seconds' then
    return _counted;
  end if;
  return _counted || jsonb_build_object('password_hash', _user.password,
    'credential_version', _user.credential_version);
end $$;

-- Second trip, after the right password: the new hash, every other session ended, the owner told. Links to reset it stay: they
-- are in the mailbox alone, and whoever knows the password must not be able to kill the way back of its owner.
-- Without a hash (the new password may not be set) only the attempt is taken back.
-- Returns {outcome: 'changed', mail} | 'refused' | 'invalid_credentials' (changed by somebody else in between). No mail: an
-- address that nobody has confirmed got too many.
create function app.change_password(
  _credential_version integer, _attempt_at bigint, _new_password_hash text, _alert_params jsonb
) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _email text;
  _confirmed boolean;
  _now bigint := app.now_ms();
begin
  select email, email_verified_at is not null into _email, _confirmed
  from "user" where id = app.me() and credential_version = _credential_version
  for no key update;
  if not found then
    if not exists (select from "user" where id = app.me()) then
      perform app.refuse(401, 'session_ended');  -- deleted since we entered
    end if;
    return '{"outcome": "invalid_credentials"}';
  end if;
  perform app.forget_attempt(_email, _attempt_at);
  if _new_password_hash is null then
    return '{"outcome": "refused"}';
  end if;
  update "user" set password = _new_password_hash, credential_version = credential_version + 1 where id = app.me();
  update session set ended_at = _now, end_reason = 'password_changed'
  where user_id = app.me() and id <> app.session_id() and ended_at is null;
  return jsonb_build_object('outcome', 'changed',
    'mail', app.post_notice('password-changed', _email, _alert_params || jsonb_build_object('at', _now), not _confirmed));
end $$;

grant execute on function app.begin_password_check, app.change_password to app_tenant;
