// The signed-in person's account as the wire shows it.
import { AppError } from "../errors.ts";
import type { Shown } from "../http/describe.ts";
import type { me } from "./answers.ts";
import type { findAccount, listGuestWebsites, listMemberships } from "./queries.ts";

type Rows<Query extends (...input: never[]) => { _: { result: unknown } }> = ReturnType<Query>["_"]["result"];

export function toMe(
  accounts: Rows<typeof findAccount>,
  organizations: Rows<typeof listMemberships>,
  websites: Rows<typeof listGuestWebsites>,
): Shown<typeof me> {
  const account = accounts[0];
  if (!account) throw new AppError("session_ended"); // Deleted since they entered.
  const { id, email, email_verified_at, profile, settings, created_at, updated_at } = account;
  return {
    user_id: id,
    email,
    email_verified: email_verified_at !== null,
    profile,
    settings,
    organizations,
    websites,
    created_at,
    updated_at,
  };
}
