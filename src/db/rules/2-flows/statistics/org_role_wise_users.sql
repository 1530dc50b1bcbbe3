-- How many people hold each role of each organization, by the organization's and the role's id, after
-- [_after_org, _after_role]. Roles that nobody holds have no row; so a request looks at a bounded number of organizations,
-- more with every step, and says where to go on.
-- Returns {rows: [{org_id, role_id, organization, role, scope, user_count}], one more than _limit if there are more,
-- resume_after: org_id | null}.
create function app.org_role_wise_users(
  _org_id integer, _from bigint, _to bigint, _status integer, _after_org integer, _after_role integer, _limit integer
) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp set plan_cache_mode = force_custom_plan
as $$
declare
  _most constant integer := 5000;
  _org_ids constant integer[] := app.counted_orgs(_org_id);
  _step integer := 64;
  _examined integer := 0;
  -- The last one's other roles may be left.
  _last integer := coalesce(_after_org, 1) - 1;
  _page integer[];
  _some jsonb;
  _rows jsonb := '[]';
begin
  loop
    _page := app.next_orgs(_org_ids, _last, _step);
    select jsonb_agg(to_jsonb(u) order by u.org_id, u.role_id) into _some
    from (
      select c.org_id, c.role_id, (select o.name from organisation o where o.id = c.org_id) as organization,
        c.role, c.scope, c.users as user_count
      from app.role_counts(_page, _from, _to, _status) c
      where (c.org_id, c.role_id) > (coalesce(_after_org, 0), coalesce(_after_role, 0))
      order by c.org_id, c.role_id limit _limit + 1 - jsonb_array_length(_rows)
    ) u;
    _rows := _rows || coalesce(_some, '[]');
    _examined := _examined + cardinality(_page);
    _last := coalesce(_page[cardinality(_page)], _last);
    if jsonb_array_length(_rows) > _limit or cardinality(_page) < _step then
      return jsonb_build_object('rows', _rows, 'resume_after', null);
    elsif _examined >= _most then
      return jsonb_build_object('rows', _rows, 'resume_after', _last);
    end if;
    _step := _step * 2;
  end loop;
end $$;

grant execute on function app.org_role_wise_users to app_tenant;
