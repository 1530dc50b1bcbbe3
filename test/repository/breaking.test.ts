// The released document against the one of today, and whether a break would be found.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import document from "../../openapi/openapi.json" with { type: "json" };
import { breakingChanges } from "../../scripts/openapi/breaking.ts";

const released = join(import.meta.dirname, "../../openapi/released");
const newest = readdirSync(released)
  .sort((a, b) => a.localeCompare(b, "en", { numeric: true }))
  .at(-1);

test("nothing breaks for clients of the last release", () => {
  expect(newest).toBeDefined();
  const before = JSON.parse(readFileSync(join(released, newest ?? ""), "utf8"));
  expect(breakingChanges(before, document)).toEqual([]);
});

// biome-ignore lint/suspicious/noExplicitAny: a document is changed in places that its type does not name
type Changed = any;
const me = "GET /me";
const signUp = "POST /signup";
const jsonOf = (holder: Changed) => holder.content["application/json"].schema;
const bodyOf = (d: Changed) => jsonOf(d.paths["/signup"].post.requestBody);

const breaks: [what: string, change: (d: Changed) => void, found: string][] = [
  ["a path", (d) => delete d.paths["/me"].get, `${me} is gone`],
  [
    "an id",
    (d) => {
      d.paths["/me"].get.operationId = "readMe";
    },
    `${me}: its id was getMe and is readMe`,
  ],
  [
    "a token that was not needed",
    (d) => {
      d.paths["/signup"].post.security = [{ accessToken: [] }];
    },
    `${signUp}: needs a token now`,
  ],
  [
    "a query key",
    (d) => {
      const { get } = d.paths["/sessions"];
      get.parameters = get.parameters.filter(({ name }: Changed) => name !== "limit");
    },
    "GET /sessions: query limit is gone",
  ],
  [
    "a query key that is needed",
    (d) => {
      d.paths["/me"].get.parameters = [{ in: "query", name: "v", required: true }];
    },
    `${me}: query v is needed now`,
  ],
  [
    "a lower limit",
    (d) => {
      d.paths["/sessions"].get.parameters[0].schema.maximum = 100;
    },
    "GET /sessions: query limit has maximum 100 now",
  ],
  ["a field of a body", (d) => delete bodyOf(d).properties.profile, `${signUp}: body.profile is gone`],
  ["a field that is needed", (d) => bodyOf(d).required.push("profile"), `${signUp}: body needs profile now`],
  [
    "another type",
    (d) => {
      bodyOf(d).properties.email = { type: "integer" };
    },
    `${signUp}: body.email takes integer alone now`,
  ],
  [
    "a shorter text",
    (d) => {
      bodyOf(d).properties.email.maxLength = 100;
    },
    `${signUp}: body.email has maxLength 100 now`,
  ],
  [
    "fewer choices",
    (d) => jsonOf(d.paths["/organizations/{org_id}/roles"].post.requestBody).properties.scope.enum.pop(),
    "POST /organizations/{org_id}/roles: body.scope no longer takes website",
  ],
  [
    "a body where there was none",
    (d) => {
      d.paths["/signout"].post.requestBody = d.paths["/signup"].post.requestBody;
    },
    "POST /signout: needs a body now",
  ],
  [
    "a form",
    (d) => delete d.paths["/verify-email"].post.requestBody.content["application/x-www-form-urlencoded"],
    "POST /verify-email: takes no application/x-www-form-urlencoded any more",
  ],
  ["a status", (d) => delete d.paths["/me"].get.responses["200"], `${me}: answers 200 no more`],
  [
    "a field of an answer",
    (d) => delete d.components.schemas.Me.properties.email,
    `${me}: 200.email is gone`,
  ],
  [
    "a field that may be missing",
    (d) => d.components.schemas.Me.required.shift(),
    `${me}: 200.user_id may be missing now`,
  ],
  [
    "a field that may be null",
    (d) => {
      d.components.schemas.Me.properties.email.type = ["string", "null"];
    },
    `${me}: 200.email may be null now`,
  ],
  [
    "a new word",
    (d) => d.components.schemas.ListedMember.properties.status.enum.push("invited"),
    "GET /organizations/{org_id}/members: 200.data[].status may be invited now",
  ],
  [
    "another shape of errors",
    (d) => delete d.components.schemas.Problem.properties.detail,
    `${me}: 401.detail is gone`,
  ],
];

test.each(breaks)("%s is found", (_what, change, found) => {
  const changed = structuredClone(document);
  change(changed);
  const changes = breakingChanges(document, changed);
  expect(changes).toContain(found);
});

test("what only adds breaks nobody", () => {
  const changed: Changed = structuredClone(document);
  changed.paths["/new"] = { get: { operationId: "getNew", responses: {} } };
  bodyOf(changed).properties.nickname = { type: "string" };
  changed.components.schemas.Me.properties.nickname = { type: "string" };
  changed.components.schemas.Me.required.push("nickname");
  changed.paths["/sessions"].get.parameters.push({ in: "query", name: "q", required: false });
  delete changed.paths["/me"].get.responses["503"];
  expect(breakingChanges(document, changed)).toEqual([]);
});
