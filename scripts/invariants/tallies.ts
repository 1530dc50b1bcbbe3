// The numbers of members as the database keeps them (what changed, and the tallies that this is folded into), beside a
// recount of the memberships themselves, made another way.

const kinds = "lateral (values ('joined', joined), ('ended', ended)) k (kind, n)";
const grains = "(values (24), (1)) g (hours)";
/** An event counts for its organization, as long as that is there, and for the whole service. */
const whose = (orgId: string) =>
  `lateral (select null::integer union all select id from organisation where id = ${orgId}) w (org_id)`;
const slotOf = (instant: string, hours = "hours") => `floor(${instant} / (${hours} * 3600000.0))::bigint`;

const kept = `
  select 'members' as what, org_id, day as slot, role_id, status, members as n from member_tally
  union all
  select 'members', org_id, ${slotOf("at", "24")}, role_id, status, members
  from member_change where org_id in (select id from organisation)
  union all
  select kind || ' in ' || hours || ' h', org_id, slot, null, status, n from growth_tally, ${kinds}
  union all
  select kind || ' in ' || hours || ' h', w.org_id, ${slotOf("at")}, null, status, n
  from member_change c, ${grains}, ${kinds}, ${whose("c.org_id")}`;

/** Memberships that ended: `org_id` null where it was their organization that did. */
export const pastMembers = `
  select org_id, status, joined_at, left_at from past_member
  union all
  select null, status, began, left_at from gone_members, unnest(joined_at) began`;

const counted = `
  select 'members' as what, org_id, ${slotOf("created_at", "24")} as slot, role_id, status, 1 as n from member
  union all
  select kind || ' in ' || hours || ' h', w.org_id, ${slotOf("k.at")}, null, status, 1
  from (
    select org_id, status, created_at as joined_at, null::bigint as left_at from member
    union all
    ${pastMembers}
  ) m, ${grains}, lateral (values ('joined', joined_at), ('ended', left_at)) k (kind, at), ${whose("m.org_id")}
  where k.at is not null`;

/** Every number that is not what a recount says; in one snapshot, so it may be asked at any moment. */
export const miscounts = `
  select what, org_id, slot, role_id, status, sum(kept) as kept, sum(counted) as counted
  from (select *, n as kept, 0 as counted from (${kept}) k union all select *, 0, n from (${counted}) c) both_of_them
  group by what, org_id, slot, role_id, status having sum(kept) <> sum(counted)`;
