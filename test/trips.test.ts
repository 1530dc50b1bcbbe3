// The budget of ARCHITECTURE: how often each endpoint may call the database before it answers. A route without a
// row here fails.
import { expect, test } from "vitest";
import { breachedPhrases } from "../local/breached-phrases.ts";
import type { call } from "./support/app.ts";
import { confirmed, inviteFrom, mailToken } from "./support/invitations.ts";
import { goodPassword, newEmail, signedIn, signUp } from "./support/people.ts";
import { everyRoute, requestOf, routeNames } from "./support/samples.ts";
import { extraOf } from "./support/tenants.ts";
import { budget } from "./support/trip-budget.ts";
import { countTrips } from "./support/trips.ts";

type Request = Parameters<typeof call>;

const json = (path: string, body: unknown, token?: string): Request => [
  path,
  { json: body, ...(token && { token }) },
];
const nowhere = "x".repeat(20);

test("every route has a row in the budget, and every row a route", () => {
  expect(Object.keys(budget).sort()).toEqual([...routeNames].sort());
});

test.each(everyRoute)("$name", async (route) => {
  const request = await requestOf(route, { person: await signedIn() });
  const counted = await countTrips(...request);
  expect([counted.status, counted.trips]).toEqual([route.status, budget[route.name]]);
});

test("a refused change costs one trip, whoever asks and whatever refuses it", async () => {
  const [ann, bob] = [await signedIn(), await signedIn()];
  const change = (token: string, role: string): Request => [
    `/organizations/${ann.org_id}/members/${ann.user_id}`,
    { method: "PATCH", token, json: { role } },
  ];
  for (const [request, status] of [
    [change(bob.access, "member"), 404],
    [change(ann.access, "member"), 409],
    [change(ann.access, "nobody"), 422],
  ] as const)
    expect(await countTrips(...request)).toEqual({ status, trips: 1, background: 0 });
});

test("a refused token and a refused body cost no trip", async () => {
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
    [["/organizations/1/members?status=asleep", { token: access }], 422],
    [["/stats/role-wise-users?from=2&to=1", { token: access }], 422],
    [["/stats/org-wise-members?cursor=forged", { token: access }], 400],
    [["/stats/membership-growth?tz=Europe/Atlantis", { token: access }], 422],
    [["/stats/membership-growth?from=1970-01-01", { token: access }], 422],
    [json("/organizations", { name: "https://evil.example" }, access), 422],
    [json("/permissions/check", { org_id: 1, permission: "member:fly" }, access), 422],
    [json("/organizations/1/invites", { email: "x", role: "member" }, access), 422],
    [json("/forgot-password", { email: "x" }), 422],
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
  const { access: token } = await signedIn();
  const wrong = await countTrips("/me", { method: "DELETE", token, json: { password: "not the right one" } });
  expect(wrong).toEqual({ status: 401, trips: 1, background: 0 });
  for (const address of [email, newEmail("nobody")]) {
    const counted = await countTrips(...json("/signin", { email: address, password: "not the right one" }));
    expect(counted).toEqual({ status: 401, trips: 1, background: 0 });
  }
});

test("a breached password costs no trip, or at the change of one the second, which takes the attempt back", async () => {
  const [breached = ""] = breachedPhrases;
  const ann = await signedIn();
  const [reset, change] = ["/reset-password", "/me/password"];
  for (const [request, trips] of [
    [json("/signup", { email: newEmail(), password: breached, organization_name: "Acme" }), 0],
    [json(reset, { token: await mailToken("reset", ann), new_password: breached }), 0],
    [json(change, { current_password: ann.password, new_password: breached }, ann.access), 2],
  ] as const)
    expect(await countTrips(...request)).toEqual({ status: 422, trips, background: 0 });
});

test("a forgotten password costs one trip, whether or not the address is known", async () => {
  const { email } = await signUp();
  const ask = (address: string) => countTrips(...json("/forgot-password", { email: address }));
  expect(await ask(email)).toEqual({ status: 202, trips: 1, background: 2 });
  expect(await ask(newEmail("nobody"))).toEqual({ status: 202, trips: 1, background: 0 });
});

test("what an invite offers costs one trip as JSON too, and accepting it one, whatever the account", async () => {
  const ann = await signedIn();
  const headers = { accept: "application/json" };
  const [unverified, verified] = [await signedIn(), await confirmed()];
  for (const [email, status] of [
    [newEmail("invited"), 201],
    [unverified.email, 200],
    [verified.email, 200],
  ] as const) {
    const { token } = await inviteFrom(ann, { email });
    const once = { trips: 1, background: 0 };
    expect(await countTrips(`/accept-invite?token=${token}`, { headers })).toEqual({ status: 200, ...once });
    const accept = json("/accept-invite", { token, password: goodPassword });
    expect(await countTrips(...accept)).toEqual({ status, ...once });
    expect(await countTrips(...accept)).toEqual({ status: 410, ...once });
  }
});

test("a form that comes back costs no more than the request itself", async () => {
  const ann = await signedIn();
  const form = (path: string, fields: Record<string, string>): Request => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    return [path, { method: "POST", headers, body: new URLSearchParams(fields).toString() }];
  };
  const { token } = await inviteFrom(ann);
  for (const password of ["", "short"]) {
    const counted = await countTrips(...form("/accept-invite", { token, password }));
    expect(counted).toEqual({ status: 422, trips: 1, background: 0 });
  }
  const reset = form("/reset-password", { token: await mailToken("reset", ann), new_password: "short" });
  expect(await countTrips(...reset)).toEqual({ status: 422, trips: 0, background: 0 });
});

test("the mails' own trips come after the response", async () => {
  const counted = await countTrips(
    ...json("/signup", { email: newEmail(), password: goodPassword, organization_name: "Acme" }),
  );
  expect(counted).toEqual({ status: 201, trips: 1, background: 2 });
  const ann = await confirmed();
  const path = `/organizations/${ann.org_id}`;
  const invited = await countTrips(
    ...json(`${path}/invites`, { email: newEmail(), role: "member" }, ann.access),
  );
  expect(invited).toEqual({ status: 201, trips: 1, background: 2 });
  const member = `${path}/members/${await extraOf(ann.org_id)}`;
  const token = ann.access;
  for (const [change, background] of [
    [{ method: "PATCH", json: { settings: { team: "red" } } }, 0],
    [{ method: "PATCH", json: { role: "admin" } }, 2],
    [{ method: "DELETE" }, 2],
  ] as const) {
    expect(await countTrips(member, { token, ...change })).toMatchObject({ trips: 1, background });
  }
});
