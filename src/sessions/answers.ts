// Answers of sessions.
import * as z from "zod";
import { shape } from "../http/describe.ts";
import { anId, epochMs, listOf, someObject } from "../http/shapes.ts";

const tokens = () => ({
  access_token: z
    .string()
    .meta({ description: "A JWT of 15 minutes (RFC 9068), for `Authorization: Bearer`." }),
  refresh_token: z.string().meta({ description: "For `POST /token/refresh`, once." }),
  token_type: z.literal("Bearer"),
  expires_in: z.int().meta({ description: "Seconds that the access token lives." }),
});

export const tokenPair = shape("TokenPair", () => z.object(tokens()));

export const signedInAnswer = shape("SignedIn", () =>
  z.object({
    ...tokens(),
    user: z.object({
      user_id: anId(),
      email: z.string(),
      email_verified: z.boolean(),
      profile: someObject(),
    }),
    organizations: z.array(z.object({ org_id: anId(), name: z.string(), role: z.string() })),
  }),
);

const session = shape("Session", () =>
  z.object({
    session_id: anId(),
    device: z.string().meta({ description: "Such as “Firefox on Linux”." }),
    place: z.string().meta({ description: "Empty where Cloudflare told none." }),
    ip: z.string(),
    current: z.boolean().meta({ description: "Whether it is the caller's own." }),
    created_at: epochMs(),
    last_used_at: epochMs(),
    expires_at: epochMs(),
  }),
);
export const sessionList = listOf("Session", session);
