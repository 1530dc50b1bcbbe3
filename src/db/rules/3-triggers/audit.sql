-- The audit trail: who did what to whom, when and from where, in the transaction of the change and whatever its path.
-- One line for each row that changed, with the columns named here that did: no hashes, no tokens, and of a person neither
-- address nor profile, since the trail outlives them. (Of an invite the address: nothing else tells who was invited.)
-- AFTER STATEMENT, so that what follows from a change is told too, and the end of a whole organization (or website) in one
-- line: what belonged to it goes without saying.
create function app.audited(_kind text, _row jsonb) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp
as $$
begin
  return (
    select jsonb_object_agg(key, value)
    from (
      select key, case key
        when 'status' then to_jsonb(case value::integer when 0 then 'active' else 'suspended' end) else value end as value
      from jsonb_each(_row)
      union all
      select 'role', to_jsonb(r.name) from role r where r.id = (_row ->> 'role_id')::integer
    ) e
    where key = any (case _kind
      when 'organization' then array['name', 'status', 'personal', 'settings']
      when 'user' then array['status', 'email_verified_at', 'credential_version', 'platform_admin']
      when 'role' then array['name', 'description', 'scope', 'permissions']
      when 'website' then array['name', 'url', 'status', 'settings']
      when 'invite' then array['email', 'role', 'role_id', 'state', 'expires_at']
      else array['role', 'role_id', 'status', 'settings'] end));
end $$;

-- What of one object is not the same in the other; of settings, which keys.
create function app.differing(_one jsonb, _other jsonb) returns jsonb
language plpgsql immutable
as $$
begin
  return (
    select jsonb_object_agg(e.key, case when e.key = 'settings' then coalesce((
        select jsonb_object_agg(s.key, s.value) from jsonb_each(e.value) s
        where _other -> 'settings' -> s.key is distinct from s.value), '{}')
      else e.value end)
    from jsonb_each(_one) e
    where _other -> e.key is distinct from e.value);
end $$;

-- Settings are anybody's to fill: of many or large ones the trail keeps how much it was.
create function app.in_brief(_told jsonb) returns jsonb
language plpgsql immutable
as $$
begin
  return case when octet_length((_told -> 'settings')::text) <= 2000 then _told
    when _told ? 'settings' then jsonb_set(_told, '{settings}', jsonb_build_object('omitted', jsonb_build_object(
      'keys', (select count(*) from jsonb_object_keys(_told -> 'settings')),
      'bytes', octet_length((_told -> 'settings')::text))))
    else _told end;
end $$;

create function app.write_audit(_action text, _before jsonb, _after jsonb) returns void
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _kind constant text := split_part(_action, '.', 1);
  _row constant jsonb := coalesce(_after, _before);
  _old jsonb := app.audited(_kind, _before);
  _new jsonb := app.audited(_kind, _after);
begin
  if _before is not null and _after is not null then
    if _old = _new then
      return;
    end if;
    select app.differing(_old, _new), app.differing(_new, _old) into _old, _new;
  end if;
  insert into audit_event (
    org_id, actor_id, session_id, action, target_type, target_id, website_id, before, after, request_id, ip)
  values (
    (_row ->> case _kind when 'organization' then 'id' else 'org_id' end)::integer,
    coalesce(nullif(current_setting('app.actor_id', true), '')::integer, app.me()),
    app.session_id(),
    _action,
    _kind,
    (_row ->> case when _kind in ('member', 'website_member') then 'user_id' else 'id' end)::integer,
    (_row ->> case _kind when 'website' then 'id' else 'website_id' end)::integer,
    app.in_brief(_old), app.in_brief(_new),
    coalesce(current_setting('app.request_id', true), ''),
    coalesce(current_setting('app.ip', true), ''));
end $$;

-- The five roles that an organization is born with are not worth five lines.
create function app.audit_created() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  perform app.write_audit(tg_argv[0] || '.created', null, made)
  from (select to_jsonb(n) as made from new_rows n) m
  where (made ->> 'system')::boolean is not true;
  return null;
end $$;

create function app.audit_updated() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  perform app.write_audit(tg_argv[0] || '.updated', to_jsonb(o), to_jsonb(n))
  from old_rows o join new_rows n using (id);
  return null;
end $$;

create function app.audit_deleted() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  perform app.write_audit(tg_argv[0] || '.deleted', to_jsonb(o), null) from old_rows o;
  return null;
end $$;

-- Of what belongs to an organization (or, below, to a website), unless that is being deleted.
create function app.audit_removed() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  perform app.write_audit(tg_argv[0] || '.deleted', to_jsonb(o), null)
  from old_rows o where exists (select from organisation where id = o.org_id);
  return null;
end $$;

create function app.audit_website_member_removed() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  perform app.write_audit('website_member.deleted', to_jsonb(o), null)
  from old_rows o where exists (select from website where id = o.website_id);
  return null;
end $$;

create trigger organisation_audit_created after insert on organisation referencing new table as new_rows
  for each statement execute function app.audit_created('organization');
create trigger organisation_audit_updated after update on organisation
  referencing old table as old_rows new table as new_rows
  for each statement execute function app.audit_updated('organization');
create trigger organisation_audit_deleted after delete on organisation referencing old table as old_rows
  for each statement execute function app.audit_deleted('organization');

create trigger user_audit_created after insert on "user" referencing new table as new_rows
  for each statement execute function app.audit_created('user');
create trigger user_audit_updated after update on "user" referencing old table as old_rows new table as new_rows
  for each statement execute function app.audit_updated('user');
create trigger user_audit_deleted after delete on "user" referencing old table as old_rows
  for each statement execute function app.audit_deleted('user');

create trigger role_audit_created after insert on role referencing new table as new_rows
  for each statement execute function app.audit_created('role');
create trigger role_audit_updated after update on role referencing old table as old_rows new table as new_rows
  for each statement execute function app.audit_updated('role');
create trigger role_audit_deleted after delete on role referencing old table as old_rows
  for each statement execute function app.audit_removed('role');

create trigger member_audit_created after insert on member referencing new table as new_rows
  for each statement execute function app.audit_created('member');
create trigger member_audit_updated after update on member referencing old table as old_rows new table as new_rows
  for each statement execute function app.audit_updated('member');
create trigger member_audit_deleted after delete on member referencing old table as old_rows
  for each statement execute function app.audit_removed('member');

create trigger website_audit_created after insert on website referencing new table as new_rows
  for each statement execute function app.audit_created('website');
create trigger website_audit_updated after update on website referencing old table as old_rows new table as new_rows
  for each statement execute function app.audit_updated('website');
create trigger website_audit_deleted after delete on website referencing old table as old_rows
  for each statement execute function app.audit_removed('website');

create trigger website_member_audit_created after insert on website_member referencing new table as new_rows
  for each statement execute function app.audit_created('website_member');
create trigger website_member_audit_updated after update on website_member
  referencing old table as old_rows new table as new_rows
  for each statement execute function app.audit_updated('website_member');
create trigger website_member_audit_deleted after delete on website_member referencing old table as old_rows
  for each statement execute function app.audit_website_member_removed();

-- An invite that goes is one whose time is over.
create trigger invite_audit_created after insert on invite referencing new table as new_rows
  for each statement execute function app.audit_created('invite');
create trigger invite_audit_updated after update on invite referencing old table as old_rows new table as new_rows
  for each statement execute function app.audit_updated('invite');
