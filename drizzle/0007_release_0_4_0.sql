-- What was before this release: memberships that ended (from the audit trail, which has told of them since 0.2), and the
-- numbers of all, for the cron to fold.
with told as (
  select id, org_id, target_id, action, created_at, before,
    lag(action) over turns as previous_action, lag(created_at) over turns as previous_at,
    lead(action) over turns as next_action
  from audit_event where action in ('member.created', 'member.deleted')
  window turns as (partition by org_id, target_id order by id)
)
insert into past_member (org_id, status, joined_at, left_at)
-- Whoever joined before there was a trail is taken for a founder.
select t.org_id, coalesce((t.before ->> 'status' = 'suspended')::integer, 0),
  case when t.previous_action = 'member.created' then t.previous_at
    else least(t.created_at, coalesce(o.created_at, t.created_at)) end,
  t.created_at
from told t left join organisation o on o.id = t.org_id
where t.action = 'member.deleted';--> statement-breakpoint
-- The end of a whole organization is one line of the trail.
with told as (
  select id, org_id, target_id, action, created_at, lead(action) over (partition by org_id, target_id order by id) as next_action
  from audit_event where action in ('member.created', 'member.deleted')
), latest as (
  select distinct on (org_id, target_id) id, org_id, target_id, after ->> 'status' = 'suspended' as suspended
  from audit_event where action in ('member.created', 'member.updated') and after ? 'status'
  order by org_id, target_id, id desc
)
insert into gone_members (joined_day, joined_at, status, left_at)
select floor(t.created_at / 86400000.0), array_agg(t.created_at), coalesce(l.suspended::integer, 0), ended.created_at
from told t join audit_event ended on ended.org_id = t.org_id and ended.action = 'organization.deleted'
  left join latest l on l.org_id = t.org_id and l.target_id = t.target_id and l.id >= t.id
where t.action = 'member.created' and t.next_action is null
group by 1, 3, 4;--> statement-breakpoint
insert into member_change (org_id, role_id, status, at, members, joined, ended)
select org_id, role_id, status, created_at, count(*), count(*), 0 from member group by 1, 2, 3, 4
union all
select o.id, null::integer, p.status, p.joined_at, 0, count(*), 0
from past_member p left join organisation o on o.id = p.org_id group by 1, 2, 3, 4
union all
select o.id, null::integer, p.status, p.left_at, 0, 0, count(*)
from past_member p left join organisation o on o.id = p.org_id group by 1, 2, 3, 4
union all
select null, null::integer, g.status, at, 0, count(*), 0 from gone_members g, unnest(g.joined_at) at group by 3, 4
union all
select null, null::integer, g.status, g.left_at, 0, 0, sum(cardinality(g.joined_at)) from gone_members g group by 3, 4;--> statement-breakpoint
insert into "version" (version, description)
values ('0.4.0', 'Statistics, and platform admins');
