-- Confirms an address. Returns {outcome: 'verified'} | 'token_spent'.
create function app.verify_email(_token_hash text, _email text) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _user "user" := app.spend_mail_token(_token_hash, 'verify', _email);
begin
  if _user.id is null then
    return '{"outcome": "token_spent"}';
  end if;
  update mail_token set spent_at = app.now_ms() where user_id = _user.id and kind = 'verify' and spent_at is null;
  update "user" set email_verified_at = coalesce(email_verified_at, app.now_ms()), origin = '{}' where id = _user.id;
  perform app.forget_mails(_user.email);
  return '{"outcome": "verified"}';
end $$;

-- "This was not me": whoever signed up with somebody else's address is out, with the organizations that they founded.
-- An account that others depend on, that an operator has suspended, or that has made itself too large to go at once, stays,
-- and nobody gets into it any more: no password has this hash, until the address's owner resets it.
-- Returns {outcome: 'removed' | 'locked'} | 'token_spent'.
create function app.deny_sign_up(_token_hash text, _email text) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _most_organizations constant integer := 100;
  _most_websites constant integer := 1000;
  _user "user";
begin
  select * into _user from "user"
  where id = (select user_id from mail_token where hash = _token_hash and kind = 'verify') and lower(email) = lower(_email)
  for update;
  if not found or not app.may_disown(_user, _token_hash) then
    return '{"outcome": "token_spent"}';
  end if;
  perform set_config('app.actor_id', _user.id::text, true);
  if _user.status = 0
    and (select count(*) <= _most_organizations from (
      select from member where user_id = _user.id limit _most_organizations + 1) m)
    and (select count(*) <= _most_websites from (
      select from website where org_id in (select org_id from member where user_id = _user.id)
      limit _most_websites + 1) w)
    and app.end_account(_user.id) ->> 'outcome' = 'deleted' then
    return '{"outcome": "removed"}';
  end if;
  update "user" set credential_version = credential_version + 1,
    password = regexp_replace(password, '[^$]+$', rtrim(translate(encode(sha256(convert_to(
      gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')), 'base64'), '+/', '-_'), '='))
  where id = _user.id;
  perform app.end_access(_user);
  delete from mail_token where user_id = _user.id and kind = 'verify';
  perform app.forget_mails(_user.email);  -- a reset is their way in now
  return '{"outcome": "locked"}';
end $$;

-- Another link for the caller's own address; it kills the older ones. Returns {outcome: 'sent', mail} |
-- 'already_verified'. Refuses with 429 too_many_requests, and the older ones stay.
create function app.resend_verification(_token_hash text, _expires_at bigint, _mail_secrets text) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _user "user";
  _wait integer;
begin
  select * into _user from "user" where id = app.me() for no key update;
  if not found then
    perform app.refuse(401, 'session_ended');  -- deleted since we entered
  elsif _user.email_verified_at is not null then
    return '{"outcome": "already_verified"}';
  end if;
  _wait := app.count_mail('confirmations', _user.email);
  if _wait is not null then
    perform app.refuse(429, 'too_many_requests', _wait);
  end if;
  update mail_token set spent_at = app.now_ms() where user_id = _user.id and kind = 'verify' and spent_at is null;
  return jsonb_build_object('outcome', 'sent',
    'mail', app.post_verification(_user, null, _token_hash, _expires_at, _mail_secrets));
end $$;

-- The link to confirm an address, with when and from where its account was made. `_organization`: that it was signed up
-- with; null: of a link that is sent again.
create function app.post_verification(
  _user "user", _organization text, _token_hash text, _expires_at bigint, _mail_secrets text
) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
begin
  insert into mail_token (hash, kind, user_id, expires_at) values (_token_hash, 'verify', _user.id, _expires_at);
  return app.post_mail('verify-email', _user.email, _user.origin || jsonb_build_object(
    'at', _user.created_at, 'organization', _organization, 'expires_at', _expires_at), _mail_secrets);
end $$;

grant execute on function app.verify_email, app.deny_sign_up to app_login;
grant execute on function app.resend_verification to app_tenant;
