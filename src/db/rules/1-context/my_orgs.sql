-- The organizations in which the caller is an active member and holds a permission (null: any member).
-- SECURITY DEFINER, because a policy on `member` that read `member` itself would recurse.
create function app.my_orgs(_permission text default null) returns setof integer
language plpgsql stable security definer set search_path = public, pg_temp
as $$
declare
  _me integer := app.me();
  _only integer := app.org_id();
begin
  return query
    select m.org_id from member m join role r on r.id = m.role_id
    where m.user_id = _me and m.status = 0
      and (_only is null or m.org_id = _only)
      and (_permission is null or _permission = any (r.permissions));
end $$;

grant execute on function app.my_orgs to app_tenant;
