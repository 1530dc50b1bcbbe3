-- Whose members the caller may count: the organizations where they hold stats:read, of a platform admin all (null). With
-- _org_id that one, or the refusal that everything else inside it has (404, 403).
create function app.counted_orgs(_org_id integer) returns integer[]
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
begin
  if app.is_platform_admin() then
    if _org_id is null then
      return null;
    elsif not exists (select from organisation where id = _org_id) then
      perform app.refuse(404, 'not_found');
    end if;
  elsif _org_id is null then
    return array(select app.my_orgs('stats:read'));
  else
    perform app.authorize(_org_id, 'stats:read', 'read');
  end if;
  return array[_org_id];
end $$;
