-- Has an organization at least so many members? In the order of the index, so that no more than these are read, whatever
-- the planner thinks of the organization.
create function app.has_members(_org_id integer, _many integer) returns boolean
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
begin
  return _many = (
    select count(*) from (
      select from member where (org_id, id) > (_org_id, 0) and org_id <= _org_id order by org_id, id limit _many) m);
end $$;
