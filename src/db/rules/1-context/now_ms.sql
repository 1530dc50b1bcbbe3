-- Epoch milliseconds by the wall clock, also within a transaction that waited for a lock.
create function app.now_ms() returns bigint
language sql volatile
as $$ select (extract(epoch from clock_timestamp()) * 1000)::bigint $$;

grant execute on function app.now_ms to app_tenant;
