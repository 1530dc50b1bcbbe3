-- What GET /health tells about the outbox: the age of the oldest mail that is neither sent nor given up; null: none waits.
-- One that is on its way right now does not wait: else anybody could see whether their request wrote a mail.
create function app.health() returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _on_its_way_ms constant bigint := 15000;
  _now bigint := app.now_ms();
begin
  return jsonb_build_object('oldest_unsent_mail_ms', (
    select _now - created_at from outbox
    where sent_at is null and failed_at is null and created_at <= _now - _on_its_way_ms
    order by created_at limit 1));
end $$;

grant execute on function app.health to app_login;
