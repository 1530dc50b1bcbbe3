-- The caller's own account, second trip, after the right password.
-- Returns what end_account does | 'invalid_credentials' (changed by somebody else in between). Refuses with 401
-- session_ended.
create function app.delete_account(_credential_version integer, _attempt_at bigint) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _email text;
  _ended jsonb;
begin
  select email into _email from "user" where id = app.me() and credential_version = _credential_version for update;
  if not found then
    if not exists (select from "user" where id = app.me()) then
      perform app.refuse(401, 'session_ended');  -- deleted by another try of the same
    end if;
    return '{"outcome": "invalid_credentials"}';
  end if;
  _ended := app.end_account(app.me());
  perform app.forget_attempt(_email, _attempt_at);
  return _ended;
end $$;

-- Ends an account, whose row the caller holds locked. Organizations where the person is alone go with it; one that would
-- be left with members and without an owner keeps everything as it is. The organizations are locked, in the order of their
-- ids, so that nobody joins in between.
-- Returns {outcome: 'deleted'} | {outcome: 'sole_owner', organizations: [{org_id, name}]} |
-- 'organization_suspended' (one that would go with them).
create function app.end_account(_user_id integer) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _alone integer[];
  _kept jsonb;
begin
  perform from organisation where id in (select org_id from member where user_id = _user_id) order by id for update;

  _alone := array(
    select m.org_id from member m where m.user_id = _user_id and not app.has_members(m.org_id, 2));
  if exists (select from organisation where id = any (_alone) and status <> 0) then
    return '{"outcome": "organization_suspended"}';
  end if;

  select jsonb_agg(jsonb_build_object('org_id', o.org_id, 'name', o.name) order by o.org_id) into _kept
  from app.solely_owned(_user_id) o;
  if _kept is not null then
    return jsonb_build_object('outcome', 'sole_owner', 'organizations', _kept);
  end if;

  delete from organisation where id = any (_alone);
  delete from "user" where id = _user_id;
  return '{"outcome": "deleted"}';
end $$;

-- Organizations with other members of which the person is the only active owner.
create function app.solely_owned(_user_id integer) returns table (org_id integer, name text, status integer)
language plpgsql stable security definer set search_path = public, pg_temp
as $$
begin
  return query
    select o.id, o.name, o.status
    from member m join organisation o on o.id = m.org_id join role r on r.id = m.role_id
    where m.user_id = _user_id and r.system and r.name = 'owner'
      and app.has_members(o.id, 2)
      and not exists (
        select from member other join "user" u on u.id = other.user_id and u.status = 0
        where other.org_id = o.id and other.role_id = m.role_id and other.status = 0 and other.user_id <> _user_id);
end $$;

grant execute on function app.delete_account to app_tenant;
