// What `gatehouse/verify` exports.
export type { ErrorCode } from "../errors.ts";
export type { Permission } from "../permissions.ts";
export { type VerifyOptions, verifyAccessToken } from "./access-token.ts";
export type { AccessClaims, OrganizationClaims, PersonClaims } from "./claims.ts";
export { InvalidTokenError, type InvalidTokenReason, KeysUnavailableError } from "./invalid-token.ts";
export type { PermissionAnswer, PermissionQuestion, PermissionsBinding } from "./live-check.ts";
export { type AuthOptions, type RequiredOrg, requireAuth } from "./require-auth.ts";
export { type LiveOptions, requirePermissionNow } from "./require-permission-now.ts";
