import { expect, test } from "vitest";
import { refusal, undone } from "./scratch.ts";
import { joinsWebsite, tenantsDatabase } from "./tenants.ts";

const { owner, tenants } = await tenantsDatabase();
// Constraints by themselves: rules of triggers have files of their own, and are kept out of the way by a role that
// no system knows, held by somebody whom nobody misses.
const { rows: made } = await owner.query<{ id: number; scope: string }>(
  `insert into role (org_id, name, scope) values ($1, 'editor', 'organization'), ($1, 'poster', 'website')
    returning id, scope`,
  [tenants.acme.orgId],
);
const custom = Object.fromEntries(made.map((role) => [role.scope, role.id]));
await owner.query("update member set role_id = $1 where user_id = $2 and org_id = $3", [
  custom.organization,
  tenants.cat.userId,
  tenants.acme.orgId,
]);

const refused = (statement: string, params: unknown[] = []) =>
  undone(owner, () => refusal(owner, statement, params));
const foreignKey = (constraint: string) => ({ code: "23503", constraint });
const taken = (constraint: string) => ({ code: "23505", constraint });
const unfit = (constraint: string) => ({ code: "23514", constraint });

test("a member has a role of their own organization, and one for organizations", async () => {
  const { dan, acme, globex } = tenants;
  const give = (role: number | undefined) =>
    refused("update member set role_id = $1 where user_id = $2 and org_id = $3", [
      role,
      dan.userId,
      acme.orgId,
    ]);
  expect(await give(globex.roles.admin)).toMatchObject(foreignKey("member_role_place_fkey"));
  expect(await give(acme.roles.website_admin)).toMatchObject(foreignKey("member_role_place_fkey"));
  expect(await give(0)).toMatchObject(foreignKey("member_role_place_fkey"));
  expect(await give(acme.roles.admin)).toBeNull();
  const move = "update member set org_id = $1 where user_id = $2";
  expect(await refused(move, [globex.orgId, dan.userId])).toMatchObject(foreignKey("member_role_place_fkey"));
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
  const carry = "update website set org_id = $1 where id = $2";
  expect(await refused(carry, [globex.orgId, acme.websiteId])).toMatchObject(elsewhere);
  expect(await refused(move, [globex.websiteId, gus.userId])).toMatchObject(elsewhere);
});

test("a pending invite offers a role of its own organization, and one for the place that it is to", async () => {
  const { acme, globex } = tenants;
  const give = (role: number | undefined, place = "is null", state = "pending") =>
    refused(`update invite set role_id = $1 where org_id = $2 and website_id ${place} and state = $3`, [
      role,
      acme.orgId,
      state,
    ]);
  for (const [place, foreign, wrong, right] of [
    ["is null", globex.roles.member, acme.roles.website_user, acme.roles.admin],
    ["is not null", globex.roles.website_user, acme.roles.member, acme.roles.website_admin],
  ] as const) {
    for (const role of [foreign, wrong, 0])
      expect(await give(role, place)).toMatchObject(foreignKey("invite_role_place_fkey"));
    expect(await give(right, place)).toBeNull();
  }
  const carry = "update invite set website_id = $1 where org_id = $2 and website_id is not null";
  const elsewhere = foreignKey("invite_website_place_fkey");
  expect(await refused(carry, [globex.websiteId, acme.orgId])).toMatchObject(elsewhere);
});

test("an address has one pending invite in an organization, and one on each of its websites", async () => {
  const { acme, globex } = tenants;
  const again = (orgId: number, websiteId: number | null, role?: number) =>
    refused(
      `insert into invite (token, org_id, website_id, email, role_id, lifetime_ms, expires_at)
        select gen_random_uuid(), $1::int, $2::int, upper(email), $3::int, 1, 1 from invite
        where org_id = $4 and state = 'pending' and website_id is not distinct from (
          select id from website where id = $2 and org_id = $4)`,
      [orgId, websiteId, role, acme.orgId],
    );
  const pending = taken("invite_pending_key");
  expect(await again(acme.orgId, null, acme.roles.admin)).toMatchObject(pending);
  expect(await again(acme.orgId, acme.websiteId, acme.roles.website_admin)).toMatchObject(pending);
  expect(await again(globex.orgId, null, globex.roles.admin)).toBeNull();
  const settled = "update invite set state = 'revoked', settled_at = 1 where state = 'pending'";
  await undone(owner, async () => {
    await owner.query(settled);
    await owner.query("update invite set email = 'same@example.com'");
    expect(await refusal(owner, "update invite set state = state")).toBeNull();
  });
  expect(await refused("update invite set token = 'same'")).toMatchObject(taken("invite_token_key"));
});

test("an invite's states are of those that are known, and it is settled at a time if it is", async () => {
  expect(await refused("update invite set state = 'expired', settled_at = 1")).toMatchObject(
    unfit("invite_state_known"),
  );
  for (const set of ["state = 'revoked', settled_at = null", "state = 'pending', settled_at = 1"])
    expect(await refused(`update invite set ${set}`)).toMatchObject(unfit("invite_settled_then"));
  expect(await refused("update invite set delivery_state = 'lost'")).toMatchObject(
    unfit("invite_delivery_known"),
  );
  for (const email of ["x@", `${"x".repeat(243)}@example.com`])
    expect(
      await refused("update invite set email = $1 where id = (select max(id) from invite)", [email]),
    ).toMatchObject(unfit("invite_email_length"));
});

test.each(["member", "website_member", "invite"])(
  "the scope of a %s's role cannot be written",
  async (table) => {
    for (const scope of ["website", "organization"])
      expect(await refused(`update ${table} set role_scope = '${scope}'`)).toMatchObject({ code: "428C9" });
  },
);

test("a role that somebody holds changes neither its organization nor its scope", async () => {
  const { globex, acme, gus } = tenants;
  const held = foreignKey("member_role_place_fkey");
  const change = (set: string) => refused(`update role set ${set} where id = $1`, [custom.organization]);
  expect(await change("scope = 'website'")).toMatchObject(held);
  expect(await change(`org_id = ${globex.orgId}`)).toMatchObject(held);
  const poster = [custom.website];
  const rescope = "update role set scope = 'organization' where id = $1";
  expect(await refused(rescope, poster)).toBeNull();
  await undone(owner, async () => {
    await owner.query("update website_member set role_id = $1 where user_id = $2 and org_id = $3", [
      custom.website,
      gus.userId,
      acme.orgId,
    ]);
    const alsoHeld = foreignKey("website_member_role_place_fkey");
    expect(await refusal(owner, rescope, poster)).toMatchObject(alsoHeld);
  });
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
  expect(await refused(insert, [acme.orgId, "writer", "website"])).toBeNull();
});

test.each(["organisation", "role", "website"])("a name of %s has 1 to 80 characters", async (table) => {
  const rename = `update ${table} set name = $1 where id = (select max(id) from ${table})`;
  expect(await refused(rename, ["x"])).toBeNull();
  expect(await refused(rename, ["ü".repeat(80)])).toBeNull();
  for (const name of ["", "x".repeat(81)])
    expect(await refused(rename, [name])).toMatchObject(unfit(`${table}_name_length`));
});

test("a role's description has at most 500 characters, a website's address 2,048", async () => {
  const fill = (column: string, place: string, length: number) =>
    refused(`update ${place} set ${column} = repeat('ü', ${length})`);
  expect(await fill("description", "role", 500)).toBeNull();
  expect(await fill("description", "role", 501)).toMatchObject(unfit("role_description_length"));
  expect(await fill("url", "website", 2048)).toBeNull();
  expect(await fill("url", "website", 2049)).toMatchObject(unfit("website_url_length"));
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
    const one = `where id = (select max(id) from "${table}")`;
    for (const status of [0, 1])
      expect(await refused(`update "${table}" set status = ${status} ${one}`)).toBeNull();
    for (const status of [-1, 2])
      expect(await refused(`update "${table}" set status = ${status}`)).toMatchObject(
        unfit(`${table}_status_known`),
      );
    expect(await refused(`update "${table}" set status = null`)).toMatchObject({ code: "23502" });
  },
);

test("a number of members stands once for each place, time and status, of the whole service too", async () => {
  const { acme } = tenants;
  const growth = (orgId: number | null, hours = 24) =>
    `insert into growth_tally (org_id, hours, slot, status, joined, ended) values (${orgId}, ${hours}, 1, 0, 1, 0)`;
  const members = (orgId: number) =>
    `insert into member_tally (org_id, day, role_id, status, members) values (${orgId}, 1, 1, 0, 1)`;
  for (const [statement, constraint] of [
    [growth(acme.orgId), "growth_tally_key"],
    [growth(null), "growth_tally_key"],
    [members(acme.orgId), "member_tally_pkey"],
  ] as const) {
    expect(await refused(statement)).toBeNull();
    expect(await refused(`${statement}; ${statement}`)).toMatchObject(taken(constraint));
  }
  expect(await refused(growth(null, 1))).toBeNull();
  expect(await refused(growth(null, 2))).toMatchObject(unfit("growth_tally_hours_known"));
  const nowhere = 2_147_483_647;
  expect(await refused(growth(nowhere))).toMatchObject(foreignKey("growth_tally_org_id_organisation_id_fk"));
  expect(await refused(members(nowhere))).toMatchObject(foreignKey("member_tally_org_id_organisation_id_fk"));
});

test("a role's scope and a mail token's kind are of those that are known", async () => {
  const scope = `update role set scope = 'planet' where id = ${custom.organization}`;
  expect(await refused(scope)).toMatchObject(unfit("role_scope_known"));
  expect(await refused("update mail_token set kind = 'login'")).toMatchObject(unfit("mail_token_kind_known"));
});

test.each([
  ["organisation", "settings"],
  ["user", "settings"],
  ["user", "profile"],
  ["user", "origin"],
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
