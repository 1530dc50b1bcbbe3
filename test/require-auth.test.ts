// requireAuth: who gets through to a route of another service, and what the others are told.
import { Hono } from "hono";
import { describe, expect, test, vi } from "vitest";
import { type ErrorCode, errors } from "../src/errors.ts";
import { permissions } from "../src/permissions.ts";
import { type AuthOptions, requireAuth } from "../src/verify/require-auth.ts";
import { audience, claims, inOrganization, issuer, keyServer, newKey, sign } from "./support/key-server.ts";

const key = await newKey();
const server = keyServer(key);
const service = { issuer, audience, jwksUrl: server.url, fetch: server.fetch };
const orgOfPath: AuthOptions["org"] = (c) => Number(c.req.param("org_id"));

/** One route behind `requireAuth` with these options; it answers with who came through. */
function serviceWith(options: Partial<AuthOptions>) {
  const app = new Hono()
    .use(async (c, next) => {
      c.header("x-outer", "kept");
      await next();
    })
    .get("/orgs/:org_id/notes", requireAuth({ ...service, ...options }), (c) => c.json(c.var.auth));
  return (authorization?: string, path = "/orgs/3/notes") =>
    app.request(path, { headers: authorization ? { authorization } : {} });
}
const bearer = async (payload: object, header = {}) => `Bearer ${await sign(key, payload, header)}`;

/** Expects exactly this problem document, with its headers. */
async function expectRefusal(response: Response, code: ErrorCode, detail?: string) {
  const [status, title, words] = errors[code];
  const text = await response.text();
  expect(`${response.status} ${text}`).toContain(`${status} {`);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(JSON.parse(text)).toEqual({
    type: `${issuer}/errors/${code}`,
    title,
    status,
    detail: detail ?? words,
    code,
  });
  const challenge = { unauthenticated: "Bearer", invalid_token: 'Bearer error="invalid_token"' };
  expect(response.headers.get("www-authenticate")).toBe((challenge as Record<string, string>)[code] ?? null);
  expect(response.headers.get("retry-after")).toBe(status === 503 ? "2" : null);
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(response.headers.get("x-outer")).toBe("kept");
}
const orgMissing = expect.stringContaining("names no organization");

describe("any token of the service", () => {
  const ask = serviceWith({});

  test("gets through, with or without an organization", async () => {
    const response = await ask(await bearer(claims()));
    expect([response.status, await response.json()]).toMatchObject([200, { user_id: 7, permissions: [] }]);
    expect(await (await ask(await bearer(inOrganization()))).json()).toMatchObject({
      org_id: 3,
      role: "admin",
    });
    expect((await ask(`bearer  ${await sign(key, claims())}`)).status).toBe(200);
  });

  test("none is asked for, a bad one is refused, without a word on why", async () => {
    await expectRefusal(await ask(), "unauthenticated");
    const token = await sign(key, claims());
    for (const authorization of [
      token,
      `Basic ${token}`,
      "Bearer",
      "Bearer garbage",
      `Bearer ${token} ${token}`,
      `Bearer ${token}, Bearer ${token}`,
      await bearer(claims({ exp: 1 })),
      await bearer(claims({ aud: "https://other.example" })),
      await bearer(claims(), { typ: "rt+jwt" }),
    ])
      await expectRefusal(await ask(authorization), "invalid_token");
  });

  test("is not taken from the query", async () => {
    const token = await sign(key, claims());
    await expectRefusal(await ask(undefined, `/orgs/3/notes?access_token=${token}`), "unauthenticated");
  });
});

describe("an organization", () => {
  const forms: Record<string, AuthOptions["org"]> = {
    "of the path, as a number": orgOfPath,
    "of the path, as text": (c) => c.req.param("org_id"),
    "looked up": async (c) => Number(c.req.param("org_id")),
    fixed: 3,
  };
  test.each(Object.entries(forms))("%s: its own tokens get through, others find nothing", async (_, org) => {
    const ask = serviceWith({ org } as AuthOptions);
    expect((await ask(await bearer(inOrganization()))).status).toBe(200);
    await expectRefusal(await ask(await bearer(inOrganization({ org_id: 4 }))), "not_found");
    await expectRefusal(await ask(await bearer(claims())), "permission_missing", orgMissing);
    await expectRefusal(await ask(), "unauthenticated");
  });

  test.each(["4", "0", "03", "3.0", "3e0", "x", "3%20", "-3", "NaN", "undefined", "null"])(
    "a token for 3 finds nothing at %s, read as text",
    async (id) => {
      const ask = serviceWith({ org: (c) => c.req.param("org_id") });
      await expectRefusal(await ask(await bearer(inOrganization()), `/orgs/${id}/notes`), "not_found");
    },
  );

  test.each([undefined, null, Number.NaN, "", true, {}, [3]])("that is %s is nobody's", async (found) => {
    const ask = serviceWith({ org: () => found as never });
    await expectRefusal(await ask(await bearer(inOrganization())), "not_found");
    await expectRefusal(await ask(await bearer(claims())), "permission_missing", orgMissing);
  });

  test("any: whichever the token names, but one it has to name", async () => {
    const ask = serviceWith({ org: true });
    for (const org_id of [3, 4])
      expect((await ask(await bearer(inOrganization({ org_id })))).status).toBe(200);
    await expectRefusal(await ask(await bearer(claims())), "permission_missing", orgMissing);
  });
});

describe("a permission", () => {
  test.each(
    Object.entries(permissions).flatMap(([on, actions]) => actions.map((action) => `${on}:${action}`)),
  )("%s gets through with it alone", async (permission) => {
    const ask = serviceWith({ permission, org: orgOfPath } as AuthOptions);
    expect((await ask(await bearer(inOrganization({ permissions: [permission] })))).status).toBe(200);
    const all = Object.entries(permissions).flatMap(([on, actions]) => actions.map((a) => `${on}:${a}`));
    const others = all.filter((one) => one !== permission);
    for (const held of [others, [], [`${permission}s`], [permission.toUpperCase()], [`${permission} `]])
      await expectRefusal(
        await ask(await bearer(inOrganization({ permissions: held }))),
        "permission_missing",
      );
  });

  test("alone asks for an organization too, and a role's name gives none", async () => {
    const ask = serviceWith({ permission: "website:read" });
    expect((await ask(await bearer(inOrganization()))).status).toBe(200);
    await expectRefusal(await ask(await bearer(claims())), "permission_missing", orgMissing);
    const owner = await bearer(inOrganization({ role: "owner", permissions: [] }));
    await expectRefusal(await ask(owner), "permission_missing");
  });

  test("of another organization is not told of: 404 before 403", async () => {
    const ask = serviceWith({ permission: "audit:read", org: orgOfPath });
    await expectRefusal(await ask(await bearer(inOrganization({ org_id: 4 }))), "not_found");
  });
});

test("without keys: 503 with Retry-After, and the reason for the log", async () => {
  const away = keyServer();
  away.answer = () => new Error("connection refused");
  const onError = vi.fn();
  const ask = serviceWith({ jwksUrl: away.url, fetch: away.fetch, onError });
  await expectRefusal(await ask(await bearer(claims())), "service_unavailable");
  await expectRefusal(await ask("Bearer garbage"), "invalid_token");
  expect(onError.mock.calls.map(([error]) => [error.code, error.reason])).toEqual([
    ["service_unavailable", undefined],
    ["invalid_token", "malformed"],
  ]);
});

test("what the route itself throws is the route's own", async () => {
  const app = new Hono()
    .use(requireAuth({ ...service, org: () => Promise.reject(new Error("the notes are away")) }))
    .get("/", (c) => c.text("reached"));
  app.onError((error, c) => c.text(error.message, 500));
  const response = await app.request("/", { headers: { authorization: await bearer(inOrganization()) } });
  expect([response.status, await response.text()]).toEqual([500, "the notes are away"]);
});

test.each([
  ["an organization that is not set", { org: undefined }, "org"],
  ["a permission that is not set", { permission: undefined }, "permission"],
  ["no issuer", { issuer: "" }, "issuer"],
  ["no audience", { audience: "" }, "audience"],
])("%s does not switch a check off: a TypeError when the service starts", (_, options, name) => {
  expect(() => requireAuth({ ...service, ...options } as AuthOptions)).toThrow(TypeError);
  expect(() => requireAuth({ ...service, ...options } as AuthOptions)).toThrow(name);
});
