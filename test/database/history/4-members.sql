-- Steps of members: of one, of one everywhere, of many in one statement.

create function history.join_org(_a float8, _b float8, _c float8) returns void
language plpgsql
as $$
declare
  _org_id constant integer := history.some_org(_a);
begin
  insert into member (org_id, user_id, role_id, status)
  select _org_id, history.some_person(_b), role_id, case when _b < 0.1 then 1 else 0 end
  from history.some_role(_org_id, 'organization', _c) role_id where role_id is not null
  on conflict do nothing;
end $$;

-- One person everywhere, with roles of the same name.
create function history.join_all(_a float8, _b float8, _c float8) returns void
language plpgsql
as $$
declare
  _name constant text := case when _c < 0.3 then 'admin' when _c < 0.5 then 'member'
    else (select name from role where id = history.some_own_role(_b)) end;
begin
  insert into member (org_id, user_id, role_id)
  select r.org_id, history.some_person(_a), r.id from role r
  where r.name = _name and r.scope = 'organization' and r.org_id <> history.bystander()
  on conflict do nothing;
end $$;

-- Several at once, each with a role of their own.
create function history.join_many(_a float8, _b float8, _c float8) returns void
language plpgsql
as $$
declare
  _org_id constant integer := history.some_org(_a);
begin
  insert into member (org_id, user_id, role_id)
  select _org_id, u.id, history.some_role(_org_id, 'organization', (0.1 + 0.9 * ((_c + u.id * 0.37) - floor(_c + u.id * 0.37))))
  from "user" u where _org_id is not null and u.id % 3 = floor(_b * 3)
  on conflict do nothing;
end $$;

create function history.change_role(_a float8, _b float8, _c float8) returns void
language plpgsql
as $$
begin
  update member set role_id = history.some_role(org_id, 'organization', _b) where id = history.some_member(_a);
end $$;

create function history.change_status(_a float8, _b float8, _c float8) returns void
language plpgsql
as $$
begin
  update member set status = case when _b < 0.6 then 1 else 0 end where id = history.some_member(_a);
end $$;

-- Of everybody of an organization but its owners, in one statement.
create function history.change_many(_a float8, _b float8, _c float8) returns void
language plpgsql
as $$
declare
  _org_id constant integer := history.some_org(_a);
begin
  update member
  set status = case when _b < 0.5 then 1 - status else status end,
    role_id = case when _b < 0.3 then role_id else history.some_role(_org_id, 'organization', 0.1 + 0.9 * _c) end
  where org_id = _org_id and role_id not in (select id from role where org_id = _org_id and name = 'owner');
end $$;

create function history.change_nothing(_a float8, _b float8, _c float8) returns void
language plpgsql
as $$
begin
  update member set settings = '{"seen": true}', status = status where org_id = history.some_org(_a);
end $$;

create function history.leave(_a float8, _b float8, _c float8) returns void
language plpgsql
as $$
declare
  _who record;
begin
  select m.org_id, m.user_id, s.id as session_id into _who
  from member m join session s on s.user_id = m.user_id where m.id = history.some_member(_a) order by s.id limit 1;
  perform app.enter(_who.session_id, _who.user_id, null, 'request', '192.0.2.1');
  perform app.authorize(_who.org_id, 'membership', 'write');
  delete from member where org_id = _who.org_id and user_id = _who.user_id;
end $$;

create function history.remove(_a float8, _b float8, _c float8) returns void
language plpgsql
as $$
begin
  delete from member where id = history.some_member(_a);
end $$;

create function history.remove_many(_a float8, _b float8, _c float8) returns void
language plpgsql
as $$
declare
  _org_id constant integer := history.some_org(_a);
begin
  delete from member
  where org_id = _org_id and id % 2 = floor(_b * 2)
    and role_id not in (select id from role where org_id = _org_id and name = 'owner');
end $$;
