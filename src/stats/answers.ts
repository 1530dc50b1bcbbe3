// Answers of the statistics.
import * as z from "zod";
import { shape } from "../http/describe.ts";
import { anId, epochMs, listOf, roleScope } from "../http/shapes.ts";

const count = () => z.int().min(0);
const held = () => ({
  role: z.string(),
  scope: roleScope(),
  user_count: count().meta({ description: "People, each once." }),
});
const place = () => ({ org_id: anId(), organization: z.string() });

export const roleCount = shape("RoleCount", () => z.object(held()));
export const roleCountList = listOf("RoleCount", roleCount);
export const orgCount = shape("OrganizationCount", () => z.object({ ...place(), member_count: count() }));
export const orgCountList = listOf("OrganizationCount", orgCount);
export const orgRoleCount = shape("OrganizationRoleCount", () => z.object({ ...place(), ...held() }));
export const orgRoleCountList = listOf("OrganizationRoleCount", orgRoleCount);
export const bucket = shape("GrowthBucket", () =>
  z.object({
    start: epochMs(),
    joined: count(),
    left: count(),
    total: count().meta({ description: "At the end of the bucket." }),
  }),
);
export const bucketList = listOf("GrowthBucket", bucket);
