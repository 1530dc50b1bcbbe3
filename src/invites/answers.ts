// Answers of invites.
import * as z from "zod";
import { insideErrors, shape } from "../http/describe.ts";
import { aMessage, anId, epochMs, listOf } from "../http/shapes.ts";

const fields = () => ({
  invite_id: anId(),
  org_id: anId(),
  website_id: anId().nullable().meta({ description: "null: an invitation to the organization." }),
  email: z.string(),
  role_id: anId(),
  role: z.string().nullable(),
  invited_by_id: anId().nullable(),
  invited_by: z.string().nullable().meta({ description: "The sender's address." }),
  state: z.enum(["pending", "accepted", "revoked", "expired"]),
  expires_at: epochMs(),
  delivery_state: z.enum(["queued", "sent", "failed"]).meta({ description: "Of the newest mail." }),
  delivery_error: z.string().nullable(),
  created_at: epochMs(),
  updated_at: epochMs(),
});
export const invite = shape("Invite", () => z.object(fields()));
export const inviteList = listOf("Invite", invite);
/** Made, or sent again. */
export const inviteSent = shape("InviteSent", () => z.object({ message: aMessage(), ...fields() }));

const where = () => ({
  org_id: anId(),
  organization: z.string(),
  website: z
    .object({ website_id: anId(), name: z.string(), url: z.string() })
    .nullable()
    .meta({ description: "null: the invitation is to the organization." }),
  role: z.string(),
});
export const inviteOffer = shape("InviteOffer", () =>
  z.object({
    ...where(),
    invited_by: z.string(),
    email: z.string(),
    expires_at: epochMs(),
    account_exists: z.boolean(),
    password_needed: z.boolean().meta({ description: "There is no confirmed account of this address yet." }),
  }),
);
export const inviteAccepted = shape("InviteAccepted", () =>
  z.object({ message: aMessage(), user_id: anId(), email: z.string(), ...where() }),
);

const handling = [...insideErrors, "role_above_own", "owner_required"] as const;
/** What may go wrong when somebody handles an invite, of an organization and of a website alike. */
export const inviteErrors = {
  create: [...handling, "email_not_verified", "already_member", "invite_pending", "too_many_requests"],
  resend: [
    ...handling,
    "email_not_verified",
    "already_member",
    "invite_accepted",
    "invite_revoked",
    "too_many_requests",
  ],
  revoke: [...handling, "invite_accepted"],
} as const;
