-- How many members each organization has, none included, by ascending id.
-- Returns {rows: [{org_id, organization, member_count}], one more than _limit if there are more}.
create function app.org_wise_members(
  _org_id integer, _from bigint, _to bigint, _status integer, _after integer, _limit integer
) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp set plan_cache_mode = force_custom_plan
as $$
declare
  _page constant integer[] := app.next_orgs(app.counted_orgs(_org_id), coalesce(_after, 0), _limit + 1);
begin
  return jsonb_build_object('rows', coalesce((
    select jsonb_agg(jsonb_build_object('org_id', o.id, 'organization', o.name, 'member_count', coalesce(c.members, 0))
      order by o.id)
    from organisation o left join (
      select org_id, sum(members) as members from app.member_counts(_page, _from, _to, _status) group by 1
    ) c on c.org_id = o.id
    where o.id = any (_page)), '[]'));
end $$;

-- The next organizations by id, of some or (null) of all.
create function app.next_orgs(_org_ids integer[], _after integer, _limit integer) returns integer[]
language plpgsql stable security definer set search_path = public, pg_temp
as $$
begin
  if _org_ids is null then
    return array(select id from organisation where id > _after order by id limit _limit);
  end if;
  return array(select id from unnest(_org_ids) id where id > _after order by id limit _limit);
end $$;

grant execute on function app.org_wise_members to app_tenant;
