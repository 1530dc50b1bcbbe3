-- Step two of a request inside an organization: a statement of its own, before the effect.
-- Not a member: the same 404 as an organization that does not exist. From here on the policies show this
-- organization only. Writes lock it against deletion, its deletion against writes (lock order: user,
-- organisation, rows).
create function app.authorize(_org_id integer, _permission text, _access text) returns void
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _mine record;
begin
  if _access is null or _access not in ('read', 'write', 'delete') then
    raise exception 'access is read, write or delete, not %', _access;
  end if;

  -- Strangers wait for no lock and learn nothing from one.
  perform from member where user_id = app.me() and org_id = _org_id;
  if not found or _org_id <> coalesce(app.org_id(), _org_id) then
    perform app.refuse(404, 'not_found');
  end if;

  if _access = 'write' then
    perform from organisation where id = _org_id for key share;
  elsif _access = 'delete' then
    perform from organisation where id = _org_id for update;
  end if;

  -- Read after the lock, in a snapshot of its own: what changed while we waited counts.
  select m.status, o.status as org_status, r.permissions, r.system and r.name = 'owner' as owner into _mine
  from member m join organisation o on o.id = m.org_id join role r on r.id = m.role_id
  where m.user_id = app.me() and m.org_id = _org_id;
  if not found then
    perform app.refuse(404, 'not_found');
  elsif _mine.status <> 0 then
    perform app.refuse(403, 'member_suspended');
  elsif _mine.org_status <> 0 and not (_mine.owner and _access = 'read') then
    perform app.refuse(403, 'organization_suspended');
  elsif (_permission = any (_mine.permissions)) is not true then
    perform app.refuse(403, 'permission_missing');
  end if;

  perform set_config('app.org_id', _org_id::text, true);
end $$;

grant execute on function app.authorize to app_tenant;
