-- last_owner: an organization always has an active owner, whoever demotes, removes, suspends, leaves or is deleted.
-- Looked at after the statement, under the organization's lock, one organization after the other in the order of their
-- ids: of two owners who unmake each other at once the second waits, then sees what the first did. An organization that
-- is being deleted is not there to be locked, and passes.
create function app.has_active_owner(_org_id integer) returns boolean
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _owner constant integer := (select id from role where org_id = _org_id and lower(name) = 'owner');
begin
  -- By the role's id: joined, the planner may go through all members of a big organization for one that owns it.
  return exists (
    select from member m join "user" u on u.id = m.user_id
    where m.org_id = _org_id and m.role_id = _owner and m.status = 0 and u.status = 0);
end $$;

-- The lock decides only for statements that begin after it was taken.
create function app.lock_against_ownerlessness(_org_id integer) returns boolean
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'owners are changed under READ COMMITTED only';
  end if;
  perform from organisation where id = _org_id for no key update;
  return found;
end $$;

create function app.member_last_owner() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
declare
  _there constant integer[] := array(select id from organisation where id in (select org_id from gone));
  _lost record;
begin
  if _there = '{}' then
    return null;  -- they are being deleted
  end if;
  for _lost in
    select g.org_id, bool_or(g.user_id <> app.me()) as somebody_else
    from gone g join role r on r.id = g.role_id
    where g.org_id = any (_there) and g.status = 0 and r.system and r.name = 'owner'
      -- Looked up by the id: by the user, each of a thousand memberships would be sought among the thousand.
      and not exists (
        select from member m
        where m.id = g.id and m.user_id is not distinct from g.user_id and m.status = 0 and m.role_id = g.role_id)
    group by g.org_id order by g.org_id
  loop
    if not app.lock_against_ownerlessness(_lost.org_id) then
      continue;
    elsif not app.has_active_owner(_lost.org_id) then
      perform app.refuse(409, 'last_owner');
    -- Who was unmade while waiting unmakes nobody.
    elsif _lost.somebody_else and not exists (
      select from app.standing(_lost.org_id) where is_owner and not suspended) then
      perform app.refuse(403, 'owner_required');
    end if;
  end loop;
  return null;
end $$;

-- A suspended person owns nothing that others would be left with, unless that is suspended too, and then it is not restored
-- before them; an organization of theirs alone sleeps with them.
create function app.user_last_owner() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
declare
  _org_id integer;
begin
  -- Every organization of theirs: somebody may be making them an owner right now.
  for _org_id in select m.org_id from member m where m.user_id = new.id order by m.org_id loop
    if not app.lock_against_ownerlessness(_org_id) then
      continue;
    end if;
    -- A statement of its own: its snapshot begins after the lock.
    if exists (
        select from member m join role r on r.id = m.role_id join organisation o on o.id = m.org_id and o.status = 0
        where m.org_id = _org_id and m.user_id = new.id and m.status = 0 and r.system and r.name = 'owner')
      and app.has_members(_org_id, 2)
      and not app.has_active_owner(_org_id) then
      perform app.refuse(409, 'last_owner');
    end if;
  end loop;
  return null;
end $$;

create function app.organisation_last_owner() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  if app.has_members(new.id, 2) and not app.has_active_owner(new.id) then
    perform app.refuse(409, 'last_owner');
  end if;
  return null;
end $$;

create trigger member_last_owner_update after update on member referencing old table as gone
  for each statement execute function app.member_last_owner();
create trigger member_last_owner_delete after delete on member referencing old table as gone
  for each statement execute function app.member_last_owner();
create trigger user_last_owner after update of status on "user"
  for each row when (old.status = 0 and new.status <> 0) execute function app.user_last_owner();
create trigger organisation_last_owner after update of status on organisation
  for each row when (old.status <> 0 and new.status = 0) execute function app.organisation_last_owner();
