// Sign-up: everything slow (hashing, sealing) first, then one atomic step in the database.
import type { Context } from "hono";
import { hashPassword, stretchPassword } from "../crypto/passwords.ts";
import { createMailToken } from "../crypto/tokens.ts";
import { sealMailSecrets } from "../emails/outbox.ts";
import { type AppEnv, clientOf, deviceOf } from "../http/context.ts";
import { networkOf, readIdempotency } from "../http/idempotency.ts";
import { requireAcceptablePassword } from "./policy.ts";
import { type SignUpOutcome, signUp } from "./queries.ts";
import type { SignUpBody } from "./schemas.ts";

const verifyLifetimeMs = 24 * 3_600_000;

export async function signUpAccount(c: Context<AppEnv>, body: SignUpBody): Promise<SignUpOutcome> {
  const { config, db } = c.var;
  const { email, password, profile, organization_name, organization_details } = body;
  requireAcceptablePassword(config, { field: "password", password, email });

  const { ip, place, userAgent } = clientOf(c);
  const idempotency = await readIdempotency(c, networkOf(ip), async (key) => ({
    ...body,
    password: await stretchPassword(password, key, config.PASSWORD_ITERATIONS),
  }));
  const token = await createMailToken(config.SEALING_KEYS, {
    kind: "verify",
    email,
    lifetimeMs: verifyLifetimeMs,
    now: Date.now(),
  });
  const secrets = await sealMailSecrets(config, { token: token.token });
  const passwordHash = await hashPassword(password, config.PASSWORD_ITERATIONS);

  return db.call<SignUpOutcome>(
    signUp({
      email,
      passwordHash,
      profile,
      organizationName: organization_name,
      organizationSettings: organization_details === undefined ? {} : { details: organization_details },
      token,
      mail: { params: { organization: organization_name, ip, place, device: deviceOf(userAgent) }, secrets },
      idempotency,
    }),
  );
}
