-- The role that somebody is given, by name (text) or id (number): one of the organization that the caller was authorized
-- for, and of this scope. Locked, so that it is still there when the row that names it is written. Refuses with 404 for
-- an id that is not there, 422 for a name that is not, or for the other scope.
create function app.role_for(_org_id integer, _role jsonb, _scope text) returns integer
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _found role;
begin
  if _org_id is distinct from app.org_id() then
    perform app.refuse(404, 'not_found');
  end if;
  if jsonb_typeof(_role) = 'number' then
    select * into _found from role where id = (_role #>> '{}')::integer and org_id = _org_id for key share;
    if not found then
      perform app.refuse(404, 'not_found');
    end if;
  else
    select * into _found from role where org_id = _org_id and lower(name) = lower(_role #>> '{}') for key share;
    if not found then
      perform app.refuse(422, 'role_unknown');
    end if;
  end if;
  if _found.scope <> _scope then
    perform app.refuse(422, 'role_of_other_scope');
  end if;
  return _found.id;
end $$;

grant execute on function app.role_for to app_tenant;
