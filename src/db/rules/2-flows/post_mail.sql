-- A mail as its sender gets it: {id, template, recipient, params, secrets, body, attempts, created_at}.
create function app.mail_of(_mail outbox) returns jsonb
language sql stable
as $$
  select jsonb_build_object('id', _mail.id, 'template', _mail.template, 'recipient', _mail.recipient,
    'params', _mail.params, 'secrets', _mail.secrets, 'body', _mail.body, 'attempts', _mail.attempts,
    'created_at', _mail.created_at)
$$;

-- A mail is a row written in the transaction of its cause. It is born claimed (see outbox.sql), by the Worker that
-- caused it and sends it right after its response; should that Worker die, the cron finds it when the lease is over.
create function app.post_mail(_template text, _recipient text, _params jsonb, _secrets text default null)
returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _lease_ms constant bigint := 60000;
  _mail outbox;
begin
  insert into outbox (template, recipient, params, secrets, attempts, next_attempt_at)
  values (_template, _recipient, _params, _secrets, 1, app.now_ms() + _lease_ms)
  returning * into _mail;
  perform set_config('app.mail_ids',
    concat_ws(',', nullif(current_setting('app.mail_ids', true), ''), _mail.id), true);
  return app.mail_of(_mail);
end $$;

-- Tells a person what was done. `_counted`: it may be a stranger who does it, again and again; then only so many are
-- written, and what was done is done all the same. Returns the mail, or null.
create function app.post_notice(_template text, _recipient text, _params jsonb, _counted boolean) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
begin
  if _counted and app.count_mail('notices', _recipient) is not null then
    return null;
  end if;
  return app.post_mail(_template, _recipient, _params);
end $$;

-- The mails that this transaction has written so far, also those of triggers, for their sender, in order. What the
-- setting names counts for nothing on its own: anybody can set it, but nobody can have written another's row.
-- (A row written below an exception handler bears another number, and is left to the cron.)
create function app.posted_mails() returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
begin
  return (
    select coalesce(jsonb_agg(app.mail_of(mail) order by mail.id), '[]')
    from outbox mail
    where id = any (string_to_array(nullif(current_setting('app.mail_ids', true), ''), ',')::bigint[])
      and xmin = pg_current_xact_id_if_assigned()::xid);
end $$;

grant execute on function app.posted_mails to app_tenant;
