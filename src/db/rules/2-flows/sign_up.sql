-- One atomic step: the user (_origin: {ip, place, device}), their organization with its roles and owner, the verification
-- token and its mail. An address that got too many mails of late gets an account all the same, and has to ask for its link
-- later: else a stranger could keep a person from signing up.
-- Returns {outcome: 'created', user_id, org_id, mail, mail_withheld} | 'email_taken' | 'idempotency_key_reused'. Refuses
-- with 429 too_many_requests.
create function app.sign_up(
  _email text, _password_hash text, _profile jsonb, _organization_name text, _organization_settings jsonb,
  _origin jsonb, _token_hash text, _expires_at bigint, _mail_secrets text,
  _idempotency_key text, _fingerprints text[]
) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _answer jsonb := app.recall_answer(_idempotency_key, _fingerprints);
  _user "user";
  _hour constant bigint := 60 * 60 * 1000;
  _org_id integer;
  _withheld boolean;
  _mail jsonb;
begin
  if _answer is not null then
    return _answer;
  end if;
  perform app.require_room_for_network('sign_ups', _email, _hour);
  insert into "user" (email, password, profile, origin) values (_email, _password_hash, _profile, _origin)
  on conflict (lower(email)) do nothing
  returning * into _user;
  if not found then
    perform app.count_from_network('sign_ups', _email, _hour);
    return app.keep_answer(_idempotency_key, '{"outcome": "email_taken"}', false);
  end if;
  perform set_config('app.actor_id', _user.id::text, true);
  _org_id := app.found_organization(_user.id, _organization_name, _organization_settings, false);
  _withheld := app.count_mail('confirmations', _email) is not null;
  if not _withheld then
    _mail := app.post_verification(_user, _organization_name, _token_hash, _expires_at, _mail_secrets);
  end if;
  perform app.count_from_network('sign_ups', _email, _hour);
  return app.keep_answer(_idempotency_key, jsonb_build_object(
    'outcome', 'created', 'user_id', _user.id, 'org_id', _org_id, 'mail_withheld', _withheld, 'mail', _mail), true);
end $$;

grant execute on function app.sign_up to app_login;
