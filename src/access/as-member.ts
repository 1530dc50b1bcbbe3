// A request inside one organization: the permission that it needs, then its statements, in the request's one trip.
import type { BatchResponse } from "drizzle-orm/batch";
import type { Statement } from "../db/client.ts";
import { type About, type Access, asUser, authorize, holdCaller, type Signed } from "../db/tenant.ts";
import type { Permission } from "../permissions.ts";

/** `needs: "membership"`: what everybody may who is in. `about`: what else the request names, see `authorize`. */
export type Guard = {
  orgId: number;
  needs: Permission | "membership";
  access: Access;
  about?: About;
  /** The statements write the caller's id into a row: their own row is then held before the organization's. */
  holdsCaller?: boolean;
};

/**
 * Runs statements as the caller inside one organization, which is all that they then see. Errors: 401
 * session_ended; 404 when the caller is no member (or the token names another organization, or `about` names what is
 * not there); 403 member_suspended, organization_suspended, permission_missing.
 */
export async function asMember<const T extends readonly Statement[]>(
  signed: Signed,
  { orgId, needs, access, about, holdsCaller = false }: Guard,
  statements: T,
): Promise<BatchResponse<T>> {
  const guards = [...(holdsCaller ? [holdCaller()] : []), authorize(orgId, needs, access, about)];
  const results = await asUser(signed, [...guards, ...statements], { access });
  return results.slice(guards.length) as BatchResponse<T>;
}
