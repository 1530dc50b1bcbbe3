// Accounts: sign-up and one's own account.
import { Hono } from "hono";
import { authenticate } from "../access/authenticate.ts";
import { asUser } from "../db/tenant.ts";
import { AppError } from "../errors.ts";
import { sendAfterwards } from "../http/afterwards.ts";
import type { AppEnv } from "../http/context.ts";
import { describeIn } from "../http/describe.ts";
import { floodShield } from "../http/flood-shield.ts";
import { message } from "../http/shapes.ts";
import { validateJson, validateNothing } from "../http/validate.ts";
import { me, signedUp } from "./answers.ts";
import { changeOwnPassword } from "./change-password.ts";
import { deleteOwnAccount } from "./delete-account.ts";
import { toMe } from "./me.ts";
import { changeAccount, findAccount, listGuestWebsites, listMemberships } from "./queries.ts";
import { changeMeBody, changePasswordBody, deleteMeBody, signUpBody } from "./schemas.ts";
import { signUpAccount } from "./sign-up.ts";

const describe = describeIn("My account");
const describeSignUp = describeIn("Sign up");

export const accounts = new Hono<AppEnv>()
  .post(
    "/signup",
    describeSignUp("signUp", "Sign up", {
      notes:
        "Makes the person, their organization with its five system roles and their membership as its owner, and sends the mail that confirms the address, in one step.",
      answers: { 201: signedUp },
      errors: ["email_taken"],
      idempotent: true,
    }),
    validateJson(signUpBody),
    floodShield,
    async (c) => {
      const account = await signUpAccount(c, c.req.valid("json"));
      if (account.outcome !== "created") throw new AppError(account.outcome);
      sendAfterwards(c, account.mail ?? null);
      const { user_id, org_id } = account;
      const link = account.mail_withheld
        ? "This e-mail address got too many mails of late: sign in and ask for the link to confirm it later."
        : "A link to confirm the e-mail address was sent.";
      return c.json({ message: `Account created. ${link}`, user_id, org_id }, 201);
    },
  )

  .get(
    "/me",
    describe("getMe", "Read my account", { answers: { 200: me } }),
    authenticate,
    validateNothing,
    async (c) => {
      const { userId } = c.var.caller;
      const found = await asUser(
        c.var,
        [findAccount(userId), listMemberships(userId), listGuestWebsites(userId)],
        { access: "read" },
      );
      return c.json(toMe(...found));
    },
  )

  .patch(
    "/me",
    describe("changeMe", "Change my profile and settings", {
      notes: "Merged at the top level; null removes a key.",
      answers: { 200: me },
    }),
    authenticate,
    validateJson(changeMeBody),
    async (c) => {
      const { userId } = c.var.caller;
      const [, ...found] = await asUser(c.var, [
        changeAccount(userId, c.req.valid("json")),
        findAccount(userId),
        listMemberships(userId),
        listGuestWebsites(userId),
      ]);
      return c.json(toMe(...found));
    },
  )

  .delete(
    "/me",
    describe("deleteMe", "Delete my account", {
      notes:
        "Organizations in which the person is alone go too. 409 `sole_owner` names, in `organizations`, those that would be left with members and no owner.",
      answers: { 204: null },
      errors: [
        "invalid_credentials",
        "too_many_attempts",
        "too_many_requests",
        "organization_suspended",
        "sole_owner",
      ],
    }),
    authenticate,
    validateJson(deleteMeBody),
    async (c) => {
      await deleteOwnAccount(c, c.req.valid("json").password);
      return c.body(null, 204);
    },
  )

  .post(
    "/me/password",
    describe("changePassword", "Change my password", {
      notes: "Every other session ends.",
      answers: { 200: message },
      errors: ["invalid_credentials", "too_many_attempts", "too_many_requests"],
    }),
    authenticate,
    validateJson(changePasswordBody),
    async (c) => {
      sendAfterwards(c, await changeOwnPassword(c, c.req.valid("json")));
      return c.json({ message: "Password changed. Every other session was ended." });
    },
  );
