// The same numbers by the simplest SQL over the memberships themselves, as the owner: no guard, no policies, no tallies.
import type { Filters } from "./questions.ts";

/** Which organizations: one, some or (null) all. */
export type Scope = number[] | null;
type Part = { scope: Scope; filters: Filters };

const within = (column: string, scope: Scope) =>
  scope === null ? "true" : scope.length === 1 ? `${column} = ${scope[0]}` : `${column} = any ('{${scope}}')`;

/** Of those memberships that are counted. */
const counted = ({ scope, filters: { from, to, status } }: Part) =>
  [
    within("org_id", scope),
    ...(from === undefined ? [] : [`created_at >= ${from}`]),
    ...(to === undefined ? [] : [`created_at < ${to}`]),
    ...(status === undefined ? [] : [`status = ${status}`]),
  ].join(" and ");

export const roleWise = (part: Part) => `
  select r.name as role, r.scope, count(distinct held.user_id) as user_count
  from (
    select role_id, user_id from member where ${counted(part)}
    union all select role_id, user_id from website_member where ${counted(part)}
  ) held join role r on r.id = held.role_id
  group by 1, 2 order by 1, 2 limit 50`;

export const orgWise = (part: Part) => `
  select o.id as org_id, o.name as organization,
    (select count(*) from member where org_id = o.id and ${counted({ ...part, scope: null })}) as member_count
  from organisation o where ${within("o.id", part.scope)} order by o.id limit 50`;

/** A page's roles are found in the first organizations, somebody who knows that says. */
export const orgRoleWise = (part: Part) => `
  with page as (select id, name from organisation where ${within("id", part.scope)} order by id limit 64)
  select o.id as org_id, o.name as organization, r.id as role_id, r.name as role, r.scope, held.user_count
  from page o, lateral (
    select role_id, count(*) as user_count from member
    where org_id = o.id and ${counted({ ...part, scope: null })} group by 1
    union all
    select role_id, count(distinct user_id) from website_member
    where org_id = o.id and ${counted({ ...part, scope: null })} group by 1
  ) held join role r on r.id = held.role_id
  order by 1, 3 limit 50`;

export const growth = ({ scope, filters }: Part) => {
  const { from, to, status, interval = "day", tz = "UTC" } = filters;
  const local = (at: number) =>
    `date_trunc('${interval}', to_timestamp(${at} / 1000.0) at time zone '${tz}')`;
  const event = (at: string, table: string, kind: "joined" | "left", counts = within("org_id", scope)) => `
    select ${at} as at, ${kind === "joined" ? 1 : 0} as joined, ${kind === "left" ? 1 : 0} as ended from ${table}
    where ${counts} and ${at} < ${to} ${status === undefined ? "" : `and status = ${status}`}`;
  // Of organizations that are gone, which only the whole service counts.
  const gone = "gone_members, unnest(joined_at) began";
  const events = [
    event("created_at", "member", "joined"),
    event("joined_at", "past_member", "joined"),
    event("left_at", "past_member", "left"),
    ...(scope === null
      ? [event("began", gone, "joined", "true"), event("left_at", gone, "left", "true")]
      : []),
  ];
  return `
  with bucket as (
    select row_number() over (order by day) as n, (extract(epoch from day at time zone '${tz}') * 1000)::bigint as start
    from generate_series(${local(from ?? 0)}, ${local((to ?? 0) - 1)}, interval '1 ${interval}') day
  ), event as (
    ${events.join(" union all ")}
  ), change as (
    -- Before the first of them: 0.
    select width_bucket(at, (select array_agg(greatest(start, ${from}) order by n) from bucket)) as n,
      sum(joined) as joined, sum(ended) as ended
    from event group by 1
  )
  select start, joined, ended as left, total
  from (
    select n, start, coalesce(joined, 0) as joined, coalesce(ended, 0) as ended,
      sum(coalesce(joined, 0) - coalesce(ended, 0)) over (order by n) as total
    from (select n, start from bucket union all select 0, null) b left join change using (n)
  ) running where n > 0 order by n`;
};
