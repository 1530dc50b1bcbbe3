// The two ways in which a token does not pass: it is refused, or nobody can tell because there are no keys.

/** Why a token was refused: for your log. Whoever sent it is told only that it was. */
export type InvalidTokenReason =
  | "malformed"
  | "header"
  | "algorithm"
  | "type"
  | "key"
  | "signature"
  | "issuer"
  | "audience"
  | "expired"
  | "not_yet_valid"
  | "claims";

export class InvalidTokenError extends Error {
  override readonly name = "InvalidTokenError";
  readonly code = "invalid_token";
  readonly reason: InvalidTokenReason;

  constructor(reason: InvalidTokenReason, cause?: unknown) {
    super(`the token is refused: ${reason}`, { cause });
    this.reason = reason;
  }
}

/** The service's keys could not be fetched, and there are none from before: a 503, the token may well be good. */
export class KeysUnavailableError extends Error {
  override readonly name = "KeysUnavailableError";
  readonly code = "service_unavailable";
  readonly retryAfterSeconds = 2;

  constructor(cause?: unknown) {
    super("the signing keys of the issuer cannot be had", { cause });
  }
}
