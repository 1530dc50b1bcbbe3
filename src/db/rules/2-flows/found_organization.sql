-- An organization with its five system roles and its first owner, in the transaction of the calling flow.
create function app.found_organization(_owner_id integer, _name text, _settings jsonb, _personal boolean)
returns integer
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _org_id integer;
begin
  insert into organisation (name, settings, personal) values (_name, _settings, _personal)
  returning id into _org_id;
  insert into role (org_id, name, scope, description, permissions, system)
  select _org_id, s.name, s.scope, s.description, s.permissions, true from app.system_roles() s;
  insert into member (org_id, user_id, role_id)
  select _org_id, _owner_id, r.id from role r where r.org_id = _org_id and r.name = 'owner';
  return _org_id;
end $$;
