-- role_in_use: a role that somebody holds or is invited to is not deleted. The foreign keys to it cascade, for the sake of
-- a deleted organization, and would take the memberships along silently. The role's lock first waits for assignments under
-- way (they hold it FOR KEY SHARE), so that none is missed.
create function app.role_in_use() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  perform from organisation where id = old.org_id;
  if not found then
    return old;  -- the organization is being deleted, and everything of it
  end if;
  perform from role where id = old.id for update;
  if exists (select from member where role_id = old.id and org_id = old.org_id)
    or exists (select from website_member where role_id = old.id and org_id = old.org_id)
    -- Of those that are settled, role_scope is null. By the index that ends with expires_at, in any plan.
    or (select max(expires_at) from invite where org_id = old.org_id and role_id = old.id and role_scope = old.scope)
      > app.now_ms() then
    perform app.refuse(409, 'role_in_use');
  end if;
  return old;
end $$;

create trigger role_in_use before delete on role for each row execute function app.role_in_use();
