-- Idempotency-Key, inside the flow's own transaction: the first request keeps its answer, a repeat within 24 h
-- gets it, another body under the same key is refused. Returns null for the first, which then works on.
-- A parallel repeat waits here for the first to commit. One fingerprint per sealing key, the newest first.
create function app.recall_answer(_key text, _fingerprints text[]) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _kept idempotency_key;
begin
  if _key is null then
    return null;
  end if;
  insert into idempotency_key as k (key, fingerprint) values (_key, _fingerprints[1])
  on conflict (key) do update
    set fingerprint = excluded.fingerprint, answer = null, created_at = excluded.created_at
    where k.created_at <= app.now_ms() - 86400000;
  if found then
    return null;
  end if;
  select * into _kept from idempotency_key where key = _key;
  if _kept.fingerprint = any (_fingerprints) then
    return _kept.answer;
  end if;
  return '{"outcome": "idempotency_key_reused"}';
end $$;

-- Keeps the answer of a flow that did its work, without its mail, which goes out once; a refusal is forgotten, so
-- that the client may mend and repeat.
create function app.keep_answer(_key text, _answer jsonb, _done boolean) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
begin
  if _done then
    update idempotency_key set answer = _answer - 'mail' where key = _key;
  else
    delete from idempotency_key where key = _key;
  end if;
  return _answer;
end $$;
