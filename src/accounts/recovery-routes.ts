// Links that mails bring: to confirm an address, to disown an account, to reset a password. Their pages spend nothing,
// so that a mail scanner that follows links does no harm; forms do.
import { type Context, Hono } from "hono";
import { authenticate } from "../access/authenticate.ts";
import type { MailTokenKind, OpenedMailToken } from "../crypto/tokens.ts";
import { outcomeOf } from "../db/client.ts";
import { asUser } from "../db/tenant.ts";
import { AppError } from "../errors.ts";
import { sendAfterwards } from "../http/afterwards.ts";
import type { AppEnv } from "../http/context.ts";
import { describeIn } from "../http/describe.ts";
import { floodShield } from "../http/flood-shield.ts";
import { requireMailLink } from "../http/open-link.ts";
import { message } from "../http/shapes.ts";
import { type ShowAgain, validateJson, validateJsonOrForm, validateNothing } from "../http/validate.ts";
import { showPage } from "../pages/page.tsx";
import { PasswordReset, ResetPassword, resetDoneTitle, resetTitle } from "../pages/reset-password.tsx";
import {
  AccountDenied,
  ConfirmEmail,
  confirmedTitle,
  confirmTitle,
  deniedTitle,
  EmailConfirmed,
  supersededTitle,
} from "../pages/verify-email.tsx";
import { linkUsed } from "./answers.ts";
import { newVerification } from "./links.ts";
import {
  denySignUp,
  type LinkOutcome,
  type LookOutcome,
  lookAtMailToken,
  resendVerification,
  verifyEmail,
} from "./queries.ts";
import { askForReset, setForgottenPassword } from "./reset-password.ts";
import { forgotPasswordBody, resetPasswordBody, tokenBody } from "./schemas.ts";

const describeSignUp = describeIn("Sign up");
const describe = describeIn("Passwords");

/** A link that is good for something. Errors: 404, 410 token_expired, 410 token_spent. */
async function lookAtLink(c: Context<AppEnv>, kind: MailTokenKind, token: string) {
  const opened = await requireMailLink(c.var.config, kind, token);
  const look = await c.var.db.call<LookOutcome>(lookAtMailToken(kind, opened));
  if (look.outcome === "token_spent") throw new AppError(look.outcome);
  return { email: opened.email, ...look };
}

/** Spends a verification link in one way or the other. Errors: as above. */
async function spendLink(
  c: Context<AppEnv>,
  token: string,
  flow: (opened: OpenedMailToken) => ReturnType<typeof verifyEmail>,
) {
  const opened = await requireMailLink(c.var.config, "verify", token);
  const { outcome } = await c.var.db.call<LinkOutcome>(flow(opened));
  if (outcome === "token_spent") throw new AppError(outcome);
  return { email: opened.email, outcome };
}

const showResetForm = (
  c: Context<AppEnv>,
  email: string,
  token: string,
  errors: Parameters<ShowAgain>[1] = [],
) => {
  const form = ResetPassword({ email, token, minLength: c.var.config.PASSWORD_MIN_LENGTH, errors });
  return showPage(c, { title: resetTitle, ...(errors.length > 0 && { status: 422 }) }, form);
};

const showResetFormAgain: ShowAgain = async (c, errors, { token = "" }) => {
  const { email } = await requireMailLink(c.var.config, "reset", token);
  return showResetForm(c, email, token, errors);
};

export const recovery = new Hono<AppEnv>()
  .get(
    "/verify-email",
    describeSignUp("showVerifyEmail", "The page behind the link in the mail", {
      notes:
        "Shows when and from where the account was made, with a button to confirm and one for “this was not me”. Looking spends nothing.",
      answers: { 200: "page" },
      link: true,
      errors: ["not_found", "token_spent", "token_expired"],
    }),
    async (c) => {
      c.set("asPage", true);
      const token = c.req.query("token") ?? "";
      const { email, organization, made_at: at, origin, outcome } = await lookAtLink(c, "verify", token);
      const { device = "", place = "", ip = "" } = origin;
      const superseded = outcome === "superseded";
      if (superseded) c.set("errorCode", "token_spent");
      return showPage(
        c,
        superseded ? { title: supersededTitle, status: 410 } : { title: confirmTitle },
        ConfirmEmail({ email, token, organization, made: { at, device, place, ip }, superseded }),
      );
    },
  )

  .post(
    "/verify-email",
    describeSignUp("verifyEmail", "Confirm the address", {
      answers: { 200: linkUsed },
      errors: ["not_found", "token_spent", "token_expired"],
    }),
    validateJsonOrForm(tokenBody),
    async (c) => {
      const { email } = await spendLink(c, c.req.valid("json").token, verifyEmail);
      if (!c.var.asPage) return c.json({ message: "E-mail address confirmed.", email });
      const { APP_URL: appUrl, APP_NAME: appName } = c.var.config;
      return showPage(c, { title: confirmedTitle }, EmailConfirmed({ email, appUrl, appName })) as never;
    },
  )

  .post(
    "/verify-email/deny",
    describeSignUp("denySignUp", "This was not me", {
      notes: "Removes the unconfirmed account and its empty organization.",
      answers: { 200: linkUsed },
      errors: ["not_found", "token_spent", "token_expired"],
    }),
    validateJsonOrForm(tokenBody),
    async (c) => {
      const { email, outcome } = await spendLink(c, c.req.valid("json").token, denySignUp);
      const locked = outcome === "locked";
      if (c.var.asPage) {
        return showPage(c, { title: deniedTitle(locked) }, AccountDenied({ email, locked })) as never;
      }
      const message = locked ? "The account was locked: nobody gets into it." : "The account was removed.";
      return c.json({ message, email });
    },
  )

  .post(
    "/verify-email/resend",
    describeSignUp("resendVerification", "Send the confirmation mail again", {
      answers: { 202: message },
      errors: ["already_verified", "too_many_requests"],
    }),
    authenticate,
    validateNothing,
    async (c) => {
      const [result] = await asUser(c.var, [resendVerification(await newVerification(c.var.config))]);
      const resent = outcomeOf(result);
      if (resent.outcome !== "sent") throw new AppError(resent.outcome);
      sendAfterwards(c, resent.mail);
      return c.json({ message: "A new link to confirm the e-mail address was sent." }, 202);
    },
  )

  .post(
    "/forgot-password",
    describe("forgotPassword", "Ask for a link to set a new password", {
      notes: "Answers alike whether there is such an account or not.",
      answers: { 202: message },
    }),
    validateJson(forgotPasswordBody),
    floodShield,
    async (c) => {
      sendAfterwards(c, await askForReset(c, c.req.valid("json").email));
      return c.json({ message: "If there is an account with this address, a link was sent to it." }, 202);
    },
  )

  .get(
    "/reset-password",
    describe("showResetPassword", "The page behind the link in the mail", {
      answers: { 200: "page" },
      link: true,
      errors: ["not_found", "token_spent", "token_expired"],
    }),
    async (c) => {
      c.set("asPage", true);
      const token = c.req.query("token") ?? "";
      const { email } = await lookAtLink(c, "reset", token);
      return showResetForm(c, email, token);
    },
  )

  .post(
    "/reset-password",
    describe("resetPassword", "Set a new password by the link in the mail", {
      notes:
        "Confirms the address, and ends every session and every other link of the person. Nobody is signed in by it.",
      answers: { 200: message },
      errors: ["not_found", "token_spent", "token_expired"],
    }),
    validateJsonOrForm(resetPasswordBody, showResetFormAgain),
    floodShield,
    async (c) => {
      const { email, mail } = await setForgottenPassword(c, c.req.valid("json"));
      sendAfterwards(c, mail);
      if (!c.var.asPage) return c.json({ message: "Password set. Every session was ended: sign in again." });
      const { APP_URL: appUrl, APP_NAME: appName } = c.var.config;
      return showPage(c, { title: resetDoneTitle }, PasswordReset({ email, appUrl, appName })) as never;
    },
  );
