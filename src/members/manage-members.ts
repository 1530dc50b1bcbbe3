// Changing and removing a member: each is one trip behind its guard, and tells the person by mail.
import type { Context } from "hono";
import { asMember } from "../access/as-member.ts";
import { outcomeOf } from "../db/client.ts";
import { postedMails } from "../emails/posted-mails.ts";
import { sendAfterwards } from "../http/afterwards.ts";
import type { SignedInEnv } from "../http/context.ts";
import { roleIdOf } from "../http/fields.ts";
import { found } from "../http/found.ts";
import { toMembership } from "../http/membership.ts";
import { changeMember, deleteMember } from "./queries.ts";
import type { ChangeMember } from "./schemas.ts";

/** Whose membership of which organization. */
type Place = { org_id: number; user_id: number };

/** Returns the member as they are then. Errors: 403 role_above_own, owner_required; 409 last_owner; 422 for the role. */
export async function updateMember(
  c: Context<SignedInEnv>,
  { org_id, user_id }: Place,
  change: ChangeMember,
) {
  const about = { userId: user_id, ...roleIdOf(change.role) };
  const guard = { orgId: org_id, needs: "member:update", access: "write", about } as const;
  const [rows, mails] = await asMember(c.var, guard, [changeMember(org_id, user_id, change), postedMails()]);
  const changed = found(rows);
  sendAfterwards(c, outcomeOf(mails));
  return toMembership(changed);
}

/** Errors: 403 role_above_own, owner_required; 409 last_owner. */
export async function removeMember(c: Context<SignedInEnv>, { org_id, user_id }: Place): Promise<void> {
  // Removing oneself is leaving, which everybody may.
  const needs = user_id === c.var.caller.userId ? "membership" : "member:remove";
  const guard = { orgId: org_id, needs, access: "write", about: { userId: user_id } } as const;
  const [rows, mails] = await asMember(c.var, guard, [deleteMember(org_id, user_id), postedMails()]);
  found(rows);
  sendAfterwards(c, outcomeOf(mails));
}
