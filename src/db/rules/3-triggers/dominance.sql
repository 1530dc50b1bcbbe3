-- You can touch only what you dominate: whoever makes, changes or removes a membership, a role or an invite holds every
-- permission of the old and of the new role there (role_above_own), and only an owner makes, changes or unmakes an owner
-- (owner_required). An owner dominates everything.
-- It is asked of what somebody does, not of what follows from it (a website's memberships go with the website), and of
-- nobody where nobody has entered: sign-up, the command line. BEFORE ROW, so that the person gets this answer and not
-- that of a policy; and after the row's lock, so that it is about the present.
create function app.require_dominance(_org_id integer, _website_id integer, _permissions text[], _owner boolean)
returns void
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _mine record;
begin
  if app.me() is null then
    return;
  end if;
  select * into _mine from app.standing(_org_id, _website_id is not null, _website_id) where not suspended;
  if _mine.is_owner then
    return;
  elsif not found and not app.has_members(_org_id, 1) then
    return;  -- an organization without members is being founded
  elsif _owner then
    perform app.refuse(403, 'owner_required');
  elsif not _permissions <@ coalesce(_mine.permissions, '{}') then
    perform app.refuse(403, 'role_above_own');
  end if;
end $$;

create function app.require_role_dominated(_org_id integer, _website_id integer, _role_id integer) returns void
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _role role;
begin
  select * into _role from role where id = _role_id;
  perform app.require_dominance(_org_id, _website_id, _role.permissions, _role.system and _role.name = 'owner');
end $$;

-- Of a membership, and of an invite.
create function app.member_dominated() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
declare
  _row jsonb;
begin
  if tg_op = 'DELETE' and old.user_id = app.me() then
    return old;  -- leaving
  end if;
  -- As jsonb, since `member` has no website.
  foreach _row in array array_remove(array[
    case when tg_op <> 'INSERT' then to_jsonb(old) end, case when tg_op <> 'DELETE' then to_jsonb(new) end], null)
  loop
    perform app.require_role_dominated((_row ->> 'org_id')::integer, (_row ->> 'website_id')::integer,
      (_row ->> 'role_id')::integer);
  end loop;
  return case when tg_op = 'DELETE' then old else new end;
end $$;

create function app.role_dominated() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  if tg_op <> 'INSERT' then
    perform app.require_dominance(old.org_id, null, old.permissions, old.system and old.name = 'owner');
  end if;
  if tg_op <> 'DELETE' then
    perform app.require_dominance(new.org_id, null, new.permissions, new.system and new.name = 'owner');
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;

create trigger member_dominated before insert or update or delete on member
  for each row when (pg_trigger_depth() = 0) execute function app.member_dominated();
create trigger website_member_dominated before insert or update or delete on website_member
  for each row when (pg_trigger_depth() = 0) execute function app.member_dominated();
-- (They are deleted when their time is over, by nobody.)
create trigger invite_dominated before insert or update on invite
  for each row when (pg_trigger_depth() = 0) execute function app.member_dominated();
create trigger role_dominated before insert or update or delete on role
  for each row when (pg_trigger_depth() = 0) execute function app.role_dominated();
