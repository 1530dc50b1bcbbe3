-- Steps of whole organizations.

create function history.found(_a float8, _b float8, _c float8) returns void
language plpgsql
as $$
begin
  perform app.found_organization(u.id, 'Org ' || floor(_b * 5), '{}', false)
  from "user" u where u.id = history.some_person(_a);
end $$;

create function history.change_org(_a float8, _b float8, _c float8) returns void
language plpgsql
as $$
begin
  update organisation
    set name = case when _b < 0.2 then 'Org ' || floor(_c * 9) else name end,
      status = case when _b < 0.2 then status when _b < 0.7 then 1 else 0 end
    where id = history.some_org(_a);
end $$;

create function history.end_org(_a float8, _b float8, _c float8) returns void
language plpgsql
as $$
begin
  delete from organisation where id = history.some_org(_a);
end $$;

create function history.hand_over(_a float8, _b float8, _c float8) returns void
language plpgsql
as $$
declare
  _org_id constant integer := history.some_org(_a);
  _owner record;
begin
  select s.user_id, s.id as session_id into _owner
  from member m join role r on r.id = m.role_id and r.name = 'owner' join session s on s.user_id = m.user_id
  where m.org_id = _org_id order by s.id limit 1;
  perform app.enter(_owner.session_id, _owner.user_id, null, 'request', '192.0.2.1');
  perform app.authorize(_org_id, 'membership', 'write');
  perform app.transfer_ownership(_org_id,
    history.one_of(array(select user_id from member where org_id = _org_id order by id), _b));
end $$;
