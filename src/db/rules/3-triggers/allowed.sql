-- Is it still allowed? The guard asked, but a change may have waited for its row since, and whoever makes it may have been
-- suspended, demoted or removed meanwhile: the policies answer from before the wait. So the right is asked once more when
-- the row is locked, and the refusal undoes everything. Arguments: the permission to update, delete, insert.
-- Asked of what somebody does, not of what follows from it, and not of leaving; named to come before the other triggers.
create function app.still_allowed() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
declare
  _row constant jsonb := case tg_op when 'INSERT' then to_jsonb(new) else to_jsonb(old) end;
  _org_id constant integer := _row ->> case tg_table_name when 'organisation' then 'id' else 'org_id' end;
begin
  if app.me() is not null
    and not (tg_op = 'DELETE' and (_row ->> 'user_id')::integer is not distinct from app.me())
    and app.has_members(_org_id, 1)  -- else it is being founded
  then
    perform app.require_permission(_org_id, tg_argv[case tg_op when 'UPDATE' then 0 when 'DELETE' then 1 else 2 end],
      'write', case tg_table_name
        when 'website' then jsonb_build_object('website_id', _row -> 'id')
        when 'website_member' then jsonb_build_object('website_id', _row -> 'website_id')
        else '{}' end);
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;

create trigger organisation_allowed before update of name, personal, settings on organisation
  for each row when (pg_trigger_depth() = 0) execute function app.still_allowed('organization:update');
create trigger member_allowed before update or delete on member
  for each row when (pg_trigger_depth() = 0) execute function app.still_allowed('member:update', 'member:remove');
create trigger role_allowed before insert or update or delete on role
  for each row when (pg_trigger_depth() = 0)
  execute function app.still_allowed('role:update', 'role:delete', 'role:create');
create trigger website_allowed before update or delete on website
  for each row when (pg_trigger_depth() = 0) execute function app.still_allowed('website:update', 'website:delete');
create trigger website_member_allowed before update or delete on website_member
  for each row when (pg_trigger_depth() = 0) execute function app.still_allowed('website:invite', 'website:invite');

-- Of one's own account nothing is asked but that it still is one's own.
create function app.still_entered() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  perform app.require_session();
  return new;
end $$;

create trigger user_allowed before update of profile, settings on "user"
  for each row when (pg_trigger_depth() = 0) execute function app.still_entered();
