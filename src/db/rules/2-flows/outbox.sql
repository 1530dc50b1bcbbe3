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

-- When trying ends: the provider forgets an idempotency key 24 h after its first use, and a mail that may have reached
-- it before could then go out twice. A minute is for whatever is on its way just then.
create function app.mail_ends_at(_mail outbox) returns bigint
language sql immutable
as $$ select _mail.created_at + 86400000 - 60000 $$;

-- Keeps what the first sender rendered. Answers {over, body}: the body that counts, the one kept first. Over is a mail
-- that is settled by now, or out of time: it is not to be sent.
create function app.keep_mail_body(_id bigint, _body text) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _mail outbox;
begin
  update outbox o set body = coalesce(body, _body)
  where id = _id and sent_at is null and failed_at is null and app.now_ms() < app.mail_ends_at(o)
  returning * into _mail;
  return jsonb_build_object('over', not found, 'body', _mail.body);
end $$;

-- {id, outcome: 'sent' | 'retry' | 'failed', retry_in_ms?, error?}; secrets go once they are of no more use. The last
-- retry is before the end, with time for a cron to come to it; one that fails then was the last.
-- Returns what became of it.
create function app.settle_mail(_result jsonb) returns text
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _now bigint := app.now_ms();
  _outcome text := _result ->> 'outcome';
  _last_try_at bigint;
  _mail outbox;
begin
  select * into _mail from outbox
  where id = (_result ->> 'id')::bigint and sent_at is null
    -- Withdrawn while it was on its way, it arrived all the same.
    and (failed_at is null or last_error = 'withdrawn' and _outcome = 'sent')
  for update;
  if not found then
    return 'settled before';
  end if;
  _last_try_at := app.mail_ends_at(_mail) - 2 * 60000;
  if _outcome = 'retry' and _now >= _last_try_at then
    _outcome := 'failed';
  end if;
  update outbox set
    sent_at = case when _outcome = 'sent' then _now end,
    failed_at = case when _outcome = 'failed' then _now end,
    next_attempt_at = least(_now + coalesce((_result ->> 'retry_in_ms')::bigint, 0), _last_try_at),
    secrets = case when _outcome = 'retry' then secrets end,
    body = case when _outcome = 'retry' then body end,
    -- A mail that nobody could try any more failed for the reason that it had before.
    last_error = case when _outcome <> 'sent' then coalesce(_result ->> 'error', last_error, 'out of time') end
  where id = _mail.id
  returning * into _mail;
  perform app.tell_invite(_mail);
  return _outcome;
end $$;

-- An invite shows how its newest mail stands.
create function app.tell_invite(_mail outbox) returns void
language plpgsql volatile
as $$
begin
  update invite set delivery_state = told.state, delivery_error = _mail.last_error
  from (select case when _mail.sent_at is not null then 'sent' when _mail.failed_at is not null then 'failed'
    else 'queued' end as state) told
  where mail_id = _mail.id and (delivery_state, delivery_error) is distinct from (told.state, _mail.last_error);
end $$;

grant execute on function app.claim_mails, app.keep_mail_body, app.settle_mail to app_login;
