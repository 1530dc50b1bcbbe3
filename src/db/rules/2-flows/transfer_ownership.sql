-- Another member becomes owner and the caller admin, in one step. Refuses with 403 owner_required, 404 (a member no
-- more), 409 already_owner (oneself) and 409 member_inactive. Both rows are locked first: of two transfers at once, the second is no owner's.
create function app.transfer_ownership(_org_id integer, _user_id integer) returns void
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _me integer := app.me();
begin
  perform from member where org_id = _org_id and user_id in (_me, _user_id) order by id for update;
  if not exists (select from app.standing(_org_id) where is_owner and not suspended and not org_suspended) then
    perform app.refuse(403, 'owner_required');
  elsif _user_id = _me then
    perform app.refuse(409, 'already_owner');
  elsif not exists (select from member where org_id = _org_id and user_id = _user_id) then
    perform app.refuse(404, 'not_found');  -- gone since the guard looked
  elsif not exists (
    select from member m join "user" u on u.id = m.user_id
    where m.org_id = _org_id and m.user_id = _user_id and m.status = 0 and u.status = 0) then
    perform app.refuse(409, 'member_inactive');
  end if;
  update member set role_id = r.id from role r
  where member.org_id = _org_id and member.user_id = _user_id
    and r.org_id = _org_id and r.system and lower(r.name) = 'owner';
  update member set role_id = r.id from role r
  where member.org_id = _org_id and member.user_id = _me
    and r.org_id = _org_id and r.system and lower(r.name) = 'admin';
end $$;

grant execute on function app.transfer_ownership to app_tenant;
