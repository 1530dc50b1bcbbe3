-- One atomic step: the user, their organization with its roles and owner, the verification token and its mail.
-- Returns {outcome: 'created', user_id, org_id, mail} | 'email_taken' | 'idempotency_key_reused'.
create function app.sign_up(
  _email text, _password_hash text, _profile jsonb, _organization_name text, _organization_settings jsonb,
  _token_hash text, _token_expires_at bigint, _mail_params jsonb, _mail_secrets text,
  _idempotency_key text, _fingerprints text[]
) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _answer jsonb := app.recall_answer(_idempotency_key, _fingerprints);
  _user_id integer;
  _org_id integer;
begin
  if _answer is not null then
    return _answer;
  end if;
  insert into "user" (email, password, profile) values (_email, _password_hash, _profile)
  on conflict (lower(email)) do nothing
  returning id into _user_id;
  if not found then
    return app.keep_answer(_idempotency_key, '{"outcome": "email_taken"}', false);
  end if;
  perform set_config('app.actor_id', _user_id::text, true);
  _org_id := app.found_organization(_user_id, _organization_name, _organization_settings, false);
  insert into mail_token (hash, kind, user_id, expires_at)
  values (_token_hash, 'verify', _user_id, _token_expires_at);
  return app.keep_answer(_idempotency_key, jsonb_build_object(
    'outcome', 'created', 'user_id', _user_id, 'org_id', _org_id,
    'mail', app.post_mail('verify-email', _email, _mail_params, _mail_secrets)), true);
end $$;

grant execute on function app.sign_up to app_login;
