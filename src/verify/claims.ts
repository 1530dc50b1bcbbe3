// What an access token says: the one place where its payload is described, for who signs it and for who reads it.
// Read strictly: a payload that the service could not have written is refused, whoever signed it.
import type { JWTPayload } from "jose";

/** The payload's claims beside the registered ones (RFC 9068, 2.2). The last three are there together or not at all. */
export type AccessPayload = {
  sid: string;
  email: string;
  email_verified: boolean;
  org_id?: number;
  role?: string;
  permissions?: string[];
};

/** Who calls, as their token says it: up to 15 minutes old. Times in epoch milliseconds. */
export type PersonClaims = {
  user_id: number;
  session_id: number;
  token_id: string;
  email: string;
  email_verified: boolean;
  issued_at: number;
  expires_at: number;
};
/** A token that was asked for with an `org_id`, and is good for that organization alone. */
export type OrganizationClaims = PersonClaims & { org_id: number; role: string; permissions: string[] };
export type AccessClaims =
  | OrganizationClaims
  | (PersonClaims & { org_id?: undefined; role?: undefined; permissions: [] });

const maxId = 2_147_483_647;

/** The claims of a payload whose signature, issuer, audience and times have been checked; null: not one of ours. */
export function readAccessClaims(payload: JWTPayload): AccessClaims | null {
  const person = readPerson(payload);
  if (!person) return null;
  const { org_id, role, permissions } = payload;
  if (org_id === undefined && role === undefined && permissions === undefined) {
    return { ...person, permissions: [] };
  }
  if (!isId(org_id) || typeof role !== "string" || !isTexts(permissions)) return null;
  return { ...person, org_id, role, permissions };
}

function readPerson({ sub, sid, jti, iat, exp, email, email_verified }: JWTPayload): PersonClaims | null {
  const user_id = readUserId(sub);
  const session_id = readNumber(sid);
  if (user_id === null || session_id === null) return null;
  if (typeof jti !== "string" || jti === "") return null;
  if (typeof email !== "string" || typeof email_verified !== "boolean") return null;
  const [issued_at, expires_at] = [Number(iat) * 1000, Number(exp) * 1000];
  return { user_id, session_id, token_id: jti, email, email_verified, issued_at, expires_at };
}

/** The ids of `sub` and `sid` are text: StringOrURI (RFC 7519, 4.1.2). null: no id. */
export const readNumber = (text: unknown): number | null =>
  typeof text === "string" && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;

export function readUserId(text: unknown): number | null {
  const id = readNumber(text);
  return id === null || id > maxId ? null : id;
}

const isId = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) > 0 && Number(value) <= maxId;

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string");
