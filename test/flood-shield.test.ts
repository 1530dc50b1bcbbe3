// The shield in front of six endpoints: what it refuses costs no trip, no hashing and no mail. The binding is a real one,
// with a limit of five in a minute.
import { env } from "cloudflare:test";
import { describe, expect, test, vi } from "vitest";
import { ask, call } from "./support/app.ts";
import { submit } from "./support/invitations.ts";
import { captureLog } from "./support/log.ts";
import { from, newNetwork } from "./support/networks.ts";
import { newEmail, signedIn } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { everyRoute, requestOf, somebody } from "./support/samples.ts";
import { countTrips } from "./support/trips.ts";

const small = (env as unknown as { SMALL_SHIELD: RateLimit }).SMALL_SHIELD;
const shielded = [
  "POST /accept-invite",
  "POST /forgot-password",
  "POST /reset-password",
  "POST /signin",
  "POST /signup",
  "POST /token/refresh",
];

/** What the shield is asked about a request: nothing, or by which key. */
async function askedAbout(request: Parameters<typeof call>): Promise<string[]> {
  const keys: string[] = [];
  const shield: RateLimit = {
    limit: (options) => {
      keys.push(options.key);
      return small.limit({ key: crypto.randomUUID() });
    },
  };
  const [path, options] = request;
  await call(path, { ...options, shield });
  return keys;
}

/** So many requests from this network to this path are used up. */
const useUp = async (path: string, network: string) => {
  const minute = () => Math.floor(Date.now() / 60_000);
  const [now, key] = [minute(), `${path} ${network}`];
  for (let i = 0; i < 5; i += 1) await small.limit({ key });
  if (minute() !== now) await useUp(path, network);
};

test("stands before these, and no others", { timeout: 120_000 }, async () => {
  const asked: string[] = [];
  for (const route of everyRoute) {
    const person = await signedIn();
    const headers = newNetwork();
    const keys = await askedAbout(await requestOf(route, { person, headers }));
    if (keys.length === 0) continue;
    expect(keys).toEqual([`${route.pattern} ${headers["cf-connecting-ip"]}`]);
    asked.push(route.name);
  }
  expect(asked.sort()).toEqual(shielded);
});

describe.each(shielded)("%s", (name) => {
  const route = everyRoute.find((one) => one.name === name);
  if (!route) throw new Error(`${name} is no route`);

  test("refuses with 429, without a trip and without hashing", async () => {
    const network = newNetwork();
    await useUp(route.pattern, network["cf-connecting-ip"] as string);
    const [path, options] = await requestOf(route, { headers: network });
    const derive = vi.spyOn(crypto.subtle, "deriveBits");
    const counted = await countTrips(path, { ...options, shield: small });
    expect([counted, derive.mock.calls.length]).toEqual([{ status: 429, trips: 0, background: 0 }, 0]);
    derive.mockRestore();
    const refused = await call(path, { ...options, shield: small });
    expect(refused.headers.get("retry-after")).toBe("10");
    await expectProblem(refused, "too_many_requests");
  });

  test("what is wrong with the request wins", async () => {
    const network = newNetwork();
    await useUp(route.pattern, network["cf-connecting-ip"] as string);
    const [path, options] = await requestOf(route, { headers: network });
    const wrong = (changes: object) => call(path, { ...options, shield: small, ...changes });
    expect((await wrong({ method: "PUT" })).status).toBe(405);
    await expectProblem(await wrong({ json: { nothing: "known" } }), "invalid_request");
    const { json: _, ...bare } = options ?? {};
    const sent = (body: string, type = "application/json") =>
      call(path, { ...bare, shield: small, body, headers: { ...network, "content-type": type } });
    await expectProblem(await sent("{"), "malformed_json");
    await expectProblem(await sent("{}", "text/plain"), "unsupported_media_type");
    await expectProblem(await sent("x".repeat(70_000)), "body_too_large");
    if (route.maybeSignedIn) await expectProblem(await wrong({ token: "a.b.c" }), "invalid_token");
  });
});

test("lets exactly as many pass as the binding does, each path and each network for itself", async () => {
  const json = { email: newEmail("nobody"), password: "not the right one" };
  const signIn = async (headers: Record<string, string>) =>
    (await ask("/signin", { headers, shield: small, json })).body.code;
  const half = crypto.randomUUID().slice(0, 4);
  const minute = () => Math.floor(Date.now() / 60_000);
  const network = (n: number) => from(`2001:db8:${half}:2::${n}`);
  const begun = minute();
  const codes: string[] = [];
  for (let n = 1; n <= 7; n += 1) codes.push(await signIn(network(n)));
  if (minute() === begun) {
    expect(codes.map((code) => code === "too_many_requests")).toEqual([...Array(5).fill(false), true, true]);
    const forgot = await call("/forgot-password", {
      headers: network(1),
      shield: small,
      json: { email: json.email },
    });
    expect(forgot.status).toBe(202);
  }
  expect(await signIn(from(`2001:db8:${half}:3::1`))).not.toBe("too_many_requests");
});

test("a page's form gets a page", async () => {
  const route = everyRoute.find(({ name }) => name === "POST /reset-password");
  const body = (await route?.body?.(await somebody())) as Record<string, string>;
  await useUp("/reset-password", "unknown");
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const form = new URLSearchParams(body).toString();
  const refused = await call("/reset-password", { method: "POST", headers, body: form, shield: small });
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "10"]);
  expect(refused.headers.get("content-type")).toContain("text/html");
  const text = await refused.text();
  expect(text).toContain("Too many requests");
  expect(text).toContain("Wait a minute");
  expect((await submit("/reset-password", body)).status).toBe(200); // Nothing was spent.
});

test("without the binding everything works", async () => {
  const json = { email: newEmail("nobody"), password: "not the right one" };
  expect((await ask("/signin", { shield: null, json })).status).toBe(401);
});

test.each([
  [
    "throws",
    () => {
      throw new Error("a secret of the platform");
    },
  ],
  ["rejects", () => Promise.reject(new Error("a secret of the platform"))],
  ["answers nonsense", () => Promise.resolve(undefined as never)],
])("a binding that %s lets everybody pass", async (what, limit) => {
  const log = captureLog();
  const json = { email: newEmail("nobody"), password: "not the right one" };
  const { status, headers } = await ask("/signin", { shield: { limit }, json });
  const lines = log();
  vi.restoreAllMocks();
  expect(status).toBe(401);
  if (what === "answers nonsense") return;
  const request_id = headers.get("x-request-id");
  expect(lines.map((line) => JSON.parse(line))).toContainEqual(
    expect.objectContaining({ level: "error", event: "flood_shield", request_id }),
  );
  expect(lines.join()).not.toContain("secret");
});
