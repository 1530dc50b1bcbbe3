-- What an access token for one organization may say of a person: {outcome: 'granted', org_id, role, permissions},
-- or why not; null when no organization was asked for. For flows that run before anybody has entered (sign-in, refresh).
create function app.org_access(_user_id integer, _org_id integer) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp
as $$
declare
  _mine record;
begin
  if _org_id is null then
    return null;
  end if;
  select m.status, o.status as org_status, r.name, r.permissions, r.system and r.name = 'owner' as owner into _mine
  from member m join organisation o on o.id = m.org_id join role r on r.id = m.role_id
  where m.user_id = _user_id and m.org_id = _org_id;
  if not found then
    return jsonb_build_object('outcome', 'not_found');
  elsif _mine.status <> 0 then
    return jsonb_build_object('outcome', 'member_suspended');
  elsif _mine.org_status <> 0 and not _mine.owner then
    return jsonb_build_object('outcome', 'organization_suspended');
  end if;
  return jsonb_build_object('outcome', 'granted', 'org_id', _org_id, 'role', _mine.name,
    'permissions', to_jsonb(_mine.permissions));
end $$;
