// The audit trail: each change writes exactly its lines, in its own transaction, with who, whom, when and from where.
import { describe, expect, test } from "vitest";
import { owner } from "./support/owner.ts";
import { goodPassword, type SignedIn, signedIn, signIn, signUp } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { extraGuestOf, extraOf, memberOf, roleIdOf, roleOf, visits, websiteOf } from "./support/tenants.ts";

const ip = "192.0.2.77";
const from = { "cf-connecting-ip": ip };

/** What a change wrote about this organization, as the database has it, oldest first. */
async function written(person: SignedIn, request: string, json?: unknown, orgId = person.org_id) {
  const [last] = await owner("select coalesce(max(id), 0) as id from audit_event");
  const answer = await as(person)(request, json, from);
  expect(answer.status, request).toBeLessThan(300);
  const lines = await owner("select * from audit_event where org_id = $1 and id > $2 order by id", [
    orgId,
    last?.id,
  ]);
  for (const line of lines) {
    expect(line).toMatchObject({
      actor_id: person.user_id,
      session_id: String(person.session_id),
      request_id: answer.headers.get("x-request-id"),
      ip,
    });
    expect(Math.abs(Number(line.created_at) - Date.now())).toBeLessThan(60_000);
  }
  return lines.map(({ action, target_type, target_id, website_id, before, after }) => {
    expect(action.split(".")[0]).toBe(target_type);
    return { action, target_id, ...(website_id && { website_id }), before, after };
  });
}

describe("organizations", () => {
  test("made, changed, handed over, left, deleted", async () => {
    const ann = await signedIn({ organization_details: "x" });
    const org = ann.org_id;
    const path = `/organizations/${org}`;
    const json = { name: "New", settings: { details: null, theme: "dark" } };
    expect(await written(ann, `PATCH ${path}`, json)).toEqual([
      {
        action: "organization.updated",
        target_id: org,
        before: { name: "Acme", settings: { details: "x" } },
        after: { name: "New", settings: { theme: "dark" } },
      },
    ]);
    expect(await written(ann, `PATCH ${path}`, {})).toEqual([]);
    expect(await written(ann, `PATCH ${path}`, { name: "New" })).toEqual([]);

    const heir = await memberOf(org);
    const [admin, member, ownerRole] = [
      await roleIdOf(org, "admin"),
      await roleIdOf(org, "member"),
      await roleIdOf(org, "owner"),
    ];
    const transfer = await written(ann, `POST ${path}/transfer-ownership`, { user_id: heir.user_id });
    expect(transfer).toEqual([
      {
        action: "member.updated",
        target_id: heir.user_id,
        before: { role: "member", role_id: member },
        after: { role: "owner", role_id: ownerRole },
      },
      {
        action: "member.updated",
        target_id: ann.user_id,
        before: { role: "owner", role_id: ownerRole },
        after: { role: "admin", role_id: admin },
      },
    ]);
    const site = await websiteOf(org);
    await visits(ann.user_id, site);
    const left = await written(ann, `POST ${path}/leave`);
    expect(left.map(({ action, target_id, website_id }) => [action, target_id, website_id]).sort()).toEqual([
      ["member.deleted", ann.user_id, undefined],
      ["website_member.deleted", ann.user_id, site],
    ]);
    expect(left[0]).toMatchObject({ before: { role: "admin", status: "active" }, after: null });
    // Its people and things go without saying.
    await extraOf(org);
    await extraGuestOf(site);
    expect(await written(heir, `DELETE ${path}`, undefined, org)).toEqual([
      {
        action: "organization.deleted",
        target_id: org,
        before: expect.objectContaining({ name: "New", status: "active" }),
        after: null,
      },
    ]);
  });

  test("sign-up and POST /organizations tell of the organization and its owner, not of five roles", async () => {
    const ann = await signedIn();
    const made = await expectAnswer(await as(ann)("POST /organizations", { name: "Second" }, from), 201);
    for (const orgId of [ann.org_id, made.org_id]) {
      const lines = await owner("select * from audit_event where org_id = $1 order by id", [orgId]);
      expect(
        lines.map(({ action, actor_id, target_id, before }) => [action, actor_id, target_id, before]),
      ).toEqual([
        ["organization.created", ann.user_id, orgId, null],
        ["member.created", ann.user_id, ann.user_id, null],
      ]);
      for (const line of lines) expect(line.request_id).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});

describe("members", () => {
  test("changed and removed", async () => {
    const ann = await signedIn();
    const bob = await extraOf(ann.org_id);
    const path = `/organizations/${ann.org_id}/members/${bob}`;
    const roleId = await roleOf(ann.org_id, ["audit:read"], { name: "Auditor" });
    const json = { role: "auditor", status: "suspended", settings: { a: 1 } };
    expect(await written(ann, `PATCH ${path}`, json)).toEqual([
      {
        action: "member.updated",
        target_id: bob,
        before: {
          role: "member",
          role_id: await roleIdOf(ann.org_id, "member"),
          status: "active",
          settings: {},
        },
        after: { role: "Auditor", role_id: roleId, status: "suspended", settings: { a: 1 } },
      },
    ]);
    expect(await written(ann, `PATCH ${path}`, json)).toEqual([]);
    expect(await written(ann, `DELETE ${path}`)).toEqual([
      {
        action: "member.deleted",
        target_id: bob,
        before: { role: "Auditor", role_id: roleId, status: "suspended", settings: { a: 1 } },
        after: null,
      },
    ]);
  });
});

describe("roles", () => {
  test("made, changed, deleted", async () => {
    const ann = await signedIn();
    const path = `/organizations/${ann.org_id}/roles`;
    const json = { name: "Desk", description: "", scope: "organization", permissions: ["member:read"] };
    const made = await written(ann, `POST ${path}`, json);
    const id = made[0]?.target_id;
    expect(made).toEqual([{ action: "role.created", target_id: id, before: null, after: json }]);
    expect(id).toBe(await roleIdOf(ann.org_id, "Desk"));
    const change = { permissions: ["audit:read"], name: "Desk" };
    expect(await written(ann, `PATCH ${path}/${id}`, change)).toEqual([
      {
        action: "role.updated",
        target_id: id,
        before: { permissions: ["member:read"] },
        after: { permissions: ["audit:read"] },
      },
    ]);
    expect(await written(ann, `DELETE ${path}/${id}`)).toEqual([
      {
        action: "role.deleted",
        target_id: id,
        before: { ...json, permissions: ["audit:read"] },
        after: null,
      },
    ]);
  });
});

describe("websites", () => {
  test("made, changed, their people changed and removed, deleted", async () => {
    const ann = await signedIn();
    const path = `/organizations/${ann.org_id}/websites`;
    const json = { name: "Shop", url: "https://shop.example", settings: { a: 1 } };
    const made = await written(ann, `POST ${path}`, json);
    const id = made[0]?.target_id;
    const about = { target_id: id, website_id: id };
    expect(made).toEqual([
      { action: "website.created", ...about, before: null, after: { ...json, status: "active" } },
    ]);
    expect(await written(ann, `PATCH ${path}/${id}`, { settings: { b: 2 } })).toEqual([
      { action: "website.updated", ...about, before: { settings: {} }, after: { settings: { b: 2 } } },
    ]);
    const one = await extraGuestOf(id);
    await extraGuestOf(id);
    expect(await written(ann, `PATCH ${path}/${id}/members/${one}`, { role: "website_admin" })).toEqual([
      {
        action: "website_member.updated",
        target_id: one,
        website_id: id,
        before: { role: "website_user", role_id: await roleIdOf(ann.org_id, "website_user") },
        after: { role: "website_admin", role_id: await roleIdOf(ann.org_id, "website_admin") },
      },
    ]);
    const [removed, ...more] = await written(ann, `DELETE ${path}/${id}/members/${one}`);
    expect(more).toEqual([]);
    expect(removed).toMatchObject({
      action: "website_member.deleted",
      target_id: one,
      website_id: id,
      after: null,
    });
    // Its other people go without saying.
    const [deleted, ...others] = await written(ann, `DELETE ${path}/${id}`);
    expect(others).toEqual([]);
    expect(deleted).toMatchObject({ action: "website.deleted", ...about, after: null });
    expect(deleted?.before).toMatchObject({ name: "Shop", settings: { a: 1, b: 2 } });
  });
});

test("what is refused is not in the trail, and what is only read neither", async () => {
  const ann = await signedIn();
  const hand = await memberOf(ann.org_id);
  const path = `/organizations/${ann.org_id}`;
  const lines = () => owner("select id from audit_event where org_id = $1", [ann.org_id]);
  const before = await lines();
  await expectProblem(await as(ann)(`POST ${path}/leave`), "last_owner");
  await expectProblem(await as(hand)(`DELETE ${path}/members/${ann.user_id}`), "permission_missing");
  await expectProblem(await as(await signedIn())(`DELETE ${path}`), "not_found");
  for (const what of ["", "/members", "/roles", "/websites", "/audit-events"])
    await expectAnswer(await as(ann)(`GET ${path}${what}`), 200);
  expect(await lines()).toEqual(before);
});

test("no password, hash, token or profile is ever in it", async () => {
  const secret = `secret-${crypto.randomUUID()}`;
  const ann = await signIn(await signUp({ password: secret, profile: { name: "Ann's profile" } }));
  const next = `${secret}-next`;
  await expectAnswer(
    await as(ann)("POST /me/password", { current_password: secret, new_password: next }),
    200,
  );
  await as(ann)("PATCH /me", { profile: { note: "Ann's profile" } });
  await as(ann)("DELETE /me", { password: next });
  const lines = await owner(
    "select * from audit_event where actor_id = $1 or (target_type = 'user' and target_id = $1)",
    [ann.user_id],
  );
  expect(lines.map(({ action }) => action)).toEqual(
    expect.arrayContaining(["user.created", "user.updated", "user.deleted"]),
  );
  const text = JSON.stringify(lines);
  for (const hidden of [secret, goodPassword, "pbkdf2", "Ann's profile", ann.access, ann.refresh])
    expect(text).not.toContain(hidden);
  expect(text).not.toMatch(/"(password|profile|hash|token)"/);
});
