// Browsers of other origins: those in CORS_ORIGINS may read answers, nobody else, and never with credentials.
import { describe, expect, test } from "vitest";
import { call } from "./support/app.ts";
import { expectEveryHeader, expectProblem } from "./support/problems.ts";
import { everyRoute, otherVerb, pathOf, send, somebody } from "./support/samples.ts";

const origin = "https://app.example";
const settings = { CORS_ORIGINS: "https://app.example, http://localhost:3000/" };
const refused = [
  "https://evil.example",
  "http://app.example",
  "https://app.example:8443",
  "https://app.example.evil.example",
  "https://evilapp.example",
  "https://sub.app.example",
  "https://APP.example",
  "https://app.example.evil",
  "https://app.example:443",
  "https://app.example/",
  "https://app.example.",
  "https://app.example%2eevil.example",
  "https://app.example%0d%0ax: y",
  "https://app.example@evil.example",
  "https://user@app.example",
  "https://app.example, https://evil.example",
  "https://app.example https://evil.example",
  "https://localhost:3000",
  "http://localhost:30000",
  "http://localhost",
  "file://",
  "chrome-extension://app.example",
  "null",
  "*",
  "",
];
const cors = ({ headers }: Response) => [...headers].filter(([name]) => name.startsWith("access-control-"));
const allowedTo = (response: Response) => response.headers.get("access-control-allow-origin");
const varies = (response: Response) => response.headers.get("vary")?.toLowerCase() ?? "";

describe.each(everyRoute)("$name", (route) => {
  const preflight = async (from: string, withSettings = settings) =>
    call(await pathOf(route, await somebody()), {
      method: "OPTIONS",
      settings: withSettings,
      headers: {
        origin: from,
        "access-control-request-method": route.method,
        "access-control-request-headers": "authorization,content-type,idempotency-key",
      },
    });

  test("the preflight of an allowed origin names the method and the headers in use, and needs no token", async () => {
    const answer = await preflight(origin);
    expect([answer.status, await answer.text()]).toEqual([204, ""]);
    expect(allowedTo(answer)).toBe(origin);
    const list = (name: string) => answer.headers.get(name)?.split(/,\s*/) ?? [];
    expect(list("access-control-allow-methods")).toContain(route.method);
    const allowed = list("access-control-allow-headers").map((name) => name.toLowerCase());
    expect(allowed).toEqual(expect.arrayContaining(["authorization", "content-type", "idempotency-key"]));
    expect(varies(answer)).toContain("origin");
    expectEveryHeader(answer);
  });

  test("answers an allowed origin readably, errors included, and never with credentials", async () => {
    const answers = [
      await send(route, { settings, headers: { origin }, query: "?unknown=1" }),
      await send(route, { settings, headers: { origin }, method: otherVerb(route) }),
      await send(route, { settings, headers: { origin }, token: "garbage", query: "?unknown=1" }),
    ];
    for (const answer of answers) {
      expect(allowedTo(answer)).toBe(origin);
      expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
      expect(answer.headers.get("access-control-expose-headers")?.toLowerCase()).toContain("x-request-id");
      expect(varies(answer)).toContain("origin");
    }
  });

  test("allows no other origin, and none at all unless configured", async () => {
    for (const other of refused) {
      expect(allowedTo(await preflight(other)), other).toBeNull();
      const answer = await send(route, { settings, headers: { origin: other }, query: "?unknown=1" });
      expect(allowedTo(answer), other).toBeNull();
      expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
    }
    expect(allowedTo(await preflight(origin, {} as typeof settings))).toBeNull();
  });
});

test("each of several configured origins is answered with itself", async () => {
  for (const one of [origin, "http://localhost:3000"]) {
    expect(allowedTo(await call("/", { settings, headers: { origin: one } }))).toBe(one);
  }
});

test("a caller without an origin is nobody's browser", async () => {
  const answer = await call("/", { settings });
  expect(answer.status).toBe(200);
  expect(cors(answer).filter(([name]) => name.endsWith("origin"))).toEqual([]);
});

test("errors that no route answers are readable too", async () => {
  const answer = await call("/nothing", { settings, headers: { origin } });
  expect(allowedTo(answer)).toBe(origin);
  await expectProblem(answer, "not_found");
});
