// Invites as their senders handle them, in the same way for an organization and for a website of it: each function is one
// trip, behind the guard that the destination needs.
import type { Context } from "hono";
import { asMember, type Guard } from "../access/as-member.ts";
import { outcomeOf } from "../db/client.ts";
import type { About, Access } from "../db/tenant.ts";
import { newMailLink } from "../emails/mail-link.ts";
import { AppError } from "../errors.ts";
import { sendAfterwards } from "../http/afterwards.ts";
import type { SignedInEnv } from "../http/context.ts";
import { page, type Slice } from "../http/cursor.ts";
import type { Shown } from "../http/describe.ts";
import { roleIdOf } from "../http/fields.ts";
import { readIdempotency } from "../http/idempotency.ts";
import type { invite } from "./answers.ts";
import {
  createInvite,
  type Destination,
  type InviteRow,
  listInvites,
  resendInvite,
  revokeInvite,
} from "./queries.ts";
import type { CreateInvite } from "./schemas.ts";

const toInvite = (row: InviteRow): Shown<typeof invite> => ({
  invite_id: row.id,
  org_id: row.org_id,
  website_id: row.website_id,
  email: row.email,
  role_id: row.role_id,
  role: row.role,
  invited_by_id: row.invited_by_id,
  invited_by: row.invited_by,
  state: row.state,
  expires_at: row.expires_at,
  delivery_state: row.delivery_state,
  delivery_error: row.delivery_error,
  created_at: row.created_at,
  updated_at: row.updated_at,
});

function guardFor({ orgId, websiteId }: Destination, access: Access, about: About = {}): Guard {
  const holdsCaller = access === "write";
  return websiteId === null
    ? { orgId, needs: "member:invite", access, about, holdsCaller }
    : { orgId, needs: "website:invite", access, about: { websiteId, ...about }, holdsCaller };
}

/** Errors: 403 email_not_verified, role_above_own, owner_required; 409 already_member, invite_pending; 422. */
export async function sendInvite(c: Context<SignedInEnv>, destination: Destination, body: CreateInvite) {
  const { config, caller } = c.var;
  const { email, role, expires_in: seconds = config.INVITE_SECONDS } = body;
  const idempotency = await readIdempotency(c, `user ${caller.userId}`, async () => body);
  const link = await newMailLink(config);
  // A repeat is answered as the first was, also when the role is gone by then.
  const about = idempotency ? {} : roleIdOf(role);
  const [result] = await asMember(c.var, guardFor(destination, "write", about), [
    createInvite(destination, { email, role, lifetimeMs: seconds * 1000, link, idempotency }),
  ]);
  const created = outcomeOf(result);
  if (created.outcome !== "created") throw new AppError(created.outcome);
  sendAfterwards(c, created.mail ?? null);
  return { message: "Invitation created. Its link is only in the mail.", ...toInvite(created.invite) };
}

/** Errors: as above, and 410 invite_accepted, invite_revoked. */
export async function sendInviteAgain(c: Context<SignedInEnv>, destination: Destination, inviteId: number) {
  const link = await newMailLink(c.var.config);
  const [result] = await asMember(c.var, guardFor(destination, "write", { inviteId }), [
    resendInvite(destination, inviteId, link),
  ]);
  const { invite, mail } = outcomeOf(result);
  sendAfterwards(c, mail);
  return { message: "A new link was sent. The old one is dead.", ...toInvite(invite) };
}

/** Errors: 410 invite_accepted. */
export async function withdrawInvite(c: Context<SignedInEnv>, destination: Destination, inviteId: number) {
  await asMember(c.var, guardFor(destination, "write", { inviteId }), [revokeInvite(destination, inviteId)]);
}

export async function pageOfInvites(c: Context<SignedInEnv>, destination: Destination, slice: Slice) {
  const [rows] = await asMember(c.var, guardFor(destination, "read"), [listInvites(destination, slice)]);
  return page(c, rows, slice.limit, toInvite);
}
