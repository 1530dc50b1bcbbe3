// A membership as the wire shows it, of an organization and of a website alike.
import type { JsonObject } from "../db/columns.ts";
import { toStatus } from "./fields.ts";

type Listed = {
  org_id: number;
  user_id: number;
  email: string;
  name: string | null;
  role_id: number;
  role: string;
  status: number;
  created_at: number;
  updated_at: number;
};

export const toListedMembership = (row: Listed) => ({
  org_id: row.org_id,
  user_id: row.user_id,
  email: row.email,
  name: row.name,
  role_id: row.role_id,
  role: row.role,
  status: toStatus(row.status),
  created_at: row.created_at,
  updated_at: row.updated_at,
});

export const toMembership = (row: Listed & { profile: JsonObject; settings: JsonObject }) => ({
  ...toListedMembership(row),
  profile: row.profile,
  settings: row.settings,
});
