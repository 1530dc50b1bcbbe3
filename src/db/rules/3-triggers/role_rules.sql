-- role_immutable: of the five system roles only the description changes, and they go with their organization alone.
create function app.role_immutable() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  if tg_op = 'DELETE' then
    if old.system and exists (select from organisation where id = old.org_id) then
      perform app.refuse(409, 'system_role');
    end if;
    return old;
  elsif (old.system or new.system) and
    ((new.org_id, new.name, new.scope, new.system) is distinct from (old.org_id, old.name, old.scope, old.system)
      or not (new.permissions @> old.permissions and new.permissions <@ old.permissions)) then
    perform app.refuse(409, 'system_role');
  end if;
  return new;
end $$;

-- role_permissions: a role holds permissions of the catalogue, and one for websites those that a website knows.
create function app.role_permissions() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  if not new.permissions <@ (
    select s.permissions from app.system_roles() s
    where s.name = case new.scope when 'website' then 'website_admin' else 'owner' end) then
    perform app.refuse(422, 'permissions_unfit');
  end if;
  return new;
end $$;

create trigger role_immutable before update or delete on role for each row execute function app.role_immutable();
create trigger role_permissions before insert or update on role for each row execute function app.role_permissions();
