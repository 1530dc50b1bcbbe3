-- An account gets a password from whoever the mail to its address reached: its address is verified, every session and
-- every link that was sent before is over, and so is the pause after wrong passwords. Whoever had signed up with
-- somebody else's address is out, and alerts that they had switched off are on. The caller holds the user's row lock.
create function app.take_back_account(_user "user", _password_hash text) returns void
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _now bigint := app.now_ms();
begin
  update "user"
  set password = _password_hash, credential_version = credential_version + 1,
    email_verified_at = coalesce(email_verified_at, _now), origin = '{}',
    settings = case when email_verified_at is null then settings - 'login_alerts' else settings end
  where id = _user.id;
  perform app.end_access(_user);
  perform app.forget_attempts(_user.email);
  perform app.forget_mails(_user.email);
end $$;

-- Every session of an account, and every link that was sent for it or to its address, is over.
create function app.end_access(_user "user") returns void
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _now bigint := app.now_ms();
begin
  update session set ended_at = _now, end_reason = 'password_changed' where user_id = _user.id and ended_at is null;
  update mail_token set spent_at = _now
  where (user_id = _user.id or address = app.address_hash(_user.email)) and spent_at is null;
end $$;
