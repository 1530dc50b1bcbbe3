// The OpenAPI 3.1 document, made from the app's routes and the very schemas that validate.
import packageJson from "../../package.json" with { type: "json" };
import { type ErrorCode, errors } from "../../src/errors.ts";
import type { Chapter } from "../../src/http/describe.ts";
import type { Examples } from "./examples.ts";
import { operationOf } from "./operation.ts";
import { describedRoutes } from "./routes.ts";
import { Components, type JsonSchema } from "./schemas.ts";

export type OpenApi = JsonSchema & {
  paths: Record<string, Record<string, JsonSchema>>;
  components: Record<string, Record<string, JsonSchema>>;
};

const chapters: Record<Chapter, string> = {
  "Sign up": "A person, their organization, and the address confirmed.",
  "Sign in": "Sessions: one sign-in on one device, its tokens, and its end.",
  Passwords: "A forgotten password.",
  "My account": "What a person sees and changes of themselves.",
  Organizations: "Tenants.",
  Members: "Who belongs to an organization, with which role.",
  "Roles and permissions": "Named sets of permissions, and whether the caller holds one.",
  Invites: "An e-mailed, single-use, expiring offer of a role.",
  Websites: "Resources inside an organization, with members and guests of their own.",
  "Audit trail": "Who did what to whom, written in the transaction of the change.",
  Statistics: "How many people, where, with which roles, and how that grew.",
  "Platform admins":
    "Operators of the whole service. Everybody else gets the same 403, whatever a path names.",
  Service: "The service about itself.",
  "Older paths": "Flat paths of three forerunners, with the same rules as the endpoints that they stand for.",
};

const introduction = `JSON both ways, \`snake_case\`, times in epoch milliseconds.

**Tokens.** \`POST /signin\` answers with an access token (a JWT of 15 minutes) for \`Authorization: Bearer\`, and a
refresh token. With \`org_id\` the token names that organization, and works there alone.

**Errors** are [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) problem documents with a stable \`code\`; their \`type\`
opens a page that explains it. When several are due: 404 and 405 of the route, 401 of a bad token, 413, 415, 400, 422, 429,
401 of an ended session, 404 of an id, 403, 409 and 410. (What is limited for a session's own account or organization is counted
behind its 401, 404 and 403.) An id that is unknown, malformed or somebody else's is the same 404.

**Lists** are \`{data, next_cursor}\`, by ascending id unless said otherwise, 50 rows unless \`limit\` says otherwise. A cursor is
good for the same path, filters and caller.

**Repeats.** Where an \`Idempotency-Key\` is taken, a repeat with the same body within 24 hours gets the first answer, and
nothing is done twice.

**Unknown fields and query keys** are refused (422).`;

const problem = {
  type: "object",
  required: ["type", "title", "status", "detail", "code", "request_id"],
  properties: {
    type: { type: "string", format: "uri-reference", description: "`/errors/CODE`, which explains it." },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    code: { type: "string", description: "Stable: what a program reads.", examples: Object.keys(errors) },
    request_id: { type: "string", format: "uuid", description: "For the operator's log." },
    errors: {
      type: "array",
      description: "Of a 422: what is wrong with which field.",
      items: {
        type: "object",
        required: ["path", "message"],
        properties: { path: { type: "string" }, message: { type: "string" } },
      },
    },
    organizations: {
      type: "array",
      description: "Of `sole_owner` and `last_owner`: which organizations depend on the person.",
      items: {
        type: "object",
        required: ["org_id", "name"],
        properties: { org_id: { type: "integer" }, name: { type: "string" } },
      },
    },
  },
};

const parameters = {
  IdempotencyKey: {
    name: "Idempotency-Key",
    in: "header",
    required: false,
    description: "Names this request, for repeats after a lost answer: 1 to 255 visible ASCII characters.",
    schema: { type: "string", minLength: 1, maxLength: 255, pattern: "^[\\x21-\\x7e]+$" },
  },
};

const headers = {
  RequestId: {
    description: "The request's id, made here.",
    schema: { type: "string", format: "uuid" },
  },
  RetryAfter: { description: "Seconds to wait.", schema: { type: "integer", minimum: 1 } },
  WWWAuthenticate: { description: "`Bearer`, and what is wrong with the token.", schema: { type: "string" } },
};

/** `routes`: the app's. */
export function openApiOf(routes: Parameters<typeof describedRoutes>[0], examples: Examples): OpenApi {
  const components = new Components();
  const described = describedRoutes(routes);
  const order = Object.keys(chapters);
  described.sort((a, b) => order.indexOf(a.description.chapter) - order.indexOf(b.description.chapter));
  const paths: OpenApi["paths"] = {};
  for (const route of described) {
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route, components, examples) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Gatehouse",
      version: packageJson.version,
      summary: "Authentication for multi-tenant SaaS at the edge",
      description: introduction,
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/", description: "This service." }],
    tags: order.map((name) => ({ name, description: chapters[name as Chapter] })),
    security: [],
    paths,
    components: {
      schemas: { ...components.all(), Problem: problem },
      securitySchemes: {
        accessToken: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: "The access token of `POST /signin` or `POST /token/refresh`.",
        },
      },
      parameters,
      headers,
      // No operation answers 405: it is for verbs that a path does not have.
      examples: Object.fromEntries(
        (Object.keys(errors) as ErrorCode[])
          .filter((code) => code !== "method_not_allowed")
          .map((code) => [code, { value: problemExample(code, examples) }]),
      ),
    },
  };
}

function problemExample(code: ErrorCode, examples: Examples): JsonSchema {
  const [status, title, detail] = errors[code];
  const request_id = "0b7c1c6e-9d2f-4a35-8f57-6c1f0e2a9d41";
  const fields = code === "invalid_request" && { errors: [{ path: "email", message: "is missing" }] };
  const example = { type: `/errors/${code}`, title, status, detail, code, request_id, ...fields };
  return examples.errors[code] ?? example;
}
