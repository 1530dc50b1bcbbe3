-- Somebody forgot a password. Returns {mail}, or {} for an address that nobody has: the same trip, and as much written
-- to disk, so that the answer's time tells nothing; requests for one address wait for each other either way. A new link
-- kills the older one. {withheld}, of either address: it got too many; what was sent works on. Refuses with 429
-- too_many_requests, of the client's network.
create function app.request_reset(
  _email text, _token_hash text, _expires_at bigint, _mail_params jsonb, _mail_secrets text
) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _user "user";
  _mail jsonb;
begin
  perform pg_advisory_xact_lock(hashtextextended('reset ' || lower(_email), 0));
  select * into _user from "user" where lower(email) = lower(_email) for no key update;
  perform app.count_from_network('resets', _email, 60 * 60 * 1000);
  if app.count_mail(case when _user.id is null then 'resets of nobody' else 'resets' end, _email) is not null then
    return '{"withheld": true}';
  end if;
  _mail := app.post_mail('reset-password', coalesce(_user.email, _email),
    _mail_params || jsonb_build_object('at', app.now_ms(), 'expires_at', _expires_at), _mail_secrets);
  if _user.id is null then
    delete from outbox where id = (_mail ->> 'id')::bigint;
    return '{}';
  end if;
  update mail_token set spent_at = app.now_ms()
  where (address = app.address_hash(_email) or user_id = _user.id and kind = 'reset') and spent_at is null;
  insert into mail_token (hash, kind, address, expires_at)
  values (_token_hash, 'reset', app.address_hash(_email), _expires_at);
  return jsonb_build_object('mail', _mail);
end $$;

-- Spends a reset link: the new password, and with it everything that take_back_account says; the owner is told.
-- Returns {outcome: 'reset', mail} | 'token_spent'.
create function app.reset_password(_token_hash text, _email text, _password_hash text, _alert_params jsonb)
returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _user "user" := app.spend_mail_token(_token_hash, 'reset', _email);
begin
  if _user.id is null then
    return '{"outcome": "token_spent"}';
  end if;
  perform app.take_back_account(_user, _password_hash);
  return jsonb_build_object('outcome', 'reset', 'mail', app.post_mail('password-changed', _user.email,
    _alert_params || jsonb_build_object('at', app.now_ms(), 'by', 'reset')));
end $$;

grant execute on function app.request_reset, app.reset_password to app_login;
