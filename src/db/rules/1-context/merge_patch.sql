-- A JSON object with a patch merged at its top level: a null removes the key, everything else replaces it.
create function app.merge_patch(_target jsonb, _patch jsonb) returns jsonb
language plpgsql immutable
as $$
begin
  return (
    select (_target || _patch) - array(select key from jsonb_each(_patch) where value = 'null'::jsonb));
end $$;

grant execute on function app.merge_patch to app_tenant;
