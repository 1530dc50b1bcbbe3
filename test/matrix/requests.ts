// The request of each case of the table: what it acts upon, what it says, and which of its ids may be wrong.
import type { Answer, Standing } from "./answers.ts";
import { inviteRequests } from "./invite-requests.ts";
import { olderRequests } from "./older-requests.ts";
import type { Caller } from "./scene.ts";
import { newMember, newRole, newWebsite, newWebsiteMember, type Tenant } from "./tenants.ts";

/** By the name of the path's parameter, or of the field or query key. */
export type Ids = Record<string, number>;

export type Request = {
  /** Something new to act upon, beside the organization and its shop. */
  target?: (tenant: Tenant) => Promise<Ids>;
  body?: (ids: Ids, caller: Caller) => object | Promise<object>;
  query?: (ids: Ids) => string;
  /** Ids that are tried with others in their place: all of the path, in a route's first case, unless this says so. */
  ids?: string[];
  /** The user is the caller, who is new where the request comes through. */
  self?: true;
  /** The caller is not the same afterwards, and therefore new where the request comes through. */
  spends?: true;
  /** In an organization of the caller's own: so is that. */
  alone?: true;
  /** Neither a GET nor a change: comes through, and leaves every row as it was. */
  quiet?: true;
  /** Nobody who calls has confirmed their address. */
  unconfirmed?: true;
  /** Reading, for the owners of a suspended organization. */
  reads?: true;
  /** Whose secret stands in the answer. */
  shows?: "org" | "shop";
  /** Where strangers do not get what strangers get, and people like the owner not what the owner gets. */
  others?: Partial<Record<Standing, Answer>>;
};

const mark = () => ({ settings: { mark: crypto.randomUUID() } });
const member = (role?: string, status?: number) => async (tenant: Tenant) => ({
  user_id: await newMember(tenant, { ...(role && { role }), ...(status && { status }) }),
});
const visitor = (role?: string) => async (tenant: Tenant) => ({
  user_id: await newWebsiteMember(tenant, role ? { role } : {}),
});
const role = (held?: string[]) => async (tenant: Tenant) => ({ role_id: await newRole(tenant, held) });
const systemRole = (name: string) => async (tenant: Tenant) => ({ role_id: tenant.roles[name] ?? 0 });
const roleInUse = async ({ org_id, roles, ...tenant }: Tenant) => {
  const role_id = await newRole({ org_id, roles, ...tenant });
  await newMember({ org_id, ...tenant, roles: { ...roles, used: role_id } }, { role: "used" });
  return { role_id };
};
const memberAndRole = async (tenant: Tenant) => ({
  user_id: await newMember(tenant),
  role: tenant.roles["also empty"] ?? 0,
});
const visitorAndRole = async (tenant: Tenant) => ({
  user_id: await newWebsiteMember(tenant),
  role: tenant.roles["also empty website"] ?? 0,
});
const described = () => ({ description: crypto.randomUUID() });
const newName = () => `role ${crypto.randomUUID()}`;
const aboveAdmin = ["organization:delete"];
const nothing = () => ({});

const counted = (more = "") => ({ ids: ["org_id"], query: ({ org_id }: Ids) => `?org_id=${org_id}${more}` });

const organization = "/organizations/:org_id";
const site = `${organization}/websites/:website_id`;

export const requests: Record<string, Record<string, Request>> = {
  [`GET ${organization}`]: { "as it is": { shows: "org" } },
  [`PATCH ${organization}`]: {
    "its settings": { body: mark },
    nothing: { body: nothing, quiet: true },
  },
  [`DELETE ${organization}`]: { "with all it has": { alone: true } },
  [`POST ${organization}/leave`]: {
    "one of several owners": { spends: true },
    "the last owner": { alone: true },
  },
  [`POST ${organization}/transfer-ownership`]: {
    "to a member": {
      target: member(),
      body: ({ user_id }) => ({ user_id }),
      ids: ["org_id", "user_id"],
      spends: true,
    },
    "to oneself": { self: true, body: ({ user_id }) => ({ user_id }) },
    "to a suspended member": { target: member("empty", 1), body: ({ user_id }) => ({ user_id }) },
  },

  [`GET ${organization}/members`]: {
    all: { shows: "org" },
    "of a role by id": {
      target: async (tenant) => {
        await newMember(tenant);
        return { role: tenant.roles.empty ?? 0 };
      },
      query: ({ role }) => `?role=${role}`,
      ids: ["role"],
      shows: "org",
    },
    "by role, status and text": { query: () => "?role=owner&status=active&q=@", shows: "org" },
  },
  [`GET ${organization}/members/:user_id`]: { "a member": { target: member(), shows: "org" } },
  [`PATCH ${organization}/members/:user_id`]: {
    "role by id": {
      target: memberAndRole,
      body: ({ role }) => ({ role }),
      ids: ["org_id", "user_id", "role"],
    },
    nothing: { target: member(), body: nothing, quiet: true },
    suspended: { target: member(), body: () => ({ status: "suspended" }) },
    "made admin": { target: member(), body: () => ({ role: "admin" }) },
    "made owner": { target: member(), body: () => ({ role: "owner" }) },
    "oneself, made owner": { self: true, body: () => ({ role: "owner" }) },
    "settings of an admin": { target: member("admin"), body: mark },
    "settings of a role above admin": { target: member("above admin"), body: mark },
    "an owner, made member": { target: member("owner"), body: () => ({ role: "member" }) },
    "the last owner, suspended": { self: true, alone: true, body: () => ({ status: "suspended" }) },
  },
  [`DELETE ${organization}/members/:user_id`]: {
    "a member": { target: member() },
    "an admin": { target: member("admin") },
    "of a role above admin": { target: member("above admin") },
    "an owner": { target: member("owner") },
    oneself: { self: true },
    "the last owner": { self: true, alone: true },
  },

  [`GET ${organization}/roles`]: { all: { shows: "org" } },
  [`POST ${organization}/roles`]: {
    "without permissions": { body: () => ({ name: newName(), scope: "organization", permissions: [] }) },
    "for websites": { body: () => ({ name: newName(), scope: "website", permissions: [] }) },
    "above admin": { body: () => ({ name: newName(), scope: "organization", permissions: aboveAdmin }) },
  },
  [`PATCH ${organization}/roles/:role_id`]: {
    "its description": { target: role(), body: described },
    nothing: { target: role(), body: nothing, quiet: true },
    "raised above admin": { target: role(), body: () => ({ permissions: aboveAdmin }) },
    "one above admin, lowered": { target: role(aboveAdmin), body: () => ({ permissions: [] }) },
    "a system role's description": { target: systemRole("member"), body: described },
    "a system role's name": { target: systemRole("member"), body: () => ({ name: newName() }) },
    "the owners' description": { target: systemRole("owner"), body: described },
  },
  [`DELETE ${organization}/roles/:role_id`]: {
    "nobody's": { target: role() },
    "somebody's": { target: roleInUse },
    "nobody's, above admin": { target: role(aboveAdmin) },
    "a system role": { target: systemRole("member") },
  },

  [`GET ${organization}/audit-events`]: {
    all: { query: () => "?limit=200", shows: "org" },
    "of an actor": {
      target: async (tenant) => ({ actor: await newMember(tenant, { role: "owner" }) }),
      query: ({ actor }) => `?actor=${actor}`,
      ids: ["actor"],
    },
  },

  "GET /stats/role-wise-users": { "of an organization": counted() },
  "GET /stats/org-wise-members": { "of an organization": counted() },
  "GET /stats/org-role-wise-users": { "of an organization": counted() },
  "GET /stats/org-role-wise-users-filtered": { "of an organization": counted() },
  "GET /stats/membership-growth": { "of an organization": counted("&interval=month&tz=Europe/Berlin") },

  ...olderRequests,

  "POST /permissions/check": {
    "in an organization": {
      body: ({ org_id }) => ({ org_id, permission: "member:read" }),
      ids: ["org_id"],
      quiet: true,
      reads: true,
    },
    "on a website": {
      body: ({ org_id, website_id }) => ({ org_id, website_id, permission: "website:read" }),
      ids: ["org_id", "website_id"],
      quiet: true,
      reads: true,
    },
  },
  // By what the caller knows, not by an access token: that of `narrowed` has no say here. The owner of both tenants gets a
  // session, which is a row of one of the other's people.
  "POST /signin": {
    "for an organization": {
      body: ({ org_id }, { email, password }) => ({ email, password, org_id }),
      ids: ["org_id"],
      reads: true,
      others: { anonymous: "401c", user_suspended: "403u", narrowed: "200", owner_of_both: "-" },
    },
  },
  "POST /token/refresh": {
    "for an organization": {
      body: ({ org_id }, { refresh }) => ({ refresh_token: refresh, org_id }),
      ids: ["org_id"],
      reads: true,
      others: { anonymous: "401t", narrowed: "200", owner_of_both: "-" },
    },
  },

  [`POST ${organization}/websites`]: {
    "a shop": { body: () => ({ name: "Another", url: "https://another.example" }) },
  },
  [`GET ${organization}/websites`]: { "all that one may see": { shows: "shop" } },
  [`GET ${site}`]: { "as it is": { shows: "shop" } },
  [`PATCH ${site}`]: {
    "its settings": { body: mark },
    nothing: { body: nothing, quiet: true },
  },
  [`DELETE ${site}`]: {
    "with its people": { target: async (tenant) => ({ website_id: await newWebsite(tenant) }) },
  },
  [`GET ${site}/members`]: { all: { shows: "shop" } },
  [`PATCH ${site}/members/:user_id`]: {
    "role by id": {
      target: visitorAndRole,
      body: ({ role }) => ({ role }),
      ids: ["org_id", "website_id", "user_id", "role"],
    },
    nothing: { target: visitor(), body: nothing, quiet: true },
    suspended: { target: visitor(), body: () => ({ status: "suspended" }) },
    "made website_admin": { target: visitor(), body: () => ({ role: "website_admin" }) },
    "settings of a website_admin": { target: visitor("website_admin"), body: mark },
  },
  [`DELETE ${site}/members/:user_id`]: {
    another: { target: visitor() },
    "a website_admin": { target: visitor("website_admin") },
    oneself: { self: true },
  },

  ...inviteRequests,
};
