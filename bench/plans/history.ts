// Memberships that ended, and what the triggers would have noted of all of them: folded as the cron does it, but for the
// newest.
import { noteAll } from "../noted.ts";

type Given = {
  organizations: number;
  pastMembers: number;
  freshChanges: number;
  hugeOrg: number;
  firstMemberAt: number;
};

/** In SQL, once the members stand. */
export const historyOf = ({
  organizations,
  pastMembers,
  freshChanges,
  hugeOrg,
  firstMemberAt,
}: Given): string[] => [
  `insert into past_member (org_id, status, joined_at, left_at)
   select case when n % 2 = 0 then ${hugeOrg} else 2 + n % (${organizations} - 1) end, (n % 100 = 50)::integer,
     ${firstMemberAt} + n * 500000::bigint, ${firstMemberAt} + n * 1000000::bigint
   from generate_series(1, 2 * ${pastMembers}) n`,
  // One organization is gone, with ten thousand.
  `insert into gone_members (joined_day, joined_at, status, left_at)
   select app.slot_of(at, 24), array_agg(at order by at), 0, ${firstMemberAt + 400 * 86_400_000}
   from (select ${firstMemberAt} + n * 3000000::bigint as at from generate_series(1, 10000) n) m group by 1`,
  noteAll,
  `select app.fold_member_changes(count(*)::integer - ${freshChanges}) from member_change`,
];
