// The audit trail is written by the database in the transaction of the change, whatever path that takes: one line for
// each row that changed, with who, in which session and request, from where, and what was and is.
import { expect, test } from "vitest";
import { accepting, create, invited, newAddress, resend, revoke } from "./invitations.ts";
import { ask, outcomeOf, type Statement, society } from "./society.ts";
import { joinsWebsite, passwordHash } from "./tenants.ts";
import { byHand, fromRequestOf, summary, toldOf } from "./trail.ts";

const { owner, service, company, person, member, guest, role } = await society();

test("a membership that somebody changes", async () => {
  const org = await company();
  const somebody = await member(org);
  const change = `update member set role_id = ${org.roles.admin}, status = 1, settings = '{"team": "blue"}'
    where user_id = ${somebody.userId}`;
  const about = { org_id: org.orgId, target_type: "member", target_id: somebody.userId, website_id: null };
  expect(await toldOf(owner, () => ask(service, org.owner, org.orgId, change))).toEqual([
    {
      ...about,
      ...fromRequestOf(org.owner),
      action: "member.updated",
      before: { role: "member", role_id: org.roles.member, status: "active", settings: {} },
      after: { role: "admin", role_id: org.roles.admin, status: "suspended", settings: { team: "blue" } },
    },
  ]);
  const removal = `delete from member where user_id = ${somebody.userId}`;
  expect(await toldOf(owner, () => ask(service, org.owner, org.orgId, removal))).toEqual([
    {
      ...about,
      ...fromRequestOf(org.owner),
      action: "member.deleted",
      before: { role: "admin", role_id: org.roles.admin, status: "suspended", settings: { team: "blue" } },
      after: null,
    },
  ]);
});

test("a role that is made, changed and deleted", async () => {
  const org = await company();
  const told = async (statement: string) =>
    (await toldOf(owner, () => ask(service, org.owner, org.orgId, statement))).map(
      ({ action, before, after, org_id, actor_id }) => ({ action, before, after, org_id, actor_id }),
    );
  const by = { org_id: org.orgId, actor_id: org.owner.userId };
  const made = { name: "new", description: "", scope: "website", permissions: ["website:read"] };
  const make = `insert into role (org_id, name, scope, permissions)
    values (${org.orgId}, 'new', 'website', '{website:read}')`;
  expect(await told(make)).toEqual([{ ...by, action: "role.created", before: null, after: made }]);
  expect(await told("update role set permissions = '{}' where name = 'new'")).toEqual([
    { ...by, action: "role.updated", before: { permissions: ["website:read"] }, after: { permissions: [] } },
  ]);
  expect(await told("delete from role where name = 'new'")).toEqual([
    { ...by, action: "role.deleted", before: { ...made, permissions: [] }, after: null },
  ]);
});

test("an organization and a website, made in flows, changed and deleted at the tables", async () => {
  const founder = await person();
  const found = "select app.create_organization('New', '{\"details\": \"x\"}', true, null, null) as outcome";
  const [organization, membership, ...rest] = await toldOf(owner, () => ask(service, founder, null, found));
  const orgId = organization?.org_id as number;
  // One line for it and its owner; the roles that it is born with go without saying.
  expect(rest).toEqual([]);
  const by = { ...fromRequestOf(founder), org_id: orgId };
  expect(
    [membership, organization].sort((a, b) => String(a?.action).localeCompare(String(b?.action))),
  ).toEqual([
    {
      ...by,
      action: "member.created",
      target_type: "member",
      target_id: founder.userId,
      website_id: null,
      before: null,
      after: { role: "owner", role_id: expect.any(Number), status: "active", settings: {} },
    },
    {
      ...by,
      action: "organization.created",
      target_type: "organization",
      target_id: orgId,
      website_id: null,
      before: null,
      after: { name: "New", status: "active", personal: true, settings: { details: "x" } },
    },
  ]);

  const make = `select app.create_website(${orgId}, 'Shop', 'https://shop.example', '{}', null, null) as outcome`;
  const [website] = await toldOf(owner, () => ask(service, founder, orgId, make));
  expect(website).toEqual({
    ...by,
    action: "website.created",
    target_type: "website",
    target_id: expect.any(Number),
    website_id: website?.target_id,
    before: null,
    after: { name: "Shop", url: "https://shop.example", status: "active", settings: {} },
  });
  const changes = await toldOf(owner, async () => {
    await ask(service, founder, orgId, "update website set name = 'Store'");
    await ask(service, founder, orgId, "update organisation set personal = false");
    await ask(service, founder, orgId, "delete from website");
    await ask(service, founder, orgId, "delete from organisation", "delete");
  });
  expect(changes.map(({ action, before, after, actor_id }) => ({ action, before, after, actor_id }))).toEqual(
    [
      [
        "organization.deleted",
        { name: "New", status: "active", personal: false, settings: { details: "x" } },
        null,
      ],
      ["organization.updated", { personal: true }, { personal: false }],
      [
        "website.deleted",
        { name: "Store", url: "https://shop.example", status: "active", settings: {} },
        null,
      ],
      ["website.updated", { name: "Shop" }, { name: "Store" }],
    ].map(([action, before, after]) => ({ action, before, after, actor_id: founder.userId })),
  );
});

test("a website's member", async () => {
  const org = await company();
  const visitor = await guest(org);
  const about = {
    org_id: org.orgId,
    target_type: "website_member",
    target_id: visitor.userId,
    website_id: org.websiteId,
    ...fromRequestOf(org.owner),
  };
  const lines = await toldOf(owner, async () => {
    await ask(
      service,
      org.owner,
      org.orgId,
      `update website_member set role_id = ${org.roles.website_admin}`,
    );
    await ask(service, org.owner, org.orgId, "delete from website_member");
  });
  const last = { role: "website_admin", role_id: org.roles.website_admin };
  expect(lines).toEqual([
    {
      ...about,
      action: "website_member.deleted",
      before: { ...last, status: "active", settings: {} },
      after: null,
    },
    {
      ...about,
      action: "website_member.updated",
      before: { role: "website_user", role_id: org.roles.website_user },
      after: last,
    },
  ]);
});

test("an invite that is made, sent again, withdrawn and accepted", async () => {
  const org = await company();
  for (const onWebsite of [false, true]) {
    const about = {
      org_id: org.orgId,
      target_type: "invite",
      target_id: expect.any(Number),
      website_id: onWebsite ? org.websiteId : null,
    };
    const byThem = { ...about, ...fromRequestOf(org.owner) };
    const name = onWebsite ? "website_user" : "member";
    const offer = { role: name, role_id: org.roles[name] };
    const inviting = (effect: Statement) => toldOf(owner, () => ask(service, org.owner, org.orgId, effect));
    const email = newAddress();
    const made = await inviting(create(org, { onWebsite, email }));
    const pending = { ...offer, email, state: "pending", expires_at: expect.any(Number) };
    expect(made).toEqual([{ ...byThem, action: "invite.created", before: null, after: pending }]);

    const withdrawn = await invited(owner, org.owner, org, { onWebsite });
    const times = { expires_at: expect.any(Number) };
    expect(await inviting(resend(org, withdrawn, onWebsite))).toEqual([
      { ...byThem, action: "invite.updated", before: times, after: times },
    ]);
    const change = { action: "invite.updated", before: { state: "pending" } };
    expect(await inviting(revoke(org, withdrawn, onWebsite))).toEqual([
      { ...byThem, ...change, after: { state: "revoked" } },
    ]);
    expect(await inviting(revoke(org, withdrawn, onWebsite))).toEqual([]);

    // Nobody has entered: whoever accepts.
    const invitee = await person();
    const accepted = await invited(owner, org.owner, org, { onWebsite, email: invitee.email });
    const lines = await toldOf(owner, () => accepting(service, accepted));
    const byInvitee = { ...byHand, actor_id: invitee.userId };
    expect(lines).toEqual([
      { ...about, ...byInvitee, ...change, after: { state: "accepted" } },
      {
        ...about,
        ...byInvitee,
        action: onWebsite ? "website_member.created" : "member.created",
        target_type: onWebsite ? "website_member" : "member",
        target_id: invitee.userId,
        before: null,
        after: { ...offer, status: "active", settings: {} },
      },
    ]);
  }
});

test("what becomes of an invite's mail, and an invite that the cron removes, are not told", async () => {
  const org = await company();
  await ask(service, org.owner, org.orgId, create(org));
  await invited(owner, org.owner, org, { expiresAt: 1 });
  const told = await toldOf(owner, async () => {
    const { rows } = await owner.query(
      "select mail_id from invite where org_id = $1 and mail_id is not null",
      [org.orgId],
    );
    await service.query("select app.settle_mail($1)", [{ id: rows[0].mail_id, outcome: "sent" }]);
    await service.query("select app.prune(1000)");
  });
  expect(told).toEqual([]);
  const { rows } = await owner.query("select delivery_state from invite where org_id = $1", [org.orgId]);
  expect(rows).toEqual([{ delivery_state: "sent" }]);
});

test("the handing over of an organization: both who become something", async () => {
  const org = await company();
  const heir = await member(org);
  const transfer = `select app.transfer_ownership(${org.orgId}, ${heir.userId})`;
  const lines = await toldOf(owner, () => ask(service, org.owner, org.orgId, transfer));
  expect(lines.map(({ target_id, actor_id, after }) => [target_id, actor_id, after?.role])).toEqual(
    [
      [org.owner.userId, org.owner.userId, "admin"],
      [heir.userId, org.owner.userId, "owner"],
    ].sort(([a], [b]) => Number(a) - Number(b)),
  );
});

test("flows before anybody has entered: the person whom they are about", async () => {
  const origin = { request_id: "signing up", ip: "198.51.100.7", session_id: null };
  /** As the Worker calls them: the origin first, then the flow. */
  const flow = async (call: string, params: unknown[]) => {
    await service.query("begin");
    await service.query("select set_config('app.request_id', $1, true), set_config('app.ip', $2, true)", [
      origin.request_id,
      origin.ip,
    ]);
    await service.query(`select app.${call}`, params);
    await service.query("commit");
  };
  const email = `${crypto.randomUUID()}@example.com`;
  const lines = await toldOf(owner, () =>
    flow("sign_up($1, $2, '{}', 'New', '{}', '{}', $3, 9000000000000, 'sealed', null, '{}')", [
      email,
      passwordHash,
      `hash of ${email}`,
    ]),
  );
  const userId = lines.find((line) => line.target_type === "user")?.target_id;
  expect(
    lines.map(({ action, actor_id, ...line }) => ({ action, actor_id, ...origin, line: line.org_id })),
  ).toEqual([
    { action: "member.created", actor_id: userId, ...origin, line: lines[1]?.org_id },
    { action: "organization.created", actor_id: userId, ...origin, line: lines[1]?.org_id },
    // Nobody was there yet.
    { action: "user.created", actor_id: null, ...origin, line: null },
  ]);
  expect(lines.map(({ request_id, ip, session_id }) => ({ request_id, ip, session_id }))).toEqual([
    origin,
    origin,
    origin,
  ]);
  const verified = await toldOf(owner, () => flow("verify_email($1, $2)", [`hash of ${email}`, email]));
  expect(verified).toMatchObject([
    {
      action: "user.updated",
      org_id: null,
      actor_id: userId,
      target_id: userId,
      before: { email_verified_at: null },
      after: { email_verified_at: expect.any(Number) },
      ...origin,
    },
  ]);
});

test("a change by hand: nobody's, and told all the same", async () => {
  const org = await company();
  const somebody = await person();
  const { orgId } = org;
  const by = async (statement: string) =>
    (await toldOf(owner, () => owner.query(statement))).map(({ action, target_id, ...line }) => {
      const { actor_id, session_id, request_id, ip } = line;
      return [`${action} of ${target_id}`, { actor_id, session_id, request_id, ip }];
    });
  const join = `insert into member (org_id, user_id, role_id) values (${orgId}, ${somebody.userId}, ${org.roles.member})`;
  expect(await by(join)).toEqual([[`member.created of ${somebody.userId}`, byHand]]);
  expect(await by(`update organisation set status = 1 where id = ${orgId}`)).toEqual([
    [`organization.updated of ${orgId}`, byHand],
  ]);
  expect(
    await by(`update "user" set status = 1, platform_admin = true where id = ${somebody.userId}`),
  ).toEqual([[`user.updated of ${somebody.userId}`, byHand]]);
  const visit = `insert into website_member (website_id, org_id, user_id, role_id)
    values (${org.websiteId}, ${orgId}, ${somebody.userId}, ${org.roles.website_user})`;
  expect(await by(visit)).toEqual([[`website_member.created of ${somebody.userId}`, byHand]]);
});

test("what one statement does to many rows is a line for each", async () => {
  const org = await company();
  const people = [org.owner, await member(org), await member(org), await member(org)];
  const change = `update member set settings = '{"new": true}' where org_id = ${org.orgId}`;
  expect(summary(await toldOf(owner, () => ask(service, org.owner, org.orgId, change)))).toEqual(
    people.map(({ userId }) => `member.updated of ${userId}`).sort(),
  );
});

test("an update that changes nothing that is told is not told", async () => {
  const org = await company();
  const [somebody, visitor] = [await member(org), await guest(org)];
  await role(org, []);
  const told = await toldOf(owner, async () => {
    for (const table of ["organisation", "member", "website", "website_member"])
      await owner.query(`update ${table} set settings = settings, updated_at = 1, created_at = created_at`);
    await owner.query("update role set description = description, name = name");
    await owner.query(
      `update "user" set settings = '{"login_alerts": false}', profile = '{"name": "New"}', password = 'new'
      where id = any ($1)`,
      [[somebody.userId, visitor.userId]],
    );
    await owner.query("update session set last_used_at = 1, ended_at = null");
  });
  expect(told).toEqual([]);
});

test("what is refused or undone is not told", async () => {
  const org = await company();
  const told = await toldOf(owner, async () => {
    const leave = `delete from member where user_id = ${org.owner.userId}`;
    expect(await ask(service, org.owner, org.orgId, leave)).toBe("TN409 last_owner");
    await owner.query("begin");
    expect(await outcomeOf(owner.query("update organisation set name = 'Undone'"))).toMatch(/^done/);
    await owner.query("rollback");
  });
  expect(told).toEqual([]);
});

test("who belongs to a website as well is told of once for each", async () => {
  const org = await company();
  const both = await member(org);
  await joinsWebsite(owner, both, org);
  const removal = `delete from member where user_id = ${both.userId}`;
  const lines = await toldOf(owner, () => ask(service, org.owner, org.orgId, removal));
  expect(lines.map(({ action, actor_id, website_id }) => ({ action, actor_id, website_id }))).toEqual([
    { action: "member.deleted", actor_id: org.owner.userId, website_id: null },
    { action: "website_member.deleted", actor_id: org.owner.userId, website_id: org.websiteId },
  ]);
});
