-- Step two of a request inside an organization: a statement of its own, before the effect.
--   _needs   a permission, or 'membership' for what everybody may who is in
--   _access  read, write or delete (of the organization itself)
--   _about   what else the request names, see are_there; with the key website_id (null: any of them), the website's
--            guests are let in with the permissions that they hold there
-- Not a member: the same 404 as an organization that does not exist. From here on the policies show this
-- organization only. Writes lock it against deletion, its deletion against writes (lock order: user,
-- organisation, rows).
create function app.authorize(_org_id integer, _needs text, _access text, _about jsonb default '{}') returns void
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
begin
  if _access is null or _access not in ('read', 'write', 'delete') then
    raise exception 'access is read, write or delete, not %', _access;
  elsif _needs is null or _about is null then
    raise exception 'a permission (or membership) is needed, and what the request is about';
  end if;

  -- Whoever may not waits for no lock, and learns nothing from one.
  perform app.require_permission(_org_id, _needs, _access, _about);
  if _access <> 'read' then
    if _access = 'write' then
      perform from organisation where id = _org_id for key share;
    else
      perform from organisation where id = _org_id for update;
    end if;
    -- Again after the lock, in a snapshot of its own: what changed while we waited counts.
    perform app.require_permission(_org_id, _needs, _access, _about);
  end if;

  perform set_config('app.org_id', _org_id::text, true);
end $$;

create function app.require_permission(_org_id integer, _needs text, _access text, _about jsonb) returns void
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _permissions text[];
begin
  select permissions into _permissions from app.require_standing(_org_id, _access, _about);
  if _needs <> 'membership' and (_needs = any (_permissions)) is not true then
    perform app.refuse(403, 'permission_missing');
  end if;
end $$;

grant execute on function app.authorize to app_tenant;
