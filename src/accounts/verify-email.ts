// The token of a verification link, before the database decides whether it is spent.
import type { Config } from "../config.ts";
import { type OpenedMailToken, openMailToken } from "../crypto/tokens.ts";
import { AppError } from "../errors.ts";

export type VerifyOutcome = { outcome: "verified" | "token_spent" };

/** Errors: 404 for garbage, 410 token_expired; neither costs a trip. */
export async function openVerifyToken(config: Config, token: string): Promise<OpenedMailToken> {
  const opened = await openMailToken(config.SEALING_KEYS, { kind: "verify", token, now: Date.now() });
  if (opened === "garbage") throw new AppError("not_found");
  if (opened === "expired") throw new AppError("token_expired");
  return opened;
}
