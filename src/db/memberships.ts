// What the API shows of a membership, of an organization and of a website alike.
import type { AnyPgColumn } from "drizzle-orm/pg-core";
import { nameOf } from "./json.ts";
import { role, user } from "./schema.ts";

type Keys = "id" | "org_id" | "user_id" | "role_id" | "status" | "created_at" | "updated_at";

/**
 * For a select that joins `user` and `role`: nothing that people can make large, so that 200 of them are an answer.
 * `row`: the table of memberships, or a page of it.
 */
export const listedMembership = <Row extends Record<Keys, AnyPgColumn>>(row: Row) => ({
  id: row.id as Row["id"],
  org_id: row.org_id as Row["org_id"],
  user_id: row.user_id as Row["user_id"],
  email: user.email,
  name: nameOf(user.profile),
  role_id: row.role_id as Row["role_id"],
  role: role.name,
  status: row.status as Row["status"],
  created_at: row.created_at as Row["created_at"],
  updated_at: row.updated_at as Row["updated_at"],
});

/** The single membership, with all that it has. */
export const shownMembership = <Row extends Record<Keys | "settings", AnyPgColumn>>(row: Row) => ({
  ...listedMembership(row),
  profile: user.profile,
  settings: row.settings as Row["settings"],
});
