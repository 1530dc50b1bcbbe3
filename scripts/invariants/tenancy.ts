// Who is what in an organization: owners, roles, memberships, and invites that nobody stands behind any more.
import { type Check, nowMs } from "./check.ts";

const ownerships = `member m join role r on r.id = m.role_id and r.system and r.name = 'owner' and m.status = 0`;
const pending = `i.state = 'pending' and i.expires_at > ${nowMs}`;

const owners: Check[] = [
  {
    name: "no_owner",
    rule: "An organization has a member who owns it and is not suspended there.",
    query: `select o.id from organisation o where not exists (select from ${ownerships} where m.org_id = o.id)`,
  },
  {
    // An organization of a suspended person alone sleeps with them.
    name: "no_active_owner",
    rule: "An active organization of more than one member has an owner whose account is active.",
    query: `select o.id from organisation o where o.status = 0
      and (select count(*) from member m where m.org_id = o.id) > 1
      and not exists (select from ${ownerships} join "user" u on u.id = m.user_id and u.status = 0 where m.org_id = o.id)`,
  },
];

const placed = (table: "member" | "website_member", scope: string): Check[] => [
  {
    name: `${table}_role_elsewhere`,
    rule: `The role of a ${table} is one of the same organization, for the scope ${scope}.`,
    query: `select m.id, m.org_id, m.role_id from ${table} m join role r on r.id = m.role_id
      where r.org_id <> m.org_id or r.scope <> '${scope}'`,
  },
  {
    name: `${table}_system_role_wrong`,
    rule: `What a ${table} says of its system role is so.`,
    query: `select m.id, m.system_role from ${table} m join role r on r.id = m.role_id
      where m.system_role is distinct from app.system_role_of(r.name, r.system)`,
  },
];

const roles: Check[] = [
  ...placed("member", "organization"),
  ...placed("website_member", "website"),
  {
    name: "website_elsewhere",
    rule: "A website's members and invites are of its organization.",
    query: `select w.id, x.org_id from website w join (
        select website_id, org_id from website_member union all select website_id, org_id from invite) x
      on x.website_id = w.id and x.org_id <> w.org_id`,
  },
  {
    name: "system_roles_wrong",
    rule: "An organization has the five system roles, with their permissions, and no other of that kind.",
    query: `select o.id, count(s.name) from organisation o
      left join role r on r.org_id = o.id and r.system
      left join app.system_roles() s on s.name = r.name and s.scope = r.scope
        and s.permissions @> r.permissions and s.permissions <@ r.permissions
      group by o.id having count(r.id) <> 5 or count(distinct s.name) <> 5`,
  },
  {
    name: "role_permissions_unknown",
    rule: "A role holds permissions of the catalogue that its scope knows.",
    query: `select r.id from role r where not r.permissions <@ (select s.permissions from app.system_roles() s
      where s.name = case r.scope when 'website' then 'website_admin' else 'owner' end)`,
  },
];

const twice = (name: string, table: string, what: string, where = "true"): Check => ({
  name: `twice_${name}`,
  rule: `There is no second row of ${table} with the same ${what.replaceAll("_", " ")}${where === "true" ? "" : ` (${where})`}.`,
  query: `select min(id) as first, max(id) as last, count(*) from "${table}" where ${where}
    group by ${what} having count(*) > 1`,
});

const unique: Check[] = [
  twice("user", "user", "lower(email)"),
  twice("member", "member", "org_id, user_id"),
  twice("website_member", "website_member", "website_id, user_id"),
  twice("role", "role", "org_id, lower(name)"),
  twice("invite_pending", "invite", "org_id, lower(email), coalesce(website_id, 0)", "state = 'pending'"),
  twice("invite_token", "invite", "token"),
];

const standing = `
  case when exists (select from member m where m.org_id = i.org_id and m.user_id = i.user_id)
    then exists (select from member m where m.org_id = i.org_id and m.user_id = i.user_id and m.status = 0)
    else exists (select from website_member w
      where w.website_id = i.website_id and w.user_id = i.user_id and w.status = 0) end`;

const invites: Check[] = [
  {
    name: "invite_by_nobody",
    rule: "Who sent a pending invite has an account and an active membership where it leads.",
    query: `select i.id, i.org_id, i.user_id from invite i where ${pending} and not ${standing}`,
  },
  {
    name: "invite_to_member",
    rule: "Nobody with a pending invite is a member there already.",
    query: `select i.id, i.org_id, u.id as user_id from invite i join "user" u on lower(u.email) = lower(i.email)
      where ${pending} and case when i.website_id is null
        then exists (select from member m where m.org_id = i.org_id and m.user_id = u.id)
        else exists (select from website_member w where w.website_id = i.website_id and w.user_id = u.id) end`,
  },
  {
    name: "invite_settled_wrong",
    rule: "An invite is settled if and only if it is not pending.",
    query: "select id, state from invite where (state = 'pending') <> (settled_at is null)",
  },
  {
    name: "invite_delivery_wrong",
    rule: "A pending invite shows how its mail stands.",
    query: `select i.id, i.delivery_state from invite i join outbox o on o.id = i.mail_id
      where i.state = 'pending' and i.delivery_state <> case when o.sent_at is not null then 'sent'
        when o.failed_at is not null then 'failed' else 'queued' end`,
  },
];

export const tenancyHolds: Check[] = [...owners, ...roles, ...unique, ...invites];
