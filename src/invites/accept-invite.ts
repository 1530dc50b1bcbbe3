// Accepting an invite, in one trip: the hash of a new password is made before, since only the database knows whether it is
// needed. The invite is bound to the address that it was sent to; nobody is signed in by it.
import type { Context } from "hono";
import { breachedComplaint, hashUnlessBreached } from "../access/breached-passwords.ts";
import { complaintAbout } from "../access/password-policy.ts";
import type { OpenedMailToken } from "../crypto/tokens.ts";
import { AppError } from "../errors.ts";
import type { MaybeSignedInEnv } from "../http/context.ts";
import { openMailLink, requireLiving } from "../http/open-link.ts";
import {
  type AcceptOutcome,
  acceptInvite,
  isOver,
  type LookOutcome,
  lookAtInvite,
  type Offer,
} from "./queries.ts";
import type { AcceptInvite } from "./schemas.ts";

const sessionOf = (c: Context<MaybeSignedInEnv>) => c.var.caller?.sessionId ?? null;

/**
 * The link of an invitation, of the person who comes with it. `email`, and the address of a bearer token that came along,
 * have to be the invited one. Errors: 404 for garbage, 403 invite_email_mismatch, 410 invite_expired.
 */
async function openInvite(
  c: Context<MaybeSignedInEnv>,
  token: string,
  email?: string,
): Promise<OpenedMailToken> {
  const opened = await openMailLink(c.var.config, "invite", token);
  const claimed = [email, c.var.caller?.email].filter((address) => address !== undefined);
  if (opened && claimed.some((address) => address !== opened.email)) {
    const sessionId = sessionOf(c);
    const over = sessionId !== null && (await c.var.db.call<boolean>(isOver(sessionId)));
    throw new AppError(over ? "session_ended" : "invite_email_mismatch");
  }
  return requireLiving("invite", opened);
}

/**
 * What an open invite offers. Spends nothing. Errors: as above; 401 session_ended of a bearer token; 403, 409, 410 of an
 * invite that is not open.
 */
export async function findOffer(c: Context<MaybeSignedInEnv>, token: string): Promise<Offer> {
  const opened = await openInvite(c, token);
  const look = await c.var.db.call<LookOutcome>(lookAtInvite({ ...opened, sessionId: sessionOf(c) }));
  if (look.outcome !== "open") throw new AppError(look.outcome);
  return look.offer;
}

export type Acceptance =
  | Extract<AcceptOutcome, { outcome: "accepted" }>
  /** Nothing was done. `complaint`: about the password, which is missing or may not be set. */
  | { outcome: "password_needed"; offer: Offer; complaint: string };

/** Errors: as above. */
export async function acceptOffer(
  c: Context<MaybeSignedInEnv>,
  { token, email, password, profile }: AcceptInvite,
): Promise<Acceptance> {
  const opened = await openInvite(c, token, email);
  const { passwordHash, complaint } = await judge(c, password, opened.email);
  const accepted = await c.var.db.call<AcceptOutcome>(
    acceptInvite({ ...opened, passwordHash, profile, sessionId: sessionOf(c) }),
  );
  if (accepted.outcome === "accepted") return accepted;
  if (accepted.outcome !== "password_needed") throw new AppError(accepted.outcome);
  return { ...accepted, complaint };
}

/** The hash of a password that may be set, or null and why there is none: whether one is needed, the database knows. */
async function judge(c: Context<MaybeSignedInEnv>, password: string | undefined, email: string) {
  if (password === undefined) return { passwordHash: null, complaint: "is missing" };
  const complaint = complaintAbout(c.var.config, { password, email });
  if (complaint !== null) return { passwordHash: null, complaint };
  return { passwordHash: await hashUnlessBreached(c.var, password), complaint: breachedComplaint };
}
