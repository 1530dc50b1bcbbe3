// For each invariant, what breaks it: statements that no guard of the database would let through.
import { references } from "../../scripts/invariants/references.ts";

const hour = 3_600_000;
const later = `(select app.now_ms() + ${hour})`;
const acme = "(select min(id) from organisation)";
const globex = "(select max(id) from organisation)";
/** A member of Acme who does not own it. */
const cat = `(select min(user_id) from member where org_id = ${acme} and status = 0 and system_role = 3)`;
const shop = `(select min(id) from website where org_id = ${acme})`;
const roleOf = (org: string, name: string) =>
  `(select id from role where org_id = ${org} and name = '${name}')`;
const someSession = "(select min(id) from session)";
const invite = (fields: Record<string, string>) => {
  const all: Record<string, string> = {
    token: "gen_random_uuid()::text",
    user_id: cat,
    org_id: acme,
    email: "'planted@example.com'",
    role_id: roleOf(acme, "member"),
    lifetime_ms: `${hour}`,
    expires_at: later,
    mail_id: "(select max(id) from outbox)",
    ...fields,
  };
  return `insert into invite (${Object.keys(all)}) values (${Object.values(all)})`;
};
const mail = (fields: string, values: string, template = "login-alert") =>
  `insert into outbox (template, recipient, ${fields}) values ('${template}', 'a@example.com', ${values})`;
const refresh = (hash: string, fields = "", values = "", expires = later) =>
  `insert into refresh_token (hash, session_id, issued_at, expires_at${fields}) values ('${hash}', ${someSession}, 0, ${expires}${values})`;
const line = (action: string, target: string, rest = "org_id", value = "null") =>
  `insert into audit_event (action, target_type, target_id, ${rest})
   values ('${action}', '${action.split(".")[0]}', ${target}, ${value})`;
const forget = (kind: string) => `delete from audit_event where action = '${kind}.created'`;

/** A row whose parent is not there: the last of them points somewhere else. */
const orphans = Object.fromEntries(
  references.map(({ child, columns }) => [
    `orphan_${child}_${columns[0]?.replace(/_id$/, "")}`,
    [
      `update "${child}" set ${columns[0]} = 2000000000 where ctid = (select max(ctid) from "${child}" where ${columns.map((column) => `${column} is not null`).join(" and ")})`,
    ],
  ]),
);

const gone = (table: string, kind: string, target = "id", org = "org_id", website = "null") =>
  `insert into audit_event (action, target_type, target_id, org_id, website_id)
   select '${kind}.deleted', '${kind}', ${target}, ${org}, ${website} from "${table}"`;

export const plants: Record<string, string[]> = {
  ...orphans,
  orphan_refresh_token_successor: [refresh("planted", ", spent_at, successor_hash", ", 1, 'nobody'")],
  orphan_invite_mail: [invite({ mail_id: "2000000000" })],
  childless_organization: ["insert into organisation (name) values ('Nobody''s')"],
  no_owner: [`delete from member where org_id = ${acme} and system_role = 1`],
  no_active_owner: [
    `update "user" set status = 1 where id in (select user_id from member where org_id = ${acme} and system_role = 1)`,
  ],
  member_role_elsewhere: [
    `update member set role_id = ${roleOf(globex, "member")} where org_id = ${acme} and user_id = ${cat}`,
  ],
  website_member_role_elsewhere: [
    `update website_member set role_id = ${roleOf(acme, "member")} where org_id = ${acme}`,
  ],
  member_system_role_wrong: [`update member set system_role = 1 where user_id = ${cat}`],
  website_member_system_role_wrong: ["update website_member set system_role = null"],
  website_elsewhere: [`update website_member set org_id = ${globex} where org_id = ${acme}`],
  system_roles_wrong: [
    "update role set permissions = permissions || '{website:read}' where name = 'member'",
    "update role set permissions = '{}' where name = 'admin'",
  ],
  role_permissions_unknown: [
    "update role set permissions = permissions || array['member:read'] where name = 'website_user'",
  ],
  twice_user: [`insert into "user" (email, password) select upper(email), password from "user" limit 1`],
  twice_member: ["insert into member (org_id, user_id, role_id) select org_id, user_id, role_id from member"],
  twice_website_member: [
    "insert into website_member (website_id, org_id, user_id, role_id) select website_id, org_id, user_id, role_id from website_member",
  ],
  twice_role: [
    "insert into role (org_id, name, scope) select org_id, upper(name), scope from role where name = 'admin'",
  ],
  twice_invite_pending: [invite({}), invite({ email: "'Planted@Example.com'" })],
  twice_invite_token: [invite({ token: "'same'" }), invite({ token: "'same'", email: "'b@example.com'" })],
  invite_by_nobody: [invite({ user_id: "null" })],
  invite_to_member: [invite({ email: `(select email from "user" where id = ${cat})` })],
  invite_settled_wrong: [invite({ state: "'revoked'" })],
  invite_delivery_wrong: [
    mail("failed_at", "1"),
    invite({ delivery_state: "'sent'", mail_id: "(select max(id) from outbox)" }),
  ],
  password_not_hashed: [`update "user" set password = 'correct horse battery staple'`],
  verified_with_origin: [`update "user" set email_verified_at = 1, origin = '{"ip": "192.0.2.1"}'`],
  unverified_platform_admin: [`update "user" set email_verified_at = null, platform_admin = true`],
  session_of_suspended_user: [`update "user" set status = 1`],
  session_end_wrong: ["update session set ended_at = 1"],
  session_too_long: [`update session set expires_at = created_at + 31::bigint * 24 * ${hour}`],
  refresh_token_two_living: [refresh("one"), refresh("two")],
  refresh_token_spent_alone: [refresh("planted", ", spent_at", ", 1")],
  refresh_token_two_parents: [
    refresh("a", ", spent_at, successor_hash", ", 1, 'c'"),
    refresh("b", ", spent_at, successor_hash", ", 1, 'c'"),
    refresh("c"),
  ],
  refresh_token_of_two_sessions: [
    refresh("a", ", spent_at, successor_hash", ", 1, 'b'"),
    `insert into refresh_token (hash, session_id, issued_at, expires_at)
     values ('b', (select max(id) from session), 0, ${later})`,
  ],
  refresh_token_outlives_session: [
    refresh("a", "", "", `(select expires_at + 1 from session where id = ${someSession})`),
  ],
  mail_token_two_living: ["one", "two"].map(
    (hash) =>
      `insert into mail_token (hash, kind, address, expires_at) values ('${hash}', 'reset', 'of an address', ${later})`,
  ),
  mail_token_of_verified: [
    `update "user" set email_verified_at = 1, origin = '{}' where id = ${cat}`,
    `insert into mail_token (hash, kind, user_id, expires_at) values ('one', 'verify', ${cat}, ${later})`,
  ],
  mail_secret_kept: [mail("sent_at, secrets", "1, 'sealed'")],
  mail_sent_and_failed: [mail("sent_at, failed_at", "1, 1")],
  mail_without_link: [mail("attempts", "1", "reset-password")],
  mail_forgotten: [mail("created_at", `(select app.now_ms() - 26 * ${hour})`)],
  idempotency_key_unanswered: ["insert into idempotency_key (key, fingerprint) values ('k', 'f')"],
  idempotency_key_with_mail: [
    `insert into idempotency_key (key, fingerprint, answer) values ('k', 'f', '{"outcome": "created", "mail": {}}')`,
  ],
  untold_organization: [forget("organization")],
  untold_user: [forget("user")],
  untold_role: ["insert into role (org_id, name, scope) select id, 'Planted', 'website' from organisation"],
  untold_member: [forget("member")],
  untold_website: [forget("website")],
  untold_website_member: [forget("website_member")],
  untold_invite: [forget("invite")],
  told_gone_organization: [gone("organisation", "organization", "id", "id")],
  told_gone_user: [gone("user", "user", "id", "null")],
  told_gone_role: [gone("role", "role")],
  told_gone_member: [gone("member", "member", "user_id")],
  told_gone_website: [gone("website", "website")],
  told_gone_website_member: [gone("website_member", "website_member", "user_id", "org_id", "website_id")],
  told_gone_invite: [gone("invite", "invite")],
  told_too_much: [line("user.updated", cat, "after", `'{"email": "a@example.com"}'`)],
  gone_untold_member: [`delete from member where user_id = ${cat}`],
  gone_untold_user: [`delete from "user" where id = ${cat}`],
  told_otherwise_organization_status: ["update organisation set status = 1"],
  told_otherwise_user_status: [`update "user" set status = 1`],
  told_otherwise_member_status: ["update member set status = 1 - status"],
  told_otherwise_member_role_id: [
    `update member set role_id = ${roleOf(acme, "admin")} where user_id = ${cat} and org_id = ${acme}`,
  ],
  told_otherwise_website_status: [`update website set status = 1 where id = ${shop}`],
  told_otherwise_website_member_status: ["update website_member set status = 1 - status"],
  told_otherwise_website_member_role_id: [
    `update website_member set role_id = ${roleOf(acme, "website_admin")} where org_id = ${acme}`,
  ],
  told_otherwise_invite_state: ["update invite set state = 'revoked', settled_at = 1"],
  told_otherwise_invite_role_id: [
    `update invite set role_id = ${roleOf(acme, "admin")} where org_id = ${acme}`,
  ],
  miscount: [`delete from member where user_id = ${cat}`],
  tally_negative: [
    `insert into growth_tally (org_id, hours, slot, status, joined, ended) values (${acme}, 24, 1, 0, -1, 0)`,
  ],
  trigger_off: [
    "create trigger planted after insert on member execute function app.member_last_owner()",
    "alter table member disable trigger planted",
  ],
  constraint_unchecked: ["alter table member add constraint planted check (status in (0, 1)) not valid"],
  table_open: ["alter table outbox disable row level security"],
};
