// Answers for platform admins.
import * as z from "zod";
import { shape } from "../http/describe.ts";
import { anId, epochMs, listOf, statusShown } from "../http/shapes.ts";

export const operatedOrganization = shape("OperatedOrganization", () =>
  z.object({
    org_id: anId(),
    name: z.string(),
    status: statusShown(),
    personal: z.boolean(),
    created_at: epochMs(),
    updated_at: epochMs(),
  }),
);
export const operatedOrganizationList = listOf("OperatedOrganization", operatedOrganization);

export const operatedUser = shape("OperatedUser", () =>
  z.object({
    user_id: anId(),
    email: z.string(),
    name: z.string().nullable(),
    email_verified: z.boolean(),
    status: statusShown(),
    platform_admin: z.boolean(),
    created_at: epochMs(),
    updated_at: epochMs(),
  }),
);
export const operatedUserList = listOf("OperatedUser", operatedUser);
