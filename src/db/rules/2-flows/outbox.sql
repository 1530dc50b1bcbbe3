-- The outbox's three steps. A claim is a lease: it moves the next attempt forward before anything is sent, so a
-- Worker killed in between costs a delay, never a mail; SKIP LOCKED keeps parallel sweeps out of each other's way.
create function app.claim_mails(_ids bigint[], _limit integer, _lease_ms bigint)
returns table (id bigint, template text, recipient text, params jsonb, secrets text, body text, attempts integer,
  created_at bigint)
language sql volatile security definer set search_path = public, pg_temp
as $$
  update outbox o set attempts = o.attempts + 1, next_attempt_at = app.now_ms() + _lease_ms
  where o.id in (
    select d.id from outbox d
    where d.sent_at is null and d.failed_at is null and d.next_attempt_at <= app.now_ms()
      and (_ids is null or d.id = any (_ids))
    order by d.next_attempt_at limit _limit for update skip locked)
  returning o.id, o.template, o.recipient, o.params, o.secrets, o.body, o.attempts, o.created_at
$$;

-- Keeps what the first sender rendered. Answers the body that counts: the one kept first.
create function app.keep_mail_body(_id bigint, _body text) returns text
language sql volatile security definer set search_path = public, pg_temp
as $$
  update outbox set body = coalesce(body, _body) where id = _id returning body
$$;

-- {id, outcome: 'sent' | 'retry' | 'failed', retry_in_ms?, error?}; secrets go once they are of no more use.
create function app.settle_mail(_result jsonb) returns void
language sql volatile security definer set search_path = public, pg_temp
as $$
  update outbox set
    sent_at = case when _result ->> 'outcome' = 'sent' then app.now_ms() end,
    failed_at = case when _result ->> 'outcome' = 'failed' then app.now_ms() end,
    next_attempt_at = app.now_ms() + coalesce((_result ->> 'retry_in_ms')::bigint, 0),
    secrets = case when _result ->> 'outcome' = 'retry' then secrets end,
    body = case when _result ->> 'outcome' = 'retry' then body end,
    last_error = _result ->> 'error'
  where id = (_result ->> 'id')::bigint and sent_at is null and failed_at is null
$$;

grant execute on function app.claim_mails, app.keep_mail_body, app.settle_mail to app_login;
