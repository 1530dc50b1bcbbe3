-- Invites as their senders make, repeat and withdraw them, each in the organization (and on the website) that the caller
-- was authorized for. They refuse by raising: what is refused leaves nothing behind. Lock order: the caller (hold_me),
-- organisation, website, their memberships, role, throttle, invite.

-- The right to invite, and the memberships that it comes from held as they are until the invite is there: whoever removes
-- or suspends the caller waits, and then withdraws this invite too.
create function app.require_may_invite(_org_id integer, _website_id integer) returns void
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
begin
  if _org_id is distinct from app.org_id() then
    perform app.refuse(404, 'not_found');
  end if;
  perform from website where id = _website_id and org_id = _org_id for key share;
  perform from member where user_id = app.me() and org_id = _org_id for share;
  if _website_id is null then
    perform app.require_permission(_org_id, 'member:invite', 'write', '{}');
  else
    perform from website_member where user_id = app.me() and website_id = _website_id for share;
    perform app.require_permission(_org_id, 'website:invite', 'write', jsonb_build_object('website_id', _website_id));
  end if;
end $$;

-- The caller's address, which stands in the mail; theirs it is only once they have confirmed it.
create function app.inviting_address() returns text
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _email text := (select email from "user" where id = app.me() and email_verified_at is not null);
begin
  if _email is null then
    perform app.refuse(403, 'email_not_verified');
  end if;
  return _email;
end $$;

create function app.is_member(_user_id integer, _org_id integer, _website_id integer) returns boolean
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
begin
  return case when _website_id is null
    then exists (select from member where user_id = _user_id and org_id = _org_id)
    else exists (select from website_member where user_id = _user_id and website_id = _website_id) end;
end $$;

create function app.require_newcomer(_email text, _org_id integer, _website_id integer) returns void
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
begin
  if app.is_member((select id from "user" where lower(email) = lower(_email)), _org_id, _website_id) then
    perform app.refuse(409, 'already_member');
  end if;
end $$;

-- The state of an invite as people see it: one whose time is over is expired, whether the cron has been there or not.
create function app.state_of(_state text, _expires_at bigint) returns text
language sql volatile
as $$ select case when _state = 'pending' and _expires_at <= app.now_ms() then 'expired' else _state end $$;

-- An invite as its senders see it: an `InviteRow` (src/invites/queries.ts).
create function app.invite_shown(_invite invite) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
begin
  return jsonb_build_object(
    'id', _invite.id, 'org_id', _invite.org_id, 'website_id', _invite.website_id, 'email', _invite.email,
    'role_id', _invite.role_id, 'role', (select name from role where id = _invite.role_id),
    'invited_by_id', _invite.user_id, 'invited_by', (select email from "user" where id = _invite.user_id),
    'state', app.state_of(_invite.state, _invite.expires_at), 'expires_at', _invite.expires_at,
    'delivery_state', _invite.delivery_state, 'delivery_error', _invite.delivery_error,
    'created_at', _invite.created_at, 'updated_at', _invite.updated_at);
end $$;

-- The mail of an invite, to the address that stands in it.
create function app.post_invitation(_invite invite, _invited_by text, _secrets text) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
begin
  return app.post_mail('invitation', _invite.email, jsonb_build_object(
    'invite_id', _invite.id, 'expires_at', _invite.expires_at, 'invited_by', _invited_by,
    'organization', (select name from organisation where id = _invite.org_id),
    'website', (select name from website where id = _invite.website_id),
    'role', (select name from role where id = _invite.role_id)), _secrets);
end $$;

-- Returns {outcome: 'created', invite, mail} | 'idempotency_key_reused'. Refuses with 404; 403 permission_missing,
-- email_not_verified, role_above_own, owner_required; 409 already_member, invite_pending; 422 for the role; 429.
create function app.create_invite(
  _org_id integer, _website_id integer, _email text, _role jsonb, _lifetime_ms bigint, _token_hash text,
  _mail_secrets text, _idempotency_key text, _fingerprints text[]
) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _answer jsonb;
  _invited_by text;
  _role_id integer;
  _invite invite;
  _mail jsonb;
  _now bigint;
begin
  perform app.require_may_invite(_org_id, _website_id);
  _answer := app.recall_answer(_idempotency_key, _fingerprints);
  if _answer is not null then
    return _answer;
  end if;
  _role_id := app.role_for(_org_id, _role, case when _website_id is null then 'organization' else 'website' end);
  perform app.count_invitation(_org_id, _website_id, _email);
  _invited_by := app.inviting_address();
  perform app.require_role_dominated(_org_id, _website_id, _role_id);
  perform app.require_newcomer(_email, _org_id, _website_id);

  _now := app.now_ms();
  -- What has expired is not pending, and the cron may not have been there yet.
  delete from invite
  where org_id = _org_id and lower(email) = lower(_email) and coalesce(website_id, 0) = coalesce(_website_id, 0)
    and state = 'pending' and expires_at <= _now;
  insert into invite (
    token, user_id, org_id, website_id, email, role_id, lifetime_ms, expires_at, created_at, updated_at)
  values (
    _token_hash, app.me(), _org_id, _website_id, _email, _role_id, _lifetime_ms, _now + _lifetime_ms, _now, _now)
  on conflict (org_id, lower(email), coalesce(website_id, 0)) where state = 'pending' do nothing
  returning * into _invite;
  if not found then
    perform app.refuse(409, 'invite_pending');
  end if;
  -- The one that was pending until a moment ago may have been accepted while we waited for it.
  perform app.require_newcomer(_email, _org_id, _website_id);
  _mail := app.post_invitation(_invite, _invited_by, _mail_secrets);
  update invite set mail_id = (_mail ->> 'id')::bigint where id = _invite.id;
  return app.keep_answer(_idempotency_key, jsonb_build_object(
    'outcome', 'created', 'invite', app.invite_shown(_invite), 'mail', _mail), true);
end $$;

-- The invite that a request is about, locked. The caller's memberships come first, as with whoever removes them.
-- `_counted`: it will be mailed.
create function app.invite_for(_org_id integer, _website_id integer, _invite_id integer, _counted boolean)
returns invite
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _invite invite;
begin
  perform app.require_may_invite(_org_id, _website_id);
  perform from role where id = (select role_id from invite where id = _invite_id) for key share;
  if _counted then
    perform app.count_invitation(_org_id, _website_id, email) from invite where id = _invite_id and org_id = _org_id;
  end if;
  select * into _invite from invite
  where id = _invite_id and org_id = _org_id and website_id is not distinct from _website_id
  for update;
  if not found then
    perform app.refuse(404, 'not_found');
  end if;
  return _invite;
end $$;

-- A new link for as long as the first, in a new mail; the old link is dead. The invite is now the caller's.
-- Returns {outcome: 'resent', invite, mail}. Refuses as above, and with 410 invite_accepted, invite_revoked; with 429 the
-- old link stays.
create function app.resend_invite(
  _org_id integer, _website_id integer, _invite_id integer, _token_hash text, _mail_secrets text
) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _invite invite := app.invite_for(_org_id, _website_id, _invite_id, true);
  _invited_by text := app.inviting_address();
  _mail jsonb;
begin
  perform app.require_role_dominated(_org_id, _website_id, _invite.role_id);
  if _invite.state <> 'pending' then
    perform app.refuse(410, 'invite_' || _invite.state);
  end if;
  perform app.require_newcomer(_invite.email, _org_id, _website_id);
  _invite.expires_at := app.now_ms() + _invite.lifetime_ms;
  _mail := app.post_invitation(_invite, _invited_by, _mail_secrets);
  update invite
  set token = _token_hash, user_id = app.me(), expires_at = _invite.expires_at, mail_id = (_mail ->> 'id')::bigint,
    delivery_state = 'queued', delivery_error = null
  where id = _invite_id
  returning * into _invite;
  return jsonb_build_object('outcome', 'resent', 'invite', app.invite_shown(_invite), 'mail', _mail);
end $$;

-- Withdraws an invite; one that is withdrawn already stays so. Refuses with 410 invite_accepted.
create function app.revoke_invite(_org_id integer, _website_id integer, _invite_id integer) returns void
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _invite invite := app.invite_for(_org_id, _website_id, _invite_id, false);
begin
  perform app.require_role_dominated(_org_id, _website_id, _invite.role_id);
  if _invite.state = 'accepted' then
    perform app.refuse(410, 'invite_accepted');
  elsif _invite.state = 'pending' then
    update invite set state = 'revoked', settled_at = app.now_ms() where id = _invite_id;
  end if;
end $$;

grant execute on function app.state_of, app.create_invite, app.resend_invite, app.revoke_invite to app_tenant;
