// The sample requests of the older paths.
import { newEmail } from "./people.ts";
import { counts, inviter, type Sample } from "./sample-params.ts";
import { extraOf } from "./tenants.ts";

export const olderSamples: Record<string, Sample> = {
  "POST /invite-member": {
    status: 201,
    signedIn: true,
    params: inviter,
    body: ({ org_id }) => ({ org_id, email: newEmail("invited"), role: "member" }),
    ids: ["org_id"],
    takes: { role: ['"x"', "7"] },
  },
  "DELETE /delete_member": {
    status: 204,
    signedIn: true,
    body: async ({ org_id }) => ({ org_id, user_id: await extraOf(org_id) }),
    ids: ["org_id", "user_id"],
  },
  "PUT /update_member_role": {
    status: 200,
    signedIn: true,
    body: async ({ org_id }) => ({ org_id, user_id: await extraOf(org_id), role: "admin" }),
    ids: ["org_id", "user_id"],
    takes: { role: ['"x"', "7"] },
  },
  "GET /stats/org-role-wise-users-filtered": counts(),
};
