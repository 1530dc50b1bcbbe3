// Passwords that a known breach has: refused wherever one is set, before anything happens; five characters of a hash leave;
// and a list that is away keeps nobody out.
import { describe, expect, inject, test, vi } from "vitest";
import { breachedPhrases } from "../local/breached-phrases.ts";
import { hashUnlessBreached } from "../src/access/breached-passwords.ts";
import { configOf } from "../src/config.ts";
import { ask, type Body, bindings, call } from "./support/app.ts";
import { breachList, callsOf, listAway, rangeOf } from "./support/breach-list.ts";
import { confirmed, inviteFrom, mailToken, strayToken, submit } from "./support/invitations.ts";
import { captureLog, requestLine } from "./support/log.ts";
import { itsMailTokens } from "./support/mail-token-row.ts";
import { owner } from "./support/owner.ts";
import { goodPassword, mailsTo, newEmail, signedIn, signIn, signUp } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";

type Settings = Record<string, string>;
/** Somewhere that a password is set. `set` may be tried until it succeeds, once. */
type Place = { email: string; set(password: string, settings?: Settings): Promise<Response> };

const [breached = ""] = breachedPhrases;
const fine = "a fine new passphrase";

const places: Record<string, { field: string; ok: number; open(): Promise<Place> }> = {
  "a sign-up": {
    ...{ field: "password", ok: 201 },
    async open() {
      const email = newEmail();
      const json = { email, organization_name: "Acme" };
      return {
        email,
        set: (password, settings = {}) => call("/signup", { json: { ...json, password }, settings }),
      };
    },
  },
  "a change": {
    ...{ field: "new_password", ok: 200 },
    async open() {
      const { email, password: current_password, access: token } = await signedIn();
      const set = (new_password: string, settings: Settings = {}) =>
        call("/me/password", { token, json: { current_password, new_password }, settings });
      return { email, set };
    },
  },
  "a reset": {
    ...{ field: "new_password", ok: 200 },
    async open() {
      const ann = await signUp();
      const token = await mailToken("reset", ann);
      const set = (new_password: string, settings: Settings = {}) =>
        call("/reset-password", { json: { token, new_password }, settings });
      return { email: ann.email, set };
    },
  },
  "an invitation to a new address": {
    ...{ field: "password", ok: 201 },
    async open() {
      const { email, token } = await inviteFrom(await signUp());
      const set = (password: string, settings: Settings = {}) =>
        call("/accept-invite", { json: { token, password }, settings });
      return { email, set };
    },
  },
  "an invitation to an account that nobody has confirmed": {
    ...{ field: "password", ok: 200 },
    async open() {
      const { email } = await signUp();
      const { token } = await inviteFrom(await signUp(), { email });
      const set = (password: string, settings: Settings = {}) =>
        call("/accept-invite", { json: { token, password }, settings });
      return { email, set };
    },
  },
};

const trySignIn = async (email: string, password: string) =>
  (await ask("/signin", { json: { email, password } })).status;
/** All that the database knows of this address. */
const traces = async (email: string) =>
  owner(
    `select u.id, u.password, u.credential_version, u.updated_at, u.email_verified_at,
       (select count(*) from session s where s.user_id = u.id and s.ended_at is null) as sessions,
       (select count(*) from member m where m.user_id = u.id) as memberships,
       (select count(*) from mail_token t where ${itsMailTokens} and t.spent_at is null) as links
     from "user" u where email = $1`,
    [email],
  );
const expectRefusal = async (answer: Response, field: string) => {
  const { errors } = await expectProblem(answer, "invalid_request");
  expect(errors).toEqual([{ path: field, message: "has appeared in a data breach; choose another one" }]);
};

describe.each(Object.entries(places))("%s", (_, { field, ok, open }) => {
  test("with a breached password is refused at its field, and nothing happens", async () => {
    const { email, set } = await open();
    const [before, mails] = [await traces(email), await mailsTo(email)];
    for (let tries = 0; tries < 2; tries += 1) await expectRefusal(await set(breached), field);
    expect(await traces(email)).toEqual(before);
    expect(await mailsTo(email)).toEqual(mails);
    expect((await set(fine)).status).toBe(ok);
    expect(await trySignIn(email, breached)).toBe(401);
    expect(await trySignIn(email, fine)).toBe(200);
  });

  test("tells the list five characters of a hash, and nothing else", async () => {
    const { email, set } = await open();
    const password = `${fine} ${crypto.randomUUID()}`;
    const { prefix, suffix } = await rangeOf(password);
    const list = breachList([]);
    expect((await set(password, list.settings)).status).toBe(ok);
    const [sent, ...more] = await list.calls();
    expect(more).toEqual([]);
    expect(sent).toMatchObject({ method: "GET", path: `range/${prefix}`, body: "" });
    // What the runtime itself adds.
    const {
      host: _,
      "accept-encoding": __,
      connection: ___,
      "cf-worker": ____,
      ...headers
    } = sent?.headers ?? {};
    expect(headers).toEqual({ "add-padding": "true", "user-agent": "gatehouse" });
    for (const secret of [password, suffix, email])
      expect(JSON.stringify(sent).toLowerCase()).not.toContain(secret.toLowerCase());
  });

  test("takes a password whose hash only begins like a breached one, or is padding", async () => {
    const { suffix } = await rangeOf(fine);
    const other = `${suffix.slice(0, -1)}${suffix.endsWith("0") ? "1" : "0"}`;
    const { set } = await open();
    const list = breachList([`${suffix}:0`, `${other}:4711`]);
    expect((await set(fine, list.settings)).status).toBe(ok);
    expect(await list.calls()).toHaveLength(1);
  });

  test("asks nobody when it is switched off", async () => {
    const { set } = await open();
    const list = breachList([`${(await rangeOf(fine)).suffix}:1`]);
    await expectRefusal(await set(fine, list.settings), field);
    const asked = await list.calls();
    expect((await set(fine, { ...list.settings, BREACHED_PASSWORDS: "off" })).status).toBe(ok);
    expect(await list.calls()).toEqual(asked);
  });

  test("asks nobody about a password that is refused anyway", async () => {
    const { email, set } = await open();
    const list = breachList([]);
    for (const password of ["short", "password123", email, "gatehouse"])
      await expectProblem(await set(password, list.settings), "invalid_request");
    expect(await list.calls()).toEqual([]);
  });

  test("goes on without the list, with one line in the log", async () => {
    const { email, set } = await open();
    const password = `${fine} ${crypto.randomUUID()}`;
    const { prefix, suffix } = await rangeOf(password);
    const list = breachList("answers-500");
    const written = captureLog();
    const answer = await set(password, list.settings);
    expect(answer.status).toBe(ok);
    const lines = written();
    for (const line of lines)
      for (const secret of [password, email, suffix, `/${prefix}`, `"${prefix}`])
        expect(line.toLowerCase()).not.toContain(secret.toLowerCase());
    const request_id = answer.headers.get("x-request-id");
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      requestLine({ method: "POST", route: expect.any(String), status: ok }),
      { level: "warn", event: "breach_check_failed", request_id, reason: "status 500" },
    ]);
    expect(await trySignIn(email, password)).toBe(200);
  });
});

describe("a list that fails", () => {
  const signUpWith = async (settings: Settings) => {
    const written = captureLog();
    const { status } = await call("/signup", {
      json: { email: newEmail(), password: fine, organization_name: "Acme" },
      settings,
    });
    const lines: Body[] = written().map((line) => JSON.parse(line));
    return { status, failed: lines.filter(({ event }) => event !== "request") };
  };
  const failure = (reason: string) => [
    { level: "warn", event: "breach_check_failed", request_id: expect.any(String), reason },
  ];

  test.each(Object.entries(inject("hibpFaults")))(
    "%s: is asked once, and let be (%s)",
    async (fault, reason) => {
      const list = breachList(fault);
      const elsewhere = await callsOf("redirected");
      expect(await signUpWith(list.settings)).toEqual({ status: 201, failed: failure(reason) });
      expect(await list.calls()).toHaveLength(1);
      expect(await callsOf("redirected")).toEqual(elsewhere);
    },
  );

  test("is not there: is let be", async () => {
    expect(await signUpWith(listAway)).toEqual({ status: 201, failed: failure("no answer") });
  });

  test.each(["never-answers", "stops-midway"])("%s: is given a second", async (fault) => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const list = breachList(fault);
    const config = configOf(bindings({ ...list.settings, PASSWORD_ITERATIONS: "1" }));
    const written = captureLog();
    const hashed = hashUnlessBreached({ config, requestId: "x" }, fine);
    while ((await list.calls()).length === 0); // vi.waitUntil would move the clock.
    await vi.advanceTimersByTimeAsync(999);
    expect(written()).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(await hashed).toMatch(/^\$pbkdf2/);
    expect(written().map((line) => JSON.parse(line).reason)).toEqual(["timeout"]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

test("a breached password is found however it is typed, as it would be at sign-in", async () => {
  const wide = breached.replace(/[a-z]/g, (letter) => String.fromCodePoint(letter.charCodeAt(0) + 0xfee0));
  const json = { email: newEmail(), password: wide, organization_name: "Acme" };
  await expectRefusal(await call("/signup", { json }), "password");
});

test("a breached password is found in a list of small letters that ends in empty lines", async () => {
  const { suffix } = await rangeOf(fine);
  const { settings } = breachList([`${suffix.toLowerCase()}:1`, `${"f".repeat(35)}:0\r\n\r\n`]);
  const json = { email: newEmail(), password: fine, organization_name: "Acme" };
  await expectRefusal(await call("/signup", { json, settings }), "password");
});

test("the question is on its way before the hashing begins, and the database is called after the answer", async () => {
  const { settings } = breachList([]);
  const order: string[] = [];
  const [send, derive] = [globalThis.fetch, crypto.subtle.deriveBits.bind(crypto.subtle)];
  const nameOf = (url: string) => (url === inject("neonSqlUrl") ? "trip" : "question");
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const name = nameOf(String(input));
    order.push(name);
    const answer = await send(input, init);
    order.push(`${name} answered`);
    return answer;
  });
  vi.spyOn(crypto.subtle, "deriveBits").mockImplementation((...given) => {
    order.push("hashing");
    return derive(...given);
  });
  const json = { email: newEmail(), password: fine, organization_name: "Acme" };
  expect((await call("/signup", { json, settings })).status).toBe(201);
  expect(order[0]).toBe("question");
  expect(order.slice(1, 3).sort()).toEqual(["hashing", "question answered"]);
  expect(order.slice(3, 5)).toEqual(["trip", "trip answered"]);
});

test("the question has arrived before the hash is made, which holds the thread", async () => {
  const list = breachList([]);
  const config = configOf(bindings({ ...list.settings, PASSWORD_ITERATIONS: "3000000" }));
  let hashedAt = 0;
  const derive = crypto.subtle.deriveBits.bind(crypto.subtle);
  vi.spyOn(crypto.subtle, "deriveBits").mockImplementation(async (...given) => {
    const bits = await derive(...given);
    hashedAt = Date.now();
    return bits;
  });
  expect(await hashUnlessBreached({ config, requestId: "x" }, fine)).not.toBeNull();
  expect((await list.calls()).map(({ at }) => at < hashedAt)).toEqual([true]);
});

describe("nobody is asked", () => {
  /** Sends these with a list that knows the password; none may reach it. */
  async function unasked(requests: [path: string, options: Parameters<typeof call>[1], status: number][]) {
    const list = breachList([`${(await rangeOf(fine)).suffix}:1`]);
    for (const [path, options, status] of requests) {
      const answer = await call(path, { ...options, settings: list.settings });
      expect([path, options, answer.status]).toEqual([path, options, status]);
    }
    expect(await list.calls()).toEqual([]);
  }

  test("for a link that is garbage, expired or of another kind", async () => {
    for (const [kind, other, path, field] of [
      ["reset", "verify", "/reset-password", "new_password"],
      ["invite", "reset", "/accept-invite", "password"],
    ] as const) {
      const bad = [
        ["x", 404],
        [await strayToken(other), 404],
        [await strayToken(kind, { lifetimeMs: -1 }), 410],
      ] as const;
      await unasked(bad.map(([token, status]) => [path, { json: { token, [field]: fine } }, status]));
    }
  });

  test("for an invitation of somebody else, or one that comes without a password", async () => {
    const { token } = await inviteFrom(await signUp());
    await unasked([
      ["/accept-invite", { json: { token, password: fine, email: newEmail() } }, 403],
      ["/accept-invite", { json: { token } }, 422],
    ]);
  });

  test("by who is not signed in, or does not know the old password, or has tried too often", async () => {
    const { access: token } = await signedIn();
    const json = { current_password: "not the right one", new_password: fine };
    await unasked([
      ["/me/password", { json }, 401],
      ["/me/password", { json, token: "garbage" }, 401],
      ...Array.from({ length: 10 }, () => ["/me/password", { json, token }, 401] as never),
      ["/me/password", { json: { ...json, current_password: goodPassword }, token }, 429],
    ]);
  });

  test("about a password that is checked, not set", async () => {
    const ann = await signUp();
    const { access: token } = await signIn(ann);
    await unasked([
      ["/signin", { json: { email: ann.email, password: ann.password } }, 200],
      ["/signin", { json: { email: ann.email, password: fine } }, 401],
      ["/me", { method: "DELETE", token, json: { password: ann.password } }, 204],
    ]);
  });

  test("about a sign-up whose Idempotency-Key makes no sense", async () => {
    const json = { email: newEmail(), password: fine, organization_name: "Acme" };
    await unasked([["/signup", { json, headers: { "idempotency-key": "two words" } }, 422]]);
  });
});

test("the right old password with breached new ones is no attempt: nobody is locked out by choosing badly", async () => {
  const ann = await signedIn();
  const json = { current_password: ann.password, new_password: breached };
  for (let tries = 0; tries < 12; tries += 1)
    await expectRefusal(await call("/me/password", { token: ann.access, json }), "new_password");
  expect(await trySignIn(ann.email, ann.password)).toBe(200);
});

test("an invitation joins a confirmed account whatever password comes along", async () => {
  const ann = await confirmed();
  const { token } = await inviteFrom(await signUp(), { email: ann.email });
  expect((await call("/accept-invite", { json: { token, password: breached } })).status).toBe(200);
  expect([await trySignIn(ann.email, breached), await trySignIn(ann.email, ann.password)]).toEqual([
    401, 200,
  ]);
});

test("pages say it beside the field, and their links still work", async () => {
  const reset = { token: await mailToken("reset", await signUp()) };
  const invited = { token: (await inviteFrom(await signUp())).token };
  for (const [path, sent, field, ok] of [
    ["/reset-password", reset, "new_password", 200],
    ["/accept-invite", invited, "password", 201],
  ] as const) {
    const page = await submit(path, { ...sent, [field]: breached });
    expect([page.status, page.headers.get("content-type")]).toEqual([422, "text/html; charset=UTF-8"]);
    const html = await page.text();
    expect(html).toContain("assword has appeared in a data breach; choose another one.");
    expect(html).toContain("aria-invalid");
    expect(html).not.toContain(breached);
    expect((await submit(path, { ...sent, [field]: fine })).status).toBe(ok);
  }
});
