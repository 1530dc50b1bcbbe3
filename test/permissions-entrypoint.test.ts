// `Permissions.check` over a service binding: what `POST /permissions/check` answers, in one trip, and nothing thrown.
import { createExecutionContext } from "cloudflare:test";
import { exports } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, inject, test, vi } from "vitest";
import { type Permission, permissions } from "../src/permissions.ts";
import { Permissions } from "../src/roles/permissions-entrypoint.ts";
import type { PermissionAnswer, PermissionQuestion, PermissionsBinding } from "../src/verify/live-check.ts";
import { bindings, call } from "./support/app.ts";
import { type Capture, captureLog, requestLine, sqlText } from "./support/log.ts";
import { owner } from "./support/owner.ts";
import { type SignedIn, signedIn, signIn } from "./support/people.ts";
import { as } from "./support/requests.ts";
import { guestOf, memberOf, websiteOf } from "./support/tenants.ts";
import { countCalls } from "./support/trips.ts";

/** As another Worker has it: through the runtime's own RPC. */
const binding = (exports as unknown as { Permissions: PermissionsBinding }).Permissions;
/** With other settings, in this isolate. */
const under = (settings: Record<string, string>): PermissionsBinding =>
  new Permissions(createExecutionContext() as ExecutionContext, bindings(settings));

let ann: SignedIn;
let shop: number;
beforeAll(async () => {
  ann = await signedIn();
  shop = await websiteOf(ann.org_id);
});
const catalogue = Object.entries(permissions).flatMap(([on, actions]) =>
  actions.map((action) => `${on}:${action}` as Permission),
);
const question = ({ access }: { access: string }, changes: object = {}): PermissionQuestion => ({
  token: access,
  org_id: ann.org_id,
  permission: "member:read",
  ...changes,
});
const refused = (code: string, more: object = {}) => ({
  allowed: false,
  code,
  request_id: expect.any(String),
  ...more,
});

/** The answer over HTTP to the same question, in this interface's words. */
async function twin(person: SignedIn, changes: object): Promise<unknown> {
  const { token: _, ...json } = question(person, changes);
  const response = await as(person)("POST /permissions/check", json);
  const { allowed = false, code, errors } = await response.json<PermissionAnswer & { errors?: object[] }>();
  return { allowed, ...(code && refused(code)), ...(errors && { errors }) };
}

test("answers what its HTTP twin answers: members, guests, strangers, the suspended, nonsense", async () => {
  const [admin, member, guest] = [
    await memberOf(ann.org_id, { role: "admin" }),
    await memberOf(ann.org_id, { role: "member" }),
    await guestOf(shop),
  ];
  const suspended = await memberOf(ann.org_id, { status: 1 });
  const narrowed = await signIn(ann, { org_id: ann.org_id });
  const stranger = await signedIn();
  const gone = await signedIn();
  await call("/signout", { method: "POST", token: gone.access });
  const everywhere = [ann, admin, member, guest, suspended, narrowed, stranger, gone].flatMap((person) =>
    [
      { permission: "member:remove" },
      { permission: "website:read", website_id: shop },
      { permission: "website:delete", website_id: shop },
      { org_id: stranger.org_id },
      { org_id: 2147483647 },
      { org_id: `${ann.org_id}` },
      { website_id: 2147483647 },
      { permission: "member:fly" },
      { user_id: 1 },
    ].map((changes) => ({ person, changes })),
  );
  for (const { person, changes } of everywhere) {
    const answer = await binding.check(question(person, changes));
    expect(answer, JSON.stringify(changes)).toEqual(await twin(person, changes));
  }
});

test("every permission of a role, live: a change shows in the next answer", async () => {
  const person = await memberOf(ann.org_id, { permissions: ["audit:read"] });
  const held = async () => {
    const answers = await Promise.all(
      catalogue.map((permission) => binding.check(question(person, { permission }))),
    );
    return catalogue.filter((_, i) => answers[i]?.allowed);
  };
  expect(await held()).toEqual(["audit:read"]);
  await owner("update role set permissions = '{stats:read}' where name = $1", [`custom ${person.user_id}`]);
  expect(await held()).toEqual(["stats:read"]);
  await as(ann)(`DELETE /organizations/${ann.org_id}/members/${person.user_id}`);
  expect(await binding.check(question(person))).toEqual(refused("not_found"));
});

describe("a token that is refused", () => {
  const kinds: [string, string, () => unknown | Promise<unknown>][] = [
    ["none", "unauthenticated", () => undefined],
    ["null", "unauthenticated", () => null],
    ["an empty one", "unauthenticated", () => ""],
    ["garbage", "invalid_token", () => "garbage"],
    ["a number", "invalid_token", () => 7],
    ["a list with a right one", "invalid_token", () => [ann.access]],
    ["with its scheme", "invalid_token", () => `Bearer ${ann.access}`],
    ["a refresh token", "invalid_token", () => ann.refresh],
    ["cut short", "invalid_token", () => ann.access.slice(0, -1)],
    [
      "of an ended session",
      "session_ended",
      async () => {
        const person = await signedIn();
        await call("/signout", { method: "POST", token: person.access });
        return person.access;
      },
    ],
  ];
  test.each(kinds)("%s: %s", async (_, code, token) => {
    expect(await binding.check(question(ann, { token: await token() }))).toEqual(refused(code));
    // Before anything else that is wrong.
    if (code !== "session_ended") {
      const wrong = { token: await token(), org_id: undefined, more: 1 };
      expect(await binding.check(question(ann, wrong))).toEqual(refused(code));
    }
  });
});

test.each([undefined, null, 7, "text", [], new Date(), new Map()])(
  "a question that is %s",
  async (nonsense) => {
    expect(await binding.check(nonsense as never)).toEqual(refused("unauthenticated"));
  },
);

test.each([
  ["a permission of no kind", { permission: "member:fly" }, "permission"],
  ["a pattern", { permission: "member:*" }, "permission"],
  ["no permission", { permission: undefined }, "permission"],
  ["no organization", { org_id: undefined }, "org_id"],
  ["somebody else", { user_id: 1 }, "user_id"],
])("%s: invalid_request, which names it", async (_, changes, path) => {
  const answer = await binding.check(question(ann, changes));
  expect(answer).toEqual(refused("invalid_request", { errors: [{ path, message: expect.any(String) }] }));
});

describe("costs and the log", () => {
  let written: Capture;
  beforeEach(() => {
    written = captureLog();
  });

  const local = under({});
  const questions: [string, number, object, () => Promise<PermissionQuestion> | PermissionQuestion][] = [
    ["allowed", 1, { status: 200 }, () => question(ann)],
    [
      "not allowed",
      1,
      { status: 200 },
      async () => question(await memberOf(ann.org_id), { permission: "audit:read" }),
    ],
    ["a stranger", 1, { status: 404, code: "not_found" }, async () => question(await signedIn())],
    ["a bad token", 0, { status: 401, code: "invalid_token" }, () => question(ann, { token: "x" })],
    ["no token", 0, { status: 401, code: "unauthenticated" }, () => question(ann, { token: undefined })],
    ["a bad question", 0, { status: 422, code: "invalid_request" }, () => question(ann, { permission: "x" })],
  ];
  test.each(questions)("%s: %d trips, one line", async (_, trips, line, make) => {
    const asked = await make();
    written();
    const counted = await countCalls(() => local.check(asked));
    expect(counted).toMatchObject({ trips, background: 0 });
    const lines = written();
    expect(lines.map((text) => JSON.parse(text))).toEqual([
      requestLine({ method: "RPC", route: "Permissions.check", trips, ...line }),
    ]);
    for (const text of lines) expect(text).not.toContain(asked.token ?? "no token");
  });

  test("a database that is away: service_unavailable with a time, and one more line", async () => {
    const LOCAL_NEON_ENDPOINT = `${inject("brokenNeonUrl")}/answers-500/0/rpc`;
    const answer = await under({ LOCAL_NEON_ENDPOINT }).check(question(ann));
    expect(answer).toEqual(refused("service_unavailable", { retry_after: 2 }));
    const lines = written().map((text) => JSON.parse(text));
    expect(lines).toHaveLength(2);
    expect(lines).toContainEqual(
      requestLine({
        method: "RPC",
        route: "Permissions.check",
        status: 503,
        code: "service_unavailable",
        trips: 1,
      }),
    );
  });

  test("a failure that nobody expected, and a wrong configuration: internal_error, and no SQL", async () => {
    const url = new URL(inject("serviceUrl"));
    url.pathname = "/postgres";
    for (const settings of [{ DATABASE_URL: url.href }, { PUBLIC_URL: "nowhere" }]) {
      const answer = await under(settings).check(question(ann));
      expect(answer).toEqual(refused("internal_error"));
      const lines = written();
      expect(lines).toHaveLength(2);
      for (const line of lines) expect(line).not.toMatch(sqlText);
    }
  });
});

test("the configuration is parsed once in an isolate's life, not once per call", async () => {
  await binding.check(question(ann));
  const parse = vi.spyOn(JSON, "parse");
  for (let i = 0; i < 3; i += 1) await binding.check(question(ann));
  const ofKeys = parse.mock.calls.filter(([text]) => text === inject("variables").SIGNING_KEYS);
  parse.mockRestore();
  expect(ofKeys).toEqual([]);
});
