-- Step one of every signed-in request: the session is alive and its user active, or nothing else happens.
-- It raises, because a batch goes on after a statement that found no row. The role is taken by the caller, in
-- the same statement, since it cannot be set inside a SECURITY DEFINER function:
--   select set_config('role', 'app_tenant', true) from app.enter(…)
create function app.enter(_session_id bigint, _user_id integer, _org_id integer, _request_id text, _ip text)
returns void
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
begin
  perform from session s join "user" u on u.id = s.user_id
  where s.id = _session_id and s.user_id = _user_id and s.ended_at is null and s.expires_at > app.now_ms()
    and u.status = 0;
  if not found then
    perform app.refuse(401, 'session_ended');
  end if;
  perform set_config('app.user_id', _user_id::text, true), set_config('app.session_id', _session_id::text, true),
    set_config('app.org_id', coalesce(_org_id::text, ''), true),
    set_config('app.request_id', _request_id, true), set_config('app.ip', _ip, true);
end $$;

grant execute on function app.enter to app_login;

-- Asked again where a change was waited for: whoever took the account back meanwhile has ended this session, and what was
-- asked before that is not done after it. Nobody has entered: nobody is asked.
create function app.require_session() returns void
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
begin
  if app.session_id() is not null
    and not exists (select from session where id = app.session_id() and ended_at is null) then
    perform app.refuse(401, 'session_ended');
  end if;
end $$;

-- Holds the caller's own row before anything else is locked (lock order: user, organisation, rows), for requests that
-- write it into another one.
create function app.hold_me() returns void
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
begin
  perform from "user" where id = app.me() for key share;
  if not found then
    perform app.refuse(401, 'session_ended');  -- deleted since we entered
  end if;
end $$;

grant execute on function app.hold_me to app_tenant;
