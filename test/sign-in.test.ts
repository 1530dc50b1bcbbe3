import { describe, expect, test, vi } from "vitest";
import { ask } from "./support/app.ts";
import { joins } from "./support/callers.ts";
import { owner } from "./support/owner.ts";
import { claimsOf, goodPassword, mailsTo, newEmail, signedIn, signIn, signUp } from "./support/people.ts";

const chrome =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36";

describe("POST /signin", () => {
  test("answers with tokens, the user and their organizations", async () => {
    const person = await signUp({ profile: { name: "Ada" } });
    const { status, body } = await ask("/signin", {
      json: { email: person.email.toUpperCase(), password: goodPassword },
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      token_type: "Bearer",
      expires_in: 900,
      user: { user_id: person.user_id, email: person.email, email_verified: false, profile: { name: "Ada" } },
      organizations: [{ org_id: person.org_id, name: "Acme", role: "owner" }],
    });
    const claims = claimsOf(body.access_token);
    expect(claims).toMatchObject({
      iss: "http://127.0.0.1:8787",
      aud: "http://127.0.0.1:8787",
      sub: String(person.user_id),
      email: person.email,
      email_verified: false,
    });
    expect(claims.exp - claims.iat).toBe(900);
    expect(claims).not.toHaveProperty("org_id");
    const refresh = claimsOf(body.refresh_token);
    expect(refresh.exp - refresh.iat).toBe(14 * 86_400);
    expect(JSON.parse(atob(body.access_token.split(".")[0]))).toMatchObject({ alg: "ES256", typ: "at+jwt" });
    expect(JSON.parse(atob(body.refresh_token.split(".")[0]))).toMatchObject({ alg: "ES256", typ: "rt+jwt" });
    const [session] = await owner("select * from session where id = $1", [claims.sid]);
    expect(Number(session?.expires_at) - Number(session?.created_at)).toBe(30 * 86_400_000);
    const stored = await owner("select * from refresh_token where session_id = $1", [claims.sid]);
    expect(JSON.stringify(stored)).not.toContain(refresh.jti);
  });

  test("an organization asked for is in the token, with role and permissions", async () => {
    const person = await signUp();
    const { access } = await signIn(person, { org_id: person.org_id });
    expect(claimsOf(access)).toMatchObject({
      org_id: person.org_id,
      role: "owner",
      permissions: expect.arrayContaining(["organization:delete", "audit:read"]),
    });
  });

  test("an organization that is not the caller's is a 404 and starts no session", async () => {
    const person = await signUp();
    const stranger = await signUp();
    for (const org_id of [stranger.org_id, 2_147_483_647, "abc", -1, 1.5, null]) {
      const { status, body } = await ask("/signin", {
        json: { email: person.email, password: goodPassword, org_id },
      });
      expect([org_id, status, body.code]).toEqual([org_id, 404, "not_found"]);
    }
    expect(await owner("select id from session where user_id = $1", [person.user_id])).toEqual([]);
  });

  test("a wrong address and a wrong password answer alike, byte by byte", async () => {
    const { email } = await signUp();
    const wrongPassword = await ask("/signin", { json: { email, password: "not the right one" } });
    const wrongAddress = await ask("/signin", {
      json: { email: newEmail("nobody"), password: "not the right one" },
    });
    expect(wrongPassword.status).toBe(401);
    const { request_id: _1, ...first } = wrongPassword.body;
    const { request_id: _2, ...second } = wrongAddress.body;
    expect(first).toEqual(second);
    expect(first.code).toBe("invalid_credentials");
    expect(wrongPassword.headers.get("www-authenticate")).toBe("Bearer");
  });

  test("an unknown address costs the same PBKDF2 calls as a known one", async () => {
    const settings = { PASSWORD_ITERATIONS: "250000" };
    const email = newEmail();
    await ask("/signup", { settings, json: { email, password: goodPassword, organization_name: "Acme" } });
    const derive = vi.spyOn(crypto.subtle, "deriveBits");
    const work = async (address: string) => {
      derive.mockClear();
      await ask("/signin", { settings, json: { email: address, password: "not the right one" } });
      return derive.mock.calls.map(([parameters]) => (parameters as { iterations: number }).iterations);
    };
    expect(await work(email)).toEqual([100_000, 100_000, 50_000]);
    expect(await work(newEmail("nobody"))).toEqual([100_000, 100_000, 50_000]);
  });

  test("nor does it show who has not signed in since the cost was raised", async () => {
    const { email } = await signUp(); // at 1,000 iterations
    const settings = { PASSWORD_ITERATIONS: "150000" };
    const derive = vi.spyOn(crypto.subtle, "deriveBits");
    await ask("/signin", { settings, json: { email, password: "not the right one" } });
    const iterations = derive.mock.calls.map(
      ([parameters]) => (parameters as { iterations: number }).iterations,
    );
    expect(iterations.reduce((sum, call) => sum + call, 0)).toBe(150_000);
  });

  test("a hash of other parameters is upgraded at the next sign-in, and nothing else changes", async () => {
    const person = await signUp();
    const hash = async () =>
      (await owner(`select password, credential_version from "user" where id = $1`, [person.user_id]))[0];
    const before = await hash();
    await signIn(person);
    expect(await hash()).toEqual(before);
    const settings = { PASSWORD_ITERATIONS: "2000" };
    expect(
      (await ask("/signin", { settings, json: { email: person.email, password: goodPassword } })).status,
    ).toBe(200);
    const after = await hash();
    expect(after?.password).toMatch(/i=2000\$/);
    expect(after?.credential_version).toBe(before?.credential_version);
    expect((await signIn(person)).user_id).toBe(person.user_id);
  });

  test("a suspended user hears of it only after the right password", async () => {
    const person = await signedIn();
    await owner(`update "user" set status = 1 where id = $1`, [person.user_id]);
    const right = await ask("/signin", { json: { email: person.email, password: goodPassword } });
    expect([right.status, right.body.code]).toEqual([403, "user_suspended"]);
    const wrong = await ask("/signin", { json: { email: person.email, password: "not the right one" } });
    expect([wrong.status, wrong.body.code]).toEqual([401, "invalid_credentials"]);
    const me = await ask("/me", { token: person.access });
    expect([me.status, me.body.code]).toEqual([401, "session_ended"]);
    const refreshed = await ask("/token/refresh", { json: { refresh_token: person.refresh } });
    expect([refreshed.status, refreshed.body.code]).toEqual([401, "session_ended"]);
  });

  test("suspended in an organization, or the organization itself: no token for it", async () => {
    const [boss, admin] = [await signUp(), await signedIn()];
    await joins(admin, boss.org_id, { role: "admin" });
    const into = ({ email }: { email: string }) =>
      ask("/signin", { json: { email, password: goodPassword, org_id: boss.org_id } });
    await owner("update organisation set status = 1 where id = $1", [boss.org_id]);
    expect((await into(boss)).status).toBe(200); // an owner may still read it
    expect((await into(admin)).body.code).toBe("organization_suspended");
    await owner("update member set status = 1 where org_id = $1 and user_id = $2", [
      boss.org_id,
      admin.user_id,
    ]);
    expect((await into(admin)).body.code).toBe("member_suspended");
  });

  test("tells the owner by mail, unless they switched it off", async () => {
    const person = await signUp();
    const headers = { "user-agent": chrome, "cf-connecting-ip": "192.0.2.44" };
    const json = { email: person.email, password: goodPassword };
    const { body } = await ask("/signin", { json, headers, cf: { city: "Lyon", country: "FR" } });
    const [alert] = await mailsTo(person.email);
    expect(alert?.subject).toContain("sign-in");
    for (const part of ["Chrome on Linux", "Lyon, FR", "192.0.2.44"]) expect(alert?.text).toContain(part);
    await ask("/me", {
      method: "PATCH",
      token: body.access_token,
      json: { settings: { login_alerts: false } },
    });
    await signIn(person);
    expect(await mailsTo(person.email)).toHaveLength(2);
  });
});

describe("the device in an alert", () => {
  test.each([
    ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"],
    ["curl/8.14.1", "curl"],
    ["PostmanRuntime/7.39", "PostmanRuntime"],
    ["", "an unknown device"],
    ["read Payroll.pdf at https://evil.example/p/1 x", "an unknown device"],
    ["evil-login.com/1.0", "an unknown device"],
    ["<script>alert(1)</script>", "an unknown device"],
    [`A${"a".repeat(400)}/1`, "an unknown device"],
  ])("%s", async (userAgent, device) => {
    const person = await signUp();
    const headers = { "user-agent": userAgent };
    const json = { email: person.email, password: goodPassword };
    await ask("/signin", { json, headers, cf: { city: "<b>Oslo", country: "NO" } });
    const [alert] = await mailsTo(person.email);
    expect(alert?.text).toMatch(new RegExp(`^Device: ${device}$`, "m"));
    expect(alert?.text).toMatch(/^Place: {2}<b>Oslo, NO$/m);
    expect(alert?.html).not.toContain("<b>");
    expect(alert?.html).not.toContain("evil");
  });
});

describe("the sign-in throttle", () => {
  const tryWrong = (email: string) => ask("/signin", { json: { email, password: "not the right one" } });

  test.each(["known", "unknown"])(
    "evaluates ten wrong passwords of a %s address in 15 minutes, then 429",
    async (kind) => {
      const email = kind === "known" ? (await signUp()).email : newEmail("nobody");
      for (let i = 0; i < 10; i += 1) expect((await tryWrong(email)).status).toBe(401);
      const blocked = await tryWrong(email);
      expect([blocked.status, blocked.body.code]).toEqual([429, "too_many_attempts"]);
      const retryAfter = Number(blocked.headers.get("retry-after"));
      expect(retryAfter).toBeGreaterThan(890);
      expect(retryAfter).toBeLessThanOrEqual(900);
    },
  );

  test("fifty in parallel: ten are evaluated", async () => {
    const { email } = await signUp();
    const answers = await Promise.all(Array.from({ length: 50 }, () => tryWrong(email)));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(40);
  });

  test("the right password does not count, and is refused during the pause", async () => {
    const person = await signUp();
    for (let i = 0; i < 12; i += 1) await signIn(person);
    for (let i = 0; i < 10; i += 1) await tryWrong(person.email);
    expect((await ask("/signin", { json: { email: person.email, password: goodPassword } })).status).toBe(
      429,
    );
  });

  test("blocked tries do not lengthen the pause", async () => {
    const { email } = await signUp();
    for (let i = 0; i < 15; i += 1) await tryWrong(email);
    const subject = "encode(sha256(convert_to($1, 'UTF8')), 'hex')";
    const quarterHour = 15 * 60_000;
    await owner(
      `update attempt set attempted_at = array(select a - ${quarterHour} from unnest(attempted_at) a) where subject = ${subject}`,
      [email],
    );
    expect((await tryWrong(email)).status).toBe(401);
  });

  test("guesses at /me/password count together with those at sign-in", async () => {
    const person = await signedIn();
    const guess = () =>
      ask("/me/password", {
        token: person.access,
        json: { current_password: "not the right one", new_password: "a fine new password" },
      });
    for (let i = 0; i < 5; i += 1) await tryWrong(person.email);
    for (let i = 0; i < 5; i += 1) expect((await guess()).status).toBe(401);
    expect((await guess()).status).toBe(429);
    expect((await tryWrong(person.email)).status).toBe(429);
  });
});
