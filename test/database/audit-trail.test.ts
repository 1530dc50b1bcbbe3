// What the audit trail leaves out (what follows from the end of an organization, secrets), and that it stays as it was
// written: no login of the Worker changes it, and it outlives whom it is about.
import { expect, test } from "vitest";
import { insertMailToken } from "../support/mail-token-row.ts";
import { invited } from "./invitations.ts";
import { refusal, undone } from "./scratch.ts";
import { ask, society } from "./society.ts";
import { enter, joins, joinsWebsite } from "./tenants.ts";
import { summary, toldOf } from "./trail.ts";

const { owner, service, company, person, member, guest, role } = await society();

test("the end of an organization is one line, whatever belonged to it", async () => {
  for (const path of ["by its owner", "by hand"]) {
    const org = await company();
    const [both] = [await member(org), await member(org, []), await guest(org)];
    await joinsWebsite(owner, both, org, "website_admin");
    await role(org, []);
    for (const onWebsite of [false, true]) await invited(owner, both, org, { onWebsite });
    const deletion = `delete from organisation where id = ${org.orgId}`;
    const lines = await toldOf(owner, () =>
      path === "by hand" ? owner.query(deletion) : ask(service, org.owner, org.orgId, deletion, "delete"),
    );
    expect(summary(lines), path).toEqual([`organization.deleted of ${org.orgId}`]);
  }
});

test("the end of a website is one line, whoever belonged to it", async () => {
  for (const path of ["by an owner", "by hand"]) {
    const org = await company();
    await guest(org);
    await joinsWebsite(owner, await member(org), org);
    await invited(owner, org.owner, org, { onWebsite: true });
    const deletion = `delete from website where id = ${org.websiteId}`;
    const lines = await toldOf(owner, () =>
      path === "by hand" ? owner.query(deletion) : ask(service, org.owner, org.orgId, deletion),
    );
    expect(summary(lines), path).toEqual([`website.deleted of ${org.websiteId}`]);
  }
});

test("the end of a person is told where they belonged, in each organization", async () => {
  for (const path of ["their account", "by hand"]) {
    const [one, two, other] = [await company(), await company(), await company()];
    const somebody = await member(one);
    await joins(owner, somebody, two, "admin");
    await joinsWebsite(owner, somebody, two);
    await joinsWebsite(owner, somebody, other);
    const lines = await toldOf(owner, () =>
      path === "by hand"
        ? owner.query('delete from "user" where id = $1', [somebody.userId])
        : ask(service, somebody, null, "select app.delete_account(1, 0) as outcome"),
    );
    const told = lines.map(({ action, org_id, target_id }) => [action, org_id, target_id]);
    const { userId } = somebody;
    expect(told, path).toEqual(
      expect.arrayContaining([
        ["user.deleted", null, userId],
        ["member.deleted", one.orgId, userId],
        ["member.deleted", two.orgId, userId],
        ["website_member.deleted", two.orgId, userId],
        ["website_member.deleted", other.orgId, userId],
      ]),
    );
    expect(told, path).toHaveLength(5);
    const actors = new Set(lines.map((line) => line.actor_id));
    expect(actors, path).toEqual(new Set([path === "by hand" ? null : userId]));
  }
});

test("an account that goes with its own organizations tells the end of each, once", async () => {
  const org = await company();
  await guest(org);
  const lines = await toldOf(owner, () =>
    ask(service, org.owner, null, "select app.delete_account(1, 0) as outcome"),
  );
  expect(summary(lines)).toEqual([
    `organization.deleted of ${org.orgId}`,
    `user.deleted of ${org.owner.userId}`,
  ]);
});

const told: Record<string, string[]> = {
  organization: ["name", "personal", "settings", "status"],
  user: ["credential_version", "email_verified_at", "platform_admin", "status"],
  role: ["description", "name", "permissions", "scope"],
  member: ["role", "role_id", "settings", "status"],
  website: ["name", "settings", "status", "url"],
  website_member: ["role", "role_id", "settings", "status"],
  // Whom it was for: that outlives the invite, which goes within a minute of its end.
  invite: ["email", "expires_at", "role", "role_id", "state"],
};

test("no column is told that is not on the list: no password, no address, no profile, no token", async () => {
  const secret = "secret-that-is-nowhere";
  const org = await company();
  const somebody = await member(org, []);
  await guest(org);
  const offer = await invited(owner, org.owner, org, { email: `${secret}@example.com` });
  const lines = await toldOf(owner, async () => {
    await owner.query(
      `update invite set token = $1, delivery_state = 'failed', delivery_error = $1, state = 'revoked', settled_at = 1
      where id = $2`,
      [secret, offer.inviteId],
    );
    for (const [table, column, value] of [
      ["user", "password", secret],
      ["user", "profile", JSON.stringify({ name: secret })],
      ["user", "settings", JSON.stringify({ [secret]: secret })],
      ["session", "user_agent", secret],
      ["session", "place", secret],
    ])
      await owner.query(`update "${table}" set ${column} = $1`, [value]);
    await owner.query(
      `insert into refresh_token (hash, session_id, issued_at, expires_at) values ($1, $2, 0, 0)`,
      [secret, somebody.sessionId],
    );
    await owner.query(insertMailToken, [secret, "reset", somebody.userId, 0]);
    await owner.query('update "user" set credential_version = 2, password = $1 where id = $2', [
      `new ${secret}`,
      somebody.userId,
    ]);
    await owner.query(`insert into "user" (email, password, profile, settings) values ($1, $2, $3, $3)`, [
      "told@example.com",
      secret,
      JSON.stringify({ name: secret }),
    ]);
    await owner.query('update "user" set email = $1 where id = $2', [
      `moved-${somebody.email}`,
      somebody.userId,
    ]);
    await owner.query('delete from "user" where id = $1', [somebody.userId]);
  });
  expect(summary(lines)).toEqual(
    expect.arrayContaining([`user.updated of ${somebody.userId}`, `user.deleted of ${somebody.userId}`]),
  );
  for (const untold of [secret, somebody.email, "told@example.com"])
    expect(JSON.stringify(lines)).not.toContain(untold);
  expect(lines.find((line) => line.action === "user.updated")).toMatchObject({
    before: { credential_version: 1 },
    after: { credential_version: 2 },
  });
  const { rows } = await owner.query<{ kind: string; keys: string[] }>(`
    select target_type as kind, array_agg(distinct key order by key) as keys
    from audit_event, jsonb_object_keys(coalesce(before, '{}') || coalesce(after, '{}')) key group by 1`);
  expect(Object.fromEntries(rows.map((row) => [row.kind, row.keys]))).toEqual(told);
});

test.each(["organisation", "member", "website", "website_member"])(
  "of the settings of a %s those keys are told that changed, as they were and as they are",
  async (table) => {
    const org = await company();
    await guest(org);
    const scope = `where ${table === "organisation" ? "id" : "org_id"} = ${org.orgId}`;
    const set = async (settings: object) =>
      (
        await toldOf(owner, () =>
          owner.query(`update ${table} set settings = $1 ${scope}`, [JSON.stringify(settings)]),
        )
      ).map(({ before, after }) => ({ before, after }));
    await set({ kept: { deep: [1] }, changed: 1, gone: null });
    expect(await set({ kept: { deep: [1] }, changed: "one", added: false })).toEqual([
      {
        before: { settings: { changed: 1, gone: null } },
        after: { settings: { changed: "one", added: false } },
      },
    ]);
    expect(await set({ added: false, changed: "one", kept: { deep: [1] } })).toEqual([]);
    expect(await set({})).toEqual([
      {
        before: { settings: { kept: { deep: [1] }, changed: "one", added: false } },
        after: { settings: {} },
      },
    ]);
  },
);

test("of large settings the trail keeps how many keys and bytes there were", async () => {
  const org = await company();
  const settingsOf = async (settings: object) => {
    const lines = await toldOf(owner, () =>
      owner.query("update organisation set settings = $1 where id = $2", [
        JSON.stringify(settings),
        org.orgId,
      ]),
    );
    return lines.map(({ before, after }) => [before?.settings, after?.settings]);
  };
  const large = { one: "x".repeat(1500), two: "y".repeat(1500) };
  const omitted = { omitted: { keys: 2, bytes: 3022 } };
  expect(await settingsOf(large)).toEqual([[{}, omitted]]);
  expect(await settingsOf({ ...large, three: 3 })).toEqual([[{}, { three: 3 }]]);
  expect(await settingsOf({})).toEqual([[{ omitted: { keys: 3, bytes: 3034 } }, {}]]);
  const small = { one: "x".repeat(1900) };
  expect(await settingsOf(small)).toEqual([[{}, small]]);
});

const mutations = [
  "insert into audit_event (action, target_type, target_id) values ('made.up', 'user', 1)",
  "update audit_event set actor_id = null",
  "update audit_event set before = default",
  "delete from audit_event",
  "truncate audit_event",
  "select from audit_event for update",
  "lock table audit_event in share mode",
  "alter table audit_event disable trigger all",
  "select app.write_audit('member.deleted', null, '{}')",
  "select app.audited('user', '{}')",
];

test.each(mutations)(
  "neither the Worker's login nor an owner who has entered does this: %s",
  async (statement) => {
    const org = await company();
    expect(await undone(service, () => refusal(service, statement))).toMatchObject({ code: "42501" });
    await undone(service, async () => {
      await enter(service, org.owner, org.orgId);
      expect(await refusal(service, statement)).toMatchObject({ code: "42501" });
    });
  },
);

test("the trail of an organization and of a person outlives them", async () => {
  const org = await company();
  const somebody = await member(org, "admin");
  const rename = "update organisation set name = 'Renamed'";
  await ask(service, somebody, org.orgId, rename);
  const lines = () =>
    owner
      .query("select id, action, actor_id, target_id from audit_event where org_id = $1 order by id", [
        org.orgId,
      ])
      .then(({ rows }) => rows);
  const before = await lines();
  expect(before.at(-1)).toMatchObject({ action: "organization.updated", actor_id: somebody.userId });
  await owner.query('delete from "user" where id = $1', [somebody.userId]);
  await ask(service, org.owner, org.orgId, "delete from organisation", "delete");
  const after = await lines();
  expect(after.slice(0, before.length)).toEqual(before);
  expect(after.slice(before.length).map((line) => line.action)).toEqual([
    "member.deleted",
    "organization.deleted",
  ]);
});

test("a line is read by those who hold audit:read in its organization, and by nobody else", async () => {
  const [org, elsewhere] = [await company(), await company()];
  const seenBy = async (somebody: Awaited<ReturnType<typeof person>>) =>
    undone(service, async () => {
      await enter(service, somebody);
      const { rows } = await service.query("select distinct org_id from audit_event order by 1");
      return rows.map((row) => row.org_id);
    });
  expect(await seenBy(org.owner)).toEqual([org.orgId]);
  expect(await seenBy(await member(org, "admin"))).toEqual([org.orgId]);
  expect(await seenBy(await member(org, ["audit:read"]))).toEqual([org.orgId]);
  expect(await seenBy(elsewhere.owner)).toEqual([elsewhere.orgId]);
  for (const other of [
    await member(org),
    await member(org, "admin", 1),
    await guest(org, "website_admin"),
    await person(),
  ])
    expect(await seenBy(other)).toEqual([]);
});
