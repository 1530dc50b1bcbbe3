-- What a platform admin does to an organization or to a person: suspends (1) and restores (0), audited like every change,
-- with them as the actor. Done already: nothing is written. Whoever may not waits for no lock; the right is asked again
-- after the locks, so that who was suspended, revoked or signed out meanwhile does nothing. Lock order: the admin,
-- organisation.
-- Returns the organization as organization_listed. Refuses with 403 permission_missing, 404, 409 last_owner.
create function app.set_organization_status(_org_id integer, _status integer) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
begin
  perform app.require_platform_admin();
  perform from "user" where id = app.me() for share;
  perform from organisation where id = _org_id for no key update;
  perform app.require_platform_admin();
  if not exists (select from organisation where id = _org_id) then
    perform app.refuse(404, 'not_found');
  end if;
  perform app.write_organization_status(array[_org_id], _status);
  return app.organization_listed(_org_id);
end $$;

-- An organization's trail names the operator; from where they work is not its people's to know.
create function app.write_organization_status(_org_ids integer[], _status integer) returns void
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _session_id constant text := current_setting('app.session_id', true);
  _ip constant text := current_setting('app.ip', true);
begin
  perform set_config('app.session_id', '', true), set_config('app.ip', '', true);
  update organisation set status = _status where id = any (_org_ids) and status <> _status;
  perform set_config('app.session_id', _session_id, true), set_config('app.ip', _ip, true);
end $$;

-- The same of a person, whose sessions end, so that a restoration brings none of them back. Admin and person are locked in
-- the order of their ids: of two admins who suspend each other at once one succeeds, and since nobody suspends themselves,
-- suspensions always leave an active platform admin. Organizations that would be left without an owner are suspended too
-- (_with_organizations), or keep everything as it is; FOR UPDATE, so that the person founds no further one meanwhile.
-- Lock order: people, organisation (user_last_owner), sessions.
-- Returns {user: as user_listed} | {sole_owner_of: [{org_id, name}]}, the first 100 of those organizations. Refuses with 403
-- permission_missing, 404, 409 own_account.
create function app.set_user_status(_user_id integer, _status integer, _with_organizations boolean default false) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _owned integer[] := '{}';
begin
  perform app.require_platform_admin();
  perform from "user" where id in (app.me(), _user_id) order by id for update;
  perform app.require_platform_admin();
  if not exists (select from "user" where id = _user_id) then
    perform app.refuse(404, 'not_found');
  elsif _user_id = app.me() and _status <> 0 then
    perform app.refuse(409, 'own_account');
  end if;

  if _status <> 0 and exists (select from "user" where id = _user_id and status = 0) then
    -- All of theirs, so that nobody becomes, or ceases to be, another owner of one meanwhile.
    perform from organisation where id in (select org_id from member where user_id = _user_id) order by id
      for no key update;
    _owned := array(select org_id from app.solely_owned(_user_id) where status = 0 order by org_id);
  end if;
  if _owned <> '{}' and not _with_organizations then
    return (
      select jsonb_build_object('sole_owner_of', jsonb_agg(jsonb_build_object('org_id', id, 'name', name) order by id))
      from organisation where id = any (_owned[1:100]));
  end if;
  perform app.write_organization_status(_owned, 1);

  update "user" set status = _status where id = _user_id and status <> _status;
  if _status <> 0 then
    update session set ended_at = app.now_ms(), end_reason = 'revoked' where id in (
      select id from session where user_id = _user_id and ended_at is null order by id for update);
  end if;
  -- Once more: the organizations had to be waited for.
  perform app.require_platform_admin();
  return jsonb_build_object('user', app.user_listed(_user_id));
end $$;

grant execute on function app.set_organization_status, app.set_user_status to app_tenant;
