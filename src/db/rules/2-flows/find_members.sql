-- Members by a part of their address or name, or by role and status together, in the order of their ids: a search that no
-- index serves, so it reads a bounded number of memberships (of that role, or else of that status) and says where to go
-- on. A whole address finds that person alone, at once. The policies cannot help here, since comparing texts is not
-- leakproof: the caller's right is asked first.
-- Returns {rows: [a member as the list shows it], resume_after: id | null}, one row more than _limit if there is one.
create function app.find_members(
  _org_id integer, _role_id integer, _status integer, _q text, _after integer, _limit integer
) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp set plan_cache_mode = force_custom_plan
as $$
declare
  _chunk constant integer := 1000;
  _most constant integer := 20000;
  _pattern constant text := lower(_q);
  _from integer := coalesce(_after, 0);
  _examined integer := 0;
  _last integer;
  _count integer;
  _addressee integer;
  _some jsonb;
  _rows jsonb := '[]';
begin
  if not exists (select from app.my_orgs('member:read') mine where mine = _org_id) then
    perform app.refuse(403, 'permission_missing');
  end if;
  if _pattern like '%_@_%' then
    select m.id into _addressee from "user" u join member m on m.user_id = u.id and m.org_id = _org_id
    where lower(u.email) = _pattern;
  end if;
  loop
    -- Of these four one is asked; each in the order of its index, see src/db/page.ts.
    with chunk as materialized (
      (select * from member where id = _addressee and id > _from)
      union all (
        select * from member
        where _addressee is null and _role_id is not null
          and org_id = _org_id and (role_id, id) > (_role_id, _from) and role_id <= _role_id
        order by role_id, id limit _chunk)
      union all (
        select * from member
        where _addressee is null and _role_id is null and _status is not null
          and org_id = _org_id and (status, id) > (_status, _from) and status <= _status
        order by status, id limit _chunk)
      union all (
        select * from member
        where _addressee is null and _role_id is null and _status is null
          and (org_id, id) > (_org_id, _from) and org_id <= _org_id
        order by org_id, id limit _chunk)
    ), hit as (
      select c.id, c.org_id, c.user_id, u.email, left(u.profile ->> 'name', 200) as name, c.role_id,
        (select r.name from role r where r.id = c.role_id) as role, c.status, c.created_at, c.updated_at
      from chunk c join "user" u on u.id = c.user_id
      where (_role_id is null or c.role_id = _role_id) and (_status is null or c.status = _status)
        and (_pattern is null or position(_pattern in lower(u.email)) > 0
          or position(_pattern in lower(u.profile ->> 'name')) > 0)
      order by c.id limit _limit + 1 - jsonb_array_length(_rows)
    )
    select (select count(*) from chunk), (select max(id) from chunk),
      (select jsonb_agg(to_jsonb(hit) order by hit.id) from hit)
    into _count, _last, _some;
    _rows := _rows || coalesce(_some, '[]');
    _examined := _examined + _count;
    if jsonb_array_length(_rows) > _limit or _count < _chunk then
      return jsonb_build_object('rows', _rows, 'resume_after', null);
    elsif _examined >= _most then
      return jsonb_build_object('rows', _rows, 'resume_after', _last);
    end if;
    _from := _last;
  end loop;
end $$;

grant execute on function app.find_members to app_tenant;
