// Reads the table, and says what stands there between the lines: strangers, people like the owner, and what becomes of
// every answer while the organization is suspended.
import { type ErrorCode, errors } from "../../src/errors.ts";
import { table } from "./table.ts";

export const columns = [
  "owner",
  "admin",
  "member",
  "holder",
  "lacker",
  "suspended",
  "editor",
  "website_admin",
  "website_user",
  "website_elsewhere",
  "website_suspended",
] as const;
export type Column = (typeof columns)[number];

/** `here`: by a token for this organization alone; `of_both`: owner of the other tenant too. */
export const likeOwner = ["owner_here", "owner_of_both"] as const;
export type LikeOwner = (typeof likeOwner)[number];

/** Who is nobody here, and the answer to that. `narrowed` is an owner, by a token for another organization of theirs. */
export const strangers = {
  anonymous: "401",
  user_suspended: "401e",
  outsider: "404",
  owner_of_another: "404",
  website_admin_of_another: "404",
  narrowed: "404",
} as const;
export type Stranger = keyof typeof strangers;
export type Standing = Column | LikeOwner | Stranger;

/** A status, with a letter where it has several codes; `-`: does not apply. */
export type Answer = string;
const codes: Record<Answer, ErrorCode> = {
  "401": "unauthenticated",
  "401c": "invalid_credentials",
  "401e": "session_ended",
  "401t": "invalid_token",
  "403a": "role_above_own",
  "403i": "invite_email_mismatch",
  "403m": "member_suspended",
  "403o": "owner_required",
  "403p": "permission_missing",
  "403u": "user_suspended",
  "403v": "email_not_verified",
  "403z": "organization_suspended",
  "404": "not_found",
  "409i": "member_inactive",
  "409l": "last_owner",
  "409m": "already_member",
  "409p": "invite_pending",
  "409s": "system_role",
  "409u": "role_in_use",
  "409y": "already_owner",
  "410a": "invite_accepted",
  "410r": "invite_revoked",
};
export const statusOf = (answer: Answer) => Number.parseInt(answer, 10);
/** Null: it is not an error. */
export function codeOf(answer: Answer): ErrorCode | null {
  if (statusOf(answer) < 300) return null;
  const code = codes[answer];
  if (!code || errors[code][0] !== statusOf(answer)) throw new Error(`the table knows no answer ${answer}`);
  return code;
}

export type Row = {
  route: string;
  label: string;
  needs: string;
  answers: Map<Standing, Answer>;
  /** Not for the owners alone. */
  forAll: boolean;
};

function readRow(route: string, line: string): Row {
  const [label = "", needs = "", ...cells] = line.trim().split(/\s{2,}/);
  if (cells.length !== columns.length) throw new Error(`${cells.length} columns in: ${line}`);
  const answers = new Map<Standing, Answer>(columns.map((column, i) => [column, cells[i] ?? ""]));
  for (const standing of likeOwner) answers.set(standing, answers.get("owner") ?? "");
  return { route, label, needs, answers, forAll: answers.get("admin") !== "-" };
}

/** Every case of the table, in its order, without the strangers. */
export const rows: Row[] = [];
let route = "";
for (const line of table.trim().split("\n").slice(1)) {
  if (line.startsWith("  ")) rows.push(readRow(route, line));
  else if (line !== "") route = line;
}

const owners: readonly Standing[] = ["owner", ...likeOwner];
export const isOwner = (standing: Standing) => owners.includes(standing);

/**
 * The answer in a suspended organization: its owners still read, everything else is 403; but an id that is not there
 * and a caller who is nobody (there, or any more) win over that.
 */
export function whileSuspended(standing: Standing, answer: Answer, reads: boolean): Answer {
  const nobody = standing in strangers || ["-", "404", "403m"].includes(answer);
  return nobody || (reads && isOwner(standing)) ? answer : "403z";
}
