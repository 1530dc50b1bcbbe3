-- Links to confirm an account, and to reset the password of whatever account has an address. A token whose row is gone
-- counts as spent. A link to reset is the address's, and outlives an account: else a stranger could sign up with an address,
-- use up the resets that its owner may ask for, and take the links along by deleting the account.

-- Whose account a link is about: no row, when there is none, or when the account that it confirms has another address by now.
create function app.user_of_mail_token(_token_hash text, _kind text, _email text) returns setof integer
language plpgsql stable security definer set search_path = public, pg_temp
as $$
begin
  return query
    select u.id
    from mail_token t join "user" u on lower(u.email) = lower(_email)
    where t.hash = _token_hash and t.kind = _kind and (t.user_id = u.id or t.address = app.address_hash(_email));
end $$;

-- Spends one, under the locks of its user (then token), and makes the user the actor of what follows. Returns the user,
-- or null when there is nothing to spend: of fifty at once, one gets it.
create function app.spend_mail_token(_token_hash text, _kind text, _email text) returns "user"
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _user "user";
begin
  select * into _user from "user"
  where id = (select app.user_of_mail_token(_token_hash, _kind, _email)) and lower(email) = lower(_email)
  for update;
  if not found then
    return null;
  end if;
  update mail_token set spent_at = app.now_ms()
  where hash = _token_hash and kind = _kind and spent_at is null and expires_at > app.now_ms();
  if not found then
    return null;
  end if;
  perform set_config('app.actor_id', _user.id::text, true);
  return _user;
end $$;

-- Of an unconfirmed account, every confirmation link that is not too old may still disown it, also one that a newer link
-- has replaced: whoever signed up with somebody else's address may ask for links too.
create function app.may_disown(_user "user", _token_hash text) returns boolean
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
begin
  return _user.email_verified_at is null and exists (
    select from mail_token
    where hash = _token_hash and kind = 'verify' and user_id = _user.id and expires_at > app.now_ms());
end $$;

-- What the page behind a link shows: {outcome: 'open', made_at, origin, organization}, 'superseded' with the same (it only
-- disowns), or 'token_spent'. Spends nothing.
create function app.look_at_mail_token(_token_hash text, _kind text, _email text) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _token mail_token;
  _user "user";
begin
  select * into _token from mail_token where hash = _token_hash and kind = _kind;
  select * into _user from "user" where id = (select app.user_of_mail_token(_token_hash, _kind, _email));
  if _user.id is null or _token.spent_at is not null and not app.may_disown(_user, _token_hash) then
    return '{"outcome": "token_spent"}';
  end if;
  return jsonb_build_object('outcome', case when _token.spent_at is null then 'open' else 'superseded' end,
    'made_at', _user.created_at, 'origin', _user.origin, 'organization', (
      select o.name from member m join organisation o on o.id = m.org_id where m.user_id = _user.id order by m.id limit 1));
end $$;

grant execute on function app.look_at_mail_token to app_login;
