// The requests of the table's cases about the older paths, whose ids stand in the body.
import { newEmail } from "../support/people.ts";
import { emailOf } from "./invites.ts";
import type { Ids, Request } from "./requests.ts";
import { newMember, type Tenant } from "./tenants.ts";

const member = (role?: string) => async (tenant: Tenant) => ({
  user_id: await newMember(tenant, role ? { role } : {}),
});
const inviting = (role: string) => ({ body: ({ org_id }: Ids) => ({ org_id, email: newEmail(), role }) });
const whom = ({ org_id, user_id }: Ids) => ({ org_id, user_id });

export const olderRequests: Record<string, Record<string, Request>> = {
  "POST /invite-member": {
    "as member": { ...inviting("member"), ids: ["org_id"] },
    "as a role above admin": inviting("above admin"),
    "of a member": {
      target: member(),
      body: async ({ org_id, user_id = 0 }) => ({
        org_id,
        email: await emailOf("user", user_id),
        role: "empty",
      }),
    },
  },
  "DELETE /delete_member": {
    "a member": { target: member(), body: whom, ids: ["org_id", "user_id"] },
    "an owner": { target: member("owner"), body: whom },
  },
  "PUT /update_member_role": {
    "by id": {
      target: async (tenant) => ({ ...(await member()(tenant)), role: tenant.roles["also empty"] ?? 0 }),
      body: (ids) => ({ ...whom(ids), role: ids.role }),
      ids: ["org_id", "user_id", "role"],
    },
    "made owner": { target: member(), body: (ids) => ({ ...whom(ids), role: "owner" }) },
  },
};
