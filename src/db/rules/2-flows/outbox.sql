-- The outbox's three steps. A claim is a lease: it moves the next attempt forward before anything is sent, so a
-- Worker killed in between costs a delay, never a mail; SKIP LOCKED keeps parallel sweeps out of each other's way.
-- The clock is read into a variable, so that the index of what is due serves, however many mails wait.
create function app.claim_mails(_limit integer, _lease_ms bigint) returns setof jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _now bigint := app.now_ms();
  _due bigint[] := array(
    select id from outbox
    where sent_at is null and failed_at is null and next_attempt_at <= _now
    order by next_attempt_at limit _limit for update skip locked);
begin
  return query
    with claimed as (
      update outbox set attempts = attempts + 1, next_attempt_at = _now + _lease_ms
      where id = any (_due)
      returning outbox as mail
    )
    select app.mail_of(mail) from claimed;
end $$;

-- When trying ends. The provider forgets an idempotency key after 24 h: a mail that may have reached it before could
-- then go out twice. One that nobody began to send has no body yet, and may still go out late, within a week.
create function app.mail_is_given_up(_mail outbox, _at bigint) returns boolean
language sql immutable
as $$
  select _at > _mail.created_at + case when _mail.body is null then 7 * 86400000 else 23 * 3600000 end
$$;

-- Keeps what the first sender rendered. Answers the body that counts, the one kept first; null for a mail that is
-- settled by now, or given up: it is not to be sent.
create function app.keep_mail_body(_id bigint, _body text) returns text
language sql volatile security definer set search_path = public, pg_temp
as $$
  update outbox set body = coalesce(body, _body)
  where id = _id and sent_at is null and failed_at is null and not app.mail_is_given_up(outbox, app.now_ms())
  returning body
$$;

-- {id, outcome: 'sent' | 'retry' | 'failed', retry_in_ms?, error?}; secrets go once they are of no more use.
-- Returns what became of it.
create function app.settle_mail(_result jsonb) returns text
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _now bigint := app.now_ms();
  _retry_at bigint := _now + coalesce((_result ->> 'retry_in_ms')::bigint, 0);
  _outcome text := _result ->> 'outcome';
  _mail outbox;
begin
  select * into _mail from outbox
  where id = (_result ->> 'id')::bigint and sent_at is null and failed_at is null
  for update;
  if not found then
    return 'settled before';
  end if;
  if _outcome = 'retry' and app.mail_is_given_up(_mail, _retry_at) then
    _outcome := 'failed';
  end if;
  update outbox set
    sent_at = case when _outcome = 'sent' then _now end,
    failed_at = case when _outcome = 'failed' then _now end,
    next_attempt_at = _retry_at,
    secrets = case when _outcome = 'retry' then secrets end,
    body = case when _outcome = 'retry' then body end,
    last_error = _result ->> 'error'
  where id = _mail.id;
  return _outcome;
end $$;

grant execute on function app.claim_mails, app.keep_mail_body, app.settle_mail to app_login;
