// HTTP in general, for every route there is: routes and verbs, headers, problem documents, query keys; and which
// error wins when several are due.
import { describe, expect, test } from "vitest";
import { ask, call } from "./support/app.ts";
import { chunked } from "./support/bodies.ts";
import { newEmail, type SignedIn, signedIn, signUp } from "./support/people.ts";
import { expectEveryHeader, expectProblem } from "./support/problems.ts";
import { as } from "./support/requests.ts";
import { samples } from "./support/sample-requests.ts";
import {
  bodied,
  everyRoute,
  otherVerb,
  pathOf,
  type Route,
  routeNames,
  routes,
  send,
  somebody,
  withBody,
  withToken,
} from "./support/samples.ts";
import { memberOf } from "./support/tenants.ts";

const verbs = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

test("every route has a sample, and every sample a route", () => {
  expect(Object.keys(samples).sort()).toEqual([...routeNames].sort());
});

describe.each(routes)("$name", (route) => {
  test("answers a valid request, with every header and an id of our own", async () => {
    const person = await signedIn();
    const theirs = "11111111-1111-4111-8111-111111111111";
    const answer = await send(route, { person, headers: { "x-request-id": theirs } });
    expect(answer.status).toBe(route.status);
    expectEveryHeader(answer, { cached: route.cached === true });
    expect(answer.headers.get("x-request-id")).not.toBe(theirs);
    const text = await answer.text();
    if (route.status === 204) expect([text, answer.headers.get("content-type")]).toEqual(["", null]);
    else expect(answer.headers.get("content-type")).toBe("application/json");
  });

  test("refuses query keys that it does not know, and twice the same", async () => {
    for (const query of ["?unknown=1", "?debug", "?__proto__=1", "?constructor=1", "?=1", "?%00=1"]) {
      const { errors } = await expectProblem(await send(route, { query }), "invalid_request", query);
      expect(errors).toHaveLength(1);
    }
    for (const key of (route.query ?? []).filter((key) => key !== "cursor")) {
      await expectProblem(await send(route, { query: `?${key}=1&${key}=1` }), "invalid_request");
    }
  });
});

const patterns = [...new Set(everyRoute.map(({ pattern }) => pattern))];

describe.each(patterns)("the path %s", (pattern) => {
  const here = everyRoute.filter((route) => route.pattern === pattern);
  const own = here.map(({ method }) => method);
  const allowed = [...own, ...(own.includes("GET") ? ["HEAD"] : [])];
  const path = async () => (here[0] ? pathOf(here[0], await somebody()) : pattern);

  test("refuses other verbs, naming its own", async () => {
    const { access } = await somebody();
    for (const method of verbs.filter((verb) => !allowed.includes(verb))) {
      const answer = await call(await path(), { method, token: access });
      expect(answer.headers.get("allow")?.split(", ").sort(), method).toEqual([...allowed].sort());
      if (method !== "HEAD") await expectProblem(answer, "method_not_allowed");
      else expect([answer.status, await answer.text()]).toEqual([405, ""]);
      expectEveryHeader(answer);
    }
  });

  test("does not exist with a slash more, in other letters, or longer", async () => {
    for (const other of [`${pattern}/`, `/${pattern}`, pattern.toUpperCase(), `${pattern}/x/y`]) {
      if (patterns.includes(other)) continue;
      for (const method of ["GET", "POST", "OPTIONS"]) {
        await expectProblem(await call(other, { method }), "not_found", `${method} ${other}`);
      }
    }
  });
});

test.each(routes.filter(({ method }) => method === "GET"))("HEAD is $name without a body", async (route) => {
  const get = await send(route);
  const head = await send(route, { method: "HEAD" });
  expect([head.status, await head.text()]).toEqual([get.status, ""]);
  expect([...head.headers.keys()]).toEqual([...get.headers.keys()]);
});

test.each(["/nothing", "/me/nothing", "/.env", "/%00", "/%", "/%ff", "/me%2Fpassword", "/index.php?a=%27"])(
  "%s does not exist, for any verb, whoever asks",
  async (path) => {
    const { access } = await somebody();
    for (const method of verbs.filter((verb) => verb !== "HEAD")) {
      for (const token of [access, "garbage"]) {
        const answer = await call(path, { method, token });
        expect(answer.headers.get("allow")).toBeNull();
        await expectProblem(answer, "not_found");
      }
    }
  },
);

test("request ids are never the same", async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => call("/")));
  expect(new Set(answers.map(({ headers }) => headers.get("x-request-id"))).size).toBe(20);
});

test("only the key set is for caches, and only when it answers", async () => {
  for (const [path, method] of [
    ["/.well-known/jwks.json?x=1", "GET"],
    ["/.well-known/jwks.json", "POST"],
  ] as const) {
    expect((await call(path, { method })).headers.get("cache-control")).toBe("no-store");
  }
});

// Route (404, 405), bad token, 413, 415, 400, 422, 429, ended session, 404, 403, 409 and 410, in this order. Each
// test sends two or more faults at once.
const tooLong = () => chunked(70_000);
const text = { "content-type": "text/plain" };
const unknown = "?unknown=1";

const allAs = ({ pattern }: Route, id: string) =>
  Object.fromEntries([...pattern.matchAll(/:(\w+)/g)].map(([, name]) => [name, id]));

async function ended(): Promise<SignedIn> {
  const person = await signedIn();
  await call("/signout", { method: "POST", token: person.access });
  return person;
}

async function throttle(email: string) {
  for (let i = 0; i < 10; i += 1) await ask("/signin", { json: { email, password: "not the right one" } });
}

describe("the route comes first", () => {
  test.each(["/nothing", "/sessions/1/x"])("404 for %s, whatever else is wrong", async (path) => {
    const answer = await call(path + unknown, {
      method: "POST",
      token: "garbage",
      body: tooLong(),
      headers: text,
    });
    await expectProblem(answer, "not_found");
  });

  test.each(bodied)("405 on the path of $name, whatever else is wrong", async (route) => {
    const faults = { token: "garbage", query: unknown, body: tooLong(), headers: text };
    await expectProblem(await send(route, { ...faults, method: otherVerb(route) }), "method_not_allowed");
  });
});

describe("a bad token comes before the body and the query", () => {
  test.each(withToken)("$name", async (route) => {
    const body = route.method === "GET" ? {} : { body: tooLong(), headers: text };
    await expectProblem(await send(route, { token: "garbage", query: unknown, ...body }), "invalid_token");
    await expectProblem(await send(route, { token: null, query: unknown, ...body }), "unauthenticated");
    const params = allAs(route, "x");
    await expectProblem(await send(route, { token: "garbage", params }), "invalid_token");
  });
});

describe("413 before 415 before 400 before 422", () => {
  test.each(bodied)("$name: 413 before everything else about the body and the query", async (route) => {
    const answer = await send(route, { query: unknown, body: tooLong(), headers: text });
    await expectProblem(answer, "body_too_large");
  });

  test.each(withBody)("$name: 415, then 400, then 422", async (route) => {
    const malformed = { body: "{", query: unknown };
    await expectProblem(await send(route, { ...malformed, headers: text }), "unsupported_media_type");
    await expectProblem(await send(route, malformed), "malformed_json");
  });

  test.each(routes.filter(({ query }) => query?.includes("cursor")))(
    "$name: a forged cursor before bad fields",
    async (route) => {
      for (const query of ["?cursor=x&limit=0", "?cursor=x&unknown=1", "?limit=abc&cursor=%00"]) {
        await expectProblem(await send(route, { query }), "invalid_cursor", query);
      }
    },
  );
});

describe("bad input comes before the throttle", () => {
  test("POST /signin", async () => {
    const email = newEmail("nobody");
    await throttle(email);
    const json = { email, password: "not the right one" };
    expect((await ask("/signin", { json })).status).toBe(429);
    expect((await ask("/signin", { json: { ...json, password: "" } })).status).toBe(422);
    expect((await ask("/signin", { json: { ...json, unknown: 1 } })).status).toBe(422);
    expect((await ask("/signin", { json: { ...json, org_id: "x" } })).status).toBe(429);
  });

  test("POST /me/password, the policy for new passwords included", async () => {
    const person = await signedIn();
    await throttle(person.email);
    const json = { current_password: person.password, new_password: "a fine new passphrase" };
    const change = async (changes: object) =>
      (await ask("/me/password", { token: person.access, json: { ...json, ...changes } })).status;
    expect(await change({})).toBe(429);
    for (const new_password of ["short", "password123", person.email])
      expect(await change({ new_password })).toBe(422);
  });
});

describe("bad input comes before an ended session, an ended session before a missing id", () => {
  test.each(withToken)("$name", async (route) => {
    const person = await ended();
    await expectProblem(await send(route, { person, query: unknown }), "invalid_request");
    if (route.body)
      await expectProblem(await send(route, { person, json: { unknown: 1 } }), "invalid_request");
    if (route.query?.includes("cursor")) {
      await expectProblem(await send(route, { person, query: "?cursor=x" }), "invalid_cursor");
    }
    for (const id of ["x", "2147483647"]) {
      await expectProblem(await send(route, { person, params: allAs(route, id) }), "session_ended");
    }
  });
});

describe("conflicts come last", () => {
  test("a taken address is told of only when everything else is right", async () => {
    const { email } = await signUp();
    const json = { email, password: "password123", organization_name: "Acme" };
    await expectProblem(await call("/signup", { json }), "invalid_request");
    const fine = { ...json, password: "a fine new passphrase" };
    await expectProblem(await call(`/signup${unknown}`, { json: fine }), "invalid_request");
    const headers = { "idempotency-key": "two words" };
    await expectProblem(await call("/signup", { json: fine, headers }), "invalid_request");
    await expectProblem(await call("/signup", { json: fine }), "email_taken");
  });

  test("what is not there comes before what may not be, and that before what cannot be", async () => {
    const ann = await signedIn();
    const hand = await memberOf(ann.org_id);
    const change = (person: SignedIn, userId: number, json: object) =>
      as(person)(`PATCH /organizations/${ann.org_id}/members/${userId}`, json);
    const last = { role: "member" };
    await expectProblem(await change(hand, 2147483647, last), "not_found");
    await expectProblem(await change(hand, ann.user_id, { role: 2147483647 }), "not_found");
    await expectProblem(await change(await signedIn(), ann.user_id, last), "not_found");
    await expectProblem(await change(hand, ann.user_id, last), "permission_missing");
    await expectProblem(await change(ann, ann.user_id, last), "last_owner");
  });
});
