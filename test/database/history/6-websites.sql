-- Steps of websites and their guests, and of the cron.

create function history.make_websites(_a float8, _b float8, _c float8) returns void
language plpgsql
as $$
begin
  insert into website (org_id, name, url)
  select id, 'Shop', 'https://shop.example' from history.some_org(_a) id, generate_series(0, floor(_b * 3)::integer)
  where id is not null;
end $$;

create function history.end_website(_a float8, _b float8, _c float8) returns void
language plpgsql
as $$
begin
  delete from website where id = history.some_website(_a);
end $$;

-- One website, all of an organization, or all that there are; one person, or two.
create function history.visit(_a float8, _b float8, _c float8) returns void
language plpgsql
as $$
declare
  _website_id constant integer := history.some_website(_a);
  _org_id constant integer := (select org_id from website where id = _website_id);
begin
  insert into website_member (website_id, org_id, user_id, role_id, status)
  select w.id, w.org_id, u.id, history.some_role(w.org_id, 'website', _c), case when _c < 0.2 then 1 else 0 end
  from website w, "user" u
  where w.org_id <> history.bystander() and (w.id = _website_id or _b < 0.5 and w.org_id = _org_id or _b < 0.2)
    and u.id in (history.some_person(_b), history.some_person(_c))
  on conflict do nothing;
end $$;

create function history.change_guest(_a float8, _b float8, _c float8) returns void
language plpgsql
as $$
begin
  update website_member
    set role_id = case when _b < 0.5 then history.some_role(org_id, 'website', _c) else role_id end,
      status = case when _b < 0.4 then status when _c < 0.5 then 1 else 0 end
    where id = history.some_guest(_a);
end $$;

create function history.remove_guest(_a float8, _b float8, _c float8) returns void
language plpgsql
as $$
begin
  delete from website_member where id = history.some_guest(_a);
end $$;

-- The cron, with any patience.
create function history.fold(_a float8, _b float8, _c float8) returns void
language plpgsql
as $$
begin
  perform app.fold_member_changes((array[1, 2, 5, 1000])[1 + floor(_a * 4)::integer]);
end $$;
