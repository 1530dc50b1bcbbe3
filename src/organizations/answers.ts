// Answers of organizations.
import * as z from "zod";
import { shape } from "../http/describe.ts";
import { aMessage, anId, epochMs, listOf, someObject, statusShown } from "../http/shapes.ts";

export const organizationMade = shape("OrganizationMade", () =>
  z.object({ message: aMessage(), org_id: anId() }),
);

const listed = () => ({
  org_id: anId(),
  name: z.string(),
  status: statusShown(),
  personal: z.boolean(),
  role: z.string().meta({ description: "The caller's." }),
  permissions: z.array(z.string()).meta({ description: "The caller's." }),
  created_at: epochMs(),
  updated_at: epochMs(),
});
export const listedOrganization = shape("ListedOrganization", () => z.object(listed()));
export const organizationList = listOf("Organization", listedOrganization);
export const organization = shape("Organization", () => z.object({ ...listed(), settings: someObject() }));

export const ownershipTransferred = shape("OwnershipTransferred", () =>
  z.object({
    message: aMessage(),
    org_id: anId(),
    user_id: anId().meta({ description: "The new owner's." }),
  }),
);
