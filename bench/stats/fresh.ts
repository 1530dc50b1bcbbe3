// Changes as they stand before the cron has folded them: people join, get another role and are removed, one by one.
import type { Stage } from "./stage.ts";

/** Of each kind. A joining leaves one row to be folded, the others two. */
const people = 1_000;
export const freshChanges = 5 * people;

/** Errors: another number of rows to be folded than that. */
export async function changeMembers({ owner }: Stage): Promise<void> {
  await owner.query("begin");
  await owner.query(
    `insert into "user" (email, password) select 'fresh-' || n || '@example.com', 'none' from generate_series(1, ${people}) n`,
  );
  await owner.query(`do $$
  declare
    _orgs constant integer := (select count(*) from organisation where name like 'Organization %');
    -- Members of no power, as scattered as the ids are.
    _some constant integer[] := array(
      select id from member where system_role = 3 and id % (select greatest(1, max(id) / ${people * 5}) from member) = 0
      order by id limit ${2 * people});
    _person record;
    _org integer;
  begin
    for _person in select id from "user" where email like 'fresh-%' order by id loop
      _org := 1 + _person.id % _orgs;
      insert into member (org_id, user_id, role_id)
      select _org, _person.id, id from role where org_id = _org and name = 'member';
    end loop;
    for i in 1 .. ${people} loop
      update member m set role_id = r.id from role r
      where m.id = _some[2 * i - 1] and r.org_id = m.org_id and r.name = 'admin';
      delete from member where id = _some[2 * i];
    end loop;
  end $$`);
  await owner.query("commit");
  const { rows } = await owner.query("select count(*) as count from member_change");
  if (rows[0].count !== freshChanges) throw new Error(`${rows[0].count} changes are not folded yet`);
}
