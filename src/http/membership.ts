// A membership as the wire shows it, of an organization and of a website alike.
import * as z from "zod";
import type { JsonObject } from "../json.ts";
import { type Shown, shape } from "./describe.ts";
import { toStatus } from "./fields.ts";
import { anId, epochMs, listOf, someObject, statusShown } from "./shapes.ts";

const listed = () => ({
  org_id: anId(),
  user_id: anId(),
  email: z.string(),
  name: z.string().nullable().meta({ description: "`name` of the person's profile." }),
  role_id: anId(),
  role: z.string(),
  status: statusShown(),
  created_at: epochMs(),
  updated_at: epochMs(),
});
const whole = () => ({ ...listed(), profile: someObject(), settings: someObject() });
const onWebsite = () => ({ website_id: anId() });

export const listedMember = shape("ListedMember", () => z.object(listed()));
export const memberList = listOf("Member", listedMember);
export const member = shape("Member", () => z.object(whole()));
export const listedWebsiteMember = shape("ListedWebsiteMember", () =>
  z.object({ ...onWebsite(), ...listed() }),
);
export const websiteMemberList = listOf("WebsiteMember", listedWebsiteMember);
export const websiteMember = shape("WebsiteMember", () => z.object({ ...onWebsite(), ...whole() }));

type Listed = Omit<Shown<typeof listedMember>, "status"> & { status: number };

export const toListedMembership = (row: Listed): Shown<typeof listedMember> => ({
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

export const toMembership = (
  row: Listed & { profile: JsonObject; settings: JsonObject },
): Shown<typeof member> => ({
  ...toListedMembership(row),
  profile: row.profile,
  settings: row.settings,
});
