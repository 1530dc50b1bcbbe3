-- Spends a verification token. The row locks (user, then token) decide single use.
-- Returns {outcome: 'verified', email} | 'token_spent'; a token whose row is gone counts as spent, and so does
-- one whose account has another address by now.
create function app.verify_email(_token_hash text, _email text) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _user_id integer;
begin
  select t.user_id into _user_id from mail_token t where t.hash = _token_hash and t.kind = 'verify';
  perform from "user" where id = _user_id and lower(email) = lower(_email) for no key update;
  if not found then
    return '{"outcome": "token_spent"}';
  end if;
  update mail_token set spent_at = app.now_ms()
  where hash = _token_hash and spent_at is null and expires_at > app.now_ms();
  if not found then
    return '{"outcome": "token_spent"}';
  end if;
  perform set_config('app.actor_id', _user_id::text, true);
  update mail_token set spent_at = app.now_ms() where user_id = _user_id and kind = 'verify' and spent_at is null;
  update "user" set email_verified_at = coalesce(email_verified_at, app.now_ms()) where id = _user_id;
  return jsonb_build_object('outcome', 'verified', 'email', _email);
end $$;

grant execute on function app.verify_email to app_login;
