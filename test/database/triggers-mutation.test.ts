// No trigger that could be missing unnoticed: each is dropped, and weakened, in turn, and a battery of deeds (refused
// ones, told ones, ones that follow from others) has to end otherwise than it does with the right one. New triggers are
// found by themselves.
import { expect, test } from "vitest";
import { pastMembers } from "../../scripts/invariants/tallies.ts";
import { invited } from "./invitations.ts";
import { outcomeOf, society } from "./society.ts";
import { joinsWebsite, type Person } from "./tenants.ts";

const { owner, company, member, guest, role, person } = await society();

const org = await company();
const { orgId, websiteId, roles } = org;
const [admin, low, newcomer] = [await member(org, "admin"), await member(org, []), await person()];
const cleaner = await member(org, [
  "website:delete",
  "role:create",
  "role:update",
  "role:delete",
  "member:remove",
]);
// Who may do nothing at all, and whom anybody would dominate.
const [idle, small] = [await member(org, []), await member(org, [])];
// Nobody holds the system's website_user.
const [visitor, lowVisitor] = [await guest(org, "website_admin"), await guest(org, ["website:invite"])];
const [idleVisitor, smallVisitor] = [await guest(org, []), await guest(org, [])];
await joinsWebsite(owner, low, org, "website_admin");
const [free, above, held] = [
  roles[await role(org, [])],
  roles[await role(org, ["audit:read"])],
  roles[await role(org, ["stats:read"])],
];
const somebody = await member(org, "member");
await owner.query("update member set role_id = $1 where user_id = $2", [held, somebody.userId]);
const shared = await company();
const coOwner = await member(shared, "owner");
const plain = await member(shared, "admin");

// Who takes what they sent along; and of a role that whoever removes them does not dominate.
for (const inviter of [low, newcomer]) await invited(owner, inviter, org, { role: "admin" });
await invited(owner, visitor, org, { role: "website_admin", onWebsite: true });
const toOwner = await invited(owner, org.owner, org, { role: "owner" });
await owner.query(
  `with mail as (insert into outbox (template, recipient) values ('invitation', 'new@example.com') returning id)
  update invite set mail_id = mail.id from mail where invite.id = $1`,
  [toOwner.inviteId],
);

/** Of a session that has ended since it entered. */
const { rows: over } = await owner.query("update session set ended_at = 1 where id = $1 returning id", [
  idle.sessionId,
]);
const afterTheEnd = `set_config('app.session_id', '${over[0].id}', true) is not null`;

const tables = ["organisation", '"user"', "role", "member", "website", "website_member", "invite"];
for (const table of tables)
  await owner.query(`alter table ${table} disable trigger user; update ${table} set updated_at = 1;
    alter table ${table} enable trigger user`);

/** Somebody's membership; roles are given by id. */
const of = (whom: Person) => `org_id in (${orgId}, ${shared.orgId}) and user_id = ${whom.userId}`;
const onWebsite = `(website_id, org_id, user_id, role_id) values (${websiteId}, ${orgId}, ${newcomer.userId}`;

const invite = (
  roleId?: number,
) => `insert into invite (token, org_id, email, role_id, lifetime_ms, expires_at)
  values ('new', ${orgId}, 'new@example.com', ${roleId}, 1, 9000000000000)`;

/** Who does what; null: nobody has entered. */
const deeds: [Person | null, string][] = [
  [null, "insert into organisation (name) values ('New')"],
  [null, `update organisation set name = 'New' where id = ${orgId}`],
  [null, `delete from organisation where id = ${orgId}`],
  [null, "insert into \"user\" (email, password) values ('new@example.com', '')"],
  [null, `update "user" set platform_admin = true where id = ${newcomer.userId}`],
  [null, `update "user" set status = 1 where id = ${org.owner.userId}`],
  // An organization that sleeps without an owner is not woken, and is left alone.
  ...[0, 1].map((status): [null, string] => [
    null,
    `do $$ begin update organisation set status = 1 where id = ${orgId};
     update "user" set status = 1 where id = ${org.owner.userId};
     update organisation set status = ${status} where id = ${orgId}; end $$`,
  ]),
  [null, `delete from "user" where id = ${newcomer.userId}`],
  [null, `insert into role (org_id, name, scope) values (${orgId}, 'new', 'organization')`],
  [null, `update role set description = 'new' where id = ${free}`],
  [null, `update role set name = 'new' where id = ${roles.admin}`],
  [null, `update role set permissions = '{planet:read}' where id = ${free}`],
  [
    null,
    `insert into role (org_id, name, scope, permissions) values (${orgId}, 'new', 'website', '{audit:read}')`,
  ],
  [null, `delete from role where id = ${free}`],
  [null, `delete from role where id = ${held}`],
  [null, `delete from role where id = ${roles.website_user}`],
  [null, `insert into member (org_id, user_id, role_id) values (${orgId}, ${newcomer.userId}, ${free})`],
  [
    null,
    `insert into member (org_id, user_id, role_id) values (${orgId}, ${newcomer.userId}, ${roles.admin})`,
  ],
  [null, `update member set system_role = 1 where ${of(low)}`],
  [null, `update member set role_id = ${free} where ${of(admin)}`],
  [null, `update member set role_id = ${free} where ${of(org.owner)}`],
  [null, `delete from member where ${of(org.owner)}`],
  [null, `delete from member where ${of(low)}`],
  [null, `insert into website (org_id, name, url) values (${orgId}, 'New', 'https://new.example')`],
  [null, `update website set name = 'New' where id = ${websiteId}`],
  [null, `delete from website where id = ${websiteId}`],
  [null, `insert into website_member ${onWebsite}, ${roles.website_admin})`],
  [null, `update website_member set status = 1 where ${of(visitor)}`],
  [null, `update website_member set role_id = ${roles.website_user} where ${of(visitor)}`],
  [null, `update website_member set system_role = 1 where ${of(visitor)}`],
  [null, `delete from website_member where ${of(visitor)}`],
  [null, `update member set status = 1 where ${of(low)}`],
  [null, `update invite set delivery_state = 'sent' where id = ${toOwner.inviteId}`],
  [null, `update invite set state = 'revoked', settled_at = 1 where id = ${toOwner.inviteId}`],
  [null, `update invite set mail_id = 0 where id = ${toOwner.inviteId}`],
  [null, invite(free)],
  // Who is told by mail.
  [org.owner, `update member set role_id = ${free} where ${of(somebody)}`],
  [org.owner, `update member set status = 1 where ${of(somebody)}`],
  [org.owner, `delete from member where ${of(low)}`],
  [org.owner, `update website_member set role_id = ${roles.website_user} where ${of(visitor)}`],
  [org.owner, `delete from website_member where ${of(visitor)}`],
  // Above whoever does it.
  [cleaner, invite(above)],
  [admin, `update invite set state = 'revoked', settled_at = 1 where id = ${toOwner.inviteId}`],
  [
    admin,
    `insert into member (org_id, user_id, role_id) values (${orgId}, ${newcomer.userId}, ${roles.owner})`,
  ],
  [admin, `update member set role_id = ${roles.owner} where ${of(low)}`],
  [cleaner, `delete from member where ${of(admin)}`],
  [lowVisitor, `insert into website_member ${onWebsite}, ${roles.website_admin})`],
  [lowVisitor, `update website_member set status = 1 where ${of(visitor)}`],
  [lowVisitor, `delete from website_member where ${of(visitor)}`],
  [
    cleaner,
    `insert into role (org_id, name, scope, permissions) values (${orgId}, 'new', 'organization', '{audit:read}')`,
  ],
  [cleaner, `update role set permissions = '{}' where id = ${above}`],
  [cleaner, `delete from role where id = ${above}`],
  // Without the permission: the deeds are done past the policies, as if those had answered before a wait. (What waits is
  // in allowed-races.)
  [idle, `update organisation set name = 'New' where id = ${orgId}`],
  [idle, `update organisation set personal = true where id = ${orgId}`],
  [idle, `update organisation set settings = '{"new": true}' where id = ${orgId}`],
  [idle, `update member set status = 1 where ${of(small)}`],
  [idle, `delete from member where ${of(small)}`],
  [idle, `delete from member where ${of(idle)}`],
  [idle, `insert into role (org_id, name, scope) values (${orgId}, 'new', 'organization')`],
  [idle, `update role set description = 'new' where id = ${free}`],
  [idle, `delete from role where id = ${free}`],
  [idle, `update website set name = 'New' where id = ${websiteId}`],
  [idle, `delete from website where id = ${websiteId}`],
  [idleVisitor, `update website_member set status = 1 where ${of(smallVisitor)}`],
  [idleVisitor, `delete from website_member where ${of(smallVisitor)}`],
  [idleVisitor, `delete from website_member where ${of(idleVisitor)}`],
  [idle, `update "user" set profile = '{"new": true}' where id = ${idle.userId} and ${afterTheEnd}`],
  [idle, `update "user" set settings = '{"new": true}' where id = ${idle.userId} and ${afterTheEnd}`],
  // What follows from a deed is not asked.
  [cleaner, `delete from website where id = ${websiteId}`],
  [cleaner, `delete from member where ${of(low)}`],
  [plain, `delete from "user" where id = ${coOwner.userId}`],
  [cleaner, `delete from organisation where id = ${orgId}`],
  [idle, `delete from organisation where id = ${orgId}`],
];

type Trigger = { name: string; table: string; definition: string };
const { rows: triggers } = await owner.query<Trigger>(`
  select tgname as name, tgrelid::regclass::text as "table", pg_get_triggerdef(t.oid) as definition
  from pg_trigger t join pg_class c on c.oid = t.tgrelid
  where not tgisinternal and c.relnamespace = 'public'::regnamespace order by 1`);

// Without the targets: a new row's id is another each time.
const told = "select string_agg(action, ', ' order by action) from audit_event";
const posted =
  "select string_agg(concat(template, ' to ', recipient, ' ', last_error), ', ' order by id) from outbox";
/** What the statistics hear of it. */
const counted = `
  select string_agg(concat(org_id, ' ', role_id, ' ', status, ': ', sums), ', ' order by org_id, role_id, status)
  from (
    select org_id, role_id, status, concat_ws(' ', sum(members), sum(joined), sum(ended)) as sums
    from member_change group by 1, 2, 3) c`;
const past = `select string_agg(concat(org_id, ' ', status), ', ' order by org_id, status) from (${pastMembers}) p`;
const systemRoles = (table: string) =>
  `select string_agg(concat(user_id, ' ', system_role), ', ' order by id) from ${table} where system_role is not null`;
const touched = tables
  .map((table) => `(select count(*) from ${table} where updated_at > 1) as ${table}`)
  .join(", ");

/**
 * What came of a deed: how it ended, what the trail says of it, how many rows say that they changed, what mails went, and
 * what is counted.
 */
async function aftermath([who, deed]: (typeof deeds)[number]): Promise<string> {
  await owner.query("savepoint deed");
  const { rows: last } = await owner.query(
    "select max(id) as id, set_config('app.user_id', $1, true) from audit_event",
    [who ? String(who.userId) : ""],
  );
  const outcome = await outcomeOf(owner.query(deed));
  if (!outcome.startsWith("done")) {
    await owner.query("rollback to deed");
    return outcome;
  }
  const { rows } = await owner.query(
    `select (${told} where id > $1) as told, (${posted}) as posted, (${counted}) as counted, (${past}) as past,
      (${systemRoles("member")}) as system_roles, (${systemRoles("website_member")}) as on_websites, ${touched}`,
    [last[0].id],
  );
  await owner.query("rollback to deed");
  return `${outcome}, told and touched: ${JSON.stringify(rows[0])}`;
}

async function inTransaction<T>(work: () => Promise<T>): Promise<T> {
  await owner.query("begin");
  return work().finally(() => owner.query("rollback"));
}

const allOfThem = () =>
  inTransaction(async () => {
    const ended: string[] = [];
    for (const deed of deeds) ended.push(await aftermath(deed));
    return ended;
  });
const right = await allOfThem();

/**
 * The trigger gone, on one event or column fewer, told another argument, and without its condition; each as the statement
 * that makes what is left.
 */
function mutationsOf({ definition }: Trigger): [string, string][] {
  const [, events = ""] = /^CREATE TRIGGER \w+ (?:BEFORE|AFTER) (.+?) ON /.exec(definition) ?? [];
  const list = events.split(" OR ");
  const fewer = list.map((event): [string, string] => [
    `not on ${event.toLowerCase()}`,
    definition.replace(events, list.filter((other) => other !== event).join(" OR ")),
  ]);
  const columns = / OF (.+)$/.exec(events)?.[1]?.split(", ") ?? [];
  const narrower = columns.map((column): [string, string] => [
    `not of ${column}`,
    definition.replace(columns.join(", "), columns.filter((other) => other !== column).join(", ")),
  ]);
  // As a permission it is what everybody has who is in; as the name of anything else it is wrong.
  const asked = [...definition.matchAll(/'[^']*'(?=[^()]*\)$)/g)].map((argument): [string, string] => [
    `not told ${argument[0]}`,
    `${definition.slice(0, argument.index)}'membership'${definition.slice(argument.index + argument[0].length)}`,
  ]);
  const unconditional = definition.replace(/ WHEN \(\(.*\)\) EXECUTE/, " EXECUTE");
  return [
    ["dropped", ""],
    ...(list.length > 1 ? fewer : []),
    ...(columns.length > 1 ? narrower : []),
    ...asked,
    ...(unconditional === definition ? [] : [["unconditional", unconditional] as [string, string]]),
  ];
}

const noticed = ({ name, table }: Trigger, left: string) =>
  inTransaction(async () => {
    await owner.query(`drop trigger ${name} on ${table}; ${left}`);
    for (const [index, deed] of deeds.entries()) if ((await aftermath(deed)) !== right[index]) return true;
    return false;
  });

/**
 * What shows nowhere. Nothing that is done changes a person's profile or settings as well; a restored person's organizations are looked at in vain; nor
 * an organization's name or settings; roles and websites follow from nothing but the end of an organization,
 * whose members are gone by then; and of memberships nothing but their end follows from anything, whose people or
 * organization are gone by then. Of who loses the organization, all invites are withdrawn before those of its websites.
 */
const harmless: Record<string, string[]> = {
  user_last_owner: ["unconditional"],
  member_notify_removed: ["unconditional"],
  member_notify_role: ["unconditional"],
  organisation_allowed: ["unconditional"],
  role_allowed: ["unconditional"],
  role_dominated: ["unconditional"],
  user_allowed: ["unconditional"],
  website_allowed: ["unconditional"],
  website_member_invites_delete: ["unconditional"],
  website_member_invites_update: ["unconditional"],
  website_member_notify_role: ["unconditional"],
};

test("with every trigger right, the same deeds end in the same way again", async () => {
  expect(await allOfThem()).toEqual(right);
});

test("the deeds are what they should be: some refused by each rule, some told", () => {
  const refused = new Set(right.filter((outcome) => !outcome.startsWith("done")));
  expect([...refused].sort()).toEqual([
    "TN401 session_ended",
    "TN403 owner_required",
    "TN403 permission_missing",
    "TN403 role_above_own",
    "TN409 last_owner",
    "TN409 role_in_use",
    "TN409 system_role",
    "TN422 permissions_unfit",
  ]);
  expect(triggers.length).toBeGreaterThan(30);
});

test.each(triggers.map((trigger) => [`${trigger.table}.${trigger.name}`, trigger] as const))(
  "%s: whatever is missing of it shows",
  async (_name, trigger) => {
    const unnoticed: string[] = [];
    for (const [what, left] of mutationsOf(trigger))
      if (!(await noticed(trigger, left))) unnoticed.push(what);
    expect(unnoticed).toEqual(harmless[trigger.name] ?? []);
  },
);
