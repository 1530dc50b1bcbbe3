import { describe, expect, test } from "vitest";
import { ask } from "./support/app.ts";
import { owner } from "./support/owner.ts";
import { goodPassword, mailsTo, newEmail, signUp } from "./support/people.ts";

const body = (overrides: Record<string, unknown> = {}) => ({
  email: newEmail(),
  password: goodPassword,
  organization_name: "Acme",
  ...overrides,
});

describe("POST /signup", () => {
  test("makes the user, the organization with five system roles, the owner's membership and the mail", async () => {
    const json = body({ organization_details: { size: 12 }, profile: { name: "Ada" } });
    const { status, body: answer } = await ask("/signup", { json });
    expect(status).toBe(201);
    expect(answer).toEqual({
      message: expect.any(String),
      user_id: expect.any(Number),
      org_id: expect.any(Number),
    });

    const [user] = await owner(`select * from "user" where id = $1`, [answer.user_id]);
    expect(user).toMatchObject({
      email: json.email,
      profile: { name: "Ada" },
      status: 0,
      email_verified_at: null,
    });
    expect(user?.password).toMatch(/^\$pbkdf2-sha256-chain\$v=1,i=1000\$/);
    const [organization] = await owner("select * from organisation where id = $1", [answer.org_id]);
    expect(organization).toMatchObject({
      name: "Acme",
      status: 0,
      personal: false,
      settings: { details: { size: 12 } },
    });
    const roles = await owner("select name, system from role where org_id = $1 order by id", [answer.org_id]);
    expect(roles.map((role) => role.name)).toEqual([
      "owner",
      "admin",
      "member",
      "website_admin",
      "website_user",
    ]);
    expect(roles.every((role) => role.system)).toBe(true);
    const members = await owner(
      "select m.user_id, m.status, r.name from member m join role r on r.id = m.role_id where m.org_id = $1",
      [answer.org_id],
    );
    expect(members).toEqual([{ user_id: answer.user_id, status: 0, name: "owner" }]);

    const mails = await mailsTo(json.email);
    expect(mails).toHaveLength(1);
    expect(mails[0]?.text).toContain("http://127.0.0.1:8787/verify-email?token=");
  });

  test("keeps text details, and the address in lower case", async () => {
    const email = newEmail("MiXeD");
    const { user_id, org_id } = await signUp({ email, organization_details: "We make anvils" });
    const [organization] = await owner("select settings from organisation where id = $1", [org_id]);
    expect(organization?.settings).toEqual({ details: "We make anvils" });
    const [user] = await owner(`select email from "user" where id = $1`, [user_id]);
    expect(user?.email).toBe(email.toLowerCase());
  });

  test("a taken address, in any case, is a 409 and leaves nothing behind", async () => {
    const { email } = await signUp();
    const name = `Other ${crypto.randomUUID()}`;
    const { status, body: answer } = await ask("/signup", {
      json: body({ email: email.toUpperCase(), organization_name: name }),
    });
    expect([status, answer.code]).toEqual([409, "email_taken"]);
    expect(await owner("select id from organisation where name = $1", [name])).toEqual([]);
    expect(await mailsTo(email)).toHaveLength(1);
  });

  test("fifty parallel sign-ups of one address in different case give one user", async () => {
    const email = newEmail("race");
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => {
        const spelled = [...email]
          .map((letter, at) => ((at + i) % 3 === 0 ? letter.toUpperCase() : letter))
          .join("");
        return ask("/signup", { json: body({ email: spelled }) });
      }),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ body: b }) => b.code === "email_taken")).toHaveLength(49);
    const users = await owner(`select id from "user" where lower(email) = $1`, [email]);
    expect(users).toHaveLength(1);
    expect(await owner("select org_id from member where user_id = $1", [users[0]?.id])).toHaveLength(1);
  });

  test.each([
    ["a common password", { password: "Password123" }],
    ["a common password with a year behind it", { password: "sunshine2026" }],
    ["a common password in disguise", { password: "P@ssw0rd1" }],
    ["a common word with a sign behind it", { password: "Welcome1!" }],
    ["one letter over and over", { password: "aaaaaaaaaaaa" }],
    ["two letters over and over", { password: "abababababab" }],
    ["a run of digits", { password: "987654321" }],
    ["a run of letters", { password: "ABCDEFGHIJ" }],
    ["fewer characters than it looks, once composed", { password: "e\u0301e\u0301u\u0301o\u0301" }],
    ["seven characters", { password: "x9!kQ2z" }],
    ["more than 128 characters", { password: "é".repeat(129) }],
    ["the product's name", { password: "Gatehouse-1" }],
    ["an address without a domain", { email: "ada" }],
    ["two addresses", { email: "a@example.com,b@example.com" }],
    ["an address with a name", { email: "Ada <ada@example.com>" }],
    ["an address outside ASCII", { email: "adá@example.com" }],
    ["a name with a link", { organization_name: "Win at https://evil.example" }],
    ["a name that a mail program would make a link", { organization_name: "evil.com" }],
    ["an address of any top-level domain", { organization_name: "Call evil.tech now" }],
    ["an address in wide letters", { organization_name: "ｅｖｉｌ．ｃｏｍ" }],
    ["an address in another script", { organization_name: "例え。コム" }],
    ["an address with a joiner in it", { organization_name: "evil.\u200dcom" }],
    ["an address of digits", { organization_name: "1.2.3.4" }],
    ["a scheme without slashes", { organization_name: "https:evil" }],
    ["a name that nobody sees", { organization_name: "\u200d\u2800" }],
    ["a name of fillers", { organization_name: "\u3164\u3164" }],
    ["a name with a line break", { organization_name: "Acme\nBcc: x" }],
    ["a name that turns the text around", { organization_name: "Acme \u202e moc" }],
    ["an empty name", { organization_name: "   " }],
    ["81 characters of name", { organization_name: "a".repeat(81) }],
    ["a profile that is no object", { profile: [1] }],
    ["details that are a number", { organization_details: 7 }],
  ])("refuses %s", async (_, overrides) => {
    const { status, body: answer } = await ask("/signup", { json: body(overrides) });
    expect(status).toBe(422);
    expect(answer.errors[0].path).toBe(Object.keys(overrides)[0]);
  });

  test("an overlong name is measured, and not read any further", async () => {
    const { status, body: answer } = await ask("/signup", {
      json: body({ organization_name: "a-".repeat(30_000) }),
    });
    expect([status, answer.errors]).toEqual([
      422,
      [{ path: "organization_name", message: "must hold 1 to 80 characters" }],
    ]);
  });

  test.each([
    ["Portal24", "Portal24"],
    ["Portal24", "portal24!"],
    ["Portal 365", "portal365"],
    ["Gatehouse!", "gatehouse!"],
  ])("refuses the name of the product %s as the password %s", async (APP_NAME, password) => {
    const { status, body: answer } = await ask("/signup", {
      json: body({ password }),
      settings: { APP_NAME },
    });
    expect([status, answer.errors]).toEqual([
      422,
      [{ path: "password", message: "must not be this product's name" }],
    ]);
  });

  test("a product of digits alone refuses its name, and no other number", async () => {
    const settings = { APP_NAME: "20304050" };
    expect((await ask("/signup", { json: body({ password: "20304050" }), settings })).status).toBe(422);
    expect((await ask("/signup", { json: body({ password: "86420975" }), settings })).status).toBe(201);
  });

  test("refuses the person's own address as a password", async () => {
    const email = newEmail("somebody-special");
    const [localPart] = email.split("@");
    for (const password of [email, email.toUpperCase(), localPart]) {
      const { status, body: answer } = await ask("/signup", { json: body({ email, password }) });
      expect([status, answer.errors?.[0].path]).toEqual([422, "password"]);
    }
  });

  test.each([
    ["eight characters", "zq8#Vm1x"],
    ["128 characters outside the BMP", "𝒳".repeat(128)],
    ["spaces and no digits at all", "some words that nobody says"],
    ["a common word with a longer tail", "dragon-lizard-hotel-7"],
  ])("accepts %s as a password", async (_, password) => {
    const person = await signUp({ password });
    const { status } = await ask("/signin", { json: { email: person.email, password } });
    expect(status).toBe(200);
  });

  test.each([
    "Müller & Söhne GmbH",
    "St. Mary's",
    "J.P. Anvil Inc.",
    "شرکت نمونه",
    "می‌خواهم",
    "👩‍🚀 Space",
    "A/B: Test",
  ])("accepts the name %s", async (organization_name) => {
    expect((await ask("/signup", { json: body({ organization_name }) })).status).toBe(201);
  });
});

describe("Idempotency-Key on sign-up", () => {
  const send = (json: object, key: string, ip = "192.0.2.1") =>
    ask("/signup", { json, headers: { "idempotency-key": key, "cf-connecting-ip": ip } });

  test("a repeat gets the first answer, and no second mail", async () => {
    const json = body();
    const key = crypto.randomUUID();
    const first = await send(json, key);
    const again = await send(json, key);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    expect(await mailsTo(json.email)).toHaveLength(1);
  });

  test("another body under the same key is refused", async () => {
    const json = body();
    const key = crypto.randomUUID();
    await send(json, key);
    for (const other of [
      { ...json, organization_name: "Other" },
      { ...json, password: "quite another one" },
      body(),
    ]) {
      const { status, body: answer } = await send(other, key);
      expect([status, answer.code]).toEqual([422, "idempotency_key_reused"]);
    }
  });

  test("a refused request does not use its key up", async () => {
    const { email } = await signUp();
    const key = crypto.randomUUID();
    expect((await send(body({ email }), key)).status).toBe(409);
    expect((await send(body(), key)).status).toBe(201);
  });

  test("another caller's key of the same name is another key", async () => {
    const key = crypto.randomUUID();
    expect((await send(body(), key, "192.0.2.7")).status).toBe(201);
    expect((await send(body(), key, "192.0.2.8")).status).toBe(201);
  });

  test("twenty parallel repeats make one account and all say so", async () => {
    const json = body();
    const key = crypto.randomUUID();
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(json, key)));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([201]));
    expect(new Set(answers.map((answer) => answer.body.user_id)).size).toBe(1);
    expect(await mailsTo(json.email)).toHaveLength(1);
  });

  test("after 24 hours a key is new again", async () => {
    const key = crypto.randomUUID();
    const ip = "192.0.2.77";
    const json = body();
    await send(json, key, ip);
    const moved = await owner(
      "update idempotency_key set created_at = created_at - 86400001 where answer->>'user_id' = (select id::text from \"user\" where email = $1) returning key",
      [json.email],
    );
    expect(moved).toHaveLength(1);
    expect((await send(body(), key, ip)).status).toBe(201);
  });

  test("no bare hash of the body is kept, because the body holds a password", async () => {
    const json = body();
    const key = crypto.randomUUID();
    await send(json, key);
    const rows = await owner(
      "select fingerprint, answer from idempotency_key where answer->>'user_id' = (select id::text from \"user\" where email = $1)",
      [json.email],
    );
    const bare = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(json)));
    expect(rows[0]?.fingerprint).not.toBe(btoa(String.fromCharCode(...new Uint8Array(bare))));
    expect(JSON.stringify(rows)).not.toContain(goodPassword);
  });

  test("an empty or overlong key is refused", async () => {
    for (const key of ["", "x".repeat(256), "two words"]) {
      expect((await send(body(), key)).status).toBe(422);
    }
  });
});
