// Every error that a person can get, with its status and its words. The wire carries these and nothing else:
// what really happened goes to the log. Imports nothing.

export const errors = {
  malformed_json: [400, "Malformed JSON", "The request body is not valid JSON."],
  invalid_cursor: [
    400,
    "Invalid cursor",
    "This cursor was not issued for this list, these filters and this caller.",
  ],
  unauthenticated: [401, "Authentication required", "Send an access token as `Authorization: Bearer`."],
  invalid_token: [401, "Invalid token", "The token is malformed, expired, or not meant for this use."],
  session_ended: [401, "Session ended", "This session has ended. Sign in again."],
  refresh_token_reused: [
    401,
    "Refresh token reused",
    "This refresh token was used before. To be safe, the whole session was ended. Sign in again.",
  ],
  invalid_credentials: [401, "Invalid credentials", "The e-mail address or the password is wrong."],
  user_suspended: [403, "User suspended", "This account is suspended."],
  member_suspended: [403, "Member suspended", "Your membership is suspended."],
  organization_suspended: [403, "Organization suspended", "This organization is suspended."],
  permission_missing: [403, "Permission missing", "Your role does not allow this."],
  role_above_own: [
    403,
    "Role above your own",
    "This role has permissions that yours does not have. You can give, change and take away only what you hold.",
  ],
  email_not_verified: [
    403,
    "E-mail address not verified",
    "Confirm your own e-mail address before you invite others.",
  ],
  invite_email_mismatch: [
    403,
    "Invitation for somebody else",
    "This invitation was sent to another address.",
  ],
  owner_required: [403, "Owner required", "Only an owner may make, change or unmake an owner."],
  not_found: [404, "Not found", "There is nothing here, or nothing that you may see."],
  method_not_allowed: [405, "Method not allowed", "This path does not answer to this method. See `Allow`."],
  email_taken: [409, "E-mail address taken", "An account with this e-mail address exists already."],
  already_member: [409, "Member already", "This person is a member already."],
  already_verified: [409, "Verified already", "This e-mail address is confirmed already."],
  invite_pending: [
    409,
    "Invitation pending",
    "There is an open invitation for this address already. Send it again, or withdraw it first.",
  ],
  already_owner: [409, "Owner already", "You are an owner already. Name another member."],
  member_inactive: [409, "Member not active", "This member is suspended."],
  last_owner: [
    409,
    "Last owner",
    "An organization always has an active owner. Make somebody else an owner first, or delete the organization.",
  ],
  sole_owner: [
    409,
    "Sole owner",
    "You are the only owner of organizations with other members. Transfer or delete them first. See `organizations`.",
  ],
  own_account: [409, "Own account", "Nobody suspends their own account. Ask another platform admin."],
  system_role: [409, "System role", "Of the five system roles only the description changes, and they stay."],
  role_name_taken: [409, "Role name taken", "The organization has a role of this name already."],
  role_in_use: [
    409,
    "Role in use",
    "Somebody holds this role, or is invited to it. Give them another one first.",
  ],
  token_spent: [410, "Link used already", "This link was used already, or a newer one replaced it."],
  token_expired: [410, "Link expired", "This link has expired. Ask for a new one."],
  invite_accepted: [410, "Invitation accepted already", "This invitation was accepted before."],
  invite_revoked: [
    410,
    "Invitation withdrawn",
    "This invitation was withdrawn, or a newer link replaced this one.",
  ],
  invite_expired: [410, "Invitation expired", "This invitation has expired. Ask for a new one."],
  invite_void: [
    410,
    "Invitation no longer valid",
    "What this invitation offered is gone, or whoever sent it may no longer invite. Ask for a new one.",
  ],
  body_too_large: [413, "Body too large", "A request body holds at most 64 KiB."],
  unsupported_media_type: [
    415,
    "Unsupported media type",
    "Send the body as `Content-Type: application/json`.",
  ],
  invalid_request: [
    422,
    "Invalid request",
    "Some fields are missing, unknown or not acceptable. See `errors`.",
  ],
  idempotency_key_reused: [
    422,
    "Idempotency key reused",
    "This Idempotency-Key came with another body before. Use a new key for a new request.",
  ],
  too_many_attempts: [
    429,
    "Too many attempts",
    "Too many wrong passwords for this address. See `Retry-After`.",
  ],
  too_many_requests: [
    429,
    "Too many requests",
    "Too much of this in a short time, from this network, by this account, in this organization or to this address. See `Retry-After`.",
  ],
  internal_error: [500, "Internal error", "Something went wrong on our side. Tell us the request id."],
  service_unavailable: [503, "Service unavailable", "A part of the service is away for a moment. Try again."],
} as const satisfies Record<string, readonly [status: number, title: string, detail: string]>;

export type ErrorCode = keyof typeof errors;

/** One thing wrong with the input. `path` is dotted, `""` for the whole. */
export type FieldError = { path: string; message: string };

type Extras = {
  fields?: FieldError[];
  /** Members of this problem alone (RFC 9457, 3.2). */
  extension?: Record<string, unknown>;
  retryAfterSeconds?: number;
  cause?: unknown;
};

/** An expected failure. `cause` is for the log's eyes, never for the wire. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly fields: FieldError[] | undefined;
  readonly extension: Record<string, unknown> | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, { fields, extension, retryAfterSeconds, cause }: Extras = {}) {
    super(code, { cause });
    this.name = "AppError";
    this.code = code;
    this.fields = fields;
    this.extension = extension;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** 422 for one field. */
export const invalidField = (path: string, message: string) =>
  new AppError("invalid_request", { fields: [{ path, message }] });

export const isErrorCode = (code: unknown): code is ErrorCode =>
  typeof code === "string" && Object.hasOwn(errors, code);
