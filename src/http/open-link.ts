// The token of a mail's link, before the database decides whether it is spent: garbage and expired ones cost no trip.
import type { Config } from "../config.ts";
import { type MailTokenKind, type OpenedMailToken, openMailToken } from "../crypto/tokens.ts";
import { AppError } from "../errors.ts";

/** The opened token, expired or not; null for garbage. */
export const openMailLink = (
  config: Config,
  kind: MailTokenKind,
  token: string,
): Promise<OpenedMailToken | null> => openMailToken(config.SEALING_KEYS, { kind, token, now: Date.now() });

/** Errors: 404 for garbage, 410 token_expired or, of an invitation, invite_expired. */
export function requireLiving(kind: MailTokenKind, opened: OpenedMailToken | null): OpenedMailToken {
  if (opened === null) throw new AppError("not_found");
  if (opened.expired) throw new AppError(kind === "invite" ? "invite_expired" : "token_expired");
  return opened;
}

/** Both at once. */
export const requireMailLink = async (
  config: Config,
  kind: MailTokenKind,
  token: string,
): Promise<OpenedMailToken> => requireLiving(kind, await openMailLink(config, kind, token));
