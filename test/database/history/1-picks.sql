-- Whom and what a step is about: three fractions (from 0 until before 1) choose. One organization is left alone, once the
-- setting history.bystander names it.
create function history.one_of(_ids integer[], _fraction float8) returns integer
language sql immutable
as $$ select _ids[1 + floor(_fraction * cardinality(_ids))::integer] $$;

create function history.bystander() returns integer
language sql stable
as $$ select coalesce(nullif(current_setting('history.bystander', true), '')::integer, 0) $$;

create function history.some_org(_fraction float8) returns integer
language sql stable
as $$ select history.one_of(array(select id from organisation where id <> history.bystander() order by id), _fraction) $$;

create function history.some_person(_fraction float8) returns integer
language sql stable
as $$ select history.one_of(array(select id from "user" order by id), _fraction) $$;

-- Owners seldom, since the last one has to stay.
create function history.some_member(_fraction float8) returns integer
language sql stable
as $$
  select history.one_of(array(
    select m.id from member m join role r on r.id = m.role_id
    where m.org_id <> history.bystander() and (r.name <> 'owner' or _fraction < 0.2) order by m.id), _fraction)
$$;

create function history.some_guest(_fraction float8) returns integer
language sql stable
as $$
  select history.one_of(array(select id from website_member where org_id <> history.bystander() order by id), _fraction)
$$;

create function history.some_website(_fraction float8) returns integer
language sql stable
as $$ select history.one_of(array(select id from website where org_id <> history.bystander() order by id), _fraction) $$;

create function history.some_own_role(_fraction float8) returns integer
language sql stable
as $$
  select history.one_of(
    array(select id from role where not system and org_id <> history.bystander() order by id), _fraction)
$$;

-- Owners seldom, lest everything be owned by everybody.
create function history.some_role(_org_id integer, _scope text, _fraction float8) returns integer
language sql stable
as $$
  select history.one_of(array(
    select id from role where org_id = _org_id and scope = _scope and (name <> 'owner' or _fraction < 0.1)
    order by name), _fraction)
$$;

-- Different ones in different organizations, and the same.
create function history.some_name(_fraction float8) returns text
language sql immutable
as $$
  select (array['Editor', 'editor', 'Éditrice', 'a', 'a b', 'z', 'Z', 'Ωmega', 'memb', 'members', '角色', '🜁', 'website'])[
    1 + floor(_fraction * 13)::integer]
$$;
