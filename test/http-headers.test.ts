// The headers of every kind of answer: whatever the status, whoever answers, the same ones stand on it.
import { expect, test } from "vitest";
import { call } from "./support/app.ts";
import { chunked } from "./support/bodies.ts";
import { confirmed, inviteFrom, mailToken, strayToken, submit } from "./support/invitations.ts";
import { newEmail, signedIn, signUp } from "./support/people.ts";
import { expectEveryHeader } from "./support/problems.ts";
import { as } from "./support/requests.ts";

const away = { settings: { LOCAL_NEON_ENDPOINT: "http://127.0.0.1:1" } };
const wrong = { settings: { RESEND_API_KEY: "" } };
const json = (body: unknown) => ({ json: body });
const reset = async (token: string) => call(`/reset-password?token=${token}`);

const answers: [status: number, what: string, get: () => Promise<Response>][] = [
  [200, "JSON", () => call("/")],
  [200, "HEAD", () => call("/", { method: "HEAD" })],
  [200, "a page", async () => reset(await mailToken("reset", await signUp()))],
  [
    200,
    "a page, HEAD",
    async () => call(`/reset-password?token=${await mailToken("reset", await signUp())}`, { method: "HEAD" }),
  ],
  [
    200,
    "a page after a form",
    async () => submit("/verify-email", { token: await mailToken("verify", await signUp()) }),
  ],
  [
    201,
    "JSON",
    () =>
      call("/signup", json({ email: newEmail(), password: "a fine new passphrase", organization_name: "A" })),
  ],
  [
    201,
    "a page",
    async () =>
      submit("/accept-invite", {
        token: (await inviteFrom(await signUp())).token,
        password: "a fine new passphrase",
      }),
  ],
  [202, "JSON", () => call("/forgot-password", json({ email: newEmail() }))],
  [204, "nothing", async () => as(await signedIn())("POST /signout")],
  [
    204,
    "a preflight",
    () =>
      call("/me", {
        method: "OPTIONS",
        headers: { origin: "https://a.example", "access-control-request-method": "GET" },
      }),
  ],
  [
    400,
    "malformed JSON",
    () => call("/signin", { body: "{", headers: { "content-type": "application/json" } }),
  ],
  [401, "no token", () => call("/me")],
  [403, "not allowed", async () => as(await signedIn())("GET /admin/users")],
  [404, "no route", () => call("/nothing")],
  [404, "nothing to see", async () => as(await signedIn())("GET /organizations/1")],
  [404, "a page", () => reset("x")],
  [405, "another verb", () => call("/me", { method: "PUT" })],
  [405, "another verb, HEAD", () => call("/signin", { method: "HEAD" })],
  [405, "OPTIONS of no browser", () => call("/me", { method: "OPTIONS" })],
  [409, "a conflict", async () => as(await confirmed())("POST /verify-email/resend")],
  [
    410,
    "JSON",
    async () =>
      call(
        "/reset-password",
        json({ token: await strayToken("reset"), new_password: "a fine new passphrase" }),
      ),
  ],
  [410, "a page", async () => reset(await strayToken("reset"))],
  [
    413,
    "JSON",
    () => call("/signin", { body: chunked(70_000), headers: { "content-type": "application/json" } }),
  ],
  [413, "a page", () => submit("/reset-password", { token: "x".repeat(70_000) })],
  [415, "not JSON", () => call("/signin", { body: "x", headers: { "content-type": "text/plain" } })],
  [422, "JSON", () => call("/signin", json({}))],
  [
    422,
    "a page",
    async () =>
      submit("/reset-password", { token: await mailToken("reset", await signUp()), new_password: "x" }),
  ],
  [500, "a wrong configuration", () => call("/", wrong)],
  [503, "JSON", () => call("/health", away)],
  [
    503,
    "a page",
    async () => call(`/reset-password?token=${await mailToken("reset", await signUp())}`, away),
  ],
];

test.each(answers)("%i: %s", async (status, _, get) => {
  const answer = await get();
  expect(answer.status).toBe(status);
  expectEveryHeader(answer);
  const names = [...answer.headers.keys()].filter((name) => !name.startsWith("access-control-"));
  const own = ["allow", "content-type", "retry-after", "vary", "www-authenticate"];
  expect(names.filter((name) => !own.includes(name))).toEqual(
    [
      ...[
        "cache-control",
        "content-security-policy",
        "cross-origin-opener-policy",
        "cross-origin-resource-policy",
      ],
      ...["origin-agent-cluster", "permissions-policy", "referrer-policy", "strict-transport-security"],
      ...["x-content-type-options", "x-dns-prefetch-control", "x-download-options", "x-frame-options"],
      ...["x-permitted-cross-domain-policies", "x-request-id", "x-xss-protection"],
    ].sort(),
  );
});

test("429, with when to come back", async () => {
  const attempt = json({ email: newEmail(), password: "not the right one" });
  for (let i = 0; i < 10; i += 1) await call("/signin", attempt);
  const answer = await call("/signin", attempt);
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, expect.stringMatching(/^\d+$/)]);
  expectEveryHeader(answer);
});
