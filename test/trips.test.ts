// The budget of ARCHITECTURE: how often each endpoint may call the database before it answers. A route without a
// row here fails.
import { afterAll, expect, test } from "vitest";
import { app } from "../src/app.ts";
import type { call } from "./support/app.ts";
import { goodPassword, newEmail, signedIn, signUp, verificationToken } from "./support/people.ts";
import { countTrips } from "./support/trips.ts";

type Request = Parameters<typeof call>;
type Row = { trips: number; status: number; request: () => Promise<Request> | Request };

const json = (path: string, body: unknown, token?: string): Request => [
  path,
  { json: body, ...(token && { token }) },
];
const nowhere = "x".repeat(20);

const budget: Record<string, Row> = {
  "GET /": { trips: 0, status: 200, request: () => ["/"] },
  "GET /health": { trips: 1, status: 200, request: () => ["/health"] },
  "GET /version": { trips: 1, status: 200, request: () => ["/version"] },
  "GET /.well-known/jwks.json": { trips: 0, status: 200, request: () => ["/.well-known/jwks.json"] },
  "POST /signup": {
    trips: 1,
    status: 201,
    request: () => json("/signup", { email: newEmail(), password: goodPassword, organization_name: "Acme" }),
  },
  "GET /verify-email": {
    trips: 0,
    status: 200,
    request: async () => [`/verify-email?token=${await verificationToken((await signUp()).email)}`],
  },
  "POST /verify-email": {
    trips: 1,
    status: 200,
    request: async () => json("/verify-email", { token: await verificationToken((await signUp()).email) }),
  },
  "POST /signin": {
    trips: 2,
    status: 200,
    request: async () => json("/signin", { email: (await signUp()).email, password: goodPassword }),
  },
  "POST /token/refresh": {
    trips: 1,
    status: 200,
    request: async () => json("/token/refresh", { refresh_token: (await signedIn()).refresh }),
  },
  "POST /signout": {
    trips: 1,
    status: 204,
    request: async () => ["/signout", { method: "POST", token: (await signedIn()).access }],
  },
  "GET /sessions": {
    trips: 1,
    status: 200,
    request: async () => ["/sessions", { token: (await signedIn()).access }],
  },
  "DELETE /sessions": {
    trips: 1,
    status: 204,
    request: async () => ["/sessions", { method: "DELETE", token: (await signedIn()).access }],
  },
  "DELETE /sessions/:session_id": {
    trips: 1,
    status: 204,
    request: async () => {
      const { access, session_id } = await signedIn();
      return [`/sessions/${session_id}`, { method: "DELETE", token: access }];
    },
  },
  "GET /me": { trips: 1, status: 200, request: async () => ["/me", { token: (await signedIn()).access }] },
  "PATCH /me": {
    trips: 1,
    status: 200,
    request: async () => [
      "/me",
      { method: "PATCH", json: { profile: { a: 1 } }, token: (await signedIn()).access },
    ],
  },
  "POST /me/password": {
    trips: 2,
    status: 200,
    request: async () =>
      json(
        "/me/password",
        { current_password: goodPassword, new_password: "another fine horse" },
        (await signedIn()).access,
      ),
  },
};

const routes = [
  ...new Set(
    app.routes.filter(({ method }) => method !== "ALL").map(({ method, path }) => `${method} ${path}`),
  ),
];
const measured: string[] = [];
afterAll(() => expect(measured.sort()).toEqual(Object.keys(budget).sort()));

test("every route has a row in the budget, and every row a route", () => {
  expect(Object.keys(budget).sort()).toEqual(routes.sort());
});

test.each(Object.entries(budget))("%s", async (route, { trips, status, request }) => {
  const prepared = await request();
  const counted = await countTrips(...prepared);
  measured.push(route);
  expect([counted.status, counted.trips]).toEqual([status, trips]);
});

test("a refused token, a refused body and garbage for a mail token cost no trip", async () => {
  const { access, refresh } = await signedIn();
  const refused: [Request, number][] = [
    [["/me"], 401],
    [["/me", { token: nowhere }], 401],
    [["/me", { token: refresh }], 401],
    [json("/token/refresh", { refresh_token: access }), 401],
    [json("/signup", { email: "x" }), 422],
    [["/signup", { body: "{", headers: { "content-type": "application/json" } }], 400],
    [["/sessions?limit=1000", { token: access }], 422],
    [["/sessions?cursor=forged", { token: access }], 400],
    [json("/verify-email", { token: nowhere }), 404],
    [["/nowhere"], 404],
    [["/signin"], 405],
  ];
  for (const [request, status] of refused) {
    expect({ request, ...(await countTrips(...request)) }).toEqual({
      request,
      status,
      trips: 0,
      background: 0,
    });
  }
});

test("a wrong password and an unknown address cost one trip each", async () => {
  const { email } = await signUp();
  for (const address of [email, newEmail("nobody")]) {
    const counted = await countTrips(...json("/signin", { email: address, password: "not the right one" }));
    expect(counted).toEqual({ status: 401, trips: 1, background: 0 });
  }
});

test("the mail's own trips come after the response", async () => {
  const counted = await countTrips(
    ...json("/signup", { email: newEmail(), password: goodPassword, organization_name: "Acme" }),
  );
  expect(counted).toEqual({ status: 201, trips: 1, background: 2 });
});
