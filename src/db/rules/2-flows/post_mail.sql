-- A mail is a row written in the transaction of its cause; the outbox sends it afterwards.
create function app.post_mail(_template text, _recipient text, _params jsonb, _secrets text default null)
returns bigint
language sql volatile security definer set search_path = public, pg_temp
as $$
  insert into outbox (template, recipient, params, secrets) values (_template, _recipient, _params, _secrets)
  returning id
$$;
