-- The outbox's three steps. A claim is a lease: it moves the next attempt forward before anything is sent, so a
-- Worker killed in between costs a delay, never a mail; SKIP LOCKED keeps parallel sweeps out of each other's way.
-- The clock is read into a variable, and the two ways to ask are two statements: each uses its index, however many
-- mails wait.
create function app.claim_mails(_ids bigint[], _limit integer, _lease_ms bigint)
returns table (id bigint, template text, recipient text, params jsonb, secrets text, body text, attempts integer,
  created_at bigint)
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _now bigint := app.now_ms();
  _due bigint[];
begin
  if _ids is null then
    _due := array(
      select o.id from outbox o
      where o.sent_at is null and o.failed_at is null and o.next_attempt_at <= _now
      order by o.next_attempt_at limit _limit for update skip locked);
  else
    _due := array(
      select o.id from outbox o
      where o.id = any (_ids) and o.sent_at is null and o.failed_at is null and o.next_attempt_at <= _now
      limit _limit for update skip locked);
  end if;
  return query
    update outbox o set attempts = o.attempts + 1, next_attempt_at = _now + _lease_ms
    where o.id = any (_due)
    returning o.id, o.template, o.recipient, o.params, o.secrets, o.body, o.attempts, o.created_at;
end $$;

-- Keeps what the first sender rendered. Answers the body that counts: the one kept first.
create function app.keep_mail_body(_id bigint, _body text) returns text
language sql volatile security definer set search_path = public, pg_temp
as $$
  update outbox set body = coalesce(body, _body) where id = _id returning body
$$;

-- {id, outcome: 'sent' | 'retry' | 'failed', retry_in_ms?, error?}; secrets go once they are of no more use. After
-- 23 h there is no more trying: the provider forgets the idempotency key after 24, and the mail could go out twice.
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
  if _outcome = 'retry' and _retry_at > _mail.created_at + 23 * 3600000 then
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
