-- An operator of the whole service: made from the command line alone, asked live, and in a living session of theirs. An
-- access token that names an organization works for that organization only, so it carries nothing of this.
create function app.is_platform_admin() returns boolean
language plpgsql stable security definer set search_path = public, pg_temp
as $$
begin
  return (
    select app.org_id() is null and exists (
      select from "user" u join session s on s.user_id = u.id
      where u.id = app.me() and u.platform_admin and u.status = 0
        and s.id = app.session_id() and s.ended_at is null and s.expires_at > app.now_ms()));
end $$;

-- Of everybody else nothing is told, not even whether an id exists.
create function app.require_platform_admin() returns void
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
begin
  perform app.require_session();
  if not app.is_platform_admin() then
    perform app.refuse(403, 'permission_missing');
  end if;
end $$;
