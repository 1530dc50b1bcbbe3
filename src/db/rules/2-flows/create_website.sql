-- A website, in the organization that the caller was authorized for.
-- Returns {outcome: 'created', website_id} | 'idempotency_key_reused'.
create function app.create_website(
  _org_id integer, _name text, _url text, _settings jsonb, _idempotency_key text, _fingerprints text[]
) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _answer jsonb;
  _website_id integer;
begin
  if not exists (select from app.my_open_orgs('website:create') mine where mine = _org_id) then
    perform app.refuse(403, 'permission_missing');
  end if;
  _answer := app.recall_answer(_idempotency_key, _fingerprints);
  if _answer is not null then
    return _answer;
  end if;
  insert into website (org_id, name, url, settings) values (_org_id, _name, _url, _settings)
  returning id into _website_id;
  return app.keep_answer(_idempotency_key,
    jsonb_build_object('outcome', 'created', 'website_id', _website_id), true);
end $$;

grant execute on function app.create_website to app_tenant;
