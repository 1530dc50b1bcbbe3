// Sign-up: everything slow (hashing, sealing) first, then one atomic step in the database.
import type { Context } from "hono";
import { hashNewPassword } from "../access/breached-passwords.ts";
import { requireAcceptablePassword } from "../access/password-policy.ts";
import { stretchPassword } from "../crypto/passwords.ts";
import { type AppEnv, circumstancesOf } from "../http/context.ts";
import { readIdempotency } from "../http/idempotency.ts";
import { networkOf } from "../http/network.ts";
import { newVerification } from "./links.ts";
import { type SignUpOutcome, signUp } from "./queries.ts";
import type { SignUpBody } from "./schemas.ts";

export async function signUpAccount(c: Context<AppEnv>, body: SignUpBody): Promise<SignUpOutcome> {
  const { config, db } = c.var;
  const { email, password, profile, organization_name, organization_details } = body;
  requireAcceptablePassword(config, { field: "password", password, email });

  const origin = circumstancesOf(c);
  const idempotency = await readIdempotency(c, networkOf(origin.ip), async (key) => ({
    ...body,
    password: await stretchPassword(password, key, config.PASSWORD_ITERATIONS),
  }));
  const link = await newVerification(config);
  const passwordHash = await hashNewPassword(c.var, { field: "password", password });

  return db.call<SignUpOutcome>(
    signUp({
      email,
      passwordHash,
      profile,
      organizationName: organization_name,
      organizationSettings: organization_details === undefined ? {} : { details: organization_details },
      origin,
      link,
      idempotency,
    }),
  );
}
