-- The other end of an invite: whoever holds its link looks at it, and accepts it. Nobody has entered here.

-- May whoever sent it still give this role? They are active, hold the right to invite, and all that the role holds.
create function app.invite_stands(_invite invite) returns boolean
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _guests constant boolean := _invite.website_id is not null;
  _needs constant text := case when _guests then 'website:invite' else 'member:invite' end;
  _inviter record;
  _role role;
begin
  select * into _role from role where id = _invite.role_id and org_id = _invite.org_id;
  if not found or not exists (
    select from "user" where id = _invite.user_id and status = 0 and email_verified_at is not null) then
    return false;
  end if;
  select * into _inviter from app.standing_of(_invite.user_id, _invite.org_id, _guests, _invite.website_id);
  return found and not _inviter.suspended and _needs = any (_inviter.permissions)
    and (_inviter.is_owner or not (_role.system and _role.name = 'owner') and _role.permissions <@ _inviter.permissions);
end $$;

-- What this link is worth to the person of this address: 'open', or why it is not. An invite that is not there went
-- with what it offered.
create function app.invite_outcome(_invite invite, _token_hash text, _user "user") returns text
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _org_status integer := (select status from organisation where id = _invite.org_id);
begin
  return case
    when _invite.id is null or _org_status is null then 'invite_void'
    when _org_status <> 0 then 'organization_suspended'
    when _user.status <> 0 then 'user_suspended'
    when _invite.state = 'accepted' then 'invite_accepted'
    -- Sent again, or withdrawn.
    when _invite.state = 'revoked' or _invite.token <> _token_hash then 'invite_revoked'
    when _invite.expires_at <= app.now_ms() then 'invite_expired'
    when app.is_member(_user.id, _invite.org_id, _invite.website_id) then 'already_member'
    when not app.invite_stands(_invite) then 'invite_void'
    else 'open' end;
end $$;

-- What is offered, to whom, and whether they have an account: 'none', 'unverified' (anybody may have made it) or
-- 'verified'.
create function app.invite_offer(_invite invite, _user "user") returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
begin
  return jsonb_build_object(
    'org_id', _invite.org_id, 'organization', (select name from organisation where id = _invite.org_id),
    'website', (
      select jsonb_build_object('website_id', w.id, 'name', w.name, 'url', w.url)
      from website w where w.id = _invite.website_id),
    'role', (select name from role where id = _invite.role_id),
    'invited_by', (select email from "user" where id = _invite.user_id),
    'email', _invite.email, 'expires_at', _invite.expires_at,
    'account', case when _user.id is null then 'none'
      when _user.email_verified_at is null then 'unverified' else 'verified' end);
end $$;

-- Is the session of the bearer token that came along over? Null: none came.
create function app.is_over(_session_id bigint) returns boolean
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
begin
  return _session_id is not null and not exists (
    select from session s join "user" u on u.id = s.user_id
    where s.id = _session_id and s.ended_at is null and s.expires_at > app.now_ms() and u.status = 0);
end $$;

-- Returns {outcome: 'open', offer} | {outcome: 'session_ended' | why not}. Changes nothing, and locks nothing.
create function app.look_at_invite(_invite_id integer, _token_hash text, _session_id bigint) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _invite invite;
  _user "user";
  _outcome text;
begin
  if app.is_over(_session_id) then
    return '{"outcome": "session_ended"}';
  end if;
  select * into _invite from invite where id = _invite_id;
  select * into _user from "user" where lower(email) = lower(_invite.email);
  _outcome := app.invite_outcome(_invite, _token_hash, _user);
  return jsonb_build_object('outcome', _outcome,
    'offer', case when _outcome = 'open' then app.invite_offer(_invite, _user) end);
end $$;

-- One atomic step: the account (made, or taken back from whoever signed up with somebody else's address), the membership,
-- the invite settled. Fifty at once make one membership, and the others learn why they did not.
-- Lock order: user, organisation, website, role, rows.
-- Returns {outcome: 'accepted', created, user_id, offer} | {outcome: 'password_needed', offer} (nothing was done) |
-- {outcome: 'session_ended' | why the invite is not open}.
create function app.accept_invite(
  _invite_id integer, _token_hash text, _email text, _password_hash text, _profile jsonb, _session_id bigint
) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _invite invite;
  _user "user";
  _offer jsonb;
  _outcome text;
  _created boolean := false;
begin
  if app.is_over(_session_id) then
    return '{"outcome": "session_ended"}';
  end if;

  select * into _user from "user" where lower(email) = lower(_email) for no key update;
  perform from organisation where id = (select org_id from invite where id = _invite_id) for key share;
  perform from website where id = (select website_id from invite where id = _invite_id) for key share;
  perform from role where id = (select role_id from invite where id = _invite_id) for key share;
  select * into _invite from invite where id = _invite_id and lower(email) = lower(_email) for update;
  _outcome := app.invite_outcome(_invite, _token_hash, _user);
  if _outcome <> 'open' then
    return jsonb_build_object('outcome', _outcome);
  end if;
  _offer := app.invite_offer(_invite, _user);
  if _user.email_verified_at is null and _password_hash is null then
    return jsonb_build_object('outcome', 'password_needed', 'offer', _offer);
  end if;

  if _user.id is null then
    insert into "user" (email, password, profile, email_verified_at)
    values (_invite.email, _password_hash, _profile, app.now_ms())
    on conflict (lower(email)) do nothing
    returning * into _user;
    _created := found;
    if not _created then  -- somebody signed up with this address a moment ago
      select * into _user from "user" where lower(email) = lower(_email) for no key update;
      if not found then  -- and is gone again
        raise exception 'an account came and went' using errcode = '40001';
      end if;
    end if;
  end if;
  perform set_config('app.actor_id', _user.id::text, true);
  if _user.email_verified_at is null then
    perform app.take_back_account(_user, _password_hash);
    -- The inviting organization will see this person: nothing that somebody else may have written.
    update "user" set profile = _profile, settings = '{}' where id = _user.id;
  end if;

  if _invite.website_id is null then
    insert into member (org_id, user_id, role_id) values (_invite.org_id, _user.id, _invite.role_id);
  else
    insert into website_member (website_id, org_id, user_id, role_id)
    values (_invite.website_id, _invite.org_id, _user.id, _invite.role_id);
  end if;
  update invite set state = 'accepted', settled_at = app.now_ms() where id = _invite_id;
  perform app.forget_mails(_user.email);
  return jsonb_build_object('outcome', 'accepted', 'created', _created, 'user_id', _user.id, 'offer', _offer);
end $$;

grant execute on function app.is_over, app.look_at_invite, app.accept_invite to app_login;
