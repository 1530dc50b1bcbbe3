// The Worker's variables and secrets in local runs, for `npm run dev` and for the tests alike.
import type { Keys } from "./keys.ts";

export type Variables = Record<string, string>;

/** Everybody is one network here, and scripts do in a minute what people do in a day. */
const limits: Variables = {
  WRONG_PASSWORDS_PER_NETWORK: "1000000",
  SIGN_UPS_PER_NETWORK: "1000000",
  RESETS_PER_NETWORK: "1000000",
  INVITES_PER_ORGANIZATION: "1000000",
  MAILS_PER_ADDRESS: "40",
  NOTICES_PER_ADDRESS: "1000000",
};

export function localVariables(given: {
  publicUrl: string;
  serviceUrl: string;
  neonSqlUrl: string;
  inboxUrl: string;
  breachesUrl: string;
  keys: Keys;
}): Variables {
  return {
    ENVIRONMENT: "local",
    PUBLIC_URL: given.publicUrl,
    APP_NAME: "Gatehouse",
    EMAIL_FROM: "Gatehouse <auth@gatehouse.example>",
    CORS_ORIGINS: "",
    PASSWORD_ITERATIONS: "600000",
    ...limits,
    DATABASE_URL: given.serviceUrl,
    SIGNING_KEYS: JSON.stringify(given.keys.signing),
    SEALING_KEYS: JSON.stringify(given.keys.sealing),
    RESEND_API_KEY: "re_local_mailbox",
    LOCAL_NEON_ENDPOINT: given.neonSqlUrl,
    LOCAL_RESEND_URL: given.inboxUrl,
    LOCAL_HIBP_URL: given.breachesUrl,
  };
}
