// Statements and flow calls of sessions. Flows are functions of the database (rules/2-flows).
import { and, asc, eq, gt, isNull, ne, sql } from "drizzle-orm";
import { build } from "../db/client.ts";
import { session } from "../db/schema.ts";
import type { ClaimedMail } from "../emails/claimed-mail.ts";
import type { Slice } from "../http/cursor.ts";
import type { JsonObject } from "../json.ts";

type Person = { user_id: number; email: string; email_verified: boolean; profile: JsonObject };
type Granted = { org_id: number; role: string; permissions: string[] };
type Refused = "not_found" | "member_suspended" | "organization_suspended";
/** `now` is when an access token begins; a repeated refresh has a refresh token of a moment ago. */
export type Issued = {
  now: number;
  issued_at: number;
  refresh_expires_at: number;
  user: Person;
  organization: Granted | null;
};

export type SignInBegin =
  | { attempt_at: number; user_id?: number; password_hash?: string; credential_version?: number }
  | { retry_after_seconds: number };
export type SignInOutcome =
  | (Issued & {
      outcome: "signed_in";
      session_id: number;
      organizations: { org_id: number; name: string; role: string }[];
      mail: ClaimedMail | null;
    })
  | { outcome: Refused | "invalid_credentials" | "user_suspended" };
export type RefreshOutcome =
  | (Issued & { outcome: "refreshed" })
  | { outcome: Refused | "session_ended" | "refresh_token_reused" };

export const beginSignIn = (email: string) => sql`app.begin_sign_in(${email}::text)`;

export const startSession = (s: {
  userId: number;
  credentialVersion: number;
  newPasswordHash: string | null;
  attemptAt: number;
  orgId: number | null;
  refreshHash: string;
  refreshMs: number;
  sessionMs: number;
  client: { userAgent: string; ip: string; place: string };
  alert: JsonObject;
}) =>
  sql`app.start_session(${s.userId}::integer, ${s.credentialVersion}::integer, ${s.newPasswordHash}::text,
    ${s.attemptAt}::bigint, ${s.orgId}::integer, ${s.refreshHash}::text, ${s.refreshMs}::bigint, ${s.sessionMs}::bigint,
    ${s.client.userAgent}::text, ${s.client.ip}::text, ${s.client.place}::text, ${JSON.stringify(s.alert)}::jsonb)`;

export const refreshSession = (r: {
  sessionId: number;
  userId: number;
  hash: string;
  successorHash: string;
  orgId: number | null;
  refreshMs: number;
}) =>
  sql`app.refresh_session(${r.sessionId}::bigint, ${r.userId}::integer, ${r.hash}::text, ${r.successorHash}::text,
    ${r.orgId}::integer, ${r.refreshMs}::bigint)`;

const alive = (userId: number) =>
  and(eq(session.user_id, userId), isNull(session.ended_at), gt(session.expires_at, sql`app.now_ms()`));

/** The user's living sessions after an id, oldest first; one more than `limit`, to tell whether there are more. */
export const listSessions = (userId: number, { after, limit }: Slice) =>
  build
    .select()
    .from(session)
    .where(and(alive(userId), gt(session.id, after ?? 0)))
    .orderBy(asc(session.id))
    .limit(limit + 1);

type EndReason = "signed_out" | "revoked";
const endSessions = (reason: EndReason) =>
  build.update(session).set({ ended_at: sql`app.now_ms()`, end_reason: reason });

export const endSession = (userId: number, sessionId: number, reason: EndReason) =>
  endSessions(reason)
    .where(and(alive(userId), eq(session.id, sessionId)))
    .returning({ id: session.id });

export const endOtherSessions = (userId: number, sessionId: number) =>
  endSessions("revoked")
    .where(and(alive(userId), ne(session.id, sessionId)))
    .returning({ id: session.id });
