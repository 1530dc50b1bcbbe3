import { expect, test } from "vitest";
import { refusal, undone } from "./scratch.ts";
import { joinsWebsite, tenantsDatabase } from "./tenants.ts";

const { owner, tenants } = await tenantsDatabase();

const refused = (statement: string, params: unknown[] = []) =>
  undone(owner, () => refusal(owner, statement, params));
const foreignKey = (constraint: string) => ({ code: "23503", constraint });
const taken = (constraint: string) => ({ code: "23505", constraint });
const unfit = (constraint: string) => ({ code: "23514", constraint });

test("a member has a role of their own organization, and one for organizations", async () => {
  const { ann, acme, globex } = tenants;
  const give = (role: number | undefined) =>
    refused("update member set role_id = $1 where user_id = $2 and org_id = $3", [
      role,
      ann.userId,
      acme.orgId,
    ]);
  expect(await give(globex.roles.admin)).toMatchObject(foreignKey("member_role_place_fkey"));
  expect(await give(acme.roles.website_admin)).toMatchObject(foreignKey("member_role_place_fkey"));
  expect(await give(0)).toMatchObject(foreignKey("member_role_place_fkey"));
  expect(await give(acme.roles.admin)).toBeNull();
  const move = "update member set org_id = $1 where user_id = $2";
  expect(await refused(move, [globex.orgId, ann.userId])).toMatchObject(foreignKey("member_role_place_fkey"));
});

test("a website's member has a role of its organization, and one for websites", async () => {
  const { gus, acme, globex } = tenants;
  const give = (role: number | undefined) =>
    refused("update website_member set role_id = $1 where user_id = $2", [role, gus.userId]);
  expect(await give(globex.roles.website_admin)).toMatchObject(foreignKey("website_member_role_place_fkey"));
  expect(await give(acme.roles.owner)).toMatchObject(foreignKey("website_member_role_place_fkey"));
  expect(await give(acme.roles.website_admin)).toBeNull();
  const move = "update website_member set website_id = $1 where user_id = $2";
  const elsewhere = foreignKey("website_member_website_place_fkey");
  expect(await refused(move, [globex.websiteId, gus.userId])).toMatchObject(elsewhere);
});

test.each(["member", "website_member"])("the scope of a %s's role cannot be written", async (table) => {
  for (const scope of ["website", "organization"])
    expect(await refused(`update ${table} set role_scope = '${scope}'`)).toMatchObject({ code: "428C9" });
});

test("a role that somebody holds changes neither its organization nor its scope, and is not deleted", async () => {
  const { acme, globex } = tenants;
  const about = [acme.roles.member];
  const held = { code: "23503", constraint: "member_role_place_fkey" };
  expect(await refused(`update role set scope = 'website' where id = $1`, about)).toMatchObject(held);
  const moved = `update role set org_id = ${globex.orgId}, name = 'other' where id = $1`;
  expect(await refused(moved, about)).toMatchObject(held);
  for (const id of [acme.roles.member, acme.roles.website_user]) {
    const outcome = await refused("delete from role where id = $1", [id]);
    expect(outcome).toMatchObject({ code: "TN409", constraint: "role_in_use" });
  }
});

test("a person is a member of an organization once, and of a website once", async () => {
  const { cat, acme, gus } = tenants;
  const again = "insert into member (org_id, user_id, role_id) values ($1, $2, $3)";
  expect(await refused(again, [acme.orgId, cat.userId, acme.roles.admin])).toMatchObject(
    taken("member_user_org_key"),
  );
  const twice = undone(owner, () => joinsWebsite(owner, gus, acme, "website_admin"));
  await expect(twice).rejects.toMatchObject(taken("website_member_user_key"));
});

test("an e-mail address has one account, however it is written", async () => {
  const insert = `insert into "user" (email, password) values ($1, '')`;
  for (const email of [tenants.ann.email, tenants.ann.email.toUpperCase()])
    expect(await refused(insert, [email])).toMatchObject(taken("user_email_key"));
});

test("a role's name is used once per organization, however it is written", async () => {
  const insert = "insert into role (org_id, name, scope) values ($1, $2, $3)";
  const { acme } = tenants;
  for (const [name, scope] of [
    ["owner", "organization"],
    ["Owner", "website"],
    ["WEBSITE_USER", "website"],
  ])
    expect(await refused(insert, [acme.orgId, name, scope])).toMatchObject(taken("role_name_key"));
  expect(await refused(insert, [acme.orgId, "editor", "website"])).toBeNull();
});

test.each(["organisation", "role", "website"])("a name of %s has 1 to 80 characters", async (table) => {
  const rename = `update ${table} set name = $1 where id = (select min(id) from ${table})`;
  expect(await refused(rename, ["x"])).toBeNull();
  expect(await refused(rename, ["ü".repeat(80)])).toBeNull();
  for (const name of ["", "x".repeat(81)])
    expect(await refused(rename, [name])).toMatchObject(unfit(`${table}_name_length`));
});

test("an e-mail address has 3 to 254 characters", async () => {
  const insert = `insert into "user" (email, password) values ($1, '')`;
  expect(await refused(insert, [`${"x".repeat(242)}@example.com`])).toBeNull();
  for (const email of ["x@", `${"x".repeat(243)}@example.com`])
    expect(await refused(insert, [email])).toMatchObject(unfit("user_email_length"));
});

test.each(["organisation", "user", "member", "website", "website_member"])(
  "the status of a %s is 0 or 1",
  async (table) => {
    for (const status of [0, 1]) expect(await refused(`update "${table}" set status = ${status}`)).toBeNull();
    for (const status of [-1, 2])
      expect(await refused(`update "${table}" set status = ${status}`)).toMatchObject(
        unfit(`${table}_status_known`),
      );
    expect(await refused(`update "${table}" set status = null`)).toMatchObject({ code: "23502" });
  },
);

test("a role's scope and a mail token's kind are of those that are known", async () => {
  expect(await refused("update role set scope = 'planet'")).toMatchObject(unfit("role_scope_known"));
  expect(await refused("update mail_token set kind = 'login'")).toMatchObject(unfit("mail_token_kind_known"));
});

test.each([
  ["organisation", "settings"],
  ["user", "settings"],
  ["user", "profile"],
  ["member", "settings"],
  ["website", "settings"],
  ["website_member", "settings"],
])("%s.%s is a JSON object of at most 64 KiB", async (table, column) => {
  const set = (value: string) => refused(`update "${table}" set ${column} = ${value}`);
  // {"x": "…"} is ten characters around the text.
  const filled = (bytes: number) => `jsonb_build_object('x', repeat('y', ${bytes - 9}))`;
  expect(await set(filled(65_536))).toBeNull();
  const name = `${table}_${column}_size`;
  for (const value of [
    filled(65_537),
    "jsonb_build_object('x', repeat('ü', 40000))",
    "'[]'",
    "'null'",
    "'1'",
    `'"text"'`,
  ])
    expect(await set(value), value).toMatchObject(unfit(name));
  expect(await set("null")).toMatchObject({ code: "23502" });
});
