import { describe, expect, test } from "vitest";
import { ask } from "./support/app.ts";
import { owner } from "./support/owner.ts";
import { claimsOf, goodPassword, mailsTo, signedIn, signIn, signUp } from "./support/people.ts";

const patch = (token: string, json: unknown) => ask("/me", { method: "PATCH", token, json });

describe("GET /me", () => {
  test("shows the account and its organizations with role", async () => {
    const person = await signedIn({ profile: { name: "Ada" } });
    const { status, body } = await ask("/me", { token: person.access });
    expect(status).toBe(200);
    expect(body).toEqual({
      user_id: person.user_id,
      email: person.email,
      email_verified: false,
      profile: { name: "Ada" },
      settings: {},
      organizations: [{ org_id: person.org_id, name: "Acme", role: "owner" }],
      websites: [],
      created_at: expect.any(Number),
      updated_at: expect.any(Number),
    });
  });

  test("a second organization is there; with a token for one, only that one", async () => {
    const host = await signUp({ organization_name: "Host" });
    const person = await signUp();
    await owner(
      "insert into member (org_id, user_id, role_id) select $1, $2, id from role where org_id = $1 and name = 'member'",
      [host.org_id, person.user_id],
    );
    const everywhere = await signIn(person);
    expect((await ask("/me", { token: everywhere.access })).body.organizations).toEqual([
      { org_id: person.org_id, name: "Acme", role: "owner" },
      { org_id: host.org_id, name: "Host", role: "member" },
    ]);
    const narrowed = await signIn(person, { org_id: host.org_id });
    expect((await ask("/me", { token: narrowed.access })).body.organizations).toEqual([
      { org_id: host.org_id, name: "Host", role: "member" },
    ]);
    await owner("update member set status = 1 where org_id = $1 and user_id = $2", [
      host.org_id,
      person.user_id,
    ]);
    expect((await ask("/me", { token: everywhere.access })).body.organizations).toHaveLength(1);
  });

  test("a guest sees the website they were let into", async () => {
    const host = await signUp();
    const guest = await signedIn();
    const [website] = await owner(
      "insert into website (org_id, name, url) values ($1, 'Shop', 'https://shop.example') returning id",
      [host.org_id],
    );
    await owner(
      "insert into website_member (website_id, org_id, user_id, role_id) select $1, $2, $3, id from role where org_id = $2 and name = 'website_user'",
      [website?.id, host.org_id, guest.user_id],
    );
    expect((await ask("/me", { token: guest.access })).body.websites).toEqual([
      {
        website_id: website?.id,
        org_id: host.org_id,
        organization: "Acme",
        name: "Shop",
        url: "https://shop.example",
        role: "website_user",
      },
    ]);
  });
});

describe("PATCH /me", () => {
  test("merges profile and settings at the top level; null removes a key", async () => {
    const { access } = await signedIn({ profile: { name: "Ada", address: { city: "London", zip: "1" } } });
    const first = await patch(access, { profile: { address: { city: "Paris" }, name: null, tags: ["x"] } });
    expect(first.status).toBe(200);
    expect(first.body.profile).toEqual({ address: { city: "Paris" }, tags: ["x"] });
    const second = await patch(access, { settings: { theme: "dark", login_alerts: false } });
    expect(second.body.settings).toEqual({ theme: "dark", login_alerts: false });
    const third = await patch(access, { settings: { login_alerts: null } });
    expect(third.body).toMatchObject({ settings: { theme: "dark" }, profile: { tags: ["x"] } });
    expect((await ask("/me", { token: access })).body).toEqual(third.body);
  });

  test("an empty object is a 200 that changes nothing, not even updated_at", async () => {
    const { access } = await signedIn();
    const before = (await ask("/me", { token: access })).body;
    for (const json of [{}, { profile: {} }, { settings: {}, profile: {} }]) {
      const { status, body } = await patch(access, json);
      expect([status, body]).toEqual([200, before]);
    }
  });

  test("takes profile and settings only", async () => {
    const { access, user_id } = await signedIn();
    for (const field of [
      "email",
      "password",
      "status",
      "platform_admin",
      "email_verified_at",
      "id",
      "user_id",
    ]) {
      const { status, body } = await patch(access, { [field]: 1 });
      expect([field, status, body.errors[0].path]).toEqual([field, 422, field]);
    }
    const [row] = await owner(`select status, platform_admin from "user" where id = $1`, [user_id]);
    expect(row).toEqual({ status: 0, platform_admin: false });
  });

  test("keys that look like code are data", async () => {
    const { access } = await signedIn();
    const profile = {
      "'; drop table member; --": "\\' \" {x} %s",
      constructor: 1,
      toString: "x",
      "a.b": { "": [] },
    };
    expect((await patch(access, { profile })).body.profile).toEqual(profile);
  });

  test("cannot grow without end", async () => {
    const { access } = await signedIn();
    const big = (name: string) => ({ profile: { [name]: "x".repeat(40_000) } });
    expect((await patch(access, big("a"))).status).toBe(200);
    const { status, body } = await patch(access, big("b"));
    expect([status, body.errors[0].path]).toEqual([422, "profile"]);
    expect(Object.keys((await ask("/me", { token: access })).body.profile)).toEqual(["a"]);
  });

  test("login_alerts is a switch", async () => {
    const { access } = await signedIn();
    const { status, body } = await patch(access, { settings: { login_alerts: "no" } });
    expect([status, body.errors[0].path]).toEqual([422, "settings.login_alerts"]);
  });

  test("fifty parallel patches of different keys lose none", async () => {
    const { access } = await signedIn();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => patch(access, { profile: { [`key${i}`]: i } })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(Object.keys((await ask("/me", { token: access })).body.profile)).toHaveLength(50);
  });
});

describe("POST /me/password", () => {
  const change = (token: string, current_password: string, new_password: string) =>
    ask("/me/password", { token, json: { current_password, new_password } });
  const next = "another fine horse";

  test("changes the password, ends the other sessions, keeps this one, tells the owner", async () => {
    const person = await signUp();
    const other = await signIn(person);
    const me = await signIn(person);
    expect((await change(me.access, goodPassword, next)).status).toBe(200);
    expect((await ask("/me", { token: me.access })).status).toBe(200);
    expect((await ask("/me", { token: other.access })).status).toBe(401);
    expect((await ask("/token/refresh", { json: { refresh_token: other.refresh } })).status).toBe(401);
    expect((await ask("/signin", { json: { email: person.email, password: goodPassword } })).status).toBe(
      401,
    );
    expect((await signIn({ ...person, password: next })).user_id).toBe(person.user_id);
    const alerts = (await mailsTo(person.email)).filter(({ subject }) =>
      subject.includes("password was changed"),
    );
    expect(alerts).toHaveLength(1);
  });

  test("a wrong current password changes nothing", async () => {
    const me = await signedIn();
    const { status, body } = await change(me.access, "not the right one", next);
    expect([status, body.code]).toEqual([401, "invalid_credentials"]);
    expect((await signIn(me)).user_id).toBe(me.user_id);
  });

  test.each([
    ["common", "password1"],
    ["short", "x9!kQ2z"],
  ])("refuses a %s new password", async (_, candidate) => {
    const me = await signedIn();
    const { status, body } = await change(me.access, goodPassword, candidate);
    expect([status, body.errors[0].path]).toEqual([422, "new_password"]);
    expect((await signIn(me)).user_id).toBe(me.user_id);
  });

  test("ten parallel changes: one wins, and its password is the one that works", async () => {
    const me = await signedIn();
    const candidates = Array.from({ length: 10 }, (_, i) => `parallel password number ${i}`);
    const answers = await Promise.all(
      candidates.map((candidate) => change(me.access, goodPassword, candidate)),
    );
    const winners = candidates.filter((_, i) => answers[i]?.status === 200);
    expect(winners).toHaveLength(1);
    expect((await signIn({ ...me, password: winners[0] ?? "" })).user_id).toBe(me.user_id);
  });

  test("a sign-in that checked the old password starts no session after the change", async () => {
    const me = await signedIn();
    await owner(`update "user" set credential_version = credential_version + 1 where id = $1`, [me.user_id]);
    const [row] = await owner(
      "select app.start_session($1, 1, null, 0, null, 'h', 1000, 1000, '', '', '', '{}')->>'outcome' as outcome",
      [me.user_id],
    );
    expect(row?.outcome).toBe("invalid_credentials");
    expect(claimsOf(me.access).sub).toBe(String(me.user_id));
  });
});
