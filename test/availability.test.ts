// The database away: a 503 that says when to try again, within five seconds, whatever kind of away; nothing half
// done; and what needs no database goes on.
import { describe, expect, inject, test, vi } from "vitest";
import { ask, call } from "./support/app.ts";
import { tryAgain } from "./support/mail-provider.ts";
import { owner } from "./support/owner.ts";
import { claimsOf, goodPassword, mailsTo, newEmail, signedIn, signUp } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { routes, send, withBody, withToken } from "./support/samples.ts";

/** A database that fails after so many good calls. */
const failing = (fault: string, goodCalls = 0) => ({
  LOCAL_NEON_ENDPOINT: `${inject("brokenNeonUrl")}/${fault}/${goodCalls}/${crypto.randomUUID()}`,
});
const away = failing("answers-500");
const mailbox = { LOCAL_NEON_ENDPOINT: inject("inboxUrl") };
const wrongLogin = (part: "password" | "username" | "pathname") => {
  const url = new URL(inject("serviceUrl"));
  url[part] = "nobody";
  return { DATABASE_URL: url.href };
};

describe("every kind of away is a 503", () => {
  const kinds = {
    "a closed port": { LOCAL_NEON_ENDPOINT: "http://127.0.0.1:1/sql" },
    "another server": mailbox,
    ...Object.fromEntries(inject("faultNames").map((fault) => [`an endpoint that ${fault}`, failing(fault)])),
    "a login with another password": wrongLogin("password"),
    "a login that is gone": wrongLogin("username"),
    "a database that is gone": wrongLogin("pathname"),
  };

  test.concurrent.each(Object.entries(kinds))("%s", async (_, settings) => {
    const started = Date.now();
    const json = { email: newEmail("nobody"), password: goodPassword };
    const answers = await Promise.all([call("/health", { settings }), call("/signin", { json, settings })]);
    expect(Date.now() - started).toBeLessThan(5_000);
    for (const answer of answers) {
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
      await expectProblem(answer, "service_unavailable");
    }
  });
});

describe("without the database", () => {
  test.each(routes.filter((route) => !route.offline))(
    "$name answers 503, and goes on when it is back",
    async (route) => {
      const person = await signedIn();
      await expectProblem(await send(route, { person, settings: away }), "service_unavailable");
      expect((await send(route, { person })).status).toBe(route.status);
    },
  );

  test.each(routes.filter((route) => route.offline))("$name answers as ever", async (route) => {
    expect((await send(route, { settings: away })).status).toBe(route.status);
  });

  test.each(withToken)("$name still refuses a bad token", async (route) => {
    await expectProblem(await send(route, { token: "garbage", settings: away }), "invalid_token");
  });

  test.each(withBody)("$name still refuses a bad body", async (route) => {
    await expectProblem(await send(route, { json: { unknown: 1 }, settings: away }), "invalid_request");
  });

  test("a garbage mail token and a garbage refresh token are told apart from it", async () => {
    const token = await call("/verify-email", { json: { token: "garbage" }, settings: away });
    await expectProblem(token, "not_found");
    const refresh = await call("/token/refresh", { json: { refresh_token: "x" }, settings: away });
    await expectProblem(refresh, "invalid_token");
  });
});

describe("a call that is lost midway leaves nothing half done", () => {
  const rowsOf = async (email: string) => {
    const [rows] = await owner(
      `select (select count(*) from "user" where email = $1)::int users,
        (select count(*) from outbox where recipient = $1)::int mails,
        (select count(*) from member m join "user" u on u.id = m.user_id where u.email = $1)::int members,
        (select count(*) from session s join "user" u on u.id = s.user_id where u.email = $1)::int sessions`,
      [email],
    );
    return rows;
  };
  const signUpJson = () => ({ email: newEmail(), password: goodPassword, organization_name: "Acme" });

  test("sign-up: no account; with the database back it works", async () => {
    const json = signUpJson();
    await expectProblem(
      await call("/signup", { json, settings: failing("answers-500") }),
      "service_unavailable",
    );
    expect(await rowsOf(json.email)).toEqual({ users: 0, mails: 0, members: 0, sessions: 0 });
    expect((await call("/signup", { json })).status).toBe(201);
  });

  test("sign-up whose answer was lost: done whole, and a repeat with the same key gets the answer", async () => {
    const json = signUpJson();
    const headers = { "idempotency-key": crypto.randomUUID() };
    const lost = await call("/signup", { json, headers, settings: failing("hangs-up-when-done") });
    await expectProblem(lost, "service_unavailable");
    expect(await rowsOf(json.email)).toEqual({ users: 1, mails: 1, members: 1, sessions: 0 });
    const { status, body } = await ask("/signup", { json, headers });
    const [user] = await owner(`select id from "user" where email = $1`, [json.email]);
    expect([status, body.user_id]).toEqual([201, user?.id]);
    expect(await rowsOf(json.email)).toEqual({ users: 1, mails: 1, members: 1, sessions: 0 });
  });

  test("sign-in that loses its second trip: no session, no mail, and no counted attempt less or more", async () => {
    const person = await signUp();
    const json = { email: person.email, password: person.password };
    const cut = await call("/signin", { json, settings: failing("answers-500", 1) });
    await expectProblem(cut, "service_unavailable");
    expect(await rowsOf(person.email)).toMatchObject({ mails: 1, sessions: 0 });
    expect((await call("/signin", { json })).status).toBe(200);
  });

  test("a password change that loses its second trip: the old password stays, the sessions too", async () => {
    const person = await signedIn();
    const json = { current_password: person.password, new_password: "a fine new passphrase" };
    const cut = await call("/me/password", {
      json,
      token: person.access,
      settings: failing("answers-500", 1),
    });
    await expectProblem(cut, "service_unavailable");
    expect((await ask("/me", { token: person.access })).status).toBe(200);
    const { status } = await ask("/signin", { json: { email: person.email, password: person.password } });
    expect(status).toBe(200);
  });

  test("a refresh whose answer was lost can be repeated, and gets the same successor", async () => {
    const person = await signedIn();
    const json = { refresh_token: person.refresh };
    const lost = await call("/token/refresh", { json, settings: failing("hangs-up-when-done") });
    await expectProblem(lost, "service_unavailable");
    const first = await ask("/token/refresh", { json });
    const second = await ask("/token/refresh", { json });
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(claimsOf(second.body.refresh_token).jti).toBe(claimsOf(first.body.refresh_token).jti);
    const tokens = await owner("select hash from refresh_token where session_id = $1", [person.session_id]);
    expect(tokens).toHaveLength(2);
  });

  // By its row alone: a sweep would take other tests' mails along.
  test("a mail whose sending lost the database is sent later, once", async () => {
    const json = signUpJson();
    const complaints = vi.spyOn(console, "error").mockReturnValue();
    expect((await call("/signup", { json, settings: failing("answers-500", 1) })).status).toBe(201);
    expect(complaints).toHaveBeenCalledTimes(1);
    complaints.mockRestore();
    for (let time = 0; time < 2; time += 1) await tryAgain(json.email);
    expect(await mailsTo(json.email)).toHaveLength(1);
  });
});
