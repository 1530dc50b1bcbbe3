// The audit trail and the tallies say what is so. The trail has told of everything since 0.2; what is older, it may not know.
import type { Check } from "./check.ts";
import { miscounts } from "./tallies.ts";

const since = `(select created_at from version where version = '0.2.0')`;

type Kind = { kind: string; table: string; target: string; org: string; website?: string; where?: string };
const kinds: Kind[] = [
  { kind: "organization", table: "organisation", target: "id", org: "id" },
  { kind: "user", table: "user", target: "id", org: "null" },
  { kind: "role", table: "role", target: "id", org: "t.org_id", where: "not t.system" },
  { kind: "member", table: "member", target: "user_id", org: "t.org_id" },
  { kind: "website", table: "website", target: "id", org: "t.org_id" },
  {
    kind: "website_member",
    ...{ table: "website_member", target: "user_id", org: "t.org_id", website: "t.website_id" },
  },
  { kind: "invite", table: "invite", target: "id", org: "t.org_id" },
];

const isOf = ({ kind, target, website }: Kind) =>
  `a.target_type = '${kind}' and a.target_id = t.${target}${website ? ` and a.website_id = ${website}` : ""}${
    kind === "member" || kind === "website_member" ? " and a.org_id = t.org_id" : ""
  }`;

const told: Check[] = kinds.map((kind) => ({
  name: `untold_${kind.kind}`,
  rule: `Of every ${kind.kind} the trail tells that it was made.`,
  query: `select t.id from "${kind.table}" t where t.created_at >= ${since} and ${kind.where ?? "true"}
    and not exists (select from audit_event a where ${isOf(kind)} and a.action = '${kind.kind}.created')`,
}));

/** The last word on each row, by the order in which its lock was held. Once for all rows: the trail is long. */
const lastWord = (kind: Kind, about = "true") => `(
    select distinct on (target_id, org_id, website_id) id, action, target_type, target_id, org_id, website_id, after
    from audit_event where target_type = '${kind.kind}' and ${about}
    order by target_id, org_id, website_id, id desc) a`;

const notGone: Check[] = kinds.map((kind) => ({
  name: `told_gone_${kind.kind}`,
  rule: `No ${kind.kind} is there of which the trail told last that it went.`,
  query: `select t.id, a.id as line from "${kind.table}" t join ${lastWord(kind)} on ${isOf(kind)}
    where a.action = '${kind.kind}.deleted'`,
}));

/** What of a living row its last line has to say: a column, beside how the trail writes it. */
const said = (kind: Kind, key: string, asTold: string): Check => ({
  name: `told_otherwise_${kind.kind}_${key}`,
  rule: `The trail's last word on the ${key.replace("_", " ")} of a ${kind.kind} is so.`,
  query: `select t.id, a.id as line from "${kind.table}" t join ${lastWord(kind, `after ? '${key}'`)} on ${isOf(kind)}
    where a.after ->> '${key}' is distinct from ${asTold}`,
});
const status = "case t.status when 0 then 'active' else 'suspended' end";
const agrees: Check[] = kinds.flatMap((kind) => {
  if (kind.kind === "invite")
    return [said(kind, "state", "t.state"), said(kind, "role_id", "t.role_id::text")];
  const ofMembers = kind.table.endsWith("member") ? [said(kind, "role_id", "t.role_id::text")] : [];
  return kind.kind === "role" ? [] : [said(kind, "status", status), ...ofMembers];
});

export const trailAgrees: Check[] = [
  ...told,
  ...notGone,
  {
    // The trail outlives people: nothing that identifies them, and no secret.
    name: "told_too_much",
    rule: "The trail holds no password, token, address or profile of an account.",
    query: `select id, action from audit_event
      where coalesce(before, '{}') || coalesce(after, '{}') ?| array['password', 'token', 'secrets', 'body', 'profile', 'origin']
        or target_type = 'user' and coalesce(before, '{}') || coalesce(after, '{}') ? 'email'`,
  },
  {
    name: "gone_untold_member",
    rule: "Who the trail says is a member of an organization that is there, is one.",
    query: `select a.org_id, a.target_id as user_id, a.id as line from (
        select distinct on (org_id, target_id) * from audit_event where target_type = 'member'
        order by org_id, target_id, id desc) a
      join organisation o on o.id = a.org_id
      where a.action <> 'member.deleted'
        and not exists (select from member m where m.org_id = a.org_id and m.user_id = a.target_id)`,
  },
  {
    name: "gone_untold_user",
    rule: "An account that the trail tells of is there, unless it tells of its end.",
    query: `select a.target_id as user_id, a.id as line from (
        select distinct on (target_id) * from audit_event where target_type = 'user' order by target_id, id desc) a
      where a.action <> 'user.deleted' and not exists (select from "user" u where u.id = a.target_id)`,
  },
  ...agrees,
];

export const talliesAgree: Check[] = [
  {
    name: "miscount",
    rule: "Every tally of members equals a recount.",
    query: miscounts,
  },
  {
    name: "tally_negative",
    rule: "No tally is negative.",
    query: `select org_id, day as slot, members as n from member_tally where members < 0
      union all select org_id, slot, least(joined, ended) from growth_tally where least(joined, ended) < 0`,
  },
];
