-- What somebody is to an organization: a member, or a guest of one website of it (_guests; _website_id null: of any).
-- `permissions` are all that count there; of a website of which they are a suspended guest, none do. No row for strangers.
create function app.standing_of(_user_id integer, _org_id integer, _guests boolean, _website_id integer)
returns table (suspended boolean, org_suspended boolean, is_owner boolean, permissions text[])
language plpgsql stable security definer set search_path = public, pg_temp
as $$
begin
  return query
    select coalesce(m.status <> 0, not g.active), o.status <> 0, coalesce(r.system and r.name = 'owner', false),
      coalesce(r.permissions, '{}') || coalesce(g.permissions, '{}')
    from organisation o
      left join member m on m.org_id = o.id and m.user_id = _user_id
      left join role r on r.id = m.role_id
      left join lateral (
        select bool_or(w.status = 0) as active,
          array_agg(p) filter (where w.status = 0 and p is not null) as permissions
        from website_member w join role wr on wr.id = w.role_id left join unnest(wr.permissions) p on true
        where _guests and w.user_id = _user_id and w.org_id = o.id
          and w.website_id between coalesce(_website_id, 0) and coalesce(_website_id, 2147483647)
      ) g on true
    where o.id = _org_id and (m.id is not null or g.active is not null);
end $$;

-- The caller's. No row either when the access token names another organization.
create function app.standing(_org_id integer, _guests boolean default false, _website_id integer default null)
returns table (suspended boolean, org_suspended boolean, is_owner boolean, permissions text[])
language plpgsql stable security definer set search_path = public, pg_temp
as $$
begin
  if _org_id <> coalesce(app.org_id(), _org_id) then
    return;
  end if;
  return query select * from app.standing_of(app.me(), _org_id, _guests, _website_id);
end $$;

-- Does everything that a request names beside the organization belong to it? _about: {user_id?, role_id?, website_id?,
-- invite_id?, actor_id?}; a user or an invite is sought among those of the website, if there is one.
create function app.are_there(_org_id integer, _about jsonb) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp
as $$
declare
  _website_id constant integer := _about ->> 'website_id';
  _role_id constant integer := _about ->> 'role_id';
  _user_id constant integer := _about ->> 'user_id';
  _invite_id constant integer := _about ->> 'invite_id';
  _actor_id constant integer := _about ->> 'actor_id';
begin
  return (_website_id is null or exists (select from website where id = _website_id and org_id = _org_id))
    and (_role_id is null or exists (select from role where id = _role_id and org_id = _org_id))
    and (_user_id is null or case when _website_id is null
      then exists (select from member where user_id = _user_id and org_id = _org_id)
      else exists (select from website_member where user_id = _user_id and website_id = _website_id) end)
    and (_invite_id is null or exists (
      select from invite where id = _invite_id and org_id = _org_id and website_id is not distinct from _website_id))
    -- Whoever left is still in the trail.
    and (_actor_id is null or exists (select from member where user_id = _actor_id and org_id = _org_id)
      or exists (select from website_member where user_id = _actor_id and org_id = _org_id)
      or exists (select from audit_event where actor_id = _actor_id and org_id = _org_id));
end $$;

-- The caller's standing where a request wants to go, or the refusal. In the contract's order: strangers and ids that
-- do not belong there (404), suspension (403); before all that, a session that has ended since it entered (401). An owner
-- may still read in a suspended organization.
create function app.require_standing(_org_id integer, _access text, _about jsonb)
returns table (is_owner boolean, org_suspended boolean, permissions text[])
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _mine record;
begin
  perform app.require_session();
  select * into _mine from app.standing(_org_id, _about ? 'website_id', (_about ->> 'website_id')::integer);
  if not found or not app.are_there(_org_id, _about) then
    perform app.refuse(404, 'not_found');
  elsif _mine.suspended then
    perform app.refuse(403, 'member_suspended');
  elsif _mine.org_suspended and not (_mine.is_owner and _access = 'read') then
    perform app.refuse(403, 'organization_suspended');
  end if;
  return query select _mine.is_owner, _mine.org_suspended, _mine.permissions;
end $$;

-- May the caller do this, there, now? The same answer that `authorize` gives, without doing anything. Errors: 404 and
-- 403 (suspended), as everywhere.
create function app.may(_org_id integer, _permission text, _about jsonb default '{}') returns boolean
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
begin
  return (
    select coalesce(_permission = any (permissions), false) and (not org_suspended or _permission like '%:read')
    from app.require_standing(_org_id, 'read', _about));
end $$;

grant execute on function app.may to app_tenant;
