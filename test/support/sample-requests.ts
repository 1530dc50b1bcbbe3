// One valid request for every route. The suites that hold for all routes read this table and compare it with the
// app: a new route needs a row here and nothing else.
import { docsFiles } from "./docs-files.ts";
import { goodPassword, newEmail } from "./people.ts";
import { linkSamples } from "./sample-links.ts";
import { olderSamples } from "./sample-older.ts";
import {
  counts,
  guest,
  member,
  operated,
  operator,
  own,
  role,
  type Sample,
  website,
} from "./sample-params.ts";
import { extraOf, roleIdOf, websiteOf } from "./tenants.ts";

export const samples: Record<string, Sample> = {
  ...linkSamples,
  "GET /": { status: 200, offline: true },
  "GET /health": { status: 200 },
  "GET /version": { status: 200 },
  "GET /.well-known/jwks.json": { status: 200, offline: true, cached: true },
  "GET /.well-known/oauth-authorization-server": { status: 200, offline: true },
  "GET /openapi.json": { status: 200, offline: true, cached: true },
  "GET /docs": { status: 200, page: true, offline: true, cached: true },
  "GET /docs/:file": {
    status: 200,
    params: async () => ({ file: (await docsFiles()).script }),
    page: true,
    offline: true,
    cached: true,
  },
  "GET /errors": { status: 200, page: true, offline: true },
  "GET /errors/:code": { status: 200, params: () => ({ code: "last_owner" }), page: true, offline: true },

  "POST /signup": {
    status: 201,
    body: () => ({
      email: newEmail(),
      password: goodPassword,
      organization_name: "Acme",
      organization_details: { size: 1 },
      profile: { name: "Ada" },
    }),
    takes: { organization_details: ['"x"', "{}"], profile: ["{}"] },
    free: ["organization_details", "profile"],
  },
  "GET /me": { status: 200, signedIn: true },
  "PATCH /me": {
    status: 200,
    signedIn: true,
    body: () => ({ profile: { name: "Ada" }, settings: { login_alerts: true } }),
    takes: { profile: ["{}"], settings: ["{}"] },
    free: ["profile", "settings"],
  },
  "DELETE /me": { status: 204, signedIn: true, body: ({ password }) => ({ password }) },
  "POST /me/password": {
    status: 200,
    signedIn: true,
    body: ({ password }) => ({ current_password: password, new_password: "a fine new passphrase" }),
  },

  "POST /signin": {
    status: 200,
    body: ({ email, password, org_id }) => ({ email, password, org_id }),
    ids: ["org_id"],
  },
  "POST /token/refresh": {
    status: 200,
    body: ({ refresh, org_id }) => ({ refresh_token: refresh, org_id }),
    ids: ["org_id"],
  },
  "POST /signout": { status: 204, signedIn: true },
  "GET /sessions": { status: 200, signedIn: true, query: ["limit", "cursor"] },
  "DELETE /sessions": { status: 204, signedIn: true },
  "DELETE /sessions/:session_id": {
    status: 204,
    signedIn: true,
    params: ({ session_id }) => ({ session_id }),
  },

  "POST /organizations": {
    status: 201,
    signedIn: true,
    body: () => ({ name: "Acme", details: { size: 1 }, personal: true }),
    takes: { details: ['"x"', "{}"], personal: ["true"] },
    free: ["details"],
  },
  "GET /organizations": { status: 200, signedIn: true, query: ["limit", "cursor"] },
  "GET /organizations/:org_id": { status: 200, signedIn: true, params: own },
  "PATCH /organizations/:org_id": {
    status: 200,
    signedIn: true,
    params: own,
    body: () => ({ name: "Acme", settings: { theme: "dark" }, personal: false }),
    takes: { settings: ["{}"], personal: ["true"] },
    free: ["settings"],
  },
  "DELETE /organizations/:org_id": { status: 204, signedIn: true, params: own },
  "POST /organizations/:org_id/leave": {
    status: 204,
    signedIn: true,
    params: async ({ org_id }) => {
      await extraOf(org_id, "owner"); // Somebody else has to stay.
      return { org_id };
    },
  },
  "POST /organizations/:org_id/transfer-ownership": {
    status: 200,
    signedIn: true,
    params: own,
    body: async ({ org_id }) => ({ user_id: await extraOf(org_id) }),
    ids: ["user_id"],
  },

  "GET /organizations/:org_id/members": {
    status: 200,
    signedIn: true,
    params: own,
    query: ["limit", "cursor", "role", "status", "q"],
    idsInQuery: { role: ({ org_id }) => roleIdOf(org_id, "member") },
  },
  "GET /organizations/:org_id/members/:user_id": { status: 200, signedIn: true, params: member },
  "PATCH /organizations/:org_id/members/:user_id": {
    status: 200,
    signedIn: true,
    params: member,
    body: () => ({ role: "admin", status: "active", settings: { team: "red" } }),
    takes: { role: ['"x"', "7"], settings: ["{}"] },
    free: ["settings"],
  },
  "DELETE /organizations/:org_id/members/:user_id": { status: 204, signedIn: true, params: member },

  "GET /organizations/:org_id/roles": {
    status: 200,
    signedIn: true,
    params: own,
    query: ["limit", "cursor"],
  },
  "POST /organizations/:org_id/roles": {
    status: 201,
    signedIn: true,
    params: own,
    body: () => ({
      name: `Role ${crypto.randomUUID()}`,
      description: "Reads",
      scope: "organization",
      permissions: ["member:read"],
    }),
    takes: { permissions: ["[]"] },
  },
  "PATCH /organizations/:org_id/roles/:role_id": {
    status: 200,
    signedIn: true,
    params: role,
    body: () => ({
      name: `Role ${crypto.randomUUID()}`,
      description: "Reads",
      scope: "website",
      permissions: ["website:read"],
    }),
    takes: { permissions: ["[]"] },
  },
  "DELETE /organizations/:org_id/roles/:role_id": { status: 204, signedIn: true, params: role },
  "POST /permissions/check": {
    status: 200,
    signedIn: true,
    body: async ({ org_id }) => ({
      org_id,
      website_id: await websiteOf(org_id),
      permission: "website:read",
    }),
    ids: ["org_id", "website_id"],
  },

  "POST /organizations/:org_id/websites": {
    status: 201,
    signedIn: true,
    params: own,
    body: () => ({ name: "Shop", url: "https://shop.example", settings: { theme: "dark" } }),
    takes: { settings: ["{}"] },
    free: ["settings"],
  },
  "GET /organizations/:org_id/websites": {
    status: 200,
    signedIn: true,
    params: own,
    query: ["limit", "cursor"],
  },
  "GET /organizations/:org_id/websites/:website_id": { status: 200, signedIn: true, params: website },
  "PATCH /organizations/:org_id/websites/:website_id": {
    status: 200,
    signedIn: true,
    params: website,
    body: () => ({ name: "Shop", url: "https://shop.example", settings: { theme: "dark" } }),
    takes: { settings: ["{}"] },
    free: ["settings"],
  },
  "DELETE /organizations/:org_id/websites/:website_id": { status: 204, signedIn: true, params: website },
  "GET /organizations/:org_id/websites/:website_id/members": {
    status: 200,
    signedIn: true,
    params: website,
    query: ["limit", "cursor"],
  },
  "PATCH /organizations/:org_id/websites/:website_id/members/:user_id": {
    status: 200,
    signedIn: true,
    params: guest,
    body: () => ({ role: "website_admin", status: "active", settings: { team: "red" } }),
    takes: { role: ['"x"', "7"], settings: ["{}"] },
    free: ["settings"],
  },
  "DELETE /organizations/:org_id/websites/:website_id/members/:user_id": {
    status: 204,
    signedIn: true,
    params: guest,
  },

  "GET /organizations/:org_id/audit-events": {
    status: 200,
    signedIn: true,
    params: own,
    query: ["limit", "cursor", "actor", "action", "from", "to"],
    idsInQuery: { actor: ({ user_id }) => user_id },
  },

  "GET /stats/role-wise-users": counts(),
  "GET /stats/org-wise-members": counts(),
  "GET /stats/org-role-wise-users": counts(),
  "GET /stats/membership-growth": counts(["interval", "tz"]),

  ...olderSamples,

  "GET /admin/organizations": {
    status: 200,
    signedIn: true,
    platform: true,
    params: operator,
    query: ["limit", "cursor", "q", "status"],
  },
  "GET /admin/users": {
    status: 200,
    signedIn: true,
    platform: true,
    params: operator,
    query: ["limit", "cursor", "q", "status"],
  },
  "POST /admin/organizations/:org_id/suspend": {
    status: 200,
    signedIn: true,
    platform: true,
    params: operated,
  },
  "POST /admin/organizations/:org_id/restore": {
    status: 200,
    signedIn: true,
    platform: true,
    params: operated,
  },
  "POST /admin/users/:user_id/suspend": {
    status: 200,
    signedIn: true,
    platform: true,
    params: operated,
    query: ["with_organizations"],
  },
  "POST /admin/users/:user_id/restore": { status: 200, signedIn: true, platform: true, params: operated },
};
