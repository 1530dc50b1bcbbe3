// Accounts: sign-up, verification of the address, one's own account.
import { Hono } from "hono";
import { authenticate } from "../access/authenticate.ts";
import { openMailToken } from "../crypto/tokens.ts";
import { asUser } from "../db/tenant.ts";
import { AppError } from "../errors.ts";
import { sendAfterwards } from "../http/afterwards.ts";
import type { AppEnv } from "../http/context.ts";
import { validateJson, validateNothing } from "../http/validate.ts";
import { changeOwnPassword } from "./change-password.ts";
import { toMe } from "./me.ts";
import { changeAccount, findAccount, listGuestWebsites, listMemberships, verifyEmail } from "./queries.ts";
import { changeMeBody, changePasswordBody, signUpBody, verifyEmailBody } from "./schemas.ts";
import { signUpAccount } from "./sign-up.ts";

export const accounts = new Hono<AppEnv>()
  .post("/signup", validateJson(signUpBody), async (c) => {
    const account = await signUpAccount(c, c.req.valid("json"));
    if (account.outcome !== "created") throw new AppError(account.outcome);
    if (!account.replayed) sendAfterwards(c, account.mail_id);
    const { user_id, org_id } = account;
    return c.json(
      { message: "Account created. A link to confirm the e-mail address was sent.", user_id, org_id },
      201,
    );
  })

  .post("/verify-email", validateJson(verifyEmailBody), async (c) => {
    const { config, db } = c.var;
    const { token } = c.req.valid("json");
    const opened = await openMailToken(config.SEALING_KEYS, { kind: "verify", token, now: Date.now() });
    if (opened === "garbage") throw new AppError("not_found");
    if (opened === "expired") throw new AppError("token_expired");
    const { outcome } = await db.call<{ outcome: "verified" | "token_spent" }>(
      verifyEmail(opened.tokenHash, opened.email),
    );
    if (outcome === "token_spent") throw new AppError("token_spent");
    return c.json({ message: "E-mail address confirmed.", email: opened.email });
  })

  .get("/me", authenticate, validateNothing, async (c) => {
    const { db, caller } = c.var;
    const { userId } = caller;
    const found = await asUser(
      db,
      caller,
      [findAccount(userId), listMemberships(userId), listGuestWebsites(userId)],
      { access: "read" },
    );
    return c.json(toMe(...found));
  })

  .patch("/me", authenticate, validateJson(changeMeBody), async (c) => {
    const { db, caller } = c.var;
    const { userId } = caller;
    const [, ...found] = await asUser(db, caller, [
      changeAccount(userId, c.req.valid("json")),
      findAccount(userId),
      listMemberships(userId),
      listGuestWebsites(userId),
    ]);
    return c.json(toMe(...found));
  })

  .post("/me/password", authenticate, validateJson(changePasswordBody), async (c) => {
    sendAfterwards(c, await changeOwnPassword(c, c.req.valid("json")));
    return c.json({ message: "Password changed. Every other session was ended." });
  });
