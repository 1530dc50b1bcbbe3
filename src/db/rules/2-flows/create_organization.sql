-- An organization of the caller's own. Returns {outcome: 'created', org_id} | 'idempotency_key_reused'.
create function app.create_organization(
  _name text, _settings jsonb, _personal boolean, _idempotency_key text, _fingerprints text[]
) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _answer jsonb := app.recall_answer(_idempotency_key, _fingerprints);
begin
  if _answer is not null then
    return _answer;
  end if;
  return app.keep_answer(_idempotency_key, jsonb_build_object('outcome', 'created',
    'org_id', app.found_organization(app.me(), _name, _settings, _personal)), true);
end $$;

grant execute on function app.create_organization to app_tenant;
