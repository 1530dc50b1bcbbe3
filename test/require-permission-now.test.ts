// requirePermissionNow: the live check as middleware of another service, against the service itself.
import { exports } from "cloudflare:workers";
import { Hono } from "hono";
import { beforeAll, describe, expect, test } from "vitest";
import { errors } from "../src/errors.ts";
import type { PermissionAnswer, PermissionsBinding } from "../src/verify/live-check.ts";
import { type LiveOptions, requirePermissionNow } from "../src/verify/require-permission-now.ts";
import { call } from "./support/app.ts";
import { issuer } from "./support/key-server.ts";
import { owner } from "./support/owner.ts";
import { type SignedIn, signedIn, signIn } from "./support/people.ts";
import { guestOf, memberOf, websiteOf } from "./support/tenants.ts";

const permissions = (exports as unknown as { Permissions: PermissionsBinding }).Permissions;

/** Two routes behind the live check; each answers 200 to whoever came through. */
function serviceWith(options: Partial<LiveOptions>) {
  const org: LiveOptions["org"] = (c) => c.req.param("org_id");
  const website: LiveOptions["website"] = (c) => Number(c.req.param("website_id"));
  const live = { issuer, permissions, permission: "website:update", org, ...options } as const;
  const app = new Hono()
    .get("/orgs/:org_id", requirePermissionNow(live), (c) => c.text("through"))
    .get("/orgs/:org_id/sites/:website_id", requirePermissionNow({ ...live, website }), (c) =>
      c.text("through"),
    );
  return (path: string, token?: string) =>
    app.request(path, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
}
const ask = serviceWith({});

/** Expects this problem document of the service's, or (200) that the request came through. */
async function expectCode(response: Response, code: keyof typeof errors | 200) {
  if (code === 200) return expect([response.status, await response.text()]).toEqual([200, "through"]);
  const [status, title, detail] = errors[code];
  expect(await response.json()).toEqual({ type: `${issuer}/errors/${code}`, title, status, detail, code });
  expect(response.status).toBe(status);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(response.headers.has("www-authenticate")).toBe(status === 401);
}

let ann: SignedIn;
let shop: number;
beforeAll(async () => {
  ann = await signedIn();
  shop = await websiteOf(ann.org_id);
});

test("lets through whom the database lets, with tokens of an organization and of none", async () => {
  const narrowed = await signIn(ann, { org_id: ann.org_id });
  for (const { access } of [ann, narrowed]) await expectCode(await ask(`/orgs/${ann.org_id}`, access), 200);
  const other = await signedIn();
  const elsewhere = await signIn(other, { org_id: other.org_id });
  for (const { access } of [other, elsewhere])
    await expectCode(await ask(`/orgs/${ann.org_id}`, access), "not_found");
  for (const id of ["0", "x", `${ann.org_id}.0`, `0${ann.org_id}`, "2147483647", "99999999999"])
    await expectCode(await ask(`/orgs/${id}`, ann.access), "not_found");
});

test("a guest gets through to their website alone", async () => {
  const { access } = await guestOf(shop);
  await expectCode(await ask(`/orgs/${ann.org_id}/sites/${shop}`, access), 200);
  await expectCode(await ask(`/orgs/${ann.org_id}`, access), "not_found");
  const blog = await websiteOf(ann.org_id, "Blog");
  for (const id of [blog, 0, "x"])
    await expectCode(await ask(`/orgs/${ann.org_id}/sites/${id}`, access), "not_found");
});

test("what changes, changes the next answer", async () => {
  const bob = await memberOf(ann.org_id, { permissions: ["website:update"] });
  const path = `/orgs/${ann.org_id}`;
  await expectCode(await ask(path, bob.access), 200);
  await owner("update role set permissions = '{website:read}' where name = $1", [`custom ${bob.user_id}`]);
  await expectCode(await ask(path, bob.access), "permission_missing");
  await owner("update member set status = 1 where user_id = $1 and org_id = $2", [bob.user_id, ann.org_id]);
  await expectCode(await ask(path, bob.access), "member_suspended");
  await call("/signout", { method: "POST", token: bob.access });
  await expectCode(await ask(path, bob.access), "session_ended");
});

test("no token, or a bad one", async () => {
  await expectCode(await ask(`/orgs/${ann.org_id}`), "unauthenticated");
  for (const token of ["garbage", ann.refresh, `${ann.access} ${ann.access}`])
    await expectCode(await ask(`/orgs/${ann.org_id}`, token), "invalid_token");
});

describe("an answer that is none", () => {
  const answering = (answer: PermissionAnswer) =>
    serviceWith({ permissions: { check: async () => answer } })("/orgs/3", "a.b.c");

  test("a database that is away: 503 with its time", async () => {
    const refusal = { allowed: false, code: "service_unavailable", request_id: "x", retry_after: 7 } as const;
    const response = await answering(refusal);
    expect(response.headers.get("retry-after")).toBe("7");
    await expectCode(response, "service_unavailable");
  });

  test("a failure over there: 500, and nobody gets through", async () => {
    await expectCode(
      await answering({ allowed: false, code: "internal_error", request_id: "x" }),
      "internal_error",
    );
  });

  test("a binding that breaks: the route's own failure, and nobody gets through", async () => {
    const check = () => Promise.reject(new Error("the network connection was lost"));
    const response = await serviceWith({ permissions: { check } })("/orgs/3", "a.b.c");
    expect([response.status, await response.text()]).toEqual([500, "Internal Server Error"]);
  });
});
