-- Which of the five system roles a membership holds, for statistics over all organizations: these roles have one name
-- everywhere and never change it. Null: a role of the organization's own.
create function app.system_role_of(_name text, _system boolean) returns integer
language sql immutable
as $$
  select case when _system then
    array_position(array['owner', 'admin', 'member', 'website_admin', 'website_user'], _name) end
$$;

create function app.set_system_role() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  select app.system_role_of(name, system) into new.system_role from role where id = new.role_id;
  return new;
end $$;

create trigger member_system_role before insert or update of role_id, system_role on member
  for each row execute function app.set_system_role();
create trigger website_member_system_role before insert or update of role_id, system_role on website_member
  for each row execute function app.set_system_role();
