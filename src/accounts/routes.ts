// Accounts: sign-up and one's own account.
import { Hono } from "hono";
import { authenticate } from "../access/authenticate.ts";
import { asUser } from "../db/tenant.ts";
import { AppError } from "../errors.ts";
import { sendAfterwards } from "../http/afterwards.ts";
import type { AppEnv } from "../http/context.ts";
import { validateJson, validateNothing } from "../http/validate.ts";
import { changeOwnPassword } from "./change-password.ts";
import { deleteOwnAccount } from "./delete-account.ts";
import { toMe } from "./me.ts";
import { changeAccount, findAccount, listGuestWebsites, listMemberships } from "./queries.ts";
import { changeMeBody, changePasswordBody, deleteMeBody, signUpBody } from "./schemas.ts";
import { signUpAccount } from "./sign-up.ts";

export const accounts = new Hono<AppEnv>()
  .post("/signup", validateJson(signUpBody), async (c) => {
    const account = await signUpAccount(c, c.req.valid("json"));
    if (account.outcome !== "created") throw new AppError(account.outcome);
    sendAfterwards(c, account.mail ?? null);
    const { user_id, org_id } = account;
    return c.json(
      { message: "Account created. A link to confirm the e-mail address was sent.", user_id, org_id },
      201,
    );
  })

  .get("/me", authenticate, validateNothing, async (c) => {
    const { userId } = c.var.caller;
    const found = await asUser(
      c.var,
      [findAccount(userId), listMemberships(userId), listGuestWebsites(userId)],
      { access: "read" },
    );
    return c.json(toMe(...found));
  })

  .patch("/me", authenticate, validateJson(changeMeBody), async (c) => {
    const { userId } = c.var.caller;
    const [, ...found] = await asUser(c.var, [
      changeAccount(userId, c.req.valid("json")),
      findAccount(userId),
      listMemberships(userId),
      listGuestWebsites(userId),
    ]);
    return c.json(toMe(...found));
  })

  .delete("/me", authenticate, validateJson(deleteMeBody), async (c) => {
    await deleteOwnAccount(c, c.req.valid("json").password);
    return c.body(null, 204);
  })

  .post("/me/password", authenticate, validateJson(changePasswordBody), async (c) => {
    sendAfterwards(c, await changeOwnPassword(c, c.req.valid("json")));
    return c.json({ message: "Password changed. Every other session was ended." });
  });
