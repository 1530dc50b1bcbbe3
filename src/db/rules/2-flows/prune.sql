-- What the cron removes, at most _limit rows of each kind: rows whose time is over and that nobody can use again.
-- Returns how many went. Locked rows are left to the run that holds them. As arrays, so that the index serves in any plan.
create function app.prune(_limit integer) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _now bigint := app.now_ms();
  _day constant bigint := 86400000;
  _sessions integer;
  _ended integer;
  _refresh_tokens integer;
  _mail_tokens integer;
  _attempts integer;
  _throttles integer;
  _keys integer;
  _mails integer;
  _invites integer;
  _settled_invites integer;
begin
  delete from session where id = any (array(
    select id from session where expires_at <= _now order by expires_at limit _limit for update skip locked));
  get diagnostics _sessions = row_count;
  -- For a day an ended session is remembered as ended; after that its tokens are of no session at all.
  delete from session where id = any (array(
    select id from session where ended_at <= _now - _day order by ended_at limit _limit for update skip locked));
  get diagnostics _ended = row_count;
  delete from refresh_token where hash = any (array(
    select hash from refresh_token where expires_at <= _now order by expires_at limit _limit
    for update skip locked));
  get diagnostics _refresh_tokens = row_count;
  delete from mail_token where hash = any (array(
    select hash from mail_token where expires_at <= _now order by expires_at limit _limit for update skip locked));
  get diagnostics _mail_tokens = row_count;
  delete from attempt where subject = any (array(
    select subject from attempt where last_at <= _now - 15 * 60 * 1000 order by last_at limit _limit
    for update skip locked));
  get diagnostics _attempts = row_count;
  delete from throttle where subject = any (array(
    select subject from throttle where expires_at <= _now order by expires_at limit _limit
    for update skip locked));
  get diagnostics _throttles = row_count;
  delete from idempotency_key where key = any (array(
    select key from idempotency_key where created_at <= _now - _day order by created_at limit _limit
    for update skip locked));
  get diagnostics _keys = row_count;
  delete from outbox where id = any (array(
    select id from outbox where created_at <= _now - 30 * _day and (sent_at is not null or failed_at is not null)
    order by created_at limit _limit for update skip locked));
  get diagnostics _mails = row_count;
  delete from invite where id = any (array(
    select id from invite where state = 'pending' and expires_at <= _now order by expires_at limit _limit
    for update skip locked));
  get diagnostics _invites = row_count;
  -- For 30 days, or as long as a link of it works, a settled invite says why it is over.
  delete from invite where id = any (array(
    select id from invite where state <> 'pending' and settled_at <= _now - 30 * _day and expires_at <= _now
    order by settled_at limit _limit for update skip locked));
  get diagnostics _settled_invites = row_count;
  return jsonb_build_object('sessions', _sessions, 'ended_sessions', _ended, 'refresh_tokens', _refresh_tokens,
    'mail_tokens', _mail_tokens, 'attempts', _attempts, 'throttles', _throttles, 'idempotency_keys', _keys, 'mails', _mails,
    'invites', _invites, 'settled_invites', _settled_invites);
end $$;

grant execute on function app.prune to app_login;
