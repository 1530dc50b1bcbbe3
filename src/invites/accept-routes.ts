// The invited person's side: the page behind the link in the mail (or JSON, for an application with a page of its own), and
// accepting.
import { type Context, Hono } from "hono";
import { authenticateIfAny } from "../access/authenticate.ts";
import { type FieldError, invalidField } from "../errors.ts";
import type { AppEnv } from "../http/context.ts";
import { describeIn } from "../http/describe.ts";
import { floodShield } from "../http/flood-shield.ts";
import { wantsJson } from "../http/negotiate.ts";
import { type ShowAgain, validateJsonOrForm } from "../http/validate.ts";
import { AcceptInvite, acceptedTitle, acceptTitle, InviteAccepted } from "../pages/accept-invite.tsx";
import { showPage } from "../pages/page.tsx";
import { acceptOffer, findOffer } from "./accept-invite.ts";
import { inviteAccepted, inviteOffer } from "./answers.ts";
import type { Offer } from "./queries.ts";
import { acceptInviteBody } from "./schemas.ts";

const describe = describeIn("Invites");
const closedInvite = [
  "not_found",
  "invite_email_mismatch",
  "user_suspended",
  "organization_suspended",
  "already_member",
  "invite_accepted",
  "invite_revoked",
  "invite_expired",
  "invite_void",
] as const;

type Filled = { token: string; name?: string; errors?: FieldError[] | undefined };

function showOffer(c: Context<AppEnv>, offer: Offer, { token, name = "", errors = [] }: Filled): Response {
  const { PASSWORD_MIN_LENGTH: minLength } = c.var.config;
  const title = acceptTitle(offer);
  const form = AcceptInvite({ offer, token, minLength, values: { name }, errors });
  return showPage(c, { title, ...(errors.length > 0 && { status: 422 }) }, form);
}

const showOfferAgain: ShowAgain = async (c, errors, { token = "", "profile.name": name = "" }) =>
  showOffer(c, await findOffer(c, token), { token, name, errors });

export const acceptance = new Hono<AppEnv>()
  .get(
    "/accept-invite",
    describe("lookAtInvite", "What an invite offers", {
      notes:
        "The page behind the link in the mail; with `Accept: application/json` the same as JSON. Looking spends nothing.",
      answers: { 200: inviteOffer },
      link: true,
      errors: closedInvite,
    }),
    authenticateIfAny,
    async (c) => {
      const token = c.req.query("token") ?? "";
      if (!wantsJson(c)) {
        c.set("asPage", true);
        return showOffer(c, await findOffer(c, token), { token });
      }
      const offer = await findOffer(c, token);
      return c.json({
        org_id: offer.org_id,
        organization: offer.organization,
        website: offer.website,
        role: offer.role,
        invited_by: offer.invited_by,
        email: offer.email,
        expires_at: offer.expires_at,
        account_exists: offer.account !== "none",
        password_needed: offer.account !== "verified",
      });
    },
  )

  .post(
    "/accept-invite",
    describe("acceptInvite", "Accept an invite", {
      notes:
        "A new address needs a password, and gets an account (201). A confirmed account joins as it is, and a password is ignored (200). Of an account that nobody has confirmed, the password is replaced and its sessions end (200). The person signs in afterwards.",
      answers: { 200: inviteAccepted, 201: inviteAccepted },
      errors: closedInvite,
    }),
    authenticateIfAny,
    validateJsonOrForm(acceptInviteBody, showOfferAgain),
    floodShield,
    async (c) => {
      const body = c.req.valid("json");
      const accepted = await acceptOffer(c, body);
      const { offer } = accepted;
      if (accepted.outcome === "password_needed") {
        const refused = invalidField("password", accepted.complaint);
        if (!c.var.asPage) throw refused;
        const { token, profile } = body;
        return showOffer(c, offer, {
          token,
          name: String(profile.name ?? ""),
          errors: refused.fields,
        }) as never;
      }
      const { created, user_id } = accepted;
      const status = created ? 201 : 200;
      if (c.var.asPage) {
        const { APP_URL: appUrl, APP_NAME: appName } = c.var.config;
        const page = InviteAccepted({ offer, created, appUrl, appName });
        return showPage(c, { title: acceptedTitle(offer), status }, page) as never;
      }
      const { org_id, organization, website, role, email } = offer;
      const message = created ? "Account created, and invitation accepted. Sign in." : "Invitation accepted.";
      return c.json({ message, user_id, email, org_id, organization, website, role }, status);
    },
  );
