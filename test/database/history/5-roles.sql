-- Steps of the roles that organizations make themselves, of the same names in several of them.

create function history.make_role(_a float8, _b float8, _c float8) returns void
language plpgsql
as $$
declare
  _scope constant text := case when _c < 0.7 then 'organization' else 'website' end;
begin
  insert into role (org_id, name, scope, permissions)
  select id, history.some_name(_b), _scope,
    case when _scope = 'website' then '{website:read}' when _c < 0.3 then '{stats:read}' else '{member:read}' end::text[]
  from organisation
  where id = history.some_org(_a) or _a < 0.5 and id <> history.bystander()  -- in one, or in all of them
  on conflict do nothing;
end $$;

create function history.change_own_role(_a float8, _b float8, _c float8) returns void
language plpgsql
as $$
begin
  update role
    set name = case when _c < 0.7 then history.some_name(_b) else name end,
      permissions = case when _c < 0.7 or scope = 'website' then permissions
        when _c < 0.85 then '{stats:read, member:read}'::text[] else '{}' end
    where id = history.some_own_role(_a);
end $$;

create function history.end_role(_a float8, _b float8, _c float8) returns void
language plpgsql
as $$
begin
  delete from role where id = history.some_own_role(_a);
end $$;
