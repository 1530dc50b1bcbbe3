// Domination (TN403 role_above_own, owner_required; triggers member_dominated, website_member_dominated, role_dominated):
// whoever makes, changes or removes a membership or a role holds every permission of the old and of the new one, and
// an owner is made, changed and unmade by owners alone.
import { expect, test } from "vitest";
import { systemRoles } from "../../src/permissions.ts";
import { undone } from "./scratch.ts";
import { type Company, outcomeOf, type Statement, society, tryOut } from "./society.ts";
import { joins, joinsWebsite, type Person } from "./tenants.ts";

const { owner, service, company, person, member, guest, role } = await society();
const permissionsOf = (name: string) =>
  systemRoles.find((known) => known.name === name)?.permissions as string[];

/** As a flow runs: past the policies and the grants, with somebody entered. Undone. */
const inFlow = (somebody: Person, effect: Statement) =>
  undone(owner, async () => {
    await owner.query("select set_config('app.user_id', $1, true)", [String(somebody.userId)]);
    return outcomeOf(owner.query(effect));
  });

/** What the rule says of somebody with these permissions who touches these roles, in this order. */
function verdict(held: string[] | "owner", touched: (string[] | "owner")[]): string {
  for (const permissions of held === "owner" ? [] : touched) {
    if (permissions === "owner") return "TN403 owner_required";
    if (!permissions.every((permission) => held.includes(permission))) return "TN403 role_above_own";
  }
  return "done 1";
}

const manager = [
  "member:update",
  "member:remove",
  "role:create",
  "role:update",
  "role:delete",
  "member:read",
];
const actors: Record<string, string[] | "owner"> = {
  "an owner": "owner",
  "an admin": permissionsOf("admin"),
  "somebody with some permissions": manager,
  "somebody with every permission, who is no owner": permissionsOf("owner"),
};
const touched: Record<string, string[] | "owner"> = {
  owner: "owner",
  admin: permissionsOf("admin"),
  member: permissionsOf("member"),
  nothing: [],
  less: manager.slice(1),
  "the same": manager,
  "one more": [...manager, "audit:read"],
  "another one": ["stats:read"],
};

/** An organization in which everybody has one of these roles, and whoever acts. */
async function scene(held: string[] | "owner") {
  const org = await company();
  const actor = await member(org, held);
  const roles: Record<string, number> = {};
  const people: Record<string, Person> = {};
  for (const [name, permissions] of Object.entries(touched)) {
    const known = typeof permissions === "string" || name in org.roles;
    const roleName = known ? name : await role(org, permissions as string[]);
    roles[name] = org.roles[roleName] as number;
    people[name] = await member(org, roleName);
  }
  return { org, actor, roles, people };
}

const entries = Object.entries(touched);

test.each(Object.entries(actors))("of members, %s touches no more than they dominate", async (_who, held) => {
  const { org, actor, roles, people } = await scene(held);
  const newcomer = await person();
  const row = (name: string) => `org_id = ${org.orgId} and user_id = ${people[name]?.userId}`;
  for (const [from, before] of entries) {
    const insert = `insert into member (org_id, user_id, role_id)
      values (${org.orgId}, ${newcomer.userId}, ${roles[from]})`;
    expect(await inFlow(actor, insert), `makes ${from}`).toBe(verdict(held, [before]));
    for (const effect of [
      `delete from member where ${row(from)}`,
      `update member set status = 1 where ${row(from)}`,
      `update member set settings = '{"new": true}' where ${row(from)}`,
    ]) {
      expect(await tryOut(service, actor, org.orgId, effect), `${from}: ${effect}`).toBe(
        verdict(held, [before]),
      );
      expect(await inFlow(actor, effect), `${from}: ${effect}`).toBe(verdict(held, [before]));
    }
    for (const [to, after] of entries) {
      const effect = `update member set role_id = ${roles[to]} where ${row(from)}`;
      const expected = verdict(held, [before, after]);
      expect(await tryOut(service, actor, org.orgId, effect), `${from} to ${to}`).toBe(expected);
    }
  }
});

test.each(Object.entries(actors))("of roles, %s touches no more than they dominate", async (_who, held) => {
  const { org, actor, roles } = await scene(held);
  const literal = (permissions: string[] | "owner") =>
    `'{${(permissions === "owner" ? permissionsOf("owner") : permissions).join(",")}}'`;
  for (const [from, before] of entries) {
    const describe = `update role set description = 'new' where id = ${roles[from]}`;
    expect(await tryOut(service, actor, org.orgId, describe), from).toBe(verdict(held, [before]));
    expect(await inFlow(actor, describe), from).toBe(verdict(held, [before]));
    // Being owner is not a set of permissions: the same set in another role is judged as permissions.
    const permissions = before === "owner" ? permissionsOf("owner") : before;
    const make = `insert into role (org_id, name, scope, permissions)
      values (${org.orgId}, 'new', 'organization', ${literal(before)})`;
    // Who may not make roles at all is stopped by the policy, after this.
    expect(await inFlow(actor, make), from).toBe(verdict(held, [permissions]));
    if (before === "owner" || from in org.roles) continue;
    const remove = `delete from role where id = ${roles[from]}`;
    // Held by somebody, so the next rule's turn; what is above one's own is not even told to be held.
    const refused = verdict(held, [before]).replace("done 1", "TN409 role_in_use");
    expect(await tryOut(service, actor, org.orgId, remove), from).toBe(refused);
    for (const [to, after] of entries) {
      const effect = `update role set permissions = ${literal(after)} where id = ${roles[from]}`;
      const wanted = after === "owner" ? permissionsOf("owner") : after;
      expect(await tryOut(service, actor, org.orgId, effect), `${from} to ${to}`).toBe(
        verdict(held, [before, wanted]),
      );
    }
  }
});

const invites = ["website:read", "website:invite"];
const onWebsites: Record<string, string[]> = {
  website_admin: permissionsOf("website_admin"),
  website_user: permissionsOf("website_user"),
  nothing: [],
  "the same": invites,
  "another one": ["website:delete"],
};
/** Who acts on a website: with what as a member, with what as its guest. */
const websiteActors: [string, string[] | "owner" | null, string[] | null][] = [
  ["an owner", "owner", null],
  ["an admin", permissionsOf("admin"), null],
  ["a member who may invite", invites, null],
  ["a guest who runs it", null, permissionsOf("website_admin")],
  ["a guest who may invite", null, invites],
  ["a member with more on this one", ["website:update"], invites],
];

test.each(websiteActors)(
  "of a website's members, %s touches no more than they dominate",
  async (_who, inOrg, here) => {
    const org = await company();
    const actor = inOrg ? await member(org, inOrg) : await person();
    if (here) await joinsWebsite(owner, actor, org, await role(org, here, "website"));
    const held = inOrg === "owner" ? inOrg : [...(inOrg ?? []), ...(here ?? [])];
    const roles: Record<string, number | undefined> = {};
    for (const [name, permissions] of Object.entries(onWebsites)) {
      const roleName = name in org.roles ? name : await role(org, permissions, "website");
      roles[name] = org.roles[roleName];
      const { userId } = await guest(org, roleName);
      roles[`${name}'s`] = userId;
    }
    const newcomer = await person();
    for (const [from, before] of Object.entries(onWebsites)) {
      const row = `website_id = ${org.websiteId} and user_id = ${roles[`${from}'s`]}`;
      const insert = `insert into website_member (website_id, org_id, user_id, role_id)
      values (${org.websiteId}, ${org.orgId}, ${newcomer.userId}, ${roles[from]})`;
      expect(await inFlow(actor, insert), `makes ${from}`).toBe(verdict(held, [before]));
      for (const effect of [
        `delete from website_member where ${row}`,
        `update website_member set status = 1 where ${row}`,
      ])
        expect(await tryOut(service, actor, org.orgId, effect), `${from}: ${effect}`).toBe(
          verdict(held, [before]),
        );
      for (const [to, after] of Object.entries(onWebsites)) {
        const effect = `update website_member set role_id = ${roles[to]} where ${row}`;
        const expected = verdict(held, [before, after]);
        expect(await tryOut(service, actor, org.orgId, effect), `${from} to ${to}`).toBe(expected);
        expect(await inFlow(actor, effect), `${from} to ${to}`).toBe(expected);
      }
    }
  },
);

test("what somebody may on one website counts for nothing on another of the same organization", async () => {
  const org = await company();
  const { rows } = await owner.query(
    "insert into website (org_id, name, url) values ($1, 'Other', 'https://other.example') returning id",
    [org.orgId],
  );
  const other = { ...org, websiteId: rows[0].id };
  const [actor, there] = [await guest(org, "website_admin"), await guest(other, "website_user")];
  const effect = `update website_member set status = 1 where user_id = ${there.userId}`;
  expect(await inFlow(actor, effect)).toBe("TN404 not_found");
  expect(await tryOut(service, actor, org.orgId, effect)).toBe("done 0");
  // And who may do such a thing on both dominates on each by what they are there.
  await joinsWebsite(owner, actor, other, await role(other, ["website:invite"], "website"));
  expect(await inFlow(actor, effect)).toBe("TN403 role_above_own");
  expect(await tryOut(service, actor, org.orgId, effect)).toBe("TN403 role_above_own");
});

test("nobody raises themselves: neither their membership nor the role that they hold", async () => {
  const org = await company();
  const [admin, boss] = [await member(org, "admin"), await member(org, manager)];
  const mine = (somebody: Person) => `org_id = ${org.orgId} and user_id = ${somebody.userId}`;
  const rise = `update member set role_id = ${org.roles.owner} where ${mine(admin)}`;
  expect(await tryOut(service, admin, org.orgId, rise)).toBe("TN403 owner_required");
  const raise = `update member set role_id = ${org.roles.admin} where ${mine(boss)}`;
  expect(await tryOut(service, boss, org.orgId, raise)).toBe("TN403 role_above_own");
  const widen = `update role set permissions = permissions || '{audit:read}'
    where id = (select role_id from member where ${mine(boss)})`;
  expect(await tryOut(service, boss, org.orgId, widen)).toBe("TN403 role_above_own");
  // Down is open, and out.
  const fall = `update member set role_id = ${org.roles.member} where ${mine(admin)}`;
  expect(await tryOut(service, admin, org.orgId, fall)).toBe("done 1");
  expect(await tryOut(service, boss, org.orgId, `delete from member where ${mine(boss)}`)).toBe("done 1");
});

test("an owner of another organization, a stranger and who is suspended here dominate nothing here", async () => {
  const [org, elsewhere] = [await company(), await company()];
  const [suspended, target] = [await member(org, "owner", 1), await member(org, "member")];
  const newcomer = await person();
  for (const [actor, refused] of [
    [elsewhere.owner, "TN404 not_found"],
    [await person(), "TN404 not_found"],
    [suspended, "TN403 member_suspended"],
    [await guest(org, "website_admin"), "TN404 not_found"],
  ] as const) {
    // Of changes the right is asked first; who is put in is a matter of domination alone.
    const make = (name: string) =>
      inFlow(
        actor,
        `insert into member (org_id, user_id, role_id)
          values (${org.orgId}, ${newcomer.userId}, ${org.roles[name]})`,
      );
    expect(await make("member")).toBe("TN403 role_above_own");
    expect(await make("owner")).toBe("TN403 owner_required");
    const change = (whom: Person, set: string) =>
      inFlow(actor, `update member set ${set} where org_id = ${org.orgId} and user_id = ${whom.userId}`);
    expect(await change(target, "status = 1")).toBe(refused);
    expect(await change(target, `role_id = ${org.roles.owner}`)).toBe(refused);
    expect(await change(org.owner, "status = 1")).toBe(refused);
  }
});

test("where nobody has entered, nothing is asked", async () => {
  const org = await company();
  await member(org, "member");
  for (const effect of [
    `update member set role_id = ${org.roles.owner} where org_id = ${org.orgId}`,
    `insert into role (org_id, name, scope, permissions) values (${org.orgId}, 'new', 'organization', '{audit:read}')`,
  ])
    expect(await undone(owner, () => outcomeOf(owner.query(effect)))).toMatch(/^done [12]$/);
});

test("an organization without members is founded by whoever is there; with its first, that is over", async () => {
  const [founder, second] = [await person(), await person()];
  await undone(owner, async () => {
    await owner.query("select set_config('app.user_id', $1, true)", [String(founder.userId)]);
    const { rows } = await owner.query("insert into organisation (name) values ('New') returning id");
    const org = rows[0].id as number;
    const roles = await owner.query<{ id: number }>(
      `insert into role (org_id, name, scope, permissions, system)
        select $1, name, scope, permissions, true from app.system_roles() returning id, name`,
      [org],
    );
    const id = Object.fromEntries(roles.rows.map((row) => [(row as { name?: string }).name, row.id]));
    const join = (somebody: Person, roleName: string) =>
      `insert into member (org_id, user_id, role_id) values (${org}, ${somebody.userId}, ${id[roleName]})`;
    expect(await outcomeOf(owner.query(join(founder, "owner")))).toBe("done 1");
    await owner.query("select set_config('app.user_id', $1, true)", [String(second.userId)]);
    expect(await outcomeOf(owner.query(join(second, "owner")))).toBe("TN403 owner_required");
  });
});

test("what follows from a deed is not asked: the memberships that go with a website or with a membership", async () => {
  const org = await company();
  const cleaner = await member(org, ["website:delete", "website:invite", "member:remove"]);
  const both = await member(org, []);
  await joinsWebsite(owner, both, org, "website_admin");
  await guest(org, "website_admin");
  const members = (client = owner) =>
    client
      .query("select from website_member where org_id = $1", [org.orgId])
      .then((result) => result.rowCount);
  expect(await members()).toBe(2);
  const touching = "delete from website_member";
  expect(await inFlow(cleaner, `${touching} where org_id = ${org.orgId}`)).toBe("TN403 role_above_own");
  for (const [effect, left] of [
    ["delete from website", 0],
    [`delete from member where user_id = ${both.userId}`, 1],
  ] as const)
    await undone(owner, async () => {
      await owner.query("select set_config('app.user_id', $1, true)", [String(cleaner.userId)]);
      const place = effect.includes("where") ? " and" : " where";
      expect(await outcomeOf(owner.query(`${effect}${place} org_id = ${org.orgId}`)), effect).toBe("done 1");
      expect(await members(), effect).toBe(left);
    });
});

test("whoever belongs to several organizations dominates in each by their role there", async () => {
  const [here, there]: [Company, Company] = [await company(), await company()];
  await joins(owner, here.owner, there, await role(there, ["member:update"]));
  const target = await member(there, "admin");
  const effect = `update member set status = 1 where user_id = ${target.userId}`;
  expect(await inFlow(here.owner, effect)).toBe("TN403 role_above_own");
  expect(await inFlow(there.owner, effect)).toBe("done 1");
});
