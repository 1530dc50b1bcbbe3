-- Adds what changed to the tallies: the cron's, one at a time. It waits for nobody, and only the deletion of an organization
-- waits for it. Changes of an organization that is locked, since it is being deleted, are left for the next time; of one
-- that is gone, only the numbers of the whole service remember them. Returns how many changes were folded.
create function app.fold_member_changes(_limit integer) returns integer
language plpgsql volatile security definer set search_path = public, pg_temp set plan_cache_mode = force_custom_plan
as $$
declare
  _oldest bigint[];
  _orgs integer[];
  _open integer[];
  _ids bigint[];
begin
  if not pg_try_advisory_xact_lock(hashtext('gatehouse member changes')) then
    return 0;
  end if;
  _oldest := array(select id from member_change order by id limit _limit);
  _orgs := array(select distinct org_id from member_change where id = any (_oldest) and org_id is not null);
  -- Held until the tallies are written: whoever deletes an organization waits that long, before it holds anything.
  _open := array(select id from organisation where id = any (_orgs) order by id for key share skip locked);
  _ids := array(
    select c.id from member_change c
    where c.id = any (_oldest) and (c.org_id is null or c.org_id = any (_open)
      or not exists (select from organisation where id = c.org_id)));

  with taken as (
    delete from member_change where id = any (_ids) returning *
  ), change as (
    select case when org_id = any (_open) then org_id end as org_id, role_id, status, at, members, joined, ended
    from taken
  ), tallied as (
    insert into member_tally (org_id, day, role_id, status, members)
    select org_id, app.slot_of(at, 24), role_id, status, sum(members) from change
    where org_id is not null and members <> 0
    group by 1, 2, 3, 4 having sum(members) <> 0 order by 1, 2, 3, 4
    on conflict (org_id, day, role_id, status) do update set members = member_tally.members + excluded.members
  )
  insert into growth_tally (org_id, hours, slot, status, joined, ended)
  select whose.org_id, grain.hours, app.slot_of(at, grain.hours), status, sum(joined), sum(ended)
  from change, (values (24), (1)) grain (hours), lateral (
    select null union all select change.org_id where change.org_id is not null) whose (org_id)
  where joined <> 0 or ended <> 0
  group by 1, 2, 3, 4 having sum(joined) <> 0 or sum(ended) <> 0 order by 1, 2, 3, 4
  on conflict (org_id, hours, slot, status) do update
    set joined = growth_tally.joined + excluded.joined, ended = growth_tally.ended + excluded.ended;

  delete from member_tally where members = 0;
  delete from growth_tally where joined = 0 and ended = 0;
  return cardinality(_ids);
end $$;

-- The day or hour (24 or 1) of an instant, counted from the epoch.
create function app.slot_of(_at bigint, _hours integer) returns bigint
language sql immutable
as $$ select floor(_at / (_hours * 3600000::double precision))::bigint $$;

grant execute on function app.fold_member_changes to app_login;
