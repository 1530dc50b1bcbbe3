// Answers of accounts, as the document shows them and the mappers have to make them.
import * as z from "zod";
import { shape } from "../http/describe.ts";
import { aMessage, anId, epochMs, someObject } from "../http/shapes.ts";

export const signedUp = shape("SignedUp", () =>
  z.object({ message: aMessage(), user_id: anId(), org_id: anId() }),
);
export const linkUsed = shape("LinkUsed", () => z.object({ message: aMessage(), email: z.string() }));

/** Somebody's membership of an organization, as short as it can be said. */
const ownMembership = () => z.object({ org_id: anId(), name: z.string(), role: z.string() });
const guestWebsite = () =>
  z.object({
    website_id: anId(),
    org_id: anId(),
    organization: z.string(),
    name: z.string(),
    url: z.string(),
    role: z.string(),
  });

export const me = shape("Me", () =>
  z.object({
    user_id: anId(),
    email: z.string(),
    email_verified: z.boolean(),
    profile: someObject(),
    settings: someObject().meta({ description: "`login_alerts: false` switches the alerts off." }),
    organizations: z.array(ownMembership()),
    websites: z.array(guestWebsite()).meta({ description: "Where the person is a guest." }),
    created_at: epochMs(),
    updated_at: epochMs(),
  }),
);
