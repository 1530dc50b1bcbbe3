-- Steps of people, most of whom are in no organization yet.

create function history.newcomers(_a float8, _b float8, _c float8) returns void
language plpgsql
as $$
begin
  with made as (
    insert into "user" (email, password, email_verified_at)
    select gen_random_uuid() || '@example.com', 'none', 1 from generate_series(0, floor(_a * 4)::integer)
    returning id
  )
  insert into session (user_id, expires_at) select id, 9000000000000 from made;
end $$;

create function history.sign_up(_a float8, _b float8, _c float8) returns void
language plpgsql
as $$
declare
  _email constant text := gen_random_uuid() || '@example.com';
  _made constant jsonb := app.sign_up(_email, 'none', '{}', 'Org ' || floor(_a * 5), '{}', '{}', _email, 9000000000000,
    'sealed', null, '{}');
begin
  insert into session (user_id, expires_at) values ((_made ->> 'user_id')::integer, 9000000000000);
end $$;

create function history.end_account(_a float8, _b float8, _c float8) returns void
language plpgsql
as $$
declare
  _person constant integer := history.one_of(array(
    select id from "user"
    where id not in (
      select user_id from member where org_id = history.bystander()
      union all
      select user_id from website_member where org_id = history.bystander())
    order by id), _a);
begin
  perform from "user" where id = _person for update;
  perform app.end_account(_person);
end $$;

create function history.change_person(_a float8, _b float8, _c float8) returns void
language plpgsql
as $$
begin
  update "user" set status = case when _b < 0.4 then 1 else 0 end
    where id = history.some_person(_a) and id not in (select user_id from member where org_id = history.bystander());
end $$;

create function history.make_operator(_a float8, _b float8, _c float8) returns void
language plpgsql
as $$
begin
  update "user" set platform_admin = _b < 0.9 where id = history.some_person(_a);
end $$;
