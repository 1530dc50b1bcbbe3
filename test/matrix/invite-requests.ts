// The requests of the table's cases about invites, to the organization and to its shop.
import { newEmail } from "../support/people.ts";
import { emailOf, newInvite, type Sent } from "./invites.ts";
import type { Request } from "./requests.ts";
import { newMember, newWebsiteMember, type Tenant } from "./tenants.ts";

const invite = (sent?: Sent) => async (tenant: Tenant) => ({ invite_id: await newInvite(tenant, sent) });
const shopInvite = (sent?: Sent) => (tenant: Tenant) => invite({ ...sent, website: tenant.shop })(tenant);

const member = async (tenant: Tenant) => ({ user_id: await newMember(tenant) });
const guest = async (tenant: Tenant) => ({ user_id: await newWebsiteMember(tenant) });
/** An invite to somebody who came in by another way since. */
const inviteOf = async (tenant: Tenant) =>
  invite({ email: await emailOf("user", (await member(tenant)).user_id) })(tenant);
const shopInviteOf = async (tenant: Tenant) =>
  shopInvite({ email: await emailOf("user", (await guest(tenant)).user_id) })(tenant);

/** Inviting somebody new; a user; whoever is invited already. */
const as = (role: string) => ({ body: () => ({ email: newEmail(), role }) });
const asUser = (role: string) => ({
  body: async ({ user_id = 0 }) => ({ role, email: await emailOf("user", user_id) }),
});
const asInvited = (role: string) => ({
  body: async ({ invite_id = 0 }) => ({ role, email: await emailOf("invite", invite_id) }),
});
const byId = (role: string) => ({
  target: async ({ roles }: Tenant) => ({ role: roles[role] ?? 0 }),
  body: (ids: Record<string, number>) => ({ email: newEmail(), role: ids.role, expires_in: 3600 }),
});

const organization = "/organizations/:org_id/invites";
const site = "/organizations/:org_id/websites/:website_id/invites";

export const inviteRequests: Record<string, Record<string, Request>> = {
  [`POST ${organization}`]: {
    "role by id": { ...byId("empty"), ids: ["org_id", "role"] },
    "as member": as("member"),
    "as admin": as("admin"),
    "as a role above admin": as("above admin"),
    "as owner": as("owner"),
    "of a member": { target: member, ...asUser("empty") },
    "of whom one is pending": { target: invite(), ...asInvited("empty") },
    "by an unconfirmed address": { ...as("empty"), unconfirmed: true },
  },
  [`GET ${organization}`]: { all: { shows: "org" } },
  [`DELETE ${organization}/:invite_id`]: {
    "a pending one": { target: invite() },
    "as admin": { target: invite({ role: "admin" }) },
    "as a role above admin": { target: invite({ role: "above admin" }) },
    "as owner": { target: invite({ role: "owner" }) },
    "withdrawn before": { target: invite({ state: "revoked" }), quiet: true },
    accepted: { target: invite({ state: "accepted" }) },
  },
  [`POST ${organization}/:invite_id/resend`]: {
    "a pending one": { target: invite() },
    "as admin": { target: invite({ role: "admin" }) },
    "as a role above admin": { target: invite({ role: "above admin" }) },
    "as owner": { target: invite({ role: "owner" }) },
    withdrawn: { target: invite({ state: "revoked" }) },
    accepted: { target: invite({ state: "accepted" }) },
    "of a member by now": { target: inviteOf },
    "by an unconfirmed address": { target: invite(), unconfirmed: true },
  },

  [`POST ${site}`]: {
    "role by id": { ...byId("empty website"), ids: ["org_id", "website_id", "role"] },
    "as website_admin": as("website_admin"),
    "of a colleague": { target: member, ...asUser("empty website") },
    "of a guest": { target: guest, ...asUser("empty website") },
    "of whom one is pending": { target: shopInvite(), ...asInvited("empty website") },
    "by an unconfirmed address": { ...as("empty website"), unconfirmed: true },
  },
  [`GET ${site}`]: { all: { shows: "shop" } },
  [`DELETE ${site}/:invite_id`]: {
    "a pending one": { target: shopInvite() },
    "as website_admin": { target: shopInvite({ role: "website_admin" }) },
    "withdrawn before": { target: shopInvite({ state: "revoked" }), quiet: true },
    accepted: { target: shopInvite({ state: "accepted" }) },
  },
  [`POST ${site}/:invite_id/resend`]: {
    "a pending one": { target: shopInvite() },
    "as website_admin": { target: shopInvite({ role: "website_admin" }) },
    withdrawn: { target: shopInvite({ state: "revoked" }) },
    accepted: { target: shopInvite({ state: "accepted" }) },
    "of a guest by now": { target: shopInviteOf },
    "by an unconfirmed address": { target: shopInvite(), unconfirmed: true },
  },
};
