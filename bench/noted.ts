/** In SQL, what the triggers would have noted of memberships that were written without them: for the cron to fold. */
export const noteAll = `
   insert into member_change (org_id, role_id, status, at, members, joined, ended)
   select org_id, role_id, status, created_at, 1, 1, 0 from member
   union all select org_id, null, status, joined_at, 0, 1, 0 from past_member
   union all select org_id, null, status, left_at, 0, 0, 1 from past_member
   union all select null, null, status, unnest(joined_at), 0, 1, 0 from gone_members
   union all select null, null, status, left_at, 0, 0, cardinality(joined_at) from gone_members
   order by 4`;
