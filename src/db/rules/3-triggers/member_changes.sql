-- Every change of the numbers of members, whatever its path: added to what the tallies do not hold yet, never to a row
-- that somebody else might be waiting for. A membership that ends becomes history.
create function app.count_joined() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  insert into member_change (org_id, role_id, status, at, members, joined, ended)
  select org_id, role_id, status, created_at, count(*), count(*), 0 from new_rows group by 1, 2, 3, 4;
  return null;
end $$;

-- Whose role or status changed is taken out of one number, and into another.
create function app.count_changed() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  insert into member_change (org_id, role_id, status, at, members, joined, ended)
  select side.org_id, side.role_id, side.status, side.at, sum(side.members), sum(side.members), 0
  from old_rows o join new_rows n using (id), lateral (values
    (o.org_id, o.role_id, o.status, o.created_at, -1), (n.org_id, n.role_id, n.status, n.created_at, 1)
  ) side (org_id, role_id, status, at, members)
  where (o.org_id, o.role_id, o.status, o.created_at) <> (n.org_id, n.role_id, n.status, n.created_at)
  group by 1, 2, 3, 4;
  return null;
end $$;

create function app.count_left() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
declare
  _now constant bigint := app.now_ms();
  _noted integer;
begin
  with gone as materialized (
    select r.org_id, r.role_id, r.status, r.created_at, greatest(r.created_at, _now) as left_at
    from old_rows r where exists (select from organisation where id = r.org_id)
  ), history as (
    insert into past_member (org_id, status, joined_at, left_at) select org_id, status, created_at, left_at from gone
  )
  insert into member_change (org_id, role_id, status, at, members, joined, ended)
  select g.org_id, side.role_id, g.status, side.at, sum(side.members), 0, sum(side.ended)
  from gone g, lateral (values (g.role_id, g.created_at, -1, 0), (null, g.left_at, 0, 1)) side (role_id, at, members, ended)
  group by 1, 2, 3, 4;
  get diagnostics _noted = row_count;

  -- An organization is being deleted: its tallies go too, and the whole service remembers its members, who may be many.
  if _noted = 0 then
    insert into gone_members (joined_day, joined_at, status, left_at)
    select app.slot_of(created_at, 24), array_agg(created_at), status, greatest(created_at, _now)
    from old_rows group by 1, 3, 4;
    insert into member_change (status, at, members, joined, ended)
    select status, greatest(created_at, _now), 0, 0, count(*) from old_rows group by 1, 2;
  end if;
  return null;
end $$;

create trigger member_count_joined after insert on member referencing new table as new_rows
  for each statement execute function app.count_joined();
create trigger member_count_changed after update on member referencing old table as old_rows new table as new_rows
  for each statement execute function app.count_changed();
create trigger member_count_left after delete on member referencing old table as old_rows
  for each statement execute function app.count_left();
