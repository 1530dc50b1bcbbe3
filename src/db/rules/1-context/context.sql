-- Who entered, and which organization they were authorized for. After a commit a custom setting is '', not null.
create function app.me() returns integer
language sql stable
as $$ select nullif(current_setting('app.user_id', true), '')::integer $$;

create function app.session_id() returns bigint
language sql stable
as $$ select nullif(current_setting('app.session_id', true), '')::bigint $$;

-- The organization that the access token names, or that `authorize` narrowed to; null: all of the caller's.
create function app.org_id() returns integer
language sql stable
as $$ select nullif(current_setting('app.org_id', true), '')::integer $$;

grant execute on function app.me, app.session_id, app.org_id to app_tenant;
